"""Looking after every person of a frame of 210: the limits hold, and the count says how often."""

import numpy as np
import pytest

from dipoutcomes.sampling.sequential import (
    coverage_under_looking,
    proportion_confidence_sequence,
    stop_when,
)

POPULATION = 210
EXACT = coverage_under_looking(POPULATION).coverage


def order(marked, rng):
    return rng.permutation(np.arange(POPULATION) < marked).astype(int)


@pytest.mark.simulation
@pytest.mark.parametrize("marked", range(0, POPULATION + 1, 15))
def test_coverage_under_continuous_looking_is_what_counting_the_paths_gives(marked):
    rng = np.random.default_rng([POPULATION, marked])
    replications = 100
    held = 0
    for _ in range(replications):
        found = proportion_confidence_sequence(order(marked, rng), POPULATION)
        held += bool(((found.low_people <= marked) & (marked <= found.high_people)).all())
    exact = EXACT[marked]
    assert exact >= 0.95
    # Four standard errors, and one order more where hardly any order is missed.
    error = np.sqrt(exact * (1 - exact) / replications)
    assert held / replications == pytest.approx(exact, abs=4 * error + 1 / replications)


@pytest.mark.simulation
def test_hedged_capital_holds_the_truth_under_continuous_looking():
    rng = np.random.default_rng(POPULATION)
    replications = 250
    held = 0
    for _ in range(replications):
        marked = int(rng.integers(POPULATION + 1))
        found = proportion_confidence_sequence(
            order(marked, rng), POPULATION, method="hedged_capital"
        )
        held += bool(((found.low_people <= marked) & (marked <= found.high_people)).all())
    assert held / replications >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / replications)


@pytest.mark.simulation
@pytest.mark.parametrize(("marked", "truth"), [(105, "at or above"), (104, "below")])
def test_a_commissioner_who_stops_at_the_first_answer_is_seldom_wrong(marked, truth):
    rng = np.random.default_rng([2, marked])
    answers = [
        stop_when(proportion_confidence_sequence(order(marked, rng), POPULATION), 0.5).answer
        for _ in range(300)
    ]
    wrong = np.mean([answer != truth for answer in answers])
    assert "" not in answers  # at the end of the frame every question is answered
    assert 0 < wrong <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 300)


@pytest.mark.simulation
def test_a_clear_answer_needs_fewer_people():
    rng = np.random.default_rng(3)
    asked = {
        marked: np.mean(
            [
                stop_when(
                    proportion_confidence_sequence(order(marked, rng), POPULATION), 0.5
                ).person
                for _ in range(60)
            ]
        )
        for marked in (21, 63, 90)
    }
    assert asked[21] < asked[63] < asked[90] < POPULATION
    assert asked[21] < 28
