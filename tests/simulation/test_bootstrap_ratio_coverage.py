"""How often limits of a before and after ratio hold the truth where people change differently."""

from math import sqrt

import numpy as np
import pytest

from dipoutcomes.comparison.before_after import (
    bootstrap_rate_ratio,
    gee_rate_ratio,
    mixed_rate_ratio,
)
from dipoutcomes.errors import DesignError

pytestmark = pytest.mark.simulation


def held(ask, people, ratio, runs, seed):
    """Return how many intervals held the ratio, of how many that there were."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(runs):
        own, change = rng.gamma(1.0, 2.0, people), ratio * rng.gamma(3.0, 1 / 3, people)
        days = np.rint(rng.uniform(0.5, 2.0, people) * 365.25)
        before = rng.poisson(own * days / 365.25)
        after = rng.poisson(own * change * days / 365.25)
        try:
            found.append(ratio in ask(before, days, after, days, rng))
        except DesignError:  # no event, or no spread: there is no interval to judge
            continue
    return np.mean(found), sqrt(0.05 * 0.95 / len(found))


ASKED = {
    "bca": (
        lambda *d: bootstrap_rate_ratio(*d[:4], rng=d[4], replicates=1_000).interval, 0.91, 0.95
    ),
    "gee": (lambda *d: gee_rate_ratio(*d[:4]).interval, 0.935, 0.96),
    "mixed": (lambda *d: mixed_rate_ratio(*d[:4]).ratio.interval, 0.925, 0.955),
    "mixed, model errors": (
        lambda *d: mixed_rate_ratio(*d[:4], errors="model").ratio.interval, 0.82, 0.89
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_coverage_at_28_people_is_what_the_docstrings_say(name):
    ask, low, high = ASKED[name]
    share, error = held(ask, 28, 0.7, 300, seed=5)
    assert low - 3 * error <= share <= high + 3 * error


@pytest.mark.validation
@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize(("people", "ratio"), [(28, 1.0), (28, 0.7)])
def test_coverage_at_length(name, people, ratio):
    ask, low, high = ASKED[name]
    share, error = held(ask, people, ratio, 3_000, seed=6)
    assert low - 2 * error <= share <= high + 2 * error
