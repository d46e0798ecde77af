"""Mean cumulative functions by hand, at their edges, in words."""

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import recurrent
from dipoutcomes.survival.recurrent import (
    build_histories,
    compare_mean_counts,
    histories_from_rows,
    mean_count_at,
    mean_cumulative_function,
    mean_cumulative_function_with_death,
    mean_cumulative_functions_by_group,
    recurrent_event_test,
)
from dipoutcomes.survival.recurrent.mean_function import MeanFunction


@pytest.fixture
def three():
    """Return three people: two events, one event, none; the third leaves half way."""
    return histories_from_rows(
        [0, 0, 0, 1, 1, 2], [0, 10, 60, 0, 30, 0], [10, 60, 100, 30, 100, 50], [1, 1, 0, 1, 0, 0]
    )


def test_a_mean_function_and_its_error_by_hand(three):
    mean = mean_cumulative_function(three, limits="plain")
    assert mean.curve.time == (0, 10, 30, 50, 60, 100)
    assert mean.curve.at_risk == (3, 3, 3, 3, 2, 2)
    assert mean.curve.events == (0, 1, 1, 0, 1, 0)
    assert mean.curve.censored == (0, 0, 0, 1, 0, 2)
    assert mean.curve.value == pytest.approx((0, 1 / 3, 2 / 3, 2 / 3, 7 / 6, 7 / 6))
    # Parts at the end: 1/3 - 2/9 + 1/2 - 1/4, 1/3 - 2/9 - 1/4, -2/9.
    parts = np.array([13 / 36, -5 / 36, -8 / 36])
    error = np.sqrt((parts**2).sum())
    assert mean.std_error[-1] == pytest.approx(error, rel=1e-12)
    assert mean.poisson_std_error[-1] == pytest.approx(np.sqrt(2 / 9 + 1 / 4), rel=1e-12)
    assert mean.curve.low[-1] == pytest.approx(7 / 6 - 1.959963984540054 * error, rel=1e-12)
    kurtosis = 3 * (parts**4).sum() / (parts**2).sum() ** 2
    assert mean.df[-1] == pytest.approx(min(6 / (kurtosis - 1 + 1), 2), rel=1e-9)
    assert (mean.persons, mean.time_at_risk) == (3, 250)


def test_custody_takes_people_out_of_the_base():
    days = {"event_person": [0, 1], "event_day": [9, 59]}
    held = build_histories(
        [0, 0], [100, 100], **days, custody_person=[0], custody_start=[30], custody_end=[80]
    )
    mean = mean_cumulative_function(held)
    assert mean.curve.value[-1] == pytest.approx(1 / 2 + 1 / 1)
    free = mean_cumulative_function(build_histories([0, 0], [100, 100], **days))
    assert free.curve.value[-1] == pytest.approx(1.0)


def test_before_the_first_event_and_without_spread_there_are_no_limits(three):
    mean = mean_cumulative_function(three)
    assert np.isnan(mean.curve.low[0])
    same = histories_from_rows([0, 0, 1, 1], [0, 5, 0, 5], [5, 9, 5, 9], [1, 0, 1, 0])
    assert np.isnan(mean_cumulative_function(same).curve.high[-1])
    alone = histories_from_rows([0], [0], [5], [1])
    assert np.isnan(mean_cumulative_function(alone).curve.high[-1])
    assert mean_cumulative_function(alone).curve.value[-1] == 1


def test_when_nobody_is_at_risk_it_is_said():
    held = build_histories(
        [0, 0], [50, 50], event_person=[0], event_day=[40],
        custody_person=[0, 1], custody_start=[10, 20], custody_end=[30, 35],
    )  # fmt: skip
    assert "nobody was at risk for a while after 20 days" in mean_cumulative_function(held).caveat
    with pytest.raises(DesignError, match="none of the 1 people was at risk"):
        mean_cumulative_function(build_histories([5], [5], event_person=[], event_day=[]))


def test_values_at_given_times(three):
    table = mean_count_at(mean_cumulative_function(three), [0, 30, 55, 400])
    assert table["by 30 days"].value == pytest.approx(2 / 3)
    assert table["by 55 days"].persons == 2
    assert table["by 55 days"].events == 2
    assert "no spread between people" in table["by 0 days"].caveat
    assert np.isnan(table["by 400 days"].value)
    assert "the last time at risk is 100 days" in table["by 400 days"].caveat
    with pytest.raises(ValueError, match="each 0 or more"):
        mean_count_at(mean_cumulative_function(three), [-1])


