"""The ratio of the rates after and before, with limits from samples of the people themselves."""

from __future__ import annotations

from math import inf, isfinite
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice, check_confidence_level, check_count, check_generator
from dipoutcomes.comparison._paired_counts import (
    DAYS_PER_YEAR,
    NOT_REMOVED,
    PairedCounts,
    left_out_note,
)
from dipoutcomes.comparison.before_after._resample import resampled_sums
from dipoutcomes.results import Estimate, Interval

Floats = NDArray[np.float64]

MOST_REPLICATES = 10_000_000

BootstrapMethod = Literal["bca", "percentile"]
_TITLES = {"bca": "BCa bootstrap by person", "percentile": "percentile bootstrap by person"}


def bootstrap_rate_ratio(  # noqa: PLR0913
    events_before: ArrayLike,
    days_before: ArrayLike,
    events_after: ArrayLike,
    days_after: ArrayLike,
    *,
    rng: np.random.Generator,
    replicates: int = 10_000,
    method: BootstrapMethod = "bca",
    measure: str = "ratio of the rate after to the rate before",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the rate after over the rate before with bootstrap limits, people drawn whole.

    Parameters
    ----------
    events_before, days_before, events_after, days_after, measure, confidence_level
        As for `rate_ratio_before_after`.
    rng : numpy.random.Generator
        A stream of its own, so that nothing else in a study moves with it.
    replicates : int, default 10,000
        At least 100.
    method : {"bca", "percentile"}
        "bca" corrects percentiles for bias and for an error that changes with the ratio.

    Returns
    -------
    Estimate
        Of quantity "ratio". Without an event in one of the windows, or with one person, the
        exact conditional interval of the totals stands in, with a caveat.

    Raises
    ------
    DesignError, TypeError, ValueError
        As `rate_ratio_before_after`.

    Notes
    -----
    A second opinion on the default, not a better one: with few people the bootstrap has only
    their spread to draw from. In simulated cohorts of 28 whose people change differently a nominal
    95% BCa interval covered 91% to 93%, the person-robust one 93% to 95%. The p-value is the level
    at which the interval just reaches 1; it is at least 2 / (replicates + 1).

    References
    ----------
    .. [1] Efron, B. (1987). Journal of the American Statistical Association 82, 171-185.
    .. [2] Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap, chapter 14.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> ratio = bootstrap_rate_ratio(
    ...     [4, 1, 2, 3, 0], [365] * 5, [1, 1, 1, 2, 0], [365] * 5, rng=rng)
    >>> print(f"{ratio.value:.2f} ({ratio.interval.method})")
    0.50 (BCa bootstrap by person)
    """
    check_choice("method", method, tuple(_TITLES))
    level = check_confidence_level(confidence_level)
    count = check_count("replicates", replicates, minimum=100, maximum=MOST_REPLICATES)
    check_generator(rng)
    data = PairedCounts.of(events_before, days_before, events_after, days_after)
    notes = [NOT_REMOVED, *left_out_note(data)]
    if not (data.total_before and data.total_after) or len(data.after) < 2:
        value, interval, p_value = _totals(data, level)
        notes.append(
            "too little was seen to draw from, so the exact interval of the totals stands in, "
            "which is too short where people differ"
        )
    else:
        value = data.ratio
        interval, p_value, said = _resampled(data, count, rng, method, level)
        notes += said
    return Estimate(
        measure=measure,
        value=value,
        interval=interval,
        events=data.total_after,
        base=float(data.years_after.sum()),
        base_unit="person-years at liberty",
        persons=len(data.after),
        quantity="ratio",
        reference_events=data.total_before,
        reference_base=float(data.years_before.sum()),
        p_value=p_value,
        caveat="; ".join(notes),
    )


def _resampled(
    data: PairedCounts, replicates: int, rng: np.random.Generator, method: str, level: float
) -> tuple[Interval, float, list[str]]:
    days = [np.round(t * DAYS_PER_YEAR, 6) for t in (data.years_before, data.years_after)]
    before, after, time_before, time_after = resampled_sums(
        [data.before, data.after, days[0], days[1]], replicates, rng
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (after / time_after) / (before / time_before)
    defined = ratios[~np.isnan(ratios)]
    notes = []
    if len(defined) < replicates:
        notes.append(
            f"{replicates - len(defined):,} of {replicates:,} samples had no event at all and "
            "were left out"
        )
    bias, acceleration = 0.0, 0.0
    if method == "bca":
        bias, acceleration = _bias(defined, data.ratio), _acceleration(data)
        if not (isfinite(bias) and isfinite(acceleration)):
            notes.append("the correction is not defined for so few people; plain percentiles")
            bias, acceleration = 0.0, 0.0
    low, high = _limits(defined, level, bias, acceleration)
    return (
        Interval(low, high, level, _TITLES[method]),
        _p_value(defined, bias, acceleration),
        notes,
    )


def _bias(ratios: Floats, value: float) -> float:
    """Return z0: ties of the estimate itself count half."""
    from scipy.special import ndtri

    slack = 1e-12 * value
    below = np.count_nonzero(ratios < value - slack)
    equal = np.count_nonzero(ratios <= value + slack) - below
    return float(ndtri((below + equal / 2) / len(ratios)))


def _acceleration(data: PairedCounts) -> float:
    """Return a from the jackknife: the skewness of the ratio without each person in turn."""
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (data.after.sum() - data.after) / (data.years_after.sum() - data.years_after)
        without /= (data.before.sum() - data.before) / (data.years_before.sum() - data.years_before)
        change = without.mean() - without
        return float((change**3).sum() / (6 * (change**2).sum() ** 1.5))


def _limits(ratios: Floats, level: float, bias: float, acceleration: float) -> tuple[float, float]:
    from scipy.special import ndtr, ndtri

    z = bias + ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    steep = 1 - acceleration * z
    # Beyond the pole of the correction the share is that of its end.
    shares = np.where(steep > 0, ndtr(bias + z / np.where(steep > 0, steep, 1)), [0.0, 1.0])
    place = shares * (len(ratios) - 1)
    under = np.floor(place).astype(np.intp)
    over = np.minimum(under + 1, len(ratios) - 1)
    ordered = np.partition(ratios, np.unique([*under, *over]))
    first, last, part = ordered[under], ordered[over], place - under
    with np.errstate(invalid="ignore"):
        found = np.where(part == 0, first, first + part * (last - first))
    found = np.where(np.isnan(found), inf, found)
    return float(found[0]), float(found[1])


def _p_value(ratios: Floats, bias: float, acceleration: float) -> float:
    from scipy.special import ndtr, ndtri

    below, above = np.count_nonzero(ratios < 1), np.count_nonzero(ratios > 1)
    share = (below + (len(ratios) - below - above) / 2) / len(ratios)
    least = 2 / (len(ratios) + 1)
    if share in (0.0, 1.0):
        return least
    moved = float(ndtri(share)) - bias
    tail = float(ndtr(moved / (1 + acceleration * moved) - bias))
    return min(1.0, max(least, 2 * min(tail, 1 - tail)))


def _totals(data: PairedCounts, level: float) -> tuple[float, Interval, float]:
    from dipoutcomes.intervals.paired import before_after_interval, before_after_p_value

    totals = (
        data.total_before, float(data.years_before.sum()),
        data.total_after, float(data.years_after.sum()),
    )  # fmt: skip
    low, high = before_after_interval(*totals, confidence_level=level)
    interval = Interval(low, high, level, "exact conditional")
    return data.ratio, interval, float(before_after_p_value(*totals))
