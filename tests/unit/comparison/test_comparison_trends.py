"""Trends before the start, and bounds on how they may part after it."""

from itertools import combinations
from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from dipoutcomes.comparison.areas import area_panel, event_study, trend_sensitivity
from dipoutcomes.comparison.areas.periods import EventStudy
from dipoutcomes.errors import DesignError


def study_of(area_values, chosen, starts, variance="equal", level=0.95):
    """An event study of numbers given as they are, the reference period taken off."""
    from dipoutcomes.comparison.areas import _two_groups as two

    moved = area_values - area_values[:, [starts - 1]]
    value, error, df = two.difference(moved.T, chosen, variance)
    half = two.t_quantile(df, level) * error
    return EventStudy(
        periods=tuple(range(moved.shape[1])), starts=starts, differences=value, low=value - half,
        high=value + half, pre_trend_p_value=0.5, smallest_p_value=0.1, area_values=moved,
        intensive=chosen, areas=tuple("abcdefgh"[: len(chosen)]), df=df, variance=variance,
        scale="rate", confidence_level=level,
    )  # fmt: skip


def by_linear_programme(study, weights, restriction, m):
    """The identified set from its definition: all paths after the start that the bound allows."""
    pre, after = study.differences[: study.starts], len(study.periods) - study.starts
    theta = float(study.differences[study.starts :] @ weights)
    rows, limits = [], []
    if restriction == "relative_magnitudes":
        step = m * np.abs(np.diff(pre)).max()
        for t in range(after):
            row = np.zeros(after)
            row[t] = 1
            if t:
                row[t - 1] = -1
            rows += [row, -row]
            limits += [step, step]
    else:
        # Second differences of the whole path; the last two before the start are known.
        for t in range(after):
            row, known = np.zeros(after), 0.0
            for shift, factor in ((0, 1), (1, -2), (2, 1)):
                if t - shift >= 0:
                    row[t - shift] += factor
                else:
                    known += factor * pre[len(pre) + t - shift]
            rows += [row, -row]
            limits += [m - known, m + known]
    ends = []
    for sign in (1, -1):
        found = linprog(-sign * weights, A_ub=np.array(rows), b_ub=limits, bounds=(None, None))
        assert found.success
        ends.append(theta + found.fun * sign)  # theta less the largest, then the smallest
    return ends


@pytest.mark.parametrize("restriction", ["relative_magnitudes", "smoothness"])
@given(st.integers(0, 10_000), st.floats(0, 3), st.integers(2, 4), st.integers(1, 4))
def test_the_identified_set_is_that_of_the_linear_programme(restriction, seed, m, before, after):
    rng = np.random.default_rng(seed)
    study = study_of(rng.normal(size=(5, before + after)), np.arange(5) < 2, before)
    weights = rng.normal(size=after)
    found = trend_sensitivity(study, restriction=restriction, m=[m], weights=weights)
    low, high = by_linear_programme(study, weights, restriction, m)
    assert found.identified_low[0] == pytest.approx(low, abs=1e-7)
    assert found.identified_high[0] == pytest.approx(high, abs=1e-7)


def test_one_period_by_hand():
    # Means of the two kinds: steps before +1 then -2, and -6 at the only period after.
    values = np.array([[1.0, 2, 0, -6], [1, 2, 0, -6], [0, 0, 0, 0.1], [0, 0, 0, -0.1]])
    study = study_of(values, np.array([1, 1, 0, 0], bool), 3)
    relative = trend_sensitivity(study, m=[1])
    assert (relative.identified_low[0], relative.identified_high[0]) == pytest.approx((-8, -4))
    assert relative.breakdown_identified == pytest.approx(3)
    smooth = trend_sensitivity(study, restriction="smoothness", m=[1])
    # The line goes on to -2: the effect is -6 + 2 = -4, give or take 1.
    assert (smooth.identified_low[0], smooth.identified_high[0]) == pytest.approx((-5, -3))
    assert smooth.contradicted_below == pytest.approx(3)


@given(st.integers(0, 10_000), st.sampled_from(["relative_magnitudes", "smoothness"]))
def test_limits_hold_the_identified_set_and_grow(seed, restriction):
    rng = np.random.default_rng(seed)
    study = study_of(rng.normal(size=(6, 6)), np.arange(6) < 3, 4)
    found = trend_sensitivity(study, restriction=restriction, m=[0, 0.3, 1, 2])
    assert np.all(np.array(found.low) <= np.array(found.identified_low) + 1e-12)
    assert np.all(np.array(found.high) >= np.array(found.identified_high) - 1e-12)
    assert np.all(np.diff(found.high) >= -1e-12)
    assert np.all(np.diff(found.low) <= 1e-12)
    if not isnan(found.breakdown) and found.breakdown > 0:
        inside, outside = (
            trend_sensitivity(study, restriction=restriction, m=[found.breakdown * f])
            for f in (0.999, 1.001)
        )
        assert inside.low[0] > 0 or inside.high[0] < 0
        assert outside.low[0] <= 0 <= outside.high[0]


def test_with_m_of_0_they_are_the_plain_limits():
    rng = np.random.default_rng(2)
    study = study_of(rng.normal(size=(6, 4)), np.arange(6) < 3, 3)
    found = trend_sensitivity(study, m=[0])
    assert (found.low[0], found.high[0]) == pytest.approx((study.low[3], study.high[3]))


