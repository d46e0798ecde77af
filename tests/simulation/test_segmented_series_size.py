"""No break, months that resemble each other: how often each kind of error finds a break."""

import numpy as np
import pytest

from dipoutcomes.comparison.series import _errors
from dipoutcomes.comparison.series.segmented import _design

pytestmark = pytest.mark.simulation


def log_rates(rng, sets, n, rho):
    e = rng.normal(0, 0.2 * np.sqrt(1 - rho**2), (sets, n))
    e[:, 0] /= np.sqrt(1 - rho**2)
    for t in range(1, n):
        e[:, t] += rho * e[:, t - 1]
    return e + rng.normal(0, 0.1, (sets, n))


@pytest.mark.parametrize(
    ("n", "rho", "sets"),
    [(48, 0.6, 150), pytest.param(24, 0.6, 2_000, marks=pytest.mark.validation),
     pytest.param(48, 0.8, 2_000, marks=pytest.mark.validation)],
)  # fmt: skip
def test_averaging_over_the_autocorrelation_keeps_the_size_that_others_lose(n, rho, sets):
    x, rejected = _design(n, n // 2, "none", 12), np.zeros((3, 2))
    for y in log_rates(np.random.default_rng(n), sets, n, rho):
        found = (
            _errors.autoregressive(y, x),
            _errors.newey_west(y, x, _errors.newey_west_lag(n)),
            _errors.independent(y, x),
        )
        rejected += [[s.p_value(row) <= 0.05 for row in np.eye(4)[2:]] for s in found]
    ours, newey_west, independent = rejected / sets
    slack = 4 * np.sqrt(0.05 * 0.95 / sets)
    assert np.all(ours <= 0.07 + slack)
    assert np.all(newey_west > 0.08)  # the known weakness of few periods
    assert np.all(independent > 0.08)
