"""Where the exact signed rank test stops rejecting a shift."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals.paired._sign_flips import (
    doubled_ranks,
    rank_sum_distribution,
    rank_sum_tails,
)

Found = tuple[float, float, float, float]  # low, high, and the tails just outside them
_SAME = 1e-10
_MOST_TIED = 300
_SCREEN = 60  # from so many ranks on, what the normal tail puts far away is not worked out


def walsh_averages(values: FloatArray) -> FloatArray:
    """Return the sorted means of two values, each with itself too."""
    first, second = np.triu_indices(len(values))
    return np.sort((values[first] + values[second]) / 2)


def untied_limits(values: FloatArray, tail: float) -> Found:
    """Return order statistics of the Walsh averages by the distribution without ties."""
    averages = walsh_averages(values)
    lower_tail = np.cumsum(rank_sum_distribution(np.arange(1.0, len(values) + 1)))
    # The k-th average from each end, the largest k with P(sum <= k - 1) at most the tail.
    k = int(np.searchsorted(lower_tail, tail, side="right"))
    if k == 0:
        return -np.inf, np.inf, 0.0, 0.0
    outside = float(lower_tail[k - 1])
    return float(averages[k - 1]), float(averages[-k]), outside, outside


def permutation_limits(values: FloatArray, tail: float, zeros: str) -> Found:
    """Return the ends of the set of shifts whose exact p-value is above twice the tail."""
    tied = len(np.unique(values)) < len(values)
    if len(values) > _SCREEN and not tied:
        return untied_limits(values, tail)  # shifts that make ties are then no separate matter
    if len(values) > _MOST_TIED:
        raise ValueError(
            f"`method` 'permutation' takes up to {_MOST_TIED} tied differences; use 'untied'"
        )
    low, below = _first_accepted(values, tail, zeros)
    high, above = _first_accepted(-values, tail, zeros)
    return low, -high, below, above


def _first_accepted(values: FloatArray, tail: float, zeros: str) -> tuple[float, float]:
    """Return the lowest accepted shift, and the tail of the shifts between averages below it.

    From outside inward: the accepted shifts can have holes.
    """
    nearest = np.nan
    for shift, limit, between in _candidates(values):
        doubled, signs = doubled_ranks(values - shift, zeros)
        taken = float(doubled[signs > 0].sum())
        if not _far(doubled, taken, tail) and rank_sum_tails(doubled, taken)[1] > tail:
            return limit, _upper_tail(values - nearest, zeros)
        if between:
            nearest = shift
    raise AssertionError("the middle of the differences is always accepted")  # pragma: no cover


def _upper_tail(values: FloatArray, zeros: str) -> float:
    if np.isnan(values).any():
        return 0.0
    doubled, signs = doubled_ranks(values, zeros)
    return rank_sum_tails(doubled, float(doubled[signs > 0].sum()))[1]


def _far(doubled: FloatArray, taken: float, tail: float) -> bool:
    """Return whether the upper tail is so far below *tail* that it need not be worked out."""
    if len(doubled) < _SCREEN:
        return False
    from scipy.special import ndtr

    z = (taken - doubled.sum() / 2) / (np.sqrt((doubled**2).sum()) / 2)
    return bool(ndtr(-z) < tail / 4)


def _candidates(values: FloatArray) -> Iterable[tuple[float, float, bool]]:
    """Give shifts from below, each with the limit it makes: between averages and at each."""
    averages = walsh_averages(values)
    scale = max(float(np.abs(averages).max()), float(np.ptp(averages)), 1e-300)
    averages = averages[np.append(True, np.diff(averages) > _SAME * scale)]
    yield float(averages[0]) - scale, -np.inf, True
    for i, average in enumerate(averages.tolist()):
        yield average, average, False
        if i + 1 < len(averages):
            yield (average + float(averages[i + 1])) / 2, average, True
    yield float(averages[-1]) + scale, float(averages[-1]), True
