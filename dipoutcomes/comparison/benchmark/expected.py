"""What these people would be expected to do, were they like the published ones of their kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._models import LogEstimate, log_rate_influence
from dipoutcomes._validate import (
    check_choice,
    check_confidence_level,
    check_counts,
    check_numbers,
    check_positives,
)
from dipoutcomes.comparison.benchmark._tails import Tails
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Estimate, Interval, Table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

NOT_ALIKE_WITHIN = "people of one stratum may differ from the published ones of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedOverExpected:
    """People with an event over the number expected at published shares of their strata.

    Parameters
    ----------
    ratio : Estimate
        Of quantity "ratio"; *events* observed, *base* expected.
    observed : int
    expected : float
        Risk-adjusted: people of each stratum times its published share, summed.
    people : int
    table : Table
        By stratum.
    """

    ratio: Estimate
    observed: int
    expected: float
    people: int
    table: Table

    def __str__(self) -> str:
        low, high = self.ratio.interval
        expected = _display.number(self.expected, 1)
        said = (
            "fewer than expected" if high < 1 else "more than expected" if low > 1
            else "no difference from the expected shown"
        )  # fmt: skip
        return (
            f"{self.observed:,} of {self.people:,} people had an event where {expected} would be "
            f"expected of people like them: ratio {self.ratio.printed} "
            f"({self.ratio.printed_interval}), {said}; {NOT_ALIKE_WITHIN}"
        )

    def _repr_html_(self) -> str:
        return self.ratio._repr_html_() + self.table._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "ratio": self.ratio.to_dict(),
            "observed": self.observed,
            "expected": self.expected,
            "people": self.people,
            "table": self.table.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        return self.ratio.to_frame().assign(observed=self.observed, expected=self.expected)


def observed_over_expected(
    events: ArrayLike,
    n: ArrayLike,
    published_share: ArrayLike,
    *,
    published_n: ArrayLike | None = None,
    strata: Sequence[str] = (),
    method: Literal["exact", "mid_p"] = "exact",
    confidence_level: float = 0.95,
) -> ObservedOverExpected:
    """Return people with an event over those expected at published shares (indirect).

    Parameters
    ----------
    events, n : array_like of int, shape (strata,)
        People with an event, and people, by risk group; a group of one person each is allowed.
    published_share : array_like of float, shape (strata,)
        Of each group, strictly between 0 and 1.
    published_n : array_like of int, shape (strata,), optional
        People behind each published share, for its own sampling error; left out, the shares are
        taken as known.
    strata : sequence of str, optional
        Names of the groups.
    method : {"exact", "mid_p"}, default "exact"
    confidence_level : float, default 0.95

    Returns
    -------
    ObservedOverExpected

    Raises
    ------
    DesignError
        If there are no people.
    TypeError, ValueError
        If the arrays do not fit.

    Notes
    -----
    The number with an event is a sum of binomials with different shares; its distribution is
    computed in full. For limits the odds of everybody are multiplied by one factor until so few,
    or so many, have the chance of a tail, and the expected number at that factor is set over the
    expected number at 1. A Poisson interval, common for such ratios, is too wide for shares as
    large as those of reoffending. With *published_n* the error of the expected number (to first
    order, on the log scale) is joined to the limits (MOVER).

    References
    ----------
    .. [1] Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research II,
       section 2.3 (observed over expected). IARC.
    .. [2] Hong, Y. (2013). Computational Statistics & Data Analysis 59, 41-51 (sums of binomials).
    .. [3] Zou, G. Y. and Donner, A. (2008). Statistics in Medicine 27, 1693-1702 (MOVER).

    Examples
    --------
    >>> found = observed_over_expected([4, 9], [20, 20], [0.3, 0.7], strata=["low", "high"])
    >>> print(f"{found.expected:.0f}", found.ratio.printed, found.ratio.printed_interval)
    20 0.65 0.38 to 0.96
    """
    check_choice("method", method, ("exact", "mid_p"))
    level = check_confidence_level(confidence_level)
    x, size, share, names = _strata(events, n, published_share, strata)
    if size.sum() == 0:
        raise DesignError(
            "0 people in all strata, so there is nothing to compare. Check the selection."
        )
    observed, expected = int(x.sum()), float((size * share).sum())
    tails = Tails(size, share, mid_p=method == "mid_p")
    miss = (1 - level) / 2
    low, high = (tails.limit(observed, miss, upper=u) / expected for u in (False, True))
    p_value = tails.p_value(observed)
    ratio = observed / expected
    name = "exact, sum of binomials" if method == "exact" else "mid-P, sum of binomials"
    caveat = NOT_ALIKE_WITHIN
    if published_n is not None:
        behind = np.atleast_1d(check_counts("published_n", published_n, minimum=1))
        if behind.shape != share.shape:
            raise ValueError("`published_n` must have one element for each stratum")
        variance = float((size**2 * share * (1 - share) / behind).sum()) / expected**2
        low, high, p_value = _joined(ratio, (low, high), variance, level, tails, observed)
        name += ", with the error of the published shares"
    else:
        caveat += "; the published shares are taken as known"
    return ObservedOverExpected(
        ratio=Estimate(
            measure="people with an event over the risk-adjusted expected number",
            value=ratio,
            interval=Interval(low, high, level, name),
            events=observed,
            base=expected,
            base_unit="expected",
            persons=int(size.sum()),
            quantity="ratio",
            p_value=p_value,
            caveat=caveat,
        ),
        observed=observed,
        expected=expected,
        people=int(size.sum()),
        table=_table(x, size, share, names),
    )


def events_over_expected(
    events: ArrayLike,
    expected: ArrayLike,
    *,
    method: Literal["person_robust", "exact"] = "person_robust",
    measure: str = "events over the risk-adjusted expected number",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return events over those expected at published rates, person by person.

    Parameters
    ----------
    events : array_like of int, shape (people,)
        Of each person.
    expected : array_like of float, shape (people,)
        Above 0: the person's time at risk times the published rate of their risk group.
    method : {"person_robust", "exact"}, default "person_robust"
        "person_robust" sees the spread between people in the data. "exact" (Garwood) takes every
        event to be independent, which those of one person are not: for totals alone.
    measure : str
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "ratio"; *base* is the expected number. The published rates are taken as known.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit.

    References
    ----------
    .. [1] Garwood, F. (1936). Biometrika 28, 437-442.
    .. [2] Long, J. S. and Ervin, L. H. (2000). The American Statistician 54, 217-224 (HC3).

    Examples
    --------
    >>> ratio = events_over_expected([0, 3, 1, 0, 2], [1.5, 2.0, 1.2, 0.8, 2.5])
    >>> print(ratio.printed, ratio.printed_interval)
    0.75 0.23 to 2.42
    """
    check_choice("method", method, ("person_robust", "exact"))
    level = check_confidence_level(confidence_level)
    counts = np.atleast_1d(check_counts("events", np.asarray(events))).astype(np.float64)
    base = np.atleast_1d(check_positives("expected", expected))
    if counts.shape != base.shape or counts.ndim != 1:
        raise ValueError("`events` and `expected` must have one element for each person")
    total, over = int(counts.sum()), float(base.sum())
    caveat = f"{NOT_ALIKE_WITHIN}; the published rates are taken as known"
    if method == "person_robust" and total and len(counts) > 1:
        estimate = LogEstimate.of(total / over, log_rate_influence(counts, base))
        low, high = estimate.limits(level)
        name, p_value = "person-level, log scale", estimate.p_value()
    else:
        from dipoutcomes.intervals.rate import garwood_interval, rate_p_value

        low, high = garwood_interval(total, over, confidence_level=level)
        p_value = float(rate_p_value(total, over, 1.0))
        name = "Garwood exact"
        caveat = f"the interval takes events to be independent; {caveat}"
    return Estimate(
        measure=measure,
        value=total / over,
        interval=Interval(low, high, level, name),
        events=total,
        base=over,
        base_unit="expected",
        persons=len(counts),
        quantity="ratio",
        p_value=p_value,
        caveat=caveat,
    )


