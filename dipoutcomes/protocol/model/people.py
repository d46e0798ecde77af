"""Who is in the study, and how people are drawn."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, Strict

from dipoutcomes.protocol.model.section import (
    Flag,
    Section,
    StudyDay,
    Whole,
)


class Cohort(Section):
    """Who is in the study."""

    index_date: Literal["start", "end"] = Field(
        "start", description="The end of the episode from which age is taken and accrual counted."
    )
    accrual_from: StudyDay = Field(
        description="First index date, included.", examples=["2013-04-01"]
    )
    accrual_to: StudyDay = Field(description="Last index date, included.", examples=["2014-03-31"])
    minimum_age: Whole | None = Field(
        None, ge=0, le=120, description="Completed years at the index date.", examples=[18]
    )
    exclude: tuple[Literal["in_custody_at_index_date", "open_episode"], ...] = Field(
        (),
        description="Further reasons to leave a person out.",
        examples=[["in_custody_at_index_date"]],
    )
    untraced: Literal["bounds"] = Field(
        "bounds",
        description="People not found on police records enter best and worst cases, never "
        '"no offence".',
    )
    index_event: Literal["is_index", "latest_on_or_before_start", "none"] = Field(
        "is_index",
        description="Which event brought the person in: the one that the records mark, the latest "
        "on or before the start, or none. It, and events of the same offence, arrest or court "
        "date, are not counted as offending before.",
    )
    index_event_within_days: Whole = Field(
        31,
        ge=0,
        description="For latest_on_or_before_start: how many days before the start it may lie.",
    )
    reentry: Literal["report", "censor"] = Field(
        "report",
        description="What a later episode of the same person does: it is counted and printed, or "
        "it also ends the follow-up.",
    )


class Sample(Section):
    """How people are drawn from the cohort; without this section everybody is taken."""

    design: Literal[
        "simple_random", "stratified", "systematic", "cluster", "proportional_to_size"
    ] = Field(
        "simple_random",
        description="Each person with the same chance; within strata; every so many people of a "
        "list from a random start; everybody of some clusters; or with a chance in proportion to "
        "a size.",
    )
    size: Whole = Field(
        ge=1,
        description='Persons to draw; clusters where design = "cluster"; draws with replacement.',
        examples=[250],
    )
    strata: tuple[str, ...] = Field(
        (),
        description="Attributes whose values make the strata of a stratified draw.",
        examples=[["area"]],
    )
    allocation: Literal["proportional", "neyman", "fixed"] = Field(
        "proportional",
        description="How a stratified draw is spread over the strata: in proportion to them, for "
        "the least variance (from expected spreads or shares), or as stratum_sizes says.",
    )
    minimum_per_stratum: Whole = Field(
        1,
        ge=0,
        description="The fewest persons from each stratum (all of a smaller one). One each is "
        "given up where there are more strata than persons to draw; more than one never.",
    )
    stratum_sizes: dict[str, Annotated[int, Strict(), Field(ge=1)]] = Field(
        default_factory=dict,
        description="Persons to draw from each stratum, by its value (values of several "
        'attributes with ", " between) for a fixed allocation; they add up to size.',
        examples=[{"Newport": 150, "Torfaen": 100}],
    )
    standard_deviations: dict[str, Annotated[Decimal, Field(ge=0)]] = Field(
        default_factory=dict,
        description="Expected standard deviation of the outcome in each stratum, for Neyman's "
        "allocation.",
        examples=[{"Newport": 2.5, "Torfaen": 1.5}],
    )
    expected_shares: dict[str, Annotated[Decimal, Field(ge=0, le=1)]] = Field(
        default_factory=dict,
        description="Expected share with the outcome in each stratum, for Neyman's allocation.",
        examples=[{"Newport": 0.5, "Torfaen": 0.2}],
    )
    cluster: str = Field(
        "", description="Attribute whose values are the clusters.", examples=["hostel"]
    )
    size_measure: str = Field(
        "",
        description="Attribute that holds a number above 0 for each person, to which the chance "
        "is in proportion.",
        examples=["contacts"],
    )
    selection: Literal["sampford", "systematic"] = Field(
        "sampford",
        description="How a sample in proportion to size is drawn: Sampford's way (every pair has "
        "a chance) or systematically (many pairs have none).",
    )
    order_by: str = Field(
        "",
        description="Attribute that orders the list of a systematic draw; by pseudonym if "
        "omitted, which is as good as random.",
        examples=["area"],
    )
    replacement: Flag = Field(
        default=False,
        description="Whether a person may be drawn again. Estimates count each person once.",
    )
    public_number: str = Field(
        "",
        description="A number that nobody could have chosen (a lottery result drawn on a day named "
        "beforehand): the draw's seed is made from it and its source instead of study.seed.",
        examples=["03 11 19 24 41 52"],
    )
    public_number_source: str = Field(
        "",
        description="Where anybody can look it up.",
        examples=["National Lottery Lotto, main numbers of 5 April 2014, in ascending order"],
    )
    request_columns: dict[str, str] = Field(
        default_factory=dict,
        description="What the request workbook tells the police of each person beside the person "
        "id: heading there = heading in the persons file. The mapped date of birth and sex if "
        "omitted.",
        examples=[{"Surname": "Surname", "Forename": "Forename", "Born": "Date of birth"}],
    )
