"""The hazard, in stretches, smooth and added up, against a truth that is level."""

import numpy as np
import pytest

from dipoutcomes.survival import nelson_aalen, piecewise_hazard, smooth_hazard

pytestmark = pytest.mark.simulation

PER_YEAR = 1.2
COHORTS = 400


def cohorts(people, seed):
    """Days to the event at a constant rate, followed for two years at most, some for less."""
    rng = np.random.default_rng(seed)
    for _ in range(COHORTS):
        event = rng.exponential(365.25 / PER_YEAR, people)
        left = np.minimum(rng.uniform(200, 1_200, people), 730)
        yield np.ceil(np.minimum(event, left)).astype(int), event <= left


def covered(held, floor):
    """Whether so many of the limits held the truth, to four standard errors of the share."""
    held = np.asarray(held)
    error = np.sqrt(0.95 * 0.05 / len(held))
    assert held.mean() > floor - 4 * error
    return held.mean()


@pytest.mark.parametrize("people", [28, 200])
def test_the_rate_in_each_stretch_and_the_hazard_added_up_are_held(people):
    in_stretch, added_up = [], []
    # A day counts to its end: the chance of a whole day is what the days show.
    by_day = -np.log(np.exp(-PER_YEAR / 365.25))
    for days, seen in cohorts(people, seed=people):
        curve = piecewise_hazard(days, seen, (0, 120, 365))
        in_stretch.append(curve.low[0] <= PER_YEAR <= curve.high[0])
        hazard = nelson_aalen(days, seen)
        _, low, high = hazard.at(180)
        added_up.append(low <= 180 * by_day <= high)
    covered(in_stretch, 0.95)  # exact limits: at least the level
    covered(added_up, 0.945)


def test_the_smooth_hazard_of_a_level_truth_is_level_up_to_its_ends():
    values = []
    for days, seen in cohorts(200, seed=3):
        curve = smooth_hazard(days, seen, bandwidth=90)
        times = np.array(curve.time)
        chosen = [int(np.argmin(np.abs(times - t))) for t in (0, 45, 180, 300)]
        values.append(np.array(curve.value)[chosen])
    mean, error = np.mean(values, axis=0), np.std(values, axis=0) / np.sqrt(COHORTS)
    assert np.all(np.abs(mean - PER_YEAR) < 4 * error + 0.02 * PER_YEAR)
    assert np.all(error < 0.05 * PER_YEAR)