def test_the_difference_and_ratio_of_two_groups():
    rng = np.random.default_rng(1)
    n = 40
    counts = rng.poisson(rng.gamma(1, 2, n))
    who = np.repeat(np.arange(n), counts)
    histories = build_histories([0] * n, [100] * n, event_person=who,
                                event_day=rng.integers(0, 100, len(who)))  # fmt: skip
    group = np.arange(n) % 2
    a, b = mean_cumulative_functions_by_group(histories, group, limits="plain")
    # All are followed throughout: the plain comparison of two means.
    first, second = counts[group == 0], counts[group == 1]
    error = np.sqrt(first.var() / 20 + second.var() / 20)
    found = compare_mean_counts(a, b, [100])["by 100 days"]
    assert found.value == pytest.approx(first.mean() - second.mean())
    assert found.interval.width == pytest.approx(2 * 1.959963984540054 * error)
    ratio = compare_mean_counts(a, b, [100], contrast="ratio")["by 100 days"]
    assert ratio.value == pytest.approx(first.mean() / second.mean())
    spread = np.sqrt(first.var() / 20 / first.mean() ** 2 + second.var() / 20 / second.mean() ** 2)
    width = np.log(ratio.interval.high / ratio.interval.low)
    assert width == pytest.approx(2 * 1.959963984540054 * spread)
    assert (ratio.p_value < 0.05) == (1 not in ratio.interval)
    small = compare_mean_counts(*mean_cumulative_functions_by_group(histories, group), [100])
    assert small.estimates[0].interval.width > found.interval.width
    other = mean_cumulative_function(histories, confidence_level=0.9)
    with pytest.raises(ValueError, match="confidence_level"):
        compare_mean_counts(a, other, [100])


def test_a_group_without_anybody_at_risk_is_named():
    histories = build_histories([0, 5], [9, 5], event_person=[0], event_day=[2])
    with pytest.raises(DesignError, match="group 'b' has nobody at risk"):
        mean_cumulative_functions_by_group(histories, ["a", "b"])


def test_a_group_without_events_has_no_ratio():
    histories = build_histories([0] * 4, [9] * 4, event_person=[0, 1, 1], event_day=[2, 3, 5])
    a, b = mean_cumulative_functions_by_group(histories, ["a", "a", "b", "b"])
    found = compare_mean_counts(a, b, [9], contrast="ratio").estimates[0]
    assert np.isnan(found.value)
    assert "no event yet" in found.caveat
    found = compare_mean_counts(a, b, [9]).estimates[0]
    assert found.value == 1.5
    assert np.isnan(found.interval.low)
    assert "no spread" in found.caveat


def test_the_robust_test_by_hand():
    histories = build_histories([0] * 4, [9] * 4, event_person=[0, 1, 1], event_day=[2, 3, 5])
    found = recurrent_event_test(histories, ["a", "a", "b", "b"])
    # All at risk throughout: terms (1[a] - 1/2) (N_i - 3/4).
    terms = np.array([0.25, 1.25, 0.75, 0.75]) / 2
    assert found.statistic == pytest.approx(terms.sum() ** 2 / (terms**2).sum())
    assert found.expected == pytest.approx((1.5, 1.5))
    assert found.observed == (3, 0)
    assert found.to_table().column("persons") == [2, 2]
    assert found.to_dict()["df"] == 1
    with pytest.raises(DesignError, match="at least 2"):
        recurrent_event_test(histories, ["a"] * 4)
    with pytest.raises(DesignError, match="none of the 2 people"):
        recurrent_event_test(
            build_histories([0] * 2, [9] * 2, event_person=[], event_day=[]), [0, 1]
        )


def test_groups_never_at_risk_together_leave_nothing_to_compare():
    histories = histories_from_rows([0, 1], [0, 5], [4, 9], [1, 1])
    found = recurrent_event_test(histories, ["a", "b"])
    assert np.isnan(found.p_value)
    assert "could differ" in str(found)


def test_death_ends_the_count_and_keeps_the_base():
    histories = build_histories(
        [0] * 4, [100, 50, 100, 100], event_person=[0, 0, 1], event_day=[9, 79, 29]
    )
    dead = mean_cumulative_function_with_death(histories, [0, 1, 0, 0])
    assert dead.curve.value[-1] == pytest.approx(0.75)
    assert mean_cumulative_function(histories).curve.value[-1] == pytest.approx(0.5 + 1 / 3)
    assert "1 of 4 people died" in dead.caveat
    # Everybody seen to the end or death: the mean of counts, and its error.
    error = np.std([2, 1, 0, 0]) / 2
    assert dead.std_error[-1] == pytest.approx(error, rel=1e-12)
    with pytest.raises(ValueError, match="one value a person: 4"):
        mean_cumulative_function_with_death(histories, [0, 1])
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        mean_cumulative_function_with_death(histories, [0, 1, 2, 0])


