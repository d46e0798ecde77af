"""Observed over expected in the long run: the interval covers a known ratio."""

import numpy as np
import pytest

from dipoutcomes.comparison.benchmark import observed_over_expected

pytestmark = pytest.mark.simulation

SIZE = np.array([30, 40, 30])
PUBLISHED = np.array([0.2, 0.5, 0.8])


def coverage(runs, seed, *, published_n=None, method="exact", factor=0.6):
    """Return the share of intervals with the true ratio, everybody's odds times *factor*."""
    rng = np.random.default_rng(seed)
    odds = PUBLISHED / (1 - PUBLISHED) * factor
    share = odds / (1 + odds)
    true = (SIZE * share).sum() / (SIZE * PUBLISHED).sum()
    hits = 0
    for _ in range(runs):
        seen, extra = PUBLISHED, {}
        if published_n is not None:
            seen = rng.binomial(published_n, PUBLISHED) / published_n
            extra = {"published_n": [published_n] * 3}
        found = observed_over_expected(
            rng.binomial(SIZE, share), SIZE, seen, method=method, **extra
        )
        hits += true in found.ratio.interval
    return hits / runs


def test_exact_and_mid_p_cover():
    assert coverage(400, 1) > 0.94
    assert coverage(400, 2, method="mid_p") > 0.92


def test_error_of_the_published_shares_must_be_carried():
    assert coverage(300, 3, published_n=60) > 0.93


@pytest.mark.validation
def test_coverage_in_full():
    assert 0.945 < coverage(3000, 4) < 0.985
    assert 0.94 < coverage(3000, 5, method="mid_p") < 0.97
    assert 0.94 < coverage(3000, 6, published_n=60, method="mid_p") < 0.975
