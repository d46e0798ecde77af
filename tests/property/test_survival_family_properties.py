"""What must hold of weighted, conditional and banded curves, and of the tests of groups."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import kaplan_meier, log_rank_test
from dipoutcomes.survival.bands import survival_band
from dipoutcomes.survival.comparing import permutation_log_rank_test, weighted_log_rank_test
from dipoutcomes.survival.conditional import conditional_survival
from dipoutcomes.survival.landmark import exposure_rows, landmark_cohort
from dipoutcomes.survival.weighted import weighted_kaplan_meier

person = st.tuples(
    st.integers(0, 30), st.booleans(), st.sampled_from("ab"), st.sampled_from([0.5, 1.0, 3.0])
)
people = st.lists(person, min_size=2, max_size=50)
WEIGHTS = ["log_rank", "gehan_breslow", "tarone_ware", "peto_peto", (1, 0), (0, 1), (0.5, 2)]


def columns(rows):
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@given(people)
def test_weights_of_one_change_nothing(rows):
    days, seen, _, _ = columns(rows)
    assert weighted_kaplan_meier(days, seen, np.ones(len(days))) == kaplan_meier(days, seen)


@given(people, st.sampled_from([2.0, 0.25, 3.0]))
def test_the_scale_of_the_weights_changes_nothing(rows, factor):
    days, seen, _, weights = columns(rows)
    one, other = (weighted_kaplan_meier(days, seen, w) for w in (weights, factor * weights))
    for name in ("value", "low", "high"):
        ours, theirs = np.array(getattr(one, name)), np.array(getattr(other, name))
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12, nan_ok=True)


@given(people)
def test_a_whole_weight_counts_a_person_again_in_the_curve_but_not_in_its_certainty(rows):
    days, seen, _, _ = columns(rows)
    twice = np.where(np.arange(len(days)) % 2, 2, 1)
    heavy = weighted_kaplan_meier(days, seen, twice)
    again = kaplan_meier(np.repeat(days, twice), np.repeat(seen, twice))
    assert heavy.value == pytest.approx(again.value)
    assert heavy.at_risk[0] == len(days)


@given(people)
def test_conditional_survival_is_the_quotient_of_the_curve(rows):
    days, seen, _, _ = columns(rows)
    curve = kaplan_meier(days, seen)
    assert conditional_survival(curve, 0) == curve
    reached = int(np.median(days))
    assume((days > reached).any())
    assume(reached > 0)
    later = conditional_survival(curve, reached)
    for time, value in zip(later.time, later.value, strict=True):
        whole = curve.at(reached + time)[0]
        assert value == pytest.approx(whole / curve.at(reached)[0])


@settings(deadline=None, max_examples=40)
@given(
    st.lists(person, min_size=25, max_size=60),
    st.sampled_from(["equal_precision", "hall_wellner"]),
    st.sampled_from(["log_log", "arcsine", "plain"]),
)
def test_a_band_contains_the_pointwise_limits(rows, kind, scale):
    days, seen, _, _ = columns(rows)
    curve = kaplan_meier(days, seen, limits=scale)
    try:
        band = survival_band(curve, kind=kind, scale=scale)
    except DesignError:
        assume(False)
    there = ~np.isnan(band.low)
    assert there.any()
    assert np.all(np.array(band.low)[there] <= np.array(curve.low)[there] + 1e-9)
    assert np.all(np.array(band.high)[there] >= np.array(curve.high)[there] - 1e-9)


def two_groups(rows):
    days, seen, groups, _ = columns(rows)
    assume(len(set(groups)) == 2)
    assume(seen.any())
    return days, seen, groups


@given(people, st.sampled_from(WEIGHTS))
def test_one_stratum_is_none(rows, weight):
    days, seen, groups = two_groups(rows)
    plain = weighted_log_rank_test(days, seen, groups, weight=weight)
    one = weighted_log_rank_test(days, seen, groups, weight=weight, strata=["all"] * len(days))
    assert one.statistic == pytest.approx(plain.statistic, nan_ok=True)
    assert sum(plain.expected) == pytest.approx(seen.sum())
    assert sum(plain.weighted_difference) == pytest.approx(0, abs=1e-8)


@given(people)
def test_without_weights_it_is_the_log_rank_test(rows):
    days, seen, groups = two_groups(rows)
    ours, plain = weighted_log_rank_test(days, seen, groups), log_rank_test(days, seen, groups)
    assert ours.statistic == pytest.approx(plain.statistic, nan_ok=True)
    assert (ours.df, ours.observed) == (plain.df, plain.observed)


@pytest.mark.parametrize("seed", range(4))
def test_lifelines_weighs_alike(seed):
    from lifelines.statistics import logrank_test

    rng = np.random.default_rng(seed)
    days, seen, first = rng.integers(1, 20, 50), rng.random(50) < 0.6, rng.random(50) < 0.4
    names = {
        "gehan_breslow": {"weightings": "wilcoxon"},
        "tarone_ware": {"weightings": "tarone-ware"},
        (1, 1): {"weightings": "fleming-harrington", "p": 1, "q": 1},
    }
    for weight, words in names.items():
        ours = weighted_log_rank_test(days, seen, first, weight=weight)
        pairs = (days[first], days[~first], seen[first], seen[~first])
        theirs = logrank_test(*pairs, **words).test_statistic
        assert ours.statistic == pytest.approx(theirs, rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.lists(person, min_size=4, max_size=26))
def test_the_order_and_the_names_of_groups_do_not_move_the_exact_p_value(rows):
    days, seen, groups = two_groups(rows)
    one = permutation_log_rank_test(days, seen, groups)
    other = permutation_log_rank_test(
        days[::-1], seen[::-1], np.where(groups == "a", "z", "b")[::-1]
    )
    assert one.p_value == pytest.approx(other.p_value, abs=1e-9, nan_ok=True)
    assert np.isnan(one.p_value) or 0 < one.p_value <= 1


@given(people, st.integers(1, 25))
def test_a_landmark_accounts_for_everybody(rows, landmark):
    days, seen, groups, _ = columns(rows)
    exposed_at = np.where(groups == "a", np.maximum(days - 5, 0), np.nan)
    try:
        cohort = landmark_cohort(days, seen, exposed_at, landmark=landmark)
    except DesignError:
        assume(False)
    assert cohort.had_event + cohort.had_left + len(cohort.kept) == len(days)
    assert np.array_equal(cohort.durations + landmark, days[cohort.kept])
    assert np.all(cohort.durations > 0)


@given(people)
def test_rows_of_exposure_hold_every_event_once(rows):
    days, seen, groups, _ = columns(rows)
    exposed_at = np.where(groups == "a", days // 2, np.nan)
    split = exposure_rows(days, seen, exposed_at)
    assert split.event.sum() == seen.sum()
    assert (split.stop - split.start).sum() == days.sum()
