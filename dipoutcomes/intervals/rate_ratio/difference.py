"""Intervals for the difference of two rates."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._typing import two_rates_bounds
from dipoutcomes.intervals.rate_ratio import _difference
from dipoutcomes.intervals.rate_ratio._frame import difference_by
from dipoutcomes.results import Interval, IntervalArray


@two_rates_bounds
def rate_difference_scas_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the skewness-corrected score (SCAS) interval for the difference of two rates.

    Parameters
    ----------
    events_1, events_2 : int or array of int
        Events counted in each group, at least 0.
    person_time_1, person_time_2 : float or array of float
        Time at risk of each group in one unit, at least 0; broadcast. A group without
        time gives minus infinity to infinity: no information.
    confidence_level : float, default 0.95
        Strictly between 0 and 1; of a bound on one side at least 0.5.
    side : {"two-sided", "lower", "upper"}
        "lower" or "upper" gives that bound alone, at *confidence_level*; the other limit is the
        end of what is possible.

    Returns
    -------
    Interval or IntervalArray
        Rate 1 less rate 2, per unit of person-time.

    Raises
    ------
    TypeError
        If events are not whole, or person-time is no number.
    ValueError
        If an argument lies outside its range, or there are events in no time.

    Notes
    -----
    The differences d for which z, the solution of gap = z sd + (z^2 - 1) skewness sd / 6 with
    variance and skewness at the likeliest rates that differ by d, is within its normal limits.
    Coverage over means of 1 to 60 at nominal 95%: at least 94.5%, 95.2% on average, the two
    tails alike. Not for offences of persons, whose counts vary more than Poisson.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348.

    Examples
    --------
    >>> print(rate_difference_scas_interval(21, 56.4, 35, 50.1))
    95% CI -0.624 to -0.050, score difference, corrected for skewness (SCAS)
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return difference_by(
        _difference.scas,
        "score difference, corrected for skewness (SCAS)",
        data,
        confidence_level,
        side,
    )


@two_rates_bounds
def rate_difference_score_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the score interval for the difference of two rates (Miettinen and Nurminen).

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2, confidence_level, side
        As for :func:`rate_difference_scas_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`rate_difference_scas_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`rate_difference_scas_interval` does.

    Notes
    -----
    The differences whose score statistic, with the variance at the likeliest rates that differ
    so, is within its normal limits. Coverage over means of 1 to 60 at nominal 95%: at least
    93.2%, 95.1% on average.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226.

    Examples
    --------
    >>> print(rate_difference_score_interval(21, 56.4, 35, 50.1))
    95% CI -0.630 to -0.051, score difference
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return difference_by(_difference.score, "score difference", data, confidence_level, side)


@two_rates_bounds
def rate_difference_mover_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the square-and-add (MOVER) interval for a difference, from two Garwood intervals.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2, confidence_level, side
        As for :func:`rate_difference_scas_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`rate_difference_scas_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`rate_difference_scas_interval` does.

    Notes
    -----
    Cautious: coverage over means of 1 to 60 at nominal 95% is at least 95.7%, 96.8% on average.
    Inverts no test and has no p-value.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Statistics in Medicine 27, 1693-1702.

    Examples
    --------
    >>> print(rate_difference_mover_interval(21, 56.4, 35, 50.1))
    95% CI -0.634 to -0.037, square-and-add difference (MOVER), Garwood
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return difference_by(
        _difference.mover_garwood,
        "square-and-add difference (MOVER), Garwood",
        data,
        confidence_level,
        side,
    )


@two_rates_bounds
def rate_difference_mover_jeffreys_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the square-and-add (MOVER) interval for a difference, from two Jeffreys intervals.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2, confidence_level, side
        As for :func:`rate_difference_scas_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`rate_difference_scas_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`rate_difference_scas_interval` does.

    Notes
    -----
    A closed form that starts from the posterior medians. Coverage over means of 1 to 60 at
    nominal 95%: at least 94.6%, 95.1% on average. Inverts no test and has no p-value.

    References
    ----------
    .. [1] Li, H. Q., Tang, M. L. and Wong, W. K. (2014). Computational Statistics 29, 869-889.
    .. [2] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348.

    Examples
    --------
    >>> print(rate_difference_mover_jeffreys_interval(21, 56.4, 35, 50.1))
    95% CI -0.619 to -0.050, square-and-add difference (MOVER), Jeffreys
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return difference_by(
        _difference.mover_jeffreys,
        "square-and-add difference (MOVER), Jeffreys",
        data,
        confidence_level,
        side,
    )


@two_rates_bounds
def rate_difference_wald_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Wald interval for a difference. Do not use it: no width without events.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2, confidence_level, side
        As for :func:`rate_difference_scas_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`rate_difference_scas_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`rate_difference_scas_interval` does.

    References
    ----------
    .. [1] Rothman, K. J. and Greenland, S. (1998). Modern Epidemiology, 2nd ed., chapter 14.

    Examples
    --------
    >>> print(rate_difference_wald_interval(21, 56.4, 35, 50.1))
    95% CI -0.607 to -0.045, Wald difference of rates (do not use)
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return difference_by(
        _difference.wald, "Wald difference of rates (do not use)", data, confidence_level, side
    )
