"""A baseline of their own past: the same people before and after, so that neither is apart."""

from __future__ import annotations

from math import exp, isinf, log1p

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.payment.operating_characteristics._sides import Drawn, Side
from dipoutcomes.payment.operating_characteristics._world import World
from dipoutcomes.payment.operating_characteristics.people import PeopleModel

Floats = NDArray[np.float64]


def draw_own_past(
    world: World, after: Side, cohorts: int, *, rng: np.random.Generator
) -> tuple[Drawn, dict[str, Floats]]:
    """Return simulated cohorts after, and the value of their measure before.

    A person's own rate is the same before and after but for the factor that drift and programme
    make. Before and after are windows of one length.
    """
    if world.baseline is None:
        raise ValueError("a baseline of their own past needs people before")
    before, later, n = world.baseline.parts[0].people, after.parts[0].people, after.n
    factor = later.events_per_person / before.events_per_person
    index = 1 if world.scenario.index_in_baseline else 0
    (measure,) = world.asked.measures
    if world.asked.needs == {"events"}:
        rate = _rates_together(before, n, cohorts, rng)
        then = rng.poisson(rate) + index * n
        return Drawn(events=rng.poisson(factor * rate)), {measure.name: then / n}
    cells = rng.multinomial(n, _cells(before, factor), size=cohorts)
    had = np.full(cohorts, n) if index else cells[:, 0] + cells[:, 1]
    return Drawn(reoffenders=cells[:, 0] + cells[:, 2]), {measure.name: had / n}


def _rates_together(people: PeopleModel, n: int, cohorts: int, rng: np.random.Generator) -> Floats:
    """Return the sum of the rates of *n* people: a sum of gammas of one scale is gamma."""
    mean, shape = people.events_per_person, people.gamma_shape
    if isinf(shape):
        return np.full(cohorts, mean * n)
    return np.asarray(rng.gamma(shape * n, mean / shape, cohorts))


def _cells(people: PeopleModel, factor: float) -> list[float]:
    """Return the chances of an event (before and after, before only, after only, neither)."""
    neither = _none(people, 1 + factor)
    not_before, not_after = _none(people, 1.0), _none(people, factor)
    before_only, after_only = not_after - neither, not_before - neither
    both = 1 - before_only - after_only - neither
    return [max(cell, 0.0) for cell in (both, before_only, after_only, neither)]


def _none(people: PeopleModel, times: float) -> float:
    """Return the chance of no event in *times* the window."""
    mean, shape = people.events_per_person * times, people.gamma_shape
    return exp(-mean) if isinf(shape) else exp(-shape * log1p(mean / shape))
