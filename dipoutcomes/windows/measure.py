"""Everything about everybody's windows: events, days by kind, first event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_count
from dipoutcomes.protocol.model import Window
from dipoutcomes.windows.bounds import resolve_window
from dipoutcomes.windows.days import Days, add_months
from dipoutcomes.windows.exposure import DayLedger, Whole, ledger_from_totals, seen_until
from dipoutcomes.windows.index import EventIndex
from dipoutcomes.windows.inputs import EventDays, PeopleDays, SpellDays
from dipoutcomes.windows.spells import SpellIndex

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "code",
    "opens",
    "closes",
    "events",
    "days_in_window",
    "days_not_observed",
    "days_after_exit",
    "days_in_custody",
    "days_at_liberty",
    "observed_to_end",
    "first_event_day",
)


#: What is in use for this many people stays within a processor's nearer memory.
PEOPLE_AT_A_TIME = 1 << 16

_LookedUp = tuple[NDArray[np.int64], Days]


@dataclass(frozen=True, slots=True, eq=False)
class WindowMeasure:
    """One window, person by person: the ledger of days, the events seen and the first of them."""

    ledger: DayLedger
    events: Whole
    first_event_day: Whole

    @classmethod
    def empty(cls, n: int) -> WindowMeasure:
        """Return the measure of *n* people to be filled in."""
        return cls(DayLedger.empty(n), np.empty(n, np.int32), np.empty(n, np.int32))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a person, with the columns `COLUMNS`."""
        import pandas as pd

        columns = self.ledger.columns() | {
            "code": np.arange(len(self.events), dtype=np.int32),
            "events": self.events,
            "first_event_day": self.first_event_day,
        }
        return pd.DataFrame({name: columns[name] for name in COLUMNS}, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class WindowMeasures:
    """The measures of all windows, by name, in the order of the protocol."""

    by_name: Mapping[str, WindowMeasure]
    last_day: int

    @property
    def names(self) -> tuple[str, ...]:
        """The windows' names."""
        return tuple(self.by_name)

    def __getitem__(self, name: str) -> WindowMeasure:
        try:
            return self.by_name[name]
        except KeyError:
            known = ", ".join(self.names)
            raise KeyError(f"no window '{name}'; the windows: {known}") from None

    def frame(self, name: str) -> pd.DataFrame:
        """Return one window as a frame: one row a person, columns `COLUMNS`, days as whole days."""
        return self[name].to_frame()

    def totals(self) -> pd.DataFrame:
        """Return one row a window: people observed to its end, events, and days of each kind."""
        import pandas as pd

        rows = []
        for name, measure in self.by_name.items():
            days = measure.ledger.columns()
            kinds = [k for k in COLUMNS if k.startswith("days_")]
            rows.append(
                {"window": name, "persons": len(measure.events)}
                | {"observed_to_end": int(days["observed_to_end"].sum())}
                | {"events": int(measure.events.sum(dtype=np.int64))}
                | {k: int(days[k].sum(dtype=np.int64)) for k in kinds}
            )
        return pd.DataFrame(rows)


def measure_windows(
    people: PeopleDays,
    events: EventDays,
    custody: SpellDays,
    windows: Sequence[Window],
    *,
    last_day: int,
    waiting_period_months: int = 0,
) -> WindowMeasures:
    """Return each person's events and days in each window.

    Parameters
    ----------
    people : PeopleDays
        Shape (n,); the order gives the codes.
    events : EventDays
        The events that count, without the index event. If they have a ``proof_day``, an event
        counts in a window only if it was proven before the window's close plus the waiting
        period; an event proven later is nobody's in that window.
    custody : SpellDays
        Overlapping spells count once.
    windows : sequence of Window
        From the protocol; half-open. Names must differ.
    last_day : int
        Last day on which an event is counted, inclusive.
    waiting_period_months : int, default 0
        Calendar months; used only for events with a ``proof_day``.

    Returns
    -------
    WindowMeasures
        A person without an event keeps their row: they belong to the denominator.

    Raises
    ------
    TypeError, ValueError
        If arrays do not fit together, a code is out of range, or two windows share a name.

    Notes
    -----
    An event counts only while its person is observed: traced, before any exit, and on or before
    the last day. Events in custody count; only the days there are taken from the time at risk.
    The rule of the waiting period is the Justice Data Lab's (Ministry of Justice, 2013): a
    reoffence committed in the follow-up and proven in it or in the six months after it.

    Examples
    --------
    >>> from dipoutcomes.protocol.model import Bound, Window
    >>> year = Window(name="year after", opens=Bound(at="end"), closes=Bound(at="end", months=12))
    >>> people = PeopleDays.of(start=[0, 0], end=[100, 200])
    >>> events = EventDays(np.array([0, 0]), np.array([99, 150]))
    >>> inside = SpellDays(np.array([1]), np.array([210]), np.array([240]))
    >>> frame = measure_windows(people, events, inside, [year], last_day=1000).frame("year after")
    >>> frame[["events", "days_in_custody", "days_at_liberty", "observed_to_end"]]
       events  days_in_custody  days_at_liberty  observed_to_end
    0       1                0              365             True
    1       0               30              335             True
    """
    months = check_count("waiting_period_months", waiting_period_months)
    if len({w.name for w in windows}) < len(windows):
        raise ValueError("`windows` must have different names")
    n = len(people)
    index = EventIndex.build(events.code, events.day, n, proof_day=events.proof_day)
    spells = SpellIndex.build(custody.code, custody.start, custody.end, n)
    measured = {window.name: WindowMeasure.empty(n) for window in windows}
    for low in range(0, n, PEOPLE_AT_A_TIME):
        part = people.part(low, low + PEOPLE_AT_A_TIME)
        block = _Block(index, spells, part, low, last_day, months)
        for window in windows:
            block.measure(window, measured[window.name])
    return WindowMeasures(measured, last_day)


class _Block:
    """Some of the people: a partition gives the same answer and keeps what is in use small."""

    def __init__(
        self,
        index: EventIndex,
        spells: SpellIndex,
        people: PeopleDays,
        first_code: int,
        last_day: int,
        waiting_months: int,
    ) -> None:
        self.index, self.spells, self.people = index, spells, people
        self.first_code, self.last_day, self.waiting_months = first_code, last_day, waiting_months
        self.unseen = self._look_up(seen_until(people, last_day))
        self.looked_up: list[tuple[Days, _LookedUp]] = []

    def measure(self, window: Window, into: WindowMeasure) -> None:
        """Write the measures of one window to their places in *into*."""
        people, last_day = self.people, self.last_day
        opens, closes = resolve_window(window, people.start, people.end, last_day)
        (i, inside_before), (j, inside_after) = self._at(opens), self._at(closes)
        unseen, inside_unseen = self.unseen
        ledger = ledger_from_totals(
            opens, closes, people, last_day, (inside_before, inside_after), inside_unseen
        )
        low, high = np.minimum(i, unseen), np.minimum(j, unseen)
        if self.index.needs_proof:
            late = add_months(closes, self.waiting_months)
            count, first = self.index.proven_between(low, high, late, self.first_code)
        else:
            count = high - low
            first = self.index.first_between(low, high, self.first_code)
        place = slice(self.first_code, self.first_code + len(people))
        for field in fields(DayLedger):
            getattr(into.ledger, field.name)[place] = getattr(ledger, field.name)
        into.events[place] = count
        into.first_event_day[place] = first

    def _at(self, day: Days) -> _LookedUp:
        # Windows share their edges: an edge met before is answered from memory.
        for known, answer in self.looked_up:
            if np.array_equal(known, day):
                return answer
        self.looked_up.append((day, self._look_up(day)))
        return self.looked_up[-1][1]

    def _look_up(self, day: Days) -> _LookedUp:
        first = self.first_code
        return self.index.positions(day, first), self.spells.days_before(day, first)
