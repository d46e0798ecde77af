"""What a study of records is paid for: which window is which measure of a contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from dipoutcomes.protocol.model.contract import NotNegative
from dipoutcomes.protocol.model.section import Flag, Section, Slug, StudyDay, Whole


class Group(Section):
    """People of a baseline and what was counted among them: events, or the value alone."""

    people: Whole | None = Field(
        None, ge=1, description="People followed for the whole window.", examples=[1000]
    )
    events: Whole | None = Field(
        None,
        ge=0,
        description="People with an event (a share), or events (a frequency).",
        examples=[1550],
    )
    reoffenders: Whole | None = Field(
        None,
        ge=0,
        description="For a frequency per reoffender: people with at least one event.",
        examples=[580],
    )
    value: NotNegative | None = Field(
        None,
        description="The measure itself, where events are not known: a share as a proportion, a "
        "frequency per person, money, days.",
        examples=[Decimal("1.55")],
    )
    standard_deviation: NotNegative | None = Field(
        None,
        description="Of the events (or days) of single people, for the interval: the events of one "
        "person are not independent.",
        examples=[Decimal("2.3")],
    )
    standard_error: NotNegative | None = Field(
        None,
        description="Of the value, instead of a standard deviation.",
        examples=[Decimal("0.07")],
    )
    assumed: Flag = Field(
        default=False,
        description="The standard deviation or error was assumed, and not counted; printed so.",
    )
    how: str = Field(
        "",
        description="How the value was come by, as a report prints it.",
        examples=["weighted, of 392 matched people"],
    )
    correlation: Annotated[Decimal, Field(ge=-1, le=1)] | None = Field(
        None,
        description="Of a baseline that is the same people before: between a person's value before "
        "and after. Left out, the two are taken as independent, and intervals are too wide.",
        examples=[Decimal("0.3")],
    )


class PaymentMeasure(Section):
    """One measure of the contract, and the window of this study that counts it."""

    name: Slug = Field(description="Its name in the contract.", examples=["free_for_12_months"])
    window: str = Field(
        description="Name of a window that opens at the index date and is as long as the contract "
        "says.",
        examples=["12 months after the start"],
    )
    before: str = Field(
        "",
        description="Where the baseline is the people's own past: name of a window as long that "
        "closes at the index date.",
        examples=["12 months before the start"],
    )
    matched: Flag = Field(
        default=False,
        description="Where the baseline is a matched group: count it among the others of "
        "[comparison.other_people], made comparable as that section says.",
    )
    baseline: Group | None = Field(
        None, description="What it is compared with, where the contract leaves that to each cohort."
    )


class Payment(Section):
    """What a payment contract pays for the people of this study."""

    contract: str = Field(
        min_length=1,
        description="Contract file, from this file's folder.",
        examples=["contracts/drug-recovery-illustration.toml"],
    )
    contract_sha256: str = Field(
        "",
        pattern=r"^([0-9a-f]{64})?$",
        description="Fingerprint of the contract as agreed (`dipoutcomes payment lock` prints it): "
        "a contract that was changed since is then refused.",
    )
    cohort: str = Field("", description="What the cohort is called; the study's title if left out.")
    claimed_on: StudyDay | None = Field(
        None, description="Day of the claim.", examples=["2016-10-14"]
    )
    contract_value: NotNegative | None = Field(
        None, description="Where a price is a share of it.", examples=[1000000]
    )
    measure: tuple[PaymentMeasure, ...] = Field((), description="Which window is which measure.")
