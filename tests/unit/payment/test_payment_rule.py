"""The rule: ties, tiers, caps, what is paid back; floats and fractions decide alike."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.errors import ProtocolError
from dipoutcomes.payment.cohorts import Cohorts
from dipoutcomes.payment.contract import parse_contract
from dipoutcomes.payment.rule import pays

HEAD = """
schema_version = 1
[contract]
id = "t"
title = "T"
standing = "illustration"
{agreement}
[money]
{money}
[[measure]]
name = "m"
says = "share"
kind = "{kind}"
event_type = "conviction"
window_months = 12
baseline = {{ kind = "matched_group" }}
{measure}
[[term]]
name = "t"
says = "the rule"
measure = "m"
{term}
"""


def contract(term, *, kind="binary", money="", measure="", agreement=""):
    return parse_contract(
        HEAD.format(term=term, kind=kind, money=money, measure=measure, agreement=agreement)
    )


FIVE = 'test = "absolute_reduction"\nthreshold = 0.05\n'


def test_a_tie_meets_at_least_and_not_more_than_in_floats_and_in_fractions():
    assert 0.58 - 0.53 < 0.05  # why a tie needs its tolerance
    for comparison, met in ((">=", True), (">", False)):
        rule = contract(FIVE + f'comparison = "{comparison}"\n')
        assert pays(rule, Cohorts([0.53], [0.58])).met["t"].tolist() == [met]
        exact = pays(rule, Cohorts([Decimal("0.53")], [Decimal("0.58")]), exact=True)
        assert exact.met["t"].tolist() == [met]


@given(
    st.integers(0, 400), st.integers(1, 400), st.integers(0, 400), st.integers(1, 400),
    st.sampled_from(["absolute_reduction", "relative_reduction"]),
    st.sampled_from([">=", ">"]),
)  # fmt: skip
def test_floats_decide_and_pay_as_fractions_do(events, n, base_events, base_n, test, comparison):
    rule = contract(
        f'test = "{test}"\nthreshold = 0.05\ncomparison = "{comparison}"\n'
        'price = { per = "event_averted", amount = 37.35 }',
        kind="frequency_per_person",
    )
    treated, baseline = Fraction(events, n), Fraction(base_events, base_n)
    exact = pays(rule, Cohorts([treated], [baseline], [n]), exact=True)
    quick = pays(rule, Cohorts([float(treated)], [float(baseline)], [n]))
    assert exact.met["t"].tolist() == quick.met["t"].tolist()
    assert float(exact.total[0]) == pytest.approx(quick.total[0], abs=1e-9)


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_better_outcome_is_never_paid_less(first, second):
    rule = contract(
        'test = "relative_reduction"\nthreshold = 0.10\n'
        'price = { per = "event_averted", amount = 10, cap = 900, '
        "tier = [{ at = 0.20, amount = 15 }, { at = 0.40, amount = 16 }] }",
        kind="frequency_per_person",
    )
    better, worse = sorted((first, second))
    paid = pays(rule, Cohorts([better / 100, worse / 100], 1.5, 100)).total
    assert paid[0] >= paid[1]
    assert paid.max() <= 900


def test_tiers_price_all_units_and_caps_stop_them():
    rule = contract(
        'test = "relative_reduction"\nthreshold = 0.10\n'
        'price = { per = "event_averted", amount = 100, cap_reduction = 0.30, '
        "tier = [{ at = 0.20, amount = 200 }] }",
        kind="frequency_per_person",
        money="cap = 12000",
    )
    # 200 people, 1.00 expected each: 5%, 10%, 20% and 60% fewer (60% counts as 30%).
    found = pays(rule, Cohorts([0.95, 0.9, 0.8, 0.4], 1.0, 200))
    assert found.units["t"] == pytest.approx([0, 20, 40, 60])
    assert found.amount["t"].tolist() == [0, 2000, 8000, 12000]
    found = pays(rule, Cohorts([0.4], 1.0, 300))
    assert (found.amount["t"].tolist(), found.total.tolist()) == ([18000], [12000])


def test_units_beyond_the_threshold_only():
    rule = contract(
        'test = "absolute_reduction"\nthreshold = 0.05\n'
        'price = { per = "person_averted", amount = 1000, beyond = "threshold", '
        'units_rounding = "down" }'
    )
    # 58% to 51.4% of 100 people: 6.6 fewer, 1.6 of them past the bar, 1 of them whole.
    found = pays(rule, Cohorts([0.514], 0.58, 100))
    assert found.amount["t"].tolist() == [1000]


def test_points_are_percentage_points_or_per_cent():
    for test, threshold, units in (("absolute", "0.05", 6), ("relative", "0.10", 12)):
        rule = contract(
            f'test = "{test}_reduction"\nthreshold = {threshold}\n'
            'price = { per = "point", amount = 1 }'
        )
        assert pays(rule, Cohorts([0.44], 0.5)).units["t"][0] == pytest.approx(units)


def test_money_is_rounded_as_the_contract_says():
    for how, pence in (
        ("half_up", "0.13"),
        ("half_even", "0.12"),
        ("down", "0.12"),
        ("up", "0.13"),
    ):
        rule = contract(
            FIVE + 'price = { per = "cohort", amount = 0.125 }', money=f'rounding = "{how}"'
        )
        exact = pays(rule, Cohorts([Fraction(1, 2)], [Fraction(3, 5)]), exact=True)
        assert exact.total[0] == Fraction(pence)
        assert pays(rule, Cohorts([0.5], [0.6])).total[0] == pytest.approx(float(pence))


def test_a_measure_is_rounded_before_it_is_compared():
    rule = contract(FIVE, measure="decimals = 2")
    # 53.4% is 53% in the contract's words, and 5 points below 58%.
    assert pays(rule, Cohorts([0.534], 0.58)).met["t"].all()
    assert not pays(contract(FIVE), Cohorts([0.534], 0.58)).met["t"].any()


def test_more_is_better_for_the_time_to_the_first_event():
    rule = contract('test = "absolute_reduction"\nthreshold = 10\n', kind="time_to_first")
    assert pays(rule, Cohorts([210.0, 209.0, 150.0], 200.0)).met["t"].tolist() == [
        True,
        False,
        False,
    ]


def test_a_level_is_met_from_the_better_side():
    rule = contract('test = "level"\nthreshold = 0.40\n')
    assert pays(rule, Cohorts([0.39, 0.40, 0.41])).met["t"].tolist() == [True, True, False]


def test_significance_is_two_sided_and_on_the_better_side():
    rule = contract('test = "absolute_reduction"\ncomparison = ">"\nsignificant_at = 0.95\n')
    found = pays(rule, Cohorts([0.50, 0.51, 0.70], 0.60, standard_error=0.05))
    assert found.met["t"].tolist() == [True, False, False]  # 2.0, 1.8 and -2.0 standard errors
    with pytest.raises(ValueError, match="standard_error"):
        pays(rule, Cohorts([0.5], 0.6))


def test_a_level_that_is_met_while_clearly_worse_than_the_baseline_is_no_success():
    rule = contract('test = "level"\nthreshold = 0.40\nsignificant_at = 0.95\n')
    found = pays(rule, Cohorts([0.35, 0.35], [0.30, 0.45], standard_error=0.01))
    assert found.met["t"].tolist() == [False, True]


def test_what_was_paid_in_advance_goes_back_where_the_test_is_not_met():
    rule = contract(
        FIVE + 'price = { per = "cohort", share = 0.10 }\n'
        'clawback = { when = "not_met", share = 0.10 }\n'
    )
    found = pays(rule, Cohorts([0.523, 0.547], 0.58), contract_value=1_000_000)
    assert found.total.tolist() == [100_000, -100_000]
    assert pays(rule, Cohorts([0.523], 0.58)).total is None  # the value is not known


def test_worse_by_more_than_a_margin_and_more_than_chance():
    rule = contract(
        'test = "absolute_reduction"\ncomparison = ">"\nsignificant_at = 0.95\n'
        'price = { per = "cohort", amount = 100 }\n'
        'clawback = { when = "worse", margin = 0.02, significant = true, amount = 40 }'
    )
    treated = [0.50, 0.61, 0.62, 0.63]
    sure = pays(rule, Cohorts(treated, 0.60, standard_error=0.001))
    assert sure.total.tolist() == [100, 0, 0, -40]  # exactly at the margin is not past it
    unsure = pays(rule, Cohorts(treated, 0.60, standard_error=0.05))
    assert unsure.total.tolist() == [100, 0, 0, 0]


TWO = """
[[term]]
name = "other"
says = "the other"
measure = "m"
test = "absolute_reduction"
threshold = 0.02
"""


def test_a_hurdle_must_be_met_and_an_exclusion_must_not():
    hurdle = contract('test = "absolute_reduction"\nthreshold = 0.01\nhurdle = ["other"]\n' + TWO)
    assert pays(hurdle, Cohorts([0.585, 0.57], 0.6)).met["t"].tolist() == [False, True]
    unless = contract('test = "absolute_reduction"\nthreshold = 0.01\nunless = ["other"]\n' + TWO)
    assert pays(unless, Cohorts([0.585, 0.57], 0.6)).met["t"].tolist() == [True, False]


def test_a_pooled_term_asks_what_was_decided_before():
    rule = contract(
        'test = "absolute_reduction"\nthreshold = 0.01\nunless = ["other"]\n'
        'applies_to = "pooled"\n' + TWO
    )
    assert pays(rule, Cohorts([0.58], 0.6)).met.keys() == {"other"}
    for met in (True, False):
        found = pays(rule, Cohorts([0.58], 0.6), scope="pooled", already_met={"other": met})
        assert found.met["t"].tolist() == [not met]
    with pytest.raises(ValueError, match="already_met"):
        pays(rule, Cohorts([0.58], 0.6), scope="pooled")


def test_people_are_paid_for_one_by_one():
    rule = contract('applies_to = "person"\nprice = { per = "person", amount = 250 }')
    found = pays(rule, Cohorts([0.25, 7 / 28], people=28))
    assert found.total.tolist() == [21 * 250, 21 * 250]
    exact = pays(rule, Cohorts([Fraction(7, 28)], people=[28]), exact=True)
    assert exact.total[0] == 5250


def test_a_baseline_of_nothing_meets_no_relative_test():
    rule = contract('test = "relative_reduction"\n', kind="frequency_per_person")
    assert not pays(rule, Cohorts([0.0], 0.0)).met["t"].any()
    assert np.isnan(pays(rule, Cohorts([0.0], 0.0)).reduction["t"]).all()
    assert not pays(rule, Cohorts([Fraction(0)], [Fraction(0)]), exact=True).met["t"].any()


def test_a_float_is_refused_where_fractions_are_asked_for():
    with pytest.raises(TypeError, match="got a float"):
        pays(contract(FIVE), Cohorts([0.5], [Decimal("0.6")]), exact=True)


def test_all_faults_of_a_contract_are_said_at_once():
    with pytest.raises(ProtocolError) as caught:
        contract(
            'test = "relative_reduction"\nthreshold = 10\nhurdle = ["nobody"]\n'
            'price = { per = "saving", share = 0.5, amount = 3 }\n'
        )
    said = str(caught.value)
    for part in ("10% is 0.10", "'nobody' is no other term", "one of the keys", "cost_of_demand"):
        assert part in said
    with pytest.raises(ProtocolError, match="did you mean 'threshold'"):
        contract('test = "level"\ntreshold = 1\n')
