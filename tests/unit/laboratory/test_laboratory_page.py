"""The words and tables of the result page, from scores typed in."""

from math import nan

import pytest

from dipoutcomes.laboratory import LaboratoryResults, Score, words
from dipoutcomes.laboratory.page import result_files


def row(**more):
    usual = {
        "family": "rate", "estimator": "garwood", "title": "exact Poisson (Garwood)",
        "estimates": "events per person-year", "scenario": "rate 1.5 a year",
        "scenario_says": "each of n people has 1.5 events a year", "standing": "sound",
        "role": "offered", "question": "", "n": 28, "replications": 4_000, "failures": 0,
        "errors": "", "truth": 1.5, "truth_error": 0.0, "truth_source": "closed form",
        "confidence_level": 0.95, "coverage": 0.955, "miss_below": 0.02, "miss_above": 0.025,
        "mean_length": 0.9, "median_length": 0.9, "bias": 0.01, "bias_error": 0.01, "rmse": 0.2,
        "spread": 0.2,
    }  # fmt: skip
    return Score(**(usual | more))


def results(*rows):
    return LaboratoryResults(rows=rows, seed=1, preset="small")


FINE = row()
SHORT = row(estimator="made_up", title="Made-up limits", coverage=0.80, n=200)
ROUGH = row(estimator="mid_p", title="Poisson mid-P", coverage=0.93, n=200)
TEST = row(family="tests", estimator="t", title="A test", coverage=nan, median_length=nan,
           rejected=0.048, rejection="type I error", bias=nan, rmse=nan)  # fmt: skip


def test_the_headline_says_what_holds_and_what_must_be_mended():
    said = words.headline(results(FINE, ROUGH, TEST))
    assert "3 estimators and tests were tried" in said
    assert "28 and 200 people" in said
    assert "2 keep their level" in said
    assert "1 fall short somewhere" in said
    assert "**None falls short of what is declared of it.**" in said
    assert "**1 fall short of what is declared of them" in words.headline(results(FINE, SHORT))


def test_too_few_cohorts_are_no_proof_and_everything_printed_says_so():
    few = row(estimator="exact", title="By fifty", replications=50, coverage=1.0)
    found = results(FINE, few)
    said = words.headline(found)
    assert "1 keep their level" in said
    assert "1 were tried on too few cohorts, somewhere, to show a shortfall of 3 points" in said
    assert "**None was found to fall short of what is declared of it.**" in said
    assert "**None falls short" not in said
    assert "too few cohorts" not in words.headline(results(FINE))
    files = result_files(found)
    assert "not shown to fall short (50 cohorts)" in files["validation.html"].decode()
    assert '"verdict":"not shown to fall short (50 cohorts)"' in "".join(
        files["validation.json"].decode().split("\n")
    ).replace('": "', '":"')
    assert "not shown to fall short (50 cohorts)" in files["validation.csv"].decode()
    assert "not shown to fall short (50 cohorts)" in str(found)
    assert "1 not shown to fall short, 1 holds" in str(found)
    assert "not shown to fall short (50 cohorts)" in found._repr_html_()


def test_precision_follows_the_number_of_cohorts():
    said = words.precision(results(FINE, row(replications=100, n=60)))
    assert "100 to 4,000 cohorts a trial" in said
    assert "1.4 points below 95%" in said
    assert "8.7 points below where there are fewest" in said


def test_averages_are_in_the_unit_of_the_truth():
    assert words.average(row(truth=0.25, bias=0.05)) == "0.30"
    assert words.average(row(truth=1.0, bias=-0.47, scale="log")) == "0.63"
    assert words.average(row(bias=nan)) == "bounds"


def test_a_scenario_is_told_with_its_number_of_people():
    assert words.where(FINE) == "each of 28 people has 1.5 events a year"
    assert words.where(row(scenario_says="a frame")) == "28 people: a frame"


def test_the_page_tells_short_from_declared_from_held():
    files = result_files(results(FINE, ROUGH, SHORT, TEST))
    page = " ".join(files["validation.html"].decode().split())
    assert "not declared: to be mended, or its range to be stated" in page
    assert "coverage 80.0%, must be 95.0%" in page
    assert "coverage 93.0%, declared 91.5%" in page
    assert "near its level on average" in page
    assert "type I 4.8%" in page
    assert "What is often done" not in page  # none was tried
    assert files == result_files(results(FINE, ROUGH, SHORT, TEST))


def test_power_stands_beside_the_type_1_error():
    seen = row(family="tests", estimator="t", title="A test", coverage=nan, rejected=0.81,
               rejection="power", scenario="40% and 55%", bias=nan, rmse=nan)  # fmt: skip
    page = " ".join(result_files(results(TEST, seen))["validation.html"].decode().split())
    assert "Tests: power, the share of cohorts" in page
    assert "81.0%" in page
    assert "type I 4.8%" in page


def test_all_well_is_said_too():
    page = result_files(results(FINE))["validation.html"].decode()
    assert "Nothing was found to fall short of its level" in page


def test_nothing_tried_is_no_page():
    with pytest.raises(ValueError, match="no trial was made"):
        result_files(results())


def test_every_family_has_words():
    from dipoutcomes.laboratory import family_names

    assert set(family_names()) <= set(words.FAMILIES_IN_WORDS)
