"""Exact intervals for the ratio of two rates, given the sum of their events."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._typing import two_rates, two_rates_bounds
from dipoutcomes.intervals.rate_ratio import _conditional
from dipoutcomes.intervals.rate_ratio._frame import ratio_by
from dipoutcomes.results import Interval, IntervalArray


@two_rates_bounds
def rate_ratio_exact_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the exact interval for the ratio of two rates: Clopper-Pearson, transformed.

    Parameters
    ----------
    events_1, events_2 : int or array of int
        Events counted in each group, at least 0.
    person_time_1, person_time_2 : float or array of float
        Time at risk of each group in one unit, at least 0; broadcast. A group without time, and
        no event in either group, give 0 to infinity: no information.
    confidence_level : float, default 0.95
        Strictly between 0 and 1; of a bound on one side at least 0.5.
    side : {"two-sided", "lower", "upper"}
        "lower" or "upper" gives that bound alone, at *confidence_level*; the other limit is the
        end of what is possible.

    Returns
    -------
    Interval or IntervalArray
        Rate 1 over rate 2; infinity is a real answer where the second group has no event.

    Raises
    ------
    TypeError
        If events are not whole, or person-time is no number.
    ValueError
        If an argument lies outside its range, or there are events in no time.

    Notes
    -----
    Given the sum of the events, those of the first group are binomial, with odds ratio x time_1 /
    time_2. Coverage is at least nominal for every pair of Poisson means, and well above it where
    events are few (98% on average over means of 1 to 60 at nominal 95%). Not for offences of
    persons, whose counts vary more than Poisson: use `outcomes.rate_model`, or
    `comparison.rate_ratio_before_after` for the same people. Agrees with the *central* p-value.

    References
    ----------
    .. [1] Przyborowski, J. and Wilenski, H. (1940). Biometrika 31, 313-323.
    .. [2] Fay, M. P. (2010). Biostatistics 11, 373-374.

    Examples
    --------
    >>> print(rate_ratio_exact_interval(21, 56.4, 35, 50.1))
    95% CI 0.295 to 0.941, exact conditional
    >>> print(rate_ratio_exact_interval(0, 10, 0, 12))
    95% CI 0.000 to inf, exact conditional
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(_conditional.exact, "exact conditional", data, confidence_level, side)


@two_rates_bounds
def rate_ratio_r_default_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the interval that R's ``poisson.test`` prints: the exact conditional one.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2, confidence_level, side
        As for :func:`rate_ratio_exact_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`rate_ratio_exact_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`rate_ratio_exact_interval` does.

    Notes
    -----
    R prints a minlike p-value beside this central interval, so that the two can disagree;
    ``rate_ratio_p_value(..., method="r_default")`` gives that p-value. For new work use a method
    whose interval and p-value are of one kind.

    References
    ----------
    .. [1] Fay, M. P. (2010). R Journal 2(1), 53-58.

    Examples
    --------
    >>> print(rate_ratio_r_default_interval(21, 56.4, 35, 50.1))
    95% CI 0.295 to 0.941, exact conditional, as R's poisson.test
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(
        _conditional.exact, "exact conditional, as R's poisson.test", data, confidence_level, side
    )


@two_rates_bounds
def rate_ratio_mid_p_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the mid-P interval for the ratio of two rates.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2, confidence_level, side
        As for :func:`rate_ratio_exact_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`rate_ratio_exact_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`rate_ratio_exact_interval` does.

    Notes
    -----
    The conditional binomial interval with half weight for the count observed. Coverage over
    means of 1 to 60 at nominal 95%: at least 94.9%, 96.5% on average.

    References
    ----------
    .. [1] Graham, P. L., Mengersen, K. and Morton, A. P. (2003). Statistics in Medicine 22,
       2071-2083.

    Examples
    --------
    >>> print(rate_ratio_mid_p_interval(21, 56.4, 35, 50.1))
    95% CI 0.306 to 0.912, conditional mid-P
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(_conditional.mid_p, "conditional mid-P", data, confidence_level, side)


@two_rates
def rate_ratio_blaker_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return Blaker's exact interval for the ratio of two rates: inside the central one.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2, confidence_level
        As for :func:`rate_ratio_exact_interval`; it has no bounds on one side.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`rate_ratio_exact_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`rate_ratio_exact_interval` does.

    Notes
    -----
    The hull of all ratios whose Blaker p-value is above 1 - level, given the sum of events; the
    set can have holes. Coverage is at least nominal for every pair of Poisson means.

    References
    ----------
    .. [1] Blaker, H. (2000). Canadian Journal of Statistics 28, 783-798.

    Examples
    --------
    >>> print(rate_ratio_blaker_interval(21, 56.4, 35, 50.1))
    95% CI 0.305 to 0.921, conditional Blaker
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(_conditional.blaker, "conditional Blaker", data, confidence_level)


@two_rates
def rate_ratio_minlike_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return the minimum likelihood interval for the ratio of two rates.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2, confidence_level
        As for :func:`rate_ratio_exact_interval`; it has no bounds on one side.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`rate_ratio_exact_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`rate_ratio_exact_interval` does.

    Notes
    -----
    The hull of all ratios whose minlike p-value (that of R's ``poisson.test``) is at least
    1 - level; the set can have holes. Coverage is at least nominal.

    References
    ----------
    .. [1] Sterne, T. E. (1954). Biometrika 41, 275-278.
    .. [2] Fay, M. P. (2010). Biostatistics 11, 373-374.

    Examples
    --------
    >>> print(rate_ratio_minlike_interval(21, 56.4, 35, 50.1))
    95% CI 0.308 to 0.921, conditional minimum likelihood
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(_conditional.minlike, "conditional minimum likelihood", data, confidence_level)
