"""Areas put together: worked values, defining equations, edges."""

from math import exp, isnan, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.comparison.areas import _between_areas as between
from dipoutcomes.comparison.areas import (
    leave_one_out,
    mantel_haenszel,
    meta_analysis,
    one_group_effects,
    peto_odds_ratio,
    rate_effects,
    two_group_effects,
)
from dipoutcomes.errors import DesignError

TABLES = ([7, 9, 4, 11], [28, 24, 18, 31], [12, 11, 9, 15], [29, 25, 20, 30])
sets = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 1.0)), min_size=3, max_size=8).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)


def effects_of(y, v):
    from dipoutcomes.comparison.areas import AreaEffects

    names = tuple(f"a{k}" for k in range(len(y)))
    return AreaEffects(
        areas=names, effects=np.asarray(y, float), variances=np.asarray(v, float),
        measure="difference", is_log=False,
    )  # fmt: skip


def test_two_areas_of_equal_error_by_hand():
    # y 0 and 1, v 0.1: Q = 5, DL tau2 = (5 - 1) / (20 - 10) = 0.4; mean 0.5, var (0.1 + 0.4) / 2.
    found = meta_analysis(effects_of([0, 1], [0.1, 0.1]), estimator="dl", test="normal")
    assert found.q == pytest.approx(5)
    assert found.tau2 == pytest.approx(0.4)
    assert (found.value, found.std_error) == pytest.approx((0.5, 0.5))
    assert found.i2 == pytest.approx(0.8)  # (Q - df) / Q
    # With equal errors Hartung and Knapp's is the plain t interval of the effects.
    hk = meta_analysis(effects_of([0, 1], [0.1, 0.1]))
    assert hk.std_error == pytest.approx(np.std([0, 1], ddof=1) / sqrt(2))
    assert hk.interval.high == pytest.approx(0.5 + 12.706204736 * 0.5)
    assert isnan(hk.prediction_interval.low)
    assert "2 areas" in hk.caveat


@given(sets)
def test_paule_mandel_solves_its_equation_and_reml_is_the_highest(data):
    y, v = data
    tau2 = float(between.paule_mandel(y, v))
    q = float(between.q_at(y, v, np.array(tau2)))
    if tau2 > 0:
        assert q == pytest.approx(len(y) - 1, rel=1e-8)
    else:
        assert q <= len(y) - 1 + 1e-9
    for restricted in (True, False):
        found = between._maximum(y, v, restricted=restricted)
        top = between._log_likelihood(y, v, found, restricted=restricted)
        for other in np.geomspace(1e-6, 30, 200):
            there = between._log_likelihood(y, v, np.array(other), restricted=restricted)
            assert there <= top + 1e-9


@given(sets)
def test_limits_of_the_q_profile_are_accepted_at_the_edge(data):
    from scipy.stats import chi2

    y, v = data
    found = meta_analysis(effects_of(y, v))
    for limit, tail in zip(found.tau2_interval, (0.975, 0.025), strict=True):
        if isnan(limit):
            assert found.q < chi2.ppf(0.025, len(y) - 1)
        elif limit > 0:
            at = float(between.q_at(y, v, np.array(limit)))
            assert at == pytest.approx(chi2.ppf(tail, len(y) - 1), rel=1e-7)


@given(sets, st.floats(-3, 3), st.floats(0.1, 5))
def test_moving_and_stretching_the_effects_does_the_same_to_the_mean(data, move, stretch):
    y, v = data
    first = meta_analysis(effects_of(y, v))
    second = meta_analysis(effects_of(stretch * y + move, stretch**2 * v))
    if np.ptp(y) < 1e-6:
        return
    assert second.value == pytest.approx(stretch * first.value + move, rel=1e-5, abs=1e-5)
    assert second.tau2 == pytest.approx(stretch**2 * first.tau2, rel=1e-5, abs=1e-6)
    assert second.i2 == pytest.approx(first.i2, abs=1e-5)


def test_areas_that_are_all_the_same_give_no_certainty():
    found = meta_analysis(effects_of([0.2, 0.2, 0.2], [0.1, 0.2, 0.1]))
    assert found.value == pytest.approx(0.2)
    assert isnan(found.interval.low)
    assert "no limits" in found.caveat


def test_in_bulk_is_the_same_as_one_by_one():
    rng = np.random.default_rng(5)
    y, v = rng.normal(size=(30, 6)), rng.uniform(0.05, 0.6, (30, 6))
    for _, function in between.ESTIMATORS.values():
        alone = [float(function(a, b)) for a, b in zip(y, v, strict=True)]
        assert function(y, v) == pytest.approx(np.array(alone), abs=1e-10)


def test_leaving_one_out_is_the_analysis_of_the_others():
    effects = two_group_effects(*TABLES)
    table = leave_one_out(effects)
    others = two_group_effects(*([x[k] for k in (0, 1, 3)] for x in TABLES))
    again = meta_analysis(others)
    row = table.iloc[2]
    assert row["without"] == "area 3"
    assert (row["value"], row["low"]) == pytest.approx((again.value, again.interval.low))


