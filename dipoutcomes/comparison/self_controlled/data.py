"""What a self-controlled series is made of: people observed, their events, their periods."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_count, check_counts

Days = NDArray[np.int64]

FARTHEST_DAY = 1e9  # beyond it a number is no day


def whole_days(name: str, values: ArrayLike) -> Days:
    """Return whole days as int64, one-dimensional; refuse fractions, nan and dates."""
    array = np.atleast_1d(np.asarray(values))
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    if (
        array.dtype.kind == "f"
        and np.all(np.abs(array) < FARTHEST_DAY)
        and np.all(array == np.floor(array))
    ):
        return array.astype(np.int64)
    raise TypeError(
        f"`{name}` must hold whole days, such as days since 1970-01-01; found {array.dtype} with "
        "fractions, gaps or dates"
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ObservedSeries:
    """People observed over a span of days, what happened to them, and when they were inside.

    Parameters
    ----------
    opens, closes : array_like of int, shape (people,)
        Observation, ``[opens, closes)``; death and leaving the country close it.
    entry_day : array_like of int, shape (people,)
        Day on which the person came into the programme. A day outside the observation means that
        they did not enter while observed.
    event_person : array_like of int, shape (events,)
        Codes from 0 on, the position in the arrays above.
    event_day : array_like of int, shape (events,)
        Of the outcome, index event included or not: what falls on or before the day of entry is
        set aside by the form "after_entry". Convictions go by the day of the offence.
    birth_day : array_like of int, shape (people,), optional
        For age groups.
    inside_person, inside_opens, inside_closes : array_like of int, shape (spells,), optional
        Custody, ``[opens, closes)``, spells of one person apart: days not at risk.

    Raises
    ------
    TypeError, ValueError
        If an array does not fit; all that does not is said at once.

    Examples
    --------
    >>> series = ObservedSeries(opens=[0], closes=[730], entry_day=[100], event_person=[0, 0],
    ...     event_day=[100, 300])
    >>> series.people
    1
    """

    opens: Days
    closes: Days
    entry_day: Days
    event_person: Days
    event_day: Days
    birth_day: Days | None = None
    inside_person: Days | None = None
    inside_opens: Days | None = None
    inside_closes: Days | None = None

    def __post_init__(self) -> None:
        for name in ("opens", "closes", "entry_day", "event_day"):
            object.__setattr__(self, name, whole_days(name, getattr(self, name)))
        given_codes = np.atleast_1d(np.asarray(self.event_person))
        if given_codes.size == 0:
            given_codes = given_codes.astype(np.int64)
        codes = check_counts("event_person", given_codes)
        object.__setattr__(self, "event_person", codes)
        if self.birth_day is not None:
            object.__setattr__(self, "birth_day", whole_days("birth_day", self.birth_day))
        spells = ("inside_person", "inside_opens", "inside_closes")
        given = [getattr(self, name) is not None for name in spells]
        if any(given) and not all(given):
            raise ValueError(
                "give all of `inside_person`, `inside_opens`, `inside_closes`, or none"
            )
        for name in spells:
            values: Any = getattr(self, name)
            object.__setattr__(self, name, whole_days(name, [] if values is None else values))
        self._check()

    @property
    def people(self) -> int:
        """How many people."""
        return len(self.opens)

    @property
    def spells(self) -> tuple[Days, Days, Days]:
        """Person, first day and first day out of each spell in custody."""
        arrays = self.inside_person, self.inside_opens, self.inside_closes
        person, opens, closes = (np.zeros(0, np.int64) if a is None else a for a in arrays)
        return person, opens, closes

    def _check(self) -> None:
        problems = []
        for name in ("closes", "entry_day", "birth_day"):
            values = getattr(self, name)
            if values is not None and len(values) != self.people:
                problems.append(f"`{name}` has {len(values)} elements for {self.people} people")
        if not problems and np.any(self.closes < self.opens):
            short = int((self.closes < self.opens).sum())
            problems.append(f"the observation of {short} people closes before it opens")
        flat = ("opens", "closes", "entry_day", "event_person", "event_day", "birth_day")
        if any(np.ndim(getattr(self, name)) > 1 for name in flat):
            raise ValueError("every array of a series must have one dimension")
        if len(self.event_person) != len(self.event_day):
            problems.append("`event_person` and `event_day` must have one element for each event")
        person, opens, closes = self.spells
        if not len(person) == len(opens) == len(closes):
            problems.append("the three arrays of spells must have one element for each spell")
        for name, codes in (("event_person", self.event_person), ("inside_person", person)):
            unknown = int(((codes < 0) | (codes >= self.people)).sum())
            if unknown:
                problems.append(f"`{name}` has {unknown} codes outside 0 to {self.people - 1}")
        if not problems:
            problems += self._check_spells(person, opens, closes)
        if problems:
            raise ValueError("; ".join(problems))

    @staticmethod
    def _check_spells(person: Days, opens: Days, closes: Days) -> list[str]:
        problems = []
        if np.any(closes < opens):
            problems.append(f"{int((closes < opens).sum())} spells close before they open")
        order = np.lexsort((opens, person))
        same = person[order][1:] == person[order][:-1]
        overlap = same & (opens[order][1:] < closes[order][:-1])
        if overlap.any():
            problems.append(
                f"{int(overlap.sum())} spells overlap the one before; join them first, or their "
                "days come off twice"
            )
        return problems


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskPeriod:
    """A period in which the rate may differ, one span a person: "in treatment".

    Parameters
    ----------
    name : str
    opens, closes : array_like of int, shape (people,)
        ``[opens, closes)``; a span that closes on the day it opens, or before, is none.

    Examples
    --------
    >>> RiskPeriod(name="in treatment", opens=[110], closes=[290]).name
    'in treatment'
    """

    name: str
    opens: Days
    closes: Days

    def __post_init__(self) -> None:
        for name in ("opens", "closes"):
            object.__setattr__(
                self, name, whole_days(f"{name} of '{self.name}'", getattr(self, name))
            )
        if self.opens.shape != self.closes.shape:
            raise ValueError(f"`opens` and `closes` of '{self.name}' must have one length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What else changes the rate, the same for everybody up to a factor of their own.

    Parameters
    ----------
    age_cuts_years : tuple of float
        Ages at which a new age group begins; needs ``birth_day``.
    entry_cuts_days : tuple of int
        Days since entry at which a new band begins. Bursts and quiet spells make the rate fall
        in the months after the arrest that brought a person in; bands take that out, as far as
        people's periods begin and end at different times.

    settling_days : int
        Days after entry that count for nothing, with the form "after_entry". An arrest is often
        one of a burst: the days just after it are no fair reference, and flatter treatment.

    Examples
    --------
    >>> Baseline(entry_cuts_days=(60, 90, 180, 365), settling_days=30).bands
    5
    """

    age_cuts_years: tuple[float, ...] = ()
    entry_cuts_days: tuple[int, ...] = ()
    settling_days: int = 0

    def __post_init__(self) -> None:
        check_count("settling_days", self.settling_days)
        for name in ("age_cuts_years", "entry_cuts_days"):
            cuts = tuple(getattr(self, name))
            rises = all(a < b for a, b in pairwise((0, *cuts)))
            if not rises:
                raise ValueError(f"`{name}` must be above 0 and rise; got {cuts}")
            object.__setattr__(self, name, cuts)
        if self.entry_cuts_days and not self.settling_days:
            raise ValueError(
                "bands of time since entry need `settling_days`, 30 or more: otherwise treatment "
                "is compared with the few days before it, and where arrests come in bursts that "
                "alone made a ratio of 0.81 under no effect"
            )

    @property
    def bands(self) -> int:
        """Bands of time since entry."""
        return len(self.entry_cuts_days) + 1
