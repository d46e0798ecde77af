"""A published scorecard as data: lines, means, claims and windows, as they are printed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from dipoutcomes.protocol.model.section import Flag, Section, Slug, StudyDay, Whole

#: No programme counts ten thousand million of anything; beyond that it is a slip.
MOST = 10**10
Count = Annotated[Whole, Field(ge=0, le=MOST)]
#: A number that the publication prints, or the id of the line that holds it.
Reference = Count | Slug
#: How the lines of a group make up their total.
Parts = Literal["all", "expected", "some", "overlapping"]
ClaimKind = Literal["share", "majority", "change"]


class Head(Section):
    """Whose figures they are, and of which time."""

    title: str = Field(min_length=1, description="Title of the publication.")
    organisation: str = Field("", description="Who published it.")
    source: str = Field("", description="Where it can be found.")
    period_from: StudyDay | None = Field(None, description="First day that the figures cover.")
    period_to: StudyDay | None = Field(None, description="Last day that the figures cover.")
    published: StudyDay | None = Field(None, description="Day of publication, or of its decision.")
    title_covers_months: Whole | None = Field(
        None, ge=1, description="Months that the title speaks of: 12 for an annual report."
    )
    rounding: Literal["half_up", "half_even", "truncated"] | None = Field(
        None, description="Rule of rounding, if the publication states one; else it is inferred."
    )
    decimals: Whole = Field(
        0, ge=0, le=6, description="Digits after the point of percentages, if a line says nothing."
    )


class Line(Section):
    """One row of the scorecard. A row without count and percentage is printed blank."""

    id: Slug = Field(description="Short name by which other lines refer to it.")
    label: str = Field(min_length=1, description="The words beside the figure, as printed.")
    section: str = Field("", description="Heading that the row stands under.")
    count: Count | None = Field(None, description="The printed count.")
    percent: Annotated[Decimal, Field(ge=0, le=10**7)] | None = Field(
        None, description="The printed percentage; its digits after the point count: 20.0 has one."
    )
    decimals: Whole | None = Field(
        None, ge=0, le=6, description="Digits after the point, where a workbook has lost them."
    )
    of: Reference | None = Field(
        None, description="What the printed words say it is a percentage of; left out if unstated."
    )
    of_words: str = Field("", description="Those words, as printed.")
    unit: str = Field("", description='What is counted: "people", "tests", "mentions".')
    definition: str = Field("", description="The definition printed for the row.")
    definition_unit: str = Field("", description="What the definition counts.")
    part_of: Slug | None = Field(None, description="The line whose count these are parts of.")
    group: str = Field("", description="Name of the set of parts, where a total is split twice.")
    parts: Parts | None = Field(
        None,
        description='"all": presented as adding up to the total (the default); "expected": each '
        'case should have one, though the rows need not be all; "some": apart, others exist; '
        '"overlapping": one case may be in several.',
    )
    at_least: Count | None = Field(
        None, description='For a label such as "12 weeks or more": 12. Read from the label if so.'
    )
    within: Slug | None = Field(
        None, description="A line of people or things of which these must be some."
    )
    people: Reference | None = Field(
        None, description="For mentions: the people who could make them."
    )
    people_supposed: Flag = Field(
        default=False,
        description="Whether the publication does not say that they are those people.",
    )
    most_per_person: Whole | None = Field(
        None, ge=1, description="For mentions: the most that one person can make."
    )
    sample: Flag = Field(
        default=False, description="Whether its base is a sample, so that an interval makes sense."
    )
    described_as: str = Field(
        "", description="What is counted, in common words; rows of one description must agree."
    )
    topic: str = Field("", description="Outcome that several rows give a share of.")
    zero_because: str = Field(
        "", description="Why the definition leaves nothing to count in this row."
    )
    percent_missing: str = Field(
        "", description='What stands in place of a percentage, such as "to be announced".'
    )
    not_shown: str = Field(
        "", description='What stands for a figure that is withheld or does not apply: "*", "<5".'
    )
    window: str = Field("", description="Name of the [[window]] that it gives a figure for.")


class Mean(Section):
    """A printed mean or rate: a total over a number, *per* so many."""

    id: Slug
    label: str = Field(min_length=1)
    printed: Decimal = Field(
        ge=0, le=MOST, description="As printed; its digits after the point count."
    )
    decimals: Whole | None = Field(None, ge=0, le=6)
    of: Reference = Field(description="People, or whatever the total is divided by.")
    total: Reference | None = Field(None, description="The total, if it is printed.")
    per: Whole = Field(1, ge=1, le=10**6, description="100 for a rate per 100.")
    items: Whole = Field(
        1, ge=1, le=1_000, description="Whole-number answers that each person's value holds."
    )
    unit: str = ""


class Claim(Section):
    """A sentence of the publication that rests on a line, or on none."""

    says: str = Field(min_length=1, description="The sentence, in its words or in substance.")
    kind: ClaimKind = "share"
    line: Slug | None = Field(None, description="The line that it rests on.")
    with_line: Slug | None = Field(
        None, description="A line whose count joins it: of the remaining 7, 4 more."
    )
    earlier: Reference | None = Field(
        None, description="For a change: the count before it, or the id of the line that holds it."
    )
    change_percent: Annotated[Decimal, Field(ge=-100, le=10**7)] | None = Field(
        None, description="For a change: as printed, a fall negative; its digits count."
    )
    about: str = Field("", description='Whom it speaks of: "people", where the line has mentions.')
    population: str = Field("", description="The wider group that it speaks of, if it does.")


class Window(Section):
    """A time of follow-up that the publication says it reports."""

    name: str = Field(min_length=1)
    opens_months: Whole = Field(ge=0, description="Months after the end that it opens.")
    proof_months: Whole = Field(
        0, ge=0, description="Further months in which an outcome may be proven."
    )
    follows: Literal["end", "before"] = Field(
        "end", description='"before": a time before the end, which needs no follow-up.'
    )


class Scorecard(Section):
    """A published scorecard, as it is printed."""

    schema_version: Literal[1] = 1
    scorecard: Head
    line: tuple[Line, ...] = Field(min_length=1)
    mean: tuple[Mean, ...] = ()
    claim: tuple[Claim, ...] = ()
    window: tuple[Window, ...] = ()

    @cached_property
    def _by_id(self) -> dict[str, Line]:
        return {line.id: line for line in self.line}

    def __getitem__(self, name: str) -> Line:
        """Return the line called *name*."""
        return self._by_id[name]

    def value(self, reference: int | str | None) -> int | None:
        """Return a number given or referred to; None where it is blank or not stated."""
        if reference is None or isinstance(reference, int):
            return reference
        return self[reference].count

    def digits(self, line: Line | Mean) -> int:
        """Return the digits after the point of a printed figure."""
        if line.decimals is not None:
            return line.decimals
        shown = line.percent if isinstance(line, Line) else line.printed
        if shown is None:
            return self.scorecard.decimals
        exponent = shown.as_tuple().exponent
        written = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        return written if isinstance(line, Mean) else max(written, self.scorecard.decimals)

    def units(self, line: Line | Mean) -> int:
        """Return the printed figure as a whole number of its last digit."""
        shown = line.percent if isinstance(line, Line) else line.printed
        if shown is None:
            raise ValueError(f"line '{line.id}' has no printed figure")
        return int(shown.scaleb(self.digits(line)))

    @property
    def dates(self) -> tuple[date | None, date | None, date | None]:
        """First and last day covered, and the day of publication."""
        head = self.scorecard
        return head.period_from, head.period_to, head.published
