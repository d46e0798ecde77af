"""Time to re-offending: how soon, what came first, how often again, for whom, and for whom never.

Every section but `TimeToFirst` is new to a study only if the protocol has it, and every key of
`TimeToFirst` that asks for more than a curve is left out by default.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dipoutcomes.protocol.model.section import Flag, Section, Whole

Months = Annotated[Whole, Field(ge=1)]
Origin = Literal["start", "end"]
#: Events after which the one of interest cannot happen any more; kinds of the exits table.
Competing = Literal["death", "left_country"]
#: What a difference between groups counts at a time, in a test over the whole follow-up.
Weights = Literal["log_rank", "gehan_breslow", "tarone_ware", "peto_peto", "early", "late"]


class TimeToFirst(Section):
    """Time to the first event after the intervention."""

    origin: Origin = Field("end", description="Where the clock starts.")
    report_at_months: tuple[Months, ...] = Field(
        (3, 6, 12), description="Months at which the curve is printed."
    )
    maximum_months: Whole = Field(24, ge=1, description="Months at which the curve stops.")
    group: str = Field(
        "",
        description='An attribute, or "sex"; one curve for each of its values.',
        examples=["area"],
    )
    competing: tuple[Competing, ...] = Field(
        (),
        description="What ends the chance of the event for good, from the exits table: the share "
        "for whom each came first is given, with the naive share beside it. Others who leave "
        "count while they were followed.",
        examples=[["death", "left_country"]],
    )
    mean_time_months: Months | None = Field(
        None,
        description="Months over which the mean time free of the event is taken (and, with "
        "competing, the mean time lost to each).",
        examples=[12],
    )
    bands: Flag = Field(
        default=False, description="Limits that hold the whole curve at once, beside it."
    )
    still_free_months: tuple[Months, ...] = Field(
        (),
        description='Months stayed free of the event, for "of those free for 6 months, how many '
        'have it in the next 6": the same length ahead.',
        examples=[[6]],
    )
    compare: Weights | Literal["none"] = Field(
        "none",
        description="How the groups are compared: the weights of the log-rank test, chosen before "
        'the outcomes are seen ("log_rank": alike at every event; "gehan_breslow", "tarone_ware", '
        '"peto_peto" and "early" look early, "late" looks late). With it come differences at '
        'each month and, with competing, Gray\'s test. "none": curves alone.',
    )
    reference: str = Field(
        "",
        description="The value of group that the others are compared with; the first in the order "
        "of the alphabet if omitted.",
        examples=["Newport"],
    )


class Repeated(Section):
    """How often: the mean number of events per person, custody out of the risk set."""

    origin: Origin = Field("end", description="Where the clock starts.")
    report_at_months: tuple[Months, ...] = Field(
        (6, 12), min_length=1, description="Months at which the mean is printed."
    )
    maximum_months: Whole = Field(24, ge=1, description="Months at which the curve stops.")
    group: str = Field(
        "",
        description='An attribute, or "sex"; one curve for each of its values.',
        examples=["area"],
    )
    compare: Flag = Field(
        default=False, description="Whether the groups are tested and their means compared."
    )
    reference: str = Field(
        "",
        description="The value of group that the others are compared with; the first in the order "
        "of the alphabet if omitted.",
        examples=["Newport"],
    )


class Regression(Section):
    """For whom sooner: hazard ratios of the first event, on what was known at the start."""

    model: Literal["cox"] = Field(
        "cox",
        description="Cox regression; where events compete, Fine-Gray regression stands beside it.",
    )
    covariates: tuple[str, ...] = Field(
        min_length=1,
        description="Attributes (columns of the table, for time_to_event), and of records also "
        '"age" (in years at the index date), "sex" and "events_before".',
        examples=[["age", "sex", "events_before", "area"]],
    )
    numbers: tuple[str, ...] = Field(
        (),
        description="Those of the covariates that are numbers, so that the ratio is for one more; "
        "age and events_before always are. A column of 0 and 1 may stand here too.",
        examples=[["contacts"]],
    )
    labels: dict[str, str] = Field(
        default_factory=dict,
        description="Name of a covariate = as the report prints it.",
        examples=[{"prio": "earlier convictions"}],
    )
    reference: dict[str, str] = Field(
        default_factory=dict,
        description="Name of a category = the value that the others are compared with; the first "
        "in the order of the alphabet if omitted.",
        examples=[{"area": "Newport"}],
    )
    events_before_months: Months = Field(
        12, description="For events_before: how many months before the start are counted."
    )
    ties: Literal["efron", "breslow"] = Field(
        "efron", description="How events of one day enter the likelihood."
    )
    ratio_may_change_with: Literal["km", "rank", "log", "identity"] = Field(
        "km",
        description="What of time the test of constant ratios looks along: the share with the "
        "event so far, the rank of the time, its log, or itself. Chosen before the outcomes are "
        "seen.",
    )


class Landmark(Section):
    """Who stayed against who left, from a time at which both are known."""

    month: Whole = Field(
        ge=0,
        description="Months from the start of the intervention at which the groups are fixed and "
        "the clock starts. 0 compares from the start, and is refused where the groups are known "
        "only later.",
        examples=[3],
    )
    exposure: str = Field(
        description='"still_in_treatment" at the landmark, "weeks_in_treatment" (at least as many '
        "as weeks says, by the landmark), or an attribute.",
        examples=["still_in_treatment"],
    )
    weeks: Months | None = Field(
        None, description="For weeks_in_treatment: how many.", examples=[12]
    )
    value: str = Field(
        "",
        description="For an attribute: the value that makes somebody one of the first group.",
        examples=["completed"],
    )
    known_at: Origin = Field(
        "end",
        description="For an attribute: whether it is known at the start of the intervention or "
        "only at its end, as completing is.",
    )
    says: str = Field(
        "",
        description="What the first group is, as the report prints it.",
        examples=["still in treatment"],
    )
    report_at_months: tuple[Months, ...] = Field(
        (6, 12),
        min_length=1,
        description="Months after the landmark at which the groups are compared.",
    )
    maximum_months: Whole = Field(
        24, ge=1, description="Months after the landmark at which the curves stop."
    )


class Desistance(Section):
    """For whom never: split-population models with a Weibull and a lognormal tail side by side."""

    origin: Origin = Field("end", description="Where the clock starts.")
    maximum_months: Whole = Field(
        120,
        ge=1,
        description="Months at which follow-up is cut: as long as the records allow, for a share "
        "that never has the event is a matter of the longest follow-up.",
    )
