"""Time to re-offending in whole studies, worked out a second time by `plain_reoffending`.

Counts must be equal; estimates agree to 1e-9, and limits that rest on a numerical derivative to
1e-5.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from dipoutcomes import study
from dipoutcomes.simulate import make_cohort, parse_recipe, raw_files

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def _load(name):
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


recount = _load("plain_recount")
plain = _load("plain_reoffending")

COMMITTED = (ROOT / "protocols/gwent-synthetic-reoffending.toml").read_text(encoding="utf-8")
RECIPE = (ROOT / "synthetic/gwent.toml").read_text(encoding="utf-8")
whole_studies = _load("test_independent_recomputation")
#: Few people, many of whom die, leave or are in custody: more of each than in that module.
HARD = whole_studies.HARD | {"seed   = 20140856": "seed   = 23"}
PROVEN = {
    'measure = "arrest"': 'measure = "proven reoffending"\nwaiting_period_months = 6',
    "last_offence_date = 2015-03-31": "last_offence_date = 2014-10-30",
    "report_at_months = [3, 6, 12, 24]\nmaximum_months = 24": "report_at_months = [3, 6, 12]\n"
    "maximum_months = 15",
    "report_at_months = [6, 12, 24]\nmaximum_months = 24": "report_at_months = [6, 12]\n"
    "maximum_months = 18",
    '[time_to_first]\norigin = "end"': '[time_to_first]\norigin = "start"',
    'reentry = "report"': 'reentry = "censor"',
    'arrests in the 12 months before"': 'proven offences before"',
}
LOST = {
    'competing = ["death"] ': 'competing = ["death", "left_country"] ',
    "maximum_reject_percent = 2": "maximum_reject_percent = 30",
}
STUDIES = {
    "as committed": ({}, {}),
    "arrests, many lost": (HARD, LOST),
    "proven, from the start, many lost": (HARD, LOST | PROVEN),
}


class Ran:
    """A study that the package has run, and the same people read again."""

    def __init__(self, name, folder):
        recipe_changes, protocol_changes = STUDIES[name]
        files = {p.name: p.read_bytes() for p in (ROOT / "synthetic/gwent").iterdir()}
        if recipe_changes:
            recipe = parse_recipe(whole_studies.changed(RECIPE, recipe_changes))
            files = raw_files(make_cohort(recipe), recipe)
            files = whole_studies.made_awkward(files, recipe.dates.extract_date)
        (folder / "synthetic/gwent").mkdir(parents=True)
        (folder / "protocols").mkdir()
        for file, content in files.items():
            (folder / "synthetic/gwent" / file).write_bytes(content)
        path = folder / "protocols/study.toml"
        path.write_text(whole_studies.changed(COMMITTED, protocol_changes), encoding="utf-8")
        self.results = study.evaluate(path).results
        again = recount.Recount(path)
        self.protocol = again.protocol
        self.people = [recount.Person(again, client) for client in again.frame]
        self.level = float(self.protocol["analysis"]["confidence_level"])
        self.recount = again

    def estimates(self, name):
        return {(r.group, r.label): r.estimate for r in self.results.estimates[name].rows}

    def rows(self, name):
        return list(self.results.tables[name].rows)

    def first(self):
        section = self.protocol["time_to_first"]
        found = plain.followed(self.people, section["origin"], section["maximum_months"])
        if "left_country" in section["competing"]:
            for one in found:
                if one.what is None and one.person.gone and one.person.gone < one.closes:
                    one.what = {"left_country": "leaving"}.get(one._kind())
        return found

    def times(self, section):
        days = {m: plain.longest(m) for m in self.protocol[section]["report_at_months"]}
        return {f"by {m} month{'s' * (m > 1)} ({d} days)": d for m, d in days.items()}

    def sex(self, person):
        return self.recount.persons[person.client]["sex"] or "not known"


@pytest.fixture(scope="module", params=list(STUDIES))
def ran(request, tmp_path_factory):
    return Ran(request.param, tmp_path_factory.mktemp("again"))


def causes_of(ran):
    named = {"death": "death", "left_country": "leaving"}
    return ["event", *(named[c] for c in ran.protocol["time_to_first"]["competing"])]


def label_of(ran, cause):
    (first, *_) = ran.results.facts["first_event"]["causes"]
    return {"event": first, "leaving": "leaving the country"}.get(cause, cause)


def test_what_came_first(ran):
    people, causes = ran.first(), causes_of(ran)
    found = ran.estimates("incidence_at")
    assert len({group for group, _ in found}) == len(ran.times("time_to_first"))
    for says, day in ran.times("time_to_first").items():
        share, free = plain.incidence(people, day, causes)
        for cause in causes:
            estimate = found[says, label_of(ran, cause)]
            seen = sum(p.what == cause and p.days <= day for p in people)
            assert (estimate.events, estimate.base) == (seen, len(people))
            assert estimate.value == pytest.approx(share[cause], abs=1e-9)
        still = found[says, "none of these"]
        assert still.value == pytest.approx(free, abs=1e-9)
        gone = sum(p.days <= day and p.what is not None for p in people)
        gone += sum(p.days < day and p.what is None for p in people)
        assert still.events == len(people) - gone


def test_the_limits_of_what_came_first_are_the_infinitesimal_jackknife(ran):
    people, causes = ran.first(), causes_of(ran)
    says, day = list(ran.times("time_to_first").items())[-1]
    estimate = ran.estimates("incidence_at")[says, label_of(ran, "event")]
    error = plain.jackknifed(lambda w: plain.incidence(people, day, causes, w)[0]["event"], people)
    low, high = plain.log_log(estimate.value, error, ran.level)
    assert tuple(estimate.interval) == pytest.approx((low, high), abs=1e-5)


def test_the_naive_share_and_how_far_it_is_too_high(ran):
    people = ran.first()
    found = ran.estimates("overstatement")
    for says, day in ran.times("time_to_first").items():
        wrong = found[says, "1 − Kaplan-Meier (too high)"]
        assert wrong.value == pytest.approx(plain.naive(people, day), abs=1e-9)
        assert wrong.value >= found[says, "share of people"].value - 1e-12


def test_time_lost_adds_up_to_the_horizon(ran):
    causes, found = causes_of(ran), ran.results.estimates["time_lost"]
    horizon = plain.longest(ran.protocol["time_to_first"]["mean_time_months"])
    lost, free = plain.time_lost(ran.first(), horizon, causes)
    for cause in causes:
        assert found[f"lost to {label_of(ran, cause)}"].value == pytest.approx(lost[cause])
    assert found["with no event"].value == pytest.approx(free)
    assert sum(e.value for e in found.estimates) == pytest.approx(horizon)


def test_groups_compared(ran):
    people = ran.first()
    rows = [(p.days, p.what == "event", ran.sex(p.person)) for p in people]
    observed, expected, chi2 = plain.log_rank(rows)
    table = {row["group"]: row for row in ran.rows("group_test")}
    assert {g: row["observed"] for g, row in table.items()} == dict(observed)
    for group, row in table.items():
        assert row["expected"] == pytest.approx(expected[group])
    assert f"chi-squared {chi2:.2f} on" in ran.results.tables["group_test"].notes[0]
    for (pair, says), estimate in ran.estimates("difference_at").items():
        group, _, base = pair.partition(" less ")
        day = ran.times("time_to_first")[says]
        shares = [
            plain.naive([p for p in people if ran.sex(p.person) == g], day) for g in (group, base)
        ]
        assert estimate.value == pytest.approx(shares[0] - shares[1], abs=1e-9)


def test_grays_test_keeps_the_dead_at_risk(ran):
    people = ran.first()
    end = max(p.days for p in people)
    if any(p.what is None and p.days < end for p in people):
        pytest.skip("people leave early, so the risk set of Gray's test needs weights")
    rows = [
        (p.days if p.what == "event" else end, p.what == "event", ran.sex(p.person)) for p in people
    ]
    observed, expected, _ = plain.log_rank(rows)
    for row in ran.rows("gray_test"):
        assert row["observed"] == observed[row["group"]]
        assert row["expected"] == pytest.approx(expected[row["group"]])


def test_those_still_free(ran):
    people = ran.first()
    (months,) = ran.protocol["time_to_first"]["still_free_months"]
    day = plain.longest(months)
    for (sex, _), estimate in ran.estimates("still_free").items():
        own = [p for p in people if ran.sex(p.person) == sex and p.days > day]
        for p in own:
            p.days -= day
        assert estimate.base == len(own)
        assert estimate.value == pytest.approx(plain.naive(own, day), abs=1e-9)
        for p in own:
            p.days += day
    for row in ran.rows("still_free_people"):
        own = [p for p in people if ran.sex(p.person) == row["group"]]
        early = [p for p in own if p.days <= day]
        assert row["had"] == sum(p.what == "event" for p in early)
        assert row["left"] == sum(p.what != "event" for p in early)
        assert row["free"] == len(own) - len(early)


def at_liberty(ran, *, custody_out):
    section = ran.protocol["repeated"]
    known = [p for p in ran.people if not p.custody_uncertain]
    people = plain.followed_at_all(known, section["origin"], section["maximum_months"])
    inside = [plain.AtLiberty(p) for p in people]
    kept = [p for p, one in zip(people, inside, strict=True) if one.free]
    return [plain.AtLiberty(p, custody_out=custody_out) for p in kept]


@pytest.mark.parametrize(
    ("table", "custody_out"), [("repeated_at", True), ("repeated_with_custody", False)]
)
def test_how_often(ran, table, custody_out):
    people = at_liberty(ran, custody_out=custody_out)
    found = ran.estimates(table)
    sexes = {ran.sex(p.who.person) for p in people}
    assert {group for group, _ in found} == sexes
    for (sex, says), estimate in found.items():
        day = ran.times("repeated")[says]
        own = [p for p in people if ran.sex(p.who.person) == sex]
        assert estimate.events == sum(n <= day for p in own for n in p.events)
        years = sum(n <= day for p in own for n in p.free) / 365.25
        assert estimate.base == pytest.approx(years)
        assert estimate.value == pytest.approx(plain.mean_count(own, day), abs=1e-9)


def test_the_limits_of_how_often(ran):
    people = at_liberty(ran, custody_out=True)
    sex, says = next(iter(ran.estimates("repeated_at")))
    own = [p for p in people if ran.sex(p.who.person) == sex]
    estimate = ran.estimates("repeated_at")[sex, says]
    wanted = plain.mean_limits(own, ran.times("repeated")[says], ran.level)
    assert (estimate.value, *estimate.interval) == pytest.approx(wanted, rel=1e-5)


def test_who_was_followed_for_repeated_events(ran):
    people = at_liberty(ran, custody_out=True)
    for row in ran.rows("repeated_people"):
        own = [p for p in people if ran.sex(p.who.person) == row["group"]]
        assert (row["persons"], row["died"]) == (len(own), sum(p.died for p in own))
        assert row["events"] == sum(len(p.events) for p in own)
        assert row["inside"] == sum(p.lost for p in own)


def test_hazard_ratios(ran):
    people = ran.first()
    section = ran.protocol["regression"]
    months = section["events_before_months"]
    areas = sorted({p.person.recount.persons[p.person.client]["area"] or "" for p in people})
    areas.remove(section["reference"]["area"])
    x = []
    for p in people:
        who, one = p.person, p.person.recount.persons[p.person.client]
        index = who.episode[ran.protocol["cohort"]["index_date"]]
        born = one["birth_date"]
        age = index.year - born.year - ((index.month, index.day) < (born.month, born.day))
        waiting = ran.protocol["outcome"].get("waiting_period_months", 0)
        opens = recount.later(who.start, -months)
        before = who.events_between(opens, who.start, recount.later(who.start, waiting))
        x.append(
            [age, ran.sex(who) == "Female", len(before), *((one["area"] or "") == a for a in areas)]
        )
    ratio, low, high = plain.cox(
        [p.days for p in people], [p.what == "event" for p in people], x, ran.level
    )
    rows = ran.results.estimates["hazard_ratios"].rows
    assert len(rows) == len(ratio)
    found = [(r.estimate.value, *r.estimate.interval) for r in rows]
    assert found == [
        pytest.approx(wanted, rel=1e-6) for wanted in zip(ratio, low, high, strict=True)
    ]
    of_area = [r.estimate.base for r in rows if r.label.startswith("area")]
    assert of_area == [sum(line[3 + k] for line in x) for k in range(len(areas))]


def test_those_who_stayed_and_those_who_left(ran):
    section = ran.protocol["landmark"]
    at = plain.longest(section["month"])
    people = plain.followed(ran.people, "start", section["month"] + section["maximum_months"])
    left = [p for p in people if p.days > at]
    stayed = [p for p in left if p.person.end is None or (p.person.end - p.person.start).days > at]
    gone = [p for p in left if p not in stayed]
    counts = [row["persons"] for row in ran.rows("landmark_people")]
    early = [p for p in people if p.days <= at]
    had = sum(p.what == "event" for p in early)
    assert counts == [had, len(early) - had, len(stayed), len(gone), len(people)]
    for p in left:
        p.days -= at
    found = ran.estimates("landmark_at")
    for (group, says), estimate in found.items():
        own = stayed if group == "still in treatment" else gone
        day = next(plain.longest(m) for m in section["report_at_months"] if f"{m} months" in says)
        assert estimate.value == pytest.approx(plain.naive(own, day), abs=1e-9)
        assert estimate.base == len(own)


def test_for_whom_never(ran):
    section = ran.protocol["desistance"]
    people = plain.followed(ran.people, "end", section["maximum_months"])
    share = plain.weibull_cure([p.days for p in people], [p.what == "event" for p in people])
    found = ran.results.estimates["cured_shares"]["Weibull tail"]
    assert found.value == pytest.approx(share, abs=1e-5)
    without = sum(p.what != "event" for p in people)
    assert (found.events, found.base) == (without, len(people))
