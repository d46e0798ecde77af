"""Every offence that could happen, in order of time: own rate, age, drift, quiet spells, bursts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.simulate._calendar import DAYS_PER_YEAR
from dipoutcomes.simulate.lives.draws import People
from dipoutcomes.simulate.lives.slots import Floats, Slots, Streams
from dipoutcomes.simulate.model import Offending

Codes = NDArray[np.int64]
MOST_AT_ONCE = 50_000_000  # what some GB of memory hold
BURN_IN = 15  # mean delays of a burst; what is older than that no longer echoes


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Offences that would happen at liberty and untreated, sorted by person and time."""

    person: Codes
    day: Codes
    parent: Codes | None  # position of the offence that set it off, -1 for none; None: no bursts
    is_index: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)


def draw_candidates(
    offending: Offending,
    people: People,
    slots: Slots,
    streams: Streams,
    *,
    index_day: Codes | None,
    highest_ratio: float,
    warm_up_days: float = 0.0,
) -> Candidates:
    """Draw the candidates of a block of people.

    Parameters
    ----------
    offending : Offending
    people : People
    slots : Slots
    streams : callable
        The random stream of a named part.
    index_day : ndarray of int64, shape (people,), or None
        Day of an arrest that did happen, to be put among the others; None for no selection.
    highest_ratio : float
        Treatment may multiply the rate by up to this; candidates are drawn for the highest.
    warm_up_days : float
        Candidates begin so long before the record, for custody to have built up when it opens.

    Notes
    -----
    A Poisson process at the highest rate, thinned (Lewis and Shedler 1979, Naval Research Logistics
    Quarterly 26, 403-413), and a cluster process on top of it: each offence sets off a Poisson
    number of others (Hawkes and Oakes 1974, Journal of Applied Probability 11, 493-503).

    Seen from one of its own points, a Poisson process is again that process (Slivnyak's theorem:
    Daley and Vere-Jones 2008, An Introduction to the Theory of Point Processes, vol. II, chapter
    13). With bursts the point has also a line of ancestors, each step with the chance that an
    offence was set off by another, and each ancestor its usual other descendants. A quiet spell
    cannot hold what began the line, so there the person is active, on the day of the index arrest
    or of its first ancestor; the alternation runs from it both ways.
    """
    eta, delay = offending.follow_on_offences, offending.mean_days_to_follow_on
    burn = max(warm_up_days, BURN_IN * delay / (1 - eta) if eta else 0.0)
    opens, closes = slots.opens.astype(np.float64) - burn, slots.closes.astype(np.float64)
    line = None if index_day is None else _line_to_index(index_day, eta, delay, streams)
    person, when = _roots(
        offending, people, slots, opens, closes, streams,
        active_at=None if line is None else line.began, highest_ratio=highest_ratio,
    )  # fmt: skip
    own = np.full(len(person), -1, dtype=np.int64)
    index = np.zeros(len(person), dtype=bool)
    if line is not None:
        person, when, own, index = _with_index(person, when, line)
    if eta:
        person, when, own, index = _with_bursts(
            person, when, own, index, closes, eta, delay, streams
        )
    return _sorted(person, when, own if eta else None, index)


def _roots(
    offending: Offending,
    people: People,
    slots: Slots,
    opens: Floats,
    closes: Floats,
    streams: Streams,
    *,
    active_at: Floats | None,
    highest_ratio: float,
) -> tuple[Codes, Floats]:
    """Draw the offences that no other set off, in order of the people."""
    highest = _highest_factor(offending, people, slots, opens, closes)
    base = people.rate_per_year * (1 - offending.follow_on_offences) * highest_ratio
    share = offending.share_of_time_active
    expected = base * highest / share * (closes - opens) / DAYS_PER_YEAR
    _check_not_too_many(float(expected.sum()) / (1 - offending.follow_on_offences), len(slots))
    counts = streams("how many").poisson(expected)
    person = np.repeat(np.arange(len(slots)), counts)
    when = opens[person] + streams("when").random(len(person)) * (closes - opens)[person]
    changes = offending.age_decline_per_year or offending.drift_per_year
    if not changes and share == 1:
        return person, when
    keeps = streams("thinning").random(len(person)) * highest[person] < _factor(
        offending, people.age_years[person], when - slots.reference_day[person]
    )
    if share < 1:
        keeps &= _active(offending, slots, opens, closes, person, when, streams, active_at)
    return person[keeps], when[keeps]


