"""Long runs against a known truth: bands, weighted curves, the size of every test at 14 a group.

Small runs stand in the ordinary tests; ``-m validation`` repeats them with many more.
"""

import numpy as np
import pytest
from scipy.stats import kstest

from dipoutcomes.survival import kaplan_meier, restricted_mean
from dipoutcomes.survival.bands import survival_band
from dipoutcomes.survival.comparing import (
    PublishedCurve,
    one_sample_log_rank_test,
    permutation_log_rank_test,
    trend_test,
    weighted_log_rank_test,
)
from dipoutcomes.survival.quantiles import event_time_quantiles
from dipoutcomes.survival.weighted import weighted_kaplan_meier

MEAN = 400
WEIGHTS = ["log_rank", "gehan_breslow", "tarone_ware", "peto_peto", (1, 0), (0, 1), (1, 1)]


def follow_up(rng, n, mean=MEAN):
    """Return whole days to a first arrest or to the end of follow-up, 200 to 900 days."""
    time = np.ceil(rng.exponential(mean, n))
    end = rng.integers(200, 901, n)
    return np.minimum(time, end).astype(np.int64), (time <= end).astype(int)


def share(runs, chance=0.05):
    """Return four standard errors of a share around *chance*."""
    return 4 * np.sqrt(chance * (1 - chance) / runs)


def holds_all(band):
    """Return whether the true curve lies in the band at every whole day of its range."""
    low, high, days = (np.array(x) for x in (band.low, band.high, band.time))
    there = ~np.isnan(low)
    # The curve of whole days falls at their start, and stays level up to the next one.
    until = np.append(days[1:] - 1, days[-1])
    until[np.flatnonzero(there)[-1]] = days[np.flatnonzero(there)[-1]]
    first, last = np.exp(-days / MEAN), np.exp(-np.maximum(until, days) / MEAN)
    return bool(((low <= last) & (first <= high))[there].all())


def band_coverage(n, kind, scale, runs):
    rng = np.random.default_rng([n, len(kind), len(scale)])
    held = [
        holds_all(survival_band(kaplan_meier(*follow_up(rng, n)), kind=kind, scale=scale))
        for _ in range(runs)
    ]
    return float(np.mean(held))


CASES = [
    (60, "equal_precision", "log_log"),
    (60, "hall_wellner", "log_log"),
    (200, "equal_precision", "log_log"),
    (200, "hall_wellner", "arcsine"),
]


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "kind", "scale"), CASES)
def test_bands_hold_the_whole_curve(n, kind, scale):
    covered = band_coverage(n, kind, scale, runs=200)
    assert 0.95 - share(200) - 0.015 < covered <= 1


@pytest.mark.validation
@pytest.mark.parametrize("n", [60, 200])
@pytest.mark.parametrize("kind", ["equal_precision", "hall_wellner"])
@pytest.mark.parametrize("scale", ["log_log", "arcsine"])
def test_bands_hold_the_whole_curve_in_the_long_run(n, kind, scale):
    covered = band_coverage(n, kind, scale, runs=4_000)
    assert 0.95 - share(4_000) - 0.01 < covered < 0.985


@pytest.mark.simulation
def test_pointwise_limits_do_not_hold_the_whole_curve():
    # What the band is for: the same curves, the same days, limits for one time at once.
    rng = np.random.default_rng(77)
    held = []
    for _ in range(150):
        curve = kaplan_meier(*follow_up(rng, 200))
        band = survival_band(curve)
        low, high = (
            tuple(np.where(np.isnan(band.low), np.nan, edge)) for edge in (curve.low, curve.high)
        )
        held.append(holds_all(type(curve)(**{**curve.to_dict(), "low": low, "high": high})))
    assert np.mean(held) < 0.8


def rejections(runs, seed):
    """Return, for each test, the share of pairs of groups of 14 without a difference rejected."""
    rng = np.random.default_rng(seed)
    groups, thirds = np.repeat([0, 1], 14), np.arange(28) % 3
    p_values = {}
    for _ in range(runs):
        days, seen = follow_up(rng, 28)
        found = {
            str(weight): weighted_log_rank_test(days, seen, groups, weight=weight)
            for weight in WEIGHTS
        }
        found["strata"] = weighted_log_rank_test(days, seen, groups, strata=np.arange(28) % 2)
        found["trend"] = trend_test(days, seen, thirds, {0: 0, 1: 1, 2: 2})
        found["exact"] = permutation_log_rank_test(days, seen, groups)
        for name, test in found.items():
            p_values.setdefault(name, []).append(test.p_value)
    return {name: np.array(values) for name, values in p_values.items()}


