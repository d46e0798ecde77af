"""How often the methods for pairs and curves hold the truth: enumerated where that can be done."""

from functools import partial
from itertools import product

import numpy as np
import pytest
from scipy.special import gammaln, xlogy
from scipy.stats import binom, poisson

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS

pytestmark = pytest.mark.simulation

PAIRS = 20
TABLES = np.array([t for t in product(range(PAIRS + 1), repeat=4) if sum(t) == PAIRS])
LOG_WAYS = gammaln(PAIRS + 1) - gammaln(TABLES + 1).sum(axis=1)
TRUTHS = np.array(
    [(0.4, 0.25, 0.1, 0.25), (0.1, 0.2, 0.2, 0.5), (0.05, 0.05, 0.3, 0.6), (0.6, 0.1, 0.1, 0.2)]
)


def chances(truth):
    return np.exp(LOG_WAYS + xlogy(TABLES, truth).sum(axis=1))


# What each method must reach at each of four truths (exact coverage at a nominal 95%, 20 pairs).
LOWEST = {
    ("paired_difference", "tango"): 0.94,
    ("paired_difference", "scas"): 0.94,
    ("paired_difference", "newcombe"): 0.935,
    ("paired_difference", "newcombe_plain"): 0.92,
    ("paired_difference", "bonett_price"): 0.94,
    ("paired_difference", "agresti_min"): 0.93,
    ("paired_ratio", "tang"): 0.93,
    ("paired_ratio", "bonett_price"): 0.935,
    ("paired_odds_ratio", "clopper_pearson"): 0.95,
    ("paired_odds_ratio", "mid_p"): 0.94,
    ("paired_odds_ratio", "wilson"): 0.92,
}


@pytest.mark.parametrize(("family", "name"), LOWEST)
def test_every_table_of_twenty_pairs(family, name):
    entry = intervals.method_named(family, name)
    counts = TABLES.T if family != "paired_odds_ratio" else TABLES.T[1:3]
    found = entry.function(*counts)
    for truth in TRUTHS:
        first, second = truth[0] + truth[1], truth[0] + truth[2]
        value = {
            "paired_difference": first - second,
            "paired_ratio": first / second,
            "paired_odds_ratio": truth[1] / truth[2],
        }[family]
        chance = chances(truth)
        assert chance.sum() == pytest.approx(1)
        covered = float(chance[found.contains(value)].sum())
        assert covered >= LOWEST[family, name], truth
        assert covered < 0.998


def test_no_sound_method_for_pairs_goes_unlooked_at():
    sound = {
        (family, m.name)
        for family in ("paired_difference", "paired_ratio", "paired_odds_ratio")
        for m in METHODS[family]
        if m.standing != "do not use"
    }
    assert sound == set(LOWEST)


@pytest.mark.parametrize("method", ["exact", "mid_p", "score"])
def test_every_pair_of_totals_before_and_after(method):
    """Poisson totals with exposures 3 and 2; the exact interval keeps its level everywhere."""
    before, after = (a.ravel() for a in np.meshgrid(np.arange(60), np.arange(60)))
    found = intervals.before_after_interval(before, 3.0, after, 2.0, method=method)
    coverage = []
    for mean, ratio in product((0.5, 2.0, 5.0), (0.3, 0.6, 1.0, 2.0)):
        chance = poisson.pmf(before, 3 * mean) * poisson.pmf(after, 2 * mean * ratio)
        assert chance.sum() > 1 - 1e-6
        coverage.append(float(chance[found.contains(ratio)].sum()) + 1 - chance.sum())
    # The closed form is weakest with 1.5 events expected before and 0.3 after.
    assert min(coverage) >= {"exact": 0.95, "mid_p": 0.93, "score": 0.925}[method]
    assert np.mean(coverage) < 0.99


@pytest.mark.parametrize("method", ["permutation", "untied"])
def test_hodges_lehmann_limits_keep_their_level_in_every_order_of_signs(method):
    """Differences of given sizes about 1: each of 2^9 ways to set their signs is as likely."""
    sizes = np.array([0.3, 0.8, 1.1, 1.7, 2.0, 2.9, 3.3, 4.1, 5.6])
    held = []
    for signs in product((-1, 1), repeat=len(sizes)):
        found = intervals.hodges_lehmann(1 + sizes * np.array(signs), method=method)
        held.append(1 in found.interval)
    assert np.mean(held) >= 0.95
    assert np.mean(held) == pytest.approx(found.achieved_level, abs=1 / 2**9)


