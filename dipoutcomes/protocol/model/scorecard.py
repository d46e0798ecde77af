"""The scorecard of a period: which attributes of the records hold what commissioners count."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dipoutcomes.protocol.model.section import Section, StudyDay, Whole

#: In what state somebody completed; the last where the reason does not say.
CompletedHow = Literal["drug_and_crime_free", "crime_free", "drug_free", "state_not_said"]


class Card(Section):
    """The scorecard of a period: how much, how well, and whether anyone is better off."""

    period_from: StudyDay = Field(
        description="First day of the period, included.", examples=["2013-10-01"]
    )
    period_to: StudyDay = Field(description="Last day, included.", examples=["2014-03-31"])
    previous_from: StudyDay | None = Field(
        None,
        description="First day of the last period, for the change since.",
        examples=["2013-04-01"],
    )
    previous_to: StudyDay | None = Field(
        None, description="Its last day, included.", examples=["2013-09-30"]
    )
    extract_holds: Literal["all_episodes", "closures"] = Field(
        description="What the episodes table holds: every episode that was open at some time in "
        "the periods, or only those that closed in the accrual dates of [cohort]. Of closures "
        "alone neither referrals nor a caseload can be counted.",
        examples=["all_episodes"],
    )
    area: str = Field("", description="Attribute that holds the area.", examples=["area"])
    iom: str = Field(
        "",
        description="Attribute that says who is managed as a prolific offender.",
        examples=["iom"],
    )
    referral_source: str = Field(
        "", description="Attribute that says who referred.", examples=["referral_source"]
    )
    test_result: str = Field(
        "",
        description="Attribute with the result of the drug test; blank: no test is recorded.",
        examples=["test_result"],
    )
    assessed_on: str = Field(
        "", description="Attribute with the day of assessment.", examples=["assessed_on"]
    )
    care_plan_on: str = Field(
        "", description="Attribute with the day of the care plan.", examples=["care_plan_on"]
    )
    engaged_on: str = Field(
        "",
        description="Attribute with the day on which treatment began.",
        examples=["engaged_on"],
    )
    prescribed: str = Field(
        "", description="Attribute that says who was prescribed.", examples=["prescribed"]
    )
    yes: tuple[str, ...] = Field(
        ("Y", "Yes"), min_length=1, description="What iom and prescribed say for yes."
    )
    no: tuple[str, ...] = Field(
        ("N", "No"),
        description="What they say for no. A blank is not recorded; any other word is refused.",
    )
    interventions: str = Field(
        "",
        description="Attribute with the number of brief interventions of an episode.",
        examples=["brief_interventions"],
    )
    signposted: str = Field(
        "",
        description="Attribute with how many of them were signposting to other services.",
        examples=["signposted"],
    )
    modality: str = Field(
        "", description="Attribute with the kind of treatment.", examples=["modality"]
    )
    weeks: tuple[Annotated[Whole, Field(ge=1)], ...] = Field(
        (12, 24),
        min_length=1,
        description="Where the bands of weeks in treatment begin after the first, half-open: 12 "
        "and 24 make 0-11, 12-23 and 24 or more.",
    )
    closure_reason: str = Field(
        "", description="Attribute with the reason of closure.", examples=["closure_reason"]
    )
    completed: dict[str, CompletedHow] = Field(
        default_factory=dict,
        description="Reasons that are a completion, each with the state it says.",
        examples=[{"Completed, drug and crime free": "drug_and_crime_free"}],
    )
    disengaged: tuple[str, ...] = Field(
        (), description="Reasons that are a disengagement.", examples=[["Dropped out"]]
    )
    primary_drug: str = Field(
        "", description="Attribute with the primary drug.", examples=["main_drug"]
    )
    further_drugs: tuple[str, ...] = Field(
        (),
        description="Attributes with further drugs, for mentions; kept apart from the primary one.",
        examples=[["second_drug", "third_drug"]],
    )
    positive_outcomes: str = Field(
        "",
        description="Attribute with the number of positive outcomes recorded at closure.",
        examples=["positive_outcomes"],
    )
    outcome_window: str = Field(
        "",
        description="Name of a window of fixed length: of the people followed in it, how many had "
        "no event.",
        examples=["12 to 24 months after"],
    )

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """Keys that name an attribute, each with the attribute, those left out among them ("")."""
        single = (
            "area", "iom", "referral_source", "test_result", "assessed_on", "care_plan_on",
            "engaged_on", "prescribed", "interventions", "signposted", "modality",
            "closure_reason", "primary_drug", "positive_outcomes",
        )  # fmt: skip
        found = [(key, str(getattr(self, key))) for key in single]
        return (*found, *(("further_drugs", name) for name in self.further_drugs))
