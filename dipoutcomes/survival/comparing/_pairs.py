"""Each group's curve against that of one reference group."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from dipoutcomes.errors import DesignError
from dipoutcomes.intervals.kaplan_meier._steps import Steps
from dipoutcomes.results import Curve
from dipoutcomes.survival._counts import Floats, Integers
from dipoutcomes.survival._plain_curve import counts_of, plain_steps


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One group's curve, its counts as arrays."""

    curve: Curve

    @property
    def label(self) -> str:
        """What a report calls the group."""
        return self.curve.label

    @property
    def counts(self) -> tuple[Floats, Integers, Integers, Integers]:
        """The four arrays that the functions of `intervals` for two curves take."""
        return counts_of(self.curve)

    def counts_through(self, time: float) -> tuple[Floats, Integers, Integers, Integers]:
        """Return the counts up to the end of *time*: whoever leaves at it was followed so far."""
        days, at_risk, events, censored = self.counts
        seen = days <= time
        days, left = days[seen], censored[seen].copy()
        left[days == time] = 0
        return days, at_risk[seen], events[seen], left

    @property
    def steps(self) -> Steps:
        """The same, checked."""
        return plain_steps(self.curve)

    @property
    def ends(self) -> float:
        """The time up to which the curve is known: for ever once it has reached 0."""
        return float("inf") if self.curve.value[-1] == 0 else float(self.curve.time[-1])

    def events_by(self, time: float) -> int:
        """Return the events up to and at a time."""
        return sum(self.curve.events[: bisect_right(self.curve.time, time)])


def against_reference(curves: Sequence[Curve], reference: str) -> tuple[Group, tuple[Group, ...]]:
    """Return the reference group and the others, in the order given."""
    given = tuple(curves)
    if len(given) < 2:
        raise DesignError(f"{len(given)} group was given: a comparison needs at least 2")
    labels = [curve.label for curve in given]
    if labels.count(str(reference)) != 1:
        raise ValueError(
            f"`reference` must name one of the groups; they are {', '.join(map(repr, labels))}"
        )
    for what in ("measure", "time_unit", "confidence_level"):
        if len({getattr(curve, what) for curve in given}) > 1:
            raise ValueError(f"the curves differ in {what}: they cannot be compared")
    if withheld := sum(curve.withheld for curve in given):
        raise DesignError(f"{withheld} of the curves are withheld: compare before disclosure")
    for curve in given:
        plain_steps(curve)  # refuses late entry, weights, other kinds
    base = labels.index(str(reference))
    return Group(given[base]), tuple(Group(c) for k, c in enumerate(given) if k != base)
