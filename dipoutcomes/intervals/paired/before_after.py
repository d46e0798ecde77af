"""The rate of events after over the rate before, from totals and unequal person-time.

Given their total, the events after are binomial: a proportion that is turned into a ratio of
rates. It takes every event to be independent of every other; work from people where it is not.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_counts, check_positives
from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import (
    FloatArray,
    Method,
    Side,
    find_method,
    finish,
    interval_by,
    level_for,
)
from dipoutcomes.intervals._typing import Counts, Numbers
from dipoutcomes.intervals.paired._tables import plain, score_p_value, tails_p_value
from dipoutcomes.intervals.paired.mcnemar import binomial_tails
from dipoutcomes.results import Interval, IntervalArray

_KERNELS = {
    "exact": (_binomial.clopper_pearson, "before-after rate ratio, exact conditional"),
    "mid_p": (_binomial.mid_p, "before-after rate ratio, exact conditional mid-P"),
    "score": (_binomial.wilson, "before-after rate ratio, score"),
}


def _checked(
    events_before: Any, time_before: Any, events_after: Any, time_after: Any
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return events before and after and person-time before over after, in one shape."""
    counts = [
        check_counts(name, value).astype(np.float64)
        for name, value in (("events_before", events_before), ("events_after", events_after))
    ]
    times = [
        check_positives(name, value, because=": no person-time has no rate")
        for name, value in (("time_before", time_before), ("time_after", time_after))
    ]
    before, after, scale = np.broadcast_arrays(*counts, times[0] / times[1])
    return before, after, scale


def _interval(method: str, data: tuple[Any, ...], confidence_level: float, side: Side) -> Any:
    level = level_for(confidence_level, side)
    before, after, scale = _checked(*data)
    kernel, title = _KERNELS[method]
    none = before + after == 0
    low, high = kernel(after, before + after + none, level)
    with np.errstate(divide="ignore"):
        limits = (low / (1 - low) * scale, high / (1 - high) * scale)
    possible = (0.0, np.inf)
    return finish(limits, confidence_level, title, no_data=none, possible=possible, side=side)


