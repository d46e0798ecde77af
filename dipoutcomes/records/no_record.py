"""Rows that are no records: the headings once more in the middle of a file, and totals."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records import quarantine as q
from dipoutcomes.records.typed import TypedTable

#: What stands in the place of an identifier where a row adds up the others.
_TOTAL = re.compile(r"(?:grand |sub-?)?totals?\b[^0-9a-z]*[0-9.,]*", re.IGNORECASE)


def check_no_record(table: TypedTable, faults: q.Faults) -> None:
    """Find rows that repeat the headings, and rows of totals; nothing else is asked of them.

    A row repeats the headings if each of its cells that are mapped holds its own heading or
    nothing, two of them at least. A row is a total if its identifier is the word, alone or with
    a number. Neither loses anything, for neither is a record.
    """
    faults.add("row", q.HEADINGS, _headings_again(table))
    faults.add("row", q.TOTAL, _totals(table))


def _headings_again(table: TypedTable) -> NDArray[np.bool_]:
    found = np.zeros(len(table), dtype=bool)
    headings = {**table.rules.columns, **table.rules.attributes}
    identifiers = table.texts["person_id"]
    # One column decides for whole files without such a row.
    where = np.flatnonzero(identifiers.equals(headings["person_id"]))
    if where.size:
        cells = table.raw.frame[list(headings.values())].iloc[where]
        for place, row in zip(where.tolist(), cells.itertuples(index=False), strict=True):
            texts = [_text(cell) for cell in row]
            said = [text == head for text, head in zip(texts, headings.values(), strict=True)]
            found[place] = sum(said) > 1 and all(
                same or not text for same, text in zip(said, texts, strict=True)
            )
    return found


def _text(cell: Any) -> str:
    return "" if cell is None or cell != cell else " ".join(str(cell).split())  # noqa: PLR0124


def _totals(table: TypedTable) -> NDArray[np.bool_]:
    identifiers = table.texts["person_id"]
    if "total" not in "\n".join(identifiers.labels).lower():  # at once: there may be a million
        return np.zeros(len(table), dtype=bool)
    words = [label for label in identifiers.labels if _TOTAL.fullmatch(label)]
    return identifiers.equals(*words)
