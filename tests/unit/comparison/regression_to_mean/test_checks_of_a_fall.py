"""An earlier window, the level of contact, a null by simulation: what each says and refuses."""

import numpy as np
import pytest

from dipoutcomes.comparison import rate_ratio_before_after
from dipoutcomes.comparison.regression_to_mean import (
    EntryRule,
    dose_response_check,
    earlier_window_check,
    earlier_window_ratio,
    simulated_change_without_effect,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.simulate import CareerModel

YEAR = [365] * 40


def test_the_earlier_window_is_a_plain_ratio_with_a_caveat_of_its_own():
    columns = ([2, 1, 3, 0] * 10, YEAR, [1, 1, 2, 0] * 10, YEAR)
    found = earlier_window_ratio(*columns, days_from_window_to_entry=365)
    plain = rate_ratio_before_after(*columns)
    assert found.value == plain.value
    assert tuple(found.interval) == tuple(plain.interval)
    assert "regression to the mean is not removed" not in found.caveat
    assert "steady over both windows" in found.caveat


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (EntryRule(by="first_offence", accrual_time=400), "opening date may lie as far back"),
        (EntryRule(by="recent_count", minimum_count=2, count_time=731), "people were judged"),
        (EntryRule(by="first_offence"), "accrual_time"),
        (EntryRule(by="recent_count"), "count_time"),
    ],
)
def test_an_earlier_window_that_entry_may_have_chosen_is_refused(rule, says):
    columns = ([2, 1, 3, 0] * 10, YEAR, [1, 1, 2, 0] * 10, YEAR)
    with pytest.raises(DesignError, match=says):
        earlier_window_ratio(*columns, days_from_window_to_entry=365, entry=rule)


@pytest.mark.parametrize(
    ("earlier", "before", "after", "reading"),
    [
        ([1, 0, 2, 1], [3, 1, 4, 2], [1, 1, 2, 0], "a peak before entry"),
        ([3, 2, 4, 3], [3, 2, 4, 3], [1, 1, 0, 1], "less afterwards than there was earlier"),
        ([1, 0, 1, 1], [3, 1, 4, 2], [2, 2, 4, 2], "more afterwards"),
        ([1, 0, 2, 1], [1, 1, 1, 1], [1, 0, 2, 1], "the windows do not differ"),
    ],
)
def test_three_windows_are_read_together(earlier, before, after, reading):
    check = earlier_window_check(
        (earlier * 10, YEAR), (before * 10, YEAR), (after * 10, YEAR),
        days_from_window_to_entry=365,
    )  # fmt: skip
    assert check.reading.startswith(reading)
    assert reading in str(check)
    product = check.before_over_earlier.value * check.after_over_before.value
    assert product == pytest.approx(check.after_over_earlier.value)
    assert len(check.estimates()) == 3
    assert len(check.to_frame()) == 3
    assert set(check.to_dict()) == {"after_over_earlier", "before_over_earlier",
                                    "after_over_before"}  # fmt: skip
    assert "<table" in check._repr_html_()


def test_people_not_seen_in_all_three_windows_are_left_out_of_all():
    days = np.array([365, 0, 365])
    check = earlier_window_check(
        ([1, 9, 2], days), ([2, 9, 2], [365] * 3), ([1, 9, 1], [365] * 3),
        days_from_window_to_entry=365,
    )  # fmt: skip
    assert check.after_over_before.persons == 2
    with pytest.raises(ValueError, match="one element"):
        earlier_window_check(([1], [1]), ([1, 2], [1, 1]), ([1], [1]),
                             days_from_window_to_entry=1)  # fmt: skip
    with pytest.raises(DesignError, match="in all three"):
        earlier_window_check(([1], [0]), ([1], [1]), ([1], [1]), days_from_window_to_entry=1)


