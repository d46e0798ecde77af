"""P-values for the ratio and the difference of two rates, of the kinds of their intervals."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from dipoutcomes._validate import check_choice, check_positives
from dipoutcomes.intervals._binomial_tests import by_normal
from dipoutcomes.intervals._common import Alternative, FloatArray, check_alternative, find_method
from dipoutcomes.intervals._typing import Counts, Numbers
from dipoutcomes.intervals.rate.p_values import check_test, of_nothing
from dipoutcomes.intervals.rate_ratio import _difference, _p_kernels
from dipoutcomes.intervals.rate_ratio._frame import check_rates
from dipoutcomes.intervals.rate_ratio.table import RATE_DIFFERENCE_METHODS, RATE_RATIO_METHODS

_RATIO_TESTS = {
    "score": _p_kernels.score,
    "exact": _p_kernels.exact,
    "mid_p": _p_kernels.mid_p,
    "blaker": _p_kernels.blaker,
    "minlike": _p_kernels.minlike,
    "r_default": _p_kernels.minlike,
    "scas": _p_kernels.scas,
    "likelihood_ratio": _p_kernels.likelihood_ratio,
    "wald_log": _p_kernels.wald_log,
}

_DIFFERENCE_STATISTICS = {
    "scas": _difference.scas_z,
    "score": _difference.score_z,
    "wald": _difference.wald_z,
}


def _plain(p: FloatArray) -> FloatArray | float:
    return float(p) if p.ndim == 0 else p


@overload
def rate_ratio_p_value(  # type: ignore[overload-overlap]
    events_1: int,
    person_time_1: float,
    events_2: int,
    person_time_2: float,
    null_ratio: float = ...,
    *,
    method: str = ...,
    alternative: Alternative = ...,
) -> float: ...
@overload
def rate_ratio_p_value(
    events_1: Counts | int,
    person_time_1: Numbers | float,
    events_2: Counts | int,
    person_time_2: Numbers | float,
    null_ratio: Numbers | float = ...,
    *,
    method: str = ...,
    alternative: Alternative = ...,
) -> FloatArray: ...
def rate_ratio_p_value(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    null_ratio: Any = 1.0,
    *,
    method: str = "score",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of a ratio of two rates that agrees with the interval by *method*.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2 : number or array
        As for :func:`rate_ratio_exact_interval`, with its warning: not for offences of persons.
    null_ratio : float or array of float, default 1
        Rate 1 over rate 2 under the hypothesis, finite and above 0; broadcast.
    method : str, default "score"
        "score", "exact" (central: twice the smaller tail), "mid_p", "blaker", "minlike",
        "r_default" (minlike, as R's ``poisson.test``, whose interval is of another kind), "scas",
        "likelihood_ratio" or "wald_log", or an alias.
    alternative : {"two-sided", "greater", "less"}
        "greater" asks whether the ratio is above *null_ratio*. "blaker" and "minlike" are
        two-sided only.

    Returns
    -------
    float or array
        Where a group has no person-time, or neither has an event, 1 if the test is two-sided or
        exact, 0.5 for other tests on one side; ``nan`` by "wald_log" where a group has no event.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    A ratio has a p-value above 1 - level exactly where it lies inside the interval at that
    level, except in the holes of "blaker" and "minlike", which their intervals span.

    References
    ----------
    .. [1] Fay, M. P. (2010). Biostatistics 11, 373-374.

    Examples
    --------
    >>> round(rate_ratio_p_value(21, 56.4, 35, 50.1), 5)
    0.02047
    >>> round(rate_ratio_p_value(21, 56.4, 35, 50.1, method="exact"), 5)
    0.02881
    """
    word = find_method(RATE_RATIO_METHODS, method).name
    check_choice("method", word, tuple(_RATIO_TESTS))
    check_test(word, alternative)
    null = check_positives("null_ratio", null_ratio)
    (x1, t1, x2, t2), unseen = check_rates((events_1, person_time_1, events_2, person_time_2))
    share = null * t1 / (null * t1 + t2)
    x1, x2, share, unseen = np.broadcast_arrays(x1, x2, share, unseen)
    p = _RATIO_TESTS[word](x1, x2, share, alternative)
    # Events that are not there say nothing of how they would have fallen.
    nothing = unseen | ((x1 + x2 == 0) & (word != "wald_log"))
    return _plain(np.where(nothing, of_nothing(word, alternative), p))


@overload
def rate_difference_p_value(  # type: ignore[overload-overlap]
    events_1: int,
    person_time_1: float,
    events_2: int,
    person_time_2: float,
    null_difference: float = ...,
    *,
    method: str = ...,
    alternative: Alternative = ...,
) -> float: ...
@overload
def rate_difference_p_value(
    events_1: Counts | int,
    person_time_1: Numbers | float,
    events_2: Counts | int,
    person_time_2: Numbers | float,
    null_difference: Numbers | float = ...,
    *,
    method: str = ...,
    alternative: Alternative = ...,
) -> FloatArray: ...
def rate_difference_p_value(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    null_difference: Any = 0.0,
    *,
    method: str = "scas",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of a difference of two rates that agrees with the interval.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2 : number or array
        As for :func:`rate_difference_scas_interval`, with its warning.
    null_difference : float or array of float, default 0
        Rate 1 less rate 2 under the hypothesis, finite; broadcast.
    method : {"scas", "score", "wald"}
        Or an alias. The square-and-add methods invert no test.
    alternative : {"two-sided", "greater", "less"}
        "greater" asks whether the difference is above *null_difference*.

    Returns
    -------
    float or array
        1, or 0.5 for a test on one side, where a group has no person-time; ``nan`` by "wald"
        without any event.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is described above.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348.

    Examples
    --------
    >>> round(rate_difference_p_value(21, 56.4, 35, 50.1), 4)
    0.0211
    """
    word = find_method(RATE_DIFFERENCE_METHODS, method).name
    check_choice("method", word, tuple(_DIFFERENCE_STATISTICS))
    check_alternative(alternative)
    null = np.asarray(null_difference, dtype=np.float64)
    if not np.all(np.isfinite(null)):
        raise ValueError("`null_difference` must be finite")
    rates, unseen = check_rates((events_1, person_time_1, events_2, person_time_2))
    null, x1, t1, x2, t2, unseen = np.broadcast_arrays(null, *rates, unseen)
    z = _DIFFERENCE_STATISTICS[word](null, x1, t1, x2, t2)
    return _plain(np.where(unseen, of_nothing(word, alternative), by_normal(z, alternative)))
