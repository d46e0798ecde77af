"""Contracts and designs that the tests of payment share."""

from decimal import Decimal
from pathlib import Path

from dipoutcomes.payment.contract import parse_contract
from dipoutcomes.payment.operating_characteristics import PaymentDesign, PeopleModel

CONTRACTS = Path(__file__).parents[3] / "protocols" / "contracts"
PEOPLE = PeopleModel.from_sd(1.55, 2.3)

MADE_UP = """
schema_version = 1
[contract]
id = "made-up"
title = "A made-up contract"
standing = "illustration"
{contract}
[money]
{money}
[[measure]]
name = "outcome"
says = "{says}"
kind = "{kind}"
event_type = "conviction"
window_months = 12
baseline = {{ {baseline} }}
[[term]]
name = "bar"
says = "A reduction."
measure = "outcome"
{term}
"""


def made_up(*, kind, baseline, term, contract="", money="", says="the outcome"):
    """Return a contract with one term."""
    text = MADE_UP.format(
        kind=kind, baseline=baseline, term=term, contract=contract, money=money, says=says
    )
    return parse_contract(text)


def share_design(n=100, *, bar="0.05", baseline='kind = "fixed", value = 0.58', more="", **options):
    """Return a design of a share against 58%, a pound for each point beyond the bar's test."""
    term = f'test = "absolute_reduction"\nthreshold = {bar}\n{more}'
    contract = made_up(kind="binary", baseline=baseline, term=term)
    return PaymentDesign(contract=contract, n=n, people=PeopleModel.from_share(0.58), **options)


def frequency_design(
    n=60, *, bar="0.10", baseline='kind = "matched_group"', more="", money="", **options
):
    """Return a design of events per person against a matched group."""
    term = f'test = "relative_reduction"\nthreshold = {bar}\n{more}'
    contract = made_up(kind="frequency_per_person", baseline=baseline, term=term, money=money)
    return PaymentDesign(**({"contract": contract, "n": n, "people": PEOPLE} | options))


def published(name, **options):
    """Return a design of a contract that stands in the project."""
    text = (CONTRACTS / f"{name}.toml").read_text(encoding="utf-8")
    return PaymentDesign(**({"contract": parse_contract(text), "people": PEOPLE} | options))


TIERED = (
    'price = { per = "event_averted", amount = 100, cap = 3000, '
    "tier = [{ at = 0.20, amount = 150 }] }"
)
ONE_SUM = 'price = { per = "cohort", amount = 1000 }'
WITH_CLAWBACK = f'{ONE_SUM}\nclawback = {{ when = "not_met", amount = 400 }}'
VALUE = Decimal(1_000_000)
