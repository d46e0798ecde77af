"""Custody takes people out of circulation: arrests that could not happen are dropped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import NO_DAY, Days


@dataclass(frozen=True, slots=True)
class Thinned:
    """Which possible arrests happen, and which of these begin a spell in custody."""

    happens: NDArray[np.bool_]
    begins_spell: NDArray[np.bool_]
    free_since: Days  # last release on or before the arrest; -NO_DAY if there was none


def thin_by_custody(
    person: NDArray[np.int64],
    day: Days,
    leads_inside: NDArray[np.bool_],
    spell_start: Days,
    spell_end: Days,
    *,
    people: int,
) -> Thinned:
    """Drop the possible arrests that fall while the person is inside.

    Possible arrests are taken in order of time. One that falls inside a spell does not happen,
    and leads to nothing. One that happens and leads inside begins a spell ``[start, end)``,
    unless the person already waits for an earlier one: so true spells never overlap.

    Parameters
    ----------
    person : ndarray of int64, shape (n,)
        Codes from 0 to ``people - 1``, sorted.
    day : ndarray of int64, shape (n,)
        Day of each possible arrest, sorted within a person.
    leads_inside : ndarray of bool, shape (n,)
        Whether the arrest, if it happens, leads to custody.
    spell_start, spell_end : ndarray of int64, shape (n,)
        The spell that it would begin; the end is the first day at liberty. A spell starts after
        the day of its arrest.
    people : int
        Number of persons.

    Returns
    -------
    Thinned

    Notes
    -----
    Whether an arrest happens depends on the person's earlier ones, so this loops over the first,
    second, third ... arrest of everybody at once, never over persons.

    Examples
    --------
    >>> day = np.array([10, 15, 30])
    >>> inside = np.array([True, False, False])
    >>> thin_by_custody(np.zeros(3, int), day, inside, day + 1, day + 11, people=1).happens
    array([ True, False,  True])
    """
    n = len(person)
    happens, begins = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    free_since = np.full(n, -NO_DAY, dtype=np.int64)
    inside_from = np.full(people, -NO_DAY, dtype=np.int64)
    inside_until = np.full(people, -NO_DAY, dtype=np.int64)
    for turn in _turns(person, people):
        who, now = person[turn], day[turn]
        free = ~((inside_from[who] <= now) & (now < inside_until[who]))
        waiting = inside_from[who] > now
        goes = free & ~waiting & leads_inside[turn]
        happens[turn], begins[turn] = free, goes
        free_since[turn] = np.where(inside_until[who] <= now, inside_until[who], -NO_DAY)
        inside_from[who[goes]] = spell_start[turn[goes]]
        inside_until[who[goes]] = spell_end[turn[goes]]
    return Thinned(happens, begins, free_since)


def _turns(person: NDArray[np.int64], people: int) -> list[NDArray[np.int64]]:
    """Return the positions of everybody's first arrest, of everybody's second, and so on."""
    if len(person) == 0:
        return []
    counts = np.bincount(person, minlength=people)
    first = np.cumsum(counts) - counts
    turn = np.arange(len(person)) - first[person]
    by_turn = np.argsort(turn, kind="stable")
    return np.split(by_turn, np.cumsum(np.bincount(turn))[:-1])
