"""No small count of a scorecard can be had from its release copy, by all its sums together."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes._display import WITHHELD
from dipoutcomes.disclosure import protect_results
from dipoutcomes.disclosure.scorecard import Cell, hidden_rows
from dipoutcomes.results import StudyResults
from dipoutcomes.scorecard.measures import build_scorecard

_spec = importlib.util.spec_from_file_location(
    "made_up_caseloads", Path(__file__).parent / "made_up_caseloads.py"
)
caseload = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(caseload)
EVERYTHING, card_of, made_up = caseload.EVERYTHING, caseload.card_of, caseload.made_up

THRESHOLD = 5
caseloads = st.builds(
    made_up, people=st.integers(5, 80), episodes=st.integers(5, 160), seed=st.integers(0, 10**6)
)


def released(frames):
    built = build_scorecard(*frames, card_of(EVERYTHING), title="Half year")
    results = StudyResults(
        facts={"data": "real", "scorecard": {"outcome_window": ""}},
        tables={"scorecard": built.table},
        estimates={"scorecard_changes": built.changes, "scorecard_ratios": built.ratios},
    )
    return built, protect_results(results, protect=True, suppress_below=THRESHOLD)


def settled(rows, key):
    """Return the ids of hidden counts that linear algebra gives back from those shown."""
    ids = [row["id"] for row in rows if row[key] is not None]
    shown = {row["id"]: row[key] for row in rows if isinstance(row[key], int)}
    where = {name: k for k, name in enumerate(i for i in ids if i not in shown)}
    sums = {}
    for row in rows:
        if row["parts"] == "all" and row["of"] in ids:
            sums.setdefault((row["of"], row["group"]), []).append(row["id"])
    equations = []
    for (total, _), parts in sums.items():
        line = np.zeros(len(where))
        for name, sign in [(total, -1.0), *((part, 1.0) for part in parts)]:
            if name in where:
                line[where[name]] += sign
        equations.append(line)
    if not where or not equations:
        return set()
    matrix = np.array(equations)
    rank = np.linalg.matrix_rank(matrix)
    found = set()
    for name, k in where.items():
        unit = np.zeros(len(where))
        unit[k] = 1.0
        if np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank:
            found.add(name)
    return found


@settings(max_examples=25, deadline=None)
@given(frames=caseloads)
def test_no_small_count_is_shown_or_settled_by_the_sums(frames):
    built, copy = released(frames)
    rows = copy.tables["scorecard"].rows
    true = {line.id: (line.count, line.previous_count) for line in built.lines}
    for place, key in enumerate(("count", "previous")):
        for name in settled(rows, key):
            assert not 0 < true[name][place] < THRESHOLD, name
    for row in rows:
        for key, base in (("count", "base"), ("previous", "previous_base")):
            value, whole = row[key], row[base]
            if isinstance(value, int):
                assert not 0 < value < THRESHOLD
                if isinstance(whole, int):
                    assert not 0 < whole - value < THRESHOLD
        if row["count"] == WITHHELD and row["share"] is not None:
            assert row["share"] == WITHHELD


@settings(max_examples=25, deadline=None)
@given(frames=caseloads)
def test_a_base_that_is_withheld_stands_in_no_other_row(frames):
    _, copy = released(frames)
    rows = {row["id"]: row for row in copy.tables["scorecard"].rows}
    for row in rows.values():
        if row["of"] and rows[row["of"]]["count"] == WITHHELD and row["base"] is not None:
            assert row["base"] == WITHHELD
            assert row["share"] in (WITHHELD, None)


@settings(max_examples=15, deadline=None)
@given(frames=caseloads)
def test_a_change_is_withheld_with_the_counts_it_is_of(frames):
    _, copy = released(frames)
    rows = {(r["section"], r["label"]): r for r in copy.tables["scorecard"].rows}
    by_id = {row["id"]: row for row in rows.values()}
    for name in ("scorecard_changes", "scorecard_ratios"):
        for estimate in copy.estimates[name].rows:
            row = rows[estimate.group, estimate.label]
            of = by_id.get(row["of"], {}) if name == "scorecard_changes" else {}
            counts = [row["count"], row["previous"], of.get("count"), of.get("previous")]
            if WITHHELD in counts:
                assert estimate.estimate.withheld


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ((100, 40, 60), set()),
        ((100, 3, 37, 60), {"p0", "p1"}),  # the small one, and the next: or it comes back
        ((100, 98, 2), {"p0", "p1"}),  # nothing but the small one is left beside it
        ((100, 1, 2, 40, 57), {"p0", "p1", "p2"}),  # two that are few together
        ((4, 4, 0), {"total", "p0", "p1"}),
    ],
)
def test_hidden_rows_by_hand(counts, hidden):
    total, *parts = counts
    cells = [Cell("total", total, "", "", "")]
    cells += [Cell(f"p{k}", part, "total", "g", "all") for k, part in enumerate(parts)]
    assert hidden_rows(cells, THRESHOLD) == hidden
