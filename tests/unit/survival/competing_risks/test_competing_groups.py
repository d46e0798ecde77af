"""Gray's test, cause-specific rates and tests, and time lost: by hand, by definition, refusals."""

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import garwood_interval
from dipoutcomes.survival import log_rank_test, restricted_mean
from dipoutcomes.survival.competing_risks import (
    cause_specific_hazards,
    cause_specific_test,
    compare_time_lost,
    cumulative_incidence,
    gray_test,
    restricted_mean_time_lost,
)

NAMES = {1: "arrest", 2: "death"}


def two_groups(n=120, seed=1):
    rng = np.random.default_rng(seed)
    return rng.integers(1, 25, n), rng.integers(0, 3, n), np.arange(n) % 2


def test_the_score_by_a_loop():
    """The score of Gray (1988): events less those of the pooled subdistribution hazard."""
    days, causes, groups = two_groups()
    score = 0.0
    for s in np.unique(days[causes > 0]):
        sets, events = [], []
        for g in (0, 1):
            mine = groups == g
            found = cumulative_incidence(days[mine], causes[mine], names=NAMES)
            n = int((days[mine] >= s).sum())
            before = found["arrest"].at(s - 0.5)[0]
            free = found.event_free.at(s - 0.5)[0]
            sets.append(n * (1 - before) / free if n else 0.0)
            events.append(int(((days == s) & (causes == 1) & mine).sum()))
        score += events[0] - sum(events) * sets[0] / sum(sets)
    test = gray_test(days, causes, groups, cause=1, names=NAMES)
    assert test.observed[0] - test.expected[0] == pytest.approx(score, abs=1e-10)
    assert sum(test.observed) == pytest.approx(sum(test.expected))


def test_one_cause_has_the_expected_events_of_the_log_rank_test():
    days, causes, groups = two_groups()
    test = gray_test(days, causes > 0, groups, cause=1)
    other = log_rank_test(days, causes > 0, groups)
    assert test.expected == pytest.approx(other.expected)


def test_groups_may_be_renamed_and_people_shuffled():
    days, causes, groups = two_groups()
    test = gray_test(days, causes, groups, cause=1)
    order = np.random.default_rng(0).permutation(len(days))
    names = np.array(["treated", "control"])[groups]
    other = gray_test(days[order], causes[order], names[order], cause="cause 1")
    assert other.statistic == pytest.approx(test.statistic, rel=1e-12)
    assert other.groups == ("control", "treated")


def test_strata_of_identical_people_add_up():
    days, causes, groups = two_groups()
    one = gray_test(days, causes, groups, cause=1)
    doubled = [np.concatenate([a, a]) for a in (days, causes, groups)]
    two = gray_test(*doubled, cause=1, strata=np.repeat([0, 1], len(days)))
    assert two.strata == 2
    assert two.statistic == pytest.approx(2 * one.statistic, rel=1e-12)
    assert "within 2 strata" in str(two)


def test_a_stratum_without_events_or_without_a_group_adds_nothing():
    days, causes, groups = two_groups()
    one = gray_test(days, causes, groups, cause=1)
    more = [np.append(days, [5, 9, 3, 4]), np.append(causes, [0, 0, 1, 2])]
    strata = np.append(np.zeros(len(days)), [1, 1, 2, 2])
    two = gray_test(*more, np.append(groups, [0, 1, 1, 1]), cause=1, strata=strata)
    assert two.strata == 3
    assert two.statistic == pytest.approx(one.statistic, rel=1e-12)


def test_a_group_that_is_over_early_keeps_the_variance_above_zero():
    days = [1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 9, 9]
    causes = [2, 2, 1, 1, 1, 1, 1, 1, 0, 0, 1, 2, 1, 0]
    test = gray_test(days, causes, list("aaaabbbbbbbbbb"), cause=1)
    assert 0 <= test.statistic < np.inf
    assert 0 < test.p_value <= 1


