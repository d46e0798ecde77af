"""Spoil rows as real extracts are spoilt, and keep count of what was done to which table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd

Tables = dict[str, "pd.DataFrame"]
REF = "Client ref"


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows of one table that were spoilt in one way."""

    kind: str
    table: str
    rows: int
    clients: tuple[str, ...]
    says: str

    def to_dict(self, file: str) -> dict[str, Any]:
        """Return plain values; *file* is where the table was written."""
        return {
            "kind": self.kind,
            "table": self.table,
            "file": file,
            "rows": self.rows,
            "clients": list(self.clients),
            "says": self.says,
        }


def spoil(
    clean: Tables, raw: Tables, recipe: Recipe, *, rng: np.random.Generator
) -> tuple[Tables, tuple[Fault, ...]]:
    """Return the raw tables with rows spoilt as ``recipe.faults`` says, and the faults.

    Parameters
    ----------
    clean : dict of str to DataFrame
        The true tables with true dates, labelled row by row as *raw* is.
    raw : dict of str to DataFrame
        The same with the office's headings and texts; not changed.
    recipe : Recipe
        How many of each kind.
    rng : numpy.random.Generator
        Chooses the rows.

    Raises
    ------
    ProtocolError
        If there are fewer rows that fit than a fault needs.

    Notes
    -----
    Each person has one fault at most, so that what a fault does can be told. Spells that overlap
    cover the true days, and duplicates are exact: they should change no count. The others lose a
    date for good.
    """
    dirt = _Dirt(clean, {name: table.copy() for name, table in raw.items()}, rng)
    faults = [
        fault
        for kind, spoiler in SPOILERS.items()
        if (rows := getattr(recipe.faults, kind)) and (fault := spoiler(dirt, rows))
    ]
    accented = raw["linkage"]["Surname"] + raw["linkage"]["Forename"]
    beyond_ascii = raw["linkage"].loc[[not name.isascii() for name in accented], REF]
    says = "a name with a letter beyond ASCII, in a file in cp1252"
    faults.append(Fault("accented_name", "linkage", len(beyond_ascii), (), says))
    return dirt.raw, tuple(faults)


class _Dirt:
    """The tables while they are being spoilt, and the people already hit."""

    def __init__(self, clean: Tables, raw: Tables, rng: np.random.Generator) -> None:
        self.clean, self.raw, self.rng = clean, raw, rng
        persons = clean["persons"].set_index("person_id")
        found = clean["linkage"].set_index("person_id")["status"] == "found"
        self.birth_date = persons["birth_date"]
        self.closed_late = set(persons.index[persons["standing"] == "closed_after_period"])
        # Only the true cohort, and events that reach the extract: elsewhere it would not show.
        self.open_to = set(persons.index[(persons["standing"] == "eligible") & found])

    def pick(self, kind: str, table: str, fits: Any, rows: int) -> pd.Index[int]:
        """Choose *rows* row labels of different, untouched people, among those that fit."""
        people = self.clean[table]["person_id"]
        fitting = people[fits & people.isin(self.open_to)]
        shuffled = fitting.loc[self.rng.permutation(fitting.index.to_numpy())].drop_duplicates()
        if len(shuffled) < rows:
            raise ProtocolError(
                f"[faults] {kind} asks for {rows} people and only {len(shuffled)} have a row that "
                "fits; ask for fewer, or for more people"
            )
        chosen: pd.Index[int] = shuffled.index[:rows].sort_values()
        self.open_to -= set(people[chosen])
        return chosen

    def fault(self, kind: str, table: str, labels: pd.Index[int], says: str) -> Fault:
        """Return the record of a fault in the rows *labels*."""
        clients = tuple(sorted(self.clean[table].loc[labels, "person_id"]))
        return Fault(kind, table, len(labels), clients, says)

    def add(self, table: str, rows: pd.DataFrame) -> None:
        """Put *rows* behind the rows with the same labels."""
        import pandas as pd

        joined = pd.concat([self.raw[table], rows])
        self.raw[table] = joined.sort_index(kind="stable")


def _duplicate(table: str, kind: str) -> Callable[[_Dirt, int], Fault]:
    def spoiler(dirt: _Dirt, rows: int) -> Fault:
        labels = dirt.pick(kind, table, np.ones(len(dirt.clean[table]), dtype=bool), rows)
        dirt.add(table, dirt.raw[table].loc[labels])
        return dirt.fault(kind, table, labels, "the same row twice")

    return spoiler


