"""Whole studies of records, worked out a second time by `plain_recount`, agree to the last event.

Days, counts and flags must be equal; estimates and limits must agree to 1e-9 (the results are
written with twelve significant digits).
"""

from __future__ import annotations

import csv
import importlib.util
import json
import math
import sys
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from dipoutcomes import study
from dipoutcomes.simulate import make_cohort, parse_recipe, raw_files

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_spec = importlib.util.spec_from_file_location("plain_recount", HERE / "plain_recount.py")
plain = importlib.util.module_from_spec(_spec)
sys.modules["plain_recount"] = plain
_spec.loader.exec_module(plain)

COMMITTED = (ROOT / "protocols/gwent-synthetic.toml").read_text(encoding="utf-8")
RECIPE = (ROOT / "synthetic/gwent.toml").read_text(encoding="utf-8")
SAMPLE = COMMITTED[COMMITTED.index("[sample]") : COMMITTED.index("[outcome]")]
LINKAGE = COMMITTED[COMMITTED.index("[records.linkage]") : COMMITTED.index("[cohort]")]

#: Few people, most of them hard to follow.
HARD = {
    "people = 210": "people = 90",
    "share_reentering  = 0.02": "share_reentering  = 0.5",
    "still_open           = 6": "still_open           = 15",
    "share_sentenced    = 0.25": "share_sentenced    = 1.0",
    "mean_days_sentence = 75": "mean_days_sentence = 150",
    "deaths_per_year       = 0.015": "deaths_per_year       = 0.2",
    "left_country_per_year = 0.005": "left_country_per_year = 0.1",
    "share_not_found = 0.03": "share_not_found = 0.12",
    "offences_per_year = 0.5": "offences_per_year = 1.2",
    "duplicate_event_rows     = 6": "duplicate_event_rows     = 20",
    "arrest_before_birth      = 1": "arrest_before_birth      = 6",
    "impossible_date          = 1": "impossible_date          = 6",
    "custody_end_before_start = 1": "custody_end_before_start = 6",
}
LOOSE = {"maximum_reject_percent = 2": "maximum_reject_percent = 30"}
CENSUS = {SAMPLE: ""}
PROVEN = {
    'measure = "arrest"': 'measure = "proven reoffending"\nwaiting_period_months = 6',
    "last_offence_date = 2015-03-31": "last_offence_date = 2014-10-30",
    "report_at_months = [3, 6, 12, 24]\nmaximum_months = 24": "report_at_months = [3, 6, 12]\n"
    "maximum_months = 12",
}
STRATIFIED = {
    'design = "simple_random"\nsize = 28': 'design = "stratified"\nstrata = ["area"]\nsize = 45'
}

#: name -> seed of the made-up people (none for the committed ones), changes of recipe, of protocol
STUDIES = {
    "as committed": (None, {}, {}),
    "everybody in the cohort": (None, {}, CENSUS),
    "re-entry ends follow-up; index event by rule": (
        11,
        HARD,
        LOOSE
        | CENSUS
        | {
            'index_event = "is_index"': 'index_event = "latest_on_or_before_start"',
            'reentry = "report"': 'reentry = "censor"',
        },
    ),
    "proven reoffending, six months to be proven": (12, HARD, LOOSE | PROVEN | STRATIFIED),
    "a sample with exact limits": (
        14,
        HARD,
        LOOSE
        | {
            'proportion_interval = "wilson"': 'proportion_interval = "clopper_pearson"',
            "size = 28": "size = 40",
        },
    ),
    "counted from the start, open episodes, no linkage": (
        13,
        HARD,
        LOOSE
        | CENSUS
        | {
            LINKAGE: "",
            'index_event = "is_index"': 'index_event = "none"\n'
            'exclude = ["in_custody_at_index_date"]',
            'index_date = "end"': 'index_date = "start"',
            "accrual_from = 2012-10-01": "accrual_from = 2012-04-01",
            "last_offence_date = 2015-03-31": "last_offence_date = 2014-12-31",
            "exclude_days_in_custody = true": "exclude_days_in_custody = false",
            'rate_interval = "person_robust"': 'rate_interval = "garwood"',
            "confidence_level = 0.95": "confidence_level = 0.9",
            'measure = "arrest"': 'measure = "charge"',
            "finite_population = true": "finite_population = false",
        },
    ),
}


