"""Intervals and tests for the same persons seen twice: a share before against a share after.

The four counts are of persons: with the event both times, the first time only, the second time
only, neither time. The difference is the first share less the second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np
from scipy.special import ndtr

from dipoutcomes._validate import check_confidence_level, check_counts
from dipoutcomes.intervals import _binomial, _pairs
from dipoutcomes.intervals._common import FloatArray, Limits, Method, find_method, finish
from dipoutcomes.intervals._typing import Counts, paired
from dipoutcomes.results import Interval, IntervalArray

_Kernel = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, float], Limits]


def _difference(
    kernel: _Kernel, title: str, counts: tuple[Any, Any, Any, Any], confidence_level: float
) -> Interval | IntervalArray:
    level = check_confidence_level(confidence_level)
    names = ("both", "first_only", "second_only", "neither")
    checked = (check_counts(k, v).astype(np.float64) for k, v in zip(names, counts, strict=True))
    a, b, c, d = np.broadcast_arrays(*checked)
    nobody = a + b + c + d == 0
    limits = kernel(a, b, c, d + nobody, level)
    return finish(limits, level, title, no_data=nobody, possible=(-1.0, 1.0))


@paired
def tango_interval(
    both: Any, first_only: Any, second_only: Any, neither: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Tango's score interval for the difference of two paired proportions.

    Parameters
    ----------
    both, first_only, second_only, neither : int or array of int
        Persons with the event at both times, at the first only, at the second only, at neither;
        each at least 0; broadcast. Nobody at all gives -1 to 1: no information.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Returns
    -------
    Interval or IntervalArray
        First share less second share, in [-1, 1].

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Inverts the score test with the variance at the likeliest shares; at a difference of 0 it is
    McNemar's test without correction. Sound with no discordant pair. Both periods must be equally
    long and seen to their end. A fall after entry is expected where an offence led to entry.

    References
    ----------
    .. [1] Tango, T. (1998). Statistics in Medicine 17, 891-908, equation 12.

    Examples
    --------
    >>> print(tango_interval(53, 16, 8, 9))
    95% CI -0.020 to 0.207, Tango score
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_pairs.tango, "Tango score", counts, confidence_level)


@paired
def newcombe_paired_interval(
    both: Any, first_only: Any, second_only: Any, neither: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Newcombe's square-and-add interval for paired proportions (method 10).

    Parameters, result and errors are those of :func:`tango_interval`.

    Notes
    -----
    Two Wilson intervals joined by the correlation phi, which is shrunk when it is positive. A
    closed form within [-1, 1]; no inversion of a test.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 2635-2650 (method 10).

    Examples
    --------
    >>> print(newcombe_paired_interval(36, 12, 2, 0))
    95% CI 0.057 to 0.340, Newcombe paired score
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_pairs.newcombe, "Newcombe paired score", counts, confidence_level)


@paired
def newcombe_paired_plain_interval(
    both: Any, first_only: Any, second_only: Any, neither: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Newcombe's paired interval with phi as it comes (method 8).

    Parameters, result and errors are those of :func:`tango_interval`.

    Notes
    -----
    To reproduce published work; :func:`newcombe_paired_interval` covers better.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 2635-2650 (method 8).

    Examples
    --------
    >>> print(newcombe_paired_plain_interval(53, 16, 8, 9))
    95% CI -0.018 to 0.202, Newcombe paired score, phi uncorrected
    """
    title = "Newcombe paired score, phi uncorrected"
    counts = (both, first_only, second_only, neither)
    return _difference(_pairs.newcombe_plain, title, counts, confidence_level)


@paired
def bonett_price_interval(
    both: Any, first_only: Any, second_only: Any, neither: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Bonett-Price interval: Wald after one pair more of each discordant kind.

    Parameters and errors are those of :func:`tango_interval`; not clipped to [-1, 1].

    Notes
    -----
    A closed form with good coverage; pulled towards 0 in small samples.

    References
    ----------
    .. [1] Bonett, D. G. and Price, R. M. (2012). Journal of Educational and Behavioral
       Statistics 37, 479-488.

    Examples
    --------
    >>> print(bonett_price_interval(53, 16, 8, 9))
    95% CI -0.021 to 0.203, Bonett-Price
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_pairs.bonett_price, "Bonett-Price", counts, confidence_level)


@paired
def agresti_min_interval(
    both: Any, first_only: Any, second_only: Any, neither: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Agresti-Min interval: Wald after half a person more in each of the four cells.

    Parameters and errors are those of :func:`tango_interval`; not clipped to [-1, 1].

    References
    ----------
    .. [1] Agresti, A. and Min, Y. (2005). Statistics in Medicine 24, 729-740.

    Examples
    --------
    >>> print(agresti_min_interval(53, 16, 8, 9))
    95% CI -0.019 to 0.201, Agresti-Min
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_pairs.agresti_min, "Agresti-Min", counts, confidence_level)


