"""Printed figures of counts, and the counts and denominators behind printed figures."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.scorecard.audit import (
    RULES,
    WholeRange,
    counts_that_fit,
    denominators_that_fit,
    printed_units,
    reproduces,
)
from dipoutcomes.scorecard.audit.arithmetic import values_behind

DECIMAL_RULE = {
    "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncated": ROUND_DOWN
}  # fmt: skip


@given(
    st.integers(0, 3_000), st.integers(1, 3_000), st.sampled_from([1, 100, 1_000]),
    st.integers(0, 3), st.sampled_from(RULES),
)  # fmt: skip
def test_what_is_printed_is_what_the_decimal_module_rounds_to(count, of, per, decimals, rule):
    made = int(printed_units(count, of, per=per, decimals=decimals, rule=rule))
    # A quotient of 60 digits ends exactly where there is a tie: a tie has few digits.
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(per * count) / Decimal(of)
        by_decimal = exact.quantize(Decimal(1).scaleb(-decimals), rounding=DECIMAL_RULE[rule])
    assert made == int(by_decimal.scaleb(decimals))


def test_a_tie_goes_by_the_rule_and_no_float_decides():
    # 1 of 8 is 12.5%, 3 of 8 37.5%, 1 of 200 0.5%; 29 of 200 is 14.5%, in floats 14.499...
    counts, bases = np.array([1, 3, 1, 29]), np.array([8, 8, 200, 200])
    assert printed_units(counts, bases, rule="half_up").tolist() == [13, 38, 1, 15]
    assert printed_units(counts, bases, rule="half_even").tolist() == [12, 38, 0, 14]
    assert printed_units(counts, bases, rule="truncated").tolist() == [12, 37, 0, 14]


@given(
    st.integers(0, 60), st.integers(0, 120), st.integers(0, 1), st.sampled_from(RULES),
)  # fmt: skip
def test_denominators_that_fit_are_those_that_an_enumeration_finds(count, units, decimals, rule):
    top = 3_000
    found = denominators_that_fit(count, units, decimals=decimals, rule=rule)
    every = np.arange(1, top + 1)
    fits = reproduces(count, every, units, decimals=decimals, rule=rule)
    assert fits.tolist() == [n in found for n in range(1, top + 1)]
    assert bool(found) == bool(fits.any()) or found.low > top


@given(
    st.integers(1, 400), st.integers(0, 1_200), st.integers(0, 2), st.sampled_from(RULES),
    st.sampled_from([1, 100]),
)  # fmt: skip
def test_counts_that_fit_are_those_that_an_enumeration_finds(of, units, decimals, rule, per):
    found = counts_that_fit(of, units, per=per, decimals=decimals, rule=rule)
    every = np.arange(0, 5_000)
    fits = reproduces(every, of, units, per=per, decimals=decimals, rule=rule)
    assert fits.tolist() == [n in found for n in every.tolist()]


@pytest.mark.parametrize("rule", RULES)
def test_ends_of_ranges_go_by_the_rule_where_a_tie_lies_on_them(rule):
    # 1 of 8 is 12.5%: printed 13 half up, 12 to the even digit and cut off.
    assert (8 in denominators_that_fit(1, 12, rule=rule)) == (rule != "half_up")
    assert (8 in denominators_that_fit(1, 13, rule=rule)) == (rule == "half_up")
    assert (1 in counts_that_fit(8, 12, rule=rule)) == (rule != "half_up")
    # 3 of 8 is 37.5%: printed 38 half up and to the even digit, 37 cut off.
    assert (8 in denominators_that_fit(3, 37, rule=rule)) == (rule == "truncated")
    assert (3 in counts_that_fit(8, 38, rule=rule)) == (rule != "truncated")


def test_the_published_ranges():
    assert str(denominators_that_fit(9, 32)) == "28 only"
    assert str(denominators_that_fit(53, 26)) == "201 to 207"
    assert str(denominators_that_fit(79, 25)) == "310 to 322"
    assert 306 in denominators_that_fit(79, 25, rule="truncated")
    joint = WholeRange(low=1, high=None)
    for count, percent in [(65, 31), (61, 29), (97, 46), (16, 8), (48, 23), (2, 1), (11, 5)]:
        joint = joint & denominators_that_fit(count, percent)
    assert str(joint) == "209 to 213"


def test_the_national_rate_was_cut_off_and_not_rounded():
    # 54,462 proven offences of 20,934 people, printed as 260.1 per 100.
    made = {r: int(printed_units(54_462, 20_934, decimals=1, rule=r)) for r in RULES}
    assert made == {"half_up": 2602, "half_even": 2602, "truncated": 2601}


def test_grim_examples_of_brown_and_heathers():
    # Brown and Heathers (2017), their example: 5.19 cannot be the mean of 28 whole numbers;
    # 145 / 28 = 5.18 and 146 / 28 = 5.21 are its neighbours.
    assert not counts_that_fit(28, 519, per=1, decimals=2)
    assert counts_that_fit(28, 518, per=1, decimals=2).only == 145
    assert counts_that_fit(28, 521, per=1, decimals=2).only == 146


@given(st.integers(0, 999), st.sampled_from(RULES), st.integers(1, 999), st.integers(0, 999))
def test_values_behind_a_figure_are_those_that_round_to_it(units, rule, of, count):
    from fractions import Fraction

    inside = Fraction(100 * count, of) in values_behind(units, rule=rule)
    assert inside == bool(reproduces(count, of, units, rule=rule))


def test_misuse_is_named():
    with pytest.raises(ValueError, match="`rule` has no choice"):
        printed_units(1, 2, rule="up")
    with pytest.raises(ValueError, match="`of` must be at least 1"):
        printed_units(1, 0)
    with pytest.raises(TypeError, match="`count` must hold whole numbers"):
        printed_units(1.5, 2)
    with pytest.raises(ValueError, match="too large"):
        printed_units(2**55, 2**56, decimals=6)
