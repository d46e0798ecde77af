"""Kernel of melding: how likely a comparison of two beta variables is at most a given value.

One variable stands for the share S of the first group, the other for the second's. Where such a
variable is 0 or 1 for certain, its parameters only fill the place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, betainccinv, betaincinv

from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._roots import find_root

# Double exponential quadrature (Takahasi and Mori 1974) on (0, 1): places, their distance from 1,
# and weights. The ends, where the integrand may be steep, are approached at a double exponential
# rate: 65 places give limits to 1e-12 from 1 to 2,000 persons a group, 129 to 1e-13.
_T = np.linspace(-3.4, 3.4, 129)
_ARM = np.pi / 2 * np.sinh(_T)
_PLACES, _FROM_ONE = 1 / (1 + np.exp(-2 * _ARM)), 1 / (1 + np.exp(2 * _ARM))
_WEIGHTS = (_T[1] - _T[0]) * np.pi / 4 * np.cosh(_T) / np.cosh(_ARM) ** 2


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A beta variable a time asked for; *fixed* is 0 or 1 where it is certain, nan elsewhere."""

    a: FloatArray
    b: FloatArray
    fixed: FloatArray

    def at(self, here: NDArray[np.bool_]) -> Share:
        """Return the variables of some of the times."""
        return Share(self.a[here], self.b[here], self.fixed[here])

    def at_most(self, value: FloatArray) -> FloatArray:
        """Return P(share <= value)."""
        smooth = betainc(self.a, self.b, np.clip(value, 0.0, 1.0))
        smooth = np.where(value < 0, 0.0, np.where(value >= 1, 1.0, smooth))
        return np.where(np.isnan(self.fixed), smooth, (self.fixed <= value).astype(np.float64))

    def at_least(self, value: FloatArray) -> FloatArray:
        """Return P(share >= value)."""
        smooth = betaincc(self.a, self.b, np.clip(value, 0.0, 1.0))
        smooth = np.where(value <= 0, 1.0, np.where(value > 1, 0.0, smooth))
        return np.where(np.isnan(self.fixed), smooth, (self.fixed >= value).astype(np.float64))


Map = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Measure:
    """A comparison that grows with the first share and falls with the second.

    It is at most *delta* where the first share is at most ``reach(second, delta)``; ``back`` turns
    that round. *place* puts 0 < t < 1 on the scale of the comparison.
    """

    reach: Map
    back: Map
    place: Callable[[FloatArray], FloatArray]
    null: float
    possible: tuple[float, float]


