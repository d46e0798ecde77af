"""Intervals for a rate by approximation: Byar, score, SCAS, likelihood ratio, Jeffreys, Wald."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._typing import rate_bounds
from dipoutcomes.intervals.rate import _kernels
from dipoutcomes.intervals.rate._frame import one_rate
from dipoutcomes.results import Interval, IntervalArray


@rate_bounds
def byar_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return Byar's approximation to the exact interval, as Breslow and Day give it.

    Parameters
    ----------
    events, person_time, confidence_level, side
        As for :func:`garwood_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`garwood_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`garwood_interval` does.

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
    title = "Byar (Breslow and Day)"
    return one_rate(_kernels.byar, title, events, person_time, confidence_level, side)


@rate_bounds
def byar_half_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return Byar's approximation with x + 1/2 at both limits (Rothman and Boice).

    Parameters
    ----------
    events, person_time, confidence_level, side
        As for :func:`garwood_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`garwood_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`garwood_interval` does.

    Notes
    -----
    The form in epitools and epiR, close to mid-P. With no event its lower limit is not 0: use
    :func:`rate_mid_p_interval`. Coverage over means of 1 to 60 at nominal 95%:
    at least 87.5%, 95.0% on average.

    References
    ----------
    .. [1] Rothman, K. J. and Boice, J. D. (1979). Epidemiologic Analysis with a Programmable
       Calculator. NIH publication 79-1649.

    Examples
    --------
    >>> print(byar_half_interval(21, 56.4))
    95% CI 0.237 to 0.558, Byar (Rothman and Boice)
    """
    title = "Byar (Rothman and Boice)"
    return one_rate(_kernels.byar_half, title, events, person_time, confidence_level, side)


@rate_bounds
def rate_score_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the score interval for a rate.

    Parameters
    ----------
    events, person_time, confidence_level, side
        As for :func:`garwood_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`garwood_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`garwood_interval` does.

    Notes
    -----
    The means m for which (x - m)^2 / m is at most z^2. Near nominal on average, sound at 0.
    Coverage over means of 1 to 60 at nominal 95%: at least 91.6%, 95.1% on average.

    References
    ----------
    .. [1] Barker, L. (2002). American Statistician 56, 85-89.

    Examples
    --------
    >>> print(rate_score_interval(21, 56.4))
    95% CI 0.244 to 0.569, Poisson score
    """
    return one_rate(_kernels.score, "Poisson score", events, person_time, confidence_level, side)


@rate_bounds
def rate_scas_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the skewness-corrected score (SCAS) interval for a rate.

    Parameters
    ----------
    events, person_time, confidence_level, side
        As for :func:`garwood_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`garwood_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`garwood_interval` does.

    Notes
    -----
    The means m for which (x - m - (z^2 - 1) / 6)^2 / m is at most z^2: a closed form whose two
    tails are nearly equal, close to mid-P. The lower limit is 0 with no event, and where
    x <= (z^2 - 1) / 6, since the statistic then accepts every small mean. Coverage over means
    of 1 to 60 at nominal 95%: at least 91.5%, 95.1% on average.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348, appendix A.4.

    Examples
    --------
    >>> print(rate_scas_interval(21, 56.4))
    95% CI 0.237 to 0.559, Poisson score, corrected for skewness (SCAS)
    """
    title = "Poisson score, corrected for skewness (SCAS)"
    return one_rate(_kernels.scas, title, events, person_time, confidence_level, side)


@rate_bounds
def rate_likelihood_ratio_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the likelihood ratio interval for a rate.

    Parameters
    ----------
    events, person_time, confidence_level, side
        As for :func:`garwood_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`garwood_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`garwood_interval` does.

    Notes
    -----
    The means m whose deviance 2 (x log(x / m) - x + m) is at most z^2. With no event the upper
    limit is z^2 / 2, which is too low: 1.92 at 95% where the exact one is 3.69.
    Coverage over means of 1 to 60 at nominal 95%: at least 84.0%, 94.8% on average.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2003). Statistica Sinica 13, 19-49.

    Examples
    --------
    >>> print(rate_likelihood_ratio_interval(21, 56.4))
    95% CI 0.235 to 0.555, Poisson likelihood ratio
    """
    title = "Poisson likelihood ratio"
    return one_rate(_kernels.likelihood_ratio, title, events, person_time, confidence_level, side)


@rate_bounds
def rate_jeffreys_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the equal-tailed Jeffreys interval for a rate: quantiles of Gamma(x + 1/2).

    Parameters
    ----------
    events, person_time, confidence_level, side
        As for :func:`garwood_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`garwood_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`garwood_interval` does.

    Notes
    -----
    Bayesian; leaves out 0 when there is no event. Coverage over means of 1 to 60 at nominal 95%:
    at least 90.4%, 95.0% on average.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2003). Statistica Sinica 13, 19-49.

    Examples
    --------
    >>> print(rate_jeffreys_interval(21, 56.4))
    95% CI 0.237 to 0.558, Poisson Jeffreys
    """
    title = "Poisson Jeffreys"
    return one_rate(_kernels.jeffreys, title, events, person_time, confidence_level, side)


@rate_bounds
def rate_wald_log_interval(
    events: Any, person_time: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the Wald interval on the log scale. Do not use it: it has no answer at 0.

    Parameters
    ----------
    events, person_time, confidence_level, side
        As for :func:`garwood_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`garwood_interval`; ``nan`` where there is no event.

    Raises
    ------
    TypeError, ValueError
        As :func:`garwood_interval` does.

    References
    ----------
    .. [1] Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research II, 70.

    Examples
    --------
    >>> print(rate_wald_log_interval(21, 56.4))
    95% CI 0.243 to 0.571, Poisson Wald, log scale (do not use)
    """
    title = "Poisson Wald, log scale (do not use)"
    return one_rate(_kernels.wald_log, title, events, person_time, confidence_level, side)
