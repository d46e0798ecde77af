"""Two proportions: values worked by hand or by others, promises kept, and misuse."""

import time

import numpy as np
import pytest
from scipy import stats

from dipoutcomes import intervals
from dipoutcomes.intervals.unconditional._supremum import bound


def test_fisher_limits_are_scipys():
    for counts in [(21, 28, 13, 29), (4, 7, 3, 9), (0, 28, 4, 26), (9, 10, 3, 10)]:
        x1, n1, x2, n2 = counts
        found = intervals.fisher_interval(*counts)
        theirs = stats.contingency.odds_ratio([[x1, n1 - x1], [x2, n2 - x2]])
        peer = theirs.confidence_interval(0.95)
        assert tuple(found) == pytest.approx((peer.low, peer.high), rel=1e-9)


def test_fisher_by_hand_one_against_none():
    # 1 of 1 against 0 of 1: P(X = 1) = theta / (1 + theta) = 0.025 at theta = 1 / 39.
    found = intervals.fisher_interval(1, 1, 0, 1)
    assert found.low == pytest.approx(1 / 39, rel=1e-12)
    assert found.high == np.inf


def test_fisher_in_groups_of_a_billion_is_as_wide_as_the_logit_interval():
    counts = (10**6, 10**9, 10**6 + 3_000, 10**9)
    exact, logit = intervals.fisher_interval(*counts), intervals.woolf_interval(*counts)
    assert tuple(exact) == pytest.approx(tuple(logit), rel=1e-5)
    # The conditional law is binomial in the limit: 3 events against 9.
    rare = intervals.fisher_interval(3, 10**9, 9, 10**9)
    share = intervals.clopper_pearson_interval(3, 12)
    assert tuple(rare) == pytest.approx([v / (1 - v) for v in share], rel=1e-6)


def test_barnard_keeps_the_ties_that_scipy_loses():
    assert intervals.barnard_p_value(9, 10, 3, 10) == pytest.approx(0.0079556, abs=1e-7)
    assert intervals.barnard_p_value(6, 7, 2, 7) == pytest.approx(0.057373, abs=1e-6)
    p = intervals.barnard_p_value(5, 6, 2, 8, statistic="unpooled")
    assert p == pytest.approx(0.0488, abs=5e-5)


def test_boschloo_names_its_two_kinds():
    assert intervals.boschloo_p_value(1, 1, 0, 1) == pytest.approx(0.5, rel=1e-6)
    assert intervals.boschloo_p_value(1, 1, 0, 1, kind="minlike") == pytest.approx(1.0)
    theirs = stats.boschloo_exact([[4, 3], [3, 6]], alternative="greater", n=256).pvalue
    ours = intervals.boschloo_p_value(4, 7, 3, 9, alternative="greater")
    assert ours == pytest.approx(theirs, rel=1e-6)


def test_unconditional_one_against_none_by_hand():
    # Only 1 of 1 against 0 of 1 is as extreme: p = p1 (1 - p2) = ((1 + d) / 2)^2 for p1 - p2 = d,
    # so the limit solves ((1 + d) / 2)^2 = 0.025.
    found = intervals.difference_chan_zhang_interval(1, 1, 0, 1)
    assert found.low == pytest.approx(2 * np.sqrt(0.025) - 1, abs=1e-7)
    # The ratio r < 1: p1 = r p2, so p = r p2 (1 - p2) = r / 4.
    ratio = intervals.ratio_chan_zhang_interval(1, 1, 0, 1)
    assert ratio.low == pytest.approx(0.1, abs=1e-7)
    # The odds ratio: sqrt(p) = sqrt(theta) / (1 + sqrt(theta)).
    root = np.sqrt(0.025) / (1 - np.sqrt(0.025))
    odds = intervals.odds_ratio_chan_zhang_interval(1, 1, 0, 1)
    assert odds.low == pytest.approx(root**2, rel=1e-6)


def test_the_bound_between_points_holds_for_the_narrowest_peak_of_its_degree():
    # cos^2(N x / 2) is the polynomial of degree N that falls fastest from its maximum.
    degree, points = 20, np.linspace(0.3, 0.5, 9)
    f = np.cos(degree * (points - 0.4123) / 2) ** 2
    raised = bound(f[:-1], f[1:], degree * np.diff(points))
    holds = (points[:-1] <= 0.4123) & (points[1:] >= 0.4123)
    assert raised[holds].min() >= 1 - 1e-12
    assert raised.max() <= 1.2