def changed(text, changes):
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def made_awkward(files, extract):
    """Add what chance seldom brings: shared courts, late proofs, arrests inside or on the last day.

    The rows name people who are in the files; every third client gets one kind or another.
    """
    marked = [r for r in rows_of(files, "pnc_events.csv") if r["Index arrest"] == "Y"]
    gone = {r["Client ref"]: day_of(r["Date"]) for r in rows_of(files, "exits.csv")}
    events, custody, exits = [], [], []
    for n, index in enumerate(sorted(marked, key=lambda r: r["Client ref"])):
        ref, arrest = index["Client ref"], day_of(index["Date of arrest"])
        if n % 3 == 0:  # sentenced together: the index offence, an earlier one and a later one
            court = arrest + timedelta(days=170)
            events.append((ref, "CON", day_of(index["Date of offence"]), arrest, court))
            for apart in (-50, 100):
                other = arrest + timedelta(days=apart)
                events.append((ref, "CON", other, other, court))
        elif n % 3 == 1:  # proven so late that some windows miss it
            for months in (8, 13, 20):
                late = arrest + timedelta(days=30 * months)
                events.append((ref, "CON", late, late, min(late + timedelta(days=400), extract)))
        else:  # arrested inside, in the last of three spells that touch and overlap
            inside = [arrest + timedelta(days=300 + d) for d in (0, 20, 30, 40, 45, 60)]
            events.append((ref, "ARR", inside[0], inside[4], None))
            events.append((ref, "CHG", None, inside[4], None))
            still = inside[5] if n % 2 else None
            custody += [(ref, inside[0], inside[2]), (ref, inside[1], inside[3])]
            custody.append((ref, inside[3], still))
        if n % 9 == 4 and ref not in gone:  # some before the end of treatment
            exits.append((ref, arrest + timedelta(days=40)))
        if ref in gone:  # on the day before, and on the day itself, which is not followed
            last = gone[ref] - timedelta(days=1)
            events += [(ref, "ARR", when, when, None) for when in (last, gone[ref])]
    lines = {
        "pnc_events.csv": [
            [r, f"Z{n:05d}", kind, *map(cell, days), "Theft from a shop", "N"]
            for n, (r, kind, *days) in enumerate(events)
        ],
        "custody.csv": [[r, *map(cell, days)] for r, *days in custody],
        "exits.csv": [[r, cell(day), "Died"] for r, day in exits],
    }
    added = {name: "\n".join(",".join(line) for line in more) for name, more in lines.items()}
    return files | {n: files[n].rstrip() + b"\n" + text.encode() for n, text in added.items()}


def rows_of(files, name):
    return list(csv.DictReader(StringIO(files[name].decode())))


def day_of(text):
    return datetime.strptime(text, "%d/%m/%Y").date()


def cell(day):
    return "" if day is None else day.strftime("%d/%m/%Y")


