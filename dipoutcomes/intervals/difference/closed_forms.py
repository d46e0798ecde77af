"""Intervals for p1 - p2 from a formula."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._two_samples import difference, hybrid, two_sample_interval
from dipoutcomes.intervals._typing import two_samples_bounds
from dipoutcomes.results import Interval, IntervalArray

POSSIBLE = (-1.0, 1.0)


@two_samples_bounds
def newcombe_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return Newcombe's square-and-add interval for p1 - p2 from two Wilson intervals.

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
    A closed form that stays within -1 and 1. No inversion of a test: near the border it can
    disagree with a p-value. With 28 a group and shares from 10% to 90% coverage at nominal 95% is
    at least 93.4%, 95.0% on average.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (method 10, Table II).

    Examples
    --------
    >>> interval = newcombe_interval(56, 70, 48, 80)
    >>> f"{interval.low:.4f} to {interval.high:.4f}"
    '0.0524 to 0.3339'
    """
    counts = (events_1, n_1, events_2, n_2)
    title = "Newcombe hybrid score"
    kernel = hybrid.mover_difference(hybrid.wilson)
    return two_sample_interval(kernel, title, counts, confidence_level, POSSIBLE, side)


@two_samples_bounds
def newcombe_corrected_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return Newcombe's interval from continuity-corrected Wilson limits.

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
    Cautious and wide; to reproduce published work.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (method 11).

    Examples
    --------
    >>> interval = newcombe_corrected_interval(56, 70, 48, 80)
    >>> f"{interval.low:.4f} to {interval.high:.4f}"
    '0.0428 to 0.3422'
    """
    counts = (events_1, n_1, events_2, n_2)
    title = "Newcombe hybrid score with continuity correction"
    kernel = hybrid.mover_difference(hybrid.wilson_corrected)
    return two_sample_interval(kernel, title, counts, confidence_level, POSSIBLE, side)


@two_samples_bounds
def agresti_caffo_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Agresti-Caffo interval: Wald after adding one event and one other a group.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`miettinen_nurminen_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`miettinen_nurminen_interval`; not clipped to [-1, 1].

    Raises
    ------
    TypeError, ValueError
        As :func:`miettinen_nurminen_interval` does.

    Notes
    -----
    Simple to work by hand, sound on average; pulled towards 0 in small groups.

    References
    ----------
    .. [1] Agresti, A. and Caffo, B. (2000). American Statistician 54, 280-288.

    Examples
    --------
    >>> print(agresti_caffo_interval(56, 70, 48, 80))
    95% CI 0.052 to 0.336, Agresti-Caffo
    """
    counts = (events_1, n_1, events_2, n_2)
    title = "Agresti-Caffo"
    kernel = difference.agresti_caffo
    return two_sample_interval(kernel, title, counts, confidence_level, POSSIBLE, side)


@two_samples_bounds
def difference_wald_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Wald interval for p1 - p2. Do not use it: it is here to be shown.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`miettinen_nurminen_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`miettinen_nurminen_interval`; not clipped to [-1, 1].

    Raises
    ------
    TypeError, ValueError
        As :func:`miettinen_nurminen_interval` does.

    Notes
    -----
    No width when both groups are at 0 or n; coverage far below nominal in small groups.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (method 1).

    Examples
    --------
    >>> print(difference_wald_interval(28, 28, 14, 14))
    95% CI 0.000 to 0.000, Wald difference (do not use)
    """
    counts = (events_1, n_1, events_2, n_2)
    title = "Wald difference (do not use)"
    kernel = difference.wald
    return two_sample_interval(kernel, title, counts, confidence_level, POSSIBLE, side)


@two_samples_bounds
def difference_mover_jeffreys_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the square-and-add interval for p1 - p2 from two Jeffreys intervals.

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
    Jeffreys limits around the posterior medians, no end points replaced (Laud's MOVER-J). It can
    leave out an observed difference of -1 or 1. No inversion of a test. With 28 a group and shares
    from 10% to 90% coverage at nominal 95% is at least 93.0%, 94.7% on average.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348, section 3.

    Examples
    --------
    >>> print(difference_mover_jeffreys_interval(21, 28, 13, 29))
    95% CI 0.048 to 0.514, MOVER of Jeffreys intervals
    """
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        hybrid.mover_difference(hybrid.jeffreys),
        "MOVER of Jeffreys intervals",
        counts,
        confidence_level,
        POSSIBLE,
        side,
    )


@two_samples_bounds
def difference_mover_exact_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the square-and-add interval for p1 - p2 from two Clopper-Pearson intervals.

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
    Cautious, but no exact interval: joining two exact ones promises nothing about their
    difference. For a promise see :func:`difference_chan_zhang_interval`.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Statistics in Medicine 27, 1693-1702.

    Examples
    --------
    >>> print(difference_mover_exact_interval(21, 28, 13, 29))
    95% CI 0.023 to 0.535, MOVER of exact intervals
    """
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        hybrid.mover_difference(hybrid.exact),
        "MOVER of exact intervals",
        counts,
        confidence_level,
        POSSIBLE,
        side,
    )
