"""`dipoutcomes compare ...`: what counts say without a protocol, and what they do not."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from dipoutcomes.comparison import (
    adjusted_ratio,
    data_lab_from_counts,
    e_value,
    meta_analysis,
    published_spread,
    rate_ratio_before_after,
    segmented_regression,
    tipping_point,
    two_group_effects,
)
from dipoutcomes.storage import canonical_json

PEOPLE = [(3, 1), (0, 0), (5, 4), (2, 0), (1, 1), (4, 1), (0, 2), (2, 2), (6, 3), (1, 0)]
AREAS = {"A": (50, 30), "B": (48, 33), "C": (52, 50), "D": (61, 60), "E": (40, 41)}


def table(folder: Path, name: str, headings: str, rows: object) -> str:
    path = folder / name
    lines = [headings, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def people(tmp_path):
    rows = [(b, a, 300 + i, 200 + 10 * i) for i, (b, a) in enumerate(PEOPLE)]
    return table(tmp_path, "people.csv", "arrests before,arrests after,days 0,days 1", rows)


@pytest.fixture
def areas(tmp_path):
    rows = [
        (area, period, events, 100)
        for area, both in AREAS.items()
        for period, events in zip((2009, 2010), both, strict=True)
    ]
    return table(tmp_path, "areas.csv", "area,period,events,people", rows)


def asked(command, *arguments):
    answer = command(["compare", *arguments, "--json"])
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def as_printed(result):
    """Return a result as JSON prints it: twelve digits."""
    return json.loads(canonical_json(result.to_dict()))


# No effect at all


def test_no_effect_where_the_index_offence_counts_is_the_closed_form(command):
    answer = command(
        [
            "compare",
            "expected",
            "--events-per-year",
            "2",
            "--shape",
            "1",
            "--months",
            "6",
            "--index-counts",
        ]
    )
    # Half a year, mean 1: 1 / (1 + 1 * (1 + 1)) of the events before.
    assert "-33.3%" in answer.out
    assert "Windows of 6 months" in answer.out
    found = asked(
        command, "expected", "--events-per-year", "2", "--shape", "1", "--entry", "count",
        "--at-least", "3",
    )  # fmt: skip
    # Geometric counts of 3 or more have mean 5; rates given them come to (1 + 5) / (1 / 2 + 1).
    assert found["without_effect"]["rate_ratio"] == pytest.approx(4 / 5)


def test_a_headline_is_taken_apart_and_no_effect_would_give_it(command, tmp_path):
    out = tmp_path / "headline.csv"
    answer = command(
        ["compare", "headline", "--change", "-26%", "--fell", "50%", "--by", "-79%",
         "--out", str(out)]
    )  # fmt: skip
    assert answer.code == 0
    assert "the others changed by +27%" in answer.out
    assert "what no effect at all would give" in answer.out
    assert out.read_text(encoding="utf-8").count("\n") > 3
    assert asked(command, "headline", "--change", "-0.26")["headline"]["total_change"] == -0.26
    alone = command(["compare", "headline", "--change", "-26%"])
    assert "What the total and those who fell imply" in answer.out
    assert "What the total and those who fell imply" not in alone.out  # a table without rows


def test_before_after_with_days_is_the_ratio_of_persons(command, people):
    columns = ["--before", "arrests before", "--after", "arrests after",
               "--days-before", "days 0", "--days-after", "days 1"]  # fmt: skip
    found = asked(command, "before-after", people, *columns)
    before, after = np.array(PEOPLE).T
    days = 300 + np.arange(10), 200 + 10 * np.arange(10)
    right = rate_ratio_before_after(before, days[0], after, days[1])
    assert found["observed"]["value"] == pytest.approx(right.value)
    assert found["source"]["rows"] == 10
    assert "cannot be said from these counts alone" in found["without_effect"][0]


def test_before_after_says_what_is_left_once_the_numbers_are_given(command, people, tmp_path):
    out = tmp_path / "left.csv"
    found = asked(
        command, "before-after", people, "--before", "arrests before", "--after",
        "arrests after", "--months", "12", "--events-per-year", "1.5", "--shape", "0.8",
        "--source", "a published cohort", "--out", str(out),
    )  # fmt: skip
    before, after = np.array(PEOPLE).T
    year = np.full(10, 365.25)
    right = adjusted_ratio(
        before, year, after, year, reference=published_spread(1.5, 0.8, source="a published cohort")
    )
    assert found["adjusted"]["adjusted"]["value"] == pytest.approx(right.adjusted.value)
    assert "without_effect" not in found
    with out.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) >= 1


# Areas and months


def test_two_of_five_areas_cannot_be_significant_and_it_says_so(command, areas, tmp_path):
    figure = tmp_path / "periods.png"
    answer = command(
        ["compare", "areas", areas, "--intensive", "A", "--intensive", "B", "--period", "period",
         "--starts", "2010", "--figure", str(figure)]
    )  # fmt: skip
    assert answer.code == 0
    assert "no result from 2 of 5 areas can be significant" in answer.out
    assert "0.649" in answer.out
    assert "Last period before: 2009, 0 by definition" in answer.out
    assert figure.read_bytes()[:4] == b"\x89PNG"


def test_areas_without_periods_are_compared_in_level(command, tmp_path):
    rows = [(area, both[1], 100) for area, both in AREAS.items()]
    file = table(tmp_path, "level.csv", "area,events,people", rows)
    found = asked(command, "areas", file, "--intensive", "A", "--intensive", "B")
    logs = np.log([both[1] / 100 for both in AREAS.values()])
    assert found["areas"]["estimate"]["value"] == pytest.approx(
        np.exp(logs[:2].mean() - logs[2:].mean())
    )


def test_areas_are_put_together(command, tmp_path):
    rows = [("North", 7, 28, 12, 29), ("South", 9, 24, 11, 25), ("West", 11, 31, 13, 30)]
    file = table(tmp_path, "two.csv", "area,events_1,people_1,events_0,people_0", rows)
    found = asked(command, "meta", file, "--figure", str(tmp_path / "forest.svg"))
    right = meta_analysis(two_group_effects(*np.array([row[1:] for row in rows]).T))
    assert found["meta_analysis"]["value"] == pytest.approx(right.value)
    assert "North" in found["figure"]["alt"]


def test_a_series_is_put_in_order_and_broken_where_it_is_said(command, tmp_path):
    counts = [24, 27, 22, 25, 29, 23, 26, 24, 21, 25, 18, 17, 20, 16, 19, 18, 15, 20, 17, 16]
    rows = [(f"{2010 + k // 12}-{k % 12 + 1:02d}", n) for k, n in enumerate(counts)]
    file = table(tmp_path, "months.csv", "month,events", rows[::-1])
    found = asked(command, "series", file, "--starts", "2010-11")
    right = segmented_regression(counts, 10)
    assert found["series"]["level_change"]["value"] == pytest.approx(right.level_change.value)
    answer = command(["compare", "series", file, "--starts", "2010-11"])
    assert "Durbin-Watson" in answer.out


def test_a_published_series_of_two_points_is_no_trend(command):
    answer = command(["compare", "published", "2008=654", "2012=320"])
    assert "a fall of 51.1%" in answer.out
    assert "Two points are no trend" in answer.out


# A few counts


def test_a_benchmark_of_another_event_is_no_comparison(command):
    words = "compare benchmark 7/28 --share 61% --people 20934 --event conviction --own-event"
    other = command([*words.split(), "arrest"])
    assert other.code == 0
    assert "Not a comparison" in other.out
    untimed = command([*words.split(), "conviction"])  # over which time is not said
    assert "Not a comparison" in untimed.out
    assert "length of the window" in untimed.out
    same = command([*words.split(), "conviction", "--months", "12", "--own-months", "12"])
    assert "lower than the published share by between" in same.out
    assert "of other people, at another time" in same.out


def test_a_data_lab_report_from_counts(command):
    found = asked(command, "lab", "156/368", "136/327")
    report, _ = data_lab_from_counts(156, 368, 136, 327)
    assert found["report"] == as_printed(report)
    answer = command(["compare", "lab", "156/368", "136/327"])
    assert "not statistically significant (p = 0.83)" in answer.out
    few = command(["compare", "lab", "7/28", "20/60"])
    assert few.code == 12
    assert "at least 30" in few.err


def test_the_e_value_of_a_ratio(command):
    found = asked(command, "e-value", "--ratio", "0.72", "--low", ".61", "--high", ".86")
    assert found["e_value"] == as_printed(e_value(0.72, 0.61, 0.86, kind="risk_ratio"))
    assert round(found["e_value"]["value"], 2) == 2.12


def test_the_people_whose_outcome_is_not_known(command, tmp_path):
    figure = tmp_path / "grid.png"
    found = asked(
        command, "tipping", "128/196", "411/579", "--unknown", "4,21", "--figure", str(figure)
    )
    assert found["tipping"] == as_printed(tipping_point(128, 196, 4, 411, 579, 21))
    assert figure.exists()


# What cannot be


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("tipping 128/196 411/579 --unknown 4", "must read N,N"),
        ("tipping 200/196 411/579 --unknown 4,21", "count people with the event, not events"),
        ("tipping x/196 411/579 --unknown 4,21", "COUNT/PEOPLE"),
        ("lab 1/0 3/4", "nobody to be counted among"),
        ("e-value --ratio 2 --low 3 --high 4", "must lie from --low"),
        ("e-value --ratio 0 --low 0 --high 0", "ratio"),
        ("e-value --ratio nan --low 1 --high 2", "not a number"),
        ("expected --events-per-year 2 --shape 1 --entry count", "needs --at-least"),
        ("expected --events-per-year 2 --shape 1 --at-least 2", "goes with --entry count"),
        ("expected --events-per-year 2 --shape 1 --entry tea", "at_an_event"),
        ("expected --events-per-year -2 --shape 1", "mean_rate"),
        ("expected --events-per-year 2 --shape 1 --months 0", "--months must be above 0"),
        ("headline --change 26%", "total_change"),
        ("headline --change -26", "-26%"),
        ("published 2008:654 2012=320", "YEAR=VALUE"),
        ("published 2008=654", "two years"),
        ("benchmark 7/28 --share 61% --event tea --own-event arrest", "event_type"),
        ("benchmark 7/28 --share 61% --event arrest --own-event arrest --level 95", "--level"),
        ("lab 156/368 136/327 --out lab.txt", "must end in .csv"),
    ],
)
def test_nonsense_is_answered_in_a_sentence(command, arguments, says):
    answer = command(["compare", *arguments.split()])
    assert answer.code == 2
    assert says in " ".join(answer.err.replace("│", " ").split())
    assert not answer.out


def test_options_that_belong_together_are_asked_for(command, people, areas):
    columns = ["--before", "arrests before", "--after", "arrests after"]
    for arguments, says in (
        (["before-after", people, *columns], "--months"),
        (["before-after", people, *columns, "--months", "6", "--shape", "1"], "belong together"),
        (
            ["before-after", people, *columns, "--months", "6", "--shape", "1",
             "--events-per-year", "1", "--entry", "first_event_after_a_date"],
            "each person came in",
        ),
        (["areas", areas, "--intensive", "A", "--period", "period"], "belong together"),
        (["areas", areas, "--intensive", "Z"], "which has 5: A, B, C, D, E"),
        (["areas", areas, "--intensive", "A", "--figure", "x.png"], "needs --period"),
    ):  # fmt: skip
        answer = command(["compare", *arguments])
        assert answer.code == 2, arguments
        assert says in " ".join(answer.err.replace("│", " ").split())


def test_files_that_hold_something_else_are_refused_by_row(command, people, tmp_path):
    absent = command(["compare", "before-after", people, "--months", "12"])
    assert absent.code == 11
    assert "no column 'before'" in absent.err
    file = table(tmp_path, "odd.csv", "before,after", [(1, 2), (-1, 0), ("x", 1)])
    odd = command(["compare", "before-after", file, "--months", "12"])
    assert odd.code == 11
    assert "before is not a whole number from 0: rows 3, 4" in odd.err
    gap = table(tmp_path, "gap.csv", "month,events", [(k, 5) for k in [*range(10), *range(11, 22)]])
    answer = command(["compare", "series", gap, "--starts", "10"])
    assert answer.code == 2
    assert "steps between periods differ" in " ".join(answer.err.replace("│", " ").split())
    few = table(tmp_path, "few.csv", "month,events", [(k, 5) for k in range(10)])
    assert command(["compare", "series", few, "--starts", "5"]).code == 12
