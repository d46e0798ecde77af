"""Faults of dates: other formats, serial numbers, days that are none, and words in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes.simulate.dirt import words as w
from dipoutcomes.simulate.dirt.kind import Kind, Spoilt, spoilt_cells
from dipoutcomes.simulate.dirt.tables import Dirt, day_first, in_turn
from dipoutcomes.simulate.dirt.words import Effect

if TYPE_CHECKING:
    import pandas as pd

#: Words for nothing that offices use, beside an empty cell; a protocol declares them.
WORDS_FOR_NOTHING = ("NULL", "N/A", "unknown")
#: Codes for nothing that no format reads, where nobody declared them.
CODES_FOR_NOTHING = ("-1", "0", "99")
ARREST = "Date of arrest"
_EXCEL_EPOCH = np.datetime64("1899-12-30")

#: Takes the tables and the true days of the rows, and returns the cells.
Writes = Callable[[Dirt, "pd.Series[Any]"], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """How the date of an arrest is written, and what the loader must find.

    Parameters
    ----------
    writes : callable
    fits : callable, optional
        Takes the tables and returns which events it can be done to; every later arrest if omitted.
    rule : str
        That the row breaks; empty where it is accepted.
    notes : tuple of str
        Counts to which the row adds one.
    needs : mapping
        As in `Kind`.
    """

    writes: Writes
    fits: Callable[[Dirt], Any] | None = None
    rule: str = ""
    notes: tuple[str, ...] = ()
    needs: Mapping[str, Any] = field(default_factory=dict)

    def spoil(self, dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
        """Write the dates of later arrests."""
        fitting = dirt.later_arrests & (True if self.fits is None else self.fits(dirt))
        labels = dirt.pick("events", fitting, rows)
        days = dirt.clean["events"].loc[labels, "arrest_date"]
        dirt.set("events", labels, ARREST, self.writes(dirt, days))
        broken = (("arrest_date", self.rule),) if self.rule else ()
        return spoilt_cells(dirt, kind, labels, rejects=broken, notes=self.notes)


def _arrest_date(name: str, says: str, answer: str, effect: Effect, cell: _Cell) -> Kind:
    return Kind(
        name=name,
        table="events",
        says=says,
        answer=answer,
        effect=effect,
        spoil=cell.spoil,
        needs=cell.needs,
    )


def serial(days: Any) -> list[int]:
    """Return the numbers by which Excel knows days."""
    return [int(n) for n in (days.to_numpy() - _EXCEL_EPOCH).astype("timedelta64[D]").astype(int)]


def _written(form: str) -> Writes:
    return lambda _, days: days.dt.strftime(form)


def _other(form: str, *, written: str = "", note: str = "") -> _Cell:
    """Return dates in a further format that the protocol declares."""
    notes = (f"arrest_date: {form}", f"arrest_date: {note}")
    return _Cell(
        writes=_written(written or form),
        notes=notes if note else notes[:1],
        needs={"date_formats": (form,)},
    )


def _beyond_12(dirt: Dirt) -> Any:
    return dirt.clean["events"]["arrest_date"].dt.day > 12


def _exchanged(days: Any) -> Any:
    """Return the dates with day and month exchanged; NaT where there is no such day."""
    year, month, day = (getattr(days.dt, part) for part in ("year", "month", "day"))
    months = ((year - 1970) * 12 + np.minimum(day, 12) - 1).to_numpy(dtype="datetime64[M]")
    other = months.astype("datetime64[D]") + (month - 1).to_numpy(dtype="timedelta64[D]")
    return days.where(days.isna(), other.astype("datetime64[ns]")).where(day <= 12)


def _unseen(dirt: Dirt) -> Any:
    """Return which arrests could be read month first with no rule noticing."""
    events = dirt.clean["events"]
    read = _exchanged(events["arrest_date"])
    other = read.notna() & (read != events["arrest_date"])
    between = (read >= events["offence_date"]) & (read <= dirt.extract_date)
    return other & between


def _words(*words: str) -> Writes:
    return lambda _, days: in_turn(words, len(days))


def _as_serials(_: Dirt, days: Any) -> list[str]:
    return [str(number) for number in serial(days)]


def _after_extract(dirt: Dirt, days: Any) -> Any:
    late = dirt.extract_date + np.timedelta64(400, "D")
    return day_first(days.mask(days.notna(), late))


def _before_offence(dirt: Dirt, days: Any) -> Any:
    offences = dirt.clean["events"].loc[days.index, "offence_date"]
    return day_first(offences - np.timedelta64(1, "D"))


_NEEDED = "The row is rejected: an arrest needs its date"
_READ = "It is read in the format that the protocol declares, and a note counts it"

EVENT_DATES = (
    _arrest_date(
        "date_in_another_format",
        "an arrest dated yyyy-mm-dd among dd/mm/yyyy",
        _READ,
        "none",
        _other("%Y-%m-%d"),
    ),
    _arrest_date(
        "timestamp_among_dates",
        "an arrest with a time stamp at midnight, yyyy-mm-dd 00:00:00",
        _READ,
        "none",
        _other("%Y-%m-%d %H:%M:%S", written="%Y-%m-%d 00:00:00"),
    ),
    _arrest_date(
        "time_of_day",
        "an arrest with the time of day",
        "The day is read, and a note counts the times that were dropped",
        "none",
        _other("%d/%m/%Y %H:%M", written="%d/%m/%Y 14:30", note="time of day dropped"),
    ),
    _arrest_date(
        "two_digit_year",
        "an arrest with a year of two digits",
        "69 to 99 are read as 19xx and 00 to 68 as 20xx, and a note counts them",
        "none",
        _other("%d/%m/%y", note="year of two digits"),
    ),
    _arrest_date(
        "us_date_beyond_12",
        "an arrest dated month first, on a day after the 12th",
        "The row is rejected: there is no such month. A note counts those that would be a day "
        "month first, for others may have been read the wrong way round",
        "uncertain",
        _Cell(
            writes=_written("%m/%d/%Y"),
            fits=_beyond_12,
            rule=w.IMPOSSIBLE,
            notes=("arrest_date: a day in the other order",),
        ),
    ),
    _arrest_date(
        "us_date_to_12",
        "an arrest dated month first, on a day up to the 12th, in no conflict with other dates",
        "It is read day first. A note says that days and months of the column could be "
        "exchanged, and counts others that only make sense month first",
        "unseen",
        _Cell(writes=_written("%m/%d/%Y"), fits=_unseen),
    ),
    _arrest_date(
        "serial_number_in_csv",
        "an arrest dated by an Excel serial number in a CSV file",
        "The row is rejected: outside a workbook a number is no date",
        "uncertain",
        _Cell(writes=_as_serials, rule=w.UNREADABLE),
    ),
    _arrest_date(
        "missing_arrest_date",
        "an arrest without its date",
        _NEEDED,
        "uncertain",
        _Cell(writes=_words(""), rule=w.NEEDED_BY_ARREST),
    ),
    _arrest_date(
        "word_for_no_date",
        "an arrest with NULL, N/A or unknown for its date",
        _NEEDED,
        "uncertain",
        _Cell(
            writes=_words(*WORDS_FOR_NOTHING),
            rule=w.NEEDED_BY_ARREST,
            needs={"missing": WORDS_FOR_NOTHING},
        ),
    ),
    _arrest_date(
        "code_for_no_date",
        "an arrest with -1, 0 or 99 for its date, which nobody declared",
        "The row is rejected: it is in no declared format",
        "uncertain",
        _Cell(writes=_words(*CODES_FOR_NOTHING), rule=w.UNREADABLE),
    ),
    _arrest_date(
        "date_after_extract",
        "an arrest 400 days after the records were taken",
        "The row is rejected",
        "uncertain",
        _Cell(writes=_after_extract, rule=w.OUT_OF_RANGE),
    ),
    _arrest_date(
        "arrest_before_offence",
        "an arrest on the day before its offence",
        "The row is rejected",
        "uncertain",
        _Cell(writes=_before_offence, rule=w.BEFORE_OFFENCE),
    ),
)


def _serial_number(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    """Write a closing date as a number, or as its digits."""
    as_text = kind.name.endswith("text")
    ended = dirt.clean["episodes"]["end"]
    labels = dirt.pick("episodes", ended.notna(), rows)
    numbers = serial(ended[labels])
    # One by one: a list of whole numbers would make the column one of numbers.
    for label, number in zip(labels, numbers, strict=True):
        dirt.raw["episodes"].at[label, "Date closed"] = str(number) if as_text else number  # noqa: PD008
    way = "Excel serial number" + (" written as text" if as_text else "")
    return spoilt_cells(dirt, kind, labels, notes=(f"end: {way}",))


def _exit_date_missing(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    everything = np.ones(len(dirt.clean["exits"]), dtype=bool)
    labels = dirt.pick("exits", everything, rows)
    dirt.set("exits", labels, "Date", "")
    return spoilt_cells(dirt, kind, labels, rejects=(("date", w.MISSING),))


OTHER_DATES = (
    Kind(
        name="serial_number",
        table="episodes",
        says="a closing date as an Excel serial number, unformatted, in the workbook",
        answer="It is read as the day it stands for, and a note counts it",
        effect="none",
        spoil=_serial_number,
    ),
    Kind(
        name="serial_number_as_text",
        table="episodes",
        says="a closing date as the digits of an Excel serial number, in the workbook",
        answer="It is read as the day it stands for, and a note counts it",
        effect="none",
        spoil=_serial_number,
    ),
    Kind(
        name="missing_exit_date",
        table="exits",
        says="a death, or a leaving of the country, without its date",
        answer="The row is rejected",
        effect="uncertain",
        spoil=_exit_date_missing,
    ),
)
