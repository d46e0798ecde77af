"""The sections of a protocol: what an evaluator promised, as frozen and checked values.

Every key a protocol file may hold is a field here, with its meaning; the template and the JSON
Schema are made from these descriptions. Decimals stay decimals, so that a protocol's canonical
text, and with it its hash, has one form.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Level = Annotated[Decimal, Field(gt=0, lt=1)]
StudyKind = Literal["records", "summary", "time_to_event"]
DataKind = Literal["real", "synthetic", "published", "public"]


class Section(BaseModel):
    """A table of the protocol file: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Study(Section):
    """What the study is."""

    id: Slug = Field(description="Short name of the study; names its output folder.")
    kind: StudyKind = Field(
        description='"records" (people, episodes, events), "summary" (published counts) or '
        '"time_to_event" (durations with no calendar).'
    )
    title: str = Field(min_length=3, description="Title of the write-up.")
    data: DataKind = Field(
        description='"real", "synthetic" (made-up people, labelled on every page), "published" '
        '(printed aggregates) or "public" (public teaching data).'
    )
    data_note: str = Field("", description="Where the data come from, as the report prints it.")
    organisation: str = Field("", description="Who publishes the write-up.")
    seed: int = Field(0, ge=0, description="Every random stream of the study derives from it.")
    last_offence_date: date | None = Field(
        None, description="Last day on which an offence is counted, inclusive."
    )
    extract_date: date | None = Field(None, description="Day on which the records were taken.")


class TableSource(Section):
    """Where one table of the records comes from and what its columns are called there."""

    file: str = Field(
        description="CSV, Excel or Parquet file, or DuckDB/SQLite database; relative to the protocol."
    )
    sheet: str | None = Field(None, description="Sheet of a workbook; the first if omitted.")
    table: str | None = Field(None, description="Table of a database file.")
    header_row: int = Field(1, ge=1, description="Row of the sheet or file that has the headings.")
    delimiter: str = Field(",", min_length=1, max_length=1, description="Of a CSV file.")
    encoding: str | None = Field(None, description="Overrides records.encoding for this table.")
    date_formats: tuple[str, ...] | None = Field(
        None, description="Overrides records.date_formats for this table."
    )
    columns: dict[str, str] = Field(
        description="The toolkit's name of each column = the heading in the file."
    )
    attributes: dict[str, str] = Field(
        default_factory=dict,
        description="Further columns to keep (area, referral source ...): name = heading.",
    )
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="Codes of the file translated to the toolkit's words, column by column.",
    )


class Records(Section):
    """The files that hold the people, and how to read them."""

    persons: TableSource
    episodes: TableSource
    events: TableSource
    custody: TableSource | None = None
    exits: TableSource | None = None
    linkage: TableSource | None = None
    pseudonym_key: str = Field(
        "demonstration",
        description="File that holds the secret key for pseudonyms, outside the output folder; "
        '"demonstration" (a fixed public key) only for synthetic or published data.',
    )
    maximum_reject_percent: Decimal = Field(
        Decimal("2"),
        ge=0,
        le=100,
        description="More rejected rows than this, in any table, stops the run.",
    )
    encoding: str = Field("utf-8-sig", description="Of the CSV files; said, not guessed.")
    date_formats: tuple[str, ...] = Field(
        ("%Y-%m-%d",),
        min_length=1,
        description="Formats of dates written as text, tried in this order and counted.",
    )
    missing: tuple[str, ...] = Field(
        ("", "NA", "N/A", "NULL", "null", "None", "-", "not known"),
        description="Texts that stand for a missing value.",
    )
    open_ended_dates: tuple[date, ...] = Field(
        (), description="Far dates that stand for 'still open', such as 2099-12-31."
    )


class Cohort(Section):
    """Who is in the study."""

    index_date: Literal["start", "end"] = Field(
        "start", description="The end of the episode from which age is taken and accrual counted."
    )
    accrual_from: date = Field(description="First index date, included.")
    accrual_to: date = Field(description="Last index date, included.")
    minimum_age: int | None = Field(None, ge=0, le=120, description="Years at the index date.")
    exclude: tuple[Literal["in_custody_at_index_date", "open_episode"], ...] = Field(
        (), description="Further reasons to leave a person out."
    )
    untraced: Literal["bounds"] = Field(
        "bounds",
        description="People not found on police records enter best and worst cases, never "
        '"no offence".',
    )
    index_event: Literal["is_index", "latest_on_or_before_start", "none"] = Field(
        "is_index",
        description="Which event brought the person in; it, and events of the same court date, "
        "are not counted as offending before.",
    )
    index_event_within_days: int = Field(
        31,
        ge=0,
        description="For latest_on_or_before_start: how far before the start it may lie.",
    )
    reentry: Literal["report", "censor"] = Field(
        "report", description="What a later episode of the same person does to the follow-up."
    )


class Sample(Section):
    """How people are drawn from the cohort; without this section everybody is taken."""

    design: Literal["simple_random", "stratified"] = "simple_random"
    size: int = Field(ge=1, description="Persons to draw.")
    strata: tuple[str, ...] = Field((), description="Attributes whose values make the strata.")


class Outcome(Section):
    """What counts as an event."""

    measure: Literal["arrest", "charge", "conviction", "caution", "proven reoffending"] = Field(
        description="Six different outcomes are never mixed; each is counted by its own date."
    )
    waiting_period_months: int = Field(
        0,
        ge=0,
        le=60,
        description="Further time for an offence in a window to be proven (6 for proven "
        "reoffending).",
    )
    exclude_days_in_custody: bool = Field(
        True, description="A day in custody is not a day at risk."
    )


