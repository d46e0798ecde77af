"""Intervals for a rate: events counted over person-time, each event independent of the others.

# Assumes a Poisson count. Offending differs between people, and at nominal 95% these intervals
then cover 67 to 79% in realistic cohorts. They are for totals in which each event stands alone;
for offences of persons use a person-level interval (`outcomes`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np
from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

from dipoutcomes._validate import check_confidence_level, check_counts
from dipoutcomes.intervals._common import (
    FloatArray,
    Limits,
    Method,
    find_method,
    finish,
    half_alpha,
    normal_quantile,
)
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.intervals._typing import Counts, Numbers, rate
from dipoutcomes.results import Interval, IntervalArray


def _garwood(x: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    low = np.where(x == 0, 0.0, gammaincinv(np.maximum(x, 1), tail))
    return low, gammainccinv(x + 1, tail)


def _mid_p(x: FloatArray, level: float) -> Limits:
    tail, some = half_alpha(level), np.maximum(x, 1)
    low = find_root(
        lambda m: (gammainc(some, m) + gammainc(some + 1, m)) / 2 - tail,
        gammaincinv(some, tail),
        gammaincinv(some + 1, tail),
    )
    high = find_root(
        lambda m: tail - (np.where(x == 0, 0.0, gammaincc(some, m)) + gammaincc(x + 1, m)) / 2,
        np.where(x == 0, 0.0, gammainccinv(some, tail)),
        gammainccinv(x + 1, tail),
    )
    return np.where(x == 0, 0.0, low), high


def _byar(x: FloatArray, level: float) -> Limits:
    return np.where(x == 0, 0.0, _wilson_hilferty(x, level, -1)), _wilson_hilferty(x + 1, level, 1)


def _byar_half(x: FloatArray, level: float) -> Limits:
    return _wilson_hilferty(x + 0.5, level, -1), _wilson_hilferty(x + 0.5, level, 1)


def _wilson_hilferty(x: FloatArray, level: float, side: int) -> FloatArray:
    some = np.where(x > 0, x, 1.0)
    root = 1 - 1 / (9 * some) + side * normal_quantile(level) / (3 * np.sqrt(some))
    return some * root**3


def _score(x: FloatArray, level: float) -> Limits:
    z = normal_quantile(level)
    centre, half_width = x + z**2 / 2, z * np.sqrt(x + z**2 / 4)
    high = centre + half_width
    return x**2 / high, high  # the product of the roots is x squared: exact where x is 0


def _jeffreys(x: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    return gammaincinv(x + 0.5, tail), gammainccinv(x + 0.5, tail)


def _wald_log(x: FloatArray, level: float) -> Limits:
    some = np.where(x > 0, x, np.nan)
    factor = np.exp(normal_quantile(level) / np.sqrt(some))
    return some / factor, some * factor


def _rate(
    kernel: Callable[[FloatArray, float], Limits],
    title: str,
    events: Any,
    person_time: Any,
    confidence_level: float,
) -> Interval | IntervalArray:
    level = check_confidence_level(confidence_level)
    time = np.asarray(person_time)
    if time.dtype == bool or not np.issubdtype(time.dtype, np.number):
        raise TypeError(f"`person_time` must hold numbers, not {time.dtype}")
    x, time = np.broadcast_arrays(check_counts("events", events), time.astype(np.float64))
    bad = ~(np.isfinite(time) & (time >= 0))
    if np.any(bad):
        raise ValueError(
            f"`person_time` must be finite and not negative; {np.count_nonzero(bad)} are not"
        )
    unseen = time == 0
    if np.any(unseen & (x > 0)):
        raise ValueError(
            f"{np.count_nonzero(unseen & (x > 0))} rows have events but no person-time; "
            "count an event only while its person is at risk"
        )
    low, high = kernel(x.astype(np.float64), level)
    seen = time + unseen
    limits = (low / seen, high / seen)
    return finish(limits, level, title, no_data=unseen, possible=(0.0, np.inf))


@rate
def garwood_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the exact (Garwood) interval for a rate.

    Parameters
    ----------
    events : int or array of int
        Events counted, at least 0.
    person_time : float or array of float
        Time at risk in any unit, at least 0; broadcast. The rate is per that unit. No time and
        no event give 0 to infinity: no information.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Returns
    -------
    Interval or IntervalArray
        Events per unit of person-time.

    Raises
    ------
    TypeError
        If *events* is not whole, or *person_time* is no number.
    ValueError
        If an argument lies outside its range, or there are events in no time.

    Notes
    -----
    Coverage is at least nominal for every Poisson mean. Not for offences of persons, whose
    counts vary more than Poisson: the interval is then far too short.

    References
    ----------
    .. [1] Garwood, F. (1936). Biometrika 28, 437-442.

    Examples
    --------
    >>> print(garwood_interval(21, 56.4))
    95% CI 0.230 to 0.569, exact Poisson (Garwood)
    """
    return _rate(_garwood, "exact Poisson (Garwood)", events, person_time, confidence_level)


