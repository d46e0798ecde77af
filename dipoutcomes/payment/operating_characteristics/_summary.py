"""One effect's figures from what is paid over all outcomes, a batch at a time."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from dipoutcomes.payment.operating_characteristics._evaluate import Settled
from dipoutcomes.payment.operating_characteristics._terms import OF_PEOPLE
from dipoutcomes.payment.operating_characteristics._world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class AtEffect:
    """What a contract does where the programme's true effect is this.

    Parameters
    ----------
    effect : float
        In the unit of the contract's test; positive is better.
    chance_paid, chance_paid_back : float
        Of a payment to the provider (where prices are not known: of a term that is met), and of
        one to the commissioner.
    chance_met : tuple of (str, float)
        Of each term that pays.
    deserved : float
        What the contract would pay if nothing were left to chance and nothing but the programme
        moved the measure; nan without prices.
    expected_payment, overpayment, underpayment : float
        Mean payment, and mean of what is paid above and below what is deserved:
        ``expected_payment = deserved + overpayment - underpayment``.
    prevented : float
        Events that the programme prevents in the cohort, or people it changes, in truth.
    chance_error, payment_error : float
        Standard errors of simulation; 0 where every outcome was listed.
    """

    effect: float
    chance_paid: float
    chance_paid_back: float
    chance_met: tuple[tuple[str, float], ...]
    deserved: float
    expected_payment: float
    overpayment: float
    underpayment: float
    prevented: float
    chance_error: float = 0.0
    payment_error: float = 0.0

    @property
    def price_of_one(self) -> float:
        """Expected payment for each event truly prevented, or person changed; nan where none is."""
        return self.expected_payment / self.prevented if self.prevented > 1e-9 else nan


class Tally:
    """Sums over what is paid under one effect, a batch at a time.

    Parameters
    ----------
    deserved : float
        What is paid if nothing is left to chance; nan without prices.
    """

    def __init__(self, deserved: float) -> None:
        self._deserved = deserved
        self._paid = self._back = self._mean = self._square = self._over = self._under = 0.0
        self._met: dict[str, float] = {}
        self._priced = False

    def add(self, batch: Settled) -> None:
        """Count a batch in."""
        self._paid += batch.share(batch.paid)
        self._back += batch.share(batch.paid_back)
        for name, mask in batch.met.items():
            self._met[name] = self._met.get(name, 0.0) + batch.share(mask)
        if batch.amount is None:
            return
        self._priced = True
        gap = batch.amount - self._deserved
        self._mean += batch.expected(batch.amount)
        self._square += batch.expected(gap**2)
        self._over += batch.expected(np.maximum(gap, 0))
        self._under += batch.expected(np.maximum(-gap, 0))

    def figures(self, world: World, effect: float, simulated: int) -> AtEffect:
        """Return the figures; *simulated* is how many cohorts, 0 where all outcomes are listed."""
        paid, priced = self._paid, self._priced
        spread = max(self._square - (self._mean - self._deserved) ** 2, 0.0) if priced else 0.0
        return AtEffect(
            effect=effect,
            chance_paid=min(paid, 1.0),
            chance_paid_back=min(self._back, 1.0),
            chance_met=tuple((name, min(chance, 1.0)) for name, chance in self._met.items()),
            deserved=self._deserved,
            expected_payment=self._mean if priced else nan,
            overpayment=self._over if priced else nan,
            underpayment=self._under if priced else nan,
            prevented=prevented(world, effect),
            chance_error=sqrt(max(paid * (1 - paid), 0.0) / simulated) if simulated else 0.0,
            payment_error=sqrt(spread / simulated) if simulated else 0.0,
        )


def prevented(world: World, effect: float) -> float:
    """Return the events truly prevented in a cohort, or for a share of people those changed."""
    before, after = world.untreated, world.treated_people(effect)
    if OF_PEOPLE[world.asked.measure.kind] == "share":
        return world.n * (before.share - after.share)
    return world.n * (before.events_per_person - after.events_per_person)
