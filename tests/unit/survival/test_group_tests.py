"""Weighted, stratified, trend, permutation and one-sample log-rank tests by hand."""

from itertools import combinations

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import curves_by_group, kaplan_meier, log_rank_test
from dipoutcomes.survival.comparing import (
    PublishedCurve,
    difference_at,
    one_sample_log_rank_test,
    permutation_log_rank_test,
    restricted_mean_difference,
    trend_test,
    weighted_log_rank_test,
)
from dipoutcomes.survival.comparing._rank_scores import log_rank_scores
from dipoutcomes.survival.recurrent import histories_from_rows, recurrent_event_test

DAYS, SEEN, GROUPS = [1, 2, 3, 4], [1, 1, 1, 0], ["a", "a", "b", "b"]


def cohort(seed, n=40, days=25):
    rng = np.random.default_rng(seed)
    return rng.integers(1, days, n), rng.integers(0, 2, n), rng.integers(0, 3, n)


def test_gehan_breslow_weights_by_the_people_still_followed():
    # Day 1: 1 of 4, weight 4; day 2: 1 of 3, weight 3; day 3: b alone.
    result = weighted_log_rank_test(DAYS, SEEN, GROUPS, weight="gehan_breslow")
    difference = 4 * (1 - 2 / 4) + 3 * (1 - 1 / 3)
    variance = 16 * 1 / 4 + 9 * 1 / 3 * 2 / 3
    assert result.weighted_difference == pytest.approx((difference, -difference))
    assert result.statistic == pytest.approx(difference**2 / variance)
    assert result.expected == pytest.approx((2 / 4 + 1 / 3, 2 / 4 + 2 / 3 + 1))
    assert "Gehan-Breslow weights" in str(result)
    assert result.to_frame()["observed"].tolist() == [2, 1]
    assert result.to_table().column("persons") == [2, 2]


def test_late_weights_start_at_nought():
    # The pooled curve just before day 1 is 1, before day 2 it is 3/4.
    result = weighted_log_rank_test(DAYS, SEEN, GROUPS, weight=(0, 1))
    assert result.weighted_difference[0] == pytest.approx(1 / 4 * (1 - 1 / 3))
    assert "Fleming-Harrington (0, 1) weights" in result.test


def test_strata_add_up():
    days, seen, groups = cohort(1)
    strata = np.arange(40) % 4
    whole = weighted_log_rank_test(days, seen, groups, strata=strata, weight="tarone_ware")
    parts = [
        weighted_log_rank_test(
            days[strata == s], seen[strata == s], groups[strata == s], weight="tarone_ware"
        )
        for s in range(4)
    ]
    added = np.sum([part.weighted_difference for part in parts], axis=0)
    assert whole.weighted_difference == pytest.approx(added)
    assert whole.expected == pytest.approx(np.sum([p.expected for p in parts], axis=0))
    assert whole.test == "log-rank test, Tarone-Ware weights, 4 strata"


def test_many_strata_are_counted_alike(monkeypatch):
    from dipoutcomes.survival import _log_rank

    rng = np.random.default_rng(13)
    days, seen, groups = cohort(12, n=200)
    entry = np.where(rng.random(200) < 0.5, 0, np.maximum(days - 6, 0))
    strata = rng.integers(0, 30, 200)
    for weight in ("log_rank", "peto_peto", (1, 1), (0.5, 0)):
        few = weighted_log_rank_test(days, seen, groups, strata=strata, entry=entry, weight=weight)
        with monkeypatch.context() as patch:
            patch.setattr(_log_rank, "_MOST_COLUMNS", 0)
            many = weighted_log_rank_test(
                days, seen, groups, strata=strata, entry=entry, weight=weight
            )
        assert many.weighted_difference == pytest.approx(few.weighted_difference)
        assert many.statistic == pytest.approx(few.statistic)
        assert many.df == few.df == 2


