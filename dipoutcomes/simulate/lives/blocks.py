"""People in blocks of fixed size, each with random streams of its own: any chunk, same people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.simulate._calendar import NO_DAY
from dipoutcomes.simulate.lives.candidates import draw_candidates
from dipoutcomes.simulate.lives.careers import Careers
from dipoutcomes.simulate.lives.draws import draw_people
from dipoutcomes.simulate.lives.gather import gather
from dipoutcomes.simulate.lives.marks import draw_marks
from dipoutcomes.simulate.lives.slots import Slots, Streams, check_slots
from dipoutcomes.simulate.lives.turns import live
from dipoutcomes.simulate.model import CareerModel, Entry
from dipoutcomes.streams import random_stream

#: People who share random streams. It is part of what a seed means: never change it.
BLOCK = 8_192
#: Entry that fewer than one in so many people reach is refused: it would take for ever.
RAREST_ENTRY = 500
MOST_ROUNDS = 200
MOST_WARM_UP_DAYS = 3_650.0

Progress = Callable[[str], None]


def simulate_careers(
    model: CareerModel,
    people: int,
    *,
    seed: int,
    days_before: int = 731,
    days_after: int = 1_096,
    slots: Slots | None = None,
    progress: Progress | None = None,
) -> Careers:
    """Make up people who enter a programme, and their lives before, in and after it.

    Parameters
    ----------
    model : CareerModel
        What people do, what is noticed of it, how they come in and what treatment changes.
    people : int
        How many who entered; with ``entry.by = "none"``, how many in all.
    seed : int
        The same seed and model make the same people. The first n of them are the same whatever
        *people* is, and whatever the size of the chunks that `iter_careers` hands out.
    days_before, days_after : int
        The record before the reference day (2014-01-01 for all) and from it on.
    slots : Slots, optional
        A calendar and settled facts for each person instead, one entry a person.
    progress : callable, optional
        Called with a sentence as the work goes on.

    Returns
    -------
    Careers

    Raises
    ------
    DesignError
        If fewer than one person in 500 would enter.
    TypeError, ValueError
        If *people* is not a count, or *slots* are for another number of people.

    Notes
    -----
    For entry at a random arrest people are drawn as they look from one of their own arrests (more
    often the frequent offenders: `draws.own_rates`); a draw that has the person inside that day is
    thrown away, rate and all. For the other mechanisms a whole population is made up and those
    whom the mechanism picks are kept, so each fall under no effect is its own and nothing is
    assumed about it. Not for inference about any real programme.

    Lives begin before the record, so that as many are inside when it opens as later: by three times
    the mean time to court and in custody together, ten years at most.

    Examples
    --------
    >>> from dipoutcomes.simulate import CareerModel
    >>> model = CareerModel(offending={"offences_per_year": 1.5, "gamma_shape": 1.0})
    >>> careers = simulate_careers(model, 1_000, seed=1)
    >>> before = careers.count(careers.entry_day - 365, careers.entry_day)
    >>> after = careers.count(careers.entry_day + 1, careers.entry_day + 366)
    >>> bool(before.mean() > 2), bool(abs(after.mean() / before.mean() - 1) < 0.1)
    (True, True)
    """
    return Careers.joined(
        list(
            iter_careers(
                model,
                people,
                seed=seed,
                days_before=days_before,
                days_after=days_after,
                slots=slots,
                progress=progress,
            )
        )
    )


def simulate_population(
    model: CareerModel,
    people: int,
    *,
    seed: int,
    days_before: int = 731,
    days_after: int = 1_096,
    slots: Slots | None = None,
) -> Careers:
    """Make up people from the whole population, whom nobody selected or treated.

    The mean and the spread of the rates of offending can be estimated from these, and not from
    those who enter.

    Parameters
    ----------
    model, people, seed, days_before, days_after, slots
        As for `simulate_careers`; how people enter is left aside.

    Returns
    -------
    Careers
        Of other people than those of `simulate_careers` with the same seed.

    Raises
    ------
    TypeError, ValueError
        As for `simulate_careers`.

    Examples
    --------
    >>> from dipoutcomes.simulate import CareerModel
    >>> model = CareerModel(offending={"offences_per_year": 1.5, "gamma_shape": 1.0})
    >>> people = simulate_population(model, 5_000, seed=1)
    >>> bool(abs(people.rate_per_year.mean() - 1.5) < 0.1)
    True
    """
    nobody = model.model_copy(update={"entry": Entry(by="none")})
    return simulate_careers(
        nobody, people, seed=seed, days_before=days_before, days_after=days_after, slots=slots
    )


def iter_careers(
    model: CareerModel,
    people: int,
    *,
    seed: int,
    days_before: int = 731,
    days_after: int = 1_096,
    slots: Slots | None = None,
    at_a_time: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Careers]:
    """Yield the people of `simulate_careers` in chunks, so that memory holds one chunk only.

    Parameters
    ----------
    model, people, seed, days_before, days_after, slots, progress
        As for `simulate_careers`.
    at_a_time : int, optional
        People in a chunk; what the engine makes at once if omitted. The people are the same.

    Returns
    -------
    iterator of Careers
        With codes from 0 on in each chunk.

    Raises
    ------
    DesignError, TypeError, ValueError
        As for `simulate_careers`, when the first chunk is asked for.

    Examples
    --------
    >>> from dipoutcomes.simulate import CareerModel
    >>> model = CareerModel(offending={"offences_per_year": 1.5})
    >>> [part.people for part in iter_careers(model, 1_000, seed=1, at_a_time=400)]
    [400, 400, 200]
    """
    wanted = check_count("people", people)
    if slots is None:
        _check_record(model.entry, check_count("days_before", days_before))
    else:
        check_slots(slots)
        if len(slots) != wanted:
            raise ValueError(f"`slots` are for {len(slots)} people and {wanted} were asked for")
        _check_record(model.entry, slots)
    made = _made(model, wanted, seed, days_before, days_after, slots, progress)
    if at_a_time is None:
        yield from made
        return
    size = check_count("at_a_time", at_a_time, minimum=1)
    waiting: list[Careers] = []
    for part in made:
        waiting.append(part)
        while sum(p.people for p in waiting) >= size:
            whole = Careers.joined(waiting)
            yield whole.of(slice(0, size))
            waiting = [whole.of(slice(size, None))] if whole.people > size else []
    if waiting:
        yield Careers.joined(waiting)


def _check_record(entry: Entry, record: int | Slots) -> None:
    """Refuse entry that looks further back than the record goes."""
    days = {"recent_count": entry.within_days, "release": entry.most_days_inside + 1}
    back = days.get(entry.by, 0)
    reaches = np.array([record]) if isinstance(record, int) else record.reference_day - record.opens
    if short := int((reaches < back).sum()):
        of = "the record" if isinstance(record, int) else f"the record of {short} people"
        raise DesignError(
            f"{of} begins less than {back:,} days before the reference day, and entry by "
            f"'{entry.by}' looks back so far; make it longer (days_before, or history_months of a "
            "recipe), or within_days or most_days_inside shorter"
        )


def _made(
    model: CareerModel,
    wanted: int,
    seed: int,
    days_before: int,
    days_after: int,
    slots: Slots | None,
    progress: Progress | None,
) -> Iterator[Careers]:
    """Yield one block after another until *wanted* people have been made."""
    picked = model.entry.by in ("first_arrest", "recent_count")
    done = tried = block = 0
    while done < wanted or (wanted == 0 and block == 0):
        # Of those who are picked nobody knows beforehand how many must be made.
        size = BLOCK if picked else min(BLOCK, wanted - done)
        if slots is None:
            own = Slots.alike(size, days_before=days_before, days_after=days_after)
        elif picked:
            own = slots.of(np.arange(block * BLOCK, block * BLOCK + size) % len(slots))
        else:
            own = slots.of(slice(done, done + size))
        careers = _block(model, own, seed=seed, block=block)
        tried += careers.people
        if picked:
            careers = careers.of(np.asarray(careers.entry_day != NO_DAY))
            if done + careers.people < tried / RAREST_ENTRY:
                raise DesignError(
                    f"{done + careers.people} of {tried:,} made-up people entered; at least one in "
                    f"{RAREST_ENTRY} must. Ask for fewer arrests in 'entry', a longer accrual, or "
                    "a higher rate of offending."
                )
            careers = careers.of(slice(0, wanted - done))
        done, block = done + careers.people, block + 1
        if progress is not None:
            progress(f"Made up {done:,} of {wanted:,} people")
        yield careers


def _block(model: CareerModel, slots: Slots, *, seed: int, block: int) -> Careers:
    """Return the careers of one block of people.

    Where an index arrest is settled beforehand, people whom it would have found in custody are
    drawn again, in rounds.
    """
    by_arrest = model.entry.by in ("random_arrest", "release")
    rounds: list[tuple[NDArray[np.int64], Careers]] = []
    left = np.arange(len(slots))
    while len(left) or not rounds:
        if len(rounds) == MOST_ROUNDS:
            raise DesignError(
                f"{len(left)} of {len(slots)} people were in custody, or had stopped for good, on "
                f"the day of their index arrest in each of {MOST_ROUNDS} draws; make sentences "
                "shorter or rarer, or desistance slower"
            )
        prefix = f"simulate/{block}/{len(rounds)}"
        careers, index_missed = _lives(model, slots.of(left), _streams(seed, prefix))
        rounds.append((left, careers))
        if not by_arrest:
            return careers
        left = left[index_missed]
    return _in_order(rounds, len(slots))


def _streams(seed: int, prefix: str) -> Streams:
    return lambda part: random_stream(seed, f"{prefix}/{part}")


def _lives(model: CareerModel, slots: Slots, streams: Streams) -> tuple[Careers, NDArray[np.bool_]]:
    """Return one draw of everybody in *slots*, and whose index arrest could not happen."""
    entry = model.entry
    by_arrest = entry.by in ("random_arrest", "release")
    people = draw_people(model, slots, streams, biased=by_arrest)
    index_day = None
    if by_arrest:
        index_day = slots.reference_day
    if entry.by == "release":
        index_day = index_day - 1 - _days_served(entry, len(slots), streams)  # type: ignore[operator]
    candidates = draw_candidates(
        model.offending,
        people,
        slots,
        streams,
        index_day=index_day,
        highest_ratio=model.treatment.highest_ratio if model.treatment.has_effect else 1.0,
        warm_up_days=_warm_up_days(model),
    )
    marks = draw_marks(
        model,
        len(candidates),
        candidates.day,
        streams,
        enters_by_arrest=entry.by == "first_arrest",
    )
    happened, state = live(model, people, slots, candidates, marks)
    careers = gather(model, people, slots, candidates, marks, happened, state, streams)
    if not by_arrest:
        return careers, np.zeros(len(slots), dtype=bool)
    there = np.zeros(len(slots), dtype=bool)
    there[candidates.person[candidates.is_index & happened.happens]] = True
    return careers, ~there


def _warm_up_days(model: CareerModel) -> float:
    """Return how long before the record lives begin, for custody to have built up when it opens."""
    custody = model.custody
    if not (custody.share_sentenced or custody.share_remanded or custody.share_recalled):
        return 0.0
    longest = max(kind.length_factor for kind in model.offence_type)
    inside = max(custody.mean_days_sentence * longest, custody.mean_days_recall)
    return min(3 * (model.detection.mean_days_arrest_to_conviction + inside), MOST_WARM_UP_DAYS)


def _days_served(entry: Entry, size: int, streams: Streams) -> NDArray[np.int64]:
    """Draw the days of the index sentence: exponential, cut off at the longest that is taken."""
    u = streams("index sentence").random(size)
    reach = -np.expm1(-entry.most_days_inside / entry.mean_days_inside)
    days = -np.log1p(-u * reach) * entry.mean_days_inside
    return np.asarray(np.minimum(1 + np.floor(days), entry.most_days_inside), dtype=np.int64)


def _in_order(rounds: list[tuple[NDArray[np.int64], Careers]], people: int) -> Careers:
    """Return everybody's last draw, in order of the people."""
    if len(rounds) == 1:
        return rounds[0][1]
    latest = np.zeros(people, dtype=np.int64)
    for number, (who, _) in enumerate(rounds):
        latest[who] = number
    parts = [c.of(np.asarray(latest[who] == number)) for number, (who, c) in enumerate(rounds)]
    whole = Careers.joined(parts)
    place = np.concatenate([who[latest[who] == number] for number, (who, _) in enumerate(rounds)])
    return whole.reordered(np.argsort(place))