@paired
def paired_wald_interval(
    both: Any, first_only: Any, second_only: Any, neither: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the paired Wald interval. Do not use it: it is here to be shown.

    Parameters and errors are those of :func:`tango_interval`; not clipped to [-1, 1].

    Notes
    -----
    No width when no pair is discordant; coverage far below nominal in small samples.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 2635-2650 (method 1).

    Examples
    --------
    >>> print(paired_wald_interval(10, 0, 0, 18))
    95% CI 0.000 to 0.000, paired Wald (do not use)
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_pairs.wald, "paired Wald (do not use)", counts, confidence_level)


def _discordant(first_only: Any, second_only: Any) -> tuple[FloatArray, FloatArray]:
    b, c = np.broadcast_arrays(
        check_counts("first_only", first_only), check_counts("second_only", second_only)
    )
    return b.astype(np.float64), c.astype(np.float64)


def mcnemar_score_p_value(first_only: Any, second_only: Any) -> FloatArray | float:
    """Return McNemar's p-value without correction, which is that of Tango's interval at 0.

    Parameters and result are those of :func:`mcnemar_exact_p_value`.

    Notes
    -----
    (first only - second only)^2 over their sum, against chi-square with one degree of freedom.

    References
    ----------
    .. [1] McNemar, Q. (1947). Psychometrika 12, 153-157.

    Examples
    --------
    >>> round(mcnemar_score_p_value(3, 9), 5)
    0.08326
    """
    b, c = _discordant(first_only, second_only)
    p = 2 * ndtr(-np.abs(b - c) / np.sqrt(np.maximum(b + c, 1)))
    return float(p) if np.ndim(p) == 0 else np.asarray(p)


def mcnemar_exact_p_value(first_only: Any, second_only: Any) -> FloatArray | float:
    """Return the exact two-sided p-value of no change: twice the smaller binomial tail, at most 1.

    Parameters
    ----------
    first_only, second_only : int or array of int
        Persons with the event at the first time only, and at the second only.

    Returns
    -------
    float or array
        1 where no pair is discordant.

    Notes
    -----
    At least as cautious as its level; :func:`mcnemar_mid_p_value` is less so.

    References
    ----------
    .. [1] Mosteller, F. (1952). Biometrics 8, 220-226.

    Examples
    --------
    >>> mcnemar_exact_p_value(0, 7)
    0.015625
    """
    b, c = _discordant(first_only, second_only)
    total = np.maximum(b + c, 1)
    p = np.minimum(2 * _binomial.at_most(np.minimum(b, c), total, np.full(b.shape, 0.5)), 1.0)
    p = np.where(b + c == 0, 1.0, p)
    return float(p) if p.ndim == 0 else p


def mcnemar_mid_p_value(first_only: Any, second_only: Any) -> FloatArray | float:
    """Return the mid-P two-sided p-value of no change.

    Parameters and result are those of :func:`mcnemar_exact_p_value`.

    Notes
    -----
    Twice the smaller tail with half the probability of what was seen. With equal discordant
    counts it is 1; Fagerland and others give 1 less half the central probability there.

    References
    ----------
    .. [1] Fagerland, M. W., Lydersen, S. and Laake, P. (2013). BMC Medical Research
       Methodology 13, 91.

    Examples
    --------
    >>> mcnemar_mid_p_value(0, 7)
    0.0078125
    """
    b, c = _discordant(first_only, second_only)
    few, total, half = np.minimum(b, c), np.maximum(b + c, 1), np.full(b.shape, 0.5)
    p = _binomial.at_most(few, total, half) + _binomial.at_most(few - 1, total, half)
    p = np.where(b == c, 1.0, np.minimum(p, 1.0))
    return float(p) if p.ndim == 0 else p


_ODDS_KERNELS = {
    "clopper_pearson": (_binomial.clopper_pearson, "paired odds ratio, exact"),
    "mid_p": (_binomial.mid_p, "paired odds ratio, mid-P"),
    "wilson": (_binomial.wilson, "paired odds ratio, transformed Wilson"),
}


