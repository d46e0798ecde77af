"""Made-up contracts settled with pencil and paper: every amount below was worked out by hand."""

from decimal import Decimal

import numpy as np
import pytest

from dipoutcomes.payment.contract import parse_contract
from dipoutcomes.payment.pooled import pooled_counts
from dipoutcomes.payment.settle import settle
from dipoutcomes.protocol.claim import parse_counts
from dipoutcomes.study.payment import read_contract

HEAD = """
schema_version = 1
[contract]
id = "by-hand"
title = "By hand"
standing = "agreed"
"""
SHARE = """
[[measure]]
name = "share"
says = "share convicted"
kind = "binary"
event_type = "conviction"
window_months = 12
"""
OFTEN = SHARE.replace('"share"', '"often"').replace('"binary"', '"frequency_per_person"')
MATCHED = 'baseline = { kind = "matched_group" }\n'


def term(name, measure, rest):
    return f'[[term]]\nname = "{name}"\nsays = "{name}"\nmeasure = "{measure}"\n{rest}\n'


def settled(text, counts, cohort=""):
    claim = f'[cohort]\nname = "c"\ndata = "synthetic"\n{cohort}\n{counts}'
    return settle(parse_contract(text), parse_counts(claim))


def count(measure, rest):
    return f'[[count]]\nmeasure = "{measure}"\n{rest}\n'


def test_a_hurdle_that_is_met_lets_the_other_term_pay():
    """43.0% against 47.5%; 1,500 / 430 = 3.488 against 4: both better, so both pay."""
    made = parse_counts(
        '[cohort]\nname = "q1"\ndata = "synthetic"\n'
        + count("reoffended", "people = 1000\nevents = 430\n"
                "baseline = { people = 5000, events = 2375 }")
        + count("offences", "people = 1000\nreoffenders = 430\nevents = 1500\n"
                "standard_deviation = 3\nbaseline = { people = 5000, reoffenders = 2375, "
                "events = 9500, standard_deviation = 3 }")
    )  # fmt: skip
    found = settle(read_contract("transforming-rehabilitation-2015"), made)
    assert [found[name].met for name in ("binary_hurdle", "fewer_reoffend", "fewer_offences")] == [
        True, True, True,
    ]  # fmt: skip
    assert "stands in the way" not in found["fewer_offences"].why


@pytest.mark.parametrize(
    ("events", "met", "amount"),
    # The hurdle is 560 of 1,000 or fewer. 1,550 - 1,200 = 350 events at GBP 20 are GBP 7,000.
    [(561, False, "0.00"), (560, True, "7000.00")],
)
def test_hurdle_and_exclusion_of_the_same_cohort(events, met, amount):
    text = (
        HEAD + SHARE + MATCHED + OFTEN + MATCHED
        + term("hurdle", "share", 'test = "absolute_reduction"\nthreshold = 0.02\n'
               "hurdle_only = true")
        + term("often", "often", 'test = "relative_reduction"\nthreshold = 0.10\n'
               'hurdle = ["hurdle"]\nprice = { per = "event_averted", amount = 20 }')
        + term("instead", "often", 'test = "relative_reduction"\nthreshold = 0.05\n'
               'unless = ["often"]\nhurdle = []\nprice = { per = "cohort", amount = 500 }')
    )  # fmt: skip
    found = settled(
        text,
        count("share", f"people = 1000\nevents = {events}\n"
              "baseline = { people = 1000, events = 580 }")
        + count("often", "people = 1000\nevents = 1200\n"
                "baseline = { people = 1000, events = 1550 }"),
    )  # fmt: skip
    assert (found["hurdle"].met, found["often"].met) == (met, met)
    assert found["often"].amount == Decimal(amount)
    # An exclusion looks at the other's own test, and 22.6% is more than 10% whatever the hurdle.
    assert found["instead"].met is False


def test_tiers_caps_and_rounding_down_of_units():
    """60 people, 81 events against 1.80 each: 108 - 81 = 27 events averted; 27 / 108 = 25%."""
    text = (
        HEAD + "[money]\ncap = 6000\n" + OFTEN + MATCHED
        + term("t", "often", 'test = "relative_reduction"\nthreshold = 0.10\n'
               'price = { per = "event_averted", amount = 150, units_rounding = "down", '
               "cap = 6500, tier = [{ at = 0.20, amount = 250 }, { at = 0.26, amount = 999 }] }")
    )  # fmt: skip
    made = count("often", "people = 60\nevents = 81\nbaseline = { value = 1.8 }")
    found = settled(text, made)
    # 27 x 250 = 6,750; the term's cap takes 250, the contract's another 500.
    assert (found["t"].units, found["t"].gross) == (27, Decimal("6750.00"))
    assert (found["t"].amount, found.amount) == (Decimal("6500.00"), Decimal("6000.00"))
    # 88 events: 20 averted (18.5%), the first price: 20 x 150 = 3,000.
    fewer = settled(text, made.replace("81", "88"))
    assert fewer.amount == Decimal("3000.00")
    # 86.4 averts 21.6 exactly at 20%, 21 whole: 21 x 250; given as a value, 1.44.
    edge = settled(text, "[[count]]\nmeasure = 'often'\npeople = 60\nvalue = 1.44\n"
                   "baseline = { value = 1.8 }")  # fmt: skip
    assert (edge["t"].units, edge.amount) == (21, Decimal("5250.00"))