def test_a_death_in_custody_is_a_death():
    histories = build_histories(
        [0] * 2, [40, 100], event_person=[1], event_day=[59],
        custody_person=[0], custody_start=[20], custody_end=[90],
    )  # fmt: skip
    assert mean_cumulative_function(histories).curve.value[-1] == pytest.approx(1.0)
    dead = mean_cumulative_function_with_death(histories, [True, False])
    assert dead.curve.value[-1] == pytest.approx(0.5)


def test_results_say_what_they_rest_on_and_come_back(three):
    mean = mean_cumulative_function(three, measure="mean number of arrests per person")
    said = str(mean)
    assert said.startswith("mean number of arrests per person, all: 1.167 by 100 days (95% CI")
    assert "3 events of 3 people" in said
    assert "at risk" in mean._repr_html_()
    assert MeanFunction.from_dict(mean.to_dict()).to_dict().keys() == mean.to_dict().keys()
    assert len(mean.to_frame()) == 6
    assert set(recurrent.__all__) <= set(dir(recurrent))


def followed_throughout(counts):
    """Return histories of people with these numbers of events, all followed for 100 days."""
    n = len(counts)
    who = np.repeat(np.arange(n), counts)
    day = np.concatenate([np.arange(c) * 7 + k % 5 for k, c in enumerate(counts)])
    return build_histories([0] * n, [100] * n, event_person=who, event_day=day.astype(int))


def by_hand(counts):
    """Return mean, variance with n / (n - 1), and Satterthwaite's degrees of freedom."""
    counts = np.array(counts, dtype=float)
    n, part = len(counts), (counts - counts.mean()) / len(counts)
    kurtosis = n * (part**4).sum() / (part**2).sum() ** 2
    df = min(2 / ((kurtosis - 3) / n + 2 / (n - 1)), n - 1)
    return counts.mean(), (part**2).sum() * n / (n - 1), df


def test_limits_with_t_by_hand():
    from scipy.stats import t

    counts = [0, 1, 1, 2, 0, 9, 3, 0]
    mean, variance, df = by_hand(counts)
    assert df < 5  # one person makes most of the spread
    curve = mean_cumulative_function(followed_throughout(counts)).curve
    half = t.ppf(0.975, df) * np.sqrt(variance) / mean
    assert curve.low[-1] == pytest.approx(mean * np.exp(-half), rel=1e-9)
    assert curve.high[-1] == pytest.approx(mean * np.exp(half), rel=1e-9)


@pytest.mark.parametrize("contrast", ["difference", "ratio"])
def test_two_groups_with_t_by_hand(contrast):
    from scipy.stats import t

    groups = [0, 1, 1, 2, 0, 9, 3, 0], [1, 0, 2, 0, 1, 0]
    (m1, v1, df1), (m2, v2, df2) = map(by_hand, groups)
    if contrast == "ratio":
        value, v1, v2 = np.log(m1 / m2), v1 / m1**2, v2 / m2**2
    else:
        value = m1 - m2
    error = np.sqrt(v1 + v2)
    df = error**4 / (v1**2 / df1 + v2**2 / df2)
    first, second = (mean_cumulative_function(followed_throughout(g)) for g in groups)
    found = compare_mean_counts(first, second, [100], contrast=contrast).estimates[0]
    limits = value + np.array([-1, 1]) * t.ppf(0.975, df) * error
    expected = np.exp(limits) if contrast == "ratio" else limits
    assert tuple(found.interval) == pytest.approx(tuple(expected), rel=1e-9)
    assert found.p_value == pytest.approx(2 * t.sf(abs(value) / error, df), rel=1e-9)


def test_without_any_event_the_mean_is_0_and_no_limit_is_claimed():
    quiet = build_histories([0] * 5, [50] * 5, event_person=[], event_day=[])
    mean = mean_cumulative_function(quiet)
    assert set(mean.curve.value) == {0.0}
    assert np.isnan(mean.curve.high).all()
    assert "0.000 by 50 days (no limits; 0 events of 5 people)" in str(mean)
    assert "no proof of a rate of 0" in mean.caveat
    assert mean_cumulative_function_with_death(quiet, [1, 0, 0, 0, 0]).curve.value[-1] == 0


def test_a_caveat_of_both_groups_is_said_once():
    histories = histories_from_rows([0, 1, 2, 3], [0] * 4, [9] * 4, [0, 0, 1, 2])
    pair = mean_cumulative_functions_by_group(histories, ["a", "a", "b", "b"])
    found = compare_mean_counts(*pair, [9]).estimates[0]
    assert found.caveat.count("no spread between people was seen") == 1
    assert "no event was seen" in found.caveat
