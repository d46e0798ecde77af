"""Rate ratios of people who differ: how often each kind of error leads to the truth."""

import numpy as np
import pytest

from dipoutcomes.outcomes import rate_model

RUNS, PERSONS = 400, 60


@pytest.fixture(scope="module")
def cohorts():
    rng = np.random.default_rng(60)
    years = rng.uniform(0.5, 2.5, (RUNS, PERSONS))
    return years, rng.poisson(years * rng.gamma(1.0, 1.5, (RUNS, PERSONS)))


def share_that_hold_one(cohorts, **options):
    group = {"treated": np.arange(PERSONS) % 2}
    return np.mean(
        [
            1.0 in rate_model(counts, years, group, **options)["treated"].interval
            for years, counts in zip(*cohorts, strict=True)
        ]
    )


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("model", "variance", "expected"),
    [("poisson", "model", 0.715), ("poisson", "HC3", 0.94), ("quasi_poisson", "model", 0.945),
     ("negative_binomial", "joint", 0.94)],
)  # fmt: skip
def test_taking_events_for_independent_is_wrong_and_the_others_are_near_right(
    cohorts, model, variance, expected
):
    share = share_that_hold_one(cohorts, model=model, variance=variance)
    error = np.sqrt(expected * (1 - expected) / RUNS)
    assert share == pytest.approx(expected, abs=4 * error)