@pytest.mark.simulation
def test_every_test_keeps_near_its_size_in_groups_of_14():
    runs = 250
    p_values = rejections(runs, 14)
    for name, values in p_values.items():
        # Chi-squared is a little liberal here (0.055 to 0.064 in 2,000 runs); exact is not.
        most = 0.05 if name == "exact" else 0.063
        assert np.mean(values < 0.05) < most + share(runs), name
        assert np.mean(values < 0.05) > 0.04 - share(runs), name
    # Under the null an exact p-value is uniform but for its steps, which are fine here.
    assert kstest(p_values["exact"], "uniform").pvalue > 1e-3


@pytest.mark.validation
def test_every_test_keeps_near_its_size_in_the_long_run():
    runs = 5_000
    for name, values in rejections(runs, 15).items():
        most = 0.05 if name == "exact" else 0.063
        assert 0.04 < np.mean(values < 0.05) < most + share(runs), name


@pytest.mark.simulation
def test_late_weights_see_a_late_difference():
    rng, early, late = np.random.default_rng(16), [], []
    groups = np.repeat([0, 1], 150)
    for _ in range(150):
        first = rng.exponential(MEAN, 300)
        # Alike for 150 days; then the second group's hazard is halved.
        slow = np.where((groups == 1) & (first > 150), 150 + 2 * (first - 150), first)
        days, seen = np.ceil(np.minimum(slow, 700)), slow <= 700
        early.append(weighted_log_rank_test(days, seen, groups, weight=(1, 0)).p_value < 0.05)
        late.append(weighted_log_rank_test(days, seen, groups, weight=(0, 1)).p_value < 0.05)
    assert np.mean(late) > np.mean(early) + 0.1


@pytest.mark.simulation
def test_a_published_curve_carries_its_own_error():
    rng, runs, points = np.random.default_rng(17), 300, (90, 180, 270, 365)
    with_error, without = [], []
    for _ in range(runs):
        source = kaplan_meier(*follow_up(rng, 200))
        survival = np.array([source.at(t)[0] for t in points])
        n, d = np.array(source.at_risk), np.array(source.events)
        spread = np.cumsum(d / (n * np.maximum(n - d, 1)))
        rows = [sum(t <= point for t in source.time) - 1 for point in points]
        errors = survival * np.sqrt(spread[rows])
        days, seen = follow_up(rng, 400)
        for given, said in ((errors, with_error), (None, without)):
            curve = PublishedCurve(points, survival, given)
            said.append(one_sample_log_rank_test(days, seen, curve).p_value < 0.05)
    assert np.mean(with_error) < 0.055 + share(runs)
    assert np.mean(without) > 0.12


@pytest.mark.simulation
def test_weighted_curves_recover_the_population_and_their_limits_hold_it():
    # High-risk people are drawn three times as often; weights put that right.
    rng, runs, truth = np.random.default_rng(18), 600, (np.exp(-0.5) + np.exp(-2.0)) / 2
    held, naive, values = [], [], []
    for _ in range(runs):
        risky = rng.random(200) < 0.75
        time = np.where(risky, rng.exponential(150, 200), rng.exponential(600, 200))
        end = rng.uniform(250, 900, 200)
        days, seen = np.minimum(time, end), time <= end
        weights = np.where(risky, 1.0, 3.0)
        value, low, high = weighted_kaplan_meier(days, seen, weights).at(300)
        values.append(value)
        held.append(low <= truth <= high)
        naive.append(kaplan_meier(days, seen).at(300)[0])
    assert np.mean(values) == pytest.approx(truth, abs=0.008)
    assert np.mean(held) == pytest.approx(0.95, abs=share(runs))
    assert np.mean(naive) < truth - 0.08


@pytest.mark.simulation
def test_the_robust_error_of_a_weighted_mean_time_is_its_spread():
    rng = np.random.default_rng(19)
    values, errors = [], []
    for _ in range(400):
        days, seen = follow_up(rng, 150)
        weights = rng.choice([0.5, 1.0, 4.0], 150)
        found = restricted_mean(days, seen, horizon=180, weights=weights)
        values.append(found.value)
        errors.append((found.interval.high - found.interval.low) / 2 / 1.959963984540054)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.12)


@pytest.mark.simulation
@pytest.mark.parametrize("n", [28, 100])
def test_limits_of_the_median_hold_it(n):
    rng, runs = np.random.default_rng(n), 400
    truth = MEAN * np.log(2)
    held = []
    for _ in range(runs):
        curve = kaplan_meier(*follow_up(rng, n))
        (found,) = event_time_quantiles(curve).estimates
        held.append(found.interval.low <= truth + 1 and truth <= found.interval.high)
    assert np.mean(held) > 0.95 - share(runs)
