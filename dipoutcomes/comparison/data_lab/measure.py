"""One measure of a report: two groups, the difference as an interval, and what may be said."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite, isnan, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from dipoutcomes import _display
from dipoutcomes.comparison.data_lab.rules import DataLabRules
from dipoutcomes.comparison.effect.result import Effect
from dipoutcomes.comparison.effect.treatment import treatment_effect
from dipoutcomes.comparison.weighting.design import WeightedDesign
from dipoutcomes.comparison.weighting.sample_size import effective_sample_size

#: Scale, decimals and unit of each kind of measure.
KINDS: dict[str, tuple[float, int, str]] = {
    "rate": (100.0, 0, "people per 100"),
    "frequency": (1.0, 2, "offences per person"),
    "days": (1.0, 0, "days"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMean:
    """A group's mean with its own interval: number, effective number, mean, limits, np."""

    people: int
    effective: float
    mean: float
    half_width: float
    np: float

    @property
    def low(self) -> float:
        """The lower limit."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """The upper limit."""
        return self.mean + self.half_width


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLabMeasure:
    """One line of a table.

    Parameters
    ----------
    table : int
        1 to 7, as the reports number them.
    name : str
        "one-year proven reoffending rate".
    event : str
        What people do, for a sentence: "reoffend", "proven offences".
    kind : {"rate", "frequency", "days"}
    base : {"all", "reoffenders"}
        Whom the line is of. A line of reoffenders compares people picked by what happened
        afterwards, and is no effect even after perfect matching.
    treated, comparison : GroupMean
    parity : Effect
        The weighted Welch interval and test of the reports.
    ours : Effect or None
        The same comparison with the variance that suits the design.
    treated_reoffenders : int
    number_needed : float
        Treated people for whom the difference seen would just be significant; infinite if the
        comparison group's own error forbids it.
    rules : DataLabRules
    """

    table: int
    name: str
    event: str
    kind: str
    base: str
    treated: GroupMean
    comparison: GroupMean
    parity: Effect
    ours: Effect | None
    treated_reoffenders: int
    number_needed: float
    rules: DataLabRules

    @property
    def shown(self) -> bool:
        """Whether a report prints the line."""
        if self.table == 3:
            return self.treated_reoffenders >= self.rules.reoffenders
        return self.table < 4 or self.treated.np >= self.rules.events

    @property
    def why_not_shown(self) -> str:
        """The rule that keeps the line out, with the rule's number alone."""
        if self.shown:
            return ""
        if self.table == 3:
            return f"fewer than {self.rules.reoffenders} treated people reoffended"
        return f"number times proportion is below {self.rules.events} in the treated group"

    @property
    def significant_at(self) -> float:
        """The p-value at or below which a difference counts: that of the interval's level."""
        return 1 - self.parity.interval.confidence_level

    @property
    def significant(self) -> bool:
        """Whether a report calls the difference significant."""
        return (
            self.shown
            and self.parity.p_value <= self.significant_at
            and self.treated.np >= self.rules.events
            and self.treated_reoffenders >= self.rules.reoffenders
        )

    def in_units(self, value: float) -> float:
        """Return *value* in the unit that the report prints."""
        return float(value * KINDS[self.kind][0])

    def printed(self, value: float) -> str:
        """Return a mean or a bound as the report prints it."""
        text = _display.number(self.in_units(value), KINDS[self.kind][1])
        return text + ("%" if self.kind == "rate" else "")

    @property
    def printed_difference(self) -> str:
        """The difference as the reports print it, an interval: "-14 to -2"."""
        return _bounds(self, self.parity)

    @property
    def printed_difference_of_ours(self) -> str:
        """The interval of the variance that suits the design, in the same form."""
        return "" if self.ours is None else _bounds(self, self.ours)

    @property
    def printed_p(self) -> str:
        """The p-value to two decimals; four where two would hide on which side of 0.05 it is."""
        return printed_p(self.parity.p_value)


def printed_p(p: float) -> str:
    """Return a p-value to two decimals, "less than 0.01", or four decimals about 0.05."""
    if isnan(p):
        return _display.NOT_AVAILABLE
    if p < 0.01:
        return "less than 0.01"
    two = _display.number(p, 2)
    return _display.number(p, 4) if two == "0.05" else two


def _bounds(measure: DataLabMeasure, found: Effect) -> str:
    low, high = found.interval
    if isnan(low):
        return _display.NOT_AVAILABLE
    digits = KINDS[measure.kind][1]
    first, last = (_display.number(measure.in_units(x), digits) for x in (low, high))
    return f"{first} to {last}"


def make_measure(
    design: WeightedDesign,
    values: ArrayLike,
    *,
    place: tuple[int, str, str, str, str],
    treated_reoffenders: int,
    rules: DataLabRules,
    level: float,
    ours: Effect | None = None,
) -> DataLabMeasure:
    """Return the line at *place* (table, name, event, kind, base) for one value a person."""
    table, name, event, kind, base = place
    parity = treatment_effect(design, values, variance="welch", label=name, confidence_level=level)
    outcome = np.asarray(values, dtype=np.float64)
    groups = tuple(
        _group(outcome[side], design.weights[side], level)
        for side in (design.treated, ~design.treated)
    )
    return DataLabMeasure(
        table=table,
        name=name,
        event=event,
        kind=kind,
        base=base,
        treated=groups[0],
        comparison=groups[1],
        parity=parity,
        ours=ours,
        treated_reoffenders=treated_reoffenders,
        number_needed=_number_needed(groups, level),
        rules=rules,
    )


def _group(values: np.ndarray, weights: np.ndarray, level: float) -> GroupMean:
    used = weights > 0
    values, weights = values[used], weights[used]
    worth = effective_sample_size(weights)
    mean = float(weights @ values / weights.sum())
    half = nan
    if worth > 1:
        spread = float(weights @ (values - mean) ** 2 / weights.sum()) * worth / (worth - 1)
        half = float(stdtrit(worth - 1, (1 + level) / 2)) * sqrt(spread / worth)
    return GroupMean(
        people=len(values), effective=worth, mean=mean, half_width=half, np=len(values) * mean
    )


def _number_needed(groups: tuple[GroupMean, ...], level: float) -> float:
    """Return z^2 s^2 / (d^2 - z^2 se^2), s of the treated and se of the comparison mean."""
    treated, other = groups
    if isnan(treated.half_width) or isnan(other.half_width):
        return inf
    z = float(ndtri((1 + level) / 2))
    errors = [
        g.half_width / float(stdtrit(g.effective - 1, (1 + level) / 2)) for g in (treated, other)
    ]
    room = (treated.mean - other.mean) ** 2 - (z * errors[1]) ** 2
    if room <= 0 or not isfinite(room):
        return inf
    return float(ceil(treated.effective * (z * errors[0]) ** 2 / room))
