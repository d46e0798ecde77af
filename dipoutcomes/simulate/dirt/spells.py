"""Faults of spells: in custody and in treatment, open or not, with a day between or none."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from dipoutcomes.simulate.dirt import words as w
from dipoutcomes.simulate.dirt.kind import Kind, Spoilt, spoilt_cells
from dipoutcomes.simulate.dirt.tables import Dirt, Pool, day_first, in_turn

#: Far dates that offices write where a spell has not ended; a protocol declares them.
FAR_DATES = (date(2099, 12, 31), date(9999, 12, 31))
FAR_YEAR = "9999"


def _no_day_inside(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    spells = dirt.clean["custody"]
    only = ~spells["person_id"].duplicated(keep=False)
    labels = dirt.pick(kind.table, only, rows)
    day = day_first(spells.loc[labels, "start"] - np.timedelta64(1, "D"))
    second = dirt.raw["custody"].loc[labels].copy()
    second["Date in"], second["Date out"] = day, day
    return Spoilt(
        rows=rows,
        numbers=dirt.add(kind.table, second),
        clients=dirt.clients(kind.table, labels),
        notes=(("custody", "no day between", rows),),
    )


def _open_custody(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = dirt.pick("custody", dirt.clean["custody"]["end"].isna(), rows)
    if kind.name.endswith("9999"):
        dirt.set("custody", labels, "Date out", FAR_YEAR)
        return spoilt_cells(dirt, kind, labels)
    written = tuple(day.strftime("%d/%m/%Y") for day in FAR_DATES)
    dirt.set("custody", labels, "Date out", in_turn(written, rows))
    return spoilt_cells(dirt, kind, labels, notes=("end: stands for still open",))


def _missing_start(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    column = {"custody": "Date in", "episodes": "Date started"}[kind.table]
    among: Pool = "cohort" if kind.table == "custody" else "late"
    everything = np.ones(len(dirt.clean[kind.table]), dtype=bool)
    labels = dirt.pick(kind.table, everything, rows, among=among)
    dirt.set(kind.table, labels, column, "" if kind.table == "custody" else None)
    notes = () if kind.table == "custody" else ("rejected episodes",)
    return spoilt_cells(dirt, kind, labels, rejects=(("start", w.MISSING),), notes=notes)


def _open_episode(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    fits = dirt.clean["episodes"]["end"].isna()
    labels = dirt.pick("episodes", fits, rows, among="open")
    dirt.set("episodes", labels, "Date closed", in_turn(FAR_DATES, rows))
    return spoilt_cells(dirt, kind, labels, notes=("end: stands for still open",))


def _zero_for_no_date(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    everything = np.ones(len(dirt.clean["episodes"]), dtype=bool)
    labels = dirt.pick("episodes", everything, rows, among="late")
    dirt.set("episodes", labels, "Date closed", 0)
    broken = (("end", w.UNREADABLE),)
    return spoilt_cells(dirt, kind, labels, rejects=broken, notes=("rejected episodes",))


def _overlapping_episodes(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    episodes = dirt.clean["episodes"]
    days = (episodes["end"] - episodes["start"]).dt.days
    first = ~episodes.sort_values("start")["person_id"].duplicated()
    labels = dirt.pick(kind.table, (days >= 9) & first, rows)
    third = (days[labels] // 3).to_numpy().astype("timedelta64[D]")
    second: Any = dirt.raw["episodes"].loc[labels].copy()
    second["Episode ref"] = [f"O{number:05d}" for number in range(1, rows + 1)]
    second["Date started"] = (episodes.loc[labels, "start"] + third).dt.date
    second["Date closed"] = (episodes.loc[labels, "end"] - third).dt.date
    return Spoilt(
        rows=rows,
        numbers=dirt.add(kind.table, second),
        clients=dirt.clients(kind.table, labels),
        notes=(("episodes", "overlap", rows),),
    )


def _no_day_in_treatment(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    ended = dirt.clean["episodes"]["end"]
    labels = dirt.pick("episodes", ended.notna(), rows, among="late")
    dirt.set("episodes", labels, "Date started", ended[labels].dt.date)
    return spoilt_cells(dirt, kind, labels, notes=("no day between",))


_OPEN = "It counts as still open, and a note counts it"

SPELLS = (
    Kind(
        name="custody_without_a_day",
        table="custody",
        says="a further spell that ends on the day on which it begins",
        answer="It is kept, no day of it counts as inside, and a note counts it",
        effect="none",
        spoil=_no_day_inside,
    ),
    Kind(
        name="open_custody_as_far_date",
        table="custody",
        says="a spell not yet ended with 31/12/2099 or 31/12/9999 for its end",
        answer=_OPEN,
        effect="none",
        spoil=_open_custody,
        needs={"open_ended_dates": FAR_DATES},
    ),
    Kind(
        name="open_custody_as_9999",
        table="custody",
        says="a spell not yet ended with 9999 for its end",
        answer="It counts as still open",
        effect="none",
        spoil=_open_custody,
        needs={"missing": (FAR_YEAR,)},
    ),
    Kind(
        name="missing_custody_start",
        table="custody",
        says="a spell without its first day",
        answer="The row is rejected",
        effect="custody",
        spoil=_missing_start,
    ),
    Kind(
        name="open_episode_as_far_date",
        table="episodes",
        says="an open episode with 31 December 2099 or 9999 for its end",
        answer=_OPEN,
        effect="none",
        spoil=_open_episode,
        needs={"open_ended_dates": FAR_DATES},
    ),
    Kind(
        name="missing_episode_start",
        table="episodes",
        says="an episode without its first day",
        answer="The row is rejected, and a note counts people whose first episode may be another",
        effect="outside",
        spoil=_missing_start,
    ),
    Kind(
        name="zero_for_no_date",
        table="episodes",
        says="the number 0 for the end of an episode, in the workbook",
        answer="The row is rejected: 0 is no serial number of a day",
        effect="outside",
        spoil=_zero_for_no_date,
    ),
    Kind(
        name="overlapping_episodes",
        table="episodes",
        says="a second episode inside the first",
        answer="Both are kept, the first is the index and the second no re-entry; a note counts it",
        effect="none",
        spoil=_overlapping_episodes,
    ),
    Kind(
        name="episode_without_a_day",
        table="episodes",
        says="an episode that begins on the day on which it ends",
        answer="It is kept, and a note counts it",
        effect="outside",
        spoil=_no_day_in_treatment,
    ),
)
