"""From days of origin, events and custody to rows of time at risk."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice
from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import Integers
from dipoutcomes.survival.recurrent.histories import Histories, LeftOut

SAME_DAY = ("each", "one")
_DAYS = 2**40  # beyond any calendar: keeps sums of days and persons within 64 bits


def build_histories(
    origin: Any,
    end: Any,
    *,
    event_person: Any,
    event_day: Any,
    custody_person: Any = (),
    custody_start: Any = (),
    custody_end: Any = (),
    same_day: str = "each",
) -> Histories:
    """Return rows of time at risk with people out of the risk set while they are in custody.

    Parameters
    ----------
    origin : array_like of int, shape (n_people,)
        Day on which each person's follow-up starts; the person is a number from 0.
    end : array_like of int, shape (n_people,)
        First day no longer followed: the day after the last one on which events are counted, or
        of death or leaving the country. On or before the origin: no follow-up.
    event_person, event_day : array_like of int, shape (events,)
        Any order; days before the origin, or on or after the end, are not counted.
    custody_person, custody_start, custody_end : array_like of int, shape (spells,), optional
        First day inside and first day at liberty again (any day beyond the follow-up where
        somebody is still inside). Spells may overlap or touch: they are merged.
    same_day : {"each", "one"}, default "each"
        Whether several events of a person on one day count each, or as one occasion. Regression
        by event order needs "one": which came first cannot be known.

    Returns
    -------
    Histories
        Time in whole days from the origin, a day counted to its end: an event on the day of
        origin has time 1. The mean number of events by day 365 is then that of the window
        [origin, origin + 365), and the days at risk are those of the ledger of days at liberty.
        `left_out` counts what was not used and why.

    Raises
    ------
    TypeError, ValueError
        If days are no whole numbers, arrays differ in length, a person is out of range, or a
        spell ends before it starts. All faults at once, with counts.
    DesignError
        If there is nobody.

    Notes
    -----
    The rule at the edges of custody. A day of custody is a day from reception to the day before
    release: the day of reception is no day at risk, the day of release is one. An event *on the
    day of reception* came before it, and often is the reason for it: it counts, at the end of the
    last day at liberty. Events on later days of a spell are not counted, for rates at liberty are
    the question; their number is told. Where custody starts on the day of origin there is no day
    at liberty before it, and an event on that day is taken as one in custody.

    Assumes that custody interrupts offending and does not stand for it: where people are locked
    up *because* their offending rose, the rate of those at liberty is that of the less active,
    and no removal of days mends that. Show the curve with custody ignored beside it.

    Examples
    --------
    >>> print(build_histories(
    ...     [100, 100], [200, 150], event_person=[0, 0, 1], event_day=[120, 130, 149],
    ...     custody_person=[0], custody_start=[130], custody_end=[160],
    ... ).to_frame().to_string(index=False))
     person  start  stop  event  order  gap_start  gap_stop
          0      0    21      1      1        0.0      21.0
          0     21    30      1      2        0.0       9.0
          0     60   100      0      3        0.0      40.0
          1      0    50      1      1        0.0      50.0
    """
    check_choice("same_day", same_day, SAME_DAY)
    people = _whole_numbers({"origin": origin, "end": end})
    events = _whole_numbers({"event_person": event_person, "event_day": event_day})
    spells = _whole_numbers(
        {
            "custody_person": custody_person,
            "custody_start": custody_start,
            "custody_end": custody_end,
        }
    )
    n = len(people[0])
    if n == 0:
        raise DesignError("0 people were given: histories need at least 1; check the selection")
    problems = _faults(n, events, spells)
    if problems:
        raise ValueError("; ".join(problems))
    return _build(people, events, spells, one_a_day=same_day == "one")


def _build(
    people: list[Integers], events: list[Integers], spells: list[Integers], *, one_a_day: bool
) -> Histories:
    origin, end = people
    n = len(origin)
    length = np.maximum(end - origin, 0)
    span = int(length.max()) + 2
    begins, stops = _at_liberty(origin, length, spells, span)
    key, counted = _event_keys(origin, length, events, span, one_a_day=one_a_day)
    placed, fate = _place(key, begins, stops)
    if one_a_day:  # an event moved to the eve may have found another there
        key = np.unique(placed)
        counted["events_joined"] += len(placed) - len(key)
        placed = key
    start, stop, event = _cut(begins, stops, placed)
    person = start // span
    rows_of = np.bincount(person, minlength=n)
    at_risk = int((stops - begins).sum())
    return Histories(
        person=person,
        start=start - person * span,
        stop=stop - person * span,
        event=event,
        entry=np.zeros(n, dtype=np.int64),
        end=length,
        n_people=n,
        left_out=LeftOut(
            people_without_follow_up=int((length == 0).sum()),
            people_never_at_liberty=int(((length > 0) & (rows_of == 0)).sum()),
            days_in_custody=int(length.sum()) - at_risk,
            **counted,
            **fate,
        ),
    )


def _at_liberty(
    origin: Integers, length: Integers, spells: list[Integers], span: int
) -> tuple[Integers, Integers]:
    """Return the keys of start and stop of each stretch at liberty, in order."""
    person, first, last = spells
    limit = length[person]
    first = np.clip(first - origin[person], 0, limit)
    last = np.clip(last - origin[person], 0, limit)
    held = first < last
    base = person[held] * span
    inside, out = np.sort(base + first[held]), np.sort(base + last[held])
    # Sorted apart, the i-th end lies before the (i+1)-th start exactly where every spell begun
    # so far is over: those gaps part the merged spells.
    gap = np.flatnonzero(out[:-1] < inside[1:])
    inside = np.concatenate([inside[:1], inside[gap + 1]])
    out = np.concatenate([out[gap], out[-1:]])
    everybody = np.arange(len(length), dtype=np.int64) * span
    begins = np.sort(np.concatenate([everybody, out]))
    stops = np.sort(np.concatenate([inside, everybody + length]))
    real = begins < stops
    return begins[real], stops[real]


def _event_keys(
    origin: Integers, length: Integers, events: list[Integers], span: int, *, one_a_day: bool
) -> tuple[Integers, dict[str, int]]:
    """Return the sorted keys of events inside follow-up, a day counted to its end."""
    person, day = events
    day = day - origin[person]
    before, after = day < 0, day >= length[person]
    inside = ~(before | after)
    key = np.sort(person[inside] * span + day[inside] + 1)
    found = len(key)
    if one_a_day:
        key = np.unique(key)
    counted = {
        "events_before": int(before.sum()),
        "events_after": int((after & ~before).sum()),
        "events_joined": found - len(key),
    }
    return key, counted


def _place(key: Integers, begins: Integers, stops: Integers) -> tuple[Integers, dict[str, int]]:
    """Return the keys of the events at risk, those of a day of reception moved to its eve."""
    # A stretch (begin, stop] holds the event; a reception is the day after its stop.
    if not len(begins):
        return key[:0], {"events_in_custody": len(key), "events_moved": 0}
    stretch = np.searchsorted(begins, key, side="left") - 1
    known = stretch >= 0
    reaches = np.where(known, stops[np.maximum(stretch, 0)], -1)
    at_risk = known & (key <= reaches)
    moved = known & (key == reaches + 1)
    placed = np.where(moved, reaches, key)[at_risk | moved]
    fate = {
        "events_in_custody": len(key) - len(placed),
        "events_moved": int(moved.sum()),
    }
    return placed, fate


def _cut(begins: Integers, stops: Integers, key: Integers) -> tuple[Integers, Integers, Integers]:
    """Return start and stop of the rows, cut at events, and the events at each stop."""
    new = np.ones(len(key), dtype=bool)
    np.not_equal(key[1:], key[:-1], out=new[1:])
    where = np.flatnonzero(new)
    times, number = key[where], np.diff(np.append(where, len(key)))
    # Every event lies in a stretch, so there is a stop at or after it.
    within = times[stops[np.searchsorted(stops, times)] != times]
    start, stop = (
        np.sort(np.concatenate([begins, within])),
        np.sort(np.concatenate([stops, within])),
    )
    event = np.zeros(len(stop), dtype=np.int64)
    event[np.searchsorted(stop, times)] = number
    return start, stop, event


def _whole_numbers(arrays: dict[str, Any]) -> list[Integers]:
    """Return arrays of whole numbers of one length, all faults named at once."""
    found: list[NDArray[Any]] = []
    problems = []
    for name, values in arrays.items():
        array = np.asarray(values)
        if array.size == 0:
            array = array.astype(np.int64).reshape(-1)
        if array.ndim != 1:
            problems.append(f"`{name}` must be one-dimensional")
        elif array.dtype.kind not in "iuf":
            raise TypeError(f"`{name}` must hold whole numbers, not {array.dtype}")
        elif array.dtype.kind == "f" and (
            bad := int((~np.isfinite(array) | (array != np.floor(array))).sum())
        ):
            problems.append(f"`{name}` has {bad} values that are no whole numbers, or missing")
        elif array.size and (bad := int((np.abs(array.astype(float)) > _DAYS).sum())):
            problems.append(f"`{name}` has {bad} values beyond any calendar")
        found.append(array)
    sizes = {name: len(a) if a.ndim else 0 for name, a in zip(arrays, found, strict=True)}
    if not problems and len(set(sizes.values())) > 1:
        said = ", ".join(f"{name} {size}" for name, size in sizes.items())
        problems.append(f"arrays of one length are needed; found {said}")
    if problems:
        raise ValueError("; ".join(problems))
    return [a.astype(np.int64) for a in found]


def _faults(n: int, events: list[Integers], spells: list[Integers]) -> list[str]:
    problems = []
    for name, person in (("event_person", events[0]), ("custody_person", spells[0])):
        if bad := int(((person < 0) | (person >= n)).sum()):
            problems.append(f"`{name}` has {bad} people outside 0 to {n - 1}")
    if bad := int((spells[2] < spells[1]).sum()):
        problems.append(f"{bad} custody spells end before they start")
    return problems
