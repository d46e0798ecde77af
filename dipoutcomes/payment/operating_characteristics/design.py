"""A contract about to be signed: for whom, compared with whom, and what else may happen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from dipoutcomes._validate import check_choice, check_count, check_positive
from dipoutcomes.payment.operating_characteristics._terms import OF_PEOPLE, Asked, ask
from dipoutcomes.payment.operating_characteristics._world import World, build_world
from dipoutcomes.payment.operating_characteristics.people import PeopleModel
from dipoutcomes.payment.operating_characteristics.scenario import PLAIN, Scenario
from dipoutcomes.protocol.model.contract import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDesign:
    """Everything that decides how often a contract pays, but for the programme's effect.

    Parameters
    ----------
    contract : Contract
        From `payment.contract.parse_contract`.
    n : int
        People started in a cohort; for terms on all cohorts together, in all of them.
    people : PeopleModel
        What would become of such people without the programme, in the contract's window and by
        its event type.
    terms : tuple of str, optional
        Names of the terms to look at, with their hurdles; those for each cohort if left out.
    scenario : Scenario, optional
    comparison_per_person : float, default 10
        For a matched group: its people for each person of the cohort.
    baseline_people : int, optional
        People that an earlier cohort's or an expected value rests on: it is then drawn by chance.
        Left out, the contract's own number counts; if it has none the value is taken as known.
    contract_value : Decimal, optional
        Where a price is a share of it; the contract's own where left out.
    method : {"auto", "exact", "simulated"}
        Every outcome listed, or cohorts simulated; "auto" lists them where it can.
    simulated_cohorts : int, default 100_000
        For each effect.

    Raises
    ------
    ValueError, TypeError
        If an argument lies outside its range.
    DesignError
        If the contract has measures for which there is no model of counts, or terms that cannot be
        judged together.

    Notes
    -----
    # Assumes: the people of a cohort, and of its comparison group, offend independently; the
    # programme multiplies everybody's rate alike; a matched group differs from the cohort by chance
    # alone. A matched set that is alike in its rates would lessen the chance in the comparison.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> text = Path("protocols/contracts/peterborough-2010.toml").read_text(encoding="utf-8")
    >>> people = PeopleModel.from_sd(1.55, 2.3)
    >>> design = PaymentDesign(contract=parse_contract(text), n=28, people=people)
    >>> print(design)
    peterborough-2010 with 28 people: each_cohort, as the contract supposes
    """

    contract: Contract
    n: int
    people: PeopleModel
    terms: tuple[str, ...] | None = None
    scenario: Scenario = PLAIN
    comparison_per_person: float = 10.0
    baseline_people: int | None = None
    contract_value: Decimal | None = None
    method: Literal["auto", "exact", "simulated"] = "auto"
    simulated_cohorts: int = 100_000

    def __post_init__(self) -> None:
        check_count("n", self.n, minimum=1, maximum=10_000_000)
        check_positive("comparison_per_person", self.comparison_per_person)
        check_choice("method", self.method, ("auto", "exact", "simulated"))
        check_count("simulated_cohorts", self.simulated_cohorts, minimum=100)
        if self.baseline_people is not None:
            check_count("baseline_people", self.baseline_people, minimum=1)
        self.asked()

    def asked(self) -> Asked:
        """Return the terms looked at, and the one that the effect is measured by."""
        return ask(self.contract, self.terms)

    def world(self, asked: Asked | None = None) -> World:
        """Return what is true under the design's scenario."""
        return build_world(
            asked or self.asked(),
            self.n,
            self.people,
            self.scenario,
            comparison_per_person=self.comparison_per_person,
            baseline_people=self.baseline_people,
        )

    def replace(self, **changes: Any) -> PaymentDesign:
        """Return the same design with other values."""
        return replace(self, **changes)

    @property
    def bar(self) -> float:
        """The reduction that the main term needs, in the unit of its test; a level as a distance.

        nan where the main term has no test.
        """
        asked = self.asked()
        if asked.main.test == "none":
            return float("nan")
        if asked.main.test == "level":
            return self.people.measure(OF_PEOPLE[asked.measure.kind]) - float(asked.main.threshold)
        return float(asked.main.threshold)

    @property
    def is_relative(self) -> bool:
        """Whether an effect is a share of the measure, and not a distance in its unit."""
        return self.asked().relative

    def assumptions(self) -> tuple[str, ...]:
        """Return in words what every figure of this design rests on."""
        asked = self.asked()
        world = self.world(asked)
        said = [
            f"without the programme: {self.people}",
            "people offend independently of each other, each at a rate of their own, and the "
            "programme multiplies every rate alike",
            _of_baseline(world),
        ]
        said += _of_agreed_values(world)
        left_out = {name for t in asked.contract.term for name in t.unless}
        if left_out:
            said.append(f"no other term had been met before ({', '.join(sorted(left_out))})")
        return (*said, *self.scenario.assumptions())

    def __str__(self) -> str:
        names = ", ".join(t.name for t in self.asked().contract.term)
        return f"{self.contract.id} with {self.n:,} people: {names}, {self.scenario}"


def _of_agreed_values(world: World) -> list[str]:
    """Return where the contract's own baseline is not what the people would do untreated."""
    said = []
    for measure in world.asked.measures:
        known = world.known_baseline(measure)
        truth = world.people.measure(OF_PEOPLE[measure.kind])
        if known is not None and abs(known - truth) > 0.0005:
            said.append(
                f"the contract's baseline of {known:.3f} is not what the people would do without "
                f"the programme, {truth:.3f}: the difference is paid, or held back, for nothing"
            )
    return said


def _of_baseline(world: World) -> str:
    form, baseline = world.form, world.baseline
    if form == "own_past":
        return "before and after are windows of one length, of the same people"
    if form == "counted" and baseline is not None:
        kinds = {m.baseline.kind for m in world.asked.measures if m.baseline is not None}
        if "matched_group" in kinds:
            return (
                f"a comparison group of {baseline.n:,}, unlike the cohort by chance alone; people "
                "matched to each other are taken to be no more alike than others"
            )
        return f"the baseline was counted in {baseline.n:,} people, and drawn by chance"
    if form == "with_error":
        return "the baseline is off by chance, with the standard error in the contract"
    return "the baseline is known without error"
