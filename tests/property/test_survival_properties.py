"""What must hold for any follow-up, and what lifelines says of the same."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dipoutcomes.survival import kaplan_meier, log_rank_test, restricted_mean

lifelines_statistics = pytest.importorskip("lifelines.statistics")

person = st.tuples(st.integers(0, 40), st.booleans(), st.sampled_from("abc"))
people = st.lists(person, min_size=1, max_size=60)


def columns(rows):
    days, seen, groups = zip(*rows, strict=True)
    return np.array(days), np.array(seen), np.array(groups)


@given(people)
def test_counts_add_up(rows):
    days, seen, _ = columns(rows)
    curve = kaplan_meier(days, seen)
    at_risk = np.array(curve.at_risk)
    gone = np.array(curve.events) + np.array(curve.censored)
    assert at_risk[0] == len(days)
    assert np.array_equal(at_risk[1:], at_risk[:-1] - gone[:-1])
    assert at_risk[-1] == gone[-1]
    assert sum(curve.events) == seen.sum()


@given(people, st.sampled_from(["log_log", "log", "plain", "beta_product"]))
def test_limits_hold_the_curve_which_never_rises(rows, limits):
    days, seen, _ = columns(rows)
    curve = kaplan_meier(days, seen, limits=limits)
    value, low, high = (np.array(x) for x in (curve.value, curve.low, curve.high))
    assert np.all(np.diff(value) <= 0)
    assert np.all((low >= 0) & (low <= value + 1e-12) & (value <= high + 1e-12) & (high <= 1))
    assert np.all(high > low)  # never a "95% interval" without width


@given(people)
def test_without_early_leavers_the_curve_is_the_plain_share(rows):
    days, _, _ = columns(rows)
    curve = kaplan_meier(days, np.ones(len(days)))
    shares = [(days > t).mean() for t in curve.time]
    assert curve.value == pytest.approx(shares, abs=1e-12)


@given(people, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert kaplan_meier(*columns(rows)[:2]) == kaplan_meier(*columns(shuffled)[:2])


@given(people)
def test_more_confidence_means_a_wider_interval(rows):
    days, seen, _ = columns(rows)
    narrow, wide = (kaplan_meier(days, seen, confidence_level=p) for p in (0.8, 0.99))
    assert np.all(np.array(wide.low) <= np.array(narrow.low) + 1e-12)
    assert np.all(np.array(wide.high) >= np.array(narrow.high) - 1e-12)


@settings(deadline=None, max_examples=60)
@given(people)
def test_lifelines_draws_the_same_curve(rows):
    from lifelines import KaplanMeierFitter

    days, seen, _ = columns(rows)
    curve = kaplan_meier(days, seen)
    fitter = KaplanMeierFitter().fit(days, seen)
    witness = np.atleast_1d(fitter.predict(list(curve.time)))
    assert curve.value == pytest.approx(witness, abs=1e-10)
    limits = fitter.confidence_interval_.reindex(curve.time).to_numpy()
    inside = (np.array(curve.value) > 0) & (np.array(curve.value) < 1)
    ours = np.column_stack([curve.low, curve.high])
    assert ours[inside] == pytest.approx(limits[inside], abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(people)
def test_lifelines_finds_the_same_difference(rows):
    days, seen, groups = columns(rows)
    assume(len(set(groups)) > 1)
    assume(seen.any())
    ours = log_rank_test(days, seen, groups)
    assert sum(ours.expected) == pytest.approx(seen.sum())
    assert sum(ours.observed) == seen.sum()
    if ours.df == len(set(groups)) - 1:
        witness = lifelines_statistics.multivariate_logrank_test(days, groups, seen)
        assert ours.statistic == pytest.approx(witness.test_statistic, rel=1e-6, abs=1e-9)


@given(people, st.floats(0.5, 40))
def test_restricted_mean_is_the_area_under_the_curve(rows, horizon):
    days, seen, _ = columns(rows)
    curve = kaplan_meier(days, seen)
    assume(horizon <= curve.time[-1] or curve.value[-1] == 0)
    fine = np.linspace(0, horizon, 4001)[:-1]
    steps = np.searchsorted(curve.time, fine, side="right") - 1
    area = np.array(curve.value)[steps].mean() * horizon
    assert restricted_mean(days, seen, horizon=horizon).value == pytest.approx(area, abs=0.02 * 40)


@given(people)
def test_restricted_mean_without_leavers_is_a_mean(rows):
    days, _, _ = columns(rows)
    assume(days.max() > 0)
    horizon = float(days.max())
    estimate = restricted_mean(days, np.ones(len(days)), horizon=horizon)
    assert estimate.value == pytest.approx(np.minimum(days, horizon).mean())
