"""The beta product interval for a Kaplan-Meier curve: sound where nobody or all had the event.

Wald-type limits have no width, or none at all, where the curve is at 1 or at 0. This interval
does, and with no censoring it is the exact binomial one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, betainccinv, betaincinv

from dipoutcomes._validate import check_confidence_level, check_counts
from dipoutcomes.intervals._common import (
    FloatArray,
    Limits,
    Method,
    find_method,
    finish,
    half_alpha,
)
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.results import Interval, IntervalArray

_Moments = tuple[FloatArray, FloatArray]


@overload
def beta_product_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: float,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> Interval: ...
@overload
def beta_product_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: NDArray[Any] | Sequence[float],
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> IntervalArray: ...
def beta_product_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    method: str = "beta_product",
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return the beta product interval for the share still without the event at fixed times.

    Parameters
    ----------
    time : array of float
        Every distinct time at which an event or a censoring was seen, increasing; a row at 0
        with neither is welcome.
    at_risk : array of int
        Persons still followed just before each time.
    events, censored : array of int
        At each time. The next number at risk must be what is left: late entry is not covered.
    at : float or array of float
        Times at which the limits are wanted, at least 0, in the unit of *time*.
    method : {"beta_product", "mid_p"}, default "beta_product"
        Cautious, or with the mid-P rule.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Returns
    -------
    Interval or IntervalArray
        Shares in [0, 1]. After the last time the lower limit is 0.

    Raises
    ------
    ValueError
        If times do not increase, or the counts do not add up.

    Notes
    -----
    The upper limit is a quantile of the product of Beta(at risk - events + 1, events) over event
    times up to *at*. The lower one has one factor more, Beta(still followed, 1): the chance that
    somebody's event comes before the next time seen. Products are replaced by a beta variable
    with their mean and variance. Without censoring the limits are those of Clopper and Pearson.
    # Assumes that censoring tells nothing of the event to come.

    References
    ----------
    .. [1] Fay, M. P., Brittain, E. H. and Proschan, M. A. (2013). Biostatistics 14, 723-736.
    .. [2] Fay, M. P. and Brittain, E. H. (2016). Statistics in Medicine 35, 2726-2740 (mid-P).

    Examples
    --------
    Six people, nobody with the event by day 3 and everybody by day 4:

    >>> print(beta_product_interval([4], [6], [6], [0], at=3))
    95% CI 0.541 to 1.000, beta product
    >>> print(beta_product_interval([4], [6], [6], [0], at=4))
    95% CI 0.000 to 0.459, beta product
    """
    level = check_confidence_level(confidence_level)
    found = find_method(SURVIVAL_METHODS, method)
    days, followed, died, left = _checked_steps(time, at_risk, events, censored)
    wanted = np.asarray(at, dtype=np.float64)
    if not np.all(wanted >= 0):
        raise ValueError("`at` must be at least 0; a time before the start has no curve")
    step = np.searchsorted(days, wanted, side="right")  # rows at or before the time; 0 for none
    upper = _moments_of_products(followed, died)
    still_followed = np.append(followed[:1], followed - died - left)[step]
    start = (upper[0][step], upper[1][step])
    kernel = _mid_p if found.name == "mid_p" else _cautious
    return finish(kernel(start, still_followed, level), level, found.title)


