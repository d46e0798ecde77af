"""A target watched month by month: the cumulative count between limits that allow for looking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, bdtrc

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_counts
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.indicators._exact import least_above, most_below
from dipoutcomes.scorecard.indicators.share import DIRECTIONS, check_proportion

if TYPE_CHECKING:
    import pandas as pd

Counts = NDArray[np.int64]
_STEPS = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeChart:
    """The count so far against what the target would have brought, period by period.

    Parameters
    ----------
    labels : tuple of str
        Of the periods.
    count, base : ndarray of int
        Cumulative.
    low, high : ndarray of int
        Counts inside them are in keeping with the target; a count beyond is evidence.
    target : float
        A proportion.
    direction : {"at_least", "at_most"}
    confidence_level : float
        That a programme at its target stays inside all along.
    false_alarm : float
        The exact chance that it does not; at most one less the level.
    pointwise : float
        What is left out at each single look.
    """

    labels: tuple[str, ...]
    count: Counts
    base: Counts
    low: Counts
    high: Counts
    target: float
    direction: str
    confidence_level: float
    false_alarm: float
    pointwise: float

    @property
    def excess(self) -> NDArray[np.float64]:
        """The count so far less what the target would have brought: the cumulative sum."""
        return self.count - self.target * self.base

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Whether the count lies beyond the limits, by period."""
        return np.asarray((self.count < self.low) | (self.count > self.high))

    @property
    def first_outside(self) -> int | None:
        """The place of the first period beyond the limits, from 0; None if there is none."""
        return int(np.argmax(self.outside)) if self.outside.any() else None

    def __str__(self) -> str:
        level = _display.level(self.confidence_level)
        last = (
            f"{self.count[-1]:,} of {self.base[-1]:,} people after {len(self.labels)} periods, "
            f"{self.excess[-1]:+.0f} against a target of {100 * self.target:.10g}%"
        )
        k = self.first_outside
        if k is None:
            return f"{last}: never beyond what chance allows ({level} limits for all periods)"
        side = "below" if self.count[k] < self.low[k] else "above"
        return (
            f"{last}: {side} what chance allows from {self.labels[k]} on ({level} limits for all "
            "periods)"
        )

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    @property
    def table(self) -> Table:
        """A row a period."""
        columns = [
            Column(key="label", heading="Period", kind="text"),
            Column(key="count", heading="Count so far", kind="persons", out_of="base"),
            Column(key="base", heading="People so far", kind="persons"),
            Column(key="excess", heading="Against the target", kind="number"),
            Column(key="low", heading="Least by chance", kind="count"),
            Column(key="high", heading="Most by chance", kind="count"),
        ]
        rows = [
            [label, int(c), int(b), float(e), int(low), int(high)]
            for label, c, b, e, low, high in zip(
                self.labels, self.count, self.base, self.excess, self.low, self.high, strict=True
            )
        ]
        level = _display.level(self.confidence_level)
        note = (
            f"A programme at its target stays within the limits in every period in {level} of "
            f"cases; looked at by itself each period would be within them in "
            f"{_display.percent(1 - self.pointwise)}."
        )
        return Table.of(
            "cumulative", "Cumulative count against the target", columns, rows, notes=[note]
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a period."""
        return self.table.to_frame().assign(outside=self.outside)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "labels": list(self.labels),
            **{k: getattr(self, k).tolist() for k in ("count", "base", "low", "high")},
            "target": self.target,
            "direction": self.direction,
            "confidence_level": self.confidence_level,
            "false_alarm": self.false_alarm,
            "first_outside": self.first_outside,
        }


def cumulative_chart(
    events: ArrayLike,
    bases: ArrayLike,
    target: float,
    *,
    labels: Sequence[str] = (),
    direction: str = "at_least",
    confidence_level: float = 0.95,
) -> CumulativeChart:
    """Return the cumulative count of a share against its target, with limits for all looks.

    Parameters
    ----------
    events, bases : array of int, shape (periods,)
        People counted and people asked of in each period, not cumulative.
    target : float
        A proportion in (0, 1).
    labels : sequence of str, optional
        Of the periods; "period 1" and so on if omitted.
    direction : {"at_least", "at_most"}
        Whether more or fewer is better; the limits are two-sided either way.
    confidence_level : float, default 0.95

    Returns
    -------
    CumulativeChart

    Raises
    ------
    TypeError, ValueError
        If counts are out of range or of unequal length, or nobody was asked.

    Notes
    -----
    Who compares every month with limits made for one look is alarmed too often: of programmes at
    their target about one in six in a year. Here all looks share one error: the limits of each
    leave out the same probability, the largest for which a programme at its target stays inside
    all along as often as the level says, worked out exactly from binomial counts. A count beyond
    is no cause, and one within no proof that the target is met. Assumes that people answer for
    themselves, at one share in every period.

    References
    ----------
    .. [1] Spiegelhalter, D. et al. (2003). Risk-adjusted sequential probability ratio tests.
       International Journal for Quality in Health Care 15, 7-13.
    .. [2] Armitage, P., McPherson, C. K. and Rowe, B. C. (1969). Repeated significance tests on
       accumulating data. Journal of the Royal Statistical Society A 132, 235-244.

    Examples
    --------
    >>> chart = cumulative_chart([14, 12, 9, 10, 9, 8], [20] * 6, 0.70)
    >>> print(chart)
    62 of 120 people after 6 periods, -22 against a target of 70%: below what chance allows from
    period 4 on (95% limits for all periods)
    >>> chart.low.tolist(), chart.high.tolist()
    ([9, 21, 33, 46, 59, 72], [18, 34, 50, 65, 80, 96])
    """
    counts, people = check_counts("events", events), check_counts("bases", bases)
    goal = check_proportion(target)
    check_choice("direction", direction, DIRECTIONS)
    level = check_confidence_level(confidence_level)
    if counts.ndim != 1 or counts.shape != people.shape or not counts.size:
        raise ValueError("`events` and `bases` must be of one length, a number for each period")
    if np.any(counts > people) or not people.sum():
        raise ValueError("`events` must not exceed `bases`, and somebody must be asked of")
    names = tuple(labels) or tuple(f"period {k + 1}" for k in range(len(counts)))
    if len(names) != len(counts):
        raise ValueError(f"`labels` must name {len(counts)} periods; got {len(names)}")
    total = np.cumsum(people)
    pointwise, false_alarm = _shared_error(people, goal, 1 - level)
    low, high = _limits(total, goal, pointwise)
    return CumulativeChart(
        labels=names,
        count=np.cumsum(counts),
        base=total,
        low=low,
        high=high,
        target=goal,
        direction=direction,
        confidence_level=level,
        false_alarm=false_alarm,
        pointwise=pointwise,
    )


def chance_of_leaving(bases: ArrayLike, target: float, pointwise: float) -> float:
    """Return the chance that a programme at its target leaves limits of *pointwise* error, ever.

    Examples
    --------
    >>> round(chance_of_leaving([20] * 12, 0.70, 0.05), 3)  # limits made for one look
    0.162
    """
    people = check_counts("bases", bases)
    low, high = _limits(np.cumsum(people), target, pointwise)
    inside, first = np.ones(1), 0  # the chance of each cumulative count from `first` on
    for size, least, most in zip(people.tolist(), low.tolist(), high.tolist(), strict=True):
        inside = np.convolve(inside, _binomial(size, target))
        start = max(least - first, 0)
        inside = inside[start : most - first + 1]
        first += start
    return float(1 - inside.sum())


def _binomial(n: int, share: float) -> NDArray[np.float64]:
    k = np.arange(n + 1)
    below = bdtr(k, n, share)
    # Differences of the smaller tail, so that no small chance is lost.
    above = np.concatenate([[1.0], np.asarray(bdtrc(k[:-1], n, share))])
    return np.where(
        below < 0.5,
        np.diff(below, prepend=0.0),
        above - np.concatenate([above[1:], [0.0]]),
    )


def _limits(total: Counts, target: float, pointwise: float) -> tuple[Counts, Counts]:
    return (
        most_below(total, target, pointwise / 2) + 1,
        least_above(total, target, pointwise / 2) - 1,
    )


def _shared_error(people: Counts, target: float, error: float) -> tuple[float, float]:
    """Return the largest error of each look for which all together have at most *error*."""
    low, high = 0.0, error
    if chance_of_leaving(people, target, high) <= error:
        return high, chance_of_leaving(people, target, high)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if chance_of_leaving(people, target, middle) <= error:
            low = middle
        else:
            high = middle
    return low, chance_of_leaving(people, target, low)
