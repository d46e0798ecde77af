"""From what is true to what is paid: every outcome with its chance, or many simulated cohorts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.payment.cohorts import Cohorts
from dipoutcomes.payment.operating_characteristics import _past, _sides
from dipoutcomes.payment.operating_characteristics._counts import Counts, fixed
from dipoutcomes.payment.operating_characteristics._sides import Drawn
from dipoutcomes.payment.operating_characteristics._terms import OF_PEOPLE, Asked
from dipoutcomes.payment.operating_characteristics._world import (
    World,
    squared_error,
    value_of,
)
from dipoutcomes.payment.rule import pays

Floats = NDArray[np.float64]

MOST_OUTCOMES = 40_000_000
#: Outcomes settled at a time: 8 megabytes an array.
BLOCK = 1_000_000
#: Simulated cohorts settled at a time: a few megabytes an array.
CHUNK = 100_000
_QUANTILES = 2_001  # of a baseline known up to a standard error


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a contract pays for many outcomes, each with its chance; the chances add up to 1."""

    chance: Floats
    paid: NDArray[np.bool_]
    paid_back: NDArray[np.bool_]
    amount: Floats | None
    met: dict[str, NDArray[np.bool_]]

    def share(self, mask: NDArray[np.bool_]) -> float:
        """Return the chance of the outcomes that *mask* picks."""
        return float(np.sum(self.chance * mask))

    def expected(self, value: Floats) -> float:
        """Return the mean of a value over the outcomes."""
        return float(np.sum(self.chance * value))


def deserved(world: World, effect: float, contract_value: Decimal | None) -> float:
    """Return what the contract would pay if everything were known; nan without prices."""
    found = _judge(world.asked, world.truly_deserved(effect), contract_value)
    return float("nan") if found.amount is None else float(found.amount.ravel()[0])


def is_exact(world: World, effects: list[float]) -> bool:
    """Return whether all outcomes of a cohort and its baseline can be listed."""
    if len(world.asked.needs) > 1 or world.form == "own_past":
        return False
    if world.form == "with_error":
        return len(world.asked.measures) == 1 and not world.asked.asks_significance
    (statistic,) = world.asked.needs
    grid = _grid([world.treated(effect).exactly(statistic) for effect in effects])
    other = 1 if world.baseline is None else len(world.baseline.exactly(statistic).chance)
    return (grid[1] - grid[0] + 1) * other <= MOST_OUTCOMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Outcomes as the rule takes them, and their chances under each effect that has them.

    *chances* holds the position of an effect, and the chances of the rows and of the columns of
    the outcomes; simulated cohorts are one row.
    """

    values: Cohorts
    chances: tuple[tuple[int, Floats, Floats], ...]


def exact_outcomes(world: World, effects: list[float]) -> Iterator[Block]:
    """Yield every outcome that can happen under some effect, a block at a time."""
    (statistic,) = world.asked.needs
    sides = [world.treated(effect) for effect in effects]
    counts = [side.exactly(statistic) for side in sides]
    before, values, chance_before = _baseline_outcomes(world, statistic)
    rows = max(1, BLOCK // len(chance_before))
    # The number counted may differ between effects where cases are closed early.
    for n in sorted({side.n for side in sides}):
        those = [k for k, side in enumerate(sides) if side.n == n]
        first, last = _grid([counts[k] for k in those])
        for start in range(first, last + 1, rows):
            stop = min(start + rows - 1, last)
            drawn = Drawn(**{statistic: np.arange(start, stop + 1)[:, None]})
            yield Block(
                values=_cohorts(world, n, drawn, before, values),
                chances=tuple(
                    (k, counts[k].on(start, stop)[:, None], chance_before) for k in those
                ),
            )


def simulated_outcomes(
    world: World, effects: list[float], cohorts: int, *, rng: np.random.Generator
) -> Iterator[Block]:
    """Yield `CHUNK` simulated cohorts at a time, under one effect after the other.

    Each effect has a stream of its own; all are set against the same simulated baselines, which
    the effect does not touch, so that a curve along the effects is smoother than its points.
    """
    sides = [world.treated(effect) for effect in effects]
    *streams, of_baseline = rng.spawn(len(effects) + 1)
    for start in range(0, cohorts, CHUNK):
        size = min(CHUNK, cohorts - start)
        before = _draw_baseline(world, size, of_baseline)
        for k, (side, stream) in enumerate(zip(sides, streams, strict=True)):
            if world.form == "own_past":
                drawn, known = _past.draw_own_past(world, side, size, rng=stream)
                values = _cohorts(world, side.n, drawn, None, known)
            else:
                drawn = _sides.draw(side, size, world.asked.needs, rng=stream)
                values = _cohorts(world, side.n, drawn, *before)
            yield Block(values=values, chances=((k, np.ones(1), np.full(size, 1 / cohorts)),))


def settle_block(
    asked: Asked, block: Block, contract_value: Decimal | None
) -> Iterator[tuple[int, Settled]]:
    """Yield position of an effect and what is paid for the outcomes of a block."""
    table = _judge(asked, block.values, contract_value)
    for k, rows, columns in block.chances:
        yield k, replace(table, chance=rows * columns)


def _baseline_outcomes(
    world: World, statistic: str
) -> tuple[Drawn | None, dict[str, Floats], Floats]:
    """Return the baseline's counts or values, as a row of outcomes, and their chances."""
    if world.baseline is not None:
        counts: Counts = world.baseline.exactly(statistic)
        return Drawn(**{statistic: counts.values[None, :]}), {}, counts.chance
    if world.form == "with_error":
        from scipy.special import ndtri

        middle = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
        (measure,) = world.asked.measures
        values = _around(world, measure.name, ndtri(middle))
        return None, {measure.name: values[None, :]}, np.full(_QUANTILES, 1 / _QUANTILES)
    return None, {}, fixed(0).chance


