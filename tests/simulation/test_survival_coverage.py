"""Long runs against a known truth: limits at 12 months, the size of the log-rank test."""

import numpy as np
import pytest

from dipoutcomes.survival import kaplan_meier, log_rank_test, restricted_mean

YEAR = 365


def follow_up(rng, n, still_free):
    """Return whole days to a first arrest or to the end of follow-up, 200 to 800 days."""
    hazard = -np.log(still_free) / YEAR
    event = np.ceil(rng.exponential(1 / hazard, n)).astype(np.int64)
    end = rng.integers(200, 801, n)
    return np.minimum(event, end), event <= end


def at_a_year(curve):
    """Return value and limits at 12 months; the limits beyond the last follow-up are nan."""
    if curve.time[-1] < YEAR and curve.value[-1] > 0:
        return np.nan, np.nan, np.nan
    return curve.at(YEAR)


@pytest.mark.simulation
@pytest.mark.parametrize("n", [28, 200])
@pytest.mark.parametrize("truth", [0.3, 0.6, 0.9])
def test_log_log_limits_hold_the_truth(n, truth):
    rng = np.random.default_rng([n, int(100 * truth)])
    runs = 2_000
    found = np.array([at_a_year(kaplan_meier(*follow_up(rng, n, truth))) for _ in range(runs)])
    value, low, high = found[~np.isnan(found[:, 0])].T
    assert len(value) > 0.999 * runs
    margin = 4 * np.sqrt(0.05 * 0.95 / runs)
    covered = np.mean((low <= truth) & (truth <= high))
    assert 0.95 - margin - (0.02 if n == 28 else 0.005) < covered < 0.985
    spread = value.std() / np.sqrt(len(value))
    assert value.mean() == pytest.approx(truth, abs=4 * spread)


@pytest.mark.simulation
def test_without_the_beta_product_a_rare_event_is_missed():
    # 28 people, 3% arrested within a year: in nearly half of such samples nobody is.
    truth, runs = 0.97, 2_000
    rng = np.random.default_rng(28_97)
    found = []
    for _ in range(runs):
        curve = kaplan_meier(*follow_up(rng, 28, truth))
        value, low, high = at_a_year(curve)
        found.append((low <= truth <= high, value == 1.0))
    held, nobody = np.array(found).T
    assert 0.35 < nobody.mean() < 0.65
    assert held.mean() > 0.95 - 4 * np.sqrt(0.05 * 0.95 / runs)
    assert held[nobody].all()  # limits of no width would have missed every one of these


@pytest.mark.simulation
def test_the_beta_product_throughout_is_never_short():
    truth, runs = 0.6, 1_500
    rng = np.random.default_rng(60)
    held = []
    for _ in range(runs):
        curve = kaplan_meier(*follow_up(rng, 28, truth), limits="beta_product")
        _, low, high = at_a_year(curve)
        held.append(low <= truth <= high)
    assert np.mean(held) > 0.95 - 4 * np.sqrt(0.05 * 0.95 / runs)


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "groups"), [(28, 2), (200, 3)])
def test_the_log_rank_test_keeps_its_size(n, groups):
    rng = np.random.default_rng([n, groups])
    runs = 2_000
    labels = np.arange(n) % groups
    p_values = []
    for _ in range(runs):
        days, seen = follow_up(rng, n, 0.5)
        # Months instead of days: ties are then the rule.
        p_values.append(log_rank_test(np.ceil(days / 30).astype(int), seen, labels).p_value)
    rejected = np.mean(np.array(p_values) < 0.05)
    assert rejected == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / runs) + 0.005)


@pytest.mark.simulation
def test_the_log_rank_test_sees_a_difference():
    rng = np.random.default_rng(7)
    seen_it = []
    for _ in range(300):
        first, second = follow_up(rng, 150, 0.75), follow_up(rng, 150, 0.5)
        days, seen = (np.concatenate(pair) for pair in zip(first, second, strict=True))
        seen_it.append(log_rank_test(days, seen, np.repeat([0, 1], 150)).p_value < 0.05)
    assert np.mean(seen_it) > 0.9


@pytest.mark.simulation
def test_restricted_mean_limits_hold_the_truth():
    free, runs, n = 0.6, 1_500, 200
    hazard = -np.log(free) / YEAR
    # Days are rounded up: the curve is flat within a day, so the area is a sum over days.
    truth = np.exp(-hazard * np.arange(180)).sum()
    rng = np.random.default_rng(180)
    intervals = [
        restricted_mean(*follow_up(rng, n, free), horizon=180).interval for _ in range(runs)
    ]
    held = np.mean([truth in interval for interval in intervals])
    assert held == pytest.approx(0.95, abs=4 * np.sqrt(0.05 * 0.95 / runs) + 0.005)


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "free"), [(28, 0.97), (60, 0.97), (28, 0.6), (28, 0.05)])
def test_restricted_mean_limits_hold_the_truth_where_few_had_the_event_or_nearly_all(n, free):
    runs, hazard = 1_000, -np.log(free) / YEAR
    truth = np.exp(-hazard * np.arange(180)).sum()
    rng = np.random.default_rng(181)
    found = [restricted_mean(*follow_up(rng, n, free), horizon=180).interval for _ in range(runs)]
    assert all(interval.low < interval.high for interval in found)
    held = np.mean([truth in interval for interval in found])
    assert held >= 0.95 - 4 * np.sqrt(0.05 * 0.95 / runs)
    # Not idle either: of a length that a week or two at most makes longer than normal limits.
    assert np.mean([interval.width for interval in found]) < {0.97: 27, 0.6: 60, 0.05: 60}[free]
