"""SQLite databases, by the standard library: DuckDB's reader for them is a download."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from dipoutcomes.errors import StorageError
from dipoutcomes.storage._duckdb import pick_table
from dipoutcomes.storage.cells import frame_of

if TYPE_CHECKING:
    import pandas as pd

_MAGIC = b"SQLite format 3\x00"


def is_sqlite(path: Path) -> bool:
    """Return whether the file begins as SQLite databases do."""
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def sqlite_frame(path: Path, table: str | None) -> tuple[pd.DataFrame, str]:
    """Return the rows of a table in the order in which they were stored, and its name."""
    try:
        address = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            found = connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                "AND name NOT LIKE 'sqlite_%' ORDER BY name"
            ).fetchall()
            name = pick_table(path, table, [row[0] for row in found])
            quoted = name.replace('"', '""')
            cursor = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608
            headings = [column[0] for column in cursor.description]
            frame, _ = frame_of(cursor.fetchall(), headings)
    except sqlite3.Error as error:
        raise StorageError(
            f"'{path.name}' cannot be read as an SQLite database ({type(error).__name__})"
        ) from None
    return frame, name