def _check_not_too_many(offences: float, people: int) -> None:
    if not offences <= MOST_AT_ONCE:
        raise DesignError(
            f"{people:,} people would need {offences:.2g} possible offences, and at most "
            f"{MOST_AT_ONCE:,} can be made at once. Make the record shorter, or bring down what "
            "multiplies them: offences_per_year, how much people differ, follow_on_offences and "
            "their delay, a ratio of treatment, drift or decline over a long time, or raise "
            "share_of_time_active"
        )


def _factor(offending: Offending, age_years: Floats, days: Floats) -> Floats:
    """Return the rate over that on the reference day, *days* after it."""
    years = days / DAYS_PER_YEAR
    older = np.maximum(age_years + years - offending.peak_age_years, 0)
    older -= np.maximum(age_years - offending.peak_age_years, 0)
    slope, drift = np.log1p(-offending.age_decline_per_year), np.log1p(offending.drift_per_year)
    factor: Floats = np.exp(slope * older + drift * years)
    return factor


def _highest_factor(
    offending: Offending, people: People, slots: Slots, opens: Floats, closes: Floats
) -> Floats:
    """Return a bound of the factor: age has its highest at the start, drift at one of the ends."""
    first, last = opens - slots.reference_day, closes - slots.reference_day
    aged = _factor(offending.model_copy(update={"drift_per_year": 0.0}), people.age_years, first)
    years = np.maximum(
        np.log1p(offending.drift_per_year) * first, np.log1p(offending.drift_per_year) * last
    )
    bound: Floats = aged * np.exp(years / DAYS_PER_YEAR)
    return bound


def _active(
    offending: Offending,
    slots: Slots,
    opens: Floats,
    closes: Floats,
    person: Codes,
    when: Floats,
    streams: Streams,
    active_at: Floats | None,
) -> NDArray[np.bool_]:
    """Return whether the person is active, and not in a quiet spell, at each time.

    Active and quiet spells have exponential lengths and alternate. The chain is reversible, so
    it is drawn in both directions from a time at which the person is known to be active, or, if
    nothing is known, from the reference day.
    """
    share, quiet = offending.share_of_time_active, offending.mean_days_inactive
    means = np.array([quiet, quiet * share / (1 - share)])  # of a quiet and of an active spell
    starts_active = streams("active").random(len(slots)) < (share if active_at is None else 1.0)
    origin = slots.reference_day if active_at is None else active_at
    after = when >= origin[person]
    active = np.zeros(len(person), dtype=bool)
    for forward, name, reach in (
        (True, "forwards", closes - origin),
        (False, "backwards", origin - opens),
    ):
        chosen = after == forward
        who = person[chosen]
        distance = np.abs(when[chosen] - origin[who])
        passed = _changes_passed(starts_active, means, reach, who, distance, streams, name)
        active[chosen] = starts_active[who] ^ (passed % 2 == 1)
    return active


