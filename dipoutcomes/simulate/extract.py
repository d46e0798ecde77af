"""The extracts that three offices would send: their headings, their codes, their date formats."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from dipoutcomes.simulate.casework import CASEWORK
from dipoutcomes.simulate.cohort import SyntheticCohort
from dipoutcomes.simulate.dirt import Fault, spoil, what_the_protocol_needs
from dipoutcomes.simulate.recipe import Recipe
from dipoutcomes.simulate.workbook import HEADER_ROW, workbook_bytes
from dipoutcomes.streams import random_stream

if TYPE_CHECKING:
    import pandas as pd

DATE_FORMAT = "%d/%m/%Y"
WORKBOOK = "caseload.xlsx"
#: Each raw table: where it goes, and the heading of each of our columns there.
HEADINGS: dict[str, tuple[str, dict[str, str]]] = {
    "persons": (
        f"{WORKBOOK}:Clients",
        {
            "person_id": "Client ref",
            "surname": "Surname",
            "forename": "Forename",
            "birth_date": "Date of birth",
            "sex": "Gender",
            "area": "Local authority",
        },
    ),
    "episodes": (
        f"{WORKBOOK}:Episodes",
        {
            "episode_id": "Episode ref",
            "person_id": "Client ref",
            "referral_source": "Referred by",
            "main_drug": "Main drug",
            "start": "Date started",
            "end": "Date closed",
        },
    ),
    "events": (
        "pnc_events.csv",
        {
            "person_id": "Client ref",
            "event_id": "PNC row",
            "event_type": "Type",
            "offence_date": "Date of offence",
            "arrest_date": "Date of arrest",
            "proof_date": "Date proven",
            "offence_code": "Offence",
            "is_index": "Index arrest",
        },
    ),
    "custody": (
        "custody.csv",
        {"person_id": "Client ref", "start": "Date in", "end": "Date out"},
    ),
    "exits": (
        "exits.csv",
        {"person_id": "Client ref", "date": "Date", "kind": "What happened"},
    ),
    "linkage": (
        "pnc_matches.csv",
        {
            "person_id": "Client ref",
            "surname": "Surname",
            "forename": "Forename",
            "birth_date": "Date of birth",
            "status": "Result",
        },
    ),
}
#: Columns of the clients' sheet that only some recipes ask for.
ON_REQUEST = {"group": "Group", "iom": "IOM"}
CODES: dict[str, dict[Any, str]] = {
    "event_type": {"arrest": "ARR", "charge": "CHG", "conviction": "CON", "caution": "CAU"},
    "is_index": {True: "Y", False: "N"},
    "kind": {"death": "Died", "left_country": "Left UK"},
    "status": {"found": "MATCHED", "not_found": "NO TRACE"},
}


def raw_files(cohort: SyntheticCohort, recipe: Recipe) -> dict[str, bytes]:
    """Return the made-up extracts as the bytes of files, spoilt as the recipe says.

    Parameters
    ----------
    cohort : SyntheticCohort
        From `make_cohort` with the same recipe.
    recipe : Recipe
        Says which rows to spoil, and the seed.

    Returns
    -------
    dict of str to bytes
        File name = content: a workbook with the caseload, four CSV files (dates dd/mm/yyyy; the
        one with names is in cp1252), ``truth.json`` and ``README.txt``. The same bytes for the
        same recipe, under the same versions of NumPy and openpyxl. Nothing is written.

    Raises
    ------
    ProtocolError
        If the recipe asks for more spoilt rows than there are rows that fit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.simulate import make_cohort, parse_recipe
    >>> recipe = parse_recipe(Path("synthetic/gwent.toml").read_text("utf-8"))
    >>> sorted(raw_files(make_cohort(recipe), recipe))[:3]
    ['README.txt', 'caseload.xlsx', 'custody.csv']
    """
    clean = _with_names(cohort)
    raw = {name: _as_sent(name, table) for name, table in clean.items()}
    spoilt, faults = spoil(
        clean,
        raw,
        recipe,
        first_rows={name: _first_row(where) for name, (where, _) in HEADINGS.items()},
        rng=random_stream(recipe.seed, "simulate/dirt"),
    )
    sheets = {
        where.partition(":")[2]: spoilt[name]
        for name, (where, _) in HEADINGS.items()
        if where.startswith(WORKBOOK)
    }
    files = {WORKBOOK: workbook_bytes(sheets, title=f"Made-up people: {recipe.says}")}
    for name, (where, _) in HEADINGS.items():
        if where.endswith(".csv"):
            text: str = spoilt[name].to_csv(index=False, lineterminator="\n")
            files[where] = text.encode("cp1252")
    files["truth.json"] = _canonical_json(_truth(cohort, recipe, faults))
    files["README.txt"] = _readme(recipe).encode()
    return files


def _first_row(where: str) -> int:
    """Return the number of the first row below the headings, as a spreadsheet shows it."""
    return (HEADER_ROW if where.startswith(WORKBOOK) else 1) + 1


def _with_names(cohort: SyntheticCohort) -> dict[str, pd.DataFrame]:
    """Return the clean tables, with the names and dates of birth that the police send back."""
    names = cohort.persons[["person_id", "surname", "forename", "birth_date"]]
    return {
        "persons": cohort.persons,
        "episodes": cohort.episodes,
        "events": cohort.events,
        "custody": cohort.custody,
        "exits": cohort.exits,
        "linkage": cohort.linkage.merge(names, on="person_id", validate="one_to_one"),
    }


def _as_sent(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a clean table with the office's headings and codes; dates stay dates in a workbook."""
    where, headings = HEADINGS[name]
    sent = table[list(headings)].copy()
    for column in sent:
        if column in CODES:
            sent[column] = sent[column].map(CODES[column])
        elif sent[column].dtype.kind == "M":
            blank = sent[column].isna()
            workbook = where.startswith(WORKBOOK)
            dates = sent[column].dt.date if workbook else sent[column].dt.strftime(DATE_FORMAT)
            sent[column] = dates.astype(object).mask(blank, None if workbook else "")
    if name == "persons":
        for column, heading in ON_REQUEST.items():
            if table[column].any():  # only where the recipe has such a thing
                sent[heading] = table[column]
    if name == "episodes":
        for column, heading in CASEWORK.items():
            if column in table:
                sent[heading] = _cells(table[column])
    return sent.rename(columns=headings)


