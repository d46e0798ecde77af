import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import log_rank_test, restricted_mean


def test_a_log_rank_test_by_hand():
    # Day 1: 1 of 4 (2 in each group); day 2: 1 of 3 (1 in a, 2 in b); day 3: 1 of 2, b alone left.
    result = log_rank_test([1, 2, 3, 4], [1, 1, 1, 0], ["a", "a", "b", "b"])
    expected_a = 2 / 4 + 1 / 3
    variance = 1 / 4 + 1 / 3 * 2 / 3
    assert result.expected == pytest.approx((expected_a, 3 - expected_a))
    assert result.statistic == pytest.approx((2 - expected_a) ** 2 / variance)
    assert result.observed == (2, 1)
    assert result.persons == (2, 2)
    assert result.df == 1


def test_tied_days_use_the_hypergeometric_variance():
    # 2 of 4 on one day: d (n - d) / (n - 1) p (1 - p) = 2 x 2 / 3 / 4 = 1/3.
    result = log_rank_test([1, 1, 2, 2], [1, 1, 0, 0], ["a", "a", "b", "b"])
    assert result.statistic == pytest.approx((2 - 1) ** 2 / (1 / 3))


def test_late_entry_changes_who_is_at_risk():
    days, seen, groups = [1, 2, 3, 4], [1, 1, 1, 0], ["a", "a", "b", "b"]
    result = log_rank_test(days, seen, groups, entry=[0, 0, 1, 0])
    assert result.expected[0] == pytest.approx(2 / 3 + 1 / 3)


def test_a_group_that_could_have_no_event_adds_no_degree_of_freedom():
    result = log_rank_test([1, 5, 6, 7, 8], [0, 1, 1, 0, 1], ["c", "a", "a", "b", "b"])
    assert result.df == 1
    assert result.expected[2] == 0


def test_nothing_to_compare_is_said():
    result = log_rank_test([4, 4, 4], [1, 1, 1], ["a", "b", "a"])
    assert np.isnan(result.statistic)
    assert np.isnan(result.p_value)
    assert "no event happened while the groups could differ" in str(result)
    assert "no event happened" in result.to_table().notes[0]


def test_the_table_and_the_sentence_have_the_counts():
    result = log_rank_test([1, 2, 3, 4], [1, 1, 1, 0], ["a", "a", "b", "b"])
    table = result.to_table()
    assert table.column("observed") == [2, 1]
    assert table.columns[1].kind == "persons"
    assert "chi-squared 2.88 on 1 degree of freedom, p-value 0.09" in table.notes[0]
    assert "b 1 events against 2.2 expected in 2 persons" in str(result)
    assert result.to_dict()["groups"] == ("a", "b")


def test_the_frame_has_a_row_a_group():
    result = log_rank_test([1, 2, 3, 4], [1, 1, 1, 0], list("aabb"))
    frame = result.to_frame()
    assert frame["groups"].tolist() == ["a", "b"]
    assert frame["expected"].tolist() == list(result.expected)
    assert frame["p_value"].tolist() == [result.p_value] * 2


def test_one_group_or_no_event_is_a_matter_of_design():
    with pytest.raises(DesignError, match="at least 2"):
        log_rank_test([1, 2], [1, 1], ["a", "a"])
    with pytest.raises(DesignError, match="none of the 2 people"):
        log_rank_test([1, 2], [0, 0], ["a", "b"])


def test_restricted_mean_by_hand():
    estimate = restricted_mean([30, 60, 60, 90, 365], [1, 1, 0, 1, 0], horizon=90)
    assert estimate.value == pytest.approx(30 + 30 * 0.8 + 30 * 0.6)
    error = np.sqrt(42**2 / (5 * 4) + 18**2 / (4 * 3))
    assert (estimate.events, estimate.base) == (3, 5)
    assert estimate.interval.method == "beta product, area"
    # Twenty times the people, followed alike: enough for normal limits.
    many = restricted_mean([30, 60, 60, 90, 365] * 20, [1, 1, 0, 1, 0] * 20, horizon=90)
    assert many.value == pytest.approx(estimate.value)
    assert many.interval.width == pytest.approx(2 * 1.959963984540054 * error / np.sqrt(20))
    assert many.interval.method == "normal, Greenwood"


def test_restricted_mean_before_any_event_has_the_limits_of_clopper_and_pearson():
    estimate = restricted_mean([30] * 28, [1, 0] * 14, horizon=20)
    assert estimate.value == 20
    assert tuple(estimate.interval) == pytest.approx((20 * 0.025 ** (1 / 28), 20))
    assert estimate.caveat == ""


@pytest.mark.parametrize(
    ("events", "followed", "method"),
    [
        (20, 20, "normal, Greenwood"),
        (19, 60, "beta product, area"),
        (60, 19, "beta product, area"),
    ],
)
def test_normal_limits_need_20_events_before_the_horizon_and_20_people_at_it(
    events, followed, method
):
    days = [*range(1, events + 1), *[100] * followed]
    seen = [1] * len(days)  # on the horizon itself is too late to lose any time
    found = restricted_mean(days, seen, horizon=100)
    assert found.interval.method == method
    assert found.value == pytest.approx(np.mean(days))


def test_weighted_people_without_a_spread_have_no_limits_of_a_mean_time():
    found = restricted_mean([30, 60, 60], [1, 0, 0], horizon=20, weights=[1, 2, 3])
    assert found.value == 20
    assert np.isnan(found.interval.low)
    assert "no spread" in found.caveat


def test_a_horizon_beyond_follow_up_is_refused():
    with pytest.raises(DesignError, match="at most 60"):
        restricted_mean([30, 60], [1, 0], horizon=61)
    assert restricted_mean([30, 60], [1, 1], horizon=61).value == 45
    with pytest.raises(ValueError, match="horizon"):
        restricted_mean([30, 60], [1, 1], horizon=0)
