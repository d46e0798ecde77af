"""Exact unconditional intervals: no table is left to an approximation or to the margins."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.intervals._common import Limits, Side
from dipoutcomes.intervals._two_samples import Kernel, Table, two_sample_interval
from dipoutcomes.intervals._typing import two_samples, two_samples_bounds
from dipoutcomes.intervals.unconditional._nulls import QUANTITIES
from dipoutcomes.intervals.unconditional._search import Problem
from dipoutcomes.intervals.unconditional.p_values import one_by_one
from dipoutcomes.results import Interval, IntervalArray

Counts = tuple[int, int, int, int]


def _place(quantity: str, counts: Counts) -> float | None:
    """Return the estimate on the scale of nulls; None where nothing is known."""
    x1, n1, x2, n2 = counts
    if quantity == "difference":
        return x1 / n1 - x2 / n2
    odd = quantity == "odds_ratio"
    above = x1 * (n2 - x2) if odd else x1 * n2
    below = x2 * (n1 - x1) if odd else x2 * n1
    return None if above + below == 0 else above / (above + below)


def _lower(quantity: str, counts: Counts, alpha: float, *, two_sided: bool) -> float:
    """Return the lower limit on the scale of nulls."""
    ends, estimate = QUANTITIES[quantity], _place(quantity, counts)
    if estimate is None or estimate <= ends.lowest:
        return ends.lowest
    problem = Problem(ends, counts)
    return problem.lower_limit(alpha, two_sided=two_sided, inner=estimate)


def _kernel(quantity: str, *, two_sided: bool) -> Kernel:
    ends = QUANTITIES[quantity]

    def limits(counts: Counts, level: float) -> tuple[float, float]:
        x1, n1, x2, n2 = counts
        alpha = 1 - level if two_sided else (1 - level) / 2
        low = _lower(quantity, counts, alpha, two_sided=two_sided)
        # With the groups changed over, the upper limit is a lower one.
        other = _lower(quantity, (x2, n2, x1, n1), alpha, two_sided=two_sided)
        return low, ends.lowest + ends.highest - other

    def kernel(x1: Any, n1: Any, x2: Any, n2: Any, level: float) -> Limits:
        table: Table = (x1, n1, x2, n2)
        low, high = one_by_one(table, lambda counts: limits(counts, level))
        if quantity == "difference":
            return low, high
        with np.errstate(divide="ignore"):
            return low / (1 - low), high / (1 - high)

    return kernel


@two_samples_bounds
def difference_chan_zhang_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the exact unconditional interval of Chan and Zhang for p1 - p2.

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
        As :func:`miettinen_nurminen_interval` does; besides, where there are more than 300,000
        possible tables.

    Notes
    -----
    Every value that neither one-sided exact test rejects at half of 1 - level. Tables are ordered
    by the score; the p-value is the largest over all pairs of proportions that the null allows,
    bounded between the points where it is computed, so it is never too small; the limits are
    found from the outside inwards and hold every accepted value. Coverage is at least the level.

    References
    ----------
    .. [1] Chan, I. S. F. and Zhang, Z. (1999). Biometrics 55, 1202-1209.

    Examples
    --------
    >>> print(difference_chan_zhang_interval(21, 28, 13, 29))
    95% CI 0.039 to 0.535, Chan-Zhang exact
    """
    kernel = _kernel("difference", two_sided=False)
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "Chan-Zhang exact", counts, confidence_level, (-1.0, 1.0), side
    )