def _cells(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of casework as a workbook holds it: dates as dates, blanks empty."""
    if column.dtype.kind == "M":
        days: pd.Series[Any] = column.dt.date.astype(object)
        return days.mask(column.isna(), None)
    return column.astype(object).mask(column == "", None)


def _truth(cohort: SyntheticCohort, recipe: Recipe, faults: tuple[Fault, ...]) -> dict[str, Any]:
    """Return what ``truth.json`` holds."""
    return {
        "says": "Made-up people. Nothing here describes a real person or a real programme.",
        "parameters": {**_parameters(recipe), "faults": recipe.faults.asked_for},
        "protocol_needs": what_the_protocol_needs(recipe.faults.asked_for),
        "faults": [fault.to_dict(HEADINGS[fault.table][0]) for fault in faults],
        **cohort.truth,
    }


def _parameters(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe as plain values; what it does not ask for beside the rest is left out."""
    return recipe.model_dump(mode="json", exclude=None if recipe.casework else {"casework"})


def _canonical_json(value: Any) -> bytes:
    """Return JSON with sorted keys and 12 significant digits: one form for one content."""
    text = json.dumps(_rounded(value), ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _readme(recipe: Recipe) -> str:
    return f"""These people are made up. No name, date or arrest here belongs to anybody.

They stand for {recipe.says} and were made from the recipe "{recipe.id}"
with seed {recipe.seed}. The same recipe makes the same files, byte for byte.

{WORKBOOK}    the caseload: sheets Clients and Episodes, headings in row 3
pnc_events.csv   arrests, charges, convictions and cautions, a row each, of those found
custody.csv      spells in custody; the day out is the first day at liberty
exits.csv        deaths, and people who left the country
pnc_matches.csv  whether the police found the person; in the cp1252 encoding
truth.json       the parameters, the true counts and the rows spoilt on purpose

Dates in the CSV files are dd/mm/yyyy. Some rows are wrong on purpose; truth.json counts them.
"""