def _changes_passed(
    starts_active: NDArray[np.bool_],
    means: Floats,
    reach: Floats,
    who: Codes,
    distance: Floats,
    streams: Streams,
    name: str,
) -> Codes:
    """Return how many changes lie between the origin and each distance from it."""
    passed = np.zeros(len(who), dtype=np.int64)
    state, reached, turn = starts_active.copy(), np.zeros(len(reach)), 0
    while (reached < reach).any():
        # Drawn for everybody, so that nobody's numbers depend on the others'.
        lengths = streams(f"{name} {turn}").standard_exponential(len(reach))
        reached = reached + lengths * means[state.astype(np.int64)]
        passed += reached[who] <= distance
        state, turn = ~state, turn + 1
    return passed


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The index arrest of each person, and the ancestors that led to it: 0 is its parent."""

    at: Floats  # of the index arrest
    steps: Codes  # how many ancestors
    ancestor_of: Codes  # one entry an ancestor
    ancestor_at: Floats
    began: Floats  # when nothing had set it off: the last ancestor, or the arrest itself


def _line_to_index(index_day: Codes, eta: float, delay: float, streams: Streams) -> _Line:
    people = len(index_day)
    at: Floats = index_day.astype(np.float64) + 0.5
    steps = np.zeros(people, dtype=np.int64)
    if eta:
        steps = streams("ancestors").geometric(1 - eta, people) - 1
    of = np.repeat(np.arange(people), steps)
    total = np.concatenate(
        [[0.0], np.cumsum(streams("time to ancestors").exponential(delay, len(of)))]
    )
    last = np.cumsum(steps)
    earlier = total[last - steps]
    before: Floats = total[1:] - earlier[of]
    began: Floats = at - (total[last] - earlier)
    return _Line(at, steps, of, at[of] - before, began)


def _with_index(
    person: Codes, when: Floats, line: _Line
) -> tuple[Codes, Floats, Codes, NDArray[np.bool_]]:
    """Return the roots with the index arrest, and the line of offences that led to it, put in."""
    people, n, of, steps = len(line.at), len(person), line.ancestor_of, line.steps
    # Order: roots, index arrests, ancestors; a parent is named by its position in that order.
    first = n + people + np.cumsum(steps) - steps
    parent_of_index = np.where(steps > 0, first, -1)
    place = np.arange(len(of))
    last = place == (np.cumsum(steps) - 1)[of]
    parent_of_line = np.where(last, -1, n + people + place + 1)
    return (
        np.concatenate([person, np.arange(people), of]),
        np.concatenate([when, line.at, line.ancestor_at]),
        np.concatenate([np.full(n, -1), parent_of_index, parent_of_line]).astype(np.int64),
        np.repeat([False, True, False], [n, people, len(of)]),
    )


def _with_bursts(
    person: Codes,
    when: Floats,
    parent: Codes,
    index: NDArray[np.bool_],
    closes: Floats,
    eta: float,
    delay: float,
    streams: Streams,
) -> tuple[Codes, Floats, Codes, NDArray[np.bool_]]:
    """Return the offences with all that they set off, generation by generation."""
    people, times, parents = [person], [when], [parent]
    # In order of the people: nobody's numbers may depend on those after them.
    by_person = np.argsort(person, kind="stable")
    generation, size = 0, len(person)
    who, at, place = person[by_person], when[by_person], by_person
    while len(who):
        counts = streams(f"set off {generation}").poisson(eta, len(who))
        source = np.repeat(np.arange(len(who)), counts)
        delays = streams(f"delay {generation}").exponential(delay, len(source))
        at_next = at[source] + delays
        seen = at_next < closes[who[source]]
        who, at, place_of_parent = who[source][seen], at_next[seen], place[source][seen]
        people.append(who)
        times.append(at)
        parents.append(place_of_parent)
        place = size + np.arange(len(who))
        size, generation = size + len(who), generation + 1
    every = np.concatenate(people)
    flags = np.concatenate([index, np.zeros(size - len(index), dtype=bool)])
    return every, np.concatenate(times), np.concatenate(parents), flags


def _sorted(
    person: Codes, when: Floats, parent: Codes | None, index: NDArray[np.bool_]
) -> Candidates:
    """Return candidates in order of person and time, in whole days."""
    # One key for both: a tenth of the time of sorting by two. It keeps a millionth of a day.
    first = float(when.min(initial=0.0))
    span = float(when.max(initial=0.0)) - first + 1
    order = np.argsort(person * span + (when - first), kind="stable")
    day = np.floor(when[order]).astype(np.int64)
    who = person[order]
    if parent is not None:
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        above = parent[order]
        parent = np.where(above < 0, -1, place[above])
    return Candidates(who, day, parent, index[order])
