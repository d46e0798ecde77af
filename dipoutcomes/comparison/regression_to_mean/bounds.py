"""Sampling error and bounds joined: a quantity known only to lie between two estimates."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_confidence_level, check_count, check_numbers
from dipoutcomes.comparison.regression_to_mean.adjusted import AdjustedRatio
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Interval, IntervalArray

METHOD = "Imbens-Manski"

Floats = NDArray[np.float64]


@overload
def imbens_manski_interval(
    lower: float, upper: float, se_lower: float, se_upper: float, *, confidence_level: float = ...
) -> Interval: ...
@overload
def imbens_manski_interval(
    lower: ArrayLike,
    upper: ArrayLike,
    se_lower: ArrayLike,
    se_upper: ArrayLike,
    *,
    confidence_level: float = ...,
) -> Interval | IntervalArray: ...
def imbens_manski_interval(
    lower: ArrayLike,
    upper: ArrayLike,
    se_lower: ArrayLike,
    se_upper: ArrayLike,
    *,
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return an interval for a quantity that lies between two bounds, each estimated.

    Parameters
    ----------
    lower, upper : float or array_like of float
        Estimated bounds, ``lower <= upper``: best and worst case for the untraced.
    se_lower, se_upper : float or array_like of float
        Their standard errors, at least 0; broadcast.
    confidence_level : float, default 0.95
        That the interval holds the quantity, wherever between the bounds it lies; not both
        bounds, which would need a wider one.

    Returns
    -------
    Interval or IntervalArray
        ``lower - c se_lower`` to ``upper + c se_upper``, with c from 1.645 for bounds far apart to
        1.960 for bounds that meet.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    c solves Phi(c + (upper - lower) / max(se)) - Phi(-c) = confidence level (equations 6 and 7).
    For bounds whose distance is itself estimated with error the coverage can fall below nominal
    near no distance at all (Stoye 2009); for bounds that come from a known number of untraced
    people it is known.

    References
    ----------
    .. [1] Imbens, G. W. and Manski, C. F. (2004). Econometrica 72, 1845-1857.
    .. [2] Stoye, J. (2009). Econometrica 77, 1299-1315.

    Examples
    --------
    >>> print(imbens_manski_interval(0.25, 0.25, 0.1, 0.1))
    95% CI 0.054 to 0.446, Imbens-Manski
    >>> print(imbens_manski_interval(0.2, 0.8, 0.1, 0.1))
    95% CI 0.036 to 0.964, Imbens-Manski
    """
    level = check_confidence_level(confidence_level)
    low, high, first, last = np.broadcast_arrays(
        *(
            check_numbers(name, v)
            for name, v in (
                ("lower", lower),
                ("upper", upper),
                ("se_lower", se_lower),
                ("se_upper", se_upper),
            )
        )
    )
    if np.any(~(low <= high)):
        raise ValueError("`lower` must be a number at most `upper`")
    if np.any(~((first >= 0) & (last >= 0) & np.isfinite(first) & np.isfinite(last))):
        raise ValueError("standard errors must be finite and not below 0")
    c = _factor(high - low, np.maximum(first, last), level)
    low, high = low - c * first, high + c * last
    if low.ndim == 0:
        return Interval(float(low), float(high), level, METHOD)
    return IntervalArray(low, high, level, METHOD)


def _factor(distance: Floats, error: Floats, level: float) -> Floats:
    """Return c by bisection between its one-sided and its two-sided value."""
    from scipy.special import ndtr, ndtri

    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(distance > 0, distance / error, 0.0)
    low = np.full(scaled.shape, float(ndtri(level)))
    high = np.full(scaled.shape, float(ndtri((1 + level) / 2)))
    for _ in range(60):
        middle = (low + high) / 2
        short = ndtr(middle + scaled) - ndtr(-middle) < level
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray((low + high) / 2, dtype=np.float64)


def adjusted_ratio_with_untraced(
    result: AdjustedRatio,
    *,
    untraced: int,
    lowest_ratio: float = 0.0,
    highest_ratio: float | None = None,
    confidence_level: float = 0.95,
) -> Interval:
    """Return an interval for the adjusted ratio of everybody, the untraced included.

    Parameters
    ----------
    result : AdjustedRatio
        Of the people who were traced.
    untraced : int
        People not found on police records, of whom nothing is known before or after.
    lowest_ratio, highest_ratio : float
        The least and the most that the adjusted ratio of the untraced may be. No data bound it
        from above, so *highest_ratio* must be given, and shown with the result: 2, say, for "at
        worst they offended twice as often as expected".
    confidence_level : float, default 0.95

    Returns
    -------
    Interval
        Imbens and Manski's, of bounds that give the untraced, as many of the events expected as
        they are of the people, the lowest and the highest ratio.

    Raises
    ------
    DesignError
        If *highest_ratio* is not given while somebody is untraced, or the ratio has no error.
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from dipoutcomes.comparison.regression_to_mean import adjusted_ratio, published_spread
    >>> found = adjusted_ratio([2, 0, 4, 1] * 20, [365] * 80, [1, 0, 2, 1] * 20, [365] * 80,
    ...     reference=published_spread(1.0, 1.0, source="illustrative"))
    >>> both = adjusted_ratio_with_untraced(found, untraced=20, highest_ratio=2.0)
    >>> both.low < found.adjusted.value * 0.8 < found.adjusted.value * 0.8 + 0.4 < both.high
    True
    """
    if not isinstance(result, AdjustedRatio):
        raise TypeError(f"`result` must be that of adjusted_ratio, not {type(result).__name__}")
    missing = check_count("untraced", untraced)
    if highest_ratio is None:
        if missing:
            raise DesignError(
                f"{missing} people are untraced and nothing in the data says what they did at "
                "most. Give `highest_ratio`, the highest ratio that they are taken to have."
            )
        highest_ratio = lowest_ratio
    if not 0 <= lowest_ratio <= highest_ratio < np.inf:
        raise ValueError(
            "`lowest_ratio` and `highest_ratio` must be finite, 0 <= lowest <= highest"
        )
    if not np.isfinite(result.log_error):
        raise DesignError("the adjusted ratio of the traced has no error to join bounds with")
    # Assumes the untraced to be expected to offend as often as the traced.
    share = missing / (missing + (result.adjusted.persons or 0))
    value = result.adjusted.value
    error = (1 - share) * value * result.log_error
    bounds = [(1 - share) * value + share * ratio for ratio in (lowest_ratio, highest_ratio)]
    found = imbens_manski_interval(
        bounds[0], bounds[1], error, error, confidence_level=confidence_level
    )
    return Interval(max(0.0, found.low), found.high, found.confidence_level, METHOD)