@two_samples_bounds
def ratio_chan_zhang_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the exact unconditional interval of Chan and Zhang for p1 / p2.

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
        As :func:`koopman_interval` does; besides, where there are more than 300,000 possible
        tables.

    Notes
    -----
    Every value that neither one-sided exact test rejects at half of 1 - level. Tables are ordered
    by the score; the p-value is the largest over all pairs of proportions that the null allows,
    bounded between the points where it is computed, so it is never too small; the limits are
    found from the outside inwards and hold every accepted value. Coverage is at least the level.

    References
    ----------
    .. [1] Chan, I. S. F. and Zhang, Z. (1999). Biometrics 55, 1202-1209.

    Examples
    --------
    >>> print(ratio_chan_zhang_interval(21, 28, 13, 29))
    95% CI 1.058 to 3.073, Chan-Zhang exact
    """
    kernel = _kernel("ratio", two_sided=False)
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "Chan-Zhang exact", counts, confidence_level, (0.0, np.inf), side
    )


@two_samples_bounds
def odds_ratio_chan_zhang_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the exact unconditional interval of Chan and Zhang for the odds ratio.

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
        As :func:`fisher_interval` does; besides, where there are more than 300,000 possible
        tables.

    Notes
    -----
    Every value that neither one-sided exact test rejects at half of 1 - level. Tables are ordered
    by the score; the p-value is the largest over all pairs of proportions that the null allows,
    bounded between the points where it is computed, so it is never too small; the limits are
    found from the outside inwards and hold every accepted value. Coverage is at least the level.

    References
    ----------
    .. [1] Chan, I. S. F. and Zhang, Z. (1999). Biometrics 55, 1202-1209.

    Examples
    --------
    >>> print(odds_ratio_chan_zhang_interval(21, 28, 13, 29))
    95% CI 1.176 to 15.931, Chan-Zhang exact
    """
    kernel = _kernel("odds_ratio", two_sided=False)
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(
        kernel, "Chan-Zhang exact", counts, confidence_level, (0.0, np.inf), side
    )


@two_samples
def difference_agresti_min_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the exact unconditional interval of Agresti and Min for p1 - p2.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level
        As for :func:`miettinen_nurminen_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`miettinen_nurminen_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`miettinen_nurminen_interval` does; besides, where there are more than 300,000
        possible tables.

    Notes
    -----
    The hull of every value that the exact test ordered by the squared score accepts. Computed as
    the Chan-Zhang interval and mostly shorter; as one two-sided test it promises nothing about
    each side alone. Coverage is at least the level.

    References
    ----------
    .. [1] Agresti, A. and Min, Y. (2001). Biometrics 57, 963-971.

    Examples
    --------
    >>> print(difference_agresti_min_interval(21, 28, 13, 29))
    95% CI 0.040 to 0.529, Agresti-Min exact
    """
    kernel = _kernel("difference", two_sided=True)
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(kernel, "Agresti-Min exact", counts, confidence_level, (-1.0, 1.0))


@two_samples
def ratio_agresti_min_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the exact unconditional interval of Agresti and Min for p1 / p2.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level
        As for :func:`koopman_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`koopman_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`koopman_interval` does; besides, where there are more than 300,000 possible
        tables.

    Notes
    -----
    The hull of every value that the exact test ordered by the squared score accepts. Computed as
    the Chan-Zhang interval and mostly shorter; as one two-sided test it promises nothing about
    each side alone. Coverage is at least the level.

    References
    ----------
    .. [1] Agresti, A. and Min, Y. (2001). Biometrics 57, 963-971.

    Examples
    --------
    >>> print(ratio_agresti_min_interval(21, 28, 13, 29))
    95% CI 1.073 to 2.811, Agresti-Min exact
    """
    kernel = _kernel("ratio", two_sided=True)
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(kernel, "Agresti-Min exact", counts, confidence_level, (0.0, np.inf))


@two_samples
def odds_ratio_agresti_min_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the exact unconditional interval of Agresti and Min for the odds ratio.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level
        As for :func:`fisher_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`fisher_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`fisher_interval` does; besides, where there are more than 300,000 possible
        tables.

    Notes
    -----
    The hull of every value that the exact test ordered by the squared score accepts. Computed as
    the Chan-Zhang interval and mostly shorter; as one two-sided test it promises nothing about
    each side alone. Coverage is at least the level.

    References
    ----------
    .. [1] Agresti, A. and Min, Y. (2001). Biometrics 57, 963-971.

    Examples
    --------
    >>> print(odds_ratio_agresti_min_interval(21, 28, 13, 29))
    95% CI 1.176 to 15.417, Agresti-Min exact
    """
    kernel = _kernel("odds_ratio", two_sided=True)
    counts = (events_1, n_1, events_2, n_2)
    return two_sample_interval(kernel, "Agresti-Min exact", counts, confidence_level, (0.0, np.inf))