@rate
def rate_mid_p_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the exact interval for a rate with half weight for the count observed.

    Parameters, result, errors and warning are those of :func:`garwood_interval`.

    Notes
    -----
    Solves P(X > x) + P(X = x) / 2 = (1 - level) / 2 and its mirror. Near nominal on average.

    References
    ----------
    .. [1] Cohen, G. R. and Yang, S.-Y. (1994). Statistics in Medicine 13, 2189-2203.

    Examples
    --------
    >>> print(rate_mid_p_interval(0, 12.5))
    95% CI 0.000 to 0.240, Poisson mid-P
    """
    return _rate(_mid_p, "Poisson mid-P", events, person_time, confidence_level)


@rate
def byar_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Byar's approximation to the exact interval, as Breslow and Day give it.

    Parameters, result, errors and warning are those of :func:`garwood_interval`.

    Notes
    -----
    The cube-root formula with x for the lower limit and x + 1 for the upper; 0 below when there
    is no event. With one event and a level of 99% or more the lower limit turns negative: use
    :func:`garwood_interval`, which it approximates.

    References
    ----------
    .. [1] Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research II, 69.

    Examples
    --------
    >>> print(byar_interval(21, 56.4))
    95% CI 0.230 to 0.569, Byar (Breslow and Day)
    """
    return _rate(_byar, "Byar (Breslow and Day)", events, person_time, confidence_level)


@rate
def byar_half_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Byar's approximation with x + 1/2 at both limits (Rothman and Boice).

    Parameters, result, errors and warning are those of :func:`garwood_interval`.

    Notes
    -----
    The form in epitools and epiR, close to mid-P. With no event its lower limit is not 0: use
    :func:`rate_mid_p_interval`.

    References
    ----------
    .. [1] Rothman, K. J. and Boice, J. D. (1979). Epidemiologic Analysis with a Programmable
       Calculator. NIH publication 79-1649.

    Examples
    --------
    >>> print(byar_half_interval(21, 56.4))
    95% CI 0.237 to 0.558, Byar (Rothman and Boice)
    """
    return _rate(_byar_half, "Byar (Rothman and Boice)", events, person_time, confidence_level)


@rate
def rate_score_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the score interval for a rate.

    Parameters, result, errors and warning are those of :func:`garwood_interval`.

    Notes
    -----
    The means m for which (x - m)^2 / m is at most z^2. Near nominal on average, sound at 0.

    References
    ----------
    .. [1] Barker, L. (2002). American Statistician 56, 85-89.

    Examples
    --------
    >>> print(rate_score_interval(21, 56.4))
    95% CI 0.244 to 0.569, Poisson score
    """
    return _rate(_score, "Poisson score", events, person_time, confidence_level)


