"""Whether the files have the tables and headings that the protocol names; all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from dipoutcomes.errors import RecordError
from dipoutcomes.records.date_cells import DateFormat
from dipoutcomes.records.dictionary import DICTIONARY, TableSpec
from dipoutcomes.records.raw import RawTable
from dipoutcomes.records.rules import REQUIRED_TABLES, LoadRules, TableRules
from dipoutcomes.records.text import BOOL_WORDS


def check_headings(raw: Mapping[str, RawTable], rules: LoadRules) -> None:
    """Raise one `RecordError` for every table and heading that is missing.

    Headings of the file are named only where they are near to the one asked for: where
    ``header_row`` is wrong, the "headings" are somebody's record.
    """
    problems = [
        f"there is no table '{name}'{_near(name, DICTIONARY)}"
        for name in rules.tables
        if name not in DICTIONARY
    ]
    problems += [
        f"the protocol names no source for the table '{name}', which is needed"
        for name in rules.needed
        if name not in rules.tables
    ]
    for name, spec in DICTIONARY.items():
        if name in rules.tables:
            problems += _mapping_faults(spec, rules.tables[name])
            if name not in raw:
                problems.append(f"{name}: the table was not read; name its file in the protocol")
            else:
                problems += _heading_faults(raw[name], rules.tables[name])
    problems += _format_faults(rules)
    if problems:
        raise RecordError(
            "the tables do not have what the protocol says. Correct the headings under "
            "[records.<table>.columns], or header_row, sheet or delimiter:",
            problems,
        )


def _mapping_faults(spec: TableSpec, rules: TableRules) -> list[str]:
    faults = [
        f"{spec.name}: the protocol names no heading for '{column.name}', which is needed"
        for column in spec.columns
        if column.mapped and column.name not in rules.columns
    ]
    faults += [
        f"{spec.name}: the toolkit has no column '{name}'{_near(name, spec.names)} "
        "(columns of your own go under attributes)"
        for name in rules.columns
        if name not in spec.names
    ]
    faults += [
        f"{spec.name}: '{name}' is a column of the toolkit and cannot be an attribute"
        for name in rules.attributes
        if name in spec.names
    ]
    return faults + _value_faults(spec, rules)


def _value_faults(spec: TableSpec, rules: TableRules) -> list[str]:
    faults: list[str] = []
    kinds = {column.name: column for column in spec.columns}
    known = rules.columns.keys() | rules.attributes.keys()
    for name, codes in rules.codes.items():
        if name not in known:
            faults.append(f"{spec.name}: values are given for '{name}', which is not mapped")
        elif name in kinds and kinds[name].kind in {"id", "row_id", "date"}:
            faults.append(f"{spec.name}: '{name}' is no list of codes; it cannot have values")
        elif name in kinds and kinds[name].kind in {"choice", "bool"}:
            words = kinds[name].choices or tuple(sorted(BOOL_WORDS))
            faults += [
                f"{spec.name}: values of '{name}' lead to '{word}'; the words are "
                f"{', '.join(words)}"
                for word in sorted(set(codes.values()))
                if word.strip().lower() not in words
            ]
    return faults


def _format_faults(rules: LoadRules) -> list[str]:
    """Return one line for each format that is none; a common one is named once, not by table."""
    where = [
        (f"{name}, date_formats", own.date_formats)
        for name, own in rules.tables.items()
        if own.date_formats is not None
    ]
    if len(where) < len(rules.tables):
        where.insert(0, ("records.date_formats", rules.date_formats))
    faults = []
    for place, formats in where:
        for text in formats:
            try:
                DateFormat.of(text)
            except ValueError as error:
                faults.append(f"{place}: {error}, as in %d/%m/%Y")
    return faults


def _heading_faults(raw: RawTable, rules: TableRules) -> list[str]:
    headings = [str(heading) for heading in raw.frame.columns]
    where = f"{raw.table} ({raw.file}{f', sheet {raw.sheet}' if raw.sheet else ''})"
    faults = []
    for name, heading in (*rules.columns.items(), *rules.attributes.items()):
        found = headings.count(heading)
        if not found:
            faults.append(f"{where}: no heading '{heading}' for {name}{_near(heading, headings)}")
        elif found > 1:
            faults.append(f"{where}: {found} columns are headed '{heading}'; give each its own")
    if not faults and raw.table in REQUIRED_TABLES and raw.frame.empty:
        faults.append(f"{where}: there is no row below the headings")
    return faults


def _near(word: str, known: Mapping[str, object] | tuple[str, ...] | list[str]) -> str:
    names = list(known)
    by_case = {name.lower().strip(): name for name in reversed(names)}
    near = get_close_matches(word.lower().strip(), list(by_case), n=1, cutoff=0.6)
    return f"; did you mean '{by_case[near[0]]}'?" if near else ""