def test_gray_refuses_what_cannot_be_compared():
    days, causes, groups = two_groups()
    with pytest.raises(DesignError, match="1 group was given"):
        gray_test(days, causes, np.zeros(len(days)), cause=1)
    with pytest.raises(DesignError, match="none of the 120 people had fine first"):
        gray_test(days, causes, groups, cause=3, names=NAMES | {3: "fine"})
    with pytest.raises(ValueError, match=r"none of the causes: 1 \(arrest\), 2 \(death\)"):
        gray_test(days, causes, groups, cause=9, names=NAMES)
    strata = np.where(np.arange(120) == 7, np.nan, 1.0)
    with pytest.raises(ValueError, match="`strata` is missing for 1 people"):
        gray_test(days, causes, groups, cause=1, strata=strata)


def test_a_few_events_are_said():
    test = gray_test([1, 2, 3, 4], [1, 2, 1, 0], [0, 0, 1, 1], cause=1)
    assert test.caveat == "2 events: the p-value is rough"
    assert test.to_table().column("observed") == [1, 1]
    assert "Gray" in test._repr_html_()
    # Group 1 comes under comparison after group 0 has gone: nothing to compare.
    late = gray_test([1, 1, 5, 5], [2, 2, 1, 1], [0, 0, 1, 1], cause=1)
    assert np.isnan(late.statistic) == (late.df == 0)


def test_cause_specific_rates_by_hand():
    table = cause_specific_hazards(
        [100, 200, 300, 130.5], [1, 2, 0, 1], [0, 0, 0, 1], names=NAMES, time_unit="days"
    )
    first = table.rows[0]
    assert (first["persons"], first["events"]) == (3, 1)
    assert first["years"] == pytest.approx(600 / 365.25)
    assert first["rate"] == pytest.approx(365.25 / 600)
    limits = garwood_interval(1, 600 / 365.25)
    assert (first["low"], first["high"]) == pytest.approx((limits.low, limits.high))
    assert table.column("events") == [1, 1, 1, 0]
    late = cause_specific_hazards([100, 200], [1, 2], entry=[0, 150], time_unit="days")
    assert late.column("years") == pytest.approx([150 / 365.25] * 2)
    with pytest.raises(ValueError, match="must be one of days, weeks"):
        cause_specific_hazards([1], [1], time_unit="hours")
    none = cause_specific_hazards([0, 0], [1, 2])
    assert np.isnan(none.column("rate")).all()


def test_the_cause_specific_test_is_the_log_rank_test_of_that_cause():
    days, causes, groups = two_groups()
    found = cause_specific_test(days, causes, groups, cause="death", names=NAMES)
    assert found == log_rank_test(days, causes == 2, groups)
    with pytest.raises(DesignError, match="nothing to compare"):
        cause_specific_test(days, causes, groups, cause=3, names=NAMES | {3: "fine"})


def test_time_lost_by_hand():
    # Areas: arrest 3 x 1/6 + 4 x 1/3, death 4 x 1/6, none 5 + 3 x 5/6 + 4 x 1/2.
    found = restricted_mean_time_lost(
        [5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0], horizon=12, names=NAMES
    )
    assert found.lost == pytest.approx([3 / 6 + 4 / 3, 4 / 6])
    assert found.kept == pytest.approx(9.5)
    assert found.events == (2, 1)


def test_time_lost_without_leavers_is_a_mean_with_its_own_error():
    days, causes, _ = two_groups()
    causes = np.maximum(causes, 1)
    found = restricted_mean_time_lost(days, causes, horizon=20)
    for k in (1, 2):
        each = np.where(causes == k, np.maximum(20 - days, 0), 0)
        assert found.lost[k - 1] == pytest.approx(each.mean())
        assert found.std_errors[k - 1] == pytest.approx(each.std() / np.sqrt(len(days)))