@rate
def rate_jeffreys_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the equal-tailed Jeffreys interval for a rate: quantiles of Gamma(x + 1/2).

    Parameters, result, errors and warning are those of :func:`garwood_interval`.

    Notes
    -----
    Bayesian; leaves out 0 when there is no event.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2003). Statistica Sinica 13, 19-49.

    Examples
    --------
    >>> print(rate_jeffreys_interval(21, 56.4))
    95% CI 0.237 to 0.558, Poisson Jeffreys
    """
    return _rate(_jeffreys, "Poisson Jeffreys", events, person_time, confidence_level)


@rate
def rate_wald_log_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Wald interval on the log scale. Do not use it: it has no answer at 0.

    Parameters and errors are those of :func:`garwood_interval`; ``nan`` where there is no event.

    References
    ----------
    .. [1] Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research II, 70.

    Examples
    --------
    >>> print(rate_wald_log_interval(21, 56.4))
    95% CI 0.243 to 0.571, Poisson Wald, log scale (do not use)
    """
    title = "Poisson Wald, log scale (do not use)"
    return _rate(_wald_log, title, events, person_time, confidence_level)


_BRESLOW_DAY = "Breslow and Day (1987), Statistical Methods in Cancer Research II"

RATE_METHODS = (
    Method(
        name="garwood",
        title="exact Poisson (Garwood)",
        function=garwood_interval,
        use="The default for totals of independent events; never for offences of persons.",
        reference="Garwood (1936), Biometrika 28, 437-442",
        standing="recommended",
        aliases=("exact", "garwood_exact"),
    ),
    Method(
        name="mid_p",
        title="Poisson mid-P",
        function=rate_mid_p_interval,
        use="A less cautious exact interval.",
        reference="Cohen and Yang (1994), Statistics in Medicine 13, 2189-2203",
        aliases=("exact_mid_p",),
    ),
    Method(
        name="byar",
        title="Byar (Breslow and Day)",
        function=byar_interval,
        use="To reproduce published work; approximates the exact interval.",
        reference=_BRESLOW_DAY,
        aliases=("byar_breslow_day",),
    ),
    Method(
        name="byar_half",
        title="Byar (Rothman and Boice)",
        function=byar_half_interval,
        use="To reproduce work done with epitools or epiR.",
        reference="Rothman and Boice (1979), NIH publication 79-1649",
        aliases=("byar_rothman_boice_half", "byar_epiR"),
    ),
    Method(
        name="score",
        title="Poisson score",
        function=rate_score_interval,
        use="A closed form with near-nominal coverage on average.",
        reference="Barker (2002), American Statistician 56, 85-89",
    ),
    Method(
        name="jeffreys",
        title="Poisson Jeffreys",
        function=rate_jeffreys_interval,
        use="A Bayesian alternative; leaves out 0 when there is no event.",
        reference="Brown, Cai and DasGupta (2003), Statistica Sinica 13, 19-49",
    ),
    Method(
        name="wald_log",
        title="Poisson Wald, log scale (do not use)",
        function=rate_wald_log_interval,
        use="Do not use: no answer when there is no event.",
        reference=_BRESLOW_DAY,
        standing="do not use",
    ),
)


@overload
def rate_interval(  # type: ignore[overload-overlap]
    events: int, person_time: float, *, method: str = ..., confidence_level: float = ...
) -> Interval: ...
@overload
def rate_interval(
    events: Counts | int,
    person_time: Numbers | float,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> IntervalArray: ...
def rate_interval(
    events: Any, person_time: Any, *, method: str = "garwood", confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return an interval for a rate by any method of ``METHODS["rate"]``.

    Parameters
    ----------
    events, person_time : number or array
        As for :func:`garwood_interval`, with its warning: not for offences of persons.
    method : str, default "garwood"
        A name of ``METHODS["rate"]`` or one of its aliases.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(rate_interval(21, 56.4, method="score"))
    95% CI 0.244 to 0.569, Poisson score
    """
    function = find_method(RATE_METHODS, method).function
    return function(events, person_time, confidence_level=confidence_level)