def test_points_beyond_the_threshold_and_money_rounded_once():
    """58% to 51.5% is 6.5 points, 1.5 past the bar: 1.5 x 333.333 = 499.9995."""
    rest = (
        'test = "absolute_reduction"\nthreshold = 0.05\n'
        'price = { per = "point", beyond = "threshold", amount = 333.333 }'
    )
    base = 'baseline = { kind = "fixed", value = 0.58 }\n'
    made = count("share", "people = 200\nevents = 103")
    for rounding, amount in (
        ("half_up", "500.00"), ("half_even", "500.00"), ("down", "499.99"), ("up", "500.00"),
    ):  # fmt: skip
        text = f'{HEAD}[money]\nrounding = "{rounding}"\n{SHARE}{base}{term("t", "share", rest)}'
        assert settled(text, made).amount == Decimal(amount)
    # 106 of 200 is exactly 5 points: nothing lies beyond the bar, though it is met.
    tie = settled(f"{HEAD}{SHARE}{base}{term('t', 'share', rest)}",
                  count("share", "people = 200\nevents = 106"))  # fmt: skip
    assert (tie["t"].met, tie.amount) == (True, Decimal("0.00"))
    strict = settled(
        f"{HEAD}{SHARE}{base}{term('t', 'share', rest + chr(10) + 'comparison = ' + repr('>'))}",
        count("share", "people = 200\nevents = 106"),
    )
    assert strict["t"].met is False


def test_clawback_only_where_worse_by_more_than_the_margin():
    """Baseline 40%; 10% of GBP 250,000 is 25,000 either way; a rise of 2 points is let pass."""
    text = (
        f'{HEAD}{SHARE}baseline = {{ kind = "fixed", value = 0.40 }}\n'
        + term("t", "share", 'test = "absolute_reduction"\nthreshold = 0.05\n'
               'price = { per = "cohort", share = 0.10 }\n'
               'clawback = { when = "worse", margin = 0.02, share = 0.10 }')
    )  # fmt: skip
    value = "contract_value = 250000"
    for events, amount in ((35, "25000.00"), (36, "0.00"), (42, "0.00"), (43, "-25000.00")):
        found = settled(text, count("share", f"people = 100\nevents = {events}"), value)
        assert found.amount == Decimal(amount), events
    assert found.headline == "By hand, c: GBP 25,000.00 is paid back."


def test_nobody_who_earned_anything_is_no_payment():
    """Everybody was convicted: the term for each person is there and comes to nothing."""
    text = f"{HEAD}{SHARE}" + term(
        "each", "share", 'applies_to = "person"\nprice = { per = "person", amount = 400 }'
    )
    found = settled(text, count("share", "people = 12\nevents = 12"))
    assert (found.amount, found.paid) == (Decimal("0.00"), False)
    assert found.headline == "By hand, c: no payment."


def pooled(own=""):
    text = HEAD + OFTEN + (own or MATCHED) + term(
        "all", "often", 'applies_to = "pooled"\ntest = "relative_reduction"\nthreshold = 0.075\n'
        'price = { per = "cohort", share = 0.5 }'
    ) + term("one", "often", 'test = "relative_reduction"\nthreshold = 0.5')  # fmt: skip
    made = []
    for name, events, last in (("a", 142, "2011-06-30"), ("b", 140, "2012-06-30")):
        base = "" if own else "baseline = { people = 1000, events = 1550 }"
        made.append(parse_counts(
            f'[cohort]\nname = "{name}"\ndata = "synthetic"\nlast_entry = {last}\n'
            "contract_value = 1000000\nclaimed_on = 2013-12-31\n"
            + count("often", f"people = 100\nevents = {events}\n{base}")
        ))  # fmt: skip
    return parse_contract(text), made


@pytest.mark.parametrize("own", ["", 'baseline = { kind = "fixed", value = 1.55 }\n'])
def test_cohorts_added_up(own):
    """282 events of 200 are 1.41; 1 - 1.41 / 1.55 = 9.03%; half of GBP 1,000,000."""
    contract, made = pooled(own)
    together = pooled_counts(contract, made)
    assert str(together.cohort.last_entry) == "2012-06-30"
    assert together.cohort.data == "synthetic"
    found = settle(contract, together)
    assert found["all"].reduction == pytest.approx(0.0903, abs=5e-5)
    assert found.amount == Decimal("500000.00")
    assert not [text for text in found.warnings if "was not checked" in text]


def test_pooled_spread_and_correlation_are_those_of_everybody_together():
    rng = np.random.default_rng(20110402)
    cohorts, pairs = [], []
    for name, n, mean in (("a", 40, 1.0), ("b", 70, 2.5)):
        rates = rng.gamma(1.0, mean, n)
        then, now = rng.poisson(rates), rng.poisson(0.8 * rates)
        pairs.append(np.column_stack([now, then]))
        r = np.corrcoef(now, then)[0, 1]
        cohorts.append(
            parse_counts(
                f'[cohort]\nname = "{name}"\n[[count]]\nmeasure = "often"\npeople = {n}\n'
                f"events = {now.sum()}\nstandard_deviation = {now.std(ddof=1):.12f}\n"
                f"baseline = {{ people = {n}, events = {then.sum()}, "
                f"standard_deviation = {then.std(ddof=1):.12f}, correlation = {r:.12f} }}"
            )
        )
    text = (
        HEAD
        + OFTEN
        + 'baseline = { kind = "own_past" }\n'
        + term("all", "often", 'applies_to = "pooled"\ntest = "relative_reduction"')
        + term("one", "often", 'test = "relative_reduction"\nthreshold = 0.5')
    )
    found = pooled_counts(parse_contract(text), cohorts).of("often")
    whole = np.concatenate(pairs)
    assert float(found.standard_deviation) == pytest.approx(whole[:, 0].std(ddof=1), abs=1e-8)
    assert float(found.baseline.correlation) == pytest.approx(np.corrcoef(whole.T)[0, 1], abs=1e-8)