def test_strata_of_one_group_each_leave_nothing_to_compare():
    days, seen, groups = cohort(9)
    result = weighted_log_rank_test(days, seen, groups, strata=groups)
    assert np.isnan(result.p_value)
    assert "while the groups could differ" in str(result)


def test_late_entry_and_strata_count_as_the_plain_test_does():
    days, seen, groups = cohort(2)
    entry = np.where(np.arange(40) % 2, 0, np.maximum(days - 8, 0))
    plain = log_rank_test(days, seen, groups, entry=entry)
    strata = weighted_log_rank_test(days, seen, groups, entry=entry)
    assert strata.statistic == pytest.approx(plain.statistic)
    assert strata.expected == pytest.approx(plain.expected)


def test_a_trend_is_the_two_group_test_where_there_are_two():
    days, seen, groups = cohort(3)
    two = groups > 0
    plain = log_rank_test(days, seen, two)
    trend = trend_test(days, seen, two, {False: 1, True: 5})
    assert trend.statistic == pytest.approx(plain.statistic)
    more = plain.observed[1] > plain.expected[1]
    assert ("earlier" if more else "later") in trend.caveat


def test_a_trend_over_three_groups_by_its_equation():
    days, seen, groups = cohort(4)
    trend = trend_test(days, seen, groups, {0: 0, 1: 1, 2: 2})
    events = np.flatnonzero(seen)
    along, spread = 0.0, 0.0
    for t in np.unique(days[events]):
        at = days >= t
        n, d = at.sum(), ((days == t) & (seen == 1)).sum()
        mean = groups[at].mean()
        along += groups[(days == t) & (seen == 1)].sum() - d * mean
        spread += d * (n - d) / max(n - 1, 1) * groups[at].var()
    assert trend.statistic == pytest.approx(along**2 / spread)


@pytest.mark.parametrize("ties", ["mid_ranks", "hothorn_lausen", "average_scores"])
@pytest.mark.parametrize("seed", [5, 6])
def test_the_exact_test_is_the_share_of_all_arrangements(ties, seed):
    rng = np.random.default_rng(seed)
    days, seen = rng.integers(1, 7, 11), rng.integers(0, 2, 11)
    groups = np.arange(11) < 4
    scores = log_rank_scores(days, seen, "log_rank", ties)
    away = abs(scores[~groups].sum() - 7 * scores.mean())
    sums = [scores[list(c)].sum() for c in combinations(range(11), 7)]
    share = np.mean(np.abs(np.array(sums) - 7 * scores.mean()) >= away - 1e-9)
    result = permutation_log_rank_test(days, seen, groups, ties=ties)
    assert result.p_value == pytest.approx(share, abs=1e-12)
    assert result.monte_carlo_error == 0
    drawn = permutation_log_rank_test(
        days, seen, groups, ties=ties, how="monte_carlo", rng=np.random.default_rng(1)
    )
    assert drawn.p_value == pytest.approx(share, abs=4 * drawn.monte_carlo_error + 2e-5)
    assert "Monte Carlo error" in str(drawn)


def test_average_scores_are_the_mean_over_every_order_of_tied_events():
    days, seen = np.array([1, 2, 2, 2, 3]), np.array([1, 1, 1, 0, 1])
    found = log_rank_scores(days, seen, "log_rank", "average_scores")
    # 1/5, then 1/4 and 1/3 one after the other, then 1/1.
    first, second = 1 / 5 + 1 / 4, 1 / 5 + 1 / 4 + 1 / 3
    expected = [1 / 5 - 1, (first + second) / 2 - 1, (first + second) / 2 - 1, second, second]
    assert found == pytest.approx([*expected])


def test_three_groups_are_dealt_too():
    days, seen, groups = cohort(7)
    one, other = (
        permutation_log_rank_test(days, seen, groups, how=how, rng=np.random.default_rng(2))
        for how in ("monte_carlo", "normal")
    )
    assert one.df == other.df == 2
    assert one.statistic == other.statistic
    assert one.p_value == pytest.approx(other.p_value, abs=0.05)


