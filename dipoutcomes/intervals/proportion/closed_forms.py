"""Intervals for a proportion in closed form: Wilson, Jeffreys, Agresti-Coull, Wald."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._typing import one_sample_bounds
from dipoutcomes.intervals.proportion._call import by_kernel
from dipoutcomes.results import Interval, IntervalArray


@one_sample_bounds
def wilson_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the Wilson score interval for a proportion, uncorrected for continuity.

    Parameters
    ----------
    events : int or array of int
        Persons with at least one event, ``0 <= events <= n``.
    n : int or array of int
        Persons observed for the whole follow-up period; broadcast with *events*. With ``n = 0``
        there is no information and the limits are 0 and 1.
    confidence_level : float, default 0.95
        Nominal coverage, strictly between 0 and 1; at least 0.5 with a bound on one side.
    side : {"two-sided", "lower", "upper"}, default "two-sided"
        Both limits, or one bound alone: all the error is left out on its side, and the other
        limit is the end of the range.

    Returns
    -------
    Interval or IntervalArray
        Limits as proportions in [0, 1], not percentages; an array for arrays.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Inverts the score test: the standard error is taken at the limit, not at the estimate, so
    the limits stay inside [0, 1] and keep their width when nobody, or everybody, has the event.
    Averaged over p the coverage is close to nominal even when ``n`` is small; at a given p it
    can fall short [2]_. Where a contract asks for *at least* 95%, use
    :func:`clopper_pearson_interval`.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872 (method 3, Table I).
    .. [2] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133.

    Examples
    --------
    >>> print(wilson_interval(21, 28))
    95% CI 0.566 to 0.873, Wilson score
    """
    return by_kernel(_binomial.wilson, "Wilson score", events, n, confidence_level, side)


@one_sample_bounds
def wilson_corrected_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the Wilson score interval with Newcombe's continuity correction.

    Parameters
    ----------
    events, n, confidence_level, side
        As for :func:`wilson_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`wilson_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`wilson_interval` does.

    Notes
    -----
    Close to the exact interval and as wide. The limits are 0 with no event and 1 with nothing
    but events, where the closed form fails. R's ``prop.test`` reduces its correction near one
    half (it gives 14 of 28 none), so the two differ there. Not for new work: use
    :func:`clopper_pearson_interval`, which it imitates.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872 (method 4).

    Examples
    --------
    >>> print(wilson_corrected_interval(1, 29))
    95% CI 0.002 to 0.196, Wilson score with continuity correction
    """
    title = "Wilson score with continuity correction"
    return by_kernel(_binomial.wilson_corrected, title, events, n, confidence_level, side)


@one_sample_bounds
def jeffreys_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the equal-tailed Jeffreys interval: quantiles of Beta(x + 1/2, n - x + 1/2).

    Parameters
    ----------
    events, n, confidence_level, side
        As for :func:`wilson_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`wilson_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`wilson_interval` does.

    Notes
    -----
    Bayesian, with good frequentist coverage away from 0 and 1. It leaves out 0 when nobody had
    the event and 1 when everybody had; :func:`jeffreys_adjusted_interval` puts the ends back.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133,
       section 3.1.3.

    Examples
    --------
    >>> print(jeffreys_interval(21, 28))
    95% CI 0.571 to 0.881, Jeffreys
    """
    return by_kernel(_binomial.jeffreys, "Jeffreys", events, n, confidence_level, side)


@one_sample_bounds
def jeffreys_adjusted_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the Jeffreys interval with its ends set to 0 (no event) and 1 (all events).

    Parameters
    ----------
    events, n, confidence_level, side
        As for :func:`wilson_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`wilson_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`wilson_interval` does.

    Notes
    -----
    The form that Brown, Cai and DasGupta recommend for small samples, beside Wilson.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133,
       section 4.1.2.

    Examples
    --------
    >>> print(jeffreys_adjusted_interval(0, 28))
    95% CI 0.000 to 0.085, Jeffreys with ends at 0 and 1
    """
    title = "Jeffreys with ends at 0 and 1"
    return by_kernel(_binomial.jeffreys_with_ends, title, events, n, confidence_level, side)


@one_sample_bounds
def agresti_coull_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the Agresti-Coull interval, not clipped to [0, 1].

    Parameters
    ----------
    events, n, confidence_level, side
        As for :func:`wilson_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`wilson_interval`. A limit below 0 or above 1 is given as it comes, so that
        nobody takes a clipped one for a limit.

    Raises
    ------
    TypeError, ValueError
        As :func:`wilson_interval` does.

    Notes
    -----
    The Wald formula about Wilson's centre. Simple to work by hand; longer than Wilson near
    0 and 1. Not for fewer than some 40 persons, where Wilson does better.

    References
    ----------
    .. [1] Agresti, A. and Coull, B. A. (1998). American Statistician 52, 119-126.

    Examples
    --------
    >>> print(agresti_coull_interval(21, 28))
    95% CI 0.564 to 0.876, Agresti-Coull
    """
    return by_kernel(_binomial.agresti_coull, "Agresti-Coull", events, n, confidence_level, side)


@one_sample_bounds
def wald_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the Wald interval. Do not use it: it is here to be shown beside the others.

    Parameters
    ----------
    events, n, confidence_level, side
        As for :func:`wilson_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`wilson_interval`; not clipped to [0, 1].

    Raises
    ------
    TypeError, ValueError
        As :func:`wilson_interval` does.

    Notes
    -----
    p plus or minus z standard errors taken at p. It has width 0 when nobody or everybody has
    the event, and its coverage is far below nominal for small ``n`` and near 0 and 1.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133.

    Examples
    --------
    >>> print(wald_interval(0, 28))
    95% CI 0.000 to 0.000, Wald (do not use)
    """
    return by_kernel(_binomial.wald, "Wald (do not use)", events, n, confidence_level, side)
