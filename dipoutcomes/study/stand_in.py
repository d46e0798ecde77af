"""Stand-ins for real tables: read them, make others of the same shape, measure, write."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes import storage
from dipoutcomes.errors import DesignError, DisclosureError, ProtocolError
from dipoutcomes.streams import random_stream
from dipoutcomes.study._toml import toml_text
from dipoutcomes.study.plan import Plan, Progress, read_plan, read_tables, silent

if TYPE_CHECKING:
    from dipoutcomes.simulate.stand_in import Closeness, SourceTable, StandIn
    from dipoutcomes.study._like_tables import Place

REPORT, FACTS = "CLOSENESS.txt", "closeness.json"
_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
_PARQUET = (".parquet", ".pq")
_TEXTS = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeLike:
    """What was written, and how close it is.

    Parameters
    ----------
    files : tuple of str
    seed : int
        Makes the same stand-in again from the same records. Keep it with them: it is not in the
        folder, because with it somebody who guesses a key could see that the key was avoided.
    closeness : Closeness
    notes : tuple of str
        How text files were read, where that is worth a look.
    """

    files: tuple[str, ...]
    seed: int
    closeness: Closeness
    notes: tuple[str, ...] = ()


def synthesise_like(  # noqa: PLR0913 - its options
    like: Sequence[str | Path],
    out: str | Path,
    *,
    people: int | None = None,
    seed: int | None = None,
    person: str | None = None,
    hide: Sequence[str] = (),
    header_row: int | None = None,
    delimiter: str | None = None,
    progress: Progress = silent,
) -> MadeLike:
    """Write stand-in tables of the same shape as real ones, with a report of their closeness.

    Parameters
    ----------
    like : sequence of paths
        One protocol whose ``[records]`` name the real tables, or one or several data files.
    out : path
        Folder; written whole or not at all.
    people : int, optional
        How many to make; as many as there are, rounded to 5, if omitted.
    seed : int, optional
        From the operating system if omitted.
    person : str, optional
        Heading of the column that identifies the person, in data files.
    hide : sequence of str
        Headings of columns to be replaced by made-up words, whatever they look like.
    header_row : int, optional
        Row of the headings in data files; the first if omitted.
    delimiter : str, optional
        One sign between the cells of CSV files; if omitted the first of , ; tab | by which there
        are several columns.

    Raises
    ------
    DisclosureError
        If there are too few people, the made ones are too close, or a real key, text or rare
        word would be written. Nothing is written then.
    DesignError
        If data files share no column that could be the person.
    ProtocolError, RecordError, StorageError
        If the protocol or a file cannot be read, or a heading named is in none of them.
    ValueError
        If *like* mixes a protocol with other files or names a file twice, *delimiter* is no single
        sign, or a thing is said of a protocol that it says itself.
    """
    from dipoutcomes.simulate.stand_in import make_stand_in, measure_closeness

    target = Path(out)
    storage.check_replaceable(target)
    options = _Options(person=person, hide=hide, header_row=header_row, delimiter=delimiter)
    plan, real, places = _read_like([Path(path) for path in like], options, progress)
    chosen = secrets.randbits(64) if seed is None else seed
    progress("Making up people of the same shape")
    made = make_stand_in(real, people=people, rng=random_stream(chosen, "stand-in"))
    progress("Comparing them with the real ones")
    tables = [made.tables[table.name] for table in real]
    closeness = measure_closeness(
        real, tables, fewest=made.fewest, rng=random_stream(chosen, "stand-in/closeness")
    )
    if closeness.too_close:
        raise DisclosureError(
            f"{closeness.verdict} Nothing was written. Try fewer people (--people), replace "
            "columns that say much of a person (--hide HEADING), or share headings and codes alone"
        )
    files = _files(plan, real, made, closeness, places)
    progress("Writing them")
    storage.write_folder(target, files)
    return MadeLike(
        files=tuple(sorted(files)),
        seed=chosen,
        closeness=closeness,
        notes=tuple(_on_delimiters(real, places)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """How data files are to be read."""

    person: str | None
    hide: Sequence[str]
    header_row: int | None
    delimiter: str | None


def repeated_file(like: Sequence[Path]) -> str:
    """Return what to say of a file that is named twice, by whatever path; nothing without one."""
    places = [path.resolve() for path in like]
    twice = {
        path.name: None for path, place in zip(like, places, strict=True) if places.count(place) > 1
    }
    if not twice:
        return ""
    return (
        f"a file is named twice: {', '.join(twice)}. Its people would be taken for people with "
        "twice as many rows; name each file once"
    )


def _read_like(
    like: Sequence[Path], options: _Options, progress: Progress
) -> tuple[Plan | None, tuple[SourceTable, ...], dict[str, Place]]:
    from dipoutcomes.study import _like_tables as source

    if repeated_file(like):
        raise ValueError(f"`like` must not repeat itself; {repeated_file(like)}")
    if options.delimiter is not None and len(options.delimiter) != 1:
        raise ValueError("`delimiter` must be one sign, such as ';' or '|', or a tab")
    protocols = [path for path in like if path.suffix.lower() == ".toml"]
    if not like or (protocols and len(like) > 1):
        raise ValueError("`like` must name one protocol, or one or several data files")
    if not protocols:
        progress("Reading the records")
        tables, places = source.tables_of_files(
            like,
            person=options.person,
            hide=options.hide,
            header_row=options.header_row or 1,
            delimiter=options.delimiter,
        )
        if len(tables) > 1 and any(table.person is None for table in tables):
            raise DesignError(
                "no column joins all these files, so it cannot be said who is the same person. "
                "Name its heading with --person, or make a stand-in of each file alone"
            )
        return None, tables, places
    plan = read_plan(protocols[0])
    if plan.protocol.records is None:
        raise ProtocolError(
            f"'{protocols[0].name}' has no [records], so it names no tables of people. Give the "
            "data file itself"
        )
    raw = read_tables(plan, progress=progress)
    said = (options.person, options.header_row, options.delimiter)
    if any(given is not None for given in said):
        raise ValueError(
            "a protocol says itself which column is the person, where headings are and what stands "
            "between cells"
        )
    places = {}
    for name, (file, section, _) in plan.sources.items():
        if section is not None:
            places[name] = source.Place(
                file=file,
                sheet=raw[name].sheet,
                header_row=section.header_row,
                delimiter="\t"
                if file.suffix == ".tsv" and section.delimiter == ","
                else section.delimiter,
                encoding=raw[name].encoding or "utf-8-sig",
            )
    return plan, source.tables_of_protocol(plan.protocol, raw, options.hide), places


def _files(
    plan: Plan | None,
    real: Sequence[SourceTable],
    made: StandIn,
    closeness: Closeness,
    places: Mapping[str, Place],
) -> dict[str, bytes]:
    from dipoutcomes.simulate.stand_in import closeness_facts, closeness_text

    names, notes = _names(places)
    files: dict[str, bytes] = {}
    for name in dict.fromkeys(names.values()):
        inside = [table for table in names if names[table] == name and table in made.tables]
        files[name] = _bytes(name, inside, made, places)
    if plan is not None:
        files[plan.path.name] = _protocol_copy(plan, names, places)
    notes += _on_delimiters(real, places)
    files[REPORT] = closeness_text(made, closeness, real, notes=notes).encode()
    files[FACTS] = storage.canonical_json(closeness_facts(made, closeness, real))
    return files


def _on_delimiters(real: Sequence[SourceTable], places: Mapping[str, Place]) -> list[str]:
    """Return what stands between the cells of text files, where it is no comma or not known."""
    notes = []
    for table in real:
        place = places[table.name]
        if place.file.suffix.lower() not in _TEXTS:
            continue
        if table.frame.shape[1] == 1:
            notes.append(
                f"{place.file.name} was read as one column. If it holds several, say what stands "
                "between its cells with --delimiter SIGN."
            )
        elif place.delimiter != ",":
            sign = "a tab" if place.delimiter == "\t" else f"'{place.delimiter}'"
            notes.append(f"{place.file.name} was read, and is written, with {sign} between cells.")
    return notes


def _names(places: Mapping[str, Place]) -> tuple[dict[str, str], list[str]]:
    """Return the file of each made table, and what a reader should know of it."""
    taken: dict[str, Path] = {}
    names, notes = {}, []
    for table, place in places.items():
        file = place.file
        name = file.name
        if file.suffix.lower() in _WORKBOOKS[1:]:
            name = f"{file.stem}.xlsx"
            notes.append(f"{file.name} is written as {name}.")
        elif file.suffix.lower() not in (*_WORKBOOKS, *_PARQUET, *_TEXTS):
            name = f"{file.stem}-{table}.csv"
            notes.append(f"{table}, a table of the database {file.name}, is written as {name}.")
        if taken.get(name, file) != file or name in {REPORT, FACTS}:
            name = f"{file.parent.name}-{name}"
        taken[name] = file
        names[table] = name
    if any(place.sheet for place in places.values()):
        notes.append("Sheets that were not read, rows above headings and formulas are not copied.")
    return names, notes


def _bytes(name: str, inside: Sequence[str], made: StandIn, places: Mapping[str, Place]) -> bytes:
    from dipoutcomes.simulate.stand_in import Sheet, csv_bytes, excel_bytes, typed_frame

    place, frame = places[inside[0]], made.frame(inside[0])
    kind = Path(name).suffix.lower()
    if kind in _WORKBOOKS:
        sheets = {
            places[table].sheet: Sheet(frame=made.frame(table), header_row=places[table].header_row)
            for table in inside
        }
        return excel_bytes(sheets)
    if kind in _PARQUET:
        return storage.parquet_bytes(typed_frame(frame))
    encoding = "utf-8" if place.encoding.lower() == "utf-8-sig" else place.encoding
    return csv_bytes(
        frame, delimiter=place.delimiter, encoding=encoding, header_row=place.header_row
    )


def _protocol_copy(plan: Plan, names: Mapping[str, str], places: Mapping[str, Place]) -> bytes:
    """Return the protocol with its files replaced, marked as of made-up people."""
    text = storage.read_protocol_text(plan.path)
    values: dict[str, Any] = tomllib.loads(text)
    study, records = values["study"], values["records"]
    study["id"] = f"{study['id']}-stand-in"
    study["title"] = f"Stand-in, made-up people: {study['title']}"
    study["data"] = "synthetic"
    study["data_note"] = (
        "Made-up people in the shape of real tables, for trying code out. No figure says anything "
        "about real people; CLOSENESS.txt says how they were made."
    )
    records["pseudonym_key"] = "demonstration"
    for table, name in names.items():
        section = records[table]
        section["file"] = name
        if Path(name).suffix == ".csv" and places[table].file.suffix.lower() not in _TEXTS:
            for key in ("table", "delimiter", "encoding", "header_row"):
                section.pop(key, None)
    head = "# A copy that reads made-up people. The comments of the original are not copied.\n\n"
    return (head + toml_text(values)).encode()