@pytest.mark.parametrize("method", ["beta_product", "mid_p"])
@pytest.mark.parametrize("measure", ["difference", "ratio", "odds_ratio", "event_ratio"])
def test_melded_limits_over_every_pair_of_samples(measure, method):
    """Without censoring: 10 against 8 persons, all 99 outcomes."""
    n_1, n_2 = 10, 8
    outcomes = list(product(range(n_1 + 1), range(n_2 + 1)))
    found = []
    for x_1, x_2 in outcomes:
        first = ([1, 2], [n_1, x_1], [n_1 - x_1, 0], [0, x_1])
        second = ([1, 2], [n_2, x_2], [n_2 - x_2, 0], [0, x_2])
        found.append(
            tuple(intervals.melded_interval(first, second, 1.5, measure=measure, method=method))
        )
    low, high = np.array(found).T
    coverage = []
    for p, q in product((0.15, 0.5, 0.8), repeat=2):
        value = {
            "difference": p - q,
            "ratio": p / q,
            "odds_ratio": p * (1 - q) / (q * (1 - p)),
            "event_ratio": (1 - p) / (1 - q),
        }[measure]
        chance = np.array([binom.pmf(a, n_1, p) * binom.pmf(b, n_2, q) for a, b in outcomes])
        # A truth of exactly 0 or 1 is no limit by more than rounding.
        held = (low <= value + 1e-12) & (value <= high + 1e-12)
        coverage.append(float(chance[held].sum()))
    assert min(coverage) >= (0.95 if method == "beta_product" else 0.93)


RUNS = 1_500


def cohorts(people=25, seed=8):
    """Give steps of exponential times (median 3) with leavers, one cohort at a time."""
    rng = np.random.default_rng(seed)
    event = rng.exponential(3 / np.log(2), (RUNS, people))
    leaving = rng.uniform(1, 9, (RUNS, people))
    time, seen = np.minimum(event, leaving), event <= leaving
    order = np.argsort(time, axis=1)
    time, seen = np.take_along_axis(time, order, 1), np.take_along_axis(seen, order, 1)
    at_risk = np.arange(people, 0, -1)
    for t, d in zip(time, seen.astype(int), strict=True):
        yield t, at_risk, d, 1 - d


def error(share, expected=0.95):
    return 4 * np.sqrt(expected * (1 - expected) / RUNS)


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [
        ("beta_product", 0.95, 0.99),
        ("mid_p", 0.94, 0.975),
        ("likelihood_ratio", 0.93, 0.96),
        ("log_log", 0.94, 0.97),
        ("logit", 0.94, 0.97),
        ("arcsine", 0.93, 0.96),
        ("log", 0.92, 0.97),
        ("plain", 0.89, 0.96),
    ],
)
def test_curves_with_leavers_are_covered_as_said(method, low, high):
    held = np.array(
        [
            intervals.survival_interval(*steps, np.array([1.5, 3.0]), method=method).contains(
                [0.5**0.5, 0.5]
            )
            for steps in cohorts()
        ]
    )
    for share in held.mean(axis=0):
        assert low - error(share) <= share <= high + error(share)


@pytest.mark.parametrize(
    ("method", "low"), [("beta_product", 0.95), ("mid_p", 0.94), ("log_log", 0.93)]
)
def test_the_median_is_covered(method, low):
    held = np.mean(
        [3.0 in intervals.survival_quantile_interval(*s, method=method) for s in cohorts()]
    )
    assert held >= low - error(held)
    assert held < 0.995


def rejections(test, people):
    pairs = zip(cohorts(people, 1), cohorts(people, 2), strict=True)
    return float(np.mean([test(first, second, 2.0) <= 0.05 for first, second in pairs]))


@pytest.mark.parametrize("people", [14, 40])
def test_the_melded_test_keeps_its_level_with_leavers(people):
    assert rejections(intervals.melded_p_value, people) <= 0.05 + error(0.05)


@pytest.mark.parametrize("scale", ["log_log", "log", "logit"])
@pytest.mark.parametrize("people", [14, 40])
def test_the_default_fixed_time_test_keeps_its_level_with_leavers(scale, people):
    share = rejections(partial(intervals.fixed_time_p_value, scale=scale), people)
    assert 0.01 <= share <= 0.05 + error(0.05)


@pytest.mark.parametrize("pooled", [True, False])
@pytest.mark.parametrize("scale", ["plain", "log_log", "log", "logit", "arcsine"])
def test_every_fixed_time_test_nears_its_level_in_larger_groups(scale, pooled):
    test = partial(intervals.fixed_time_p_value, scale=scale, pooled_variance=pooled)
    assert abs(rejections(test, 80) - 0.05) <= error(0.05) + 0.005


def test_restricted_means_are_covered_near_their_level():
    first, second = cohorts(40, 3), cohorts(40, 4)
    held = np.mean(
        [
            0.0 in intervals.restricted_mean_comparison_interval(a, b, horizon=3.0)
            for a, b in zip(first, second, strict=True)
            if a[0][-1] > 3 and b[0][-1] > 3
        ]
    )
    assert 0.93 - error(held) <= held <= 0.96 + error(held)
