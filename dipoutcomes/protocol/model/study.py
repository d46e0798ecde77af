"""What the study is, what may be released, and the author's words."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from dipoutcomes.protocol.model.section import (
    DataKind,
    Day,
    Flag,
    Section,
    Slug,
    StudyDay,
    StudyKind,
    Whole,
)


class Study(Section):
    """What the study is."""

    id: Slug = Field(
        description="Short name of the study; names its output folder. Small letters, digits, "
        "hyphens and underscores.",
        examples=["my-study"],
    )
    kind: StudyKind = Field(
        description='"records" (people, episodes, events), "summary" (published counts) or '
        '"time_to_event" (durations with no calendar).',
        examples=["records"],
    )
    title: str = Field(
        min_length=3,
        description="Title of the write-up.",
        examples=["Arrests before, during and after Drug Interventions Programme contact"],
    )
    data: DataKind = Field(
        description='"real", "synthetic" (made-up people, labelled on every page), "published" '
        '(printed aggregates) or "public" (public teaching data).',
        examples=["synthetic"],
    )
    data_note: str = Field(
        "",
        description="Where the data come from, as the report prints it.",
        examples=["Made-up people; see synthetic/ for the recipe."],
    )
    organisation: str = Field(
        "",
        description="Who publishes the write-up.",
        examples=["Office of the Police and Crime Commissioner"],
    )
    seed: Whole = Field(
        0,
        ge=0,
        description="Every random stream of the study derives from it.",
        examples=[20140401],
    )
    records_from: StudyDay | None = Field(
        None,
        description="First day from which the records are complete; a window that opens earlier "
        "is refused, for nobody could be seen there.",
        examples=[date(2010, 4, 1)],
    )
    last_offence_date: StudyDay | None = Field(
        None,
        description="Last day on which an offence is counted, inclusive. Needed for records.",
        examples=["2016-03-31"],
    )
    extract_date: StudyDay | None = Field(
        None,
        description="Day on which the records were taken. Needed for records.",
        examples=["2016-10-14"],
    )


class Disclosure(Section):
    """What may leave the secure side."""

    protect: Flag = Field(
        default=True,
        description="Make a release copy under disclosure control. May be false for synthetic, "
        "published or public data, with a reason.",
    )
    suppress_below: Whole = Field(
        10,
        ge=2,
        le=100,
        description="A count of persons from 1 to one less than this is withheld in the release "
        "copy.",
    )
    reason: str = Field(
        "",
        description="Printed; required where protect = false.",
        examples=["Made-up people: there is nobody to protect."],
    )


class Report(Section):
    """Words of the author that go into the write-up."""

    background: str = Field(
        "",
        description="A paragraph printed at the front.",
        examples=["The programme offers treatment to people tested on arrest."],
    )
    limits: tuple[str, ...] = Field(
        (),
        description="Further limits of the evidence, a sentence each.",
        examples=[["Arrests outside the force area were not searched for."]],
    )


class Amendment(Section):
    """A change made after the protocol was locked, declared with its date and reason."""

    date: Day = Field(description="Day on which the change was agreed.", examples=["2016-11-02"])
    key: str = Field(
        min_length=1,
        description='The key changed, as in "outcome.waiting_period_months"; a section alone '
        "declares everything in it.",
        examples=["outcome.waiting_period_months"],
    )
    reason: str = Field(
        min_length=10,
        description="Why, in at least ten characters.",
        examples=["Courts in the area were closed for two months."],
    )
