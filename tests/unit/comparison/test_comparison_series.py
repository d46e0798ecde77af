"""A series broken at a known time, and series as published."""

from math import isnan

import numpy as np
import pytest

from dipoutcomes.comparison.series import _errors, published_series, segmented_regression
from dipoutcomes.comparison.series.segmented import _design
from dipoutcomes.errors import DesignError


def exact_series(level=0.7, slope=0.99, n=40, k=20, big=1e7):
    """Counts without error, so large that rounding them does nothing."""
    t = np.arange(n) - k
    after = t >= 0
    return np.rint(big * np.exp(0.01 * t + after * (np.log(level) + np.log(slope) * t)))


@pytest.mark.parametrize("model", ["poisson", "log_linear"])
@pytest.mark.parametrize("errors", ["autoregressive", "newey_west", "independent"])
def test_a_series_without_error_gives_back_what_it_was_made_of(model, errors):
    found = segmented_regression(exact_series(), 20, model=model, errors=errors)
    assert found.level_change.value == pytest.approx(0.7, rel=1e-5)
    assert found.slope_change.value == pytest.approx(0.99**12, rel=1e-5)
    assert found.trend_before.value == pytest.approx(np.exp(0.12), rel=1e-5)
    assert found.effect_at_end.value == pytest.approx(0.7 * 0.99**19, rel=1e-5)
    assert found.expected[-1] == pytest.approx(1e7 * np.exp(0.19), rel=1e-4)


def noisy(seed=1, n=48, rho=0.5, mean=40.0):
    rng = np.random.default_rng(seed)
    e = rng.normal(0, 0.15, n)
    for t in range(1, n):
        e[t] += rho * e[t - 1]
    return rng.poisson(mean * np.exp(e))


def test_independent_errors_are_quasi_poisson_of_statsmodels():
    import statsmodels.api as sm

    y, days = noisy(), np.tile([31.0, 28, 31, 30], 12)
    ours = segmented_regression(y, 24, exposure=days, errors="independent", season="harmonic")
    x = _design(48, 24, "harmonic", 12)
    fit = sm.GLM(y, x, family=sm.families.Poisson(), offset=np.log(days)).fit(scale="X2")
    low, high = np.log(ours.level_change.interval.low), np.log(ours.level_change.interval.high)
    assert np.log(ours.level_change.value) == pytest.approx(fit.params[2], abs=1e-7)
    assert (high - low) / 2 == pytest.approx(_t(42) * fit.bse[2], rel=1e-6)
    assert ours.dispersion == pytest.approx(fit.scale, rel=1e-7)
    assert ours.fitted == pytest.approx(fit.mu, rel=1e-6)


def _t(df):
    from scipy.stats import t

    return t.ppf(0.975, df)


@pytest.mark.parametrize("lag", [0, 3, 7])
def test_newey_west_is_that_of_statsmodels(lag):
    import statsmodels.api as sm

    y = noisy()
    x = _design(48, 24, "none", 12)
    theirs = sm.OLS(np.log(y), x).fit(
        cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True}
    )
    spread = _errors.newey_west(np.log(y), x, lag)
    assert np.sqrt(np.diag(spread.covariances[0])) == pytest.approx(theirs.bse, rel=1e-9)
    found = segmented_regression(y, 24, model="log_linear", errors="newey_west", lag=lag)
    assert f"lag {lag}" in found.errors


def test_newey_west_of_counts_is_that_of_statsmodels():
    import statsmodels.api as sm

    y, x = noisy(), _design(48, 24, "none", 12)
    theirs = sm.GLM(y, x, family=sm.families.Poisson()).fit(
        cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}
    )
    found = segmented_regression(y, 24, errors="newey_west", lag=3)
    half = np.log(found.level_change.interval.high / found.level_change.value)
    assert half == pytest.approx(_t(44) * theirs.bse[2], rel=1e-5)


def test_the_lag_is_newey_and_wests_rule():
    assert [_errors.newey_west_lag(n) for n in (24, 48, 100, 240)] == [2, 3, 4, 4]


