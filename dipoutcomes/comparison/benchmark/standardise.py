"""The share that these people would have with somebody else's mix of strata."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_confidence_level, check_counts, check_numbers, check_text
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, Interval


def standardised_share(
    events: ArrayLike,
    n: ArrayLike,
    weights: ArrayLike,
    *,
    standard: str,
    strata: Sequence[str] = (),
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the share that these people would have with a standard's mix of strata (direct).

    Parameters
    ----------
    events, n : array_like of int, shape (strata,)
    weights : array_like of float, shape (strata,)
        People of the standard population by stratum, or shares; scaled to 1.
    standard : str
        What the standard is, for the measure's name.
    strata : sequence of str, optional
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "share"; limits by MOVER of Wilson limits.

    Raises
    ------
    DesignError
        If a stratum of the standard has nobody here: its share cannot be known.
    TypeError, ValueError
        If the arrays do not fit.

    References
    ----------
    .. [1] Yan, X. and Su, X. G. (2010). Statistics in Biopharmaceutical Research 2, 329-335
       (the weighted Wilson limits).

    Examples
    --------
    >>> share = standardised_share([4, 9], [20, 20], [3, 1], standard="the published cohort")
    >>> print(share.printed, share.printed_interval)
    26.3% 16.1% to 43.3%
    """
    level = check_confidence_level(confidence_level)
    x = np.atleast_1d(check_counts("events", np.asarray(events)))
    size = np.atleast_1d(check_counts("n", np.asarray(n)))
    weight = np.atleast_1d(check_numbers("weights", weights))
    check_text("standard", standard, "what the weights are those of")
    if not x.shape == size.shape == weight.shape or np.any(x > size):
        raise ValueError("the arrays must have one element for each stratum, events at most `n`")
    if not (np.all(np.isfinite(weight)) and np.all(weight >= 0) and weight.sum() > 0):
        raise ValueError("`weights` must be finite, not below 0, and above 0 in sum")
    labels = tuple(strata) or tuple(f"stratum {k + 1}" for k in range(len(x)))
    missing = [labels[k] for k in np.flatnonzero((size == 0) & (weight > 0))]
    if missing:
        raise DesignError(
            f"{len(missing)} strata of the standard have nobody here ({', '.join(missing)}), so "
            "their share cannot be known. Join strata, or use `observed_over_expected`."
        )
    from dipoutcomes.intervals.proportion import wilson_interval

    used = weight > 0
    weight, x, size = weight[used] / weight.sum(), x[used], size[used]
    own = wilson_interval(x, size, confidence_level=level)
    share = x / size
    value = float((weight * share).sum())
    below = sqrt(float((weight**2 * (share - own.low) ** 2).sum()))
    above = sqrt(float((weight**2 * (own.high - share) ** 2).sum()))
    return Estimate(
        measure=f"share with at least one event, standardised to {standard}",
        value=value,
        interval=Interval(
            max(0.0, value - below), min(1.0, value + above), level, "MOVER of Wilson limits"
        ),
        events=int(x.sum()),
        base=int(size.sum()),
        base_unit="persons",
        caveat="the counts are not standardised; the share is",
    )
