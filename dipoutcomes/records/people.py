"""Who is in the persons table: the identifiers of all tables worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records.dates import NO_DATE
from dipoutcomes.records.pseudonyms import pseudonym
from dipoutcomes.records.text import TextColumn
from dipoutcomes.records.typed import TypedTable

ABSENT, REJECTED = -1, -2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """The accepted people, in the order of their table.

    Parameters
    ----------
    pseudonyms : ndarray of str, shape (n,)
    birth : ndarray of int64, shape (n,)
        Day of birth; `NO_DATE` where it is not known.
    index : pandas.Index
        Every identifier of the persons table, accepted or not. Never leaves this room.
    state : ndarray of int64
        For each entry of *index* the person's position, or `REJECTED`.
    """

    pseudonyms: NDArray[np.object_]
    birth: NDArray[np.int64]
    index: Any
    state: NDArray[np.int64]

    def find(self, identifiers: TextColumn) -> NDArray[np.int64]:
        """Return each row's person: a position, or `ABSENT` or `REJECTED`."""
        found = self.index.get_indexer(identifiers.labels)
        state = np.append(self.state, [ABSENT])[found]  # -1, not found, looks at the last place
        return np.append(state, [ABSENT])[identifiers.codes]

    def births(self, person: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the day of birth of each row's person."""
        return np.append(self.birth, [NO_DATE])[np.maximum(person, ABSENT)]


def people_of(persons: TypedTable, kept: NDArray[np.bool_], key: bytes) -> People:
    """Return the people whose rows were kept."""
    import pandas as pd

    identifiers = persons.texts["person_id"]
    state = np.full(len(identifiers.labels), REJECTED, dtype=np.int64)
    state[identifiers.codes[kept]] = np.arange(int(kept.sum()))
    return People(
        pseudonyms=pseudonym(identifiers.values()[kept], key),
        birth=persons.dates["birth_date"].days[kept],
        index=pd.Index(identifiers.labels, dtype=object),
        state=state,
    )
