"""What is true: the cohort under an effect, what it is compared with, and their values."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.payment.cohorts import Cohorts, agreed_baseline
from dipoutcomes.payment.operating_characteristics import _sides
from dipoutcomes.payment.operating_characteristics._sides import Drawn, Part, Side
from dipoutcomes.payment.operating_characteristics._terms import OF_PEOPLE, Asked
from dipoutcomes.payment.operating_characteristics.people import PeopleModel
from dipoutcomes.payment.operating_characteristics.scenario import Scenario
from dipoutcomes.protocol.model.contract import Measure

Values = NDArray[np.float64]
Form = Literal["known", "counted", "with_error", "own_past"]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A cohort of *n* counted people, the people it comes from, and its baseline.

    *people* is who the contract supposes; *untreated* is who is treated, as they would be without
    the programme. They differ where the times changed or somebody chose.
    """

    asked: Asked
    n: int
    people: PeopleModel
    untreated: PeopleModel
    scenario: Scenario
    form: Form
    baseline: Side | None
    observed: NDArray[np.float64] | None = None  # chances of 0, 1, 2, ... of a treated person

    def treated_people(self, effect: float) -> PeopleModel:
        """Return who is treated, as the programme leaves them."""
        name = OF_PEOPLE[self.asked.measure.kind]
        return self.untreated.with_measure(name, self._after(self.untreated.measure(name), effect))

    def _after(self, value: float, effect: float) -> float:
        return value * (1 - effect) if self.asked.relative else value - effect

    def treated(self, effect: float) -> Side:
        """Return the cohort under an effect, as it is counted."""
        people = self.treated_people(effect)
        if self.observed is not None:
            part = Part(chance=1.0, people=people, person=self.observed)
            return Side(n=self.n, parts=(part,))
        # A matched group lives in the same year as the cohort.
        sd = 0.0 if self.form == "own_past" or _matched(self.asked) else self.scenario.year_sd
        name = OF_PEOPLE[self.asked.measure.kind]
        levels = [
            (chance, people if factor == 1 else _at_level(people, name, factor))
            for chance, factor in _sides.year_levels(sd)
        ]
        if not self.scenario.closed_early:
            return Side(
                n=self.n, parts=tuple(Part(chance=c, people=someone) for c, someone in levels)
            )
        closed = [
            (c, someone, _sides.closed_early(someone, self.scenario)) for c, someone in levels
        ]
        kept = sum(c * share for c, _, (_, share) in closed)
        # Assumes: as many are closed as are expected to be.
        return Side(
            n=max(1, round(self.n * kept)),
            parts=tuple(Part(chance=c, people=p, person=person) for c, p, (person, _) in closed),
        )

    def truly_deserved(self, effect: float) -> Cohorts:
        """Return the values without chance and without whatever else moves them."""
        name = OF_PEOPLE[self.asked.measure.kind]
        after = self.people.with_measure(name, self._after(self.people.measure(name), effect))
        treated, before = ({}, {})
        for measure in self.asked.measures:
            kind = OF_PEOPLE[measure.kind]
            treated[measure.name] = np.array([after.measure(kind)])
            before[measure.name] = np.array([self.people.measure(kind)])
        none = {name: np.zeros(1) for name in treated}
        people = {name: np.array([float(self.n)]) for name in treated}
        return Cohorts(treated=treated, baseline=before, people=people, standard_error=none)

    def known_baseline(self, measure: Measure) -> float | None:
        """Return the baseline's value where it is not counted anew."""
        fixed = measure.baseline
        if fixed is None:
            return None
        if fixed.kind != "fixed" and self.form in {"counted", "own_past"}:
            return None
        agreed = agreed_baseline(measure)
        return self.people.measure(OF_PEOPLE[measure.kind]) if agreed is None else float(agreed)


def build_world(
    asked: Asked,
    n: int,
    people: PeopleModel,
    scenario: Scenario,
    *,
    comparison_per_person: float,
    baseline_people: int | None,
) -> World:
    """Return the world in which *n* people are started under a scenario."""
    _refuse_years(asked, scenario, baseline_people)
    own_past = any(m.baseline is not None and m.baseline.kind == "own_past" for m in asked.measures)
    if own_past:
        _refuse_of_own_past(asked, scenario)
        people = entered(people) if scenario.entry == "offence" else people
    untreated = before = scenario.started(people)
    name = OF_PEOPLE[asked.measure.kind]
    if scenario.drift and not _matched(asked):
        value = untreated.measure(name)
        moved = value * (1 + scenario.drift) if asked.relative else value + scenario.drift
        untreated = untreated.with_measure(name, moved)
    form: Form = "own_past"
    side: Side | None = Side.plain(scenario.counted(n), before)
    if not own_past:
        form, side = _baseline(asked, n, people, scenario, comparison_per_person, baseline_people)
    return World(
        asked=asked, n=scenario.counted(n), people=people, untreated=untreated,
        scenario=scenario, form=form, baseline=side,
    )  # fmt: skip


