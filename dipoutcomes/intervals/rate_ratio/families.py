"""The functions that take the methods for two rates by name."""

from __future__ import annotations

from typing import Any, overload

from dipoutcomes.intervals._common import Side, interval_by
from dipoutcomes.intervals._typing import Counts, Numbers
from dipoutcomes.intervals.rate_ratio.table import RATE_DIFFERENCE_METHODS, RATE_RATIO_METHODS
from dipoutcomes.results import Interval, IntervalArray


@overload
def rate_ratio_interval(  # type: ignore[overload-overlap]
    events_1: int,
    person_time_1: float,
    events_2: int,
    person_time_2: float,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def rate_ratio_interval(
    events_1: Counts | int,
    person_time_1: Numbers | float,
    events_2: Counts | int,
    person_time_2: Numbers | float,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def rate_ratio_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    method: str = "score",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for the ratio of two rates by any method of its table.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2 : number or array
        As for :func:`rate_ratio_exact_interval`, with its warning: not for offences of persons.
    method : str, default "score"
        A name of ``METHODS["rate_ratio"]``, one of its aliases, or "recommended". That is the
        score interval: enumerated over Poisson means of 1 to 60 at nominal 95% it covers 94.6% to
        99.8%, and it is the shortest that does.
    confidence_level : float, default 0.95
        Strictly between 0 and 1; of a bound on one side at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone, at *confidence_level*, where the method has one.

    Returns
    -------
    Interval or IntervalArray
        Limits for the first rate over the second, 1 for no difference; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method (the message names the nearest one), or it has no bound on
        one side.

    Examples
    --------
    >>> print(rate_ratio_interval(21, 56.4, 35, 50.1, method="exact"))
    95% CI 0.295 to 0.941, exact conditional
    """
    return interval_by(
        RATE_RATIO_METHODS,
        method,
        events_1,
        person_time_1,
        events_2,
        person_time_2,
        confidence_level=confidence_level,
        side=side,
    )


@overload
def rate_difference_interval(  # type: ignore[overload-overlap]
    events_1: int,
    person_time_1: float,
    events_2: int,
    person_time_2: float,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def rate_difference_interval(
    events_1: Counts | int,
    person_time_1: Numbers | float,
    events_2: Counts | int,
    person_time_2: Numbers | float,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def rate_difference_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    method: str = "scas",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for the difference of two rates by any method of its table.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2 : number or array
        As for :func:`rate_difference_scas_interval`, with its warning: not for offences of persons.
    method : str, default "scas"
        A name of ``METHODS["rate_difference"]``, one of its aliases, or "recommended". That is the
        skewness-corrected score interval: enumerated over Poisson means of 1 to 60 at nominal 95%
        its coverage is never below 94.4%, and that of the plain score interval is (93.1%).
    confidence_level : float, default 0.95
        Strictly between 0 and 1; of a bound on one side at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone, at *confidence_level*, where the method has one.

    Returns
    -------
    Interval or IntervalArray
        Limits for the first rate less the second, 0 for no difference; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method (the message names the nearest one), or it has no bound on
        one side.

    Examples
    --------
    >>> print(rate_difference_interval(21, 56.4, 35, 50.1, method="mover"))
    95% CI -0.634 to -0.037, square-and-add difference (MOVER), Garwood
    """
    return interval_by(
        RATE_DIFFERENCE_METHODS,
        method,
        events_1,
        person_time_1,
        events_2,
        person_time_2,
        confidence_level=confidence_level,
        side=side,
    )