def test_each_autocorrelation_is_generalised_least_squares_of_statsmodels():
    import statsmodels.api as sm

    y, x = np.log(noisy()), _design(48, 24, "none", 12)
    rho, noise = 0.55, 0.2
    sigma = 0.8 * rho ** np.abs(np.subtract.outer(np.arange(48), np.arange(48)))
    np.fill_diagonal(sigma, 1.0)
    theirs = sm.GLS(y, x, sigma=sigma).fit()
    found = _errors._least_squares(np.column_stack([y, x]), np.array([rho]), np.array([noise]))
    beta, bread, squares, rest = (part[0] for part in found)
    assert beta == pytest.approx(theirs.params, abs=1e-9)
    assert squares * bread / 44 == pytest.approx(theirs.cov_params(), rel=1e-6, abs=1e-12)
    _, log_determinant = np.linalg.slogdet(sigma)
    inside = x.T @ np.linalg.solve(sigma, x)
    assert rest == pytest.approx(-(log_determinant + np.linalg.slogdet(inside)[1]) / 2)


def test_limits_and_p_value_of_the_mixture_agree():
    y = noisy(3)
    for level in (0.8, 0.95):
        found = segmented_regression(y, 24, confidence_level=level)
        for estimate in (found.level_change, found.slope_change):
            excluded = 1 not in estimate.interval
            assert excluded == (estimate.p_value < 1 - level)
    spread = found._spread
    row = np.array([[0.0, 0, 1, 0]])
    low, high = spread.limits(row, 0.95)
    assert float(spread.below(row, low)[0]) == pytest.approx(0.025, abs=1e-9)
    assert float(spread.below(row, high)[0]) == pytest.approx(0.975, abs=1e-9)


def test_one_component_is_a_t_interval():
    spread = _errors.one(np.array([1.0, 2.0]), np.diag([4.0, 9.0]), 7.0)
    low, high = spread.limits(np.array([[0.0, 1.0]]), 0.95)
    assert (low[0], high[0]) == pytest.approx((2 - 3 * _t(7), 2 + 3 * _t(7)))


def test_periods_that_resemble_each_other_widen_the_limits():
    rng, n = np.random.default_rng(5), 96
    e = rng.normal(0, 0.1, n)
    for t in range(1, n):
        e[t] += 0.7 * e[t - 1]
    y = rng.poisson(400 * np.exp(e))
    ours, naive = (
        segmented_regression(y, 48, errors=errors) for errors in ("autoregressive", "independent")
    )
    assert ours.autocorrelation > 0.4
    assert ours.durbin_watson < 1.2
    widths = [
        np.log(f.level_change.interval.high / f.level_change.interval.low) for f in (ours, naive)
    ]
    assert widths[0] > 1.4 * widths[1]
    assert "Durbin-Watson" in ours.diagnosis


def test_durbin_watson_and_autocorrelation_by_hand():
    r = np.array([1.0, -1, 1, -1])
    assert _errors.durbin_watson(r) == pytest.approx(3.0)
    assert _errors.autocorrelations(r, 2) == pytest.approx((-0.75, 0.5))


def test_no_scatter_at_all_is_no_certainty():
    found = segmented_regression([5] * 20, 10)
    assert found.level_change.value == pytest.approx(1)
    assert isnan(found.level_change.interval.low)
    assert isnan(found.level_change.p_value)
    assert "no scatter" in found.level_change.interval.method
    line = published_series(np.arange(10), 100 * 0.9 ** np.arange(10))
    assert line.trend_per_year == pytest.approx(0.9)
    assert isnan(line.trend_interval.low)


@pytest.mark.parametrize("season", ["harmonic", "month"])
def test_a_season_is_not_taken_for_a_break(season):
    t = np.arange(60)
    wave = np.exp(0.4 * np.sin(2 * np.pi * t / 12))
    found = segmented_regression(np.rint(1e6 * wave), 27, season=season)
    assert found.level_change.value == pytest.approx(1, abs=1e-4)


def test_exposure_is_taken_out():
    days = np.linspace(20, 31, 40)
    found = segmented_regression(np.rint(1e5 * days), 20, exposure=days, model="log_linear")
    assert found.level_change.value == pytest.approx(1, abs=1e-5)
    assert found.expected == pytest.approx(1e5 * days, rel=1e-4)


def test_counts_of_nothing_do_no_harm_to_poisson():
    y = noisy(mean=1.0)
    assert (y == 0).any()
    found = segmented_regression(y, 24)
    assert np.isfinite(found.level_change.interval.high)
    with pytest.raises(DesignError, match="have no event, and their rate has no logarithm"):
        segmented_regression(y, 24, model="log_linear")


def test_negative_binomial_widens_with_the_spread_and_says_its_name():
    rng = np.random.default_rng(2)
    y = rng.negative_binomial(4, 4 / 44, 60)
    found = segmented_regression(y, 30, model="negative_binomial")
    assert found.model == "negative binomial regression"
    assert 0.5 < found.dispersion < 1.6  # Pearson, once the model has the spread
    assert found.level_change.interval.low < 1 < found.level_change.interval.high


