"""Intervals for p1 / p2 that invert a score test."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._two_samples import ratio, two_sample_interval
from dipoutcomes.intervals._typing import two_samples_bounds
from dipoutcomes.results import Interval, IntervalArray

POSSIBLE = (0.0, np.inf)


@two_samples_bounds
def koopman_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return Koopman's score interval for p1 / p2.

    Parameters
    ----------
    events_1, n_1 : int or array of int
        Persons of group 1 with the event, and in all; ``0 <= events_1 <= n_1``.
    events_2, n_2 : int or array of int
        The same for group 2; all four broadcast. A group of nobody gives 0 to infinity.
    confidence_level : float, default 0.95
        Strictly between 0 and 1.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone has all of 1 - level there; the other limit is the end of the
        possible values. Then *confidence_level* is at least 0.5.

    Returns
    -------
    Interval or IntervalArray
        Ratios from 0 to ``inf``. No event in either group gives 0 to ``inf``.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Inverts the score test with the variance at the likeliest proportions of that ratio. Agrees
    with the pooled chi-square test of no difference. Sound at 0 and at n. A ratio hides how
    common the event is: give the two proportions beside it.

    References
    ----------
    .. [1] Koopman, P. A. R. (1984). Biometrics 40, 513-517.

    Examples
    --------
    >>> print(koopman_interval(21, 28, 13, 29))
    95% CI 1.083 to 2.736, Koopman score
    """
    kernel = ratio.koopman
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(kernel, "Koopman score", counts, confidence_level, POSSIBLE, side)


@two_samples_bounds
def ratio_miettinen_nurminen_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Miettinen-Nurminen score interval for p1 / p2.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`koopman_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`koopman_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`koopman_interval` does.

    Notes
    -----
    Koopman's interval with the variance times N / (N - 1): a little longer in small groups.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226, equation 10.

    Examples
    --------
    >>> print(ratio_miettinen_nurminen_interval(0, 10, 0, 12))
    95% CI 0.000 to inf, Miettinen-Nurminen score ratio
    """
    kernel = ratio.miettinen_nurminen
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "Miettinen-Nurminen score ratio", counts, confidence_level, POSSIBLE, side
    )


@two_samples_bounds
def ratio_scas_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the skewness-corrected score interval (SCAS) for p1 / p2.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`koopman_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`koopman_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`koopman_interval` does.

    Notes
    -----
    The Miettinen-Nurminen interval with the third moment of the score taken into account, so that
    misses are nearly as frequent above as below. With no event in group 1 the lower limit is 0,
    with none in group 2 the upper one infinite, whatever the correction says.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348, equation 4 and appendix.

    Examples
    --------
    >>> print(ratio_scas_interval(21, 28, 13, 29))
    95% CI 1.080 to 2.803, skewness-corrected score ratio
    """
    kernel = ratio.scas
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "skewness-corrected score ratio", counts, confidence_level, POSSIBLE, side
    )
