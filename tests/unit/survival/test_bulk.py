"""Thousands of cohorts at once give what one at a time gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dipoutcomes.survival import kaplan_meier, survival_in_bulk


@given(
    arrays.arrays(np.int64, (6, 7), elements=st.integers(0, 12)),
    arrays.arrays(bool, (6, 7)),
    st.integers(0, 14),
)
def test_each_row_is_the_kaplan_meier_of_its_cohort(durations, observed, time):
    found = survival_in_bulk(durations, observed, time)
    for row in range(6):
        curve = kaplan_meier(durations[row], observed[row])
        value, low, high = curve.at(time)
        assert found.value[row] == pytest.approx(value, abs=1e-12)
        assert (found.low[row], found.high[row]) == pytest.approx((low, high), abs=1e-12)
        assert found.events[row] == (observed[row] & (durations[row] <= time)).sum()


def test_without_leavers_it_is_the_share_without_the_event():
    rng = np.random.default_rng(5)
    durations = rng.integers(1, 800, (50, 28))
    found = survival_in_bulk(durations, np.ones((50, 28), bool), 365)
    assert found.value == pytest.approx((durations > 365).mean(axis=1))


def test_what_is_no_table_of_cohorts_is_refused():
    with pytest.raises(ValueError, match="cohorts, people"):
        survival_in_bulk([1, 2], [1, 0], 1)
    with pytest.raises(ValueError, match="0 or more"):
        survival_in_bulk([[1, -2]], [[1, 0]], 1)


@pytest.mark.simulation
def test_limits_at_twelve_months_hold_the_truth_in_cohorts_of_28():
    rng = np.random.default_rng(28)
    times = rng.exponential(400, (20_000, 28))
    leave = rng.uniform(200, 900, times.shape)
    truth = np.exp(-365 / 400)
    found = survival_in_bulk(np.minimum(times, leave), times <= leave, 365)
    held = ((found.low <= truth) & (truth <= found.high)).mean()
    assert held == pytest.approx(0.95, abs=0.012)