def test_one_table_by_mantel_haenszel_is_that_table():
    ratio = mantel_haenszel([7], [28], [12], [29])
    assert ratio.value == pytest.approx((7 / 28) / (12 / 29))
    difference = mantel_haenszel([7], [28], [12], [29], measure="risk_difference")
    assert difference.value == pytest.approx(7 / 28 - 12 / 29)
    odds = mantel_haenszel([7], [28], [12], [29], measure="odds_ratio")
    assert odds.value == pytest.approx(7 * 17 / (21 * 12))
    # Woolf's error is what Robins, Breslow and Greenland's is for one table.
    half = log(odds.interval.high / odds.value) / 1.959963984540054
    assert half == pytest.approx(sqrt(1 / 7 + 1 / 21 + 1 / 12 + 1 / 17))


def test_turning_the_groups_round_turns_the_ratio_round():
    ratio, other = (f(*TABLES) for f in (mantel_haenszel, peto_odds_ratio))
    back = mantel_haenszel(TABLES[2], TABLES[3], TABLES[0], TABLES[1])
    assert back.value == pytest.approx(1 / ratio.value)
    turned = peto_odds_ratio(TABLES[2], TABLES[3], TABLES[0], TABLES[1])
    assert turned.interval.low == pytest.approx(1 / other.interval.high)


def test_no_event_in_a_group_gives_no_ratio_and_says_why():
    ratio = mantel_haenszel([0, 0], [10, 12], [2, 1], [10, 9])
    assert isnan(ratio.value)
    assert "no event in any area" in ratio.caveat
    assert isnan(peto_odds_ratio([0], [5], [0], [5]).value)


def test_areas_without_events_are_named_not_hidden():
    effects = two_group_effects([0, 4], [10, 20], [3, 5], [12, 20])
    assert effects.caveat == "0.5 added in 1 area with an empty cell"
    assert effects.effects[0] == pytest.approx(log(0.5 / 11) - log(3.5 / 13))
    with pytest.raises(DesignError, match="1 of 2 areas nobody"):
        two_group_effects([0, 4], [10, 20], [0, 5], [12, 20])
    with pytest.raises(DesignError, match="no finite effect"):
        rate_effects([0, 3], [10.0, 9.0], added=0)


def test_one_area_is_refused_with_a_remedy():
    with pytest.raises(DesignError, match="At least two areas"):
        meta_analysis(rate_effects([4], [10.0]))
    with pytest.raises(DesignError, match="at least three"):
        leave_one_out(rate_effects([4, 5], [10.0, 11.0]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: two_group_effects([5], [4], [1], [4]),
        lambda: two_group_effects([1, 2], [4], [1], [4]),
        lambda: one_group_effects([5], [4]),
        lambda: rate_effects([5], [0.0]),
        lambda: rate_effects([5, 4], [1.0, 2.0], areas=["a", "a"]),
        lambda: meta_analysis(rate_effects([5, 4], [1.0, 2.0]), estimator="reml2"),
    ],
)
def test_what_is_no_area_is_refused(call):
    with pytest.raises(ValueError):
        call()


def test_words_and_tables_are_in_the_units_of_a_reader():
    found = meta_analysis(two_group_effects(*TABLES, areas=list("NSEW")))
    assert str(found).startswith("risk ratio, 4 areas together: 0.69 (95% CI 0.50 to 0.95, REML")
    table = found.table()
    assert table.column("area") == ["N", "S", "E", "W", "all areas", "one more such area"]
    assert table.column("value")[0] == pytest.approx((7 / 28) / (12 / 29))
    assert found.to_dict()["interval"]["low"] == found.interval.low
    assert list(found.to_frame()["area"]) == list("NSEW")
    assert found.weights.sum() == pytest.approx(1)


def test_statsmodels_agrees_on_the_two_moments_it_has():
    from statsmodels.stats.meta_analysis import combine_effects

    y, v = np.array([-0.5, 0.1, -0.9, 0.3, -0.2]), np.array([0.1, 0.05, 0.2, 0.08, 0.02])
    for ours, theirs in (("dl", "chi2"), ("pm", "iterated")):
        other = combine_effects(y, v, method_re=theirs)
        found = meta_analysis(effects_of(y, v), estimator=ours, test="normal")
        assert found.value == pytest.approx(other.mean_effect_re, abs=1e-5)


def test_the_truncated_interval_is_never_shorter_than_the_models():
    alike = effects_of([0.1, 0.11, 0.09, 0.1], [0.2, 0.3, 0.2, 0.25])
    plain, careful = meta_analysis(alike), meta_analysis(alike, test="hartung_knapp_truncated")
    assert plain.interval.width < careful.interval.width
    assert "shorter" in plain.caveat
    assert careful.std_error == pytest.approx(1 / sqrt((1 / alike.variances).sum()))
    assert exp(0) == plain.printed(1.0)  # not a logarithm: printed as it is
