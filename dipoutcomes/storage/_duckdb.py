"""The one door to DuckDB: Parquet, large CSV files and DuckDB databases. Nothing is downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import StorageError

if TYPE_CHECKING:
    import pandas as pd

#: A stamp with a time zone is read on the clocks of England and Wales.
_TIME_ZONE = "Europe/London"
#: From this many rows on, texts that repeat are read as categories.
LARGE_ROWS = 100_000
_ROWS_FOR_EACH_WORD = 4


@contextmanager
def _connection(database: Path | None = None) -> Iterator[Any]:
    import duckdb

    settings: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if database is None:
        connection = duckdb.connect(config=settings)
    else:
        connection = duckdb.connect(str(database), read_only=True, config=settings)
    try:
        connection.execute(f"SET TimeZone = '{_TIME_ZONE}'")
        yield connection
    finally:
        connection.close()


def parquet_frame(path: Path) -> pd.DataFrame:
    """Return the rows of a Parquet file in their order and types.

    In a large file a text that repeats becomes a category: one text for each distinct cell, where
    twenty million cells would otherwise be as many texts, at sixty bytes each.
    """
    import duckdb

    name = str(path).replace("'", "''")
    try:
        with _connection() as connection:
            connection.execute(f"CREATE TEMP VIEW cells AS SELECT * FROM read_parquet('{name}')")  # noqa: S608
            found = _with_categories(connection)
    except duckdb.Error as error:  # its message may quote the file, so only its kind is told
        raise StorageError(
            f"'{path.name}' cannot be read as Parquet ({type(error).__name__})"
        ) from None
    return found


def csv_frame(path: Path, *, columns: int, skip: int, delimiter: str) -> pd.DataFrame | None:
    """Return the cells of a UTF-8 CSV file as text, or nothing if DuckDB refuses it.

    What is wrong with the file is then found by the other reader: DuckDB's messages quote lines
    of it.
    """
    import duckdb

    types = {f"c{i}": "VARCHAR" for i in range(columns)}
    try:
        with _connection() as connection:
            connection.execute(
                "CREATE TEMP TABLE cells AS "
                "SELECT * FROM read_csv(?, auto_detect=false, header=false, columns=?, skip=?, "
                "delim=?, quote='\"', escape='\"', strict_mode=true, null_padding=false)",
                [str(path), types, skip, delimiter],
            )
            found = _with_categories(connection)
    except duckdb.Error:
        return None
    return found


def _with_categories(connection: Any) -> pd.DataFrame:
    """Return the relation *cells*; in a large one repeated texts are categories, sorted."""
    columns = connection.execute("DESCRIBE cells").fetchall()
    names = {row[0]: '"' + row[0].replace('"', '""') + '"' for row in columns}
    texts = [row[0] for row in columns if row[1] == "VARCHAR"]
    counts = ["count(*)", *(f"approx_count_distinct({names[name]})" for name in texts)]
    rows, *words = connection.execute(f"SELECT {', '.join(counts)} FROM cells").fetchone()  # noqa: S608
    chosen = dict(names)
    for number, (name, distinct) in enumerate(zip(texts, words, strict=True)):
        if rows >= LARGE_ROWS and 0 < distinct * _ROWS_FOR_EACH_WORD <= rows:
            column = names[name]
            connection.execute(
                f"CREATE TYPE words_{number} AS ENUM (SELECT DISTINCT {column} FROM cells "  # noqa: S608
                f"WHERE {column} IS NOT NULL ORDER BY 1)"
            )
            chosen[name] = f"{column}::words_{number} AS {column}"
    found: pd.DataFrame = connection.execute(
        f"SELECT {', '.join(chosen.values())} FROM cells"  # noqa: S608
    ).df()
    return found


def database_frame(path: Path, table: str | None) -> tuple[pd.DataFrame, str]:
    """Return the rows of a table of a DuckDB database, and the table's name."""
    import duckdb

    try:
        with _connection(path) as connection:
            found = connection.execute(
                "SELECT table_name FROM information_schema.tables ORDER BY table_name"
            ).fetchall()
            name = pick_table(path, table, [row[0] for row in found])
            quoted = name.replace('"', '""')
            frame: pd.DataFrame = connection.execute(f'SELECT * FROM "{quoted}"').df()  # noqa: S608
    except duckdb.Error as error:
        raise StorageError(
            f"'{path.name}' cannot be read as a DuckDB database ({type(error).__name__})"
        ) from None
    return frame, name


def pick_table(path: Path, table: str | None, names: list[str]) -> str:
    """Return the table to read; a database with one table needs no name."""
    if not names:
        raise StorageError(f"'{path.name}' has no tables")
    if table is None and len(names) == 1:
        return names[0]
    if table in names and table is not None:
        return table
    near = get_close_matches(table or "", names, n=1)
    asked = f"has no table '{table}'" if table else "has several tables and none is named"
    hint = f"; did you mean '{near[0]}'?" if near else f"; it has {', '.join(names)}"
    raise StorageError(f"'{path.name}' {asked}{hint}")


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return the rows of a frame as a Parquet file; the index is not written.

    Raises
    ------
    StorageError
        If DuckDB refuses a column, or there is no room for the file in the making.
    """
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "rows.parquet"
        name = str(place).replace("'", "''")
        try:
            with _connection() as connection:
                connection.register("made", frame)
                connection.execute(f"COPY made TO '{name}' (FORMAT parquet)")
            return place.read_bytes()
        except (duckdb.Error, OSError) as error:
            raise StorageError(
                f"a Parquet file cannot be made ({type(error).__name__}). Look at the free space "
                "of the folder for temporary files, or give the table as CSV"
            ) from None
