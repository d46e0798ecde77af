"""Ratios before and after by bootstrap, mixed model, estimating equations; windows side by side."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize
from scipy.special import gammaln

from dipoutcomes.comparison import rate_ratio_before_after
from dipoutcomes.comparison._paired_counts import PairedCounts
from dipoutcomes.comparison.before_after import (
    before_after_both_ways,
    bootstrap_rate_ratio,
    gee_rate_ratio,
    mixed_rate_ratio,
    paired_share_odds_ratio,
    paired_share_ratio,
    rate_ratios_by_window,
    share_changes_by_window,
    zero_inflated_rate_ratio,
)
from dipoutcomes.comparison.before_after import gee as equations
from dipoutcomes.comparison.before_after._gamma_poisson import _at
from dipoutcomes.comparison.before_after._resample import resampled_sums
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import paired_odds_ratio_interval, paired_ratio_interval

DAYS = 365.25


def people(n=200, ratio=0.7, seed=3, never=0.0, equal=False):
    rng = np.random.default_rng(seed)
    own = rng.gamma(1.2, 2.0, n) * (rng.random(n) >= never)
    days = np.full((2, n), 365) if equal else rng.integers(90, 366, (2, n))
    before = rng.poisson(own * days[0] / DAYS)
    after = rng.poisson(own * ratio * days[1] / DAYS)
    return before, days[0], after, days[1]


# Shares


def test_ratio_and_odds_ratio_of_shares_are_after_over_before():
    before = np.repeat([True, False, True, False], [12, 3, 9, 4])
    after = np.repeat([True, True, False, False], [12, 3, 9, 4])
    ratio = paired_share_ratio(before, after)
    assert ratio.value == pytest.approx(15 / 21)
    assert tuple(ratio.interval) == tuple(paired_ratio_interval(12, 3, 9, 4))
    odds = paired_share_odds_ratio(before, after)
    assert odds.value == pytest.approx(3 / 9)
    assert tuple(odds.interval) == tuple(paired_odds_ratio_interval(3, 9, method="mid_p"))
    assert ratio.p_value == odds.p_value
    back = paired_share_ratio(after, before)
    assert back.interval.low == pytest.approx(1 / ratio.interval.high)
    nobody = paired_share_ratio([False, False], [True, False])
    assert nobody.value == np.inf
    assert np.isnan(paired_share_odds_ratio([True], [True]).value)


# Bootstrap


def test_bootstrap_limits_are_scipys_to_monte_carlo_error():
    # One who offends very much, so that the corrections matter.
    before = np.array([1, 0, 2, 1, 14, 0, 1, 3, 1, 2, 0, 1, 2, 1])
    after = np.array([1, 0, 0, 2, 1, 0, 1, 2, 0, 1, 1, 0, 3, 1])
    d0, d1 = np.full(14, 365), np.linspace(200, 365, 14).round()
    drawn = {"replicates": 100_000}
    ours, plain = (
        bootstrap_rate_ratio(
            before, d0, after, d1, rng=np.random.default_rng(1), method=method, **drawn
        )
        for method in ("bca", "percentile")
    )

    def ratio(b, t0, a, t1, axis=-1):
        return (a.sum(axis) / t1.sum(axis)) / (b.sum(axis) / t0.sum(axis))

    theirs = stats.bootstrap(
        (before, d0, after, d1), ratio, paired=True, n_resamples=100_000, method="BCa",
        vectorized=True, batch=10_000, random_state=np.random.default_rng(2),
    ).confidence_interval  # fmt: skip
    assert ours.value == pytest.approx(ratio(before, d0, after, d1))
    # A 2.5% point of 100,000 draws is known to about 0.7% of their standard deviation.
    error = 0.007 * plain.interval.width / 4
    assert tuple(ours.interval) == pytest.approx((theirs.low, theirs.high), abs=6 * error)
    for corrected, uncorrected in zip(ours.interval, plain.interval, strict=True):
        assert abs(corrected - uncorrected) > 20 * error


def test_sums_are_packed_without_loss():
    rng = np.random.default_rng(5)
    n, replicates = 50, 4_000
    columns = [
        rng.integers(0, 2**20, n).astype(float), rng.integers(0, 9, n).astype(float),
        rng.random(n), np.full(n, 3.0), rng.integers(0, 5, n).astype(float),
    ]  # fmt: skip
    found = resampled_sums(columns, replicates, np.random.default_rng(6))
    # The same draws, looked up one column at a time.
    again = np.random.default_rng(6)
    rows = 60_000 // n
    chosen = np.vstack(
        [
            again.integers(0, n, min(rows, replicates - first) * n).reshape(-1, n)
            for first in range(0, replicates, rows)
        ]
    )
    for column, sums in zip(columns, found, strict=True):
        assert sums == pytest.approx(column[chosen].sum(axis=1), rel=1e-12)


def test_the_bootstraps_p_value_agrees_with_its_interval():
    for seed in range(6):
        columns = people(n=40, ratio=0.75, seed=seed)
        found = bootstrap_rate_ratio(*columns, rng=np.random.default_rng(seed), replicates=4_000)
        assert (found.p_value < 0.05) == (1 not in found.interval)


def test_the_bootstrap_repeats_and_says_when_it_cannot_draw():
    columns = people(n=30)
    first, second = (
        bootstrap_rate_ratio(*columns, rng=np.random.default_rng(9), replicates=500)
        for _ in range(2)
    )
    assert first == second
    plain = bootstrap_rate_ratio(
        *columns, rng=np.random.default_rng(9), replicates=500, method="percentile"
    )
    assert plain.interval.method == "percentile bootstrap by person"
    none = bootstrap_rate_ratio([1, 2], [365] * 2, [0, 0], [365] * 2, rng=np.random.default_rng(1))
    exact = rate_ratio_before_after([1, 2], [365] * 2, [0, 0], [365] * 2,
                                    method="exact_conditional")  # fmt: skip
    assert tuple(none.interval) == tuple(exact.interval)
    assert "exact interval of the totals" in none.caveat
    rare = bootstrap_rate_ratio([1, 0, 0], [365] * 3, [1, 0, 0], [365] * 3,
                                rng=np.random.default_rng(1), replicates=300)  # fmt: skip
    assert "no event at all" in rare.caveat
    assert "not defined for so few people" in rare.caveat
    with pytest.raises(TypeError, match="rng"):
        bootstrap_rate_ratio(*columns, rng=7)
    with pytest.raises(ValueError, match="replicates"):
        bootstrap_rate_ratio(*columns, rng=np.random.default_rng(1), replicates=10)


# Mixed and zero-inflated models


def log_likelihood(data, b, k, r, never=0.0):
    """The likelihood written out in full, from the negative multinomial distribution."""
    x, y, t0, t1 = data.before, data.after, data.years_before, data.years_after
    s = b + t0 + r * t1
    value = (
        gammaln(k + x + y) - gammaln(k) - gammaln(x + 1) - gammaln(y + 1)
        + k * np.log(b / s) + x * np.log(t0 / s) + y * np.log(r * t1 / s)
    )  # fmt: skip
    return np.log((1 - never) * np.exp(value) + never * ((x + y) == 0)).sum()


@pytest.mark.parametrize("never", [False, True])
def test_scores_and_information_are_the_slopes_of_the_likelihood(never):
    data = PairedCounts.of(*people(never=0.3))
    place = np.array([-0.3, 0.2, -0.4, -1.0])[: 4 if never else 3]
    _, scores, information = _at(data, place)
    step = 1e-5
    for i in range(len(place)):
        move = np.eye(len(place))[i] * step
        up, down = _at(data, place + move), _at(data, place - move)
        assert scores[:, i].sum() == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-6)
        curve = (up[1].sum(axis=0) - down[1].sum(axis=0)) / (2 * step)
        assert information[i] == pytest.approx(-curve, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("never", [0.0, 0.35])
def test_the_mixed_models_are_at_the_top_of_the_likelihood_written_out(never):
    columns = people(n=400, never=never)
    data = PairedCounts.of(*columns)
    fit = (zero_inflated_rate_ratio if never else mixed_rate_ratio)(*columns)

    def minus(place):
        share = 1 / (1 + np.exp(-place[3])) if never else 0.0
        return -log_likelihood(data, *np.exp(place[:3]), never=share)

    start = [0.0, 0.3, -0.3, -0.5][: 4 if never else 3]
    found = minimize(minus, start, method="BFGS", options={"gtol": 1e-8})
    b, k, r = np.exp(found.x[:3])
    assert fit.ratio.value == pytest.approx(r, rel=1e-4)
    assert (fit.gamma_shape, fit.rate_before) == pytest.approx((k, k / b), rel=1e-3)
    if never:
        assert fit.share_never == pytest.approx(1 / (1 + np.exp(-found.x[3])), rel=1e-3)
        assert fit.log_likelihood > fit.log_likelihood_without + 2
        assert "gain in log-likelihood" in fit.ratio.caveat


def test_with_time_split_alike_all_ways_give_the_ratio_of_the_totals():
    columns = people(equal=True)
    naive = rate_ratio_before_after(*columns).value
    for found in (
        mixed_rate_ratio(*columns).ratio,
        zero_inflated_rate_ratio(*columns).ratio,
        gee_rate_ratio(*columns),
        rate_ratio_before_after(*columns, method="conditional_poisson"),
    ):
        assert found.value == pytest.approx(naive, rel=1e-7)


def test_models_take_less_for_certain_when_people_change_differently():
    columns = people(n=300)
    person = mixed_rate_ratio(*columns)
    model = mixed_rate_ratio(*columns, errors="model")
    assert person.ratio.value == model.ratio.value
    assert person.ratio.interval.method.endswith("person-level errors")
    assert "shape" in str(person)
    assert "never" not in str(person)
    assert person.to_dict()["share_never"] == 0
    assert person.to_frame()["gamma_shape"][0] == person.gamma_shape
    assert "<table" in person._repr_html_()
    assert "who never offend" in str(zero_inflated_rate_ratio(*columns))


def test_without_people_who_never_offend_the_share_goes_to_nothing():
    # Counts less spread than gamma's: nobody can be missing from them.
    rng = np.random.default_rng(12)
    own = rng.gamma(6.0, 1 / 3, 2_000) + 1.0
    year = np.full(2_000, 365)
    found = zero_inflated_rate_ratio(rng.poisson(own), year, rng.poisson(own), year)
    assert found.share_never < 0.01
    assert found.log_likelihood == pytest.approx(found.log_likelihood_without, abs=0.5)


def test_models_refuse_what_they_cannot_fit():
    for model in (mixed_rate_ratio, zero_inflated_rate_ratio, gee_rate_ratio):
        with pytest.raises(DesignError, match="exact interval of the totals"):
            model([1, 2], [365] * 2, [0, 0], [365] * 2)
    with pytest.raises(DesignError, match="no spread between people"):
        mixed_rate_ratio([1, 2, 1, 2], [365] * 4, [2, 1, 2, 1], [365] * 4)
    with pytest.raises(ValueError, match="errors"):
        gee_rate_ratio([1], [1], [1], [1], errors="magic")


def test_estimating_equations_are_those_of_statsmodels():
    import statsmodels.api as sm

    before, d0, after, d1 = people(n=80)
    n = len(before)
    order = np.arange(2 * n).reshape(2, n).T.ravel()
    events, days = np.append(before, after)[order], np.append(d0, d1)[order]
    later = np.repeat([0.0, 1.0], n)[order]
    model = sm.GEE(
        events, np.column_stack([np.ones(2 * n), later]), groups=np.tile(np.arange(n), 2)[order],
        family=sm.families.Poisson(), cov_struct=sm.cov_struct.Exchangeable(),
        offset=np.log(days / DAYS),
    )  # fmt: skip
    theirs = model.fit(ctol=1e-12, maxiter=300)
    plain = gee_rate_ratio(before, d0, after, d1, errors="robust")
    assert np.log(plain.value) == pytest.approx(theirs.params[1], abs=1e-8)
    assert np.log(tuple(plain.interval)) == pytest.approx(theirs.conf_int()[1], abs=1e-7)
    corrected = model.fit(ctol=1e-12, maxiter=300, cov_type="bias_reduced")
    ours = equations._solve(PairedCounts.of(before, d0, after, d1), "leverage")
    assert ours.std_error == pytest.approx(corrected.bse[1], rel=1e-7)


# Side by side


def test_windows_are_each_set_against_one():
    before, d0, after, d1 = people()
    windows = {"12+ after": (after, d1), "before": (before, d0)}
    table = rate_ratios_by_window(windows)
    assert table.labels == ("12+ after",)
    assert table["12+ after"].value == rate_ratio_before_after(before, d0, after, d1).value
    turned = rate_ratios_by_window(windows, reference="12+ after")
    assert turned["before"].value == pytest.approx(1 / table["12+ after"].value)
    flags = {"before": before > 0, "after": after > 0}
    for measure, compare in (
        ("ratio", paired_share_ratio),
        ("odds_ratio", paired_share_odds_ratio),
    ):
        found = share_changes_by_window(flags, measure=measure)
        assert found["after"].value == compare(*flags.values()).value
    with pytest.raises(DesignError, match="only window"):
        rate_ratios_by_window({"before": (before, d0)})
    with pytest.raises(ValueError, match="did you mean 'before'"):
        rate_ratios_by_window(windows, reference="befor")


def test_the_index_offence_is_shown_both_ways():
    before, d0, after, d1 = people()
    both = before_after_both_ways(before, d0, after, d1)
    out, counted = both.estimates
    assert counted.reference_events == out.reference_events + len(before)
    assert counted.value < out.value
    assert "no effect gives a fall" in counted.caveat
    assert "no effect gives 1" in out.caveat
    some = before_after_both_ways(before, d0, after, d1, index_offences=np.arange(len(before)) % 2)
    assert some.estimates[1].reference_events == out.reference_events + len(before) // 2
    with pytest.raises(DesignError, match="one way only"):
        before_after_both_ways(before, d0, after, d1, index_offences=0)
