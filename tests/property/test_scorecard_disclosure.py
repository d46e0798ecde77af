"""No small count of a scorecard can be had from its release copy, by all its sums together."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

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
        facts={
            "data": "real", "confidence_level": 0.95,
            "scorecard": {
                "outcome_window": "", "period_from": "2013-10-01", "previous_to": "2013-09-30",
                "verdicts": built.verdicts, "by_chance": built.by_chance,
            },
        },
        tables={"scorecard": built.table},
        estimates={"scorecard_changes": built.changes, "scorecard_ratios": built.ratios},
    )  # fmt: skip
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


# ------------------------------------------------------ what a reader with a solver could find


class Reader:
    """Whole numbers that agree with all that a release copy prints of both periods."""

    def __init__(self, rows):
        self.rows = {row["id"]: row for row in rows}
        self.at = {}
        for key in ("count", "previous"):
            for name, row in self.rows.items():
                if row[key] is not None:
                    self.at[name, key] = len(self.at)
        self.low, self.high = np.zeros(len(self.at)), np.full(len(self.at), 1e4)
        self.lines, self.ends = [], []
        groups = {}
        for (name, key), k in self.at.items():
            row = self.rows[name]
            if isinstance(row[key], int):
                self.low[k] = self.high[k] = row[key]
            if (row["of"], key) not in self.at:
                continue
            self._kept({(row["of"], key): 1, (name, key): -1}, np.inf)
            if row["parts"] == "all":
                groups.setdefault((row["of"], row["group"], key), []).append(name)
            primary = (name.replace("mention-", "drug-", 1), key)
            if name.startswith("mention-") and primary in self.at:
                self._kept({(name, key): 1, primary: -1}, np.inf)
        for (total, _, key), parts in groups.items():
            self._kept({(total, key): 1, **{(part, key): -1 for part in parts}}, 0)
        if ("open_before", "count") in self.at and ("caseload", "previous") in self.at:
            self._kept({("open_before", "count"): 1, ("caseload", "previous"): -1}, 0)

    def _line(self, terms):
        line = np.zeros(len(self.at))
        for key, sign in terms.items():
            line[self.at[key]] += sign
        return line

    def _kept(self, terms, most):
        self.lines.append(self._line(terms))
        self.ends.append(most)

    def range_of(self, terms):
        """Return the least and the most that a sum can be."""
        line, rule = self._line(terms), LinearConstraint(np.array(self.lines), 0, self.ends)
        found = [
            milp(sign * line, constraints=rule, bounds=Bounds(self.low, self.high),
                 integrality=np.ones(len(line)))
            for sign in (1, -1)
        ]  # fmt: skip
        assert all(f.status == 0 for f in found), "the release contradicts itself"
        return round(found[0].fun), round(-found[1].fun)

    def people(self):
        """Yield what tells of people: counts, the rest of a whole, drugs besides the primary."""
        for name, key in self.at:
            row = self.rows[name]
            yield {(name, key): 1}
            if (
                name.startswith("mention-")
                and (name.replace("mention-", "drug-", 1), key) in self.at
            ):
                yield {(name, key): 1, (name.replace("mention-", "drug-", 1), key): -1}
            of = row["of"] if row["unit"] in {"episodes", "people"} else ""
            while of and of != "in_contact":
                yield {(of, key): 1, (name, key): -1}
                of = self.rows[of]["of"]
        for key in ("count", "previous"):
            drugs = [n for n, k in self.at if k == key and n.startswith("mention-")]
            if drugs:
                yield {("mentions", key): 1} | {
                    (n.replace("mention-", "drug-", 1), key): -1 for n in drugs
                }


def small_programme(episodes, seed, staying, *, further):
    """Return people with an episode each, of whom most go through every stage."""
    frame, persons = made_up(people=episodes, episodes=episodes, seed=seed, blanks=0)
    rng = np.random.default_rng(seed)
    frame["person_id"] = persons["person_id"].to_numpy()
    for days, column in ((2, "assessed"), (4, "planned"), (6, "engaged")):
        day = (frame["start"] + np.timedelta64(days, "D")).dt.strftime("%Y-%m-%d")
        frame[column] = day.where(rng.random(episodes) < staying, None)
    for column in ("drug_2", "drug_3"):
        frame[column] = frame[column].where(rng.random(episodes) < further, None)
    return frame, persons


@settings(max_examples=6, deadline=None)
@given(
    frames=st.builds(
        small_programme, st.integers(20, 150), st.integers(0, 10**6), st.sampled_from([0.8, 0.97]),
        further=st.sampled_from([0.03, 0.5]),
    )
)  # fmt: skip
def test_no_small_number_of_people_can_be_solved_from_both_columns(frames):
    assert not solved(*released(frames))


def solved(built, copy):
    """Return the small numbers of people that nothing but themselves would fit the copy."""
    reader = Reader(copy.tables["scorecard"].rows)
    true = {}
    for line in built.lines:
        true[line.id, "count"], true[line.id, "previous"] = line.count, line.previous_count
    found = []
    for terms in reader.people():
        if 0 < sum(sign * true[key] for key, sign in terms.items()) < THRESHOLD:
            least, most = reader.range_of(terms)
            found += [terms] if least == most else []
    return found


@pytest.mark.parametrize(("episodes", "seed"), [(41, 663723), (43, 381634), (33, 271952)])
def test_where_one_column_gave_the_other_away(episodes, seed):
    frame, persons = made_up(people=episodes, episodes=episodes, seed=seed)
    frame["person_id"] = persons["person_id"].to_numpy()
    assert not solved(*released((frame, persons)))


def test_verdicts_are_counted_on_the_rows_that_are_shown():
    _, copy = released(made_up(people=60, episodes=90, seed=4))
    shown = [row["verdict"] for row in copy.tables["scorecard"].rows]
    assert WITHHELD in shown
    assert copy.facts["scorecard"]["verdicts"] == {
        word: shown.count(word) for word in ("higher", "lower", "no clear change")
    }


def test_a_stage_goes_where_the_way_to_it_lost_few():
    # 46 assessed, 44 with a plan and 44 engaged: two went no further, whatever stands between.
    cells = [
        Cell("referrals", 80, "", "", ""),
        Cell("assessed", 46, "referrals", "assessed", "some"),
        Cell("care_plans", 44, "assessed", "care_plans", "some"),
        Cell("engaged", 44, "care_plans", "engaged", "some"),
    ]
    assert hidden_rows(cells, THRESHOLD) == {"care_plans", "engaged"}


def test_mentions_go_where_few_are_of_a_further_drug():
    cells = [
        Cell("referrals", 60, "", "", ""),
        Cell("drug-a", 40, "referrals", "drug", "all"),
        Cell("drug-b", 20, "referrals", "drug", "all"),
        Cell("mentions", 62, "", "", ""),
        Cell("mention-a", 40, "mentions", "drug", "all"),
        Cell("mention-b", 22, "mentions", "drug", "all"),
    ]
    assert {"mentions", "mention-b"} <= hidden_rows(cells, THRESHOLD)