@overload
def paired_odds_ratio_interval(  # type: ignore[overload-overlap]
    first_only: int, second_only: int, *, method: str = ..., confidence_level: float = ...
) -> Interval: ...
@overload
def paired_odds_ratio_interval(
    first_only: Counts | int,
    second_only: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> IntervalArray: ...
def paired_odds_ratio_interval(
    first_only: Any,
    second_only: Any,
    *,
    method: str = "clopper_pearson",
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return an interval for the paired odds ratio, first only over second only.

    Parameters
    ----------
    first_only, second_only : int or array of int
        Persons with the event at the first time only, and at the second only. No discordant
        pair gives 0 to infinity: no information.
    method : {"clopper_pearson", "mid_p", "wilson"}
        Of the proportion behind it; the first two agree with McNemar's exact and mid-P tests.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Notes
    -----
    Limits for first only out of all discordant pairs, as odds. It says nothing of how many
    persons changed; give :func:`tango_interval` beside it.

    References
    ----------
    .. [1] Fagerland, M. W., Lydersen, S. and Laake, P. (2014). Statistics in Medicine 33,
       2850-2875.

    Examples
    --------
    >>> print(paired_odds_ratio_interval(3, 9))
    95% CI 0.058 to 1.336, paired odds ratio, exact
    """
    level = check_confidence_level(confidence_level)
    method = find_method(PAIRED_ODDS_RATIO_METHODS, method).name
    kernel, title = _ODDS_KERNELS[method]
    b, c = _discordant(first_only, second_only)
    none = b + c == 0
    low, high = kernel(b, b + c + none, level)
    with np.errstate(divide="ignore"):
        limits = (low / (1 - low), high / (1 - high))
    return finish(limits, level, title, no_data=none, possible=(0.0, np.inf))


def _odds_method(name: str, use: str, alias: str, standing: Any = "sound") -> Method:
    def function(first_only: Any, second_only: Any, *, confidence_level: float = 0.95) -> Any:
        return paired_odds_ratio_interval(
            first_only, second_only, method=name, confidence_level=confidence_level
        )

    return Method(
        name=name,
        title=_ODDS_KERNELS[name][1],
        function=function,
        use=use,
        reference="Fagerland, Lydersen and Laake (2014), Statistics in Medicine 33, 2850-2875",
        standing=standing,
        aliases=(alias,),
    )


PAIRED_ODDS_RATIO_METHODS = (
    _odds_method(
        "clopper_pearson", "The default.", "mcnemar_exact_conditional", standing="recommended"
    ),
    _odds_method("mid_p", "Less cautious.", "mcnemar_mid_p"),
    _odds_method("wilson", "A closed form.", "transformed_wilson"),
)

_NEWCOMBE = "Newcombe (1998), Statistics in Medicine 17, 2635-2650"

PAIRED_METHODS = (
    Method(
        name="tango",
        title="Tango score",
        function=tango_interval,
        use="The default: near-nominal coverage, agrees with McNemar's test.",
        reference="Tango (1998), Statistics in Medicine 17, 891-908",
        standing="recommended",
        aliases=("tango_score",),
    ),
    Method(
        name="newcombe",
        title="Newcombe paired score",
        function=newcombe_paired_interval,
        use="A closed form from two Wilson intervals.",
        reference=f"{_NEWCOMBE}, method 10",
        aliases=("newcombe_paired_method_10",),
    ),
    Method(
        name="bonett_price",
        title="Bonett-Price",
        function=bonett_price_interval,
        use="By hand.",
        reference="Bonett and Price (2012), J. Educational and Behavioral Statistics 37, 479-488",
        aliases=("bonett_price_untruncated",),
    ),
    Method(
        name="agresti_min",
        title="Agresti-Min",
        function=agresti_min_interval,
        use="By hand.",
        reference="Agresti and Min (2005), Statistics in Medicine 24, 729-740",
        aliases=("agresti_min_untruncated",),
    ),
    Method(
        name="newcombe_plain",
        title="Newcombe paired score, phi uncorrected",
        function=newcombe_paired_plain_interval,
        use="To reproduce published work.",
        reference=f"{_NEWCOMBE}, method 8",
        aliases=("newcombe_paired_method_8_no_phi_correction",),
    ),
    Method(
        name="wald",
        title="paired Wald (do not use)",
        function=paired_wald_interval,
        use="Do not use: no width when no pair is discordant.",
        reference=f"{_NEWCOMBE}, method 1",
        standing="do not use",
    ),
)


@overload
def paired_difference_interval(  # type: ignore[overload-overlap]
    both: int,
    first_only: int,
    second_only: int,
    neither: int,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> Interval: ...
@overload
def paired_difference_interval(
    both: Counts | int,
    first_only: Counts | int,
    second_only: Counts | int,
    neither: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> IntervalArray: ...
def paired_difference_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    method: str = "tango",
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return an interval for a paired difference by any method of ``METHODS["paired_difference"]``.

    Parameters
    ----------
    both, first_only, second_only, neither : int or array of int
        As for :func:`tango_interval`.
    method : str, default "tango"
        A name of ``METHODS["paired_difference"]`` or one of its aliases.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(paired_difference_interval(53, 16, 8, 9))
    95% CI -0.020 to 0.207, Tango score
    """
    function = find_method(PAIRED_METHODS, method).function
    return function(both, first_only, second_only, neither, confidence_level=confidence_level)
