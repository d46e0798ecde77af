"""Rows of time at risk: when each person could be seen with an event, and when they were."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes.survival._counts import Floats, Integers

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What the records held and the histories do not count, so that nothing goes in silence.

    Parameters
    ----------
    events_before, events_after : int
        Before the origin; on or after the end of follow-up.
    events_in_custody : int
        On a day that began in custody: the person was not at risk of an event at liberty.
    events_moved : int
        On the day of reception into custody: counted at the end of the last day at liberty.
    events_joined : int
        Joined to another event of the same person and day, where that was asked for.
    people_without_follow_up, people_never_at_liberty : int
        They add no time at risk.
    days_in_custody : int
        Inside follow-up, overlapping spells counted once.
    """

    events_before: int = 0
    events_after: int = 0
    events_in_custody: int = 0
    events_moved: int = 0
    events_joined: int = 0
    people_without_follow_up: int = 0
    people_never_at_liberty: int = 0
    days_in_custody: int = 0

    def __str__(self) -> str:
        said = [f"{text} {getattr(self, name):,}" for name, text in _SAYS.items()]
        return "; ".join(said)


_SAYS = {
    "events_before": "events before the origin",
    "events_after": "events after follow-up",
    "events_in_custody": "events in custody, not counted",
    "events_moved": "events on the day of reception, counted the day before",
    "events_joined": "events joined to another of the same day",
    "people_without_follow_up": "people without follow-up",
    "people_never_at_liberty": "people never at liberty",
    "days_in_custody": "days in custody",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histories:
    """Start-stop rows of people, in order of person and time; the input of every estimator here.

    A row says that a person was at risk after `start` up to and including `stop`, and had `event`
    events at `stop`. Between the rows of a person they were not at risk: in custody, most often.

    Parameters
    ----------
    person : ndarray of int, shape (rows,)
        From 0 to ``n_people - 1``, in order.
    start, stop : ndarray, shape (rows,)
        In *time_unit* from the person's origin; ``0 <= start < stop``, rows do not overlap.
    event : ndarray of int, shape (rows,)
        Events at `stop`: 0, 1, or more where several fell on one day.
    entry, end : ndarray, shape (n_people,)
        When a person came under observation and when that ended, custody included.
    n_people : int
        People, those without a row among them.
    time_unit : str
        "days".
    left_out : LeftOut
    """

    person: Integers
    start: Any
    stop: Any
    event: Integers
    entry: Any
    end: Any
    n_people: int
    time_unit: str = "days"
    left_out: LeftOut = field(default_factory=LeftOut)

    def __len__(self) -> int:
        return len(self.person)

    @property
    def events(self) -> int:
        """All events at risk."""
        return int(self.event.sum())

    @property
    def people_at_risk(self) -> int:
        """People with any time at risk."""
        return int(self.is_first.sum())

    @property
    def is_first(self) -> Any:
        """Whether each row is its person's first."""
        first = np.ones(len(self.person), dtype=bool)
        np.not_equal(self.person[1:], self.person[:-1], out=first[1:])
        return first

    def totals(self) -> tuple[Integers, Floats]:
        """Return events and time at risk of each person, shape (n_people,) both."""
        spent = np.asarray(self.stop - self.start, dtype=np.float64)
        events = np.bincount(self.person, weights=self.event, minlength=self.n_people)
        time = np.bincount(self.person, weights=spent, minlength=self.n_people)
        return events.astype(np.int64), np.asarray(time, dtype=np.float64)

    def order(self) -> Integers:
        """Return of which event each row is the wait: 1 up to and including the first event."""
        before = np.cumsum(self.event) - self.event
        return np.asarray(before - self._of_person(before) + 1, dtype=np.int64)

    def gap_time(self) -> tuple[Floats, Floats]:
        """Return start and stop on the clock since the last event, which stands still in custody.

        The clock starts at 0 when the person is first at risk and after each event, and runs
        only along the rows. Times that only rounding tells apart (0.1 + 0.2 and 0.3 months) are
        one, so that the unit of time decides no tie.
        """
        length, unit = _whole(np.asarray(self.stop - self.start))
        run = np.cumsum(length)
        resets = self.is_first
        resets[1:] |= self.event[:-1] > 0
        # `run` never falls, so the last reset's value is the largest so far.
        since = np.maximum.accumulate(np.where(resets, run - length, 0))
        begin = np.where(resets, 0, run - length - since)
        return _in_units(begin, unit), _in_units(run - since, unit)

    def among(self, keep: Any) -> Histories:
        """Return the histories of the people picked by *keep*, numbered again from 0.

        Parameters
        ----------
        keep : array_like of bool, shape (n_people,)
        """
        kept = np.asarray(keep, dtype=bool)
        rows = kept[self.person]
        codes = np.cumsum(kept) - 1
        return Histories(
            person=codes[self.person[rows]],
            start=self.start[rows],
            stop=self.stop[rows],
            event=self.event[rows],
            entry=self.entry[kept],
            end=self.end[kept],
            n_people=int(kept.sum()),
            time_unit=self.time_unit,
        )

    def until_first_event(self) -> Histories:
        """Return the rows up to each person's first event: time to first event with custody out."""
        rows = self.order() == 1
        end = np.array(self.end)
        last = rows & (self.event > 0)
        end[self.person[last]] = self.stop[last]
        return Histories(
            person=self.person[rows],
            start=self.start[rows],
            stop=self.stop[rows],
            event=np.minimum(self.event[rows], 1),
            entry=self.entry,
            end=end,
            n_people=self.n_people,
            time_unit=self.time_unit,
        )

    def _of_person(self, values: Any) -> Any:
        """Return, for each row, the value at its person's first row."""
        first = np.flatnonzero(self.is_first)
        return np.repeat(values[first], np.diff(np.append(first, len(self.person))))

    def __str__(self) -> str:
        _, time = self.totals()
        return (
            f"{self.n_people:,} people, {self.people_at_risk:,} at risk at some time, "
            f"{self.events:,} events in {time.sum():,.10g} {self.time_unit} at risk, "
            f"{len(self):,} rows ({self.left_out})"
        )

    def _repr_html_(self) -> str:
        _, time = self.totals()
        rows = [
            ["people", f"{self.n_people:,}"],
            ["people at risk at some time", f"{self.people_at_risk:,}"],
            ["events at risk", f"{self.events:,}"],
            [f"{self.time_unit} at risk", f"{time.sum():,.10g}"],
            *([text, f"{getattr(self.left_out, name):,}"] for name, text in _SAYS.items()),
        ]
        return _display.html_table("Histories of time at risk", ["", "value"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain values; no person's rows."""
        _, time = self.totals()
        return {
            "people": self.n_people,
            "people_at_risk": self.people_at_risk,
            "events": self.events,
            "time_at_risk": float(time.sum()),
            "time_unit": self.time_unit,
            "rows": len(self),
            "left_out": asdict(self.left_out),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a row, with the order of the event waited for and gap time."""
        import pandas as pd

        begin, stop = self.gap_time()
        return pd.DataFrame(
            {
                "person": self.person,
                "start": self.start,
                "stop": self.stop,
                "event": self.event,
                "order": self.order(),
                "gap_start": begin,
                "gap_stop": stop,
            }
        )


def _whole(length: Any) -> tuple[Integers, float]:
    """Return lengths as whole numbers of a unit, whose sums over all rows are exact; and the unit.

    Whole days are their own unit. Of others it is a hundred billionth of the longest.
    """
    if length.dtype.kind in "iu" or not length.size or np.array_equal(length, np.rint(length)):
        return length.astype(np.int64), 1.0
    unit = float(length.max()) * 2.0**-36
    return np.rint(length / unit).astype(np.int64), unit


def _in_units(whole: Integers, unit: float) -> Floats:
    """Return sums of lengths in the unit of time, to nine digits of the longest length."""
    if unit == 1.0:
        return whole.astype(np.float64)
    digits = 9 - int(np.ceil(np.log10(unit * 2.0**36)))
    return np.asarray(np.round(whole * unit, digits), dtype=np.float64)