def test_short_series_are_refused_with_every_reason():
    with pytest.raises(DesignError) as error:
        segmented_regression([5] * 4 + [0] * 8, 4, season="month")
    text = str(error.value)
    for part in ("4 periods before the break and 8 after", "12 periods: a season",
                 "leave -3", "no event on one side", "claim no trend"):  # fmt: skip
        assert part in text


@pytest.mark.parametrize(
    ("counts", "options", "error"),
    [
        ([1.5] * 20, {}, TypeError),
        ([[1, 2], [3, 4]], {}, ValueError),
        ([5] * 20, {"exposure": [1.0] * 3}, ValueError),
        ([5] * 20, {"model": "poison"}, ValueError),
        ([5] * 20, {"lag": -1, "errors": "newey_west"}, ValueError),
    ],
)
def test_bad_arguments_are_refused(counts, options, error):
    with pytest.raises(error):
        segmented_regression(counts, 10, **options)


def test_words_tables_and_ratio_at():
    labels = [f"2013-{k:02d}" for k in range(48)]
    found = segmented_regression(noisy(), 24, labels=labels)
    assert "whatever else changed at the same time is in it" in str(found)
    assert found.ratio_at(23).value == pytest.approx(found.effect_at_end.value)
    assert found.ratio_at(0).value == pytest.approx(found.level_change.value)
    with pytest.raises(ValueError, match="0 to 23"):
        found.ratio_at(24)
    table = found.estimates()
    assert len(table) == 4
    dates = np.arange("2013-01", "2017-01", dtype="datetime64[M]").astype("datetime64[ns]")
    assert segmented_regression(noisy(), 24, labels=dates).labels[1] == "2013-02-01"
    assert table.notes == (found.diagnosis,)
    frame = found.to_frame()
    assert list(frame["after"]).index(True) == 24
    assert np.all(frame["expected_low"] <= frame["expected_high"])
    assert found.to_dict()["labels"][0] == "2013-00"
    assert "_spread" not in found.to_dict()
    assert "<table" in found._repr_html_()


# A published series


def test_solihull_is_a_fall_of_51_1_per_cent_of_throughput():
    found = published_series([2012, 2008], [320, 654], measure="offenders worked with")
    assert found.change == pytest.approx(-0.511, abs=0.5e-3)
    assert found.difference == -334
    assert isnan(found.trend_per_year)
    assert isnan(found.trend_interval.low)
    text = " ".join(found.does_not_show)
    for part in (
        "Two points are no trend",
        "no interval",
        "no outcome",
        "would have happened anyway",
    ):
        assert part in text
    assert found.table().column("change") == [0, pytest.approx(-0.5107, abs=1e-4)]


def test_an_outcome_set_against_people_loses_those_two_sentences():
    found = published_series([1, 2, 3], [0.5, 0.4, 0.4], is_outcome=True, is_rate=True)
    text = " ".join(found.does_not_show)
    assert "no outcome" not in text
    assert "set against" not in text
    assert "Two points" not in text
    assert "cannot be told from 3 values" in text


def test_a_long_series_has_a_trend_with_limits():
    rng = np.random.default_rng(4)
    years = np.arange(2000, 2015)
    values = 500 * 0.95 ** (years - 2000) * np.exp(rng.normal(0, 0.03, 15))
    found = published_series(years, values)
    assert 0.95 in found.trend_interval
    assert found.trend_interval.width < 0.05
    assert "From year to year it changed by" in str(found)
    uneven = published_series([1, 2, 3, 4, 5, 6, 7, 9], np.arange(8) + 1.0)
    assert isnan(uneven.trend_per_year)


def test_no_change_and_a_rise_are_worded():
    assert "no change" in published_series([1, 2], [5, 5]).shows[0]
    assert "a rise of 20.0% (1 more)" in published_series([1, 2], [5, 6]).shows[0]


@pytest.mark.parametrize(("years", "values"), [([1], [2]), ([1, 1], [2, 3]), ([1, 2], [0, 3])])
def test_no_series_is_refused(years, values):
    with pytest.raises(ValueError):
        published_series(years, values)


def test_published_series_shows_itself():
    found = published_series([2008, 2012], [654, 320])
    assert found.to_dict()["years"] == [2008, 2012]
    assert list(found.to_frame()["value"]) == [654, 320]
    assert "51.1%" in found._repr_html_()