def test_time_lost_of_one_cause_is_the_horizon_less_the_restricted_mean():
    days, causes, _ = two_groups()
    found = restricted_mean_time_lost(days, causes > 0, horizon=20)
    other = restricted_mean(days, causes > 0, horizon=20)
    assert found.lost[0] == pytest.approx(20 - other.value)
    assert found.kept == pytest.approx(other.value)
    low, high = found.estimate("cause 1").interval
    assert (20 - high, 20 - low) == pytest.approx(tuple(other.interval))


def test_time_lost_compared():
    days, causes, groups = two_groups()
    one, two = (
        restricted_mean_time_lost(
            days[groups == g], causes[groups == g], horizon=20, names=NAMES, label=str(g)
        )
        for g in (0, 1)
    )
    difference, ratio = compare_time_lost(one, two, "arrest").estimates
    assert difference.value == pytest.approx(one.lost[0] - two.lost[0])
    spread = np.hypot(one.std_errors[0], two.std_errors[0])
    assert difference.interval.width == pytest.approx(2 * 1.959963984540054 * spread)
    assert ratio.value == pytest.approx(one.lost[0] / two.lost[0])
    spread = np.hypot(one.std_errors[0] / one.lost[0], two.std_errors[0] / two.lost[0])
    assert np.log(ratio.interval.high / ratio.value) == pytest.approx(1.959963984540054 * spread)
    assert (1.0 in ratio.interval) == (ratio.p_value > 0.05)
    turned = compare_time_lost(two, one, "arrest").estimates[1]
    assert turned.interval.low == pytest.approx(1 / ratio.interval.high)
    other = restricted_mean_time_lost(days, causes, horizon=10, names=NAMES)
    with pytest.raises(ValueError, match="differ in horizon"):
        compare_time_lost(one, other, "arrest")
    with pytest.raises(ValueError, match="none of the causes: arrest, death"):
        compare_time_lost(one, two, "fine")


def test_a_group_that_lost_nothing_gives_its_comparison_no_limits():
    none = restricted_mean_time_lost([5, 8, 9, 12], [0, 2, 0, 0], horizon=9, names=NAMES)
    some = restricted_mean_time_lost([1, 2, 3, 12], [1, 1, 2, 0], horizon=9, names=NAMES)
    for pair, sign in (((none, some), -1), ((some, none), 1)):
        difference, ratio = compare_time_lost(*pair, "arrest").estimates
        assert difference.value == pytest.approx(sign * some.lost[0])
        assert "its error is unknown and there are no limits" in difference.caveat
        assert np.isnan([difference.interval.low, difference.p_value, ratio.interval.low]).all()
    assert compare_time_lost(some, some, "arrest").estimates[0].caveat == ""


def test_grays_test_has_a_frame_with_a_row_a_group():
    days, causes, groups = two_groups()
    frame = gray_test(days, causes, groups, cause=1).to_frame()
    assert frame["groups"].tolist() == ["0", "1"]
    assert frame["observed"].sum() == (causes == 1).sum()
    assert frame["cause"].tolist() == ["cause 1"] * 2


def test_time_lost_without_events_has_no_limits():
    found = restricted_mean_time_lost([5, 6, 7], [0, 0, 0], horizon=5, names=NAMES)
    estimate = found.estimate("death")
    assert estimate.value == 0
    assert np.isnan(estimate.interval.low)
    assert "no spread" in estimate.caveat
    difference, ratio = compare_time_lost(found, found, "death").estimates
    assert difference.value == 0
    assert np.isnan(ratio.value)
    assert "no limits" in difference.caveat
    with pytest.raises(DesignError, match="follow-up ends at 7"):
        restricted_mean_time_lost([5, 6, 7], [0, 0, 0], horizon=8, names=NAMES)
    table = found.to_table()
    assert [row.label for row in table.rows] == ["lost to arrest", "lost to death", "with no event"]
    assert "0.0 to arrest" in str(found)
    assert found.to_dict()["horizon"] == 5
    assert "lost to death" in found._repr_html_()
    assert len(found.to_frame()) == 3
