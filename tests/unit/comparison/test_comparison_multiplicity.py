"""Families of outcomes: worked values, closed testing, missing p-values, error rates."""

from itertools import combinations
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.comparison.multiplicity import RULES, adjust_by_family, adjust_p_values

several = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6)


def test_holm_by_hand():
    # 3 x 0.01, then 2 x 0.02, then the larger of 0.04 and 1 x 0.03.
    assert adjust_p_values([0.02, 0.01, 0.03]).adjusted == pytest.approx((0.04, 0.03, 0.04))


@given(several)
def test_hommel_is_the_closed_test_of_simes(p):
    """The defining equation: the largest Simes p-value of any set that holds the outcome."""
    expected = [0.0] * len(p)
    for size in range(1, len(p) + 1):
        for members in combinations(range(len(p)), size):
            ordered = sorted(p[k] for k in members)
            simes = min(size * v / (i + 1) for i, v in enumerate(ordered))
            for k in members:
                expected[k] = max(expected[k], simes)
    assert adjust_p_values(p, method="hommel").adjusted == pytest.approx(tuple(expected), abs=1e-12)


@given(several)
def test_holm_is_the_closed_test_of_bonferroni(p):
    expected = [0.0] * len(p)
    for size in range(1, len(p) + 1):
        for members in combinations(range(len(p)), size):
            value = min(1.0, size * min(p[k] for k in members))
            for k in members:
                expected[k] = max(expected[k], value)
    assert adjust_p_values(p).adjusted == pytest.approx(tuple(expected), abs=1e-12)


@given(several, st.sampled_from(sorted(RULES)))
def test_an_adjusted_value_is_never_below_its_own_and_keeps_the_order(p, method):
    adjusted = np.array(adjust_p_values(p, method=method).adjusted)
    assert np.all(adjusted >= np.array(p) - 1e-12)
    assert np.all(adjusted <= 1)
    assert np.all(np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-12)


def test_an_outcome_without_a_p_value_still_was_a_question():
    counted = adjust_p_values({"a": 0.02, "b": nan, "c": 0.5})
    left = adjust_p_values({"a": 0.02, "b": nan, "c": 0.5}, missing="leave_out")
    assert counted["a"] == pytest.approx(0.06)
    assert left["a"] == pytest.approx(0.04)
    assert isnan(counted["b"])
    assert isnan(left["b"])
    assert "counts in the size of the family" in str(counted)
    assert "left out of the family" in str(left)
    assert (counted.tests, left.tests) == (3, 2)


def test_the_sentence_says_what_is_kept_and_how_many_there_were_before():
    text = str(adjust_p_values({"a": 0.03, "b": 0.04}, family="secondary outcomes"))
    assert text.startswith("secondary outcomes: 0 of 2 outcomes at or below 0.05")
    assert "even one false finding" in text
    assert text.endswith("; 2 before")


def test_a_value_of_exactly_the_limit_is_found():
    assert adjust_p_values({"a": 0.05}).found == ("a",)


def test_families_are_adjusted_apart():
    first, second = adjust_by_family({"x": {"a": 0.04}, "y": {"b": 0.04, "c": 0.9}})
    assert (first["a"], second["b"]) == (0.04, 0.08)


@pytest.mark.parametrize("bad", [[1.2], [-0.1], []])
def test_what_is_no_p_value_is_refused(bad):
    with pytest.raises(ValueError):
        adjust_p_values(bad)


def test_a_method_misspelt_is_named():
    with pytest.raises(ValueError, match="did you mean 'hommel'"):
        adjust_p_values([0.1], method="homel")


def test_tables_and_frames_hold_each_outcome():
    found = adjust_p_values({"a": 0.01, "b": nan})
    assert list(found.to_frame()["outcome"]) == ["a", "b"]
    assert found.to_dict()["outcomes"] == ["a", "b"]
    assert "not available" in found._repr_html_()


@pytest.mark.simulation
def test_error_rates_are_kept_where_promised():
    rng = np.random.default_rng(13)
    p = rng.random((4_000, 8))
    p[:, :3] = rng.beta(0.15, 1, (4_000, 3))  # three true findings
    any_false = dict.fromkeys(("holm", "hommel"), 0)
    share = 0.0
    for row in p:
        for method in any_false:
            any_false[method] += min(adjust_p_values(row, method=method).adjusted[3:]) <= 0.05
        bh = np.array(adjust_p_values(row, method="bh").adjusted) <= 0.05
        share += bh[3:].sum() / max(bh.sum(), 1)
    error = 4 * np.sqrt(0.05 * 0.95 / len(p))
    assert all(count / len(p) <= 0.05 + error for count in any_false.values())
    # Benjamini and Hochberg: exactly 5/8 of 5% for independent outcomes.
    assert share / len(p) == pytest.approx(0.05 * 5 / 8, abs=error)
    assert np.mean((p[:, 3:] <= 0.05).any(axis=1)) > 0.2  # unadjusted: 1 - 0.95^5 = 0.226
