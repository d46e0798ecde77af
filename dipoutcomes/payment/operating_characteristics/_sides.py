"""One side of a contract's comparison: who is counted, and the distribution of their counts."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.payment.operating_characteristics import _counts
from dipoutcomes.payment.operating_characteristics._counts import Counts, Floats
from dipoutcomes.payment.operating_characteristics.people import PeopleModel
from dipoutcomes.payment.operating_characteristics.scenario import Scenario

_CELLS = 4_000_000  # of one chunk of histograms: 32 MB
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One level that a side may be at, with its chance.

    *person* holds the chances of 0, 1, 2, ... events of somebody who is counted, where these are
    not simply those of *people*.
    """

    chance: float
    people: PeopleModel
    person: Floats | None = None

    @property
    def chances(self) -> Floats:
        """Chances of 0, 1, 2, ... events of one person who is counted."""
        return _counts.of_person(self.people) if self.person is None else self.person

    @property
    def share(self) -> float:
        """Chance that a person who is counted has an event."""
        return self.people.share if self.person is None else float(1 - self.person[0])

    def events(self, n: int) -> Counts:
        """Return the number of events of *n* people."""
        if self.person is not None:
            return _counts.of_sum(self.person, n)
        mean, shape = self.people.events_per_person, self.people.gamma_shape
        return _counts.negative_binomial(mean * n, shape * n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """People counted alike: the cohort, its comparison group, or an earlier cohort.

    The side is at one of its *parts*' levels, and it is the highest of *years* such.
    """

    n: int
    parts: tuple[Part, ...]
    years: int = 1

    @classmethod
    def plain(cls, n: int, people: PeopleModel) -> Side:
        """Return people at one level, all of them counted."""
        return cls(n=n, parts=(Part(chance=1.0, people=people),))

    def exactly(self, statistic: str) -> Counts:
        """Return the distribution of "events" or "reoffenders" of all together."""
        found = [
            (p.chance, p.events(self.n) if statistic == "events" else _people_with(p, self.n))
            for p in self.parts
        ]
        counts = found[0][1] if len(found) == 1 else _counts.mixed(found)
        return _counts.highest_of(counts, self.years)


def _people_with(part: Part, n: int) -> Counts:
    return _counts.binomial(n, part.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Simulated cohorts: one number each of people with an event, events and their squares."""

    reoffenders: Whole | None = None
    events: Whole | None = None
    squares: Whole | None = None


def draw(side: Side, cohorts: int, needs: frozenset[str], *, rng: np.random.Generator) -> Drawn:
    """Return *cohorts* simulated cohorts.

    Sums of counts with a common shape are negative binomial themselves, so one number stands for a
    cohort's events, and a binomial one for its people with an event. Where both are needed, or the
    spread between people, the numbers of people with 0, 1, 2, ... events are drawn together.
    """
    if side.years > 1:
        return _highest(side, cohorts, needs, rng)
    if len(side.parts) == 1:
        return _draw_part(side.parts[0], side.n, cohorts, needs, rng)
    of_level = rng.choice(len(side.parts), cohorts, p=[p.chance for p in side.parts])
    out = {name: np.empty(cohorts, dtype=np.int64) for name in needs}
    for level, part in enumerate(side.parts):
        where = np.flatnonzero(of_level == level)
        found = _draw_part(part, side.n, len(where), needs, rng)
        for name in needs:
            out[name][where] = getattr(found, name)
    return Drawn(**out)


def _highest(side: Side, cohorts: int, needs: frozenset[str], rng: np.random.Generator) -> Drawn:
    if len(needs) > 1:
        raise DesignError(
            "the highest of several years is defined for a contract that looks at one count, and "
            "this one looks at several. Name one of its terms, or leave `baseline_years` at 1"
        )
    (name,) = needs
    one = Side(n=side.n, parts=side.parts)
    years = [getattr(draw(one, cohorts, needs, rng=rng), name) for _ in range(side.years)]
    return Drawn(**{name: np.max(years, axis=0)})


def _draw_part(
    part: Part, n: int, cohorts: int, needs: frozenset[str], rng: np.random.Generator
) -> Drawn:
    if needs <= {"events"} and part.person is None:
        return Drawn(events=_totals(part.people, n, cohorts, rng))
    if needs <= {"reoffenders"}:
        return Drawn(reoffenders=rng.binomial(n, part.share, cohorts))
    return _histograms(part, n, cohorts, rng)


def _totals(people: PeopleModel, n: int, cohorts: int, rng: np.random.Generator) -> Whole:
    mean, shape = people.events_per_person, people.gamma_shape
    if isinf(shape):
        return rng.poisson(mean * n, cohorts)
    return rng.negative_binomial(shape * n, shape / (shape + mean), cohorts)


def _histograms(part: Part, n: int, cohorts: int, rng: np.random.Generator) -> Drawn:
    chances = part.chances / part.chances.sum()
    value = np.arange(len(chances))
    rows = max(1, _CELLS // len(chances))
    found = [np.empty((3, 0), dtype=np.int64)]
    for start in range(0, cohorts, rows):
        people = rng.multinomial(n, chances, size=min(rows, cohorts - start))
        found.append(np.stack([n - people[:, 0], people @ value, people @ value**2]))
    reoffenders, events, squares = np.concatenate(found, axis=1)
    return Drawn(reoffenders=reoffenders, events=events, squares=squares)


def closed_early(people: PeopleModel, scenario: Scenario) -> tuple[Floats, float]:
    """Return the chances of 0, 1, ... events of those not closed early, and their share."""
    person = _counts.of_person(people)
    # Assumes: a person's events fall evenly over the window, so that of c events none is in the
    # first part with the chance (1 - part)**c.
    quiet = (1 - scenario.closed_within) ** np.arange(len(person))
    kept = person * (1 - scenario.closed_early * (1 - quiet))
    return np.asarray(kept / kept.sum()), float(kept.sum())


def year_levels(sd: float, points: int = 41) -> list[tuple[float, float]]:
    """Return chances and factors of a normal level about 1 (Gauss-Hermite)."""
    if sd == 0:
        return [(1.0, 1.0)]
    place, weight = np.polynomial.hermite_e.hermegauss(points)
    chance = weight / weight.sum()
    likely = chance > 1e-12
    factor = np.maximum(1 + sd * place[likely], 0.01)
    return list(zip((chance[likely] / chance[likely].sum()).tolist(), factor.tolist(), strict=True))
