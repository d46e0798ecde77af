"""Intervals for a proportion: likelihood ratio, and score corrected for skewness."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._typing import one_sample_bounds
from dipoutcomes.intervals.proportion._call import by_kernel
from dipoutcomes.results import Interval, IntervalArray


@one_sample_bounds
def likelihood_ratio_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the likelihood ratio interval for a proportion.

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
    Every p whose log likelihood is within half the chi-squared quantile (one degree of freedom) of
    the largest one. With no event, or nothing but events, the whole quantile is used on the one
    free side (upper limit 1 - exp(-z^2 / 2n) with no event); R's ``binom`` stops its search short
    and agrees to 3e-5 only. Invariant under a change of scale, so that the limits of the odds are
    the odds of the limits. Coverage dips well below nominal for p near 0 and 1, because the
    interval for no event is short: not where nobody, or everybody, had the event.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872 (method 7).
    .. [2] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133,
       section 4.2.

    Examples
    --------
    >>> print(likelihood_ratio_interval(21, 28))
    95% CI 0.572 to 0.884, likelihood ratio
    """
    title = "likelihood ratio"
    return by_kernel(_binomial.likelihood_ratio, title, events, n, confidence_level, side)


@one_sample_bounds
def skewness_corrected_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the skewness-corrected asymptotic score (SCAS) interval for a proportion.

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
    Wilson's score with a first-order correction for the skewness of the count, so that each side
    misses about as often as the other: the one to use when the two sides matter separately, and
    for bounds on one side. The limits solve (x/n - p) / s = ± z + (z^2 - 1)(1 - 2p) / (6 n s) with
    s^2 = p (1 - p) / n, a quadratic equation. No continuity correction, so coverage is near nominal
    and not at least nominal. With no event the lower limit is 0, with nothing but events the upper
    is 1. The corrected score cannot exceed sqrt(6 x + 1) however small p is, so where z does (one
    event, beyond level 0.99) the lower limit is 0, as in ratesci; there use an exact method.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348 (appendix A.4).

    Examples
    --------
    >>> print(skewness_corrected_interval(21, 28))
    95% CI 0.569 to 0.882, skewness-corrected score (SCAS)
    """
    title = "skewness-corrected score (SCAS)"
    return by_kernel(_binomial.skewness_corrected, title, events, n, confidence_level, side)
