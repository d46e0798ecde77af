import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import (
    curves_by_group,
    kaplan_meier,
    survival_at,
    weighted_kaplan_meier,
)

DURATIONS = [30, 60, 60, 90, 365]
OBSERVED = [1, 1, 0, 1, 0]


def test_a_curve_by_hand():
    curve = kaplan_meier(DURATIONS, OBSERVED, measure="share not yet arrested")
    assert curve.time == (0, 30, 60, 90, 365)
    assert curve.value == pytest.approx((1, 4 / 5, 3 / 5, 3 / 10, 3 / 10))
    assert curve.at_risk == (5, 5, 4, 2, 1)
    assert curve.events == (0, 1, 1, 1, 0)
    assert curve.censored == (0, 0, 1, 0, 1)
    assert curve.n == 5
    # log(-log S) at 60 days: Greenwood's sum is 1/(5 4) + 1/(4 3).
    error = np.sqrt(1 / 20 + 1 / 12) / abs(np.log(0.6))
    low = np.exp(-np.exp(np.log(-np.log(0.6)) + 1.959963984540054 * error))
    assert curve.low[2] == pytest.approx(low, rel=1e-12)


def test_an_event_comes_before_a_departure_of_the_same_day():
    assert kaplan_meier([5, 5], [1, 0]).value == (1.0, 0.5)


def test_the_first_day_counts():
    curve = kaplan_meier([0, 4, 4], [1, 0, 0])
    assert curve.time == (0, 4)
    assert curve.value == pytest.approx((2 / 3, 2 / 3))


@pytest.mark.parametrize("scale", [0.25, 1.0])
def test_fractions_and_whole_numbers_take_one_road(scale):
    rng = np.random.default_rng(3)
    days = rng.integers(0, 50, 200)
    seen = rng.integers(0, 2, 200)
    whole = kaplan_meier(days, seen)
    other = kaplan_meier(days * scale, seen)
    assert other.value == whole.value
    assert other.at_risk == whole.at_risk
    assert np.allclose(np.array(other.time), np.array(whole.time) * scale)


def test_far_apart_times_need_no_grid():
    curve = kaplan_meier([1, 10**12], [1, 1])
    assert curve.time == (0, 1, 1e12)


def test_five_people_and_no_event_have_limits_with_a_width():
    curve = kaplan_meier([3, 5, 8, 9, 10], [0] * 5)
    assert curve.value == (1.0,) * 6
    assert curve.high == (1.0,) * 6
    # 0.025 to the power 1/5 while all five are followed, 1/4 once one has left, ... and the last
    # of them was followed to the end.
    powers = [0.025 ** (1 / k) for k in (5, 4, 3, 2, 1, 1)]
    assert curve.low == pytest.approx(powers)
    assert "beta product" in curve.method


def test_when_everybody_had_the_event_the_upper_limit_is_above_nought():
    curve = kaplan_meier([1, 2, 3], [1, 1, 1])
    assert curve.value[-1] == 0
    assert curve.low[-1] == 0
    assert curve.high[-1] == pytest.approx(1 - 0.025 ** (1 / 3), rel=1e-6)


def test_the_beta_product_can_be_used_throughout():
    # With nobody leaving it is the Clopper-Pearson interval: 1 of 3.
    curve = kaplan_meier([1, 2, 3], [1, 1, 1], limits="beta_product")
    assert curve.low[2] == pytest.approx(0.008403759, rel=1e-6)
    assert curve.high[2] == pytest.approx(0.905700676, rel=1e-6)
    assert curve.method == "beta product"


def test_late_entry_is_at_risk_after_it_enters():
    curve = kaplan_meier([10, 4, 12, 9], [1, 1, 0, 1], entry=[0, 0, 6, 4])
    rows = dict(zip(curve.time, curve.at_risk, strict=True))
    assert rows[0] == 2
    assert rows[4] == 2  # the one who enters at 4 is not yet at risk at 4
    assert rows[9] == 3
    assert curve.value[-1] == pytest.approx(1 / 2 * 2 / 3 * 1 / 2)
    assert curve.caveat == "2 people enter late, after time 0"
    assert np.isnan(curve.low[0])  # the beta product is not defined here, and nothing is made up


def test_late_entrants_are_among_the_people_a_share_rests_on():
    curve = kaplan_meier([10, 4, 12, 9], [1, 1, 0, 1], entry=[0, 0, 6, 4])
    (by_then,) = survival_at(curve, [10]).estimates
    assert (by_then.events, by_then.base) == (3, 4)  # not 3 of the 2 at the start


def test_a_curve_that_is_over_before_the_late_entrants_says_so():
    # One person from the start, whose event takes the curve to 0 before most are at risk.
    for curve in (
        kaplan_meier([5, 20, 30], [1, 0, 1], entry=[0, 10, 10]),
        weighted_kaplan_meier([5, 20, 30], [1, 0, 1], [1, 2, 1], entry=[0, 10, 10]),
    ):
        assert curve.value[-1] == 0
        assert "had an event early, and the rest count for nothing" in curve.caveat
    (by_then,) = survival_at(kaplan_meier([5, 20], [1, 0], entry=[0, 10]), [5]).estimates
    assert "count for nothing" in by_then.caveat


def test_late_entry_of_everybody_has_no_start():
    with pytest.raises(DesignError, match="under observation at time 0"):
        kaplan_meier([5, 6], [1, 1], entry=[1, 2])
    with pytest.raises(ValueError, match="not defined for late entry"):
        kaplan_meier([5, 6], [1, 1], entry=[0, 2], limits="beta_product")


