"""How often a contract pays along the true effect, what it costs, and what is paid for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.payment.operating_characteristics import _evaluate, _say
from dipoutcomes.payment.operating_characteristics._evaluate import Block, Settled
from dipoutcomes.payment.operating_characteristics._summary import AtEffect, Tally
from dipoutcomes.payment.operating_characteristics._world import World
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingCharacteristics:
    """What a contract does along the true effect; see `AtEffect` for the figures of each row.

    Parameters
    ----------
    design : PaymentDesign
    rows : tuple of AtEffect
        In the order of the effects asked for.
    simulated : int
        Cohorts simulated for each effect; 0 where every outcome was listed.
    """

    design: PaymentDesign
    rows: tuple[AtEffect, ...]
    simulated: int = 0

    @property
    def effects(self) -> Floats:
        """The true effects, in the unit of the contract's test."""
        return np.array([row.effect for row in self.rows])

    @property
    def chance_paid(self) -> Floats:
        """The chance of a payment under each."""
        return np.array([row.chance_paid for row in self.rows])

    @property
    def bar(self) -> float:
        """The reduction from which the contract pays."""
        return self.design.bar

    @property
    def is_relative(self) -> bool:
        """Whether an effect is a share of the measure, and not a distance in its unit."""
        return self.design.is_relative

    @property
    def is_priced(self) -> bool:
        """Whether the contract says what a payment is."""
        return bool(self.rows) and not isnan(self.rows[0].expected_payment)

    @property
    def method(self) -> str:
        """How the chances were found."""
        if not self.simulated:
            return "every outcome listed, exactly"
        return f"{self.simulated:,} simulated cohorts for each effect"

    def at(self, effect: float) -> AtEffect:
        """Return the row of an effect that was asked for."""
        for row in self.rows:
            if abs(row.effect - effect) < 1e-12:
                return row
        raise ValueError(f"the effect {effect:g} was not among those asked for")

    def effect_says(self, effect: float) -> str:
        """Return an effect in words: "10% fewer", "5.0 points lower"."""
        return _say.effect(self.design.asked(), effect)

    def __str__(self) -> str:
        first, last = self.rows[0], self.rows[-1]
        return (
            f"{self.design.contract.contract.title}, {self.design.n:,} people "
            f"({self.design.scenario}): it pays {_say.often(first.chance_paid)} if the programme "
            f"{_say.does(self.design.asked(), first.effect)}, and {_say.often(last.chance_paid)} "
            f"if it {_say.does(self.design.asked(), last.effect)} ({self.method})"
        )

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_table(self) -> Table:
        """Return the table that a report prints."""
        asked, currency = self.design.asked(), self.design.contract.money.currency
        columns = [
            Column(key="effect", heading=f"True effect on {asked.measure.says}"),
            Column(key="paid", heading="Chance of payment", kind="share"),
        ]
        rows: list[list[Any]] = [
            [_say.effect(asked, row.effect), row.chance_paid] for row in self.rows
        ]
        if self.is_priced:
            one = _say.unit_prevented(asked)
            columns += [
                Column(key=key, heading=f"{heading}, {currency}", kind="number", decimals=0)
                for key, heading in (
                    ("expected", "Expected payment"), ("over", "Paid too much"),
                    ("under", "Paid too little"), ("price", f"Per {one}"),
                )
            ]  # fmt: skip
            for cells, row in zip(rows, self.rows, strict=True):
                price = None if isnan(row.price_of_one) else row.price_of_one
                cells += [row.expected_payment, row.overpayment, row.underpayment, price]
        return Table.of(
            "operating_characteristics",
            f"{self.design.contract.contract.title}: how often it pays, {self.design.n:,} people",
            columns, rows, notes=self.notes(),
        )  # fmt: skip

    def notes(self) -> tuple[str, ...]:
        """Return what the figures rest on, a sentence each."""
        caution = self.design.contract.caution
        said = [f"Assumes: {text}." for text in self.design.assumptions()]
        return (*([caution] if caution else []), f"Method: {self.method}.", *said)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an effect."""
        import pandas as pd

        frame = pd.DataFrame([asdict(row) for row in self.rows]).drop(columns="chance_met")
        for name in (name for name, _ in self.rows[0].chance_met):
            frame[f"chance_met:{name}"] = [dict(row.chance_met)[name] for row in self.rows]
        frame["price_of_one"] = [row.price_of_one for row in self.rows]
        frame.insert(0, "scenario", self.design.scenario.name)
        frame.insert(0, "n", self.design.n)
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "contract": self.design.contract.id,
            "n": self.design.n,
            "scenario": self.design.scenario.to_dict(),
            "people": self.design.people.to_dict(),
            "bar": self.bar,
            "effect_is_relative": self.is_relative,
            "method": self.method,
            "assumptions": list(self.design.assumptions()),
            "rows": [
                asdict(row) | {"chance_met": dict(row.chance_met), "price_of_one": row.price_of_one}
                for row in self.rows
            ],
        }


def operating_characteristics(
    design: PaymentDesign,
    effects: Sequence[float] | None = None,
    *,
    rng: np.random.Generator | None = None,
    progress: Progress | None = None,
) -> OperatingCharacteristics:
    """Return how often, and how much, a contract pays along the true effect.

    Parameters
    ----------
    design : PaymentDesign
    effects : sequence of float, optional
        True effects in the unit of the contract's test: 0 is none, positive is better. From none to
        twice the bar, in 21 steps, if left out.
    rng : numpy.random.Generator, optional
        Needed where cohorts are simulated; each effect has a stream of its own, and all are set
        against the same simulated baselines.
    progress : callable, optional
        Called with a sentence as each effect begins.

    Returns
    -------
    OperatingCharacteristics

    Raises
    ------
    DesignError
        If an effect is impossible, or "exact" is asked for and the outcomes cannot be listed.
    TypeError
        If cohorts are simulated and *rng* is not given.

    Notes
    -----
    A share of people is binomial. The events of a cohort whose people's rates are gamma are
    negative binomial, and so are those of a comparison group: every pair of counts is listed with
    its chance, and the contract's own rule decides each. Terms that look at several counts, or ask
    for significance from the spread between people, are simulated person by person.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PeopleModel
    >>> text = Path("protocols/contracts/peterborough-2010.toml").read_text(encoding="utf-8")
    >>> people = PeopleModel.from_sd(1.55, 2.3)
    >>> design = PaymentDesign(contract=parse_contract(text), n=28, people=people)
    >>> found = operating_characteristics(design, [0.0, 0.10, 0.15])
    >>> found.chance_paid.round(3)
    array([0.389, 0.528, 0.603])
    """
    asked = design.asked()
    world = design.world(asked)
    wanted = list(usual_effects(design)) if effects is None else [float(e) for e in effects]
    if not wanted or not np.all(np.isfinite(wanted)):
        raise ValueError("`effects` must hold at least one number, and finite ones")
    stream, cohorts = settled_in(design, world, wanted, rng=rng)
    tallies = [Tally(_evaluate.deserved(world, effect, design.contract_value)) for effect in wanted]
    begun = -1
    for k, batch in stream:
        if progress is not None and k > begun:
            progress(f"true effect {_say.effect(asked, wanted[k])}")
        begun = max(begun, k)
        tallies[k].add(batch)
    rows = [t.figures(world, effect, cohorts) for t, effect in zip(tallies, wanted, strict=True)]
    return OperatingCharacteristics(design=design, rows=tuple(rows), simulated=cohorts)


def usual_effects(design: PaymentDesign) -> Floats:
    """Return 21 effects from none to twice the bar, as far as they are possible."""
    bar = design.bar
    if isnan(bar) or bar <= 0:
        bar = 0.10 if design.is_relative else 0.05
    return np.linspace(0.0, 2 * bar, 21)


def settled_in(
    design: PaymentDesign,
    world: World,
    effects: list[float],
    *,
    rng: np.random.Generator | None,
) -> tuple[Iterator[tuple[int, Settled]], int]:
    """Return a stream of (position of an effect, what is paid), and the cohorts simulated.

    Of those there are 0 where every outcome is listed.
    """
    blocks, cohorts = outcomes(design, world, effects, rng=rng)
    return (
        found
        for block in blocks
        for found in _evaluate.settle_block(world.asked, block, design.contract_value)
    ), cohorts


def outcomes(
    design: PaymentDesign,
    world: World,
    effects: list[float],
    *,
    rng: np.random.Generator | None,
) -> tuple[Iterator[Block], int]:
    """Return the outcomes under the effects, block by block, and the cohorts simulated."""
    exact = design.method != "simulated" and _evaluate.is_exact(world, effects)
    if design.method == "exact" and not exact:
        raise DesignError(
            "the outcomes cannot all be listed: the terms look at several counts or at the spread "
            "between people, the past is their own, or the cohort is too large. Use method "
            "'simulated'"
        )
    if exact:
        return _evaluate.exact_outcomes(world, effects), 0
    if rng is None:
        raise TypeError("`rng` is needed: the outcomes cannot all be listed, so cohorts are drawn")
    cohorts = design.simulated_cohorts
    return _evaluate.simulated_outcomes(world, effects, cohorts, rng=rng), cohorts
