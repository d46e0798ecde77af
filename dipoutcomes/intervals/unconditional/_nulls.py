"""What a null hypothesis allows: the curve of pairs of proportions, and the statistic.

Nulls are on the scale of the score: a difference d in [-1, 1], or t = ratio / (1 + ratio). A cell
is a stretch [a, b] of nulls. The probability of a set of tables that is closed upwards (more
events in group 1, fewer in group 2 keep a table in it) grows with p1 and falls with p2; over a
cell it is therefore at most its value at the null b with the same p2. That of a set closed
downwards is at most its value at a. A curve gives p2 and both values of p1; a strip is a box that
holds the p2 that only part of the cell allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._two_samples.difference import difference_score
from dipoutcomes.intervals._two_samples.odds_ratio import odds_ratio_score
from dipoutcomes.intervals._two_samples.ratio import ratio_score
from dipoutcomes.intervals._two_samples.shared import Table, unbounded

#: p1 at b, p1 at a, p2, clock.
Points = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
#: p1 and p2 for the set closed upwards, p1 and p2 for the other.
Strip = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A comparison of two proportions.

    Parameters
    ----------
    lowest, highest : float
        The ends of the scale of nulls.
    score : callable
        ``(table, null) ->`` bounded score, decreasing in the null.
    curve : callable
        ``(a, b, angle, n1, n2) -> Points``.
    strips : callable
        ``(a, b) ->`` strips.
    """

    lowest: float
    highest: float
    score: Callable[[Table, FloatArray], FloatArray]
    curve: Callable[[FloatArray, FloatArray, FloatArray, int, int], Points]
    strips: Callable[[FloatArray, FloatArray], list[Strip]]

    def statistic(self, table: Table, null: FloatArray) -> FloatArray:
        """Return the score z, infinite where there is no variance."""
        return unbounded(self.score(table, null))


def _difference_curve(a: FloatArray, b: FloatArray, angle: FloatArray, n1: int, n2: int) -> Points:
    low, high = np.maximum(0.0, -a), np.minimum(1.0, 1 - b)
    p2 = low + (high - low) * np.sin(angle / 2) ** 2
    return np.clip(p2 + b, 0, 1), np.clip(p2 + a, 0, 1), p2, (n1 + n2) * angle


def _difference_strips(a: FloatArray, b: FloatArray) -> list[Strip]:
    low_0, low_1 = np.maximum(0.0, -b), np.maximum(0.0, -a)
    high_0, high_1 = np.minimum(1.0, 1 - b), np.minimum(1.0, 1 - a)
    return [
        (np.clip(low_1 + b, 0, 1), low_0, np.clip(low_0 + a, 0, 1), low_1),
        (np.clip(high_1 + b, 0, 1), high_0, np.clip(high_0 + a, 0, 1), high_1),
    ]


def _ratio_curve(a: FloatArray, b: FloatArray, angle: FloatArray, n1: int, n2: int) -> Points:
    # The ratio is t / (1 - t): p1 = t s and p2 = (1 - t) s are exact at both ends of the scale.
    share = np.sin(angle / 2) ** 2
    p2 = share * (1 - b) / np.maximum(b, 1 - b)
    at_b = share * b / np.maximum(b, 1 - b)
    with np.errstate(divide="ignore", invalid="ignore"):
        at_a = np.where(a < 1, p2 * a / (1 - a), at_b)
    return at_b, np.clip(at_a, 0, 1), p2, (n1 + n2) * angle


def _ratio_strips(a: FloatArray, b: FloatArray) -> list[Strip]:
    with np.errstate(divide="ignore"):
        low = np.minimum(1.0, (1 - b) / b)
        high = np.minimum(1.0, (1 - a) / a)
        first = np.where(a < 1, low * a / np.where(a < 1, 1 - a, 1.0), 1.0)
    return [
        (np.minimum(1.0, high * b / np.maximum(1 - b, 1e-300)), low, np.clip(first, 0, 1), high)
    ]


def _odds_ratio_curve(a: FloatArray, b: FloatArray, angle: FloatArray, n1: int, n2: int) -> Points:
    # tan(phi / 2) is the root of the odds; those of the groups are kept on either side of it.
    root = np.tan(angle / 2)
    middle = np.sqrt(np.maximum(b, 1e-300) / np.maximum(1 - b, 1e-300))
    phi_2 = 2 * np.arctan(root / np.sqrt(middle))
    tangent = np.tan(phi_2 / 2)
    phi_a = 2 * np.arctan(tangent * np.sqrt(a / np.maximum(1 - a, 1e-300)))
    phi_b = 2 * np.arctan(tangent * np.sqrt(b / np.maximum(1 - b, 1e-300)))
    same = a == b
    clock = n1 * np.where(same, phi_a, phi_a + phi_b) + n2 * phi_2
    return np.sin(phi_b / 2) ** 2, np.sin(phi_a / 2) ** 2, np.sin(phi_2 / 2) ** 2, clock


def _no_strips(_a: FloatArray, _b: FloatArray) -> list[Strip]:
    return []  # an odds ratio allows every p2


QUANTITIES = {
    "difference": Quantity(
        -1.0,
        1.0,
        lambda table, d: difference_score(table, d, corrected=False),
        _difference_curve,
        _difference_strips,
    ),
    "ratio": Quantity(
        0.0,
        1.0,
        lambda table, t: ratio_score(table, t, corrected=False),
        _ratio_curve,
        _ratio_strips,
    ),
    "odds_ratio": Quantity(
        0.0,
        1.0,
        lambda table, t: odds_ratio_score(table, t, corrected=False),
        _odds_ratio_curve,
        _no_strips,
    ),
}
