"""No effect, few areas, months that resemble each other: how often each test says there is one."""

import numpy as np
import pytest

from dipoutcomes.comparison.areas import _two_groups as two

pytestmark = pytest.mark.simulation
SETS, PERIODS = 2_000, 12


def log_rates(rng, areas):
    """Log rates about a level of each area, with an autocorrelation of 0.6."""
    noise = rng.normal(size=(SETS, areas, PERIODS))
    noise[..., 0] /= 0.8
    for t in range(1, PERIODS):
        noise[..., t] += 0.6 * noise[..., t - 1]
    return rng.normal(size=(SETS, areas, 1)) + 0.1 * noise


def naive_rejections(y, chosen):
    """A regression with dummies for areas and periods whose cells count as independent."""
    half, k = PERIODS // 2, len(chosen)
    mark = np.zeros((k, PERIODS))
    mark[chosen, half:] = 1

    def centred(x):
        total = x.mean((-1, -2), keepdims=True)
        return x - x.mean(-1, keepdims=True) - x.mean(-2, keepdims=True) + total

    x, z = centred(mark), centred(y)
    beta = (z * x).sum((1, 2)) / (x**2).sum()
    df = k * PERIODS - k - PERIODS
    squares = ((z - beta[:, None, None] * x) ** 2).sum((1, 2))
    return np.mean(np.abs(beta) > two.t_quantile(df, 0.95) * np.sqrt(squares / df / (x**2).sum()))


@pytest.mark.parametrize(("areas", "intensive"), [(5, 2), (10, 3), (20, 4)])
def test_size_under_no_effect(areas, intensive):
    y = log_rates(np.random.default_rng(areas), areas)
    chosen = np.arange(areas) < intensive
    change = y[..., PERIODS // 2 :].mean(-1) - y[..., : PERIODS // 2].mean(-1)
    masks, exact = two.assignments(areas, intensive, None)
    assert exact
    s = np.abs(two.contrasts(masks, change.T))
    permuted = np.mean((s >= s[0] - 1e-12).mean(0) <= 0.05)
    slack = 4 * np.sqrt(0.05 * 0.95 / SETS)
    assert permuted <= 0.05 + slack
    assert (permuted == 0) == (areas == 5)  # 1 in 10 is the smallest there
    for variance, least in (("cr2", 0.01), ("equal", 0.05 - slack)):
        value, error, df = two.difference(change, chosen, variance)
        rejected = np.mean(np.abs(value) > two.t_quantile(df, 0.95) * error)
        assert least <= rejected <= 0.05 + slack
    assert naive_rejections(y, chosen) > 0.2


def test_the_permutation_interval_holds_a_constant_effect_as_often_as_it_says():
    rng, chosen, held = np.random.default_rng(3), np.arange(8) < 3, 0
    for _ in range(1_000):
        y = rng.standard_t(3, 8) + 0.7 * chosen
        found = two.permutation(y, chosen, 0.9, None)
        held += found.low <= 0.7 <= found.high
    # Exact: 56 assignments, of which 5 may be rejected.
    assert held / 1_000 == pytest.approx(1 - 5 / 56, abs=4 * np.sqrt(0.09 / 1_000))
