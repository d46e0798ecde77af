"""Compared with what: regression to the mean, other people, areas, and published rates.

Every section is absent by default. What is compared is chosen here, before any outcome is seen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from dipoutcomes.protocol.model.section import Flag, Section, Whole

Above = Annotated[Decimal, Field(gt=0)]
EventType = Literal["arrest", "charge", "conviction", "caution", "proven reoffending"]
#: How offending brings people in; each way has a fall of its own that is no effect.
Entry = Literal["at_an_event", "first_event_after_a_date", "count", "not_by_offending"]


class RegressionToMean(Section):
    """What of a fall would have come anyway, because people enter when they offend most."""

    before: str = Field(description="Name of a window.", examples=["12 months before"])
    after: str = Field(description="Name of another window.", examples=["12 to 24 months after"])
    entry: Entry = Field(
        description="What brought people in: one of their events (any of them may), the first "
        "event after a date, a count in the window before, or nothing to do with offending.",
        examples=["at_an_event"],
    )
    count_at_least: Whole | None = Field(
        None,
        ge=1,
        description='For entry = "count": the fewest events in the window before.',
        examples=[4],
    )
    events_per_year: Above | None = Field(
        None,
        description="Mean events per person-year at liberty among people like these who were not "
        "chosen for their offending, from a source; never from the entrants themselves.",
        examples=[2.6],
    )
    shape: Above | None = Field(
        None,
        description="How alike those people are: the shape of the gamma distribution of their "
        "rates (1 / the dispersion of a negative binomial model); small means very different.",
        examples=[1.2],
    )
    source: str = Field(
        "",
        description="Where events_per_year and shape come from.",
        examples=["national extract, people arrested in no particular month"],
    )
    reference: str = Field(
        "",
        description="An attribute that marks people in the records who were not chosen for their "
        "offending, from whom both numbers are estimated instead.",
        examples=["group"],
    )
    reference_value: str = Field(
        "", description="Its value that marks them.", examples=["general population"]
    )
    earlier: str = Field(
        "",
        description="Name of a window before the one before, which the selection did not touch.",
        examples=["24 to 12 months before"],
    )
    resamples: Whole = Field(
        2000, ge=200, le=100_000, description="Times that people are drawn again for the interval."
    )


class OtherPeople(Section):
    """Other people, made comparable before any outcome is looked at."""

    group: str = Field(
        description="Attribute that says who had the intervention.", examples=["group"]
    )
    treated: str = Field(description="Its value for them.", examples=["programme"])
    comparison: str = Field(
        "",
        description="Its value for the others; everybody else if omitted.",
        examples=["no programme"],
    )
    windows: tuple[str, ...] = Field(
        min_length=1,
        description="Names of windows of a fixed length in which offending is compared.",
        examples=[["12 to 24 months after"]],
    )
    covariates: tuple[str, ...] = Field(
        min_length=1,
        description='What must be alike: attributes, "age", "sex" and "events_before", all of '
        "them known when the intervention started.",
        examples=[["age", "sex", "events_before"]],
    )
    numbers: tuple[str, ...] = Field(
        (),
        description="Those of the covariates that are numbers; age and events_before always are.",
        examples=[["previous_convictions"]],
    )
    events_before_months: Annotated[Whole, Field(ge=1)] = Field(
        12, description="For events_before: how many months before the start are counted."
    )
    method: Literal["nearest", "radius", "att_weights", "ate_weights", "overlap", "entropy"] = (
        Field(
            "nearest",
            description="How they are made comparable: the nearest on the propensity score, "
            "everybody within a radius of it (as the Justice Data Lab does), weights from it, or "
            "entropy balancing.",
        )
    )
    exact: tuple[str, ...] = Field(
        (),
        description="Attributes on which a match must agree wholly.",
        examples=[["sex"]],
    )
    caliper: Above = Field(
        Decimal("0.2"),
        description="How far apart matches may be, in standard deviations of the logit of the "
        "score.",
    )
    ratio: Whole = Field(1, ge=1, le=50, description="Others sought for each person.")
    replacement: Flag = Field(
        default=False, description="Whether one of the others may stand for several."
    )
    data_lab: Flag = Field(
        default=False,
        description="Also the tables of the Justice Data Lab, by its rules and thresholds.",
    )
    negative_control: str = Field(
        "",
        description="Name of a window that the intervention cannot have touched and that no "
        "covariate counts: a difference in it is bias.",
        examples=["24 to 12 months before"],
    )
    treated_says: str = Field(
        description="What those in the programme had, for the table of the target trial.",
        examples=["case management and treatment after a positive test"],
    )
    comparison_says: str = Field(
        description="What the others had.", examples=["a positive test and nothing further"]
    )


class Areas(Section):
    """Intensive areas against others, before and after."""

    area: str = Field(description="Attribute that holds the area.", examples=["area"])
    intensive: tuple[str, ...] = Field(
        min_length=1, description="Areas with the intervention.", examples=[["Newport", "Torfaen"]]
    )
    before: str = Field(description="Name of a window.", examples=["12 months before"])
    after: str = Field(description="Name of another window.", examples=["12 to 24 months after"])


class Benchmark(Section):
    """A published rate to set beside a result, with what differs in its definition."""

    says: str = Field(
        min_length=1,
        description="Whose rate, as the report prints it.",
        examples=["drug-misusing offenders in England and Wales, January to March 2008"],
    )
    source: str = Field(
        min_length=1, description="Where it was published.", examples=["Hansard, 25 January 2010"]
    )
    share: Annotated[Decimal, Field(ge=0, le=1)] = Field(
        description="The share with the event, as printed: 61 per cent is 0.61.",
        examples=[0.61],
    )
    people: Whole | None = Field(
        None,
        ge=1,
        description="People it rests on; its own uncertainty is taken from them.",
        examples=[20934],
    )
    window: str = Field(
        "",
        description="For records: name of the window of fixed length that is set beside it.",
        examples=["12 months after"],
    )
    finding: str = Field(
        "",
        description='For kind = "summary": name of the finding set beside it.',
        examples=["not_arrested"],
    )
    finding_counts: Literal["with_event", "without_event"] = Field(
        "with_event",
        description="For a finding: whether its count is of people with the event or without it.",
    )
    finding_event: EventType | None = Field(
        None, description="For a finding: what counts as an event in it.", examples=["arrest"]
    )
    finding_months: Annotated[Whole, Field(ge=1)] | None = Field(
        None,
        description="For a finding: months followed, if the publication says.",
        examples=[12],
    )
    event: EventType = Field(description="What counts as an event there.", examples=["conviction"])
    months: Whole = Field(ge=1, description="Months followed there.", examples=[12])
    differs: tuple[str, ...] = Field(
        min_length=1,
        description="Every way in which its people and definitions differ from this study's.",
        examples=[["convictions, not arrests", "all tested, not only those who finished"]],
    )


class Comparison(Section):
    """Compared with what; each table may be left out."""

    definitions_window: str = Field(
        "",
        description="Name of a window of fixed length in which the same people are counted as "
        "arrested, charged, convicted, proven reoffenders and by occasions in court.",
        examples=["12 months after"],
    )
    regression_to_mean: RegressionToMean | None = None
    other_people: OtherPeople | None = None
    areas: Areas | None = None
    benchmark: tuple[Benchmark, ...] = ()