def _strata(
    events: ArrayLike, n: ArrayLike, share: ArrayLike, names: Sequence[str]
) -> tuple[Counts, Counts, Floats, tuple[str, ...]]:
    x = np.atleast_1d(check_counts("events", np.asarray(events)))
    size = np.atleast_1d(check_counts("n", np.asarray(n)))
    shares = np.atleast_1d(check_numbers("published_share", share))
    labels = tuple(names) or tuple(f"stratum {k + 1}" for k in range(len(x)))
    problems = []
    if not x.shape == size.shape == shares.shape == (len(labels),):
        problems.append("the arrays must have one element for each stratum")
    elif np.any(x > size):
        problems.append(
            f"{int((x > size).sum())} strata have more people with an event than people"
        )
    if not np.all((shares > 0) & (shares < 1)):
        problems.append("`published_share` must lie strictly between 0 and 1 in every stratum")
    if problems:
        raise ValueError("; ".join(problems))
    return x, size, shares, labels


def _table(x: Counts, size: Counts, share: Floats, names: tuple[str, ...]) -> Table:
    columns = (
        Column(key="stratum", heading="Risk group", kind="label"),
        Column(key="people", heading="People", kind="persons"),
        Column(key="observed", heading="With event", kind="persons", out_of="people"),
        Column(key="share", heading="Published share", kind="share"),
        Column(key="expected", heading="Expected", kind="number"),
    )
    expected = size * share
    rows = [
        (name, int(m), int(k), float(p), float(e))
        for name, m, k, p, e in zip(names, size, x, share, expected, strict=True)
    ]
    total = ("all", int(size.sum()), int(x.sum()), None, float(expected.sum()))
    caption = "People with an event and the number expected at published shares, by risk group."
    return Table.of("observed_over_expected", caption, columns, [*rows, total], adds_up=True)


def _joined(
    ratio: float,
    limits: tuple[float, float],
    variance: float,
    level: float,
    tails: Tails,
    observed: int,
) -> tuple[float, float, float]:
    """Return limits and p-value with the variance of the log of the expected number."""
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    def widened(limit: float, z: float, sign: int) -> float:
        if limit <= 0:
            return 0.0
        # With no event there is no log to start from: the limit itself is moved.
        start = log(ratio) if ratio > 0 else log(limit)
        return exp(start + sign * sqrt((log(limit) - start) ** 2 + z**2 * variance))

    z = float(ndtri((1 + level) / 2))
    low, high = widened(limits[0], z, -1), widened(limits[1], z, 1)
    sign = 1 if ratio < 1 else -1
    expected = tails.expected(0.0)

    def beyond_one(z: float) -> float:
        """Return how far the limit that faces 1 lies beyond it, at *z*."""
        own = tails.limit(observed, float(ndtr(-z)), upper=sign > 0) / expected
        return sign * (widened(own, z, sign) - 1)

    # The p-value is that of the level at which this limit is 1.
    if ratio == 1 or beyond_one(1e-6) >= 0:
        return low, high, 1.0
    most = 8.0  # beyond it a p-value is below 1e-15
    z = most if beyond_one(most) < 0 else float(brentq(beyond_one, 1e-6, most, xtol=1e-10))
    return low, high, float(2 * ndtr(-z))