@pytest.mark.parametrize(("n1", "n2"), [(4, 6), (8, 5)])
@pytest.mark.parametrize("family", ["difference", "ratio", "odds_ratio"])
@pytest.mark.parametrize("method", ["chan_zhang", "agresti_min"])
def test_exact_intervals_cover_at_least_their_level_at_every_truth(family, method, n1, n2):
    ask = getattr(intervals, f"{family}_interval")
    x1, x2 = (v.ravel() for v in np.indices((n1 + 1, n2 + 1)))
    found = ask(x1, n1, x2, n2, method=method, confidence_level=0.9)
    grid = np.linspace(0.01, 0.99, 50)
    p1, p2 = (v.ravel() for v in np.meshgrid(grid, grid + 0.003))
    truth = {
        "difference": p1 - p2,
        "ratio": p1 / p2,
        "odds_ratio": p1 * (1 - p2) / (p2 * (1 - p1)),
    }[family]
    held = (found.low <= truth[:, None]) & (truth[:, None] <= found.high)
    chance = stats.binom.pmf(x1, n1, p1[:, None]) * stats.binom.pmf(x2, n2, p2[:, None])
    assert (chance * held).sum(axis=1).min() >= 0.9 - 1e-9


@pytest.mark.parametrize("method", ["fisher", "fisher_blaker", "fisher_minlike"])
def test_conditional_intervals_cover_at_least_their_level(method):
    n1, n2 = 7, 9
    x1, x2 = (v.ravel() for v in np.indices((n1 + 1, n2 + 1)))
    found = intervals.odds_ratio_interval(x1, n1, x2, n2, method=method, confidence_level=0.9)
    grid = np.linspace(0.02, 0.98, 60)
    p1, p2 = (v.ravel() for v in np.meshgrid(grid, grid))
    truth = (p1 * (1 - p2) / (p2 * (1 - p1)))[:, None]
    held = (found.low <= truth * (1 + 1e-12)) & (truth * (1 - 1e-12) <= found.high)
    chance = stats.binom.pmf(x1, n1, p1[:, None]) * stats.binom.pmf(x2, n2, p2[:, None])
    assert (chance * held).sum(axis=1).min() >= 0.9 - 1e-9


@pytest.mark.parametrize("family", ["difference", "ratio", "odds_ratio"])
@pytest.mark.parametrize("method", ["miettinen_nurminen", "scas"])
def test_score_intervals_cover_near_their_level_on_average(family, method):
    n1, n2 = 28, 29
    ask = getattr(intervals, f"{family}_interval")
    x1, x2 = (v.ravel() for v in np.indices((n1 + 1, n2 + 1)))
    found = ask(x1, n1, x2, n2, method=method)
    grid = (np.arange(40) + 0.5) / 40
    p1, p2 = (v.ravel() for v in np.meshgrid(grid, grid))
    truth = {
        "difference": p1 - p2,
        "ratio": p1 / p2,
        "odds_ratio": p1 * (1 - p2) / (p2 * (1 - p1)),
    }[family][:, None]
    held = (found.low <= truth + 1e-12) & (truth - 1e-12 <= found.high)
    chance = stats.binom.pmf(x1, n1, p1[:, None]) * stats.binom.pmf(x2, n2, p2[:, None])
    assert 0.945 < (chance * held).sum(axis=1).mean() < 0.965


def test_chi_square_without_difference_or_without_events_is_one():
    assert intervals.pearson_p_value(0, 10, 0, 12) == 1
    assert intervals.pearson_p_value(10, 10, 12, 12, correction="yates") == 1
    assert intervals.pearson_p_value(0, 0, 3, 4) == 1


def test_arrays_and_numbers_give_the_same_p_values():
    x1, x2 = np.array([[21, 4], [0, 9]]), np.array([[13, 3], [4, 3]])
    n1, n2 = np.array([[28, 7], [28, 10]]), np.array([[29, 9], [26, 10]])
    for test in intervals.NO_DIFFERENCE_TESTS:
        many = test.function(x1, n1, x2, n2)
        assert many.shape == (2, 2)
        assert many[1, 0] == test.function(0, 28, 4, 26)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: intervals.odds_ratio_p_value(1, 2, 1, 2, method="mover_wilson"), "fisher"),
        (lambda: intervals.odds_ratio_p_value(1, 2, 1, 2, null_odds_ratio=0), "greater than 0"),
        (lambda: intervals.ratio_p_value(1, 2, 1, 2, alternative="more"), "alternative"),
        (lambda: intervals.difference_chan_zhang_interval(1, 999, 1, 999), "300,000"),
        (lambda: intervals.no_difference_p_value(1, 2, 1, 2, method="fishr"), "fisher"),
        (
            lambda: intervals.odds_ratio_interval(1, 2, 1, 2, method="fisher_blaker", side="lower"),
            "no one-sided",
        ),
    ],
)
def test_misuse_of_two_proportions_says_what_is_wrong(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_a_thousand_miettinen_nurminen_intervals_take_a_moment():
    rng = np.random.default_rng(4)
    n1, n2 = rng.integers(1, 300, 1_000), rng.integers(1, 300, 1_000)
    x1, x2 = rng.integers(0, n1 + 1), rng.integers(0, n2 + 1)
    intervals.miettinen_nurminen_interval(x1[:2], n1[:2], x2[:2], n2[:2])
    start = time.perf_counter()
    found = intervals.miettinen_nurminen_interval(x1, n1, x2, n2)
    assert time.perf_counter() - start < 1.0  # about 0.02 s; wide of what a busy machine needs
    assert np.all(found.low < found.high)
