"""The hazard in pieces and smoothed."""

import numpy as np
import pytest
from scipy.integrate import trapezoid

from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import garwood_interval
from dipoutcomes.survival.hazard import _kernel, piecewise_hazard, smooth_hazard


def test_events_over_person_time_in_each_stretch():
    # Lived to year 2: 1 + 2 + 2 + 2 + 2 = 9; from 2 to 5: 1 + 3 = 4.
    curve = piecewise_hazard([1, 2, 2, 3, 5], [1, 1, 0, 1, 0], (0, 2, 5), time_unit="years")
    assert curve.value == pytest.approx((2 / 9, 1 / 4, 1 / 4))
    assert curve.events == (0, 2, 1)
    assert curve.at_risk == (5, 4, 1)
    exact = garwood_interval(2, 9)
    assert (curve.low[0], curve.high[0]) == pytest.approx((exact.low, exact.high))
    assert curve.measure == "events per person-year"


def test_the_first_day_counts_and_days_become_years():
    curve = piecewise_hazard([0, 100, 100], [1, 0, 0], (0, 100))
    assert curve.value[0] == pytest.approx(365.25 / 200)


def test_time_before_entry_is_not_lived():
    curve = piecewise_hazard([4, 5], [1, 0], (0, 5), entry=[0, 3], time_unit="years")
    assert curve.value[0] == pytest.approx(1 / 6)


def test_nobody_followed_means_no_rate():
    curve = piecewise_hazard([1, 2], [1, 0], (0, 2, 4), time_unit="fortnights")
    assert np.isnan(curve.value[1])
    assert curve.caveat.startswith("1 of 2 values are missing")
    assert curve.measure == "events per person and one of fortnights"
    with pytest.raises(ValueError, match="increasing"):
        piecewise_hazard([1, 2], [1, 0], (0, 2, 2))


@pytest.mark.parametrize("at", [0.0, 0.3, 1.0, 5.0, 9.6, 10.0])
def test_the_kernel_keeps_its_weight_and_its_place_near_the_ends(at):
    x = np.linspace(0, 10, 200_001)
    kernel = _kernel((at - x)[None, :], np.array([at]), 10.0, 1.0)[0]
    assert trapezoid(kernel, x) == pytest.approx(1, abs=1e-6)
    assert trapezoid(kernel * (x - at), x) == pytest.approx(0, abs=1e-6)


def test_the_middle_of_a_smooth_hazard_by_hand():
    days = np.arange(1, 101)
    seen = days == 50
    curve = smooth_hazard(days, seen, bandwidth=20, time_unit="years")
    step = int(np.argmin(np.abs(np.array(curve.time) - 50)))
    x = (curve.time[step] - 50) / 20
    assert curve.value[step] == pytest.approx(0.75 * (1 - x**2) / 20 / 51)
    # One event: the error is as large as the estimate.
    assert curve.high[step] / curve.value[step] == pytest.approx(np.exp(1.959963984540054))
    assert np.isnan(curve.low[0])
    assert sum(curve.events) == 1


def test_what_cannot_be_smoothed_is_said():
    with pytest.raises(DesignError, match="at most"):
        smooth_hazard(np.arange(1, 101), np.ones(100), bandwidth=60)
    with pytest.raises(DesignError, match="10 people still followed"):
        smooth_hazard([1, 2, 3], [1, 1, 1], bandwidth=1)


@pytest.mark.simulation
def test_a_constant_hazard_is_found_constant_and_its_limits_hold_it():
    rng = np.random.default_rng(11)
    held, means = [], []
    for _ in range(300):
        time, leave = rng.exponential(300, 400), rng.uniform(200, 700, 400)
        curve = smooth_hazard(np.minimum(time, leave), time <= leave, bandwidth=80)
        when = [0, 30, 60]  # start, a quarter, the middle
        means.append([curve.value[k] for k in when])
        held.append([curve.low[k] <= 365.25 / 300 <= curve.high[k] for k in when])
    assert np.mean(means, axis=0) == pytest.approx(np.full(3, 365.25 / 300), rel=0.03)
    assert np.mean(held, axis=0) == pytest.approx(np.full(3, 0.95), abs=0.05)


def test_who_enters_at_0_is_followed_from_the_start():
    days, seen = np.arange(1, 41), np.arange(40) % 2
    for hazard in (
        lambda **more: piecewise_hazard(days, seen, (0, 10, 40), **more),
        lambda **more: smooth_hazard(days, seen, bandwidth=8, **more),
    ):
        assert hazard(entry=np.zeros(40)).at_risk == hazard().at_risk
    late = piecewise_hazard(days, seen, (0, 10, 40), entry=np.where(days > 20, 10, 0))
    assert late.at_risk == (20, 11, 1)
