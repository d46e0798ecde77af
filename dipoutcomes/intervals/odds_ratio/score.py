"""Intervals for the odds ratio that invert a score test."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._two_samples import odds_ratio, two_sample_interval
from dipoutcomes.intervals._typing import two_samples_bounds
from dipoutcomes.results import Interval, IntervalArray

POSSIBLE = (0.0, np.inf)


@two_samples_bounds
def odds_ratio_miettinen_nurminen_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Miettinen-Nurminen score interval for the odds ratio.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`fisher_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`fisher_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`fisher_interval` does.

    Notes
    -----
    Inverts the score test with the variance at the likeliest proportions of that odds ratio, times
    N / (N - 1). Sound at 0 and at n.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226, equation 13.

    Examples
    --------
    >>> print(odds_ratio_miettinen_nurminen_interval(21, 28, 13, 29))
    95% CI 1.206 to 11.263, Miettinen-Nurminen score odds ratio
    """
    kernel = odds_ratio.miettinen_nurminen
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "Miettinen-Nurminen score odds ratio", counts, confidence_level, POSSIBLE, side
    )


@two_samples_bounds
def cornfield_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the score interval for the odds ratio without the factor N / (N - 1).

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`fisher_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`fisher_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`fisher_interval` does.

    Notes
    -----
    Cornfield's interval without continuity correction. Agrees with the pooled chi-square test.

    References
    ----------
    .. [1] Cornfield, J. (1956). Proceedings of the Third Berkeley Symposium 4, 135-148.

    Examples
    --------
    >>> print(cornfield_interval(21, 28, 13, 29))
    95% CI 1.218 to 11.157, Cornfield score odds ratio
    """
    kernel = odds_ratio.cornfield
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "Cornfield score odds ratio", counts, confidence_level, POSSIBLE, side
    )


@two_samples_bounds
def odds_ratio_scas_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the skewness-corrected score interval (SCAS) for the odds ratio.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`fisher_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`fisher_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`fisher_interval` does.

    Notes
    -----
    The Miettinen-Nurminen interval corrected for the bias and the skewness of the score. An
    observed odds ratio of 0 or infinity is never left out, whatever the correction says.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348, appendix, and (2018)
       17, 290-293.

    Examples
    --------
    >>> print(odds_ratio_scas_interval(21, 28, 13, 29))
    95% CI 1.207 to 11.448, skewness-corrected score odds ratio
    """
    kernel = odds_ratio.scas
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "skewness-corrected score odds ratio", counts, confidence_level, POSSIBLE, side
    )