def entered(people: PeopleModel) -> PeopleModel:
    """Return the people whom an offence of their own brings in: those who offend more come more."""
    if isinf(people.gamma_shape):
        return people
    # Sizes weighted by the rate: gamma with a shape larger by 1 (decision 10).
    shape = people.gamma_shape
    return PeopleModel(
        events_per_person=people.events_per_person * (shape + 1) / shape, gamma_shape=shape + 1
    )


def _refuse_years(asked: Asked, scenario: Scenario, baseline_people: int | None) -> None:
    """Refuse years that differ where no year's count is the baseline."""
    if scenario.baseline_years == 1 and not scenario.year_sd:
        return
    earlier = [
        m.baseline
        for m in asked.measures
        if m.baseline is not None
        and m.baseline.kind in {"historical_cohort", "risk_adjusted_expected"}
    ]
    if not earlier:
        raise DesignError(
            "`baseline_years` and `year_sd` are for a baseline that an earlier cohort gave; this "
            "contract has none. Leave them out of the scenario"
        )
    if baseline_people is None and not any(b.people for b in earlier):
        raise DesignError(
            "`baseline_years` and `year_sd` need to know in how many people the baseline was "
            "counted: give `baseline_people`"
        )


def _refuse_of_own_past(asked: Asked, scenario: Scenario) -> None:
    problems = []
    if len(asked.needs) > 1:
        problems.append(
            "a baseline of their own past is modelled for one count: events, or people with one, "
            "and without a test of significance. Name such a term"
        )
    if scenario.closed_early or scenario.baseline_years > 1 or scenario.year_sd:
        problems.append(
            "cases closed early, and years that differ, are not modelled with a baseline of their "
            "own past. Leave them out of the scenario"
        )
    if problems:
        raise DesignError("\n".join(problems))


def _baseline(
    asked: Asked,
    n: int,
    people: PeopleModel,
    scenario: Scenario,
    comparison_per_person: float,
    baseline_people: int | None,
) -> tuple[Form, Side | None]:
    kinds = {m.baseline.kind: m.baseline for m in asked.measures if m.baseline is not None}
    if "matched_group" in kinds:
        size = max(1, round(comparison_per_person * scenario.counted(n)))
        return "counted", Side.plain(size, scenario.compared(people))
    estimated = [b for kind, b in kinds.items() if kind != "fixed"]
    size_given = baseline_people or next((b.people for b in estimated if b.people), None)
    if estimated and size_given:
        name = OF_PEOPLE[asked.measure.kind]
        parts = tuple(
            Part(chance=c, people=_at_level(people, name, f))
            for c, f in _sides.year_levels(scenario.year_sd)
        )
        return "counted", Side(n=size_given, parts=parts, years=scenario.baseline_years)
    if any(b.standard_error for b in estimated):
        return "with_error", None
    return "known", None


def _matched(asked: Asked) -> bool:
    return any(
        m.baseline is not None and m.baseline.kind == "matched_group" for m in asked.measures
    )


def _at_level(people: PeopleModel, name: str, factor: float) -> PeopleModel:
    """Return the people of a year in which the measure is *factor* times as high."""
    if factor == 1:
        return people
    value = people.measure(name) * factor
    return people.with_measure(name, min(value, 0.999) if name == "share" else value)


def value_of(kind: str, n: int, drawn: Drawn) -> Values:
    """Return a measure of cohorts from their counts; nan where nobody has an event."""
    events, reoffenders = drawn.events, drawn.reoffenders
    if kind == "share":
        return np.asarray(_there(reoffenders) / n)
    if kind == "events_per_person":
        return np.asarray(_there(events) / n)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(_there(events) / _there(reoffenders))


def squared_error(kind: str, n: int, drawn: Drawn) -> Values:
    """Return the squared standard error of a measure, from the spread between people."""
    value = value_of(kind, n, drawn)
    if kind == "share":
        return np.asarray(value * (1 - value) / n)
    base = np.asarray(n if kind == "events_per_person" else _there(drawn.reoffenders), dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = (_there(drawn.squares) - base * value**2) / (base - 1)
        return np.asarray(np.maximum(spread, 0) / base)


def _there(count: NDArray[np.int64] | None) -> NDArray[np.float64]:
    if count is None:
        raise ValueError("a count that the measure needs was not drawn")
    return count.astype(np.float64)