def test_what_cannot_be_enumerated_is_said():
    days, seen, groups = cohort(8, n=400, days=4000)
    with pytest.raises(DesignError, match="too many arrangements"):
        permutation_log_rank_test(days, seen, groups > 0, how="exact")
    with pytest.raises(ValueError, match="`rng` is needed"):
        permutation_log_rank_test(days, seen, groups > 0)


def test_everybody_alike_leaves_nothing_to_compare():
    result = permutation_log_rank_test([4] * 6, [1] * 6, list("aaabbb"))
    assert np.isnan(result.p_value)
    assert "nothing to compare" in str(result)
    assert "nothing to compare" in result.to_table().notes[0]


def test_events_against_a_curve_with_constant_hazard():
    # Survival 0.5 at 100 days: expected is log 2 / 100 a day lived, up to 100.
    curve = PublishedCurve([100], [0.5], std_errors=[0.05])
    result = one_sample_log_rank_test([50, 100, 130], [1, 0, 1], curve)
    assert result.expected == pytest.approx(2.5 * np.log(2))
    assert result.observed == 1  # the event beyond the curve is not counted
    assert result.expected_error == pytest.approx(2.5 * 0.1)
    score = (1 - 2.5 * np.log(2)) / np.sqrt(2.5 * np.log(2) + 0.25**2)
    assert result.statistic == pytest.approx(score)
    assert "1 people beyond 100 is not used" in result.caveat
    assert result.to_frame()["expected"].tolist() == [result.expected]
    assert result.to_dict()["ratio"]["events"] == 1
    assert "events expected" in result._repr_html_()


def test_the_published_error_moves_everybody_at_once():
    curve = PublishedCurve([100, 200], [0.8, 0.6], std_errors=[0.02, 0.03], between="steps")
    days, seen = [150, 250, 50, 250], [1, 0, 1, 0]
    result = one_sample_log_rank_test(days, seen, curve)
    steps = np.array([1 - 0.8, 1 - 0.6 / 0.8])
    errors = np.diff(np.append(0, [(0.02 / 0.8) ** 2, (0.03 / 0.6) ** 2])) * (1 - steps) ** 2
    assert result.expected == pytest.approx(3 * steps[0] + 2 * steps[1])
    assert result.expected_error**2 == pytest.approx(9 * errors[0] + 4 * errors[1])
    many = one_sample_log_rank_test(days * 100, seen * 100, curve)
    assert many.expected_error == pytest.approx(100 * result.expected_error)


def test_the_limits_agree_with_the_p_value():
    curve = PublishedCurve([100, 365], [0.8, 0.5], std_errors=[0.02, 0.03])
    days, seen = np.linspace(10, 360, 60), np.arange(60) % 5 == 0
    result = one_sample_log_rank_test(days, seen, curve)
    for edge in result.ratio.interval:
        scaled = PublishedCurve(  # a hazard edge times as high meets the data at exactly 5%
            [100, 365],
            np.array([0.8, 0.5]) ** edge,
            std_errors=edge * np.array([0.02, 0.03]) * np.array([0.8, 0.5]) ** (edge - 1),
        )
        assert one_sample_log_rank_test(days, seen, scaled).p_value == pytest.approx(0.05)


def test_a_curve_of_our_own_serves_as_the_published_one():
    days, seen = [10, 20, 20, 30, 40], [1, 1, 0, 1, 0]
    curve = PublishedCurve.of(kaplan_meier(days, seen, label="the others"))
    assert curve.times.tolist() == [10, 20, 30]
    assert curve.survival == pytest.approx([0.8, 0.6, 0.3])
    assert curve.std_errors[1] == pytest.approx(0.6 * np.sqrt(1 / 20 + 1 / 12))
    result = one_sample_log_rank_test([15, 35], [1, 1], curve)
    assert result.expected == pytest.approx(1 / 5 + (1 / 5 + 1 / 4 + 1 / 2))
    with pytest.raises(DesignError, match="never falls"):
        PublishedCurve.of(kaplan_meier([4, 5], [0, 0]))


