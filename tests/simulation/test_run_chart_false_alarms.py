"""A series in which nothing changes shows a signal no more often than its level allows."""

import numpy as np
import pytest

from dipoutcomes.scorecard.series import run_chart

pytestmark = pytest.mark.simulation
RUNS = 160


def alarms(rng, draw):
    return sum(bool(draw(rng).signals) for _ in range(RUNS)) / RUNS


@pytest.mark.parametrize(("share", "people"), [(0.5, 12), (0.1, 40), (0.3, 150)])
def test_shares_that_do_not_change_are_called_changed_in_no_more_than_one_of_twenty(share, people):
    def draw(rng):
        bases = rng.integers(people // 2, 2 * people, 4)
        return run_chart(rng.binomial(bases, share).tolist(), bases.tolist())

    # Three standard errors of the count of alarms, if it were 5% exactly.
    most = 0.05 + 3 * np.sqrt(0.05 * 0.95 / RUNS)
    assert alarms(np.random.default_rng(2014), draw) <= most


@pytest.mark.parametrize("a_quarter", [2, 15, 120])
def test_numbers_that_do_not_change_are_called_changed_in_no_more_than_one_of_twenty(a_quarter):
    days = np.array([91, 92, 92, 90])

    def draw(rng):
        return run_chart(rng.poisson(a_quarter * days / 91).tolist(), days=days.tolist())

    most = 0.05 + 3 * np.sqrt(0.05 * 0.95 / RUNS)
    assert alarms(np.random.default_rng(2013), draw) <= most


def test_a_large_change_in_the_last_quarter_is_seen():
    def draw(rng):
        bases = np.array([80, 80, 80, 80])
        return run_chart(rng.binomial(bases, [0.3, 0.3, 0.3, 0.65]).tolist(), bases.tolist())

    assert alarms(np.random.default_rng(7), draw) > 0.95
