"""Intervals for a known frame from two-sided exact tests: Blaker, and minlike."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals import _hypergeometric_hulls
from dipoutcomes.intervals._typing import finite
from dipoutcomes.intervals.finite_population._call import by_counts
from dipoutcomes.results import Interval, IntervalArray


@finite
def hypergeometric_blaker_interval(
    events: Any, n: Any, population: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Blaker's exact interval for the proportion of a frame with the event.

    Parameters
    ----------
    events, n, population, confidence_level
        As for :func:`hypergeometric_interval`; two-sided only.

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
    The smallest and the largest number of people that Blaker's test does not reject at 1 - level:
    the hull of the accepted numbers, which can have gaps. Coverage is at least nominal for every
    number of people in the frame; inside the equal-tailed interval, and nested in the level. For
    21 of 28 from 210 its coverage is at least 0.9501 and its mean width 57.2 people, against
    0.9589 and 60.1 for the equal-tailed one. Not where the two sides matter separately.

    References
    ----------
    .. [1] Blaker, H. (2000). Canadian Journal of Statistics 28, 783-798.

    Examples
    --------
    >>> interval = hypergeometric_blaker_interval(21, 28, 210)
    >>> round(interval.low * 210), round(interval.high * 210)
    (121, 185)
    """
    return by_counts(
        _hypergeometric_hulls.blaker_counts,
        "exact (hypergeometric, Blaker)",
        (events, n, population),
        confidence_level,
    )


@finite
def hypergeometric_minlike_interval(
    events: Any, n: Any, population: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the hull of the frames under which the sample is not among the least likely.

    Parameters
    ----------
    events, n, population, confidence_level
        As for :func:`hypergeometric_interval`; two-sided only.

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
    The smallest and the largest number of people for which the outcomes no likelier than the one
    seen have together more than 1 - level. The accepted numbers can have gaps; the hull is given.
    Coverage is at least nominal. It need not lie inside the equal-tailed interval.

    References
    ----------
    .. [1] Sterne, T. E. (1954). Biometrika 41, 275-278 (for the binomial).

    Examples
    --------
    >>> interval = hypergeometric_minlike_interval(21, 28, 210)
    >>> round(interval.low * 210), round(interval.high * 210)
    (121, 185)
    """
    return by_counts(
        _hypergeometric_hulls.minlike_counts,
        "exact (hypergeometric, minlike)",
        (events, n, population),
        confidence_level,
    )
