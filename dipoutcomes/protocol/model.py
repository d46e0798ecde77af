"""The sections of a protocol: what an evaluator promised, as frozen and checked values.

Every key a protocol file may hold is a field here, with its meaning; the template and the JSON
Schema are made from these descriptions and examples. Decimals stay decimals, so that a protocol's
canonical text, and with it its hash, has one form.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
# A level below one half is a slip: 0.05 for 0.95. One nearer to 1 than this is 1 to a computer.
Level = Annotated[Decimal, Field(ge=Decimal("0.5"), le=Decimal("0.9999"))]
# Strict: `true` is no number, 20130401 is no date, and "yes" is neither true nor false.
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Day = Annotated[date, Strict()]
# 2105 for 2015 is a slip too, and people would count as followed until then.
StudyDay = Annotated[Day, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
StudyKind = Literal["records", "summary", "time_to_event"]
DataKind = Literal["real", "synthetic", "published", "public"]


class Section(BaseModel):
    """A table of the protocol file: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


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


class TableSource(Section):
    """Where one table of the records comes from and what its columns are called there."""

    file: str = Field(
        min_length=1,
        description="CSV, Excel or Parquet file, or DuckDB or SQLite database; the path is "
        "relative to the protocol.",
        examples=["persons.csv"],
    )
    sheet: str | None = Field(
        None, description="Sheet of a workbook; the first if omitted.", examples=["Clients"]
    )
    table: str | None = Field(None, description="Table of a database file.", examples=["clients"])
    header_row: Whole = Field(
        1, ge=1, description="Row of the sheet or file that has the headings."
    )
    delimiter: str = Field(
        ",", min_length=1, max_length=1, description="Sign between the cells of a CSV file."
    )
    encoding: str | None = Field(
        None, description="Overrides records.encoding for this table.", examples=["cp1252"]
    )
    date_formats: tuple[str, ...] | None = Field(
        None,
        description="Overrides records.date_formats for this table.",
        examples=[["%d/%m/%Y"]],
    )
    columns: dict[str, str] = Field(
        min_length=1,
        description="The toolkit's name of each column = the heading in the file.",
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

    persons: TableSource = Field(description="One row a person.")
    episodes: TableSource = Field(
        description="One row an intervention; no end date means that it is still open."
    )
    events: TableSource = Field(description="One row an arrest, charge, conviction or caution.")
    custody: TableSource | None = Field(
        None,
        description="One row a spell inside; the end is the first day at liberty. Without this "
        "table nobody's days in custody can be taken out.",
    )
    exits: TableSource | None = Field(None, description="One row a death or a leaving.")
    linkage: TableSource | None = Field(
        None, description="One row a person looked for on police records: found or not_found."
    )
    pseudonym_key: str = Field(
        "demonstration",
        min_length=1,
        description="File that holds the secret key for pseudonyms, outside the output folder; "
        '"demonstration" (a fixed public key) is refused for real data.',
    )
    maximum_reject_percent: Decimal = Field(
        Decimal("2"),
        ge=0,
        le=100,
        description="More rejected rows than this percentage, in any table, stops the run.",
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
    open_ended_dates: tuple[Day, ...] = Field(
        (),
        description='Far dates that stand for "still open".',
        examples=[["2099-12-31"]],
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


class Outcome(Section):
    """What counts as an event."""

    measure: Literal["arrest", "charge", "conviction", "caution", "proven reoffending"] = Field(
        description="Different outcomes are never mixed; each is counted by its own date.",
        examples=["arrest"],
    )
    waiting_period_months: Whole = Field(
        0,
        ge=0,
        le=60,
        description="Further time for an offence in a window to be proven (6 for proven "
        "reoffending in official statistics).",
    )
    exclude_days_in_custody: Flag = Field(
        default=True, description="A day in custody is not a day at risk."
    )


class Bound(Section):
    """A date counted in calendar months and days from one end of the intervention."""

    at: Literal["start", "end", "last_offence_date"] = Field(
        description="Counted from the start or the end of the intervention; a window may also "
        "close at the last offence date, with no months and days.",
        examples=["end"],
    )
    months: Whole = Field(
        0, ge=-600, le=600, description="Calendar months after it; negative for before."
    )
    days: Whole = Field(0, ge=-20000, le=20000, description="Days added after the months.")


class Window(Section):
    """A half-open period [opens, closes): the closing date is the first day outside it."""

    name: str = Field(
        min_length=1, description="As the report prints it.", examples=["3+ months after"]
    )
    opens: Bound = Field(description="First day inside.")
    closes: Bound = Field(
        description='First day outside; { at = "last_offence_date" } runs to '
        "the last day counted, that day included."
    )
    band: Flag = Field(default=False, description="One of the disjoint bands that add up.")

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

    before: str = Field(description="Name of a window.", examples=["12 months before"])
    after: str = Field(description="Name of another window.", examples=["12 to 24 months after"])
    compare: tuple[Literal["shares", "rates"], ...] = Field(
        ("shares", "rates"),
        min_length=1,
        description="Shares of people need two windows of one fixed length; rates per person-year "
        "stand for any two.",
    )


class Analysis(Section):
    """How sure, and what is compared."""

    confidence_level: Level = Field(
        Decimal("0.95"), description="Of every interval, as a proportion: 0.95 is 95%."
    )
    proportion_interval: str = Field(
        "wilson", description="Method for a share of persons; see `dipoutcomes interval methods`."
    )
    finite_population: Flag = Field(
        default=True, description="Use the known size of the frame when a sample was drawn from it."
    )
    rate_interval: Literal["person_robust", "negative_binomial", "garwood"] = Field(
        "person_robust",
        description="Offending differs between people: a Poisson (Garwood) interval is too short.",
    )
    contrast: tuple[Contrast, ...] = Field((), description="Before against after, same people.")


class TimeToFirst(Section):
    """Time to the first event after the intervention."""

    origin: Literal["start", "end"] = Field("end", description="Where the clock starts.")
    report_at_months: tuple[Annotated[Whole, Field(ge=1)], ...] = Field(
        (3, 6, 12), description="Months at which the curve is printed."
    )
    maximum_months: Whole = Field(24, ge=1, description="Months at which the curve stops.")
    group: str = Field(
        "", description="An attribute; one curve for each of its values.", examples=["area"]
    )


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


class Protocol(Section):
    """A study as agreed."""

    schema_version: Literal[1] = Field(description="Version of this format.", examples=[1])
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
