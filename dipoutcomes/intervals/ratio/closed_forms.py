"""Intervals for p1 / p2 from a formula."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._two_samples import hybrid, ratio, two_sample_interval
from dipoutcomes.intervals._typing import two_samples_bounds
from dipoutcomes.results import Interval, IntervalArray

POSSIBLE = (0.0, np.inf)


@two_samples_bounds
def walter_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the log interval for p1 / p2 with one half added to events and persons.

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
    Finite with no event in a group; ``nan`` where everybody in both groups has the event, since the
    formula would give 1 to 1 there. Less well covered than Koopman's.

    References
    ----------
    .. [1] Walter, S. D. (1975). Biometrika 62, 371-374.

    Examples
    --------
    >>> print(walter_interval(21, 28, 13, 29))
    95% CI 1.056 to 2.573, Walter log ratio (do not use)
    """
    kernel = ratio.walter
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "Walter log ratio (do not use)", counts, confidence_level, POSSIBLE, side
    )


@two_samples_bounds
def ratio_mover_wilson_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the square-and-add interval for p1 / p2 from two Wilson intervals.

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
    A closed form; no inversion of a test.

    References
    ----------
    .. [1] Donner, A. and Zou, G. Y. (2012). Statistical Methods in Medical Research 21, 347-359.

    Examples
    --------
    >>> print(ratio_mover_wilson_interval(21, 28, 13, 29))
    95% CI 1.082 to 2.699, MOVER of Wilson intervals, ratio
    """
    kernel = hybrid.mover_ratio(hybrid.wilson)
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "MOVER of Wilson intervals, ratio", counts, confidence_level, POSSIBLE, side
    )


@two_samples_bounds
def ratio_mover_jeffreys_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the square-and-add interval for p1 / p2 from two Jeffreys intervals.

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
    Jeffreys limits around the posterior medians, no end points replaced: both limits are finite and
    greater than 0 whatever is observed, so it can leave out an observed ratio of 0 or infinity.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348, section 3.

    Examples
    --------
    >>> print(ratio_mover_jeffreys_interval(21, 28, 13, 29))
    95% CI 1.082 to 2.741, MOVER of Jeffreys intervals, ratio
    """
    kernel = hybrid.mover_ratio(hybrid.jeffreys)
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "MOVER of Jeffreys intervals, ratio", counts, confidence_level, POSSIBLE, side
    )


@two_samples_bounds
def ratio_mover_exact_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the square-and-add interval for p1 / p2 from two Clopper-Pearson intervals.

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
    Cautious, but no exact interval; for one see :func:`ratio_chan_zhang_interval`.

    References
    ----------
    .. [1] Donner, A. and Zou, G. Y. (2012). Statistical Methods in Medical Research 21, 347-359.

    Examples
    --------
    >>> print(ratio_mover_exact_interval(21, 28, 13, 29))
    95% CI 1.040 to 2.907, MOVER of exact intervals, ratio
    """
    kernel = hybrid.mover_ratio(hybrid.exact)
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "MOVER of exact intervals, ratio", counts, confidence_level, POSSIBLE, side
    )


@two_samples_bounds
def katz_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Katz log interval for p1 / p2. Do not use it in small groups.

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
    ``nan`` where a group has no event, and where everybody in both groups has it: the formula would
    give 1 to 1, a certainty that no sample has.

    References
    ----------
    .. [1] Katz, D., Baptista, J., Azen, S. P. and Pike, M. C. (1978). Biometrics 34, 469-474.

    Examples
    --------
    >>> print(katz_interval(21, 28, 13, 29))
    95% CI 1.059 to 2.642, Katz log ratio (do not use)
    """
    kernel = ratio.katz
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "Katz log ratio (do not use)", counts, confidence_level, POSSIBLE, side
    )
