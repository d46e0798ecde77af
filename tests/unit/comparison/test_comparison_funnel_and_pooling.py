"""Limits that chance sets for areas, and areas drawn towards each other."""

from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln, gammaln
from scipy.stats import binom, poisson

from dipoutcomes.comparison.areas import funnel, partial_pooling
from dipoutcomes.errors import DesignError

SHARES = ([7, 9, 4, 11, 10], [28, 24, 18, 31, 10])


@given(
    st.integers(1, 120), st.floats(0.02, 0.98), st.sampled_from([0.8, 0.95, 0.998]),
    st.sampled_from(["exact", "mid_p"]), st.sampled_from(["share", "rate"]),
)  # fmt: skip
def test_limits_are_the_counts_whose_p_value_is_not_below(n, target, level, limits, kind):
    counts = np.arange(n + 1 if kind == "share" else 40)
    if kind == "rate":
        n, target = 1.0, 8 * target
    found = funnel(
        counts, np.full(len(counts), n), kind=kind, target=target, levels=(level,), limits=limits
    )
    law = binom(n, target) if kind == "share" else poisson(target)
    half = 0.5 * law.pmf(counts) if limits == "mid_p" else 0
    p = np.minimum(1, 2 * np.minimum(law.cdf(counts) - half, law.sf(counts - 1) - half))
    assert found.p_values == pytest.approx(p)
    inside = (counts >= found.low[0] * n - 1e-9) & (counts <= found.high[0] * n + 1e-9)
    clear = np.abs(p - (1 - level)) > 1e-9
    assert np.array_equal(inside[clear], (p > 1 - level)[clear])
    if limits == "exact":
        assert law.pmf(counts)[~inside].sum() <= 1 - level + 1e-12


def test_five_areas_by_hand():
    found = funnel(*SHARES, areas=list("NSEWH"), target=0.3)
    # All ten of H: 2 x 0.3^10.
    assert found.p_values[4] == pytest.approx(2 * 0.3**10)
    assert found.outside() == ("H",)
    assert "1 of 5 areas outside the 95% limits (H)" in str(found)
    assert "at most 0.25 on average" in str(found)
    assert found.table().column("area") == list("NSEWH")
    low, high = found.limits_at([10])
    assert (low[0, 0], high[0, 0]) == (found.low[0, 4], found.high[0, 4])
    assert found.to_frame()["low_0.95"].tolist() == found.low[0].tolist()
    assert found.to_dict()["levels"] == [0.95, 0.998]
    assert "<table" in found._repr_html_()


def test_a_target_of_their_own_is_said():
    found = funnel(*SHARES)
    assert found.target == pytest.approx(41 / 111)
    assert "that of all areas together" in str(found)
    assert "about 0.25 on average" in str(found)


def many(seed=1, k=40, spread=0.0):
    rng = np.random.default_rng(seed)
    n = rng.integers(50, 400, k)
    p = np.clip(rng.normal(0.3, spread, k), 0.01, 0.99)
    return rng.binomial(n, p), n


def test_over_dispersion_by_its_equations():
    x, n = many(spread=0.08)
    plain, wide, added = (
        funnel(x, n, overdispersion=how) for how in ("none", "multiplicative", "additive")
    )
    v = plain.target * (1 - plain.target) / n
    z = (x / n - plain.target) / np.sqrt(v)
    z = np.clip(z, *np.quantile(z, [0.1, 0.9]))
    assert wide.spread == pytest.approx((z**2).mean())
    w = 1 / v
    tau2 = ((z**2).sum() - 39) / (w.sum() - (w**2).sum() / w.sum())
    assert added.spread == pytest.approx(tau2)
    half = 1.959963984540054 * np.sqrt(v * wide.spread)
    assert wide.high[0] == pytest.approx(wide.target + half)
    assert len(plain.outside()) > len(wide.outside())
    assert "multiplicative over-dispersion" in wide.method
    assert isnan(plain.spread)
    assert funnel(*many(), overdispersion="multiplicative").spread >= 1  # never narrower
    out = added.p_values < 0.05
    assert set(added.outside()) == {a for a, o in zip(added.areas, out, strict=True) if o}


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: funnel([0, 0], [5, 5]), DesignError, "no spread"),
        (lambda: funnel(*SHARES, overdispersion="additive"), DesignError, "5 areas"),
        (lambda: funnel([6], [5]), ValueError, "at least as many"),
        (lambda: funnel([1], [2.5]), ValueError, "whole people"),
        (lambda: funnel([1, 2], [5]), ValueError, "one number"),
        (lambda: partial_pooling([1, 2], [5, 5]), DesignError, "fewer than three"),
        (lambda: partial_pooling([0] * 3, [5] * 3, kind="rate"), DesignError, "no area"),
        (lambda: partial_pooling([6, 1, 1], [5, 5, 5]), ValueError, "at least as many"),
    ],
)
def test_what_says_nothing_is_refused(call, error, says):
    with pytest.raises(error, match=says):
        call()


