"""The one way back from a pseudonym to a person, for the request to the police and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import RecordError
from dipoutcomes.records.pseudonyms import clean_identifier, digests, pseudonym
from dipoutcomes.records.raw import RawTable
from dipoutcomes.records.rules import LoadRules
from dipoutcomes.records.text import type_text

if TYPE_CHECKING:
    import pandas as pd

#: Keeps the fingerprints of rows apart from pseudonyms made with the same key.
LABEL = "dipoutcomes request row"


def identities(
    raw: RawTable,
    rules: LoadRules,
    pseudonyms: Sequence[str],
    columns: Mapping[str, str],
    *,
    key: bytes,
) -> pd.DataFrame:
    """Return who the people are: identifiers, as the persons table has them.

    Parameters
    ----------
    raw : RawTable
        The persons table.
    rules : LoadRules
        How it is read.
    pseudonyms : sequence of str, shape (n,)
        The people wanted, each once, all of them accepted people of the table.
    columns : mapping
        Heading wanted = heading in the file, beside the person id.
    key : bytes
        Of the pseudonyms.

    Returns
    -------
    DataFrame, n rows
        In the order of *pseudonyms*: the person id under its heading in the file, then
        *columns*. Texts, or ``datetime.date`` where the file has a true date; None for nothing.

    Raises
    ------
    RecordError
        If the file lacks a heading, or a person is not in it.
    """
    import pandas as pd

    headings = [str(name) for name in raw.frame.columns]
    faults = [_missing(wanted, headings) for wanted in columns.values() if wanted not in headings]
    if faults:
        raise RecordError("the persons table lacks what [sample] request_columns names:", faults)
    heading = rules.tables["persons"].columns["person_id"]
    ids = type_text(raw.frame[heading], missing=rules.missing).values()
    known = pd.notna(ids).nonzero()[0]
    place = pd.Series(known, index=pseudonym(ids[known], key))
    place = place[~place.index.duplicated()]  # copies of a row: the first was kept
    row = place.reindex(list(pseudonyms))
    if row.isna().any():
        raise RecordError(
            f"{int(row.isna().sum())} of {len(row)} people are not in the persons table; it is not "
            "the one that was drawn from, or the key is another"
        )
    rows = row.to_numpy(dtype=int)
    found = {heading: ids[rows]}
    for name, source in columns.items():
        found[name] = [_cell(value) for value in raw.frame[source].iloc[rows].tolist()]
    return pd.DataFrame(found, dtype=object)


def row_digests(people: pd.DataFrame, key: bytes) -> list[str]:
    """Return a keyed fingerprint of each row, the same after a workbook was sent and came back."""
    rows = people.itertuples(index=False, name=None)
    return digests(("\x1f".join([LABEL, *map(cell_text, row)]) for row in rows), key)


def cell_text(value: Any) -> str:
    """Return a cell as one text, whatever program typed it: 1001.0 is 1001, a date is ISO."""
    if _nothing(value):
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(clean_identifier(str(value)).split())


def _cell(value: Any) -> Any:
    if _nothing(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else cell_text(value)


def _nothing(value: Any) -> bool:
    import pandas as pd

    return value is None or value is pd.NaT or value is pd.NA or value != value  # noqa: PLR0124


def _missing(wanted: str, headings: Sequence[str]) -> str:
    near = get_close_matches(wanted, headings, n=1)
    return f"no heading '{wanted}'" + (f"; did you mean '{near[0]}'?" if near else "")