def _checked_steps(
    time: Any, at_risk: Any, events: Any, censored: Any
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    days = np.asarray(time, dtype=np.float64)
    counts = [
        check_counts(name, value).astype(np.float64)
        for name, value in (("at_risk", at_risk), ("events", events), ("censored", censored))
    ]
    if days.ndim != 1 or days.size == 0 or any(count.shape != days.shape for count in counts):
        raise ValueError("`time`, `at_risk`, `events` and `censored` must have one length, not 0")
    followed, died, left = counts
    problems = []
    if not (np.all(days >= 0) and np.all(np.diff(days) > 0)):
        problems.append("`time` must increase from 0 or later: give each distinct time once")
    over = int(np.count_nonzero(died + left > followed))
    if over:
        problems.append(f"`events` and `censored` exceed `at_risk` in {over} rows")
    broken = int(np.count_nonzero(followed[1:] != (followed - died - left)[:-1]))
    if broken:
        problems.append(
            f"`at_risk` is not what the row before leaves in {broken} rows; "
            "give every time of an event or a censoring; late entry is not covered"
        )
    if problems:
        raise ValueError("\n".join(problems))
    return days, followed, died, left


def _moments_of_products(followed: FloatArray, died: FloatArray) -> _Moments:
    """Return log mean and log(1 + squared coefficient of variation) before and after each row.

    For Beta(a, b): mean a / (a + b), and 1 + cv^2 = 1 + b / (a (a + b + 1)). Both multiply.
    """
    a, b = followed - died + 1, died
    log_mean = np.cumsum(np.append(0.0, -np.log1p(b / a)))
    log_spread = np.cumsum(np.append(0.0, np.log1p(b / (a * (a + b + 1)))))
    return log_mean, log_spread


def _with_next(start: _Moments, still_followed: FloatArray) -> _Moments:
    """Multiply by Beta(still followed, 1)."""
    a = np.maximum(still_followed, 1.0)
    return start[0] - np.log1p(1 / a), start[1] + np.log1p(1 / (a * (a + 2)))


def _beta(moments: _Moments) -> tuple[FloatArray, FloatArray]:
    """Return the two parameters of the beta variable with these moments; spread above 0."""
    log_mean, log_spread = moments
    first = -np.expm1(log_mean + log_spread) / np.expm1(log_spread)
    return first, first * np.expm1(-log_mean)


def _parts(
    start: _Moments, still_followed: FloatArray
) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray], Any, Any]:
    """Return the beta variables of both limits, where no event was, and where nobody is left."""
    no_event, nobody = start[1] == 0, still_followed == 0
    below = _beta(_with_next(start, still_followed))
    filled = (np.where(no_event, -1.0, start[0]), np.where(no_event, 0.01, start[1]))
    return below, _beta(filled), no_event, nobody


def _cautious(start: _Moments, still_followed: FloatArray, level: float) -> Limits:
    below, above, no_event, nobody = _parts(start, still_followed)
    tail = half_alpha(level)
    low = np.where(nobody, 0.0, betaincinv(*below, tail))
    return low, np.where(no_event, 1.0, betainccinv(*above, tail))


def _mid_p(start: _Moments, still_followed: FloatArray, level: float) -> Limits:
    """Quantiles of a half-and-half mixture of the variables behind the two cautious limits."""
    below, above, no_event, nobody = _parts(start, still_followed)
    tail, zero, one = half_alpha(level), np.zeros(no_event.shape), np.ones(no_event.shape)

    def at_most(s: FloatArray) -> FloatArray:
        lower = np.where(nobody, 1.0, betainc(*below, s))
        return (lower + np.where(no_event, 0.0, betainc(*above, s))) / 2

    def at_least(s: FloatArray) -> FloatArray:
        lower = np.where(nobody, 0.0, betaincc(*below, s))
        return (lower + np.where(no_event, 1.0, betaincc(*above, s))) / 2

    low = find_root(lambda s: at_most(s) - tail, zero, one)
    return low, find_root(lambda s: tail - at_least(s), zero, one)


SURVIVAL_METHODS = (
    Method(
        name="beta_product",
        title="beta product",
        function=beta_product_interval,
        use="Where nobody or everybody had the event, and in small samples.",
        reference="Fay, Brittain and Proschan (2013), Biostatistics 14, 723-736",
        standing="recommended",
    ),
    Method(
        name="mid_p",
        title="beta product, mid-P",
        function=beta_product_interval,
        use="A less cautious form: the same function with method='mid_p'.",
        reference="Fay and Brittain (2016), Statistics in Medicine 35, 2726-2740",
        aliases=("beta_product_mid_p",),
    ),
)
