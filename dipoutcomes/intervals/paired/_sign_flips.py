"""The exact distribution of a signed rank sum, by the shift algorithm on doubled mid-ranks."""

from __future__ import annotations

import numpy as np

from dipoutcomes.intervals._common import FloatArray

_SAME = 1e-10  # sizes nearer than this, relative to the largest difference, are tied


def doubled_ranks(differences: FloatArray, zeros: str) -> tuple[FloatArray, FloatArray]:
    """Return twice the mid-ranks of the sizes that are not 0, and their signs.

    Zeros are dropped before ranking ("wilcoxon") or after it ("pratt").
    """
    size = np.abs(differences)
    largest = float(size.max(initial=0.0))
    # Differences such as 0.1 + 0.2 and 0.3 are tied in the data and not in floating point.
    key = np.round(size / largest / _SAME) if largest > 0 else np.zeros(size.shape)
    if zeros == "wilcoxon":
        differences, key = differences[key > 0], key[key > 0]
    _, place, seen = np.unique(key, return_inverse=True, return_counts=True)
    last = np.cumsum(seen)
    doubled = (2 * last - seen + 1).astype(np.float64)[place]
    return doubled[key > 0], np.sign(differences[key > 0])


def rank_sum_distribution(doubled: FloatArray) -> FloatArray:
    """Return P(sum = 0), P(sum = 1), ... of ranks each taken or left with probability 1/2.

    One rank at a time shifts the distribution by itself (Streitberg and Roehmel 1986).
    """
    steps = np.sort(doubled).astype(np.int64)
    chance = np.zeros(int(steps.sum()) + 1)
    chance[0], top = 1.0, 0
    for step in steps.tolist():
        chance[: top + step + 1] /= 2
        chance[step : top + step + 1] += chance[: top + 1].copy()
        top += step
    return chance


def rank_sum_tails(doubled: FloatArray, taken: float) -> tuple[float, float]:
    """Return P(sum <= taken) and P(sum >= taken)."""
    if not doubled.size:
        return 1.0, 1.0
    common = float(np.gcd.reduce(doubled.astype(np.int64)))  # 2 where nothing is tied
    chance = rank_sum_distribution(doubled / common)
    place = round(taken / common)
    # The distribution is symmetric: the upper tail is the lower tail from the other end.
    return float(chance[: place + 1].sum()), float(chance[: len(chance) - place].sum())
