"""Negative controls in the long run: what the calibrated interval covers."""

import numpy as np
import pytest

from dipoutcomes.comparison.sensitivity import calibrate_ratio, systematic_error

pytestmark = pytest.mark.simulation

MEAN, SD, TRUE, Z = 0.15, 0.2, np.log(0.75), 1.959963984540054


def coverage(controls, runs, seed):
    """Return the shares of uncalibrated, published and predictive intervals with the truth."""
    rng = np.random.default_rng(seed)
    hits = np.zeros(3)
    for _ in range(runs):
        errors = rng.uniform(0.1, 0.3, controls)
        seen = MEAN + SD * rng.normal(size=controls) + errors * rng.normal(size=controls)
        error = systematic_error(seen, errors)
        own = rng.uniform(0.1, 0.3)
        estimate = TRUE + MEAN + SD * rng.normal() + own * rng.normal()
        args = np.exp([estimate, estimate - Z * own, estimate + Z * own])
        hits += [
            args[1] <= 0.75 <= args[2],
            0.75 in calibrate_ratio(*args, error, method="plug_in").interval,
            0.75 in calibrate_ratio(*args, error).interval,
        ]
    return hits / runs


def test_calibrated_intervals_cover_and_uncalibrated_ones_do_not():
    plain, published, predictive = coverage(10, 1000, seed=1)
    assert plain < 0.8
    assert 0.87 < published < 0.93  # the published form takes 10 controls at their word
    assert predictive > 0.935


@pytest.mark.validation
@pytest.mark.parametrize("controls", [5, 20, 50])
def test_coverage_by_number_of_controls(controls):
    plain, published, predictive = coverage(controls, 4000, seed=controls)
    assert plain < 0.79
    assert published < 0.95
    assert 0.94 < predictive < 0.985