def _arrest_before_birth(dirt: _Dirt, rows: int) -> Fault:
    labels = dirt.pick("arrest_before_birth", "events", _plain_arrests(dirt), rows)
    born = dirt.birth_date[dirt.clean["events"].loc[labels, "person_id"]]
    early = (born - np.timedelta64(400, "D")).dt.strftime("%d/%m/%Y").to_numpy()
    for column in ("Date of offence", "Date of arrest"):
        dirt.raw["events"].loc[labels, column] = early
    says = "offence and arrest 400 days before birth"
    return dirt.fault("arrest_before_birth", "events", labels, says)


def _impossible_date(dirt: _Dirt, rows: int) -> Fault:
    labels = dirt.pick("impossible_date", "events", _plain_arrests(dirt), rows)
    year = dirt.clean["events"].loc[labels, "arrest_date"].dt.strftime("%Y")
    dirt.raw["events"].loc[labels, "Date of arrest"] = "31/02/" + year
    return dirt.fault("impossible_date", "events", labels, "an arrest on 31 February")


def _plain_arrests(dirt: _Dirt) -> Any:
    """Return which events are arrests inside the follow-up that are not the index arrest."""
    events, episodes = dirt.clean["events"], dirt.clean["episodes"]
    ended = episodes.groupby("person_id")["end"].min()
    after = events["arrest_date"] > events["person_id"].map(ended)
    return (events["event_type"] == "arrest") & ~events["is_index"] & after


def _overlapping_custody(dirt: _Dirt, rows: int) -> Fault:
    spells = dirt.clean["custody"]
    days = (spells["end"] - spells["start"]).dt.days
    labels = dirt.pick("overlapping_custody", "custody", days >= 9, rows)
    third = (days[labels] // 3).to_numpy().astype("timedelta64[D]")
    second = dirt.raw["custody"].loc[labels].copy()
    second["Date in"] = (spells.loc[labels, "start"] + third).dt.strftime("%d/%m/%Y")
    first_ends = (spells.loc[labels, "end"] - third).dt.strftime("%d/%m/%Y")
    dirt.raw["custody"].loc[labels, "Date out"] = first_ends
    dirt.add("custody", second)
    says = "one spell as two that overlap and cover the same days"
    return dirt.fault("overlapping_custody", "custody", labels, says)


def _custody_end_before_start(dirt: _Dirt, rows: int) -> Fault:
    spells = dirt.clean["custody"]
    days = (spells["end"] - spells["start"]).dt.days
    labels = dirt.pick("custody_end_before_start", "custody", days >= 2, rows)
    _swap(dirt.raw["custody"], labels, "Date in", "Date out")
    return dirt.fault("custody_end_before_start", "custody", labels, "the two dates exchanged")


def _episode_end_before_start(dirt: _Dirt, rows: int) -> Fault:
    dirt.open_to |= dirt.closed_late
    late = dirt.clean["episodes"]["person_id"].isin(dirt.closed_late)
    labels = dirt.pick("episode_end_before_start", "episodes", late, rows)
    dirt.open_to -= dirt.closed_late
    _swap(dirt.raw["episodes"], labels, "Date started", "Date closed")
    says = "the two dates exchanged: this client has no usable episode"
    return dirt.fault("episode_end_before_start", "episodes", labels, says)


def _date_typed_as_text(dirt: _Dirt, rows: int) -> Fault:
    ended = dirt.clean["episodes"]["end"]
    labels = dirt.pick("date_typed_as_text", "episodes", ended.notna(), rows)
    dirt.raw["episodes"].loc[labels, "Date closed"] = ended[labels].dt.strftime("%d/%m/%Y")
    says = "the closing date as text, dd/mm/yyyy, among true dates"
    return dirt.fault("date_typed_as_text", "episodes", labels, says)


def _swap(table: pd.DataFrame, labels: pd.Index[int], one: str, other: str) -> None:
    table.loc[labels, [one, other]] = table.loc[labels, [other, one]].to_numpy()


#: Field of `recipe.Faults` = what spoils the rows. Duplicates come last: they repeat a whole row.
SPOILERS: dict[str, Callable[[_Dirt, int], Fault]] = {
    "arrest_before_birth": _arrest_before_birth,
    "impossible_date": _impossible_date,
    "overlapping_custody": _overlapping_custody,
    "custody_end_before_start": _custody_end_before_start,
    "episode_end_before_start": _episode_end_before_start,
    "date_typed_as_text": _date_typed_as_text,
    "duplicate_event_rows": _duplicate("events", "duplicate_event_rows"),
    "duplicate_custody_rows": _duplicate("custody", "duplicate_custody_rows"),
}
