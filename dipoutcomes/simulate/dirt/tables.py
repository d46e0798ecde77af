"""The tables while they are being spoilt: who was hit, which row is which, what was added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Tables = dict[str, "pd.DataFrame"]
Pool = Literal["cohort", "late", "open", "outside"]
REF = "Client ref"
ROW = "\x1frow"  # a column of ours that never reaches a file: which row is which
DAY_FIRST = "%d/%m/%Y"


class TooFewRows(Exception):  # noqa: N818 - says what is the matter
    """There are fewer rows that fit than were asked for; never leaves this room."""


class Dirt:
    """The tables while they are being spoilt, and the people already hit.

    Parameters
    ----------
    clean : dict of str to DataFrame
        The true tables with true dates; the labels of the rows are those of *raw*.
    raw : dict of str to DataFrame
        The same with the office's headings and texts; changed in place.
    extract_date : datetime.date
    rng : numpy.random.Generator
        Chooses rows; each kind of fault may bring its own.
    """

    def __init__(
        self, clean: Tables, raw: Tables, *, extract_date: date, rng: np.random.Generator
    ) -> None:
        import pandas as pd

        self.clean, self.rng = clean, rng
        self.extract_date = np.datetime64(extract_date, "ns")
        self.raw: Tables = {}
        self._rows = 0
        for name, table in raw.items():
            self.raw[name] = table.astype(object)
            self.raw[name][ROW] = self._numbers(len(table))
        persons = clean["persons"].set_index("person_id")
        status = clean["linkage"].set_index("person_id")["status"].reindex(persons.index)
        standing = persons["standing"].to_numpy()
        self.birth_date = persons["birth_date"]
        self._codes = {
            name: persons.index.get_indexer(pd.Index(table["person_id"]))
            for name, table in clean.items()
        }
        self._hit = np.zeros(len(persons), dtype=bool)
        self._pools: Mapping[Pool, NDArray[np.bool_]] = {
            # Only the true cohort, and events that reach the extract: elsewhere it would not show.
            "cohort": (standing == "eligible") & (status == "found").to_numpy(),
            "late": standing == "closed_after_period",
            "open": standing == "still_open",
            "outside": standing != "eligible",
        }

    def pick(self, table: str, fits: Any, rows: int, *, among: Pool = "cohort") -> pd.Index[int]:
        """Choose *rows* row labels of different, untouched people, among those that fit."""
        index, code = self.clean[table].index, self._codes[table]
        free = self._pools[among] & ~self._hit
        fitting = np.flatnonzero(np.asarray(fits, dtype=bool) & free[code])
        order = self.rng.permutation(fitting)
        shuffled = order[np.sort(np.unique(code[order], return_index=True)[1])]
        if len(shuffled) < rows:
            people = "person" if rows == 1 else "people"
            raise TooFewRows(f"{rows:,} {people}, and {len(shuffled):,} have a row that fits")
        chosen = np.sort(shuffled[:rows])
        self._hit[code[chosen]] = True
        return index[chosen]

    def places(self, table: str, rows: int) -> NDArray[np.int64]:
        """Choose *rows* labels behind which a row of nobody may stand; a label may repeat."""
        if not len(self.clean[table]):
            raise TooFewRows(f"a row more in {table}, which has none")
        return np.sort(self.rng.choice(self.clean[table].index.to_numpy(), size=rows))

    def clients(self, table: str, labels: Any) -> tuple[str, ...]:
        """Return whose the rows *labels* are."""
        return tuple(sorted(self.clean[table].loc[labels, "person_id"]))

    def rows(self, table: str, labels: Any) -> tuple[int, ...]:
        """Return the numbers by which the rows *labels* are known until the file is written."""
        return tuple(int(row) for row in self.raw[table].loc[labels, ROW])

    def rows_of(self, table: str, clients: Iterable[str]) -> tuple[int, ...]:
        """Return the same for every row that names one of *clients*."""
        raw = self.raw[table]
        return tuple(int(row) for row in raw.loc[raw[REF].isin(list(clients)), ROW])

    def set(self, table: str, labels: Any, column: str, values: Any) -> None:
        """Put *values*, one a row or one for all, in a column."""
        self.raw[table].loc[labels, column] = values

    def add(self, table: str, rows: pd.DataFrame) -> tuple[int, ...]:
        """Put *rows* behind the rows with the same labels, and return their numbers."""
        import pandas as pd

        numbers = self._numbers(len(rows))
        joined = pd.concat([self.raw[table], rows.assign(**{ROW: numbers})])
        self.raw[table] = joined.sort_index(kind="stable")
        return tuple(numbers.tolist())

    def drop(self, table: str, labels: Any) -> None:
        """Take rows out."""
        self.raw[table] = self.raw[table].drop(index=labels)

    @cached_property
    def alone(self) -> Any:
        """Return which events share person, type, offence and its date with no other event."""
        columns = ["person_id", "event_type", "offence_code", "offence_date"]
        return ~self.clean["events"].duplicated(columns, keep=False)

    @cached_property
    def plain_arrests(self) -> Any:
        """Return which events are arrests inside the follow-up that are not the index arrest."""
        events, episodes = self.clean["events"], self.clean["episodes"]
        ended = episodes.groupby("person_id")["end"].min()
        after = events["arrest_date"] > events["person_id"].map(ended)
        return (events["event_type"] == "arrest") & ~events["is_index"] & after

    @cached_property
    def later_arrests(self) -> Any:
        """Return the plain arrests that no other event is like: what is done to one shows alone."""
        return self.plain_arrests & self.alone

    def finished(self) -> Tables:
        """Return the tables as they go to the files."""
        return {name: table.drop(columns=ROW) for name, table in self.raw.items()}

    def _numbers(self, size: int) -> NDArray[np.int64]:
        self._rows += size
        return np.arange(self._rows - size, self._rows)


def in_turn(values: tuple[Any, ...], size: int) -> list[Any]:
    """Return *size* values, taken in turn from *values*."""
    return [values[i % len(values)] for i in range(size)]


def day_first(days: Any) -> Any:
    """Return dates as dd/mm/yyyy."""
    return days.dt.strftime(DAY_FIRST)
