"""Everything about everybody's windows: events, days by kind, first event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, eq=False)
class WindowMeasure:
    """One window, person by person: the ledger of days, the events seen and the first of them."""

    ledger: DayLedger
    events: Whole
    first_event_day: Whole

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
    seen = seen_until(people, last_day)
    position, inside = _remembered(index.positions), _remembered(spells.days_before)
    position_unseen, inside_unseen = index.positions(seen), spells.days_before(seen)
    measured = {}
    for window in windows:
        opens, closes = resolve_window(window, people.start, people.end, last_day)
        ledger = ledger_from_totals(
            opens, closes, people, last_day, (inside(opens), inside(closes)), inside_unseen
        )
        low = np.minimum(position(opens), position_unseen)
        high = np.minimum(position(closes), position_unseen)
        if events.proof_day is None:
            count, first = high - low, index.first_between(low, high)
        else:
            count, first = _proven_in_time(index, low, high, add_months(closes, months))
        measured[window.name] = WindowMeasure(
            ledger, count.astype(np.int32), first.astype(np.int32)
        )
    return WindowMeasures(measured, last_day)


def _proven_in_time(
    index: EventIndex, low: NDArray[np.int64], high: NDArray[np.int64], before: Days
) -> tuple[NDArray[np.int64], Days]:
    running, places = index.proven(before)
    count = running[high] - running[low]
    found = count > 0
    # The first proven event at or after `low` stands just after the running[low] before it.
    first = low.copy()
    first[found] = places[running[low[found]]]
    return count, index.first_between(first, np.where(found, first + 1, first))


def _remembered(
    look_up: Callable[[Days], NDArray[np.int64]],
) -> Callable[[Days], NDArray[np.int64]]:
    """Return *look_up* that answers a repeated question from memory: windows share their edges."""
    asked: list[tuple[Days, NDArray[np.int64]]] = []

    def ask(day: Days) -> NDArray[np.int64]:
        for known, answer in asked:
            if np.array_equal(known, day):
                return answer
        asked.append((day, look_up(day)))
        return asked[-1][1]

    return ask