def by_quadrature(x, n, kind):
    """Posterior means from a plain fine grid of the same priors."""
    x, n = np.asarray(x, float)[:, None, None], np.asarray(n, float)[:, None, None]
    drawn = ((np.arange(400) + 0.5) / 400)[None, None, :]
    size = len(n) / (1 / n).sum() * drawn / (1 - drawn)
    u = (np.arange(1_500) + 0.5) / 1_500
    centre = np.log(x.sum() / n.sum())
    m = (u if kind == "share" else np.exp(centre - 6 + 12 * u))[None, :, None]
    a = m * size
    if kind == "share":
        b = (1 - m) * size
        logs = (betaln(x + a, n - x + b) - betaln(a, b)).sum(0)
        value = (x + a) / (n + size)
    else:
        logs = (
            gammaln(x + a) - gammaln(a) + a * np.log(size / (size + n)) + x * np.log(n / (size + n))
        )
        logs = logs.sum(0)
        value = (x + a) / (n + size)
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    return (value * weight).sum((1, 2)), float((m[0] * weight).sum())


@pytest.mark.parametrize(
    ("x", "n", "kind"),
    [
        ([7, 9, 4, 11, 0], [28, 24, 18, 31, 10], "share"),
        ([70, 200, 40, 110], [280, 240, 180, 310], "share"),
        ([9, 14, 6, 20, 1], [30.1, 28.4, 21, 36.2, 9.5], "rate"),
        ([0, 0, 3], [10.0, 12, 40], "rate"),
    ],
)
def test_the_posterior_means_are_those_of_a_fine_grid(x, n, kind):
    found = partial_pooling(x, n, kind=kind)
    means, mean = by_quadrature(x, n, kind)
    assert found.pooled == pytest.approx(means, rel=0.01)
    assert found.mean == pytest.approx(mean, rel=0.04)


def test_areas_are_drawn_inwards_and_small_ones_further():
    found = partial_pooling([5, 50, 5, 40], [10, 100, 20, 200])
    assert found.raw.min() < found.pooled.min() < found.pooled.max() < found.raw.max()
    assert found.shrinkage[0] > found.shrinkage[1] > found.shrinkage[3]
    assert np.all((found.low < found.pooled) & (found.pooled < found.high))
    table = found.estimates()
    assert [row.label for row in table.rows[:2]] == ["by itself", "partly pooled"]
    assert table.rows[0].estimate.interval.low == pytest.approx(0.2366, abs=0.5e-4)  # Wilson 5/10
    assert "none known beforehand to differ" in str(found)
    assert list(found.to_frame()["area"]) == list(found.areas)
    assert found.to_dict()["mean_interval"]["low"] < found.mean
    assert "<table" in found._repr_html_()


def test_areas_that_are_alike_are_nearly_pooled_and_others_are_not():
    alike = partial_pooling([100, 101, 99, 100, 100], [400] * 5)
    apart = partial_pooling([20, 200, 100, 300, 390], [400] * 5)
    assert alike.shrinkage.mean() > 0.7
    assert apart.shrinkage.mean() < 0.2
    assert alike.high[0] - alike.low[0] < 0.75 * (alike.raw_high[0] - alike.raw_low[0])
    assert alike.mean_interval.width < inf


@pytest.mark.simulation
def test_limits_hold_what_they_say_over_areas_made_as_the_priors_say():
    rng, held, raw, seen = np.random.default_rng(8), 0, 0, 0
    n = np.array([12, 25, 40, 60, 30])
    typical = len(n) / (1 / n).sum()
    for _ in range(60):
        drawn, m = rng.random(2)
        size = max(typical * drawn / (1 - drawn), 1e-3)
        p = rng.beta(m * size, (1 - m) * size, 5)
        found = partial_pooling(rng.binomial(n, p), n)
        held += np.count_nonzero((found.low <= p) & (p <= found.high))
        raw += np.count_nonzero((found.raw_low <= p) & (p <= found.raw_high))
        seen += 5
    # Areas of one set go together: twice the plain error is allowed for.
    assert held / seen == pytest.approx(0.95, abs=2 * 3 * np.sqrt(0.05 * 0.95 / seen))
