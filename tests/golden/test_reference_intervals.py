"""Every row of the reference files whose method is offered, within the tolerance of the row.

A method is offered, or it stands in the "not yet" list of ``exceptions.toml``, which only shrinks.
Run with ``-s`` to see how many rows of each method were compared. Another folder of reference
files is compared with ``DIPOUTCOMES_REFERENCE_DIR``.
"""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("interval_reference", HERE / "interval_reference.py")
assert _spec is not None
assert _spec.loader is not None
reference = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)

EXCEPTIONS = tomllib.loads((HERE / "exceptions.toml").read_text(encoding="utf-8"))
VALUES = ("lower", "upper", "lower_count", "upper_count", "achieved_level", "p_value")
# A one-sided row is compared on its own side; the other limit is the edge of what is possible.
ONE_SIDED = {
    "lower bound only": ("lower", "lower_count"),
    "upper bound only": ("upper", "upper_count"),
}


def read(file: str) -> pd.DataFrame:
    table = pd.read_csv(reference.FOLDER / f"{file}.csv")
    table["what"] = table.get("quantity", "")
    if "confidence_level" not in table:
        table["confidence_level"] = np.nan
    table["stated"] = table["abs_tolerance"]
    for entry in EXCEPTIONS.get("wider_tolerance", []):
        if entry["file"] == file:
            assert len(entry["reason"]) > 40, "an exception needs its reason"
            rows = table["method"] == entry["method"]
            if "case_ids" in entry:
                rows &= table["case_id"].isin(entry["case_ids"])
                assert rows.sum() == len(entry["case_ids"]), "an exception names a row not there"
            table.loc[rows, "abs_tolerance"] = entry["abs_tolerance"]
    return table


def name_of(word: str, what: str) -> str:
    return f"{word} ({what})" if what else word


def blocks(file: str, table: pd.DataFrame):
    alike = ["method", "what", "confidence_level", "side"]
    if file.startswith(("f05", "f06")):
        which = ("dataset", "group", "group_1", "group_2", "set", "variance")
        alike += [name for name in which if name in table]
        # A note that is no remark but an argument.
        if "note" in table and table["note"].str.match("Delta = ", na=False).any():
            alike.append("note")
    return table.groupby(alike, dropna=False, sort=False)


def misses(rows: pd.DataFrame, answer) -> pd.Series:
    """Return, a row, what disagrees in words; empty where all that can be compared agrees."""
    said = pd.Series("", index=rows.index)
    wanted = ONE_SIDED.get(rows["side"].iloc[0], VALUES)
    for column in VALUES:
        if column not in rows or column not in wanted:
            continue
        theirs = rows[column].to_numpy(dtype=float)
        given = ~np.isnan(theirs)
        if not given.any():
            continue
        if column not in answer:
            said[given] += f" {column} is not offered;"
            continue
        ours = np.broadcast_to(np.asarray(answer[column], dtype=float), theirs.shape)
        with np.errstate(invalid="ignore"):
            near = (ours == theirs) | (np.abs(ours - theirs) <= rows["abs_tolerance"].to_numpy())
        for i in np.flatnonzero(given & ~near):
            said.iloc[i] += f" {column} {ours[i]!r}, reference {theirs[i]!r};"
    return said


def artefacts(file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in EXCEPTIONS.get("artefact", []):
        if entry["file"] == file:
            assert len(entry["reason"]) > 40, "an exception needs its reason"
            names = entry.get("case_ids") or list(read(file).query(entry["rows"])["case_id"])
            assert names, "an exception that excuses nothing"
            found |= dict.fromkeys(names, entry["reason"])
    return found


@pytest.mark.parametrize("file", list(reference.FILES))
def test_every_row_of_an_offered_method_agrees(file):
    adapter, offered = reference.FILES[file]
    table, excused = read(file), artefacts(file)
    later = set(EXCEPTIONS["not_yet"].get(file, []))
    compared, waiting, problems, stale = Counter(), Counter(), [], []
    for (word, what, *_), rows in blocks(file, table):
        name = name_of(word, what)
        if not offered(word, what):
            waiting[name] += len(rows)
            continue
        said = misses(rows, adapter(word, rows))
        artefact = rows["case_id"].isin(excused)
        stale += list(rows.loc[artefact & (said == ""), "case_id"])
        bad = said[~artefact & (said != "")]
        problems += [f"{rows['case_id'][i]} {name}:{text}" for i, text in bad.items()]
        compared[name] += int((~artefact).sum())
    lines = [f"{count:5d} {name}" for name, count in sorted(compared.items())]
    head = f"\n{file}: {sum(compared.values())} of {len(table)} rows compared"
    sys.stdout.write("\n".join([head, *lines, ""]))
    assert not problems, f"{len(problems)} rows disagree:\n" + "\n".join(problems[:20])
    assert not stale, f"excused rows that agree after all: {stale}"
    assert set(excused) <= set(table["case_id"]), "an exception names a row that is not there"
    assert set(waiting) == later, (
        f"neither offered nor listed: {sorted(set(waiting) - later)}; "
        f"listed but offered or unknown: {sorted(later - set(waiting))}"
    )
    assert sum(compared.values()) + sum(waiting.values()) + len(excused) == len(table)
    assert compared, "nothing was compared"


@pytest.mark.parametrize("entry", EXCEPTIONS.get("wider_tolerance", []), ids=lambda e: e["method"])
def test_a_wider_tolerance_is_still_needed(entry):
    table = read(entry["file"]).query("method == @entry['method']")
    table["abs_tolerance"] = table["stated"]
    adapter, _ = reference.FILES[entry["file"]]
    said = pd.concat(
        misses(rows, adapter(word, rows)) for (word, *_), rows in blocks(entry["file"], table)
    )
    assert (said != "").any(), "the rows agree within their own tolerance: drop the exception"


def test_a_wrong_limit_would_be_noticed():
    table = read("f01_single_proportion")
    rows = table[(table["method"] == "wilson") & (table["confidence_level"] == 0.95)]
    answer = dict(reference.proportion("wilson", rows))
    assert (misses(rows, answer) == "").all()
    answer["upper"] = answer["upper"] + 1e-9
    assert (misses(rows, answer) != "").all()


PUBLISHED = {
    "single proportion": ("proportion", ("successes", "trials")),
    "two proportions": ("difference", ("successes_1", "trials_1", "successes_2", "trials_2")),
}


@pytest.mark.parametrize("family", PUBLISHED)
def test_values_printed_in_papers(family):
    ours, names = PUBLISHED[family]
    table = pd.read_csv(reference.FOLDER / "published_values.csv")
    rows = table[table["family"] == family]
    assert not rows.empty
    for row in rows.itertuples():
        inputs = dict(part.split("=") for part in row.inputs.split("; "))
        entry = reference.known(ours, row.method)
        assert entry is not None, row.method
        found = entry.function(*(int(inputs[n]) for n in names), confidence_level=0.95)
        assert (found.low, found.high) == pytest.approx(
            (row.lower, row.upper), abs=row.abs_tolerance
        ), row.case_id
