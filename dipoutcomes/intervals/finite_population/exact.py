"""Intervals for a known frame from the hypergeometric tails."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals import _hypergeometric
from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._typing import finite_bounds
from dipoutcomes.intervals.finite_population._call import by_counts
from dipoutcomes.results import Interval, IntervalArray


@finite_bounds
def hypergeometric_interval(
    events: Any,
    n: Any,
    population: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the exact equal-tailed interval for the proportion of a frame with the event.

    Parameters
    ----------
    events : int or array of int
        Persons in the sample with at least one event, ``0 <= events <= n``.
    n : int or array of int
        Persons in the sample. ``n = 0`` gives 0 to 1.
    population : int or array of int
        Persons in the frame the sample was drawn from, ``n <= population``; broadcast.
    confidence_level : float, default 0.95
        Nominal coverage, strictly between 0 and 1; at least 0.5 with a bound on one side.
    side : {"two-sided", "lower", "upper"}, default "two-sided"
        Both limits, or one bound alone: all the error is left out on its side, and the other
        limit is the last number of people that the sample leaves possible.

    Returns
    -------
    Interval or IntervalArray
        Proportions of the frame. :func:`finite_population_counts` gives whole people.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    The limits are the smallest and the largest number M of people in the frame for which neither
    tail, P(X >= x | M) or P(X <= x | M), is at or below (1 - level) / 2. Coverage is at least
    nominal for every M. A census returns the single value observed. Only for a simple random
    sample; a stratified or a clustered one needs its own design.

    References
    ----------
    .. [1] Konijn, H. S. (1973). Statistical Theory of Sample Survey Design and Analysis.
    .. [2] Buonaccorsi, J. P. (1987). American Statistician 41, 215-218.

    Examples
    --------
    >>> print(hypergeometric_interval(21, 28, 210))
    95% CI 0.567 to 0.881, exact (hypergeometric)
    """
    return by_counts(
        _hypergeometric.equal_tailed_counts,
        "exact (hypergeometric)",
        (events, n, population),
        confidence_level,
        side,
    )


@finite_bounds
def hypergeometric_mid_p_interval(
    events: Any,
    n: Any,
    population: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the interval of :func:`hypergeometric_interval` with half weight for the count seen.

    Parameters
    ----------
    events, n, population, confidence_level, side
        As for :func:`hypergeometric_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`hypergeometric_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`hypergeometric_interval` does.

    Notes
    -----
    Shorter; coverage is near nominal on average and can fall short for some populations.

    References
    ----------
    .. [1] Lancaster, H. O. (1961). Journal of the American Statistical Association 56, 223-234.

    Examples
    --------
    >>> interval = hypergeometric_mid_p_interval(21, 28, 210)
    >>> round(interval.low * 210), round(interval.high * 210)
    (122, 183)
    """
    return by_counts(
        _hypergeometric.mid_p_counts,
        "mid-P (hypergeometric)",
        (events, n, population),
        confidence_level,
        side,
    )


@finite_bounds
def hypergeometric_katz_interval(
    events: Any,
    n: Any,
    population: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the nearest rejected counts on either side of :func:`hypergeometric_interval`.

    Parameters
    ----------
    events, n, population, confidence_level, side
        As for :func:`hypergeometric_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`hypergeometric_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`hypergeometric_interval` does.

    Notes
    -----
    The limits are the same but for one step: a limit here is the first number of people that is
    *rejected*, not the last that is accepted, and so the interval is one person wider at each end
    (unless the sample rules that number out). To reproduce R's ``samplingbook``, which follows
    Katz; otherwise the step buys nothing, for the equal-tailed interval holds its level already.

    References
    ----------
    .. [1] Katz, L. (1953). Annals of Mathematical Statistics 24, 256-261.

    Examples
    --------
    >>> interval = hypergeometric_katz_interval(21, 28, 210)
    >>> round(interval.low * 210), round(interval.high * 210)
    (118, 186)
    """
    return by_counts(
        _hypergeometric.nearest_rejected_counts,
        "exact (hypergeometric, nearest rejected)",
        (events, n, population),
        confidence_level,
        side,
    )
