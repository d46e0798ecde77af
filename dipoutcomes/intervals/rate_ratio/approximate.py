"""Approximate intervals for the ratio of two rates: score, likelihood, square-and-add."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._typing import two_rates_bounds
from dipoutcomes.intervals.rate_ratio import _conditional
from dipoutcomes.intervals.rate_ratio._frame import ratio_by
from dipoutcomes.results import Interval, IntervalArray


@two_rates_bounds
def rate_ratio_score_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the score interval for the ratio of two rates: Wilson's, transformed.

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
    For Poisson counts the score interval of Miettinen and Nurminen (without their factor
    N / (N - 1), which no count suggests here) is the Wilson interval for the share of the events
    that fall to the first group, given their sum: a closed form, sound with no event in a group.
    Coverage over means of 1 to 60 at nominal 95%: at least 94.6%, 95.6% on average, with the
    shortest intervals of the methods that keep near the level.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226.
    .. [2] Graham, P. L., Mengersen, K. and Morton, A. P. (2003). Statistics in Medicine 22,
       2071-2083.

    Examples
    --------
    >>> print(rate_ratio_score_interval(21, 56.4, 35, 50.1))
    95% CI 0.312 to 0.910, score
    >>> print(rate_ratio_score_interval(0, 12.5, 6, 14))
    95% CI 0.000 to 0.717, score
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(_conditional.score, "score", data, confidence_level, side)


@two_rates_bounds
def rate_ratio_scas_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the skewness-corrected score (SCAS) interval for the ratio of two rates.

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
    The statistic of the score interval less (z^2 - 1) / 6 times its skewness; here too only the
    binomial share of the first group matters, which gives a closed form. A group with at most
    (z^2 - 1) / 6 events leaves its side open.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348.

    Examples
    --------
    >>> print(rate_ratio_scas_interval(21, 56.4, 35, 50.1))
    95% CI 0.306 to 0.910, score, corrected for skewness (SCAS)
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(
        _conditional.scas, "score, corrected for skewness (SCAS)", data, confidence_level, side
    )


@two_rates_bounds
def rate_ratio_likelihood_ratio_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the likelihood ratio interval for the ratio of two rates.

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
    The profile likelihood of the ratio is the conditional binomial one. Too short with few
    events: coverage over means of 1 to 60 at nominal 95% falls to 90.2%.

    References
    ----------
    .. [1] Gu, K., Ng, H. K. T., Tang, M. L. and Schucany, W. R. (2008). Biometrical Journal 50,
       283-298.

    Examples
    --------
    >>> print(rate_ratio_likelihood_ratio_interval(21, 56.4, 35, 50.1))
    95% CI 0.305 to 0.907, likelihood ratio
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(_conditional.likelihood_ratio, "likelihood ratio", data, confidence_level, side)


@two_rates_bounds
def rate_ratio_mover_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the square-and-add (MOVER) interval for a ratio, from two Jeffreys intervals.

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
    Starts from the posterior medians, and so can leave out an observed ratio of 0 or infinity;
    with no event in either group it still has finite limits, which rest on the prior alone.
    Inverts no test and has no p-value.

    References
    ----------
    .. [1] Donner, A. and Zou, G. Y. (2012). Statistical Methods in Medical Research 21, 347-359.
    .. [2] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348.

    Examples
    --------
    >>> print(rate_ratio_mover_interval(21, 56.4, 35, 50.1))
    95% CI 0.308 to 0.909, square-and-add (MOVER), Jeffreys
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(
        _conditional.mover_jeffreys,
        "square-and-add (MOVER), Jeffreys",
        data,
        confidence_level,
        side,
    )


@two_rates_bounds
def rate_ratio_wald_log_interval(
    events_1: Any,
    person_time_1: Any,
    events_2: Any,
    person_time_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Wald interval on the log scale. Do not use it: no answer without events.

    Parameters
    ----------
    events_1, person_time_1, events_2, person_time_2, confidence_level, side
        As for :func:`rate_ratio_exact_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`rate_ratio_exact_interval`; ``nan`` where a group has no event.

    Raises
    ------
    TypeError, ValueError
        As :func:`rate_ratio_exact_interval` does.

    References
    ----------
    .. [1] Rothman, K. J. and Greenland, S. (1998). Modern Epidemiology, 2nd ed., chapter 14.

    Examples
    --------
    >>> print(rate_ratio_wald_log_interval(21, 56.4, 35, 50.1))
    95% CI 0.310 to 0.916, Wald, log scale (do not use)
    """
    data = (events_1, person_time_1, events_2, person_time_2)
    return ratio_by(
        _conditional.wald_log, "Wald, log scale (do not use)", data, confidence_level, side
    )
