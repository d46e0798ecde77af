"""Kernel of the beta product for an area: moments of the time lost under both its curves.

The upper curve falls at each event by a factor Beta(at risk - events + 1, events). The lower one is
at each time already where the next event will have brought it, its factor U^(1 / still followed)
with the same U that makes the factor Beta(at risk, 1) of that event. The time lost, horizon less
area, is worked with throughout: where few lose any, it is its small moments that matter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv

from dipoutcomes.intervals._common import FloatArray, half_alpha
from dipoutcomes.intervals.kaplan_meier._steps import Steps

#: In a stretch without an event the number followed is taken to change so often and no more; the
#: lower number then stands for both, so that the limit can only be lower.
_MOST_PIECES = 200
#: Stands for 1 / 0 where nobody is followed any more; its square is still a float.
_ENDLESS = 1e150
_ROUNDING = 1e-12


class Moments(NamedTuple):
    """First and second moment of a time lost."""

    first: float
    second: float


class Stretch(NamedTuple):
    """A stretch without an event, and the events with which it begins."""

    events: float
    at_risk: float
    lengths: FloatArray
    followed: FloatArray


def beta_area_limits(steps: Steps, horizon: float, level: float) -> tuple[float, float]:
    """Return limits of the area under the curve up to the horizon."""
    tail = half_alpha(level)
    most = _quantile(lost_below(steps, horizon), horizon, 1 - tail)
    least = _quantile(lost_above(steps, horizon), horizon, tail)
    return horizon - most, horizon - least


def lost_above(steps: Steps, horizon: float) -> Moments:
    """Return the moments of the time lost under the upper curve."""
    lost, ahead = Moments(0.0, 0.0), 0.0
    for stretch in reversed(_stretches(steps, horizon)):
        ahead += float(stretch.lengths.sum())
        lost = _after(stretch.events, stretch.at_risk, ahead, lost)
    return lost


def lost_below(steps: Steps, horizon: float) -> Moments:
    """Return the moments of the time lost under the lower curve."""
    lost, ahead, following = Moments(0.0, 0.0), 0.0, (0.0, np.inf)
    for stretch in reversed(_stretches(steps, horizon)):
        events, at_risk = following
        # The first of the events that end the stretch has the U of the stretch; the others do not.
        rest = _after(max(events - 1, 0.0), at_risk - 1, ahead, lost)
        lost = _until_the_next(stretch, 1 / at_risk, ahead, rest)
        ahead += float(stretch.lengths.sum())
        following = stretch.events, stretch.at_risk
    return lost


def _stretches(steps: Steps, horizon: float) -> list[Stretch]:
    inside = steps.days <= horizon
    lengths = np.diff(np.concatenate([[0.0], steps.days[inside], [horizon]]))
    followed = steps.still_followed[: len(lengths)]
    events = np.append(0.0, steps.died[inside])
    at_risk = np.append(steps.persons, steps.followed[inside])
    starts = np.flatnonzero(events > 0)
    starts = starts if starts.size and starts[0] == 0 else np.append(0, starts)
    ends = np.append(starts[1:], len(lengths))
    return [
        Stretch(float(events[a]), float(at_risk[a]), *_fewer(lengths[a:b], followed[a:b]))
        for a, b in zip(starts, ends, strict=True)
    ]


def _fewer(lengths: FloatArray, followed: FloatArray) -> tuple[FloatArray, FloatArray]:
    if len(lengths) <= _MOST_PIECES:
        return lengths, followed
    edges = np.unique(np.linspace(0, len(lengths), _MOST_PIECES + 1).astype(int))
    return np.add.reduceat(lengths, edges[:-1]), followed[edges[1:] - 1]


def _after(events: float, at_risk: float, ahead: float, lost: Moments) -> Moments:
    """Return the time lost of those who were there before some events, *ahead* still to come.

    With F the factor of the events, (1 - F) of the time ahead and F of what is lost after them.
    """
    if events == 0:
        return lost
    a, b = at_risk - events + 1, events
    both = (a + b) * (a + b + 1)
    return Moments(
        (b * ahead + a * lost.first) / (a + b),
        (
            b * (b + 1) * ahead**2
            + 2 * a * b * ahead * lost.first
            + a * (a + 1) * lost.second
        )
        / both,
    )  # fmt: skip


def _until_the_next(stretch: Stretch, power: float, ahead: float, rest: Moments) -> Moments:
    """Return the time lost from a stretch on, the next event's factor U^power among it."""
    lengths = np.append(stretch.lengths, ahead)
    powers = np.append(
        np.where(stretch.followed > 0, 1 / np.maximum(stretch.followed, 1.0), _ENDLESS), power
    )
    # E(1 - U^a) = a / (1 + a), and of products (1 - U^a)(1 - U^b) and (1 - U^a) U^c:
    share = powers / (1 + powers)
    a, b = powers[:, None], powers[None, :]
    pairs = share[:, None] * share[None, :] * (2 + a + b) / (1 + a + b)
    across = (lengths * powers / (1 + powers + power)).sum() / (1 + power)
    return Moments(
        float((lengths * share).sum() + rest.first / (1 + power)),
        float(
            lengths @ pairs @ lengths
            + 2 * across * rest.first
            + rest.second / (1 + 2 * power)
        ),
    )  # fmt: skip


def _quantile(lost: Moments, horizon: float, tail: float) -> float:
    """Return a quantile of the beta variable with these moments, stretched to the horizon."""
    mean = lost.first / horizon
    spread = lost.second / horizon**2 - mean**2
    # Nobody can have lost any, or everybody lost all: certain, but for rounding.
    if not (0 < mean < 1 - _ROUNDING and spread > 0):
        return lost.first
    size = mean * (1 - mean) / spread - 1
    return float(horizon * betaincinv(mean * size, (1 - mean) * size, tail))