class Ran:
    """A study that has been run by the package, and its recount."""

    def __init__(self, name, folder):
        seed, recipe_changes, protocol_changes = STUDIES[name]
        if seed is None:
            files = {p.name: p.read_bytes() for p in (ROOT / "synthetic/gwent").iterdir()}
        else:
            text = changed(RECIPE, recipe_changes | {"seed   = 20140856": f"seed   = {seed}"})
            recipe = parse_recipe(text)
            files = raw_files(make_cohort(recipe), recipe)
            files = made_awkward(files, recipe.dates.extract_date)
        (folder / "synthetic/gwent").mkdir(parents=True)
        (folder / "protocols").mkdir()
        for file, content in files.items():
            (folder / "synthetic/gwent" / file).write_bytes(content)
        self.path = folder / "protocols/study.toml"
        self.path.write_text(changed(COMMITTED, protocol_changes), encoding="utf-8")
        study.run(self.path, out=folder / "out", report=False)
        self.truth = json.loads(files["truth.json"])
        self.results = json.loads((folder / "out/working/results.json").read_text("utf-8"))
        with (folder / "out/working/ledger.csv").open(encoding="utf-8", newline="") as file:
            self.ledger = list(csv.DictReader(file))
        self.recount = plain.Recount(self.path)
        clients = {self.recount.pseudonym(c): c for c in self.recount.persons}
        drawn = dict.fromkeys(row["person_id"] for row in self.ledger)
        self.people = [plain.Person(self.recount, clients[p]) for p in drawn]
        self.protocol = self.recount.protocol
        self.level = float(self.protocol["analysis"]["confidence_level"])
        self.windows = {
            w["name"]: [p.window(w) for p in self.people] for w in self.protocol["window"]
        }

    def rows(self, table):
        return self.results["estimates"].get(table, {"rows": []})["rows"]

    def estimates(self, table):
        return {(r["group"], r["label"]): r["estimate"] for r in self.rows(table)}

    def table(self, name):
        return self.results["tables"][name]["rows"]

    def bounded(self):
        for window in self.protocol["window"]:
            if window["closes"]["at"] != "last_offence_date" and not window.get("band"):
                yield window["name"], window["opens"]["at"] == window["closes"]["at"]

    def base(self, name):
        """Events of those known and seen to the end of a window."""
        both = zip(self.people, self.windows[name], strict=True)
        return [w["events"] for p, w in both if p.certain and w["seen"]]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=() if name == "as committed" else pytest.mark.slow, id=name)
        for name in STUDIES
    ],
)
def ran(request, tmp_path_factory):
    return Ran(request.param, tmp_path_factory.mktemp("study"))


def close(value, expected):
    if value is None or (isinstance(value, str) and value == "nan"):
        return math.isnan(expected)
    return float(value) == pytest.approx(expected, rel=1e-9, abs=1e-11)


def limits(estimate):
    both = [estimate["interval"][end] for end in ("low", "high")]
    return [math.inf if limit in {"inf", "Infinity"} else limit for limit in both]


def test_every_row_is_accepted_or_rejected_for_the_same_number_of_reasons(ran):
    found = {r["table"]: r["rejected"] for r in ran.table("data_quality")}
    assert found == {t: ran.recount.rejected[t] for t in found}


def test_the_same_people_are_eligible_and_followed(ran):
    flow = {r["says"]: r["remaining"] for r in ran.table("flow")}
    assert flow["people in the records"] == len(ran.recount.persons)
    assert flow["in the cohort"] == len(ran.recount.frame) == ran.results["facts"]["frame_size"]
    assert flow["not found on police records"] == sum(p.traced for p in ran.people)
    assert flow["with a complete record of the outcome"] == sum(p.certain for p in ran.people)
    size = ran.protocol.get("sample", {}).get("size", len(ran.recount.frame))
    assert len(ran.people) == size
    if ran.protocol.get("sample", {}).get("design") == "stratified":
        areas = [ran.recount.persons[p.client]["area"] for p in ran.people]
        everywhere = [ran.recount.persons[c]["area"] for c in ran.recount.frame]
        for area in set(everywhere):
            share = everywhere.count(area) / len(everywhere) * size
            assert abs(areas.count(area) - share) < 1


def test_every_day_and_event_of_every_person_is_where_the_recount_puts_it(ran):
    found = {(r["person_id"], r["window"]): r for r in ran.ledger}
    kinds = {
        "days_in_window": "in_window",
        "days_not_observed": "not_observed",
        "days_after_exit": "after_exit",
        "days_in_custody": "in_custody",
        "days_at_liberty": "at_liberty",
        "events": "events",
    }
    assert len(found) == len(ran.people) * len(ran.windows)
    for name, windows in ran.windows.items():
        for person, window in zip(ran.people, windows, strict=True):
            row = found[ran.recount.pseudonym(person.client), name]
            assert {k: int(row[k]) for k in kinds} == {k: window[v] for k, v in kinds.items()}
            assert row["first_event_date"] == window["first"]
            flags = {
                "observed_to_end": window["seen"],
                "traced": person.traced,
                "outcome_uncertain": person.uncertain,
                "custody_uncertain": person.custody_uncertain,
            }
            assert {k: row[k] for k in flags} == {k: str(v).lower() for k, v in flags.items()}


