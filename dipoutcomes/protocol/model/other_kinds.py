"""Studies without person-level records: durations, and published counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from dipoutcomes.protocol.model.section import (
    Flag,
    Section,
    Slug,
    Whole,
)
from dipoutcomes.protocol.model.survival import Weights


class TimeToEvent(Section):
    """A table of durations with no calendar: no dates are invented."""

    file: str = Field(
        min_length=1,
        description='Relative to the protocol; "package:lifelines/datasets/rossi.csv" reads a file '
        "that an installed package brings.",
        examples=["package:lifelines/datasets/rossi.csv"],
    )
    sheet: str | None = Field(
        None, description="Sheet of a workbook; the first if omitted.", examples=["Sheet1"]
    )
    duration: str = Field(
        description="Column of the time to the event or to the end of follow-up.",
        examples=["week"],
    )
    event: str = Field(
        description="Column of 0 and 1 that says whether the event was seen.", examples=["arrest"]
    )
    event_when: Literal["0", "1"] = Field(
        "1", description='"0" where the column says "censored", so that 0 is an event.'
    )
    group: str = Field("", description="Column of the groups compared.", examples=["fin"])
    group_labels: dict[str, str] = Field(
        default_factory=dict,
        description="Code of each group = its name; the first is the reference.",
        examples=[{"0": "no financial aid", "1": "financial aid"}],
    )
    randomised: Flag = Field(default=False, description="Whether chance decided the groups.")
    time_unit: Literal["days", "weeks", "months", "years"] = Field(
        description="Unit of the durations.", examples=["weeks"]
    )
    horizon: Whole = Field(
        ge=1, description="Time at which shares are compared, in time_unit.", examples=[52]
    )
    report_at: tuple[Annotated[Whole, Field(ge=1)], ...] = Field(
        (), description="Further times printed, in time_unit.", examples=[[13, 26, 39]]
    )
    cause: str = Field(
        "",
        description="Column of what came first: 0 where nothing did, else a code of cause_labels.",
        examples=["cause"],
    )
    cause_labels: dict[str, str] = Field(
        default_factory=dict,
        description="Code of each cause = its name; the first is the event that the event column "
        "marks, the others compete with it.",
        examples=[{"1": "arrest", "2": "death"}],
    )
    bands: Flag = Field(
        default=False, description="Limits that hold the whole curve at once, beside it."
    )
    weights: Weights = Field(
        "log_rank",
        description="A second log-rank test with these weights, chosen before the outcomes are "
        'seen; "log_rank": none beside the plain one.',
    )
    event_says: str = Field(description='What happened, as in "arrested".', examples=["arrested"])
    persons_say: str = Field(
        "persons", description='Who, as in "released prisoners".', examples=["released prisoners"]
    )


class Frame(Section):
    """A population that the published sample may have been drawn from."""

    says: str = Field(
        min_length=1,
        description='As in "closures in the half year".',
        examples=["closures in the half year"],
    )
    size: Whole = Field(ge=1, description="Persons in it.", examples=[210])
    stated: Flag = Field(
        default=False, description="Whether the publication itself names this frame."
    )


class Finding(Section):
    """One published count of a base."""

    name: Slug = Field(
        description="Short name, unique in the protocol: small letters, digits, hyphens and "
        "underscores.",
        examples=["not_arrested"],
    )
    says: str = Field(
        min_length=1,
        description='As in "had not been arrested since the end of treatment".',
        examples=["had not been arrested since the end of treatment"],
    )
    base_says: str = Field(
        min_length=1, description='As in "sampled clients".', examples=["sampled clients"]
    )
    count: Whole = Field(ge=0, description="Persons with it.", examples=[21])
    base: Whole = Field(ge=1, description="Persons asked of.", examples=[28])
    printed_percent: Decimal | None = Field(
        None,
        ge=0,
        le=100,
        description="The percentage as printed, right or wrong.",
        examples=[75],
    )
    claim: str = Field(
        "",
        description="The publication's sentence, quoted.",
        examples=["three quarters had not been arrested"],
    )
    claim_is_verbatim: bool = Field(
        default=True, description="False where the claim is given in substance, not word for word."
    )
    claim_refused_because: str = Field(
        "",
        description="Why the data do not support the claim.",
        examples=["The sample is small and its frame is not stated."],
    )
    missing_information: tuple[str, ...] = Field(
        (),
        description="What the publication does not say and a reader would need.",
        examples=[["the dates between which the clients left"]],
    )
    frame: tuple[Frame, ...] = Field(
        (), description="Populations that the sample may have come from, one table each."
    )
    part_of: str = Field(
        "",
        description="Name of the finding whose other part (base less count) is the base here.",
        examples=["another_finding"],
    )
