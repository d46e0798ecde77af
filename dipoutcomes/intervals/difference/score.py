"""Intervals for p1 - p2 that invert a score test."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._two_samples import difference, two_sample_interval
from dipoutcomes.intervals._typing import two_samples_bounds
from dipoutcomes.results import Interval, IntervalArray

POSSIBLE = (-1.0, 1.0)


@two_samples_bounds
def miettinen_nurminen_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Miettinen-Nurminen score interval for p1 - p2.

    Parameters
    ----------
    events_1, n_1 : int or array of int
        Persons of group 1 with the event, and in all; ``0 <= events_1 <= n_1``.
    events_2, n_2 : int or array of int
        The same for group 2; all four broadcast. A group of nobody gives -1 to 1: no information.
    confidence_level : float, default 0.95
        Strictly between 0 and 1.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone has all of 1 - level there; the other limit is the end of the
        possible values. Then *confidence_level* is at least 0.5.

    Returns
    -------
    Interval or IntervalArray
        Differences of proportions in [-1, 1], not percentage points.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Inverts the score test with the variance at the likeliest pair of proportions that differ by
    the value tested, times N / (N - 1). Sound at 0 and at n, and for groups of unequal size.
    For independent groups only: for the same persons before and after see `paired`.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226, equations
       8 and 9 and appendix I.

    Examples
    --------
    >>> interval = miettinen_nurminen_interval(56, 70, 48, 80)
    >>> f"{interval.low:.4f} to {interval.high:.4f}"
    '0.0528 to 0.3382'
    """
    counts = (events_1, n_1, events_2, n_2)
    title = "Miettinen-Nurminen score"
    return two_sample_interval(
        difference.miettinen_nurminen, title, counts, confidence_level, POSSIBLE, side
    )


@two_samples_bounds
def mee_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the score interval for p1 - p2 without the factor N / (N - 1).

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`miettinen_nurminen_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`miettinen_nurminen_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`miettinen_nurminen_interval` does.

    Notes
    -----
    Agrees with the pooled chi-square test. A little shorter than Miettinen and Nurminen's in
    small groups, where theirs is the safer.

    References
    ----------
    .. [1] Mee, R. W. (1984). Biometrics 40, 1175-1176.

    Examples
    --------
    >>> interval = mee_interval(56, 70, 48, 80)
    >>> f"{interval.low:.4f} to {interval.high:.4f}"
    '0.0533 to 0.3377'
    """
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        difference.mee, "Mee score", counts, confidence_level, POSSIBLE, side
    )


@two_samples_bounds
def difference_scas_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the skewness-corrected score interval (SCAS) for p1 - p2.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`miettinen_nurminen_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`miettinen_nurminen_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`miettinen_nurminen_interval` does.

    Notes
    -----
    The Miettinen-Nurminen interval with the third moment of the score taken into account, so that
    misses are nearly as frequent above as below: the one to use for a bound on one side, or where
    groups are very unequal. At levels below 0.68 it can leave out the observed difference near an
    edge, and its equation may have several solutions in groups of one or two.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348, equation 4 and appendix.

    Examples
    --------
    >>> print(difference_scas_interval(21, 28, 13, 29))
    95% CI 0.046 to 0.528, skewness-corrected score
    """
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        difference.scas, "skewness-corrected score", counts, confidence_level, POSSIBLE, side
    )
