"""The result: people, what they did, what was noticed of it, and when they were inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice
from dipoutcomes.simulate._calendar import NO_DAY, Days

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int32]

#: What became of an offence; the position is the code in `Careers.outcome`.
OUTCOMES = ("not noticed", "no further action", "cautioned", "charged", "convicted")
#: Why an episode closed; the position is the code in `Careers.closing`.
CLOSINGS = ("none", "planned", "dropped out", "arrested", "died", "left the country")
#: Position = code in `Careers.exit_kind`.
EXITS = ("none", "death", "left_country")
#: Position = code in `Careers.spell_kind`.
SPELLS = ("none", "remand", "sentence", "recall")

Counted = Literal["offence", "arrest", "conviction", "proven"]
COUNTED = ("offence", "arrest", "conviction", "proven")


@dataclass(frozen=True, slots=True, eq=False)
class Careers:
    """Made-up people and all that happened to them, as arrays; nothing in it is missing or wrong.

    People have codes from 0 on. Offences and spells are sorted by person and day. A day is a whole
    number since 1970-01-01, `NO_DAY` where there is none. ``day`` is the day on which an offence
    comes to notice (the arrest, if there is one) and ``offence_day`` lies on or before it.

    Parameters
    ----------
    rate_per_year, age_years : ndarray of float64, shape (people,)
        The person's own rate, untreated and at liberty, and their age, on the reference day.
    reference_day, opens, closes : ndarray of int32, shape (people,)
        The record covers ``[opens, closes)``.
    entry_day : ndarray of int32, shape (people,)
        `NO_DAY` for somebody who did not enter.
    start, end, closing : ndarray, shape (people,)
        First day in treatment, first day after it, and why it closed (`CLOSINGS`). An end may lie
        beyond the record.
    again_start, again_end : ndarray of int32, shape (people,)
        A second episode.
    exit_day, exit_kind : ndarray, shape (people,)
        Leaving for good (`EXITS`).
    person, day, offence_day : ndarray of int32, shape (offences,)
    kind : ndarray of int8, shape (offences,)
        Position in ``model.offence_type``.
    is_trigger, arrested, is_index : ndarray of bool, shape (offences,)
    outcome : ndarray of int8, shape (offences,)
        `OUTCOMES`.
    proof_day : ndarray of int32, shape (offences,)
        Day of the conviction or the caution; it may lie beyond the record.
    spell_person, spell_start, spell_end : ndarray of int32, shape (spells,)
        Custody; the end is the first day at liberty. Spells of one person do not overlap.
    spell_kind : ndarray of int8, shape (spells,)
        `SPELLS`.
    """

    rate_per_year: Floats
    age_years: Floats
    reference_day: Codes
    opens: Codes
    closes: Codes
    entry_day: Codes
    start: Codes
    end: Codes
    closing: NDArray[np.int8]
    again_start: Codes
    again_end: Codes
    exit_day: Codes
    exit_kind: NDArray[np.int8]
    person: Codes
    day: Codes
    offence_day: Codes
    kind: NDArray[np.int8]
    is_trigger: Flags
    arrested: Flags
    is_index: Flags
    outcome: NDArray[np.int8]
    proof_day: Codes
    spell_person: Codes
    spell_start: Codes
    spell_end: Codes
    spell_kind: NDArray[np.int8]

    @property
    def people(self) -> int:
        """How many people."""
        return len(self.rate_per_year)

    def __str__(self) -> str:
        return (
            f"{self.people:,} made-up people, {len(self.day):,} offences, "
            f"{int(self.arrested.sum()):,} arrests, {len(self.spell_start):,} spells in custody"
        )

    def count(
        self,
        opens: ArrayLike,
        closes: ArrayLike,
        *,
        counted: Counted = "arrest",
        index: bool = False,
    ) -> NDArray[np.int64]:
        """Return each person's number of events in ``[opens, closes)``: the truth.

        Parameters
        ----------
        opens, closes : array_like of int, shape (people,) or ()
            Days since 1970-01-01.
        counted : {"offence", "arrest", "conviction", "proven"}
            Offences, convictions and proven offences (a conviction or a caution) count by the day
            of the offence, arrests by their own day. A conviction counts whenever it comes.
        index : bool, default False
            Whether the index arrest counts.

        Returns
        -------
        ndarray of int64, shape (people,)
        """
        check_choice("counted", counted, COUNTED)
        chosen = self.is_counted(counted)
        day = self.day if counted == "arrest" else self.offence_day
        first, last = self._days(opens)[self.person], self._days(closes)[self.person]
        chosen = chosen & (first <= day) & (day < last)
        if not index:
            chosen &= ~self.is_index
        counts: NDArray[np.int64] = np.bincount(self.person[chosen], minlength=self.people)
        return counts

    def first_after(self, origin: ArrayLike, *, counted: Counted = "arrest") -> NDArray[np.int64]:
        """Return the day of each person's first event on or after *origin*; `NO_DAY` for none.

        The index arrest does not count.
        """
        check_choice("counted", counted, COUNTED)
        day = self.day if counted == "arrest" else self.offence_day
        chosen = self.is_counted(counted) & ~self.is_index
        chosen &= day >= self._days(origin)[self.person]
        first = np.full(self.people, NO_DAY, dtype=np.int64)
        np.minimum.at(first, self.person[chosen], day[chosen])
        return first

    def days_in_custody(self, opens: ArrayLike, closes: ArrayLike) -> NDArray[np.int64]:
        """Return each person's days inside in ``[opens, closes)``."""
        who = self.spell_person
        first, last = self._days(opens)[who], self._days(closes)[who]
        shared = np.minimum(self.spell_end, last) - np.maximum(self.spell_start, first)
        days = np.bincount(who, weights=np.clip(shared, 0, None), minlength=self.people)
        return np.asarray(days, dtype=np.int64)

    def days_at_liberty(self, opens: ArrayLike, closes: ArrayLike) -> NDArray[np.int64]:
        """Return each person's days in ``[opens, closes)`` alive, in the country and not inside."""
        first = np.maximum(self._days(opens), self.opens)
        last = np.minimum(np.minimum(self._days(closes), self.closes), self.exit_day)
        present: NDArray[np.int64] = np.clip(last - first, 0, None)
        return present - self.days_in_custody(first, np.maximum(first, last))

    def of(self, people: slice | NDArray[np.bool_] | NDArray[np.int64]) -> Careers:
        """Return some of the people, in order of their codes, with codes anew from 0 on."""
        kept = np.zeros(self.people, dtype=bool)
        kept[people] = True
        code = (np.cumsum(kept) - 1).astype(np.int32)
        rows = {"offences": kept[self.person], "spells": kept[self.spell_person]}
        taken = {}
        for name in (f.name for f in fields(self)):
            values = getattr(self, name)[rows.get(_TABLE_OF.get(name, ""), kept)]
            taken[name] = code[values] if name in ("person", "spell_person") else values
        return Careers(**taken)

    def reordered(self, order: NDArray[np.int64]) -> Careers:
        """Return the same people with the person at ``order[i]`` as number i."""
        code = np.empty(self.people, dtype=np.int32)
        code[order] = np.arange(self.people, dtype=np.int32)
        rows = {
            "offences": np.argsort(code[self.person], kind="stable"),
            "spells": np.argsort(code[self.spell_person], kind="stable"),
        }
        taken = {}
        for name in (f.name for f in fields(self)):
            values = getattr(self, name)[rows.get(_TABLE_OF.get(name, ""), order)]
            taken[name] = code[values] if name in ("person", "spell_person") else values
        return Careers(**taken)

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return three tables, ``people``, ``offences`` and ``spells``, one column a field."""
        import pandas as pd

        tables: dict[str, dict[str, NDArray[np.generic]]] = {
            "people": {},
            "offences": {},
            "spells": {},
        }
        for name in (f.name for f in fields(self)):
            tables[_TABLE_OF.get(name, "people")][name] = getattr(self, name)
        return {name: pd.DataFrame(columns) for name, columns in tables.items()}

    @classmethod
    def joined(cls, parts: Sequence[Careers]) -> Careers:
        """Return the people of several careers as one, in the order given."""
        if len(parts) == 1:
            return parts[0]
        shifts = np.cumsum([0, *(part.people for part in parts[:-1])]).astype(np.int32)
        whole = {}
        for name in (f.name for f in fields(cls)):
            arrays = [getattr(part, name) for part in parts]
            if name in ("person", "spell_person"):
                arrays = [a + shift for a, shift in zip(arrays, shifts, strict=True)]
            whole[name] = np.concatenate(arrays)
        return cls(**whole)

    def is_counted(self, counted: Counted) -> Flags:
        """Return whether each offence is one of those counted."""
        if counted == "offence":
            return np.ones(len(self.person), dtype=bool)
        if counted == "arrest":
            return self.arrested
        wanted = {"conviction": ("convicted",), "proven": ("convicted", "cautioned")}[counted]
        return np.isin(self.outcome, [OUTCOMES.index(word) for word in wanted])

    def _days(self, days: ArrayLike) -> Days:
        return np.broadcast_to(np.asarray(days, dtype=np.int64), (self.people,))


_OFFENCES = (
    "person", "day", "offence_day", "kind", "is_trigger", "arrested", "is_index", "outcome",
    "proof_day",
)  # fmt: skip
_SPELLS = ("spell_person", "spell_start", "spell_end", "spell_kind")
_TABLE_OF = dict.fromkeys(_OFFENCES, "offences") | dict.fromkeys(_SPELLS, "spells")