def test_who_could_be_seen_to_the_end_of_each_period_is_the_same(ran):
    for row in ran.table("follow_up"):
        windows = ran.windows[row["window"]]
        base = len(ran.base(row["window"]))
        assert row["base"] == base
        assert row["short"] == sum(p.certain for p in ran.people) - base
        assert row["untraced"] == sum(not p.traced for p in ran.people)
        assert row["persons"] == len(windows)


def test_shares_are_of_those_seen_to_the_end_alone(ran):
    found = ran.estimates("shares_by_window")
    assert {label for _, label in found} == {n for n, _ in ran.bounded() if ran.base(n)}
    for (_, name), estimate in found.items():
        events = ran.base(name)
        x, n = sum(e > 0 for e in events), len(events)
        assert (estimate["events"], estimate["base"]) == (x, n)
        assert close(estimate["value"], x / n)
        expected = plain.METHODS[ran.protocol["analysis"]["proportion_interval"]](x, n, ran.level)
        assert limits(estimate) == pytest.approx(expected, rel=1e-9, abs=1e-11)


def test_limits_for_the_frame_are_those_of_the_hypergeometric(ran):
    found = ran.estimates("shares_in_frame")
    simple = ran.protocol.get("sample", {}).get("design") == "simple_random"
    assert bool(found) == simple
    for (_, name), estimate in found.items():
        events = ran.base(name)
        x, n, size = sum(e > 0 for e in events), len(events), len(ran.recount.frame)
        expected = plain.hypergeometric(x, n, size, ran.level)
        assert (estimate["events"], estimate["base"]) == (x, n)
        assert limits(estimate) == pytest.approx(expected, rel=1e-9)


def test_weighted_shares_are_the_mean_of_the_strata_by_their_people_in_the_frame(ran):
    found = ran.estimates("shares_weighted")
    stratified = ran.protocol.get("sample", {}).get("design") == "stratified"
    assert {label for _, label in found} == (
        {n for n, _ in ran.bounded() if ran.base(n)} if stratified else set()
    )
    area = {p.client: ran.recount.persons[p.client]["area"] for p in ran.people}
    frame = [ran.recount.persons[c]["area"] for c in ran.recount.frame]
    for (_, name), estimate in found.items():
        events = {a: [] for a in area.values()}
        for person, window in zip(ran.people, ran.windows[name], strict=True):
            if person.certain and window["seen"]:
                events[area[person.client]].append(window["events"] > 0)
        shares = {a: sum(e) / len(e) for a, e in events.items() if e}
        # Strata with fewer than two followed are joined with others: test_drawn_design has them.
        if min(map(len, events.values())) >= 2:
            assert set(events) == set(frame)
            assert close(estimate["value"], sum(shares[a] for a in frame) / len(frame))
        else:
            assert min(shares.values()) <= estimate["value"] <= max(shares.values())
        flat = [x for e in events.values() for x in e]
        assert (estimate["events"], estimate["base"]) == (sum(flat), len(flat))
        if len(flat) < 2:
            assert estimate["interval"]["low"] is None  # one person shows no spread
        elif 0 < estimate["value"] < 1:
            low, high = limits(estimate)
            assert 0 <= low < estimate["value"] < high <= 1
        assert "effective sample size" in estimate["caveat"]


def test_the_best_and_the_worst_case_hold_everybody(ran):
    found = ran.estimates("bounds_by_window")
    method = plain.METHODS[ran.protocol["analysis"]["proportion_interval"]]
    for name, _ in ran.bounded():
        seen, unknown = 0, 0
        for person, window in zip(ran.people, ran.windows[name], strict=True):
            if person.traced and window["events"]:
                seen += 1
            elif not (person.certain and window["seen"]):
                unknown += 1
        n = len(ran.people)
        best = found[name, "best case: none of the unknown"]
        worst = found[name, "worst case: all of the unknown"]
        for case, x in ((best, seen), (worst, seen + unknown)):
            assert (case["events"], case["base"]) == (x, n)
            assert limits(case) == pytest.approx(method(x, n, ran.level), rel=1e-9, abs=1e-11)


