"""CSV files: every cell a text, the encoding as declared, every record as wide as the headings."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import numpy as np

from dipoutcomes.errors import StorageError
from dipoutcomes.storage.cells import Cells, clean_heading, frame_of, no_header
from dipoutcomes.storage.locate import read_bytes

#: From this size on DuckDB reads a UTF-8 file, if it can be sure of the row numbers.
LARGE_BYTES = 50_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = {
    ";": ('";"', "semicolons"),
    "\t": (r'"\t"', "tabs"),
    "|": ('"|"', "upright strokes"),
    ",": ('","', "commas"),
}
_NOT_TEXT = (
    (b"PK\x03\x04", "a workbook or another zipped file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or a protected workbook"),
    (b"%PDF-", "a PDF"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
)


def read_csv(path: Path, *, header_row: int, delimiter: str, encoding: str) -> Cells:
    """Return the cells of a CSV file as text.

    Row numbers count records, as a spreadsheet does: a quoted text over two lines is one row,
    and a blank line is one too.
    """
    if path.stat().st_size >= LARGE_BYTES and _is_utf8(encoding):
        found = _with_duckdb(path, header_row, delimiter, encoding)
        if found is not None:
            return found
    text = _decoded(path, read_bytes(path), encoding)
    lines = _records(path, text, delimiter)
    if len(lines) < header_row:
        raise no_header(path.name, header_row, len(lines))
    headings, body = lines[header_row - 1], lines[header_row:]
    _check_delimiter(path, headings)
    _check_width(path, body, len(headings), header_row)
    full = [line if line else [""] * len(headings) for line in body]
    frame, kept = frame_of(full, headings)
    rows = np.array(kept, dtype=np.int64) + header_row + 1
    return Cells(frame=frame, rows=rows, encoding=encoding)


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    for sign, kind in _NOT_TEXT:
        if data.startswith(sign):
            raise StorageError(
                f"'{path.name}' is {kind} and not a CSV file, whatever its name says. Give it its "
                "own ending, or open it there and export it as CSV"
            )
    for mark, says in _MARKS:
        if data.startswith(mark) and not _same(encoding, says):
            raise StorageError(
                f"'{path.name}' begins with the mark of {says} and was to be read as {encoding}. "
                f"Set encoding = '{says}'"
            )
    try:
        text = data.decode(encoding)
    except (LookupError, ValueError) as error:
        if isinstance(error, UnicodeError):
            raise _wrong_bytes(path, data, encoding, error) from None
        raise StorageError(
            f"'{path.name}': there is no encoding '{encoding}'; usual ones are utf-8-sig and cp1252"
        ) from None
    if "\0" in text:
        raise StorageError(
            f"'{path.name}' holds empty bytes, which no CSV file in {encoding} has. If it comes "
            "from a Windows program, try encoding = 'utf-16-le'; if not, export it again"
        )
    return text


def _wrong_bytes(path: Path, data: bytes, encoding: str, error: UnicodeError) -> StorageError:
    start = error.start if isinstance(error, UnicodeDecodeError) else 0
    line = data.count(b"\n", 0, start) + 1
    remedy = (
        "If it comes from a Windows program, set encoding = 'cp1252'"
        if _is_utf8(encoding)
        else "Set encoding = 'utf-8-sig', or what its source says"
    )
    return StorageError(
        f"'{path.name}' is not {encoding}: line {line} has bytes that it does not know. {remedy}"
    )


def _same(encoding: str, other: str) -> bool:
    try:
        return codecs.lookup(encoding).name == codecs.lookup(other).name
    except (LookupError, ValueError):
        return True  # reported by the decoding itself


def _is_utf8(encoding: str) -> bool:
    return _same(encoding, "utf-8") or _same(encoding, "utf-8-sig")


def _records(path: Path, text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise StorageError(
            f"'{path.name}' is not a sound CSV file: line {reader.line_num} ({error}). Look for a "
            "quotation mark that is not closed, or another delimiter"
        ) from None


def _check_delimiter(path: Path, headings: list[str]) -> None:
    """Refuse a row of headings that another sign than the declared one cuts into cells."""
    if len(headings) != 1:
        return
    for sign, (written, says) in _DELIMITERS.items():
        if sign in headings[0]:
            raise StorageError(
                f"'{path.name}': the headings stand in one cell, with {says} between them. Set "
                f"delimiter = {written} for this table"
            )


def _check_width(path: Path, body: list[list[str]], width: int, header_row: int) -> None:
    ragged = [i + header_row + 1 for i, line in enumerate(body) if line and len(line) != width]
    if ragged:
        first = ", ".join(map(str, ragged[:5]))
        more = f" and {len(ragged) - 5:,} more" if len(ragged) > 5 else ""
        raise StorageError(
            f"'{path.name}' has {width} headings, and {len(ragged):,} rows with more or fewer "
            f"cells: rows {first}{more}. Quote texts that hold the delimiter, or correct "
            "header_row or delimiter"
        )


def _with_duckdb(path: Path, header_row: int, delimiter: str, encoding: str) -> Cells | None:
    """Return the cells, or nothing where only the slow reader is sure of them."""
    from dipoutcomes.storage import _duckdb

    with path.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
        head = [stream.readline() for _ in range(header_row)]
    headings = next(csv.reader([head[-1]], delimiter=delimiter), [])
    names = [clean_heading(heading) for heading in headings]
    if not names or any(line.count('"') % 2 for line in head):
        return None
    frame = _duckdb.csv_frame(path, columns=len(names), skip=header_row, delimiter=delimiter)
    # DuckDB leaves blank lines out: its rows have the spreadsheet's numbers only if every line
    # of the file was a record.
    if frame is None or len(frame) + header_row != _lines(path):
        return None
    frame.columns = type(frame.columns)(names, dtype=object)
    rows = np.arange(len(frame), dtype=np.int64) + header_row + 1
    blank = np.ones(len(frame), dtype=bool)
    for place in range(frame.shape[1]):  # headings may repeat
        blank &= frame.iloc[:, place].isna().to_numpy()
    if blank.any():
        frame, rows = frame[~blank].reset_index(drop=True), rows[~blank]
    return Cells(frame=frame, rows=rows, encoding=encoding)


def _lines(path: Path) -> int:
    count, last = 0, b"\n"
    with path.open("rb") as stream:
        while piece := stream.read(1 << 22):
            count += piece.count(b"\n")
            last = piece[-1:]
    return count + (last != b"\n")
