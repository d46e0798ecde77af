"""Real tables as the stand-in room takes them: from a protocol, or from files alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dipoutcomes import storage
from dipoutcomes.errors import RecordError, StorageError
from dipoutcomes.protocol.model import Protocol, Records, TableSource
from dipoutcomes.records import DICTIONARY
from dipoutcomes.records.text import BOOL_WORDS
from dipoutcomes.simulate.stand_in import (
    Column,
    Role,
    SourceTable,
    identifiers_found,
    infer_column,
    infer_tables,
    join_keys,
    no_such_heading,
)

if TYPE_CHECKING:
    from dipoutcomes.records import RawTable

_EPOCH = date(1970, 1, 1).toordinal()
_ORDERS = {
    "episodes": ("start", "end"),
    "events": ("offence_date", "arrest_date", "proof_date"),
    "custody": ("start", "end"),
}
_ENCODINGS = ("utf-8-sig", "cp1252")
_DELIMITERS = (",", ";", "\t", "|")
_TEXTS = {".csv", ".tsv", ".txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a table came from, and where its stand-in goes."""

    file: Path
    sheet: str = ""
    header_row: int = 1
    delimiter: str = ","
    encoding: str = "utf-8-sig"


def tables_of_protocol(
    protocol: Protocol, raw: dict[str, RawTable], hide: Sequence[str] = ()
) -> tuple[SourceTable, ...]:
    """Return the tables of a protocol's records, each column with the part it plays there.

    A column that the protocol does not use keeps its kind of cells and none of its words.

    Raises
    ------
    RecordError
        If a heading that the protocol names is not in its file, or is there twice.
    """
    records = protocol.records
    if records is None:
        raise ValueError("`protocol` must have records")
    known = dict.fromkeys(str(h) for table in raw.values() for h in table.frame.columns)
    lost = [heading for heading in hide if heading not in known]
    if lost:
        raise RecordError(no_such_heading(lost, known))
    faults: list[str] = []
    parts = {name: _table(protocol, records, name, raw, hide, faults) for name in raw}
    if faults:
        raise RecordError(
            "the tables do not have what the protocol says (dipoutcomes check says more):", faults
        )
    sheets: dict[tuple[str, str, int], list[str]] = {}
    for name, table in raw.items():
        place = (table.sha256, table.sheet, getattr(records, name).header_row)
        sheets.setdefault(place, []).append(name)
    merged = [_merged([parts[name] for name in names], records) for names in sheets.values()]
    home = {name: names[0] for names in sheets.values() for name in names}
    joined = join_keys([_with_home(table, home) for table in merged], person=None)
    return tuple(identifiers_found(table) for table in joined)


def _merged(parts: Sequence[SourceTable], records: Records) -> SourceTable:
    """Return one table for those that are read from one sheet: it is made once."""
    if len(parts) == 1:
        return parts[0]
    columns = []
    for place, column in enumerate(parts[0].columns):
        used = [part for part in parts if column.heading in _headings(records, part.name)]
        columns.append((used or parts)[0].columns[place])
    return replace(
        parts[0],
        columns=tuple(columns),
        orders=tuple(order for part in parts for order in part.orders),
        anchors=tuple(anchor for part in parts for anchor in part.anchors),
        kind=next((part.kind for part in parts if part.kind is not None), None),
        flag_says=tuple(word for part in parts for word in part.flag_says),
        flag_before=next((p.flag_before for p in parts if p.flag_before is not None), None),
        one_each=False,
        after_all=False,
    )


def _headings(records: Records, name: str) -> set[str]:
    source: TableSource = getattr(records, name)
    return {*source.columns.values(), *source.attributes.values()}


def _with_home(table: SourceTable, home: dict[str, str]) -> SourceTable:
    """Return *table* with its flag looking to the table that is made for the episodes."""
    if table.flag_before is None:
        return table
    name, place = table.flag_before
    return replace(table, flag_before=(home[name], place))


def _table(
    protocol: Protocol,
    records: Records,
    name: str,
    tables: dict[str, RawTable],
    hide: Sequence[str],
    faults: list[str],
) -> SourceTable:
    source: TableSource = getattr(records, name)
    raw = tables[name]
    headings = [str(heading) for heading in raw.frame.columns]
    faults += [
        f"{name} ({raw.file}): {headings.count(heading)} columns are headed '{heading}'"
        for heading in (*source.columns.values(), *source.attributes.values())
        if headings.count(heading) != 1
    ]
    formats = source.date_formats or records.date_formats
    place = {ours: headings.index(h) for ours, h in source.columns.items() if h in headings}
    serial = raw.date_system == "1900"
    columns = [
        _column(raw, at, name, source, tuple(formats), records, hide) for at in range(len(headings))
    ]
    order = tuple(place[date_] for date_ in _ORDERS.get(name, ()) if date_ in place)
    anchor = protocol.cohort.index_date if protocol.cohort and name == "episodes" else ""
    return SourceTable(
        name=name,
        frame=raw.frame,
        columns=tuple(columns),
        person=place.get("person_id"),
        orders=(order,) if len(order) > 1 else (),
        anchors=(place[anchor],) if anchor in place else (),
        kind=place.get("event_type"),
        flag_says=_yes(source),
        flag_before=_entry(records, tables) if name == "events" else None,
        one_each=name == "persons",
        after_all=name == "exits",
        missing=records.missing,
        open_days=tuple(day.toordinal() - _EPOCH for day in records.open_ended_dates),
        last_day=protocol.study.extract_date.toordinal() - _EPOCH
        if protocol.study.extract_date
        else None,
        serial_days=serial,
    )