def test_rates_divide_by_the_days_that_the_table_names(ran):
    garwood = ran.protocol["analysis"]["rate_interval"] == "garwood"
    for table in ("rates_by_window", "rates_with_custody"):
        found = ran.estimates(table)
        assert found
        for (_, name), estimate in found.items():
            liberty = estimate["base_unit"] == "person-years at liberty"
            events, years = [], []
            for person, window in zip(ran.people, ran.windows[name], strict=True):
                days = window["at_liberty"] + (0 if liberty else window["in_custody"])
                if person.certain and days and not (liberty and person.custody_uncertain):
                    events.append(window["events"])
                    years.append(days / plain.YEAR)
            if garwood:
                value = sum(events) / sum(years)
                expected = (value, *plain.garwood(sum(events), sum(years), ran.level))
            else:
                expected = plain.rate_limits(events, years, ran.level)
            assert (estimate["events"], estimate["persons"]) == (sum(events), len(events))
            assert close(estimate["base"], sum(years))
            assert [estimate["value"], *limits(estimate)] == pytest.approx(expected, rel=1e-9)


def test_a_mean_has_everybody_seen_to_the_end_in_its_base_with_or_without_an_event(ran):
    found = ran.estimates("events_per_person")
    expected = {n for n, fixed in ran.bounded() if fixed and ran.base(n)}
    assert {label for _, label in found} == expected
    for (_, name), estimate in found.items():
        events = ran.base(name)
        expected = plain.rate_limits(events, [1.0] * len(events), ran.level)
        assert (estimate["events"], estimate["base"]) == (sum(events), len(events))
        assert [estimate["value"], *limits(estimate)] == pytest.approx(expected, rel=1e-9)


def test_before_and_after_are_of_the_same_people(ran):
    found = ran.estimates("before_after")
    removed = ran.protocol["outcome"]["exclude_days_in_custody"]
    for contrast in ran.protocol["analysis"]["contrast"]:
        group = f"“{contrast['after']}” against “{contrast['before']}”"
        windows = [ran.windows[contrast[side]] for side in ("before", "after")]
        three = list(zip(ran.people, *windows, strict=True))
        pairs = [
            (b["events"] > 0, a["events"] > 0)
            for p, b, a in three
            if p.certain and b["seen"] and a["seen"]
        ]
        counts = [pairs.count(pair) for pair in ((1, 1), (0, 1), (1, 0), (0, 0))]
        both, gained, lost, _ = counts
        share = found[group, "difference of shares"]
        assert (share["events"], share["reference_events"]) == (both + gained, both + lost)
        assert share["base"] == share["reference_base"] == len(pairs)
        assert close(share["value"], (gained - lost) / len(pairs))
        assert limits(share) == pytest.approx(plain.tango(*counts, ran.level), abs=1e-9)
        assert close(share["p_value"], plain.mcnemar_mid_p(gained, lost))

        def days(window, removed=removed):
            return window["at_liberty"] + (0 if removed else window["in_custody"])

        kept = [
            (b, a)
            for p, b, a in three
            if p.certain and not (removed and p.custody_uncertain) and days(b) and days(a)
        ]
        events = [[w["events"] for w in side] for side in zip(*kept, strict=True)]
        years = [[days(w) / plain.YEAR for w in side] for side in zip(*kept, strict=True)]
        value = sum(events[1]) / sum(years[1]) / (sum(events[0]) / sum(years[0]))
        apart = [
            after - before
            for before, after in zip(
                *(plain.influence(e, y) for e, y in zip(events, years, strict=True)), strict=True
            )
        ]
        low, high, p_value = plain.person_limits(value, apart, ran.level)
        ratio = found[group, "ratio of rates"]
        assert (ratio["reference_events"], ratio["events"]) == tuple(map(sum, events))
        assert ratio["persons"] == len(kept)
        assert [ratio["value"], *limits(ratio)] == pytest.approx([value, low, high], rel=1e-9)
        assert ratio["p_value"] == pytest.approx(p_value, rel=1e-8)