def panel_of(events, starts):
    events = np.asarray(events)
    k, t = events.shape
    return area_panel(
        np.repeat([f"a{i}" for i in range(k)], t), np.tile(np.arange(t), k), events.ravel(),
        np.full(k * t, 100.0), intensive=["a0", "a1"], starts=starts,
    )  # fmt: skip


EVENTS = [[50, 52, 51, 30], [48, 47, 48, 33], [52, 53, 52, 50], [61, 60, 62, 60], [40, 41, 41, 41]]


def test_each_period_is_the_difference_of_mean_changes_since_the_last_before():
    found = event_study(panel_of(EVENTS, 3), scale="rate")
    assert found.differences[3] == pytest.approx((-21 - 15) / 200 - (-2 - 2 + 0) / 300)
    assert found.differences[2] == 0 == found.low[2]
    assert found.df == pytest.approx(25 / 11)
    assert found.table().column("when") == ["before", "before", "reference", "after"]


def test_the_pre_trend_test_goes_through_all_choices():
    found = event_study(panel_of(EVENTS, 3))
    y = np.log(np.array(EVENTS) / 100)
    z = y[:, :2] - y[:, [2]]
    sizes = []
    for pick in combinations(range(5), 2):
        mask = np.isin(np.arange(5), pick)
        d = z[mask].mean(0) - z[~mask].mean(0)
        pooled = (2 * z[mask].var(0) + 3 * z[~mask].var(0)) / 3 * (1 / 2 + 1 / 3)
        sizes.append((np.abs(d) / np.sqrt(pooled)).max())
    assert found.pre_trend_p_value == pytest.approx(np.mean(np.array(sizes) >= sizes[0] - 1e-9))
    assert "does not show that there would have been none" in str(found)
    assert found.smallest_p_value == pytest.approx(0.1)


def test_a_period_in_which_all_moved_alike_has_no_limits_of_no_width():
    panel = area_panel(
        list("AAABBBCCC"), [1, 2, 3] * 3, [10, 12, 6, 9, 10, 10, 8, 9, 10], [100] * 9,
        intensive=["A"], starts=3,
    )  # fmt: skip
    found = event_study(panel, scale="rate", variance="equal")
    assert isnan(found.low[0])
    assert found.low[2] < found.high[2]


def test_one_period_before_says_nothing_of_trends():
    found = event_study(panel_of(np.array(EVENTS)[:, 2:], 1))
    assert isnan(found.pre_trend_p_value)
    assert "cannot be seen" in str(found)
    with pytest.raises(DesignError, match="At least two periods before"):
        trend_sensitivity(found)


def test_the_sentences_name_the_bound_and_where_it_breaks():
    study = event_study(panel_of(EVENTS, 3), variance="equal")
    text = str(trend_sensitivity(study))
    assert "at most M times the largest step" in text
    assert "limits exclude no effect up to M = " in text
    flat = event_study(panel_of([[50, 51, 50, 51]] * 4 + [[50, 50, 51, 50]], 3), variance="equal")
    assert "even with M = 0" in str(trend_sensitivity(flat))
    table = trend_sensitivity(study, m=[0]).table()
    assert 0 < table.column("low")[0] < 1  # a ratio
    frame = trend_sensitivity(study, m=[0]).to_frame()
    assert frame.loc[0, "low"] < 0  # a logarithm
    assert trend_sensitivity(study).to_dict()["m"] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert study.to_dict()["starts"] == 3
    assert len(study.to_frame()) == 4
    assert "<table" in study._repr_html_() + trend_sensitivity(study)._repr_html_()


def test_no_step_before_and_no_spread_leave_nothing_to_widen():
    values = np.array([[0.0, 0, -6], [0, 0, -5], [0, 0, 0.1], [0, 0, -0.1]])
    found = trend_sensitivity(study_of(values, np.array([1, 1, 0, 0], bool), 2))
    assert found.breakdown == found.breakdown_identified == inf


@pytest.mark.parametrize(
    "options", [{"m": [-1]}, {"m": []}, {"weights": [1, 2]}, {"restriction": "x"}]
)
def test_bad_arguments_are_refused(options):
    study = event_study(panel_of(EVENTS, 3))
    with pytest.raises(ValueError):
        trend_sensitivity(study, **options)


@pytest.mark.simulation
@pytest.mark.parametrize("restriction", ["relative_magnitudes", "smoothness"])
@pytest.mark.parametrize(("k", "n1"), [(5, 2), (10, 4)])
def test_limits_hold_the_effect_where_trends_part_as_far_as_the_bound_allows(restriction, k, n1):
    rng, m, held, seen = np.random.default_rng(k), 1.0, 0, 1_500
    pre = np.array([0.0, 1.0, 0.4, 0.0])  # the largest step is 1
    # Three periods after; the worst path under each bound with M = 1.
    worst = {"relative_magnitudes": [1.0, 2, 3], "smoothness": [-0.4 + 1, -0.8 + 3, -1.2 + 6]}
    chosen = np.arange(k) < n1
    path = np.concatenate([pre, worst[restriction]])
    sets = rng.normal(0, 0.5, (seen, k, 7)) + chosen[:, None] * path
    for values in sets:
        found = trend_sensitivity(study_of(values, chosen, 4), restriction=restriction, m=[m])
        held += found.low[0] <= 0 <= found.high[0]  # the true effect is 0
    assert held / seen >= 0.95 - 4 * np.sqrt(0.05 * 0.95 / seen)