def _entry(records: Records, tables: dict[str, RawTable]) -> tuple[str, int] | None:
    """Return where the start of an episode stands, for the event that led to it."""
    headings = [str(heading) for heading in tables["episodes"].frame.columns]
    start = records.episodes.columns.get("start", "")
    return ("episodes", headings.index(start)) if start in headings else None


def _yes(source: TableSource) -> tuple[str, ...]:
    words = [word for word, says in BOOL_WORDS.items() if says == "true"]
    codes = source.values.get("is_index", {})
    return (*words, *(code for code, word in codes.items() if word.strip().lower() in words))


def _column(
    raw: RawTable,
    at: int,
    name: str,
    source: TableSource,
    formats: tuple[str, ...],
    records: Records,
    hide: Sequence[str],
) -> Column:
    heading = str(raw.frame.columns[at])
    if heading in hide:
        return Column(heading=heading, role="text", because="you named it")
    ours = {h: word for word, h in source.columns.items()}.get(heading)
    if ours is None:
        found = infer_column(raw.frame.iloc[:, at], heading, missing=records.missing)
        return _own_column(found, attribute=heading in source.attributes.values())
    spec = next(column for column in DICTIONARY[name].columns if column.name == ours)
    said = Column(heading=heading, role="category", filled=spec.filled, because=f"it is {ours}")
    if spec.kind == "date":
        role: Role = "birth" if ours == "birth_date" else "date"
        return replace(said, role=role, formats=formats)
    if spec.kind in {"id", "row_id"}:
        return replace(said, role="key")
    if spec.kind == "bool":
        return replace(said, role="flag")
    return said


def _own_column(found: Column, *, attribute: bool) -> Column:
    """Return a column of the file's own: an attribute keeps its common words, others do not."""
    if attribute and found.role in {"key", "text", "category"}:
        if "speaks of something private" in found.because:
            return found
        return replace(found, role="category", because="an attribute")
    if not attribute and found.role == "category":
        return replace(found, role="text", because="the protocol does not use it")
    return found


def tables_of_files(
    files: Sequence[Path],
    *,
    person: str | None,
    hide: Sequence[str],
    header_row: int = 1,
    delimiter: str | None = None,
) -> tuple[tuple[SourceTable, ...], dict[str, Place]]:
    """Return the tables of plain files, their kinds inferred, and where each came from.

    Raises
    ------
    StorageError
        If a file cannot be read.
    RecordError
        If a heading that was named is in no file.
    """
    raw: dict[str, RawTable] = {}
    places: dict[str, Place] = {}
    for file in files:
        name = file.name if file.name not in raw else f"{file.parent.name}/{file.name}"
        raw[name], places[name] = _read(file, name, header_row, delimiter)
    tables = infer_tables(
        {name: table.frame for name, table in raw.items()}, person=person, hide=hide
    )
    return tables, places


def _read(file: Path, name: str, header_row: int, delimiter: str | None) -> tuple[RawTable, Place]:
    """Read a file; a text in the first encoding and with the first delimiter that fit.

    One delimiter after another is tried until the headings are several; where none makes them
    so, the file has one column.
    """
    first: StorageError | None = None
    alone: tuple[RawTable, Place] | None = None
    is_text = file.suffix.lower() in _TEXTS
    signs = (delimiter,) if delimiter is not None else _DELIMITERS
    for encoding in _ENCODINGS if is_text else _ENCODINGS[:1]:
        for sign in signs if is_text else _DELIMITERS[:1]:
            try:
                raw = storage.read_raw_table(
                    file, table=name, delimiter=sign, encoding=encoding, header_row=header_row
                )
            except StorageError as error:
                first = first or error
                continue
            mark = "\t" if file.suffix.lower() == ".tsv" and sign == "," else sign
            place = Place(
                file=file, sheet=raw.sheet, delimiter=mark, encoding=encoding, header_row=header_row
            )
            if raw.frame.shape[1] > 1 or not is_text:
                return raw, place
            alone = alone or (raw, place)
        if alone is not None:
            return alone
    raise first or StorageError(f"'{file.name}' cannot be read")