def test_a_group_against_its_own_curve_has_as_many_events_as_expected():
    # Months: a third of those left have the event on each, so a log would expect far more.
    days, seen = np.repeat([1, 2, 3, 4], [9, 6, 4, 8]), np.repeat([1, 1, 1, 0], [9, 6, 4, 8])
    curve = PublishedCurve.of(kaplan_meier(days, seen))
    result = one_sample_log_rank_test(days, seen, curve)
    assert result.expected == pytest.approx(result.observed) == 19
    assert result.statistic == pytest.approx(0)
    # Nelson-Aalen's variance of a step, d (n - d) / n^3, times the square of those at risk.
    spread = sum(n * (d * (n - d) / n**2) for n, d in ((27, 9), (18, 6), (12, 4)))
    assert result.expected_error == pytest.approx(np.sqrt(spread))


def test_events_at_time_0_are_expected_by_a_curve_that_has_them():
    days, seen = [0, 0, 5, 10, 20], [1, 1, 1, 1, 0]
    curve = PublishedCurve.of(kaplan_meier(days, seen))
    for entry in (None, [0] * 5):
        result = one_sample_log_rank_test(days, seen, curve, entry=entry)
        assert result.expected == pytest.approx(result.observed) == 4
    with pytest.raises(ValueError, match="start above 0"):
        PublishedCurve([0, 5], [0.9, 0.8])


def test_late_entry_adds_no_expectation_before_it():
    curve = PublishedCurve([100], [0.5])
    result = one_sample_log_rank_test([50, 80], [1, 0], curve, entry=[20, 30])
    assert result.expected == pytest.approx(0.8 * np.log(2))
    assert "known for certain" in str(result)


def test_a_curve_too_uncertain_gives_no_upper_limit():
    curve = PublishedCurve([100], [0.9], std_errors=[0.09])
    result = one_sample_log_rank_test([100] * 20, [0] * 20, curve)
    assert result.ratio.interval.low == 0
    assert result.ratio.interval.high == np.inf


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([10, 5], [0.9, 0.8]), "must increase"),
        (([5, 10], [0.8, 0.9]), "must fall"),
        (([5, 10], [0.9]), "one length"),
        (([5, 10], [0.9, 0.5], [0.2, 0.01]), "shrink"),
        (([5, 10], [0.9, 0.0]), "remain above 0"),
    ],
)
def test_what_is_no_published_curve_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        PublishedCurve(*arguments)


def test_differences_and_their_caveats():
    curves = curves_by_group([30, 60, 90, 20, 40, 50], [1, 0, 0, 1, 1, 0], list("aaabbb"))
    table = difference_at(curves, [40, 80], reference="b")
    first, second = table.estimates
    assert first.value == pytest.approx(1 / 3 - 2 / 3)
    assert (first.events, first.reference_events, first.persons) == (1, 2, 4)
    assert second.caveat == "follow-up of a group ends at 50 days"
    with pytest.raises(ValueError, match="'a', 'b'"):
        difference_at(curves, [40], reference="c")
    with pytest.raises(DesignError, match="at most 50"):
        restricted_mean_difference(curves, horizon=80, reference="b")
    (gain,) = restricted_mean_difference(curves, horizon=50, reference="b").estimates
    assert gain.value == pytest.approx((30 + 20 * 2 / 3) - (20 + 20 * 2 / 3 + 10 / 3))


def test_weighted_or_late_curves_are_not_compared_as_plain_ones():
    from dipoutcomes.survival.weighted import weighted_kaplan_meier

    plain = curves_by_group([30, 60, 20, 40], [1, 0, 1, 1], list("aabb"))
    heavy = weighted_kaplan_meier([30, 60], [1, 0], [1, 3], label="a")
    with pytest.raises(ValueError, match="weighted"):
        difference_at((heavy, plain[1]), [30], reference="b")
    late = curves_by_group([30, 60, 20, 40], [1, 0, 1, 1], list("aabb"), entry=[0, 20, 0, 0])
    with pytest.raises(ValueError, match="late entry"):
        difference_at(late, [30], reference="b")