def test_the_trend_over_two_levels_is_the_ratio_of_their_conditional_ratios():
    rng = np.random.default_rng(3)
    n = 400
    own, contact = rng.gamma(1.5, 2, n), np.arange(n) % 2
    days = rng.integers(200, 366, (2, n))
    before = rng.poisson(own * days[0] / 365)
    after = rng.poisson(own * np.where(contact, 0.5, 1.0) * days[1] / 365)
    trend = dose_response_check(before, days[0], after, days[1], contact=contact)
    apart = [
        rate_ratio_before_after(
            before[contact == c], days[0][contact == c], after[contact == c],
            days[1][contact == c], method="conditional_poisson",
        ).value
        for c in (0, 1)
    ]  # fmt: skip
    assert trend.ratio_per_level == pytest.approx(apart[1] / apart[0], rel=1e-8)
    assert trend.interval.high < 1
    assert trend.p_value < 0.001
    assert trend.by_level.labels == ("level 0", "level 1")
    assert "keeps appointments" in str(trend)
    assert len(trend.to_frame()) == 2
    assert trend.to_dict()["persons"] == n
    assert "keeps appointments" in trend._repr_html_()


def test_a_trend_that_cannot_be_had_is_refused():
    columns = ([1, 2, 0, 1], [365] * 4, [1, 1, 1, 0], [365] * 4)
    with pytest.raises(DesignError, match="1 level"):
        dose_response_check(*columns, contact=[1, 1, 1, 1])
    with pytest.raises(TypeError, match="whole numbers"):
        dose_response_check(*columns, contact=[0.5, 1, 1, 1])
    with pytest.raises(ValueError, match="one element"):
        dose_response_check(*columns, contact=[1, 0])
    with pytest.raises(ValueError, match="2 names"):
        dose_response_check(*columns, contact=[0, 1, 0, 1], level_names=("none",))
    with pytest.raises(DesignError, match="no estimate"):
        dose_response_check([2, 2, 1, 1], [365] * 4, [1, 1, 0, 0], [365] * 4,
                            contact=[0, 0, 1, 1])  # fmt: skip


def test_a_simulated_null_is_blind_to_the_effect_in_the_model_and_repeats():
    plain = CareerModel(offending={"offences_per_year": 2.0, "gamma_shape": 0.8})
    strong = plain.model_copy(
        update={"treatment": plain.treatment.model_copy(update={"rate_ratio_after": 0.1})}
    )
    first = simulated_change_without_effect(plain, people=1_500, seed=1)
    assert first == simulated_change_without_effect(strong, people=1_500, seed=1)
    assert 1 in first.interval
    assert first.rate_ratio_with_index < first.rate_ratio
    assert first.share_fell + first.share_same + first.share_rose == pytest.approx(1)
    assert first.change == first.rate_ratio - 1
    assert "made-up people show a ratio" in str(first)
    assert first.to_frame()["people"][0] == 1_500
    assert "<table" in first._repr_html_()


def test_windows_away_from_entry_and_after_treatment():
    model = CareerModel(
        offending={"offences_per_year": 3.0, "gamma_shape": 1.0},
        treatment={"share_engaging": 0.5},
        custody={"share_sentenced": 0.5},
    )
    null = simulated_change_without_effect(
        model, people=2_000, seed=2, before_ends_days=30, after_opens_days=90,
        after_from="end", earlier_ends_days=365,
    )  # fmt: skip
    assert null.rate_ratio_with_index is None
    assert 600 < null.people < 1_400  # those who engaged, at liberty in every window
    assert null.earlier_ratio == pytest.approx(1, abs=0.2)
    assert "opening 90 after end" in null.says
    with pytest.raises(ValueError, match="after_from"):
        simulated_change_without_effect(model, seed=1, after_from="closure")
    silent = CareerModel(offending={"offences_per_year": 1e-6, "gamma_shape": 1.0})
    with pytest.raises(DesignError, match="no event in the window"):
        simulated_change_without_effect(silent, people=100, seed=1)