def _odds(t: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        return np.asarray(t / (1 - t))


# At the ends of the search a comparison is 0 or infinity, and 0 times infinity is not used.
def _ratio_reach(s: FloatArray, r: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.where(s == 0, 0.0, s * r)


def _ratio_back(s: FloatArray, r: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(s == 0, 0.0, s / r)


def _odds_reach(s: FloatArray, r: FloatArray) -> FloatArray:
    finite = np.where(np.isfinite(r), r, 1.0)
    below = (1 - s) + s * finite
    found = np.where(below > 0, s * finite / np.where(below > 0, below, 1.0), 1.0)
    return np.where(np.isfinite(r), found, np.where(s > 0, 1.0, 0.0))


def _odds_back(s: FloatArray, r: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        below = s + r * (1 - s)
        return np.where(s == 1, 1.0, np.where(s == 0, 0.0, s / np.where(below > 0, below, 1.0)))


def _event_reach(s: FloatArray, r: FloatArray) -> FloatArray:
    """(1 - second) / (1 - first) is at most r where first is at most 1 - (1 - second) / r."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(s == 1, 1.0, 1 - (1 - s) / r)


def _event_back(s: FloatArray, r: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.where(s == 1, 1.0, 1 - r * (1 - s))


MEASURES = {
    "difference": Measure(
        lambda s, d: s + d, lambda s, d: s - d, lambda t: 2 * t - 1, 0.0, (-1.0, 1.0)
    ),
    "ratio": Measure(_ratio_reach, _ratio_back, _odds, 1.0, (0.0, np.inf)),
    "odds_ratio": Measure(_odds_reach, _odds_back, _odds, 1.0, (0.0, np.inf)),
    # Without the event in the second over the first: turned over by the caller.
    "event_ratio": Measure(_event_reach, _event_back, _odds, 1.0, (0.0, np.inf)),
}


def at_most(first: Share, second: Share, delta: FloatArray, measure: Measure) -> FloatArray:
    """Return P(comparison <= delta), counting what is not defined (0 over 0) as at most."""
    second_fixed = first.at_most(measure.reach(second.fixed, delta))
    first_fixed = second.at_least(measure.back(first.fixed, delta))
    smooth = _smooth(first, second, delta, measure)
    found = np.where(np.isnan(first.fixed), smooth, first_fixed)
    return np.where(np.isnan(second.fixed), found, second_fixed)


def at_least(first: Share, second: Share, delta: FloatArray, measure: Measure) -> FloatArray:
    """Return P(comparison >= delta), counting what is not defined as at least."""
    second_fixed = first.at_least(measure.reach(second.fixed, delta))
    first_fixed = second.at_most(measure.back(first.fixed, delta))
    smooth = 1 - _smooth(first, second, delta, measure)
    found = np.where(np.isnan(first.fixed), smooth, first_fixed)
    return np.where(np.isnan(second.fixed), found, second_fixed)


def _smooth(first: Share, second: Share, delta: FloatArray, measure: Measure) -> FloatArray:
    """Return P(comparison <= delta) of two variables that are not certain.

    An integral over the narrower variable's own probabilities, so that the other's distribution
    function is smooth in between; and over those places alone where that function is not 0 or 1.
    Where one is certain, nan.
    """
    open_ = np.isnan(first.fixed) & np.isnan(second.fixed)
    over_second = second.a + second.b >= first.a + first.b
    found = np.full(delta.shape, np.nan)
    here = open_ & over_second
    if here.any():
        parts = second.at(here), first.at(here), measure.reach, measure.back, delta[here]
        found[here] = _integral(*parts)
    here = open_ & ~over_second
    if here.any():
        parts = first.at(here), second.at(here), measure.back, measure.reach, delta[here]
        found[here] = 1 - _integral(*parts)
    return found


def _integral(over: Share, other: Share, to: Map, back: Map, delta: FloatArray) -> FloatArray:
    """Return P(other <= to(over, delta)) for a growing map *to* and its inverse *back*."""
    edges = [np.clip(back(np.full(delta.shape, end), delta), 0.0, 1.0) for end in (0.0, 1.0)]
    start, start_above = betainc(over.a, over.b, edges[0]), betaincc(over.a, over.b, edges[0])
    stop, stop_above = betainc(over.a, over.b, edges[1]), betaincc(over.a, over.b, edges[1])
    wide = np.where(start < 0.5, np.maximum(stop - start, 0.0), start_above - stop_above)
    wide = np.maximum(wide, 0.0)[..., None]
    below = start[..., None] + wide * _PLACES
    above = stop_above[..., None] + wide * _FROM_ONE
    a, b = over.a[..., None], over.b[..., None]
    share = np.where(below < 0.5, betaincinv(a, b, below), betainccinv(a, b, above))
    place = np.clip(to(share, delta[..., None]), 0.0, 1.0)
    inside = betainc(other.a[..., None], other.b[..., None], place) @ _WEIGHTS
    return np.asarray(wide[..., 0] * inside + stop_above)


def quantile(
    below: Callable[[FloatArray], FloatArray], measure: Measure, shape: tuple[int, ...]
) -> FloatArray:
    """Return where a growing function of the comparison crosses 0."""
    zero = np.zeros(shape)
    found = find_root(lambda t: below(measure.place(t)), zero, zero + 1)
    return np.asarray(measure.place(found))