def test_the_curve_holds_those_at_risk_and_nobody_else(ran):
    times = [p.time_to_first() for p in ran.people if p.certain]
    rows = plain.kaplan_meier([t for t in times if t is not None], ran.level)
    (curve,) = ran.results["curves"]["time_to_first"]
    assert curve["time"] == [r[0] for r in rows]
    for column, key in ((4, "at_risk"), (5, "events"), (6, "censored")):
        assert curve[key] == [r[column] for r in rows]
    assert curve["value"] == pytest.approx([r[1] for r in rows], rel=1e-9, abs=1e-12)
    for row, low, high in zip(rows, curve["low"], curve["high"], strict=True):
        if row[2] is None:
            assert low == 0
        else:
            assert (low, high) == pytest.approx((row[2], row[3]), rel=1e-9)
    found = ran.estimates("first_event_at")
    for (_, label), estimate in found.items():
        days = int(label.split("(")[1].split()[0])
        _, survival, low, high, *_ = plain.row_at(rows, days)
        assert close(estimate["value"], 1 - survival)
        if low is not None:
            assert limits(estimate) == pytest.approx([1 - high, 1 - low], rel=1e-9, abs=1e-12)
        assert estimate["base"] == rows[0][4]
        assert estimate["persons"] == sum(t is not None and t[0] >= days for t in times)


def test_the_people_who_need_care_are_counted_for_the_whole_cohort(ran):
    found = {row["says"]: row["persons"] for row in ran.table("cohort_counts")}
    everybody = [plain.Person(ran.recount, client) for client in ran.recount.frame]
    last = ran.recount.last
    again = [p.reentry for p in everybody]
    assert found["re-entered by the last offence date"] == sum(
        d is not None and d <= last for d in again
    )
    gone = [ran.recount.exit_of(p.client) for p in everybody]
    expected = sum(d is not None and d <= last for d in gone)
    assert found["died or left the country by the last offence date"] == expected
    untraced = sum(n for says, n in found.items() if "police records" in says)
    assert untraced == sum(not p.traced for p in everybody)


def test_the_definitions_printed_are_those_that_were_followed(ran):
    said = {row["term"]: row["meaning"] for row in ran.table("definitions")}
    cohort, outcome = ran.protocol["cohort"], ran.protocol["outcome"]
    none = cohort["index_event"] == "none"
    assert ("brought the person in" in said["Outcome"]) != none
    assert ("in custody" in said["Time at risk"].split(";")[0]) == outcome[
        "exclude_days_in_custody"
    ]
    ends = cohort["reentry"] == "censor"
    assert said["A later episode (re-entry)"].startswith("ends follow-up") == ends
    assert ("re-entry" in said["Time at risk"]) == ends


def test_bands_and_the_ledger_of_days_add_up(ran):
    who = [p.certain and not p.custody_uncertain for p in ran.people]
    *bands, total = ran.table("bands")
    for row in bands:
        windows = [w for w, kept in zip(ran.windows[row["window"]], who, strict=True) if kept]
        assert row["events"] == sum(w["events"] for w in windows)
        assert close(row["years"], sum(w["at_liberty"] for w in windows) / plain.YEAR)
    assert total["events"] == sum(r["events"] for r in bands)
    assert close(total["years"], sum(r["years"] for r in bands))
    kinds = ("in_window", "not_observed", "after_exit", "in_custody", "at_liberty")
    for row in ran.table("days_ledger"):
        windows = zip(ran.people, ran.windows[row["window"]], strict=True)
        kept = [w for p, w in windows if p.certain]
        for kind in kinds:
            days = sum(w[kind] for w in kept)
            assert close(row[f"days_{kind}"], days / plain.YEAR)


def test_whoever_the_records_do_not_follow_is_nowhere_counted_as_free_of_offences(ran):
    followed = sum(p.certain for p in ran.people)
    assert followed < len(ran.people)
    weighted = "shares_weighted"
    for table in (
        "shares_by_window",
        "shares_in_frame",
        weighted,
        "events_per_person",
        "first_event_at",
    ):
        for (_, name), estimate in ran.estimates(table).items():
            assert estimate["base"] <= followed, name
    for table in ("rates_by_window", "rates_with_custody", "before_after"):
        for (_, name), estimate in ran.estimates(table).items():
            assert estimate["persons"] <= followed, name
