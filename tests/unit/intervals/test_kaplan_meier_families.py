"""Curves: what each function refuses, its edges, and one equation solved a second way."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import beta, chi2

from dipoutcomes import intervals
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import METHODS
from dipoutcomes.results import Interval, IntervalArray
from dipoutcomes.survival import kaplan_meier

STEPS = ([3, 5, 8, 13], [12, 10, 7, 4], [2, 2, 1, 2], [0, 1, 2, 2])
NOBODY = ([4, 9], [6, 5], [0, 0], [1, 5])
EVERYBODY = ([4], [6], [6], [0])


@pytest.mark.parametrize("entry", METHODS["survival"], ids=lambda e: e.name)
def test_numbers_give_an_interval_and_arrays_an_array_of_the_same_limits(entry):
    one = entry.function(*STEPS, 6.0)
    many = entry.function(*STEPS, np.full((2, 3), 6.0))
    assert isinstance(one, Interval)
    assert isinstance(many, IntervalArray)
    assert many.shape == (2, 3)
    assert np.all((many.low == one.low) & (many.high == one.high))
    assert one.method == many.method == entry.title
    assert entry.one_sided


@pytest.mark.parametrize("name", ["beta_product", "mid_p", "likelihood_ratio"])
def test_nobody_and_everybody_with_the_event_have_limits(name):
    none = intervals.survival_interval(*NOBODY, [2, 4, 9], method=name)
    assert np.all(none.high == 1)
    assert none.low[2] == 0  # nobody is followed any more
    assert 0 < none.low[1] < none.low[0] < 1  # five instead of six
    every = intervals.survival_interval(*EVERYBODY, 4, method=name)
    assert every.low == 0
    assert 0 < every.high < 1


def test_a_mid_p_limit_never_rises_where_its_stand_in_would():
    # One event of six and three leavers: the upper quantile alone rises from 0.99739577.
    steps = ([1, 2], [6, 5], [1, 0], [0, 3])
    found = intervals.beta_product_mid_p_interval(*steps, [1, 2], confidence_level=0.984375)
    assert found.high[0] == found.high[1] == pytest.approx(0.99739577, abs=1e-8)
    alone = intervals.beta_product_mid_p_interval(*steps, 2, confidence_level=0.984375)
    assert alone.high == found.high[1]


@pytest.mark.parametrize("name", ["plain", "log", "log_log", "logit", "arcsine"])
def test_greenwood_says_nothing_at_one_and_at_nought(name):
    for steps, at in ((NOBODY, 5), (EVERYBODY, 4), (EVERYBODY, 3)):
        assert np.isnan(intervals.survival_interval(*steps, at, method=name).low)


def test_no_event_in_those_followed_is_the_binomial_likelihood():
    found = intervals.km_likelihood_ratio_interval(*NOBODY, at=[1, 5])
    assert found.low == pytest.approx(np.exp(-chi2.ppf(0.95, 1) / 2 / np.array([6, 5])))


@pytest.mark.parametrize("at", [3, 6, 9, 13])
def test_likelihood_ratio_limits_are_on_the_edge_of_the_likelihood(at):
    """Maximise the likelihood of a curve through the limit, without the multiplier."""
    time, n, d, _ = (np.array(v, dtype=float) for v in STEPS)
    here = time <= at
    n, d = n[here], d[here]

    def log_likelihood(hazard):
        return float((d * np.log(hazard) + (n - d) * np.log1p(-hazard)).sum())

    for limit in intervals.km_likelihood_ratio_interval(*STEPS, at=at):

        def through(theta, limit=limit):
            # Shares of log(limit): every curve through it, without a constraint.
            weight = np.exp(np.append(theta, 0.0))
            return -np.expm1(np.log(limit) * weight / weight.sum())

        if len(n) == 1:
            best = log_likelihood(np.array([1 - limit]))
        else:
            start = np.log(-np.log1p(-d / n))
            best = -minimize(
                lambda theta, through=through: -log_likelihood(through(theta)),
                start[:-1] - start[-1],
                method="BFGS",
                options={"gtol": 1e-9},
            ).fun
        assert 2 * (log_likelihood(d / n) - best) == pytest.approx(chi2.ppf(0.95, 1), abs=1e-6)


def test_melded_limits_are_quantiles_of_simulated_comparisons():
    """The definition itself: draw both variables and compare."""
    rng = np.random.default_rng(12)
    first, second = ([1, 2], [20, 14], [6, 0], [0, 14]), ([1, 2], [15, 12], [3, 0], [0, 12])
    draws = 2_000_000
    lower = [beta(14, 7).rvs(draws, random_state=rng), beta(13, 3).rvs(draws, random_state=rng)]
    upper = [beta(15, 6).rvs(draws, random_state=rng), beta(12, 4).rvs(draws, random_state=rng)]
    for measure, compare in [
        ("difference", lambda s, t: s - t),
        ("ratio", lambda s, t: s / t),
        ("odds_ratio", lambda s, t: s / (1 - s) / (t / (1 - t))),
    ]:
        found = intervals.melded_interval(first, second, 1.5, measure=measure)
        assert found.low == pytest.approx(np.quantile(compare(*lower), 0.025), rel=0.01)
        assert found.high == pytest.approx(np.quantile(compare(*upper), 0.975), rel=0.01)


def test_melding_is_exact_for_very_unequal_groups():
    """A million persons against five: the larger group is as good as known."""
    large = ([1, 2], [10**6, 300_000], [700_000, 0], [0, 300_000])
    small = ([1, 2], [5, 3], [2, 0], [0, 3])
    alone = intervals.beta_product_interval(*small, at=1.5)
    found = intervals.melded_interval(small, large, 1.5)
    assert tuple(found) == pytest.approx((alone.low - 0.3, alone.high - 0.3), abs=2e-5)
    back = intervals.melded_interval(large, small, 1.5)
    assert tuple(found) == pytest.approx((-back.high, -back.low), abs=1e-10)


@pytest.mark.parametrize("scale", ["plain", "log", "log_log", "logit", "arcsine"])
def test_the_scales_agree_where_groups_are_large_and_alike(scale):
    first, second = (
        ([1, 2], [n, n - x], [x, 0], [0, n - x]) for n, x in ((200_000, 80_000), (200_000, 80_500))
    )
    for pooled in (True, False):
        p = intervals.fixed_time_p_value(first, second, 1.5, scale=scale, pooled_variance=pooled)
        assert p == pytest.approx(
            intervals.difference_p_value(80_000, 200_000, 80_500, 200_000, method="mee"), rel=0.005
        )


def test_the_survival_room_gives_the_same_limits():
    rng = np.random.default_rng(2)
    time, event = rng.integers(1, 30, 40), rng.integers(0, 2, 40)
    for limits in ("plain", "logit", "arcsine", "likelihood_ratio", "beta_product"):
        curve = kaplan_meier(time, event, limits=limits)
        # Whoever leaves at the last time was followed to its end, says the curve.
        censored = [*curve.censored[:-1], 0]
        steps = (curve.time, curve.at_risk, curve.events, censored)
        found = intervals.survival_interval(*steps, np.array(curve.time), method=limits)
        same = ~np.isnan(found.low)
        assert same.sum() > 10
        assert np.array(curve.low)[same] == pytest.approx(found.low[same], abs=1e-12)
        assert np.array(curve.high)[same] == pytest.approx(found.high[same], abs=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (
            lambda: intervals.km_plain_interval([2, 1], [5, 4], [1, 1], [0, 3], 1),
            ValueError,
            "incr",
        ),
        (lambda: intervals.survival_interval(*STEPS, -1), ValueError, "`at`"),
        (lambda: intervals.survival_interval(*STEPS, 1, method="lgo"), ValueError, "did you mean"),
        (
            lambda: intervals.beta_product_interval(*STEPS, 1, grouping=3),
            ValueError,
            "smallest gap",
        ),
        (lambda: intervals.beta_product_interval(*STEPS, 1, grouping=-1), ValueError, "at least 0"),
        (lambda: intervals.survival_quantile_interval(*STEPS, share=1.0), ValueError, "`share`"),
        (lambda: intervals.melded_interval(STEPS, STEPS[:3], 4), TypeError, "`second`"),
        (
            lambda: intervals.melded_interval(STEPS, ([1], [3], [4], [0]), 1),
            ValueError,
            "`second`:",
        ),
        (lambda: intervals.melded_interval(STEPS, STEPS, 4, measure="gap"), ValueError, "measure"),
        (lambda: intervals.melded_p_value(STEPS, STEPS, 4, null=2), ValueError, "`null`"),
        (lambda: intervals.fixed_time_p_value(STEPS, STEPS, 4, scale="x"), ValueError, "scale"),
        (lambda: intervals.restricted_mean_interval(*NOBODY, horizon=20), DesignError, "ends at 9"),
        (lambda: intervals.restricted_mean_interval(*STEPS, horizon=0), ValueError, "horizon"),
    ],
)
def test_misuse_says_what_is_wrong(call, error, says):
    with pytest.raises(error, match=says):
        call()