def _draw_baseline(
    world: World, size: int, rng: np.random.Generator
) -> tuple[Drawn | None, dict[str, Floats]]:
    if world.form == "own_past":
        return None, {}
    if world.baseline is not None:
        return _sides.draw(world.baseline, size, world.asked.needs, rng=rng), {}
    if world.form != "with_error":
        return None, {}
    return None, {
        m.name: _around(world, m.name, rng.standard_normal(size))
        for m in world.asked.measures
        if m.baseline is not None and m.baseline.standard_error
    }


def _around(world: World, name: str, z: Floats) -> Floats:
    """Return a baseline's value with its standard error, never below 0."""
    measure = world.asked.contract.measure_named(name)
    centre = world.people.measure(OF_PEOPLE[measure.kind])
    return np.asarray(np.maximum(centre + _error(world, name) * z, 0.0))


def _error(world: World, name: str) -> float:
    baseline = world.asked.contract.measure_named(name).baseline
    if world.form != "with_error" or baseline is None or baseline.standard_error is None:
        return 0.0
    return float(baseline.standard_error)


def _cohorts(
    world: World,
    n: int,
    drawn: Drawn,
    before: Drawn | None,
    values: dict[str, Floats],
) -> Cohorts:
    """Return the values that the rule takes, from counts of the cohort and of its baseline."""
    treated, baseline, errors = {}, {}, {}
    for measure in world.asked.measures:
        name, kind = measure.name, OF_PEOPLE[measure.kind]
        treated[name] = value_of(kind, n, drawn)
        variance: Any = 0.0
        if world.asked.asks_significance:
            variance = squared_error(kind, n, drawn) + _error(world, name) ** 2
        known = world.known_baseline(measure)
        if name in values:
            baseline[name] = values[name]
        elif known is not None:
            baseline[name] = np.asarray(known)
        elif before is not None and world.baseline is not None:
            baseline[name] = value_of(kind, world.baseline.n, before)
            if world.asked.asks_significance:
                variance = variance + squared_error(kind, world.baseline.n, before)
        errors[name] = np.sqrt(variance)
    people = {name: np.asarray(float(n)) for name in treated}
    error = errors if world.asked.asks_significance else None
    return Cohorts(treated=treated, baseline=baseline or None, people=people, standard_error=error)


def _judge(asked: Asked, cohorts: Cohorts, contract_value: Decimal | None) -> Settled:
    """Return what the rule decides and pays, every array of one shape."""
    other = {name for term in asked.contract.term for name in term.unless}
    other -= {term.name for term in asked.contract.term}
    with np.errstate(invalid="ignore"):
        found = pays(
            asked.contract,
            cohorts,
            scope="pooled" if asked.scope == "pooled" else "cohort",
            already_met={name: np.zeros(1, dtype=bool) for name in other},
            contract_value=contract_value,
        )
    paying = [term.name for term in asked.contract.term if not term.hurdle_only]
    amount = None if found.total is None else np.asarray(found.total, dtype=np.float64)
    masks = [np.asarray(found.met[name], dtype=bool) for name in paying]
    back = [np.asarray(found.worse[name], dtype=bool) for name in paying]
    shapes = [np.shape(mask) for mask in masks]
    if amount is not None:
        shapes.append(amount.shape)
    shape = np.broadcast_shapes(*shapes)
    met = {name: np.broadcast_to(mask, shape) for name, mask in zip(paying, masks, strict=True)}
    paid = np.logical_or.reduce(list(met.values()))
    paid_back = np.broadcast_to(np.logical_or.reduce(back), shape) & ~paid
    if amount is not None:
        amount = np.broadcast_to(amount, shape)
        paid, paid_back = amount > 0, amount < 0
    return Settled(chance=np.ones(shape), paid=paid, paid_back=paid_back, amount=amount, met=met)


def _grid(counts: list[Counts]) -> tuple[int, int]:
    return min(c.start for c in counts), max(int(c.values[-1]) for c in counts)
