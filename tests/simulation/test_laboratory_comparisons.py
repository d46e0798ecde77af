"""The laboratory sees what is wrong with the popular comparisons, and nothing in the sound ways."""

from dataclasses import replace
from math import log

import pytest

from dipoutcomes.laboratory import all_trials, run_laboratory
from dipoutcomes.laboratory.families.regression_to_mean import without_effect
from dipoutcomes.laboratory.trial import Truth
from dipoutcomes.laboratory.verdict import judge

pytestmark = pytest.mark.simulation
RUNS = 150
PRACTICE = [t for t in all_trials() if t.family == "popular practice"]

POOL = ("A caliper",)
OTHERS = (
    "Before against after where", "Entrants taken", "Groups set against", "Areas and periods",
    "People against themselves", "A ratio at its word", "The largest of",
)  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    """Return the rows of every question about comparisons, at 200 people (a large pool: 60)."""
    found = []
    for size, wanted in ((60, POOL), (200, OTHERS)):
        trials = [t for t in PRACTICE if t.question.startswith(wanted)]
        found += run_laboratory(trials, sizes=[size], replications=RUNS).rows
    return {(row.estimator, row.scenario, row.n): row for row in found}


def row(rows, estimator, n=200, scenario=""):
    (found,) = (r for (e, s, m), r in rows.items() if (e, m) == (estimator, n) and scenario in s)
    return found


def test_a_fall_of_itself_is_taken_for_an_effect_and_the_expectation_given_before_is_not(rows):
    naive = row(rows, "before_after", scenario="ratio 1")
    assert naive.bias == pytest.approx(log(1 + without_effect()), abs=0.02)  # down by a fifth
    assert naive.coverage < 0.1
    assert naive.rejected > 0.9
    sound = row(rows, "observed_over_expected", scenario="ratio 1")
    assert abs(sound.bias) < 4 * sound.bias_error + 0.005
    assert sound.coverage > 0.89
    # And of a true quarter less it says a quarter less.
    truly = row(rows, "observed_over_expected", scenario="ratio 0.75")
    assert truly.truth == 0.75
    assert abs(truly.bias) < 4 * truly.bias_error + 0.005
    assert truly.coverage > 0.89


@pytest.mark.parametrize(("mean", "shape"), [(1.0, 1.5), (2.5, 0.8)])
def test_k_in_the_place_of_k_plus_1_makes_a_rise_out_of_nothing(rows, mean, shape):
    scenario = f"{mean:g} a year"
    wrong = row(rows, "usual_shape", scenario=scenario)
    # Given x before, k + 1 + x is expected and k + x believed; the mean of x is (k + 1) m / k.
    x = (shape + 1) * mean / shape
    assert wrong.bias == pytest.approx(log((shape + 1 + x) / (shape + x)), abs=0.02)
    assert wrong.coverage < 0.2
    assert row(rows, "shape_of_entrants", scenario=scenario).coverage > 0.89


@pytest.mark.parametrize(
    ("wrong", "right", "n", "most"),
    [
        ("unadjusted", "pairs", 200, 0.75),
        ("caliper_0.02", "caliper_fifth", 60, 0.90),
        ("cell_regression", "permutation", 200, 0.90),
        ("whole_observation", "after_entry", 200, 0.90),
        ("as_published", "calibrated", 200, 0.80),
        ("each_by_itself", "holm", 200, 0.80),
    ],
)
def test_the_practice_misses_and_the_sound_way_beside_it_holds(rows, wrong, right, n, most):
    practice, sound = row(rows, wrong, n), row(rows, right, n)
    assert practice.truth == sound.truth
    assert practice.coverage < most
    assert sound.coverage > 0.95 - 4 * (0.95 * 0.05 / RUNS) ** 0.5
    assert not judge(sound).fails


def test_a_wrong_chance_of_payment_would_be_seen():
    name = "payment/operating_characteristics/a contract's cohort, 0% fewer"
    (trial,) = (t for t in all_trials() if t.name == name)
    right = run_laboratory([trial], sizes=[60], replications=600).rows[0]
    assert not judge(right).fails
    off = replace(trial, truth=lambda n: Truth(value=trial.truth(n).value - 0.15))
    assert judge(run_laboratory([off], sizes=[60], replications=600).rows[0]).fails