class Bound(Section):
    """A date counted in calendar months and days from one end of the intervention."""

    at: Literal["start", "end", "last_offence_date"]
    months: int = Field(0, ge=-600, le=600)
    days: int = Field(0, ge=-20000, le=20000)


class Window(Section):
    """A half-open period [opens, closes): the closing date is the first day outside it."""

    name: str = Field(min_length=1, description="As the report prints it.")
    opens: Bound = Field(description="First day inside.")
    closes: Bound = Field(
        description='First day outside; { at = "last_offence_date" } runs to '
        "the last day counted, that day included."
    )
    band: bool = Field(False, description="One of the disjoint bands that add up.")

    @property
    def open_ended(self) -> bool:
        """Whether the window runs to the last offence date."""
        return self.closes.at == "last_offence_date"

    @property
    def fixed_length(self) -> bool:
        """Whether everybody's window is equally long (in calendar months)."""
        return self.opens.at == self.closes.at and not self.open_ended

    @property
    def span(self) -> tuple[int, int] | None:
        """Months and days from opening to closing, where everybody's are the same."""
        if not self.fixed_length:
            return None
        return self.closes.months - self.opens.months, self.closes.days - self.opens.days


class Contrast(Section):
    """Two windows of the same people to set against each other."""

    before: str = Field(description="Name of a window.")
    after: str = Field(description="Name of another window.")


class Analysis(Section):
    """How sure, and what is compared."""

    confidence_level: Level = Decimal("0.95")
    proportion_interval: str = Field(
        "wilson", description="Method for a share of persons; see `dipoutcomes interval --methods`."
    )
    finite_population: bool = Field(
        True, description="Use the known size of the frame when a sample was drawn from it."
    )
    rate_interval: Literal["person_robust", "negative_binomial", "garwood"] = Field(
        "person_robust",
        description="Offending differs between people: a Poisson (Garwood) interval is too short.",
    )
    contrast: tuple[Contrast, ...] = Field((), description="Before against after, same people.")


class TimeToFirst(Section):
    """Time to the first event after the intervention."""

    origin: Literal["start", "end"] = Field("end", description="Where the clock starts.")
    report_at_months: tuple[int, ...] = (3, 6, 12)
    maximum_months: int = Field(24, ge=1, description="Where the curve stops.")
    group: str = Field("", description="An attribute; one curve for each of its values.")


class TimeToEvent(Section):
    """A table of durations with no calendar: no dates are invented."""

    file: str = Field(
        description='Relative to the protocol; "package:lifelines/datasets/rossi.csv" reads a file '
        "that an installed package brings."
    )
    sheet: str | None = None
    duration: str = Field(description="Column of the time to the event or to the end of follow-up.")
    event: str = Field(description="Column that is 1 where the event was seen, else 0.")
    group: str = Field("", description="Column of the groups compared.")
    group_labels: dict[str, str] = Field(
        default_factory=dict,
        description="Code of each group = its name; the first is the reference.",
    )
    randomised: bool = Field(False, description="Whether chance decided the groups.")
    time_unit: Literal["days", "weeks", "months", "years"]
    horizon: int = Field(ge=1, description="Time at which shares are compared, in time_unit.")
    report_at: tuple[int, ...] = Field((), description="Further times printed, in time_unit.")
    event_says: str = Field(description='What happened, as in "was arrested".')
    persons_say: str = Field("persons", description='Who, as in "released prisoners".')


class Frame(Section):
    """A population that the published sample may have been drawn from."""

    says: str = Field(description='As in "closures in the half year".')
    size: int = Field(ge=1)
    stated: bool = Field(False, description="Whether the publication itself names this frame.")


class Finding(Section):
    """One published count of a base."""

    name: Slug
    says: str = Field(description='As in "had not been arrested since the end of treatment".')
    base_says: str = Field(description='As in "sampled clients".')
    count: int = Field(ge=0)
    base: int = Field(ge=1)
    printed_percent: Decimal | None = Field(None, description="The percentage as printed.")
    claim: str = Field("", description="The publication's sentence, quoted.")
    claim_refused_because: str = Field("", description="Why the data do not support the claim.")
    missing_information: tuple[str, ...] = Field(
        (), description="What the publication does not say and a reader would need."
    )
    frame: tuple[Frame, ...] = ()
    part_of: str = Field("", description="Name of the finding whose other part is the base here.")


class Disclosure(Section):
    """What may leave the secure side."""

    protect: bool = True
    suppress_below: int = Field(
        10,
        ge=2,
        le=100,
        description="A count of persons from 1 to one less than this is withheld in the release copy.",
    )
    reason: str = Field("", description="Printed; required where protect = false.")


class Report(Section):
    """Words of the author that go into the write-up."""

    background: str = Field("", description="A paragraph printed at the front.")
    limits: tuple[str, ...] = Field(
        (), description="Further limits of the evidence, a sentence each."
    )


class Amendment(Section):
    """A change made after the protocol was locked, declared with its date and reason."""

    date: date
    key: str = Field(description='The key changed, as in "outcome.waiting_period_months".')
    reason: str = Field(min_length=10)


class Protocol(Section):
    """A study as agreed."""

    schema_version: Literal[1]
    study: Study
    records: Records | None = None
    cohort: Cohort | None = None
    sample: Sample | None = None
    outcome: Outcome | None = None
    window: tuple[Window, ...] = ()
    time_to_first: TimeToFirst | None = None
    time_to_event: TimeToEvent | None = None
    finding: tuple[Finding, ...] = ()
    analysis: Analysis = Analysis()
    disclosure: Disclosure = Disclosure()
    report: Report = Report()
    amendment: tuple[Amendment, ...] = ()
