"""Long runs of what stands beside the adjusted ratio: trend, bounds, the never, the bootstrap."""

from math import sqrt

import numpy as np
import pytest

from dipoutcomes.comparison.before_after import zero_inflated_rate_ratio
from dipoutcomes.comparison.regression_to_mean import (
    adjusted_ratio,
    dose_response_check,
    imbens_manski_interval,
    offending_spread,
)

pytestmark = pytest.mark.simulation


def near_nominal(held, nominal=0.95, errors=3.5):
    held = np.asarray(held)
    return abs(held.mean() - nominal) <= errors * sqrt(nominal * (1 - nominal) / held.size)


@pytest.mark.parametrize("per_level", [1.0, 0.8])
def test_a_trend_over_levels_of_contact_covers_where_people_change_differently(per_level):
    rng, n, held, found = np.random.default_rng(1), 200, [], []
    for _ in range(400):
        contact = rng.integers(0, 3, n)
        own = rng.gamma(1.5, 2.0, n)
        change = 0.7 * per_level**contact * rng.gamma(4.0, 0.25, n)
        days = rng.integers(180, 366, (2, n))
        before = rng.poisson(own * days[0] / 365)
        after = rng.poisson(own * change * days[1] / 365)
        trend = dose_response_check(before, days[0], after, days[1], contact=contact)
        found.append(np.log(trend.ratio_per_level))
        held.append(per_level in trend.interval)
    error = np.std(found) / sqrt(len(found))
    assert np.mean(found) == pytest.approx(np.log(per_level), abs=4 * error)
    assert near_nominal(held)


def test_regression_to_the_mean_alone_makes_no_trend_and_a_higher_peak_makes_one():
    # Contact by chance: no trend. Most contact for those who came in from the highest counts: one.
    rng, n = np.random.default_rng(2), 40_000
    own = rng.gamma(1.8, 1.5, n)
    before, after = rng.poisson(own) + 1, rng.poisson(own)
    year = np.full(n, 365)
    chance = dose_response_check(before, year, after, year, contact=rng.integers(0, 3, n))
    assert 1 in chance.interval
    by_peak = np.digitize(before, [2, 4])
    made = dose_response_check(before, year, after, year, contact=by_peak)
    assert made.interval.high < 0.9


@pytest.mark.parametrize("distance", [0.0, 0.1, 0.5, 3.0])
@pytest.mark.parametrize("place", [0.0, 1.0])
def test_bounds_with_their_errors_hold_the_quantity_at_either_end(distance, place):
    rng, n = np.random.default_rng(3), 20_000
    noise = rng.normal(0, 0.2, n)  # a known distance: both bounds move together
    found = imbens_manski_interval(noise, noise + distance, 0.2, 0.2)
    truth = distance * place
    held = (found.low <= truth) & (truth <= found.high)
    assert near_nominal(held)


def test_the_share_who_never_offend_is_found_where_there_is_one():
    rng, n, never, ratios = np.random.default_rng(4), 600, [], []
    year = np.full(n, 365)
    for _ in range(25):
        own = rng.gamma(2.0, 1.5, n) * (rng.random(n) >= 0.3)
        found = zero_inflated_rate_ratio(rng.poisson(own), year, rng.poisson(0.7 * own), year)
        never.append(found.share_never)
        ratios.append(found.ratio.value)
    for values, truth in ((never, 0.3), (ratios, 0.7)):
        assert np.mean(values) == pytest.approx(truth, abs=0.01 + 4 * np.std(values) / 5)


@pytest.mark.validation
@pytest.mark.parametrize("people", [200, 1_000])
def test_the_bootstrap_of_entrants_and_reference_covers(people):
    rng, year, held = np.random.default_rng(5), np.full(people, 365.25), []
    for _ in range(400):
        own = rng.gamma(1.8, 1 / 0.8, people)
        spread = offending_spread(rng.poisson(rng.gamma(0.8, 1 / 0.8, people)), year, source="town")
        found = adjusted_ratio(
            rng.poisson(own), year, rng.poisson(own), year, reference=spread,
            interval="bootstrap", replicates=600, rng=rng,
        )  # fmt: skip
        held.append(1 in found.adjusted.interval)
    assert near_nominal(held)
