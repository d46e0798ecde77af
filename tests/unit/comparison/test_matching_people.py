"""Matching by hand, its words and its refusals."""

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.comparison.matching import MatchingRule, common_support, match
from dipoutcomes.errors import DesignError

TREATED = np.array([True, True, True, False, False, False, False])
SCORE = np.array([0.70, 0.40, 0.42, 0.41, 0.69, 0.05, 0.43])
ON_SCORE = {"scale": "score", "caliper_unit": "absolute"}


def pairs(found):
    return list(zip(found.pairs.treated.tolist(), found.pairs.comparison.tolist(), strict=True))


@pytest.mark.parametrize(
    ("order", "expected"),
    [  # by hand: 1 and 2 both want 3; 0.42 is as far from 0.41 as from 0.43, and row 3 comes first
        ("largest", [(0, 4), (1, 6), (2, 3)]),
        ("smallest", [(0, 4), (1, 3), (2, 6)]),
        ("data", [(0, 4), (1, 3), (2, 6)]),
    ],
)
def test_who_chooses_first_matters(order, expected):
    # Rounded so that the two distances of row 2 are one number.
    score = np.array([0.70, 0.375, 0.4375, 0.40625, 0.69, 0.05, 0.46875])
    rule = MatchingRule(caliper=0.2, order=order, **ON_SCORE)
    assert pairs(match(TREATED, score, rule)) == expected


def test_a_caliper_leaves_people_out_and_the_estimand_says_so():
    rule = MatchingRule(caliper=0.011, order="data", **ON_SCORE)
    assert pairs(match(TREATED, SCORE, rule)) == [(0, 4), (1, 3), (2, 6)]
    found = match(TREATED, SCORE + np.where(TREATED, 0, 0.007), rule)
    assert found.unmatched_treated.tolist() == [1]
    assert found.estimand == "ATM"
    assert found.matched_set.tolist() == [0, -1, 1, 1, 0, -1, -1]
    assert "1 of 3 treated people have no match" in str(found)
    assert "could be matched" in str(found)


def test_with_everybody_matched_the_estimand_stays():
    found = match(TREATED, SCORE, MatchingRule(caliper=None, scale="score"))
    assert found.estimand == "ATT"
    assert "no match" not in str(found)
    assert found.to_dict()["treated_matched"] == 3


def test_a_ratio_goes_in_rounds_and_keeps_who_finds_fewer():
    found = match(TREATED, SCORE, MatchingRule(caliper=None, scale="score", ratio=2, order="data"))
    # Round 1: 0-4, 1-3, 2-6; round 2: 0 takes the last one, 5.
    assert pairs(found) == [(0, 4), (0, 5), (1, 3), (2, 6)]
    assert found.weights.tolist() == [1, 1, 1, 1, 0.5, 0.5, 1]


def test_with_replacement_a_person_stands_in_several_matches():
    score = np.array([0.70, 0.40, 0.42, 0.41, 0.69, 0.05, 0.55])
    found = match(TREATED, score, MatchingRule(caliper=0.02, replacement=True, **ON_SCORE))
    assert found.times_used.tolist() == [0, 0, 0, 2, 1, 0, 0]
    assert found.weights[3] == 2
    assert found.matched_set is None


def test_radius_weights_by_hand():
    found = match(TREATED, SCORE, MatchingRule(method="radius", caliper=0.025, **ON_SCORE))
    # 0 reaches 4; 1 (0.40) reaches 3; 2 (0.42) reaches 3 and 6.
    assert found.weights == pytest.approx([1, 1, 1, 1.5, 1, 0, 0.5])
    assert found.times_used.tolist() == [0, 0, 0, 2, 1, 0, 1]
    assert found.pairs is None
    with pytest.raises(DesignError, match="has no pairs"):
        found.to_frame()


def test_the_default_caliper_is_a_fifth_of_the_pooled_deviation_of_the_logit():
    found = match(TREATED, SCORE)
    logit = np.log(SCORE / (1 - SCORE))
    sd = np.sqrt((logit[TREATED].var(ddof=1) + logit[~TREATED].var(ddof=1)) / 2)
    assert found.scale_sd == pytest.approx(sd)
    assert found.caliper == pytest.approx(0.2 * sd)
    assert "within 0.2 standard deviations of the logit" in found.method