def test_all_faults_are_told_at_once_and_no_value():
    with pytest.raises(ValueError, match="negative") as caught:
        kaplan_meier([-4.0, np.nan, 7], [1, 2, 0])
    message = str(caught.value)
    assert "1 missing or infinite" in message
    assert "1 negative" in message
    assert "`observed` has 1 values that are neither 0 nor 1" in message
    assert "-4" not in message


@pytest.mark.parametrize(
    ("durations", "observed", "error"),
    [
        ([1, 2], [1], ValueError),
        ([], [], DesignError),
        (["a", "b"], [0, 1], TypeError),
        ([[1, 2]], [[0, 1]], ValueError),
        ([1, 2], [0, np.nan], ValueError),
        (pd.Series([1, pd.NA], dtype="Int64"), [0, 1], ValueError),
        ([1, None], [0, 1], ValueError),
        ([1, "x"], [0, 1], TypeError),
        (pd.to_timedelta([1, 2], unit="D"), [0, 1], TypeError),
    ],
)
def test_what_is_no_follow_up_is_refused(durations, observed, error):
    with pytest.raises(error):
        kaplan_meier(durations, observed)


def test_entry_after_the_end_is_refused():
    with pytest.raises(ValueError, match="not before the end of follow-up for 1 people"):
        kaplan_meier([5, 9], [1, 0], entry=[0, 9])


def test_wrong_words_are_refused():
    with pytest.raises(ValueError, match="log_log"):
        kaplan_meier([1], [1], limits="loglog")
    with pytest.raises(ValueError, match="confidence_level"):
        kaplan_meier([1], [1], confidence_level=95)


def test_pandas_columns_are_welcome():
    frame = pd.DataFrame({"days": DURATIONS, "arrested": np.array(OBSERVED, dtype=bool)}, [9] * 5)
    assert kaplan_meier(frame.days, frame.arrested).value == kaplan_meier(DURATIONS, OBSERVED).value


def test_groups_are_each_their_own_curve():
    groups = ["b", "a", "b", "a", "b"]
    a, b = curves_by_group(DURATIONS, OBSERVED, groups, time_unit="weeks")
    assert (a.label, b.label) == ("a", "b")
    own = kaplan_meier([60, 90], [1, 1], label="a", time_unit="weeks")
    assert a == own
    assert b.at_risk == (3, 3, 2, 1)


def test_groups_with_late_entry_are_each_their_own_curve():
    rng = np.random.default_rng(5)
    entry = np.where(rng.random(80) < 0.5, 0, rng.integers(0, 20, 80))
    durations = entry + rng.integers(1, 30, 80)
    seen = rng.integers(0, 2, 80)
    groups = rng.integers(0, 3, 80)
    for code, curve in enumerate(curves_by_group(durations, seen, groups, entry=entry)):
        mine = groups == code
        alone = kaplan_meier(durations[mine], seen[mine], entry=entry[mine], label=str(code))
        pd.testing.assert_frame_equal(curve.to_frame(), alone.to_frame())
        assert curve.caveat == alone.caveat


def test_nobody_without_a_group():
    with pytest.raises(ValueError, match="missing for 1 people"):
        curves_by_group([1, 2], [1, 1], np.array(["a", None], dtype=object))


def test_share_with_the_event_by_a_time():
    curve = kaplan_meier(DURATIONS, OBSERVED)
    table = survival_at(curve, [29, 60, 366], measure="share arrested")
    before, at, beyond = table.estimates
    assert (before.value, before.events, before.persons) == (0.0, 0, 5)
    assert before.interval.low == 0
    assert before.interval.high == pytest.approx(1 - 0.025 ** (1 / 5))
    assert before.interval.method == "beta product"
    assert (at.value, at.events, at.base, at.persons) == (pytest.approx(0.4), 2, 5, 4)
    assert at.interval.low == pytest.approx(1 - curve.at(60)[2])
    assert at.interval.method == "log-log (Greenwood)"
    assert np.isnan(beyond.value)
    assert beyond.caveat == "follow-up ends at 365 days"


def test_beyond_follow_up_a_curve_at_nought_stays_there():
    (estimate,) = survival_at(kaplan_meier([1, 2], [1, 1]), [10]).estimates
    assert estimate.value == 1.0
    assert estimate.interval.low < 1.0


def test_a_withheld_curve_gives_withheld_shares():
    curve = kaplan_meier(DURATIONS, OBSERVED).withhold("fewer than 10 persons")
    (estimate,) = survival_at(curve, [60]).estimates
    assert estimate.withheld
    assert estimate.events is None
    assert estimate.caveat == "fewer than 10 persons"


@pytest.mark.parametrize("times", [[], [-1]])
def test_times_must_be_times(times):
    with pytest.raises(ValueError, match="times"):
        survival_at(kaplan_meier([1], [1]), times)


def test_whoever_leaves_at_the_last_time_was_followed_to_its_end():
    # Everybody followed for 52 weeks, none arrested: 0 of 28, and not "nobody is left".
    curve = kaplan_meier([52] * 28, [0] * 28)
    assert curve.low[-1] == pytest.approx(0.025 ** (1 / 28), rel=1e-12)
    assert curve.high[-1] == 1
    few = kaplan_meier([30, 52, 52, 52], [0, 0, 0, 0])  # who left before is no longer there
    assert few.low[-1] == pytest.approx(0.025 ** (1 / 3), rel=1e-9)
