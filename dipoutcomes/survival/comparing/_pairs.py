"""Each group's curve against that of one reference group."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.intervals.kaplan_meier._greenwood import greenwood
from dipoutcomes.intervals.kaplan_meier._steps import Steps, check_steps
from dipoutcomes.results import Curve
from dipoutcomes.survival._counts import Floats, Integers

_Counts = tuple[Floats, Integers, Integers, Integers]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One group's curve, its counts as arrays."""

    curve: Curve

    @property
    def label(self) -> str:
        """What a report calls the group."""
        return self.curve.label

    @property
    def counts(self) -> _Counts:
        """The four arrays that the functions of `intervals` for two curves take."""
        c = self.curve
        followed, died, left = (
            np.asarray(counts, dtype=np.int64) for counts in (c.at_risk, c.events, c.censored)
        )
        return np.asarray(c.time), followed, died, left

    @property
    def steps(self) -> Steps:
        """The same, checked."""
        return check_steps(*self.counts)

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
        _refuse_other_curves(curve)
    base = labels.index(str(reference))
    return Group(given[base]), tuple(Group(c) for k, c in enumerate(given) if k != base)


def _refuse_other_curves(curve: Curve) -> None:
    """Refuse what is no Kaplan-Meier curve of the counts that stand beside it."""
    steps = Group(curve).steps  # refuses late entry
    value, _ = greenwood(steps.died, steps.followed)
    if not np.allclose(value, curve.value, rtol=0, atol=1e-9):
        raise ValueError(
            "a curve is not the Kaplan-Meier curve of its counts (weighted, or of another kind); "
            "this comparison is of plain curves, as `curves_by_group` gives them"
        )
