"""What must hold of any contract: monotone in the truth, chances add up, money balances."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes.payment.operating_characteristics import (
    PeopleModel,
    best_threshold,
    operating_characteristics,
    payment_distribution,
)

_spec = importlib.util.spec_from_file_location(
    "payment_designs", Path(__file__).parents[1] / "unit" / "payment" / "payment_designs.py"
)
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)

people = st.builds(
    PeopleModel,
    events_per_person=st.floats(0.3, 4.0),
    gamma_shape=st.sampled_from([0.3, 0.64, 1.0, 3.0, float("inf")]),
)
sizes = st.integers(1, 80)
prices = st.sampled_from([made.ONE_SUM, made.TIERED, made.WITH_CLAWBACK])


@settings(max_examples=25)
@given(n=sizes, who=people, price=prices, bar=st.sampled_from(["0.0", "0.05", "0.10", "0.25"]))
def test_a_larger_true_effect_is_paid_more_often_and_money_balances(n, who, price, bar):
    design = made.frequency_design(n, people=who, more=price, bar=bar)
    found = operating_characteristics(design, np.linspace(-0.2, 0.6, 9))
    assert np.all(np.diff(found.chance_paid) >= -1e-9)
    assert np.all((found.chance_paid >= 0) & (found.chance_paid <= 1))
    for row in found.rows:
        assert row.overpayment >= 0
        assert row.underpayment >= 0
        total = row.deserved + row.overpayment - row.underpayment
        assert row.expected_payment == pytest.approx(total, rel=1e-8, abs=1e-6)
    paid = [row.expected_payment for row in found.rows]
    assert np.all(np.diff(paid) >= -1e-6)


@settings(max_examples=25)
@given(n=sizes, share=st.floats(0.05, 0.9), effect=st.floats(-0.05, 0.04), price=prices)
def test_the_distribution_is_one_and_its_mean_is_the_expected_payment(n, share, effect, price):
    price = price.replace("event_averted", "person_averted")
    design = made.share_design(n, more=price).replace(people=PeopleModel.from_share(share))
    spread = payment_distribution(design, effect)
    row = operating_characteristics(design, [effect]).rows[0]
    assert spread.chance.sum() == pytest.approx(1)
    assert np.all(np.diff(spread.amount) > 0)
    assert spread.expected == pytest.approx(row.expected_payment, rel=1e-8, abs=1e-6)
    assert spread.share_paid_back == pytest.approx(row.chance_paid_back, abs=1e-9)


@settings(max_examples=15)
@given(n=st.integers(20, 80), who=people)
def test_a_higher_bar_lessens_one_risk_and_raises_the_other(n, who):
    found = best_threshold(made.frequency_design(n, people=who), 0.2, commissioner_risk=0.45)
    assert np.all(np.diff(found.commissioner_risk) <= 1e-9)
    assert np.all(np.diff(found.provider_risk) >= -1e-9)
