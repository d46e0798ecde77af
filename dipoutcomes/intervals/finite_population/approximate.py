"""Intervals for a known frame that approximate: Wilson with two corrections, and Wald."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import FloatArray, Limits, Side, normal_quantile
from dipoutcomes.intervals._typing import finite_bounds
from dipoutcomes.intervals.finite_population._call import by_kernel
from dipoutcomes.results import Interval, IntervalArray


@finite_bounds
def wilson_finite_interval(
    events: Any,
    n: Any,
    population: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return Wilson limits with the effective sample size n (N - 1) / (N - n).

    Parameters
    ----------
    events, n, population, confidence_level, side
        As for :func:`hypergeometric_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`hypergeometric_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`hypergeometric_interval` does.

    Notes
    -----
    Inverts the score test with the variance of the hypergeometric distribution. A good
    approximation, not exact: the limits are no whole counts and may lie beyond what the sample
    already proves possible.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> print(wilson_finite_interval(21, 28, 210))
    95% CI 0.579 to 0.867, Wilson score, finite population
    """
    title = "Wilson score, finite population"
    return by_kernel(_wilson_finite, title, (events, n, population), confidence_level, side)


@finite_bounds
def wilson_sampling_fraction_interval(
    events: Any,
    n: Any,
    population: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return Wilson limits with the effective sample size n / (1 - n / N).

    Parameters
    ----------
    events, n, population, confidence_level, side
        As for :func:`hypergeometric_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`hypergeometric_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`hypergeometric_interval` does.

    Notes
    -----
    The textbook's correction; it differs from :func:`wilson_finite_interval`, which is the one
    to use, in the third digit.

    References
    ----------
    .. [1] Cochran, W. G. (1977). Sampling Techniques, 3rd edition, section 3.2.

    Examples
    --------
    >>> print(wilson_sampling_fraction_interval(21, 28, 210))
    95% CI 0.580 to 0.867, Wilson score, sampling fraction
    """
    title = "Wilson score, sampling fraction"
    return by_kernel(_wilson_fraction, title, (events, n, population), confidence_level, side)


@finite_bounds
def wald_finite_interval(
    events: Any,
    n: Any,
    population: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Wald interval with a finite population correction. Do not use it.

    Parameters
    ----------
    events, n, population, confidence_level, side
        As for :func:`hypergeometric_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`hypergeometric_interval`; not clipped to [0, 1]. With one person drawn the
        variance does not exist and the limits are ``nan``.

    Raises
    ------
    TypeError, ValueError
        As :func:`hypergeometric_interval` does.

    Notes
    -----
    Here to be shown beside the others: no width at 0 and n, poor coverage in small samples.

    References
    ----------
    .. [1] Cochran, W. G. (1977). Sampling Techniques, 3rd edition, section 3.3.

    Examples
    --------
    >>> print(wald_finite_interval(21, 28, 210))
    95% CI 0.598 to 0.902, Wald, finite population (do not use)
    """
    title = "Wald, finite population (do not use)"
    return by_kernel(_wald_finite, title, (events, n, population), confidence_level, side)


def _wilson_with(
    x: FloatArray, n: FloatArray, unseen: FloatArray, scale: FloatArray, level: float
) -> Limits:
    p, census = x / n, unseen == 0
    low, high = _binomial.wilson_of_share(p, n * scale / (unseen + census), level)
    return np.where(census, p, low), np.where(census, p, high)


def _wilson_finite(x: FloatArray, n: FloatArray, size: FloatArray, level: float) -> Limits:
    return _wilson_with(x, n, size - n, np.maximum(size - 1, 1), level)


def _wilson_fraction(x: FloatArray, n: FloatArray, size: FloatArray, level: float) -> Limits:
    return _wilson_with(x, n, size - n, size, level)


def _wald_finite(x: FloatArray, n: FloatArray, size: FloatArray, level: float) -> Limits:
    p = x / n
    variance = p * (1 - p) / np.where(n > 1, n - 1, np.nan) * (1 - n / size)
    half_width = normal_quantile(level) * np.sqrt(variance)
    return p - half_width, p + half_width
