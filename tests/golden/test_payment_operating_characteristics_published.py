"""Both tables of how often a contract pays, under their own assumptions, and what they leave out.

Table (a): a frequency contract, mean 1.55 events, SD 2.3, ten comparison people each, normal
theory. Table (b): a share against a fixed 58%, bar 5 points, exact binomial. Printed to two
decimals, or to the last digit shown.
"""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from dipoutcomes.payment.contract import parse_contract
from dipoutcomes.payment.operating_characteristics import (
    PaymentDesign,
    PeopleModel,
    Scenario,
    normal_payment_chance,
    operating_characteristics,
)

CONTRACTS = Path(__file__).parents[2] / "protocols" / "contracts"
PEOPLE = PeopleModel.from_sd(1.55, 2.3)

# n: no effect at a 10% bar, no effect at 7.5%, true -10% and -15% at a 10% bar
NORMAL = {
    28: (0.37, 0.40, 0.50, 0.57),
    60: (0.31, 0.35, 0.50, 0.60),
    100: (0.26, 0.31, 0.50, 0.63),
    300: (0.13, 0.20, 0.50, 0.71),
    1000: (0.02, 0.06, 0.50, 0.85),
}
COLUMNS = ((0.0, 0.10), (0.0, 0.075), (0.10, 0.10), (0.15, 0.10))
# n: no effect, no effect but a national fall of two points
BINARY = {
    28: ("0.25", "0.33"),  # 0.325 with the drift: printed 0.33 there
    60: ("0.19", "0.29"),
    100: ("0.18", "0.31"),
    300: ("0.045", "0.16"),
    1000: ("0.001", "0.03"),
}


def contract(name):
    return parse_contract((CONTRACTS / name).read_text(encoding="utf-8"))


def frequency_design(n, bar, **more):
    agreed = contract("peterborough-2010.toml")
    each = agreed.term_named("each_cohort").model_copy(update={"threshold": Decimal(str(bar))})
    moved = agreed.model_copy(update={"term": (each,)})
    return PaymentDesign(contract=moved, n=n, people=PEOPLE, **more)


def binary_design(n, **more):
    people = PeopleModel.from_share(0.58)
    return PaymentDesign(contract=contract("doncaster-2011.toml"), n=n, people=people, **more)


@pytest.mark.parametrize("n", NORMAL)
def test_normal_theory(n):
    found = [
        normal_payment_chance(n, effect, bar, events_per_person=1.55, sd=2.3)
        for effect, bar in COLUMNS
    ]
    assert found == pytest.approx(NORMAL[n], abs=0.005)


def test_overdispersed_counts_of_28_are_not_normal():
    found = [
        operating_characteristics(frequency_design(28, bar), [effect]).rows[0].chance_paid
        for effect, bar in COLUMNS
    ]
    assert found == pytest.approx((0.39, 0.42, 0.53, 0.60), abs=0.005)


def of_a_million(n, effect, bar):
    """Return the share of a million plainly simulated cohorts whose reduction reaches the bar."""
    rng = np.random.default_rng(n)
    k, m = PEOPLE.gamma_shape, PEOPLE.events_per_person
    treated = rng.poisson(rng.gamma(n * k, m * (1 - effect) / k, 1_000_000)) / n
    matched = rng.poisson(rng.gamma(10 * n * k, m / k, 1_000_000)) / (10 * n)
    return np.mean(1 - treated / matched >= bar - 1e-12)


@pytest.mark.parametrize("n", NORMAL)
def test_overdispersed_counts_stand_beside_every_row_of_the_table(n):
    found = [
        operating_characteristics(frequency_design(n, bar), [effect]).rows[0].chance_paid
        for effect, bar in COLUMNS
    ]
    beside = [of_a_million(n, effect, bar) for effect, bar in COLUMNS]
    assert found == pytest.approx(beside, abs=5 * 0.0005)  # five standard errors at a half
    # Without an effect normal theory closes in; with one it keeps the spread, which really falls.
    assert abs(found[0] - NORMAL[n][0]) < (0.025 if n < 100 else 0.01)
    assert found[3] > NORMAL[n][3] + 0.02


@pytest.mark.parametrize("n", BINARY)
def test_exact_binomial(n):
    printed = BINARY[n]
    drift = Scenario(name="national fall", drift=-0.02)
    found = (
        operating_characteristics(binary_design(n), [0.0]).rows[0].chance_paid,
        operating_characteristics(binary_design(n, scenario=drift), [0.0]).rows[0].chance_paid,
    )
    for chance, text in zip(found, printed, strict=True):
        # One unit of the last digit: 0.3248 and 0.0454 are printed 0.33 and 0.045.
        assert abs(chance - float(text)) < 10.0 ** -len(text.split(".")[1])


@pytest.mark.parametrize(("n", "printed"), [(28, 0.45), (100, 0.54)])
def test_a_bar_at_the_true_effect_is_a_coin_toss(n, printed):
    found = operating_characteristics(binary_design(n), [0.05]).rows[0].chance_paid
    assert found == pytest.approx(printed, abs=0.005)
