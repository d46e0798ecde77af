"""What must hold for any follow-up that ends in one of several causes."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import kaplan_meier, restricted_mean
from dipoutcomes.survival.competing_risks import (
    cumulative_incidence,
    fine_gray,
    gray_test,
    naive_incidence,
    restricted_mean_time_lost,
)

NAMES = {1: "arrest", 2: "death", 3: "custody"}
person = st.tuples(st.integers(0, 40), st.integers(0, 3), st.sampled_from("abc"))
people = st.lists(person, min_size=1, max_size=60)
limits = st.sampled_from(["log_log", "log_log_complement", "log", "plain"])
variances = st.sampled_from(["greenwood", "aalen"])


def columns(rows):
    days, causes, groups = zip(*rows, strict=True)
    return np.array(days), np.array(causes), np.array(groups)


def arrays(found):
    return np.array([curve.value for curve in found.curves])


@given(people)
def test_the_causes_and_the_event_free_share_make_one(rows):
    days, causes, _ = columns(rows)
    found = cumulative_incidence(days, causes, names=NAMES)
    total = arrays(found).sum(axis=0) + np.array(found.event_free.value)
    assert total == pytest.approx(np.ones_like(total), abs=1e-12)
    assert np.all(np.diff(arrays(found), axis=1) >= -1e-15)


@given(people)
def test_one_cause_is_one_minus_kaplan_meier(rows):
    days, causes, _ = columns(rows)
    found = cumulative_incidence(days, causes > 0, names={1: "any"}).curves[0]
    curve = kaplan_meier(days, causes > 0)
    assert found.time == curve.time
    assert np.array_equal(found.value, 1 - np.array(curve.value))


@given(people)
def test_two_causes_joined_are_their_sum(rows):
    days, causes, _ = columns(rows)
    apart = cumulative_incidence(days, causes, names=NAMES)
    joined = cumulative_incidence(
        days, np.minimum(causes, 2), names={1: "arrest", 2: "death or custody"}
    )
    wanted = np.array(apart["death"].value) + np.array(apart["custody"].value)
    assert joined["death or custody"].value == pytest.approx(wanted, abs=1e-12)
    assert joined["arrest"].value == pytest.approx(apart["arrest"].value, abs=1e-12)
    assert joined.std_errors[0] == pytest.approx(apart.std_errors[0], abs=1e-7)


@given(people, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(rows, random):
    days, causes, _ = columns(rows)
    first = cumulative_incidence(days, causes, names=NAMES)
    random.shuffle(rows)
    days, causes, _ = columns(rows)
    assert cumulative_incidence(days, causes, names=NAMES) == first


@given(people, limits, variances)
def test_limits_hold_the_share_and_have_width(rows, scale, variance):
    days, causes, _ = columns(rows)
    found = cumulative_incidence(days, causes, names=NAMES, limits=scale, variance=variance)
    for curve in found.curves:
        value, low, high = (np.array(x) for x in (curve.value, curve.low, curve.high))
        assert np.all((low >= 0) & (low <= value + 1e-12))
        assert np.all((value <= high + 1e-12) & (high <= 1))
        assert np.all(high > low)


@given(people)
def test_the_naive_share_is_never_below(rows):
    days, causes, _ = columns(rows)
    found = cumulative_incidence(days, causes, names=NAMES)
    for curve, naive in zip(found.curves, naive_incidence(found), strict=True):
        assert np.all(np.array(naive.value) >= np.array(curve.value) - 1e-12)


@given(people, st.integers(1, 40))
def test_time_lost_and_time_kept_make_the_horizon(rows, horizon):
    days, causes, _ = columns(rows)
    try:
        found = restricted_mean_time_lost(days, causes, horizon=horizon, names=NAMES)
    except DesignError:
        assert horizon > days.max()
        return
    assert sum(found.lost) + found.kept == pytest.approx(horizon, abs=1e-9)
    kept = restricted_mean(days, causes > 0, horizon=horizon)
    assert found.kept == pytest.approx(kept.value)
    # The errors of the parts cannot be further apart than the whole.
    assert found.kept_std_error <= sum(found.std_errors) + 1e-9


@given(people, st.integers(1, 30))
def test_the_unit_of_time_does_not_matter(rows, factor):
    days, causes, _ = columns(rows)
    first = cumulative_incidence(days, causes, names=NAMES)
    other = cumulative_incidence(days / factor, causes, names=NAMES)
    assert arrays(other) == pytest.approx(arrays(first), abs=1e-14)


@given(people)
def test_late_entry_at_the_start_is_no_late_entry(rows):
    days, causes, _ = columns(rows)
    first = cumulative_incidence(days, causes, names=NAMES)
    assert cumulative_incidence(days, causes, names=NAMES, entry=np.zeros(len(days))) == first


@given(people)
def test_gray_compares_all_groups_and_leaves_nothing_over(rows):
    days, causes, groups = columns(rows)
    assume(len(set(groups)) > 1 and (causes == 1).any())
    test = gray_test(days, causes, groups, cause=1, names=NAMES)
    assert sum(test.expected) == pytest.approx(sum(test.observed), abs=1e-9)
    if test.df:
        assert test.statistic >= 0
        assert 0 <= test.p_value <= 1
        assert test.df < len(set(groups))
    else:
        assert np.isnan(test.statistic)
    turned = {"a": "c", "b": "b", "c": "a"}
    other = gray_test(days, causes, [turned[g] for g in groups], cause=1, names=NAMES)
    assert other.statistic == pytest.approx(test.statistic, rel=1e-7, abs=1e-9, nan_ok=True)


@settings(max_examples=60)
@given(st.lists(person, min_size=12, max_size=60))
def test_fine_gray_of_the_groups_turned_round_is_one_over_the_ratio(rows):
    days, causes, groups = columns(rows)
    mine = (groups == "a").astype(float)
    assume(0 < mine.sum() < len(mine) and (causes == 1).any())
    try:
        first = fine_gray(days, causes, mine, cause=1, names=NAMES)
    except DesignError:
        with pytest.raises(DesignError, match="no finite estimate"):
            fine_gray(days, causes, 1 - mine, cause=1, names=NAMES)
        return
    other = fine_gray(days, causes, 1 - mine, cause=1, names=NAMES)
    assert other.terms[0].log_ratio == pytest.approx(-first.terms[0].log_ratio, abs=1e-8)
    assert other.terms[0].std_error == pytest.approx(first.terms[0].std_error, abs=1e-8)
    assert first.terms[0].std_error > 0
    assert abs(first.terms[0].log_ratio) < 12
