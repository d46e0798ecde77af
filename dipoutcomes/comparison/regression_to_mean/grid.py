"""Values of m and k from the literature: the adjusted ratio for each, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._models import LogEstimate, log_rate_influence
from dipoutcomes._validate import check_confidence_level, check_positives
from dipoutcomes.comparison._paired_counts import PairedCounts
from dipoutcomes.comparison.regression_to_mean._entrants import Entrants
from dipoutcomes.comparison.regression_to_mean.entry import EntryMechanism, EntryRule, as_rule
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LiteratureGrid:
    """Adjusted ratios over a grid of m (rows) and k (columns), each taken as known.

    Parameters
    ----------
    offences_per_year, gamma_shape : ndarray of float64, shapes (r,) and (c,)
    ratio, low, high : ndarray of float64, shape (r, c)
        Limits for m and k as they stand: the sampling of the entrants alone.
    observed : float
        The ratio without adjustment.
    persons : int
    entry : str
    index_counts : bool
    confidence_level : float
    """

    offences_per_year: Floats
    gamma_shape: Floats
    ratio: Floats
    low: Floats
    high: Floats
    observed: float
    persons: int
    entry: str
    index_counts: bool
    confidence_level: float

    def __str__(self) -> str:
        below, above = int((self.high < 1).sum()), int((self.low > 1).sum())
        return (
            f"Over {self.ratio.size} pairs of mean and spread the adjusted ratio lies between "
            f"{self.ratio.min():.2f} and {self.ratio.max():.2f} (observed {self.observed:.2f}; "
            f"{self.persons:,} people; {self.entry}); the interval is below 1 for {below} pairs, "
            f"above 1 for {above}"
        )

    def table(self) -> Table:
        """Return the grid as a table, one row a mean."""
        columns = [Column(key="m", heading="Offences a year", kind="number", decimals=2)]
        columns += [
            Column(key=f"k{i}", heading=f"Shape {k:g}") for i, k in enumerate(self.gamma_shape)
        ]
        rows = []
        for r, m in enumerate(self.offences_per_year):
            cells = zip(self.ratio[r], self.low[r], self.high[r], strict=True)
            rows.append(
                [
                    float(m),
                    *(
                        f"{_display.number(float(v), 2)} ({_display.number(float(a), 2)} to "
                        f"{_display.number(float(b), 2)})"
                        for v, a, b in cells
                    ),
                ]
            )
        level = _display.level(self.confidence_level)
        return Table.of(
            "regression_to_mean_grid",
            f"Events after over events expected with no effect ({level} confidence interval), "
            "for each mean and spread of offending among the unselected",
            columns,
            rows,
            notes=(
                f"Observed ratio {_display.number(self.observed, 2)}; {self.persons:,} people; "
                f"{self.entry}. The limits take each mean and spread as known; the range over the "
                "table is a further doubt, not part of them.",
            ),
        )

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a pair."""
        import pandas as pd

        m, k = np.meshgrid(self.offences_per_year, self.gamma_shape, indexing="ij")
        return pd.DataFrame(
            {
                "offences_per_year": m.ravel(), "gamma_shape": k.ravel(),
                "ratio": self.ratio.ravel(), "low": self.low.ravel(), "high": self.high.ravel(),
            }
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        arrays = ("offences_per_year", "gamma_shape", "ratio", "low", "high")
        return {name: getattr(self, name).tolist() for name in arrays} | {
            "observed": self.observed,
            "persons": self.persons,
            "entry": self.entry,
            "index_counts": self.index_counts,
            "confidence_level": self.confidence_level,
        }


def literature_grid(  # noqa: PLR0913
    events_before: ArrayLike,
    days_before: ArrayLike,
    events_after: ArrayLike,
    days_after: ArrayLike,
    *,
    offences_per_year: ArrayLike,
    gamma_shape: ArrayLike,
    entry: EntryRule | EntryMechanism = "random_offence",
    index_counts: bool = False,
    gap_days: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> LiteratureGrid:
    """Return the adjusted ratio for every pair of a mean and a spread that might hold.

    Parameters
    ----------
    events_before, days_before, events_after, days_after, entry, index_counts, gap_days
        As for `adjusted_ratio`.
    offences_per_year, gamma_shape : array_like of float
        The values to try, each above 0.
    confidence_level : float, default 0.95

    Returns
    -------
    LiteratureGrid

    Raises
    ------
    DesignError, TypeError, ValueError
        As `adjusted_ratio` does.

    Notes
    -----
    For a study without an unselected reference. Its answer is the range of the table: no pair in
    it is better supported than another by the entrants' own data, from which m and k cannot be had.

    Examples
    --------
    >>> print(literature_grid([2, 0, 4, 1] * 20, [365] * 80, [1, 0, 2, 1] * 20, [365] * 80,
    ...     offences_per_year=[1.0, 2.0], gamma_shape=[0.8, 1.5]))
    Over 4 pairs of mean and spread the adjusted ratio lies between 0.39 and 0.59 (observed ...
    """
    level, rule = check_confidence_level(confidence_level), as_rule(entry)
    means = np.atleast_1d(check_positives("offences_per_year", offences_per_year))
    shapes = np.atleast_1d(check_positives("gamma_shape", gamma_shape))
    if not (means.size and shapes.size and means.ndim == shapes.ndim == 1):
        raise ValueError("`offences_per_year` and `gamma_shape` must each have a value to try")
    rule.check_index(index_counts=index_counts)
    data = PairedCounts.of(events_before, days_before, events_after, days_after)
    people = Entrants.of(data, rule, index_counts=index_counts, gap_days=gap_days)
    found = np.array([[_one(people, m, k, level) for k in shapes] for m in means])
    return LiteratureGrid(
        offences_per_year=means,
        gamma_shape=shapes,
        ratio=found[..., 0],
        low=found[..., 1],
        high=found[..., 2],
        observed=data.ratio,
        persons=len(data.after),
        entry=str(rule),
        index_counts=index_counts,
        confidence_level=level,
    )


def _one(people: Entrants, m: float, k: float, level: float) -> tuple[float, float, float]:
    mean = people.expected(m, k)
    value = float(people.after.sum() / mean.sum())
    if value == 0 or len(mean) < 2:  # how people differ was not seen: events as independent
        from dipoutcomes.intervals.rate import rate_interval

        events = int(people.after.sum())
        return value, *rate_interval(
            events, float(mean.sum()), method="garwood", confidence_level=level
        )
    low, high = LogEstimate.of(value, log_rate_influence(people.after, mean)).limits(level)
    return value, low, high