def test_an_absolute_caliper_on_the_score_comes_with_a_caution():
    rule = MatchingRule(method="radius", caliper=0.02, **ON_SCORE)
    assert "not alike" in rule.cautions[0]
    assert "not alike" in str(match(TREATED, SCORE, rule))
    assert MatchingRule().cautions == ()


def test_exact_strata_in_a_frame_of_two_columns():
    frame = pd.DataFrame({"sex": list("fmffmfm"), "area": list("nnnnsns")})
    found = match(TREATED, SCORE, MatchingRule(caliper=None), exact=frame)
    # Row 1 (m, n) has nobody of her kind; rows 0 and 2 (f, n) share 3 and 5.
    assert pairs(found) == [(0, 3), (2, 5)]
    assert found.unmatched_treated.tolist() == [1]
    assert found.method.endswith("exactly alike in sex and area")


def test_a_random_order_is_the_generators():
    rule = MatchingRule(order="random")
    first, again = (match(TREATED, SCORE, rule, rng=np.random.default_rng(3)) for _ in range(2))
    assert pairs(first) == pairs(again)
    with pytest.raises(ValueError, match="needs `rng`"):
        match(TREATED, SCORE, rule)


def test_pairs_as_a_frame():
    frame = match(TREATED, SCORE).to_frame()
    assert list(frame.columns) == ["treated", "comparison"]
    assert TREATED[frame["treated"]].all()


@pytest.mark.parametrize(
    ("treated", "score", "more", "error", "says"),
    [
        ([True, True], [0.2, 0.3], {}, DesignError, "no comparison person among 2"),
        ([0, 0], [0.2, 0.3], {}, DesignError, "no treated person"),
        ([1, 0, 2], [0.2, 0.3, 0.4], {}, ValueError, "1 of 3 values are missing"),
        ([1, np.nan], [0.2, 0.3], {}, ValueError, "1 of 2 values are missing"),
        (["a", "b"], [0.2, 0.3], {}, TypeError, "must hold booleans"),
        ([[1, 0]], [0.2, 0.3], {}, ValueError, "one dimension"),
        ([1, 0], [0.2, 1.0], {}, ValueError, "1 of 2 do not"),
        ([1, 0], [0.2, np.nan], {}, ValueError, "1 of 2 do not"),
        ([1, 0], [0.2], {}, ValueError, "one value a person, 2"),
        ([1, 0], [0.2, 0.9], {}, DesignError, "none of 1 treated people"),
        ([1, 0], [0.2, 0.2], {"exact": ["a", None]}, ValueError, "1 of `stratum`"),
        ([1, 0], [0.2, 0.2], {"exact": ["a"]}, ValueError, "one row a person"),
    ],
)
def test_what_cannot_be_matched_is_refused(treated, score, more, error, says):
    with pytest.raises(error, match=says):
        match(treated, score, MatchingRule(caliper=0.1, **ON_SCORE), **more)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"method": "radius", "caliper": None}, "needs a `caliper`"),
        ({"method": "radius", "ratio": 2}, "leave `ratio` at 1"),
        ({"caliper": -0.1}, "greater than 0"),
        ({"ratio": 0}, "at least 1"),
        ({"order": "biggest"}, "no choice 'biggest'"),
        ({"method": "nearst"}, "did you mean 'nearest'"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(parts, says):
    with pytest.raises(ValueError, match=says):
        MatchingRule(**parts)


def test_an_empty_stratum_of_the_pool_costs_nobody_else():
    exact = ["a", "b", "b", "b", "b", "c", "c"]
    found = match(
        TREATED, SCORE, MatchingRule(caliper=None, replacement=True, ratio=3), exact=exact
    )
    assert found.unmatched_treated.tolist() == [0]
    assert pairs(found) == [(1, 3), (1, 4), (2, 3), (2, 4)]


def test_support_counts_who_is_outside():
    support = common_support(TREATED, SCORE, bins=10)
    assert support.outside == 1  # 0.70 is above 0.69
    assert support.comparison_outside == 1  # 0.05 is below 0.40
    assert sum(support.treated) == 3
    assert support.treated_after is None
    assert len(support.to_frame()) == 10
    with pytest.raises(ValueError, match="`score` is needed"):
        common_support(TREATED)