def before_after_exact_interval(
    events_before: Any,
    time_before: Any,
    events_after: Any,
    time_after: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Any:
    """Return the exact interval for the rate after over the rate before.

    Parameters
    ----------
    events_before, events_after : int or array of int
        Events of everybody in each window. None at all gives 0 to infinity: no information.
    time_before, time_after : float or array of float
        Person-time at risk in each, above 0, in one unit; the windows may differ in length.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at 0 or infinity.

    Returns
    -------
    Interval or IntervalArray
        Ratio of rates, from 0 to infinity; below 1 is a fall.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Clopper-Pearson limits of the events after among all events, as odds, times time before over
    time after. It is the interval of the two Poisson totals and of the same people alike, for
    what is steady in a person cancels where everybody's time is split alike. Do not use it where
    changes differ between people: it is then too short. Regression to the mean is not removed.

    References
    ----------
    .. [1] Przyborowski, J. and Wilenski, H. (1940). Biometrika 31, 313-323.

    Examples
    --------
    >>> print(before_after_exact_interval(64, 31.2, 22, 28.5))
    95% CI 0.221 to 0.619, before-after rate ratio, exact conditional
    """
    data = (events_before, time_before, events_after, time_after)
    return _interval("exact", data, confidence_level, side)


def before_after_mid_p_interval(
    events_before: Any,
    time_before: Any,
    events_after: Any,
    time_after: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Any:
    """Return the mid-P interval for the rate after over the rate before.

    Parameters
    ----------
    events_before, time_before, events_after, time_after, confidence_level, side
        As for :func:`before_after_exact_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`before_after_exact_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`before_after_exact_interval` does.

    Notes
    -----
    Less cautious: it covers its level on average over the truths and not at each.

    References
    ----------
    .. [1] Berry, G. and Armitage, P. (1995). The Statistician 44, 417-423 (mid-P).

    Examples
    --------
    >>> print(before_after_mid_p_interval(64, 31.2, 22, 28.5))
    95% CI 0.228 to 0.604, before-after rate ratio, exact conditional mid-P
    """
    data = (events_before, time_before, events_after, time_after)
    return _interval("mid_p", data, confidence_level, side)


def before_after_score_interval(
    events_before: Any,
    time_before: Any,
    events_after: Any,
    time_after: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Any:
    """Return the score interval for the rate after over the rate before: a closed form.

    Parameters
    ----------
    events_before, time_before, events_after, time_after, confidence_level, side
        As for :func:`before_after_exact_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`before_after_exact_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`before_after_exact_interval` does.

    Notes
    -----
    Wilson limits of the events after among all events, as odds; sound with no event at one time.
    With fewer than five events expected in all it can cover less than its level: 92.8% at 1.5
    before and 0.3 after (enumerated).

    References
    ----------
    .. [1] Graham, P. L., Mayne, K. and Chan, A. K. T. (2003). Statistics in Medicine 22,
       2071-2083.

    Examples
    --------
    >>> print(before_after_score_interval(64, 31.2, 22, 28.5))
    95% CI 0.233 to 0.608, before-after rate ratio, score
    """
    data = (events_before, time_before, events_after, time_after)
    return _interval("score", data, confidence_level, side)


BEFORE_AFTER_METHODS = (
    Method(
        name="exact",
        title=_KERNELS["exact"][1],
        function=before_after_exact_interval,
        use="The default: keeps its level for every truth, if events are independent.",
        reference="Przyborowski and Wilenski (1940), Biometrika 31, 313-323",
        standing="recommended",
        one_sided=True,
        aliases=("exact_conditional_central", "exact_conditional"),
    ),
    Method(
        name="mid_p",
        title=_KERNELS["mid_p"][1],
        function=before_after_mid_p_interval,
        use="Less cautious.",
        reference="Berry and Armitage (1995), The Statistician 44, 417-423",
        one_sided=True,
        aliases=("exact_conditional_mid_p",),
    ),
    Method(
        name="score",
        title=_KERNELS["score"][1],
        function=before_after_score_interval,
        use="A closed form.",
        reference="Graham, Mayne and Chan (2003), Statistics in Medicine 22, 2071-2083",
        one_sided=True,
    ),
)


@overload
def before_after_interval(  # type: ignore[overload-overlap]
    events_before: int,
    time_before: float,
    events_after: int,
    time_after: float,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def before_after_interval(
    events_before: Counts | int,
    time_before: Numbers | float,
    events_after: Counts | int,
    time_after: Numbers | float,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def before_after_interval(
    events_before: Any,
    time_before: Any,
    events_after: Any,
    time_after: Any,
    *,
    method: str = "exact",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for the rate after over the rate before, from totals, by any method.

    Parameters
    ----------
    events_before, time_before, events_after, time_after, confidence_level, side
        As for :func:`before_after_exact_interval`.
    method : str, default "exact"
        A name of ``METHODS["before_after"]`` or one of its aliases.

    Returns
    -------
    Interval or IntervalArray
        Limits for the rate after over the rate before, 1 for no change; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Notes
    -----
    Events of one person are seldom independent. With the counts of each person use
    `dipoutcomes.comparison.rate_ratio_before_after`, whose default sees the spread between them.

    Examples
    --------
    >>> print(before_after_interval(25, 25.4, 26, 25.2))
    95% CI 0.582 to 1.892, before-after rate ratio, exact conditional
    """
    data = (events_before, time_before, events_after, time_after)
    return interval_by(
        BEFORE_AFTER_METHODS, method, *data, confidence_level=confidence_level, side=side
    )


def before_after_p_value(
    events_before: Any,
    time_before: Any,
    events_after: Any,
    time_after: Any,
    *,
    null_ratio: Any = 1.0,
    method: str = "exact",
    alternative: str = "two-sided",
) -> FloatArray | float:
    """Return the p-value of a given ratio of rates, of the same kind as the interval.

    Parameters
    ----------
    events_before, time_before, events_after, time_after, method
        As for :func:`before_after_interval`.
    null_ratio : float or array of float, default 1
        Rate after over rate before; above 0 and finite.
    alternative : {"two-sided", "greater", "less"}
        "less": that the ratio is below *null_ratio*, a fall. Two-sided exact values are twice the
        smaller tail and at most 1.

    Returns
    -------
    float or array
        1 where there was no event at all.

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    References
    ----------
    .. [1] Przyborowski, J. and Wilenski, H. (1940). Biometrika 31, 313-323.

    Examples
    --------
    >>> round(before_after_p_value(5, 12, 0, 9.3), 4)
    0.1135
    """
    word = find_method(BEFORE_AFTER_METHODS, method).name
    null = check_positives("null_ratio", null_ratio)
    checked = _checked(events_before, time_before, events_after, time_after)
    before, after, scale, null = np.broadcast_arrays(*checked, null)
    total, share = np.maximum(before + after, 1), null / (null + scale)
    if word == "score":
        z = (after - total * share) / np.sqrt(total * share * (1 - share))
        p = score_p_value(z / np.sqrt(1 + z**2), alternative)
    else:
        tails = binomial_tails(after, total, share, mid_p=word == "mid_p")
        p = tails_p_value(*tails, alternative)
    none: NDArray[np.bool_] = before + after == 0
    return plain(np.where(none, 1.0, p))