@pytest.mark.parametrize(
    ("weight", "error", "said"),
    [
        ("gehan", ValueError, "gehan_breslow"),
        ((1,), TypeError, "pair"),
        ((-1, 0), ValueError, "at least 0"),
    ],
)
def test_what_is_no_weight_is_refused(weight, error, said):
    with pytest.raises(error, match=said):
        weighted_log_rank_test(DAYS, SEEN, GROUPS, weight=weight)


def test_missing_strata_and_scores_are_counted():
    with pytest.raises(ValueError, match="missing for 1 people"):
        weighted_log_rank_test(DAYS, SEEN, GROUPS, strata=np.array([1, None, 1, 1], object))
    with pytest.raises(ValueError, match="no score for 1 groups: b"):
        trend_test(DAYS, SEEN, GROUPS, {"a": 1})
    with pytest.raises(ValueError, match="one and the same"):
        trend_test(DAYS, SEEN, GROUPS, {"a": 1, "b": 1})


def test_a_mean_time_against_a_group_without_an_event_has_no_limits():
    days, seen, group = [5, 8, 9, 12, 1, 2, 3, 12], [0, 0, 0, 0, 1, 1, 0, 0], list("aaaabbbb")
    curves = curves_by_group(days, seen, group)
    for reference in "ab":
        (found,) = restricted_mean_difference(curves, horizon=9, reference=reference).estimates
        assert abs(found.value) == pytest.approx((9 - 1) / 4 + (9 - 2) / 4)
        assert "its error is unknown and there are no limits" in found.caveat
        assert np.isnan([found.interval.low, found.interval.high, found.p_value]).all()
    (early,) = restricted_mean_difference(curves, horizon=1, reference="b").estimates
    assert "no limits" in early.caveat


def test_a_trend_says_its_direction_of_these_people_and_none_where_there_is_none():
    scores = {"a": 0, "b": 1}
    early = trend_test([1, 2, 3, 4], [1, 1, 1, 1], list("bbaa"), scores)
    assert early.caveat == "in these people events come earlier as the score rises"
    level = trend_test([1, 1, 2, 2], [1, 1, 1, 1], list("abab"), scores)
    assert (
        level.caveat == "in these people events come neither earlier nor later as the score rises"
    )


def test_a_difference_on_the_last_day_counts_those_who_leave_that_day():
    # 28 a group followed for 52 weeks, 7 and 12 with the event: as good as two shares.
    weeks = np.array([*range(1, 8), *[52] * 21, *range(1, 13), *[52] * 16])
    seen = weeks < 52
    curves = curves_by_group(weeks, seen, np.repeat(["a", "b"], 28))
    (at_end,) = difference_at(curves, [52], reference="a").estimates
    (before,) = difference_at(curves, [51], reference="a").estimates
    assert tuple(at_end.interval) == pytest.approx(tuple(before.interval))
    # As good as 12 of 28 against 7 of 28, and not -1 to 1.
    assert -0.15 < at_end.interval.low < 0 < at_end.value < at_end.interval.high < 0.5
    assert at_end.p_value == before.p_value


def test_people_with_an_event_are_judged_out_of_people_and_events_are_not():
    # Disclosure control looks at people less people with the event; events may outnumber people.
    first = log_rank_test(DAYS, SEEN, GROUPS).to_table().columns
    histories = histories_from_rows([0, 0, 1], [0, 5, 0], [5, 9, 9], [1, 1, 1])
    again = recurrent_event_test(histories, ["a", "b"]).to_table().columns
    kinds = [{c.key: (c.kind, c.out_of) for c in columns}["observed"] for columns in (first, again)]
    assert kinds == [("persons", "persons"), ("events", "")]
