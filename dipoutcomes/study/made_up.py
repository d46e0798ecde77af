"""Made-up people, whose truth is known, as an analysis of time to re-offending takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import storage
from dipoutcomes.errors import DesignError
from dipoutcomes.study.durations import Durations
from dipoutcomes.windows import NO_DAY, EventIndex, to_days

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.simulate import SyntheticCohort
    from dipoutcomes.simulate.recipe import Recipe
    from dipoutcomes.survival.recurrent import Histories

Days = NDArray[np.int64]
Mask = NDArray[np.bool_]
ACQUISITIVE = ("Theft from a shop", "Other theft", "Burglary", "Handling stolen goods", "Robbery")
CAUSES = {
    1: "arrest for theft, burglary, handling or robbery",
    2: "arrest for another offence",
    3: "long custody, death or leaving the country",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MadeUpPeople:
    """The people of a recipe who are eligible and found on the records, from two origins.

    Parameters
    ----------
    after : Durations
        From the end of treatment to the first arrest (`time`, `event`).
    first_of_several : Durations
        From the end of treatment to whichever came first (`time`, `cause`, `cause_names`).
    from_start : Durations
        From the start of treatment to the first arrest; `exposure_time` is the day on which
        somebody had been retained for the weeks asked for, nan for those who were not, or were
        arrested before.
    histories, histories_ignoring_custody : Histories
        Every arrest after the end of treatment: with days in custody out of the time at risk, and
        with them taken for days at liberty.
    retained_weeks : int
    """

    after: Durations
    first_of_several: Durations
    from_start: Durations
    histories: Histories
    histories_ignoring_custody: Histories
    retained_weeks: int

    def __len__(self) -> int:
        return len(self.after)

    def __repr__(self) -> str:
        return f"MadeUpPeople({self})"

    def __str__(self) -> str:
        first = self.after.event
        arrested = 0 if first is None else int(first.sum())
        return (
            f"{len(self):,} made-up people, {arrested:,} of them arrested after the end of "
            f"treatment, and {self.histories.events:,} times in all"
        )


def made_up_people(
    recipe: str | Path,
    *,
    retained_weeks: int = 24,
    long_custody_days: int = 90,
    acquisitive: Sequence[str] = ACQUISITIVE,
) -> MadeUpPeople:
    """Make up the people of a recipe and return their times to re-offending.

    Parameters
    ----------
    recipe : path
        As for `synthesise`.
    retained_weeks : int, default 24
        Weeks of treatment that count as retained.
    long_custody_days : int, default 90
        A spell of as many days or more is an end of its own in `first_of_several`; in a shorter one
        somebody is merely away.
    acquisitive : sequence of str
        Offences that make the first of the causes, as the records name them.

    Returns
    -------
    MadeUpPeople
        In whole days, a day counted to its end: an arrest on the day of origin has time 1.

    Raises
    ------
    ProtocolError, StorageError
        If the recipe cannot be read.
    DesignError
        If nobody is left to follow.

    Notes
    -----
    A way to show methods on people whose truth is known. A study goes by a protocol, which says who
    is in it and what counts.

    Examples
    --------
    >>> print(made_up_people("synthetic/gwent.toml"))
    203 made-up people, ... of them arrested after the end of treatment, and ... times in all
    """
    from dipoutcomes.simulate import make_cohort, parse_recipe
    from dipoutcomes.survival.recurrent import build_histories

    place = Path(recipe)
    parsed = parse_recipe(storage.read_protocol_text(place), name=place.name)
    period = _period(parsed)
    made = make_cohort(parsed)
    people = _people(made, period, parsed.dates.last_offence_date)
    start, end, until = (people[name].to_numpy(np.int64) for name in ("start", "end", "until"))
    arrest, kind = _arrests(made, people, acquisitive)
    inside = made.custody[made.custody["person_id"].isin(people.index)]
    spells = (
        _place(people, inside["person_id"]),
        to_days(inside["start"]).astype(np.int64),
        to_days(inside["end"]).astype(np.int64),
    )
    rows: dict[str, Any] = {"event_person": arrest[0], "event_day": arrest[1]}
    custody: dict[str, Any] = {
        "custody_person": spells[0], "custody_start": spells[1], "custody_end": spells[2],
    }  # fmt: skip
    long = spells[2] - spells[1] >= long_custody_days
    first, needed = _first(*arrest, end, until), 7 * retained_weeks
    return MadeUpPeople(
        after=_until_first(first, end, until, file=place.name),
        first_of_several=_several(
            first,
            _first(arrest[0][kind], arrest[1][kind], end, until),
            _first(spells[0][long], spells[1][long], end, until),
            end=end, until=until, gone=people["gone"].to_numpy(bool), file=place.name,
        ),
        from_start=_until_first(
            _first(*arrest, start, until), start, until,
            retained=end - start >= needed, needed=needed, file=place.name,
        ),
        histories=build_histories(end, until, **rows, **custody),
        histories_ignoring_custody=build_histories(end, until, **rows),
        retained_weeks=retained_weeks,
    )  # fmt: skip


def _period(recipe: Recipe) -> tuple[date, date]:
    """Return the first and the last day of closures."""
    first, last = recipe.dates.closed_from, recipe.dates.closed_to
    if first is None or last is None:
        raise DesignError(
            "the recipe has no period of closures (dates.closed_from and closed_to), from which "
            "people would be followed"
        )
    return first, last


def _people(
    made: SyntheticCohort, period: tuple[date, date], last_offence_date: date
) -> pd.DataFrame:
    """Return start, end and the first day no longer followed of each person, by reference."""
    import pandas as pd

    found = made.linkage.loc[made.linkage["status"] == "found", "person_id"]
    eligible = made.persons["standing"] == "eligible"
    ids = made.persons.loc[eligible & made.persons["person_id"].isin(found), "person_id"]
    closed = made.episodes["end"].between(pd.Timestamp(period[0]), pd.Timestamp(period[1]))
    chosen = made.episodes[closed & made.episodes["person_id"].isin(ids)]
    first = chosen.sort_values("end").drop_duplicates("person_id").set_index("person_id")
    closes = int(to_days(pd.Series([pd.Timestamp(last_offence_date)]))[0]) + 1
    left = made.exits.set_index("person_id")["date"].reindex(first.index)
    exits = to_days(left).astype(np.int64)
    people = pd.DataFrame(
        {
            "start": to_days(first["start"]).astype(np.int64),
            "end": to_days(first["end"]).astype(np.int64),
            "until": np.minimum(exits, closes),
            "gone": exits < closes,
        },
        index=first.index,
    )
    followed = people[people["until"] > people["end"]].sort_index()
    if not len(followed):
        raise DesignError("nobody of the recipe is followed after the end of treatment")
    return followed


def _arrests(
    made: SyntheticCohort, people: pd.DataFrame, acquisitive: Sequence[str]
) -> tuple[tuple[Days, Days], Mask]:
    """Return whose each arrest is and its day, and which are for an acquisitive offence."""
    events = made.events
    ours = (events["event_type"] == "arrest") & events["person_id"].isin(people.index)
    rows = events[ours & ~events["is_index"]]
    person = _place(people, rows["person_id"])
    day = to_days(rows["arrest_date"]).astype(np.int64)
    return (person, day), rows["offence_code"].isin(list(acquisitive)).to_numpy(bool)


def _place(people: pd.DataFrame, ids: pd.Series) -> Days:
    import pandas as pd

    return np.asarray(people.index.get_indexer(pd.Index(ids)), dtype=np.int64)


def _first(code: Days, day: Days, opens: Days, closes: Days) -> Days:
    return np.asarray(EventIndex.build(code, day, len(opens)).first(opens, closes), dtype=np.int64)


def _until_first(
    first: Days,
    origin: Days,
    until: Days,
    *,
    file: str,
    retained: Mask | None = None,
    needed: int = 0,
) -> Durations:
    """Return the time to the first arrest, and when people became retained where that is asked."""
    seen = first < NO_DAY
    time = np.where(seen, first + 1, until) - origin
    when = None
    if retained is not None:
        when = np.where(retained & (needed <= time), float(needed), np.nan)
    return Durations(time=time, event=seen.astype(np.int64), exposure_time=when, file=file)


def _several(
    first: Days, acquisitive: Days, inside: Days, *, end: Days, until: Days, gone: Mask, file: str
) -> Durations:
    """Return what came first; an arrest and custody of one day are an arrest, often its reason.

    Of two arrests on one day the acquisitive one counts.
    """
    arrested = (first < NO_DAY) & (first <= inside)
    locked = (inside < NO_DAY) & ~arrested
    last = np.where(arrested, first + 1, np.where(locked, inside + 1, until))
    wanted = arrested & (acquisitive == first)
    return Durations(
        time=last - end,
        cause=np.select([wanted, arrested, locked | gone], [1, 2, 3], 0).astype(np.int64),
        cause_names=CAUSES,
        file=file,
    )
