"""How often people offend and how much they differ: m and k, from people nobody selected."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import (
    check_confidence_level,
    check_counts,
    check_numbers,
    check_positive,
    check_text,
)
from dipoutcomes.comparison._paired_counts import DAYS_PER_YEAR, LONGEST_DAYS
from dipoutcomes.comparison.regression_to_mean._negative_binomial import (
    CountTable,
    fit_table,
    scores_and_information,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Interval

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

_CELLS_AT_ONCE = 4_000_000
_LARGEST_COUNT = 1_000_000
_LARGEST_ERROR = 10.0  # of a log: a factor of 10^8 either way


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OffendingSpread:
    """Mean and spread of people's own rates in a population nobody selected by offending.

    Parameters
    ----------
    offences_per_year : float
        m, per person-year at liberty.
    gamma_shape : float
        k of the gamma distribution of people's own rates.
    log_covariance : ndarray, shape (2, 2)
        Of (log m, log k); zeros where both are taken from elsewhere as they stand.
    persons, events : int
        Behind the estimate; 0 for values from elsewhere.
    source : str
        Who the people are, or where the values come from.
    table : CountTable or None
        The counts, for resampling.
    """

    offences_per_year: float
    gamma_shape: float
    log_covariance: Floats
    persons: int
    events: int
    source: str
    table: CountTable | None = None

    @property
    def is_estimated(self) -> bool:
        """Whether *m* and *k* carry the error of a sample."""
        return self.table is not None

    @property
    def has_error(self) -> bool:
        """Whether there is any error of *m* and *k*, of a sample or as published."""
        return bool(np.any(self.log_covariance != 0))

    def interval(self, of: str, *, confidence_level: float = 0.95) -> Interval:
        """Return the person-level limits of "offences_per_year" or "gamma_shape"."""
        from scipy.special import ndtri

        level = check_confidence_level(confidence_level)
        if not self.has_error:
            return Interval.none(level, "taken as known")
        position = ("offences_per_year", "gamma_shape").index(of)
        half = float(ndtri((1 + level) / 2)) * sqrt(self.log_covariance[position, position])
        value = getattr(self, of)
        method = (
            "negative binomial, person-level errors" if self.is_estimated else "errors as published"
        )
        return Interval(value * exp(-half), value * exp(half), level, method)

    def __str__(self) -> str:
        values = (
            f"{self.offences_per_year:.2f} offences a year on average, gamma shape "
            f"{self.gamma_shape:.2f}"
        )
        if not self.has_error:
            return f"{self.source}: {values} (taken as known)"
        rate, shape = (
            self.interval("offences_per_year"), self.interval("gamma_shape"),
        )  # fmt: skip
        behind = f"{self.events:,} events of {self.persons:,} people"
        return (
            f"{self.source}: {values} (95% CI {rate.low:.2f} to {rate.high:.2f}, and "
            f"{shape.low:.2f} to {shape.high:.2f}; "
            f"{behind if self.is_estimated else 'errors as published'})"
        )

    def _repr_html_(self) -> str:
        rows = [
            ["offences a year", f"{self.offences_per_year:.3f}"],
            ["gamma shape", f"{self.gamma_shape:.3f}"],
            ["people", f"{self.persons:,}" if self.persons else "none: from elsewhere"],
        ]
        return _display.html_table(f"Spread of offending: {self.source}", ["", "value"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; without the counts of people."""
        return {
            "offences_per_year": self.offences_per_year,
            "gamma_shape": self.gamma_shape,
            "log_covariance": self.log_covariance.tolist(),
            "persons": self.persons,
            "events": self.events,
            "source": self.source,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        row = self.to_dict()
        (row["log_rate_variance"], row["log_covariance"]), (_, row["log_shape_variance"]) = row[
            "log_covariance"
        ]
        return pd.DataFrame([row])

    def resampled(self, replicates: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Return (m, k) estimated anew from *replicates* samples of the same people.

        A sample whose counts spread no more than Poisson's has k of infinity and the mean of its
        people: there is then nothing to regress.
        """
        if self.table is None:
            # Errors that came with the values are of their logs, and taken as normal.
            errors = np.sqrt(np.diag(self.log_covariance))
            drawn = np.exp(rng.standard_normal((replicates, 2)) * errors)
            return self.offences_per_year * drawn[:, 0], self.gamma_shape * drawn[:, 1]
        table, chance = self.table, self.table.people / self.persons
        most = max(1, _CELLS_AT_ONCE // table.width)
        parts = []
        for first in range(0, replicates, most):
            rows = min(most, replicates - first)
            weights = rng.multinomial(self.persons, chance, size=rows).astype(np.float64)
            log_m, log_k, found = fit_table(table, weights)
            mean = (weights @ table.count) / (weights @ table.time)
            m = np.where(found, np.exp(log_m), mean)
            parts.append((m, np.where(found, np.exp(np.minimum(log_k, 50)), inf)))
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def offending_spread(
    events: ArrayLike, days_at_liberty: ArrayLike, *, source: str
) -> OffendingSpread:
    """Return m and k of people who were not selected by their offending.

    Parameters
    ----------
    events : array_like of int, shape (n,)
        Events of each person in a window that their offending had no part in choosing, people
        without any included.
    days_at_liberty : array_like of float, shape (n,)
        Days at risk of each; people with none are left out.
    source : str
        Who they are, in words for the report: "all people on the 2012 register of known users".

    Returns
    -------
    OffendingSpread
        By maximum likelihood of the negative binomial distribution with each person's own time;
        errors are the sandwich over people.

    Raises
    ------
    DesignError
        If there are too few people, no event, or no more spread than Poisson's.
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    The people must be those among whom the programme's entrants were offending before they
    entered: the same place and time, the same definition of an event, people who never offend
    included if any of them could have come in. Estimated from entrants themselves the adjusted
    ratio is the unadjusted one identically, whatever the data; `adjusted_ratio` refuses that.

    References
    ----------
    .. [1] Lawless, J. F. (1987). Canadian Journal of Statistics 15, 209-225.

    Examples
    --------
    >>> counts = [0] * 50 + [1] * 20 + [2] * 12 + [3] * 8 + [5] * 6 + [9] * 4
    >>> spread = offending_spread(counts, [365] * 100, source="made-up register")
    >>> print(f"{spread.offences_per_year:.2f} {spread.gamma_shape:.2f}")
    1.34 0.57
    """
    counts = check_counts("events", np.atleast_1d(np.asarray(events))).astype(np.float64)
    days = np.atleast_1d(check_numbers("days_at_liberty", days_at_liberty))
    if counts.ndim != 1 or counts.shape != days.shape:
        raise ValueError("`events` and `days_at_liberty` must have one element for each person")
    if not np.all(np.isfinite(days)) or np.any(days < 0) or np.any(days > LONGEST_DAYS):
        raise ValueError(f"`days_at_liberty` must lie between 0 and {LONGEST_DAYS:,}")
    if counts.size and counts.max() > _LARGEST_COUNT:
        raise ValueError(
            f"`events` must not be above {_LARGEST_COUNT:,} for one person: no count of offences is"
        )
    check_text("source", source, "who the people of the reference are")
    seen = days > 0
    counts, years = counts[seen], days[seen] / DAYS_PER_YEAR
    if len(counts) < 2 or not counts.any():
        raise DesignError(
            f"the reference has {len(counts)} people with time at risk and {int(counts.sum())} "
            "events, which say nothing of how people differ. Take a larger unselected reference, "
            "or values from the literature with published_spread."
        )
    table = CountTable.of(counts, years)
    log_m, log_k, found = fit_table(table, table.people[None, :].astype(np.float64))
    if not found[0]:
        raise DesignError(
            f"the counts of the {len(counts)} people of the reference spread no more than chance "
            "alone would spread them, so no shape can be estimated. Take a larger reference or a "
            "longer window."
        )
    m, k = exp(float(log_m[0])), exp(float(log_k[0]))
    scores, information = scores_and_information(table, m, k)
    bread = np.linalg.inv(information)
    n = len(counts)
    meat = (scores.T * table.people) @ scores * n / (n - 1)
    return OffendingSpread(
        offences_per_year=m,
        gamma_shape=k,
        log_covariance=bread @ meat @ bread,
        persons=n,
        events=int(counts.sum()),
        source=source,
        table=table,
    )


def published_spread(
    offences_per_year: float,
    gamma_shape: float,
    *,
    source: str,
    log_rate_error: float = 0.0,
    log_shape_error: float = 0.0,
) -> OffendingSpread:
    """Return m and k taken from elsewhere.

    Parameters
    ----------
    offences_per_year, gamma_shape : float
        As of `OffendingSpread`, of the same kind of event as the data.
    source : str
        Where they come from, or "illustrative".
    log_rate_error, log_shape_error : float, default 0
        Standard errors of their logs where the source has them.

    Returns
    -------
    OffendingSpread
        Without counts. An interval made with it shows the sampling of the entrants, and the
        errors given here, but not whether the values suit them: show `literature_grid` beside it.

    Examples
    --------
    >>> print(published_spread(2.0, 1.0, source="illustrative"))
    illustrative: 2.00 offences a year on average, gamma shape 1.00 (taken as known)
    """
    m = check_positive("offences_per_year", offences_per_year)
    k = check_positive("gamma_shape", gamma_shape)
    errors = [log_rate_error, log_shape_error]
    if not all(0 <= e <= _LARGEST_ERROR for e in errors):
        raise ValueError(f"errors of logs must lie between 0 and {_LARGEST_ERROR:g}")
    check_text("source", source, "where the values come from")
    return OffendingSpread(
        offences_per_year=m,
        gamma_shape=k,
        log_covariance=np.diag(np.square(errors)).astype(np.float64),
        persons=0,
        events=0,
        source=source,
    )
