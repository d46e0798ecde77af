"""The recipe of a made-up programme: its people, its calendar, and the faults of its records."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from dipoutcomes.simulate._section import Margin, Section, Share
from dipoutcomes.simulate.calibration.targets import Free, Target
from dipoutcomes.simulate.faults import Faults
from dipoutcomes.simulate.model import CareerModel
from dipoutcomes.simulate.model.offending import LEAST_SHARE_OF_AGES

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200  # births and ends still have dates that tables can hold
MOST_PEOPLE = 10_000_000


class Dates(Section):
    """The calendar of the programme and of the extract.

    Either the closing dates of the episodes are settled beforehand, or the days on which people
    come to the gate.
    """

    closed_from: date | None = Field(None, description="First closing date, included.")
    closed_to: date | None = Field(None, description="Last closing date, included.")
    index_from: date | None = Field(None, description="First reference day, included.")
    index_to: date | None = Field(None, description="Last reference day, included.")
    last_offence_date: date = Field(description="Last day on which an offence counts, included.")
    extract_date: date = Field(description="Day on which the records are taken.")
    history_months: int = Field(
        24, ge=12, le=1_200, description="Arrests recorded before the start."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        closed, index = (self.closed_from, self.closed_to), (self.index_from, self.index_to)
        given = [pair for pair in (closed, index) if pair != (None, None)]
        if len(given) != 1 or None in given[0]:
            raise ValueError(
                "give closed_from and closed_to, or index_from and index_to, and not both pairs"
            )
        pair = "closed_from, closed_to" if self.by_closing else "index_from, index_to"
        days = [day for day in (*given[0], self.last_offence_date, self.extract_date) if day]
        if days != sorted(days):
            raise ValueError(f"{pair}, last_offence_date and extract_date must follow each other")
        if days[0].year < EARLIEST_YEAR or days[-1].year > LATEST_YEAR:
            raise ValueError(f"dates must lie in the years {EARLIEST_YEAR} to {LATEST_YEAR}")
        return self

    @property
    def by_closing(self) -> bool:
        """Whether the closing dates are settled beforehand."""
        return self.closed_from is not None

    @property
    def opens(self) -> date:
        """First day of the period in which people close, or come in."""
        return _known(self.closed_from or self.index_from)

    @property
    def closes(self) -> date:
        """Last day of it."""
        return _known(self.closed_to or self.index_to)


def _known(day: date | None) -> date:
    assert day is not None, "checked when the recipe was read"  # noqa: S101
    return day


class WeeksBand(Section):
    """A band of time in treatment, half-open: from_weeks <= weeks < to_weeks."""

    from_weeks: int = Field(ge=0)
    to_weeks: int = Field(ge=1)
    people: int = Field(ge=0, description="Published count; bands are filled in its proportion.")

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.to_weeks <= self.from_weeks:
            raise ValueError("to_weeks must be greater than from_weeks")
        return self


class Episodes(Section):
    """Time in treatment as published, where closing dates are settled beforehand."""

    weeks_in_treatment: tuple[WeeksBand, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_people(self) -> Self:
        if sum(band.people for band in self.weeks_in_treatment) == 0:
            raise ValueError("weeks_in_treatment must have people in some band")
        return self


class NotEligible(Section):
    """Further people in the extract who do not belong to the cohort, by reason."""

    closed_before_period: int = Field(0, ge=0, le=MOST_PEOPLE)
    closed_after_period: int = Field(
        0, ge=0, le=MOST_PEOPLE, description="In the half year after it, up to the extract."
    )
    still_open: int = Field(0, ge=0, le=MOST_PEOPLE)
    under_age: int = Field(0, ge=0, le=MOST_PEOPLE)

    @property
    def total(self) -> int:
        """All of them together."""
        return (
            self.closed_before_period + self.closed_after_period + self.still_open + self.under_age
        )


class Group(Section):
    """Some of the people, alike but for what is named here."""

    name: str = Field(min_length=1)
    people: int = Field(ge=1)
    treated: bool = Field(default=True, description="False: they enter and get nothing.")
    rate_ratio: float = Field(
        1.0, gt=0, description="Their rates of offending over the recipe's, whatever the treatment."
    )
    years_older: float = Field(0.0, description="Their mean age over the recipe's.")


class Tracing(Section):
    """Being found by the police's search."""

    share_not_found: Share = Field(0.0, description="Of everybody in the extract.")


class Iom(Section):
    """Who is managed as a prolific offender (Integrated Offender Management).

    Picked locally for many recent arrests, so that their later fall under no effect is the deepest.
    """

    minimum_arrests: int = Field(
        ge=1, description="At least so many, the index arrest included, ..."
    )
    within_months: int = Field(12, ge=1, description="... in so many months up to entry.")


class Casework(Section):
    """What staff write down of each episode, independently of offending; all of it assumed."""

    share_tested: Share = Field(0.8, description="Episodes with a drug test recorded.")
    share_positive: Share = Field(0.6, description="Of those tested.")
    share_assessed: Share = Field(0.7, description="Of all episodes, if time allows.")
    share_planned: Share = Field(0.9, description="Of those assessed: a care plan is agreed.")
    share_engaged: Share = Field(0.9, description="Of those with a plan: treatment begins.")
    days_between: int = Field(14, ge=1, le=365, description="Most days from one stage to the next.")
    share_prescribed: Share = Field(0.4, description="Of those whose treatment begins.")
    mean_interventions: float = Field(2.0, ge=0, description="Brief interventions an episode.")
    share_signposted: Share = Field(0.12, description="Of the brief interventions.")
    modality: Margin = Field(default_factory=lambda: {"Structured": 1})
    share_second_drug: Share = Field(0.5, description="Episodes with a second drug; a few fewer.")
    share_third_drug: Share = Field(0.3, description="Of those with a second drug; a few fewer.")
    closure_reason: Margin = Field(default_factory=lambda: {"Completed": 1})
    mean_outcomes: float = Field(3.0, ge=0, description="Positive outcomes of a closed episode.")


class Recipe(CareerModel):
    """A made-up programme."""

    schema_version: Literal[1]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    says: str = Field(min_length=3, description="What the made-up people stand for.")
    seed: int = Field(ge=0, description="Every random stream derives from it.")
    people: int = Field(
        ge=1, le=MOST_PEOPLE, description="Eligible people: the true sampling frame."
    )
    dates: Dates
    episodes: Episodes | None = None
    not_eligible: NotEligible = NotEligible()
    group: tuple[Group, ...] = Field((), description="Groups whose people add up to `people`.")
    # The shares of men and women are of the Home Office's page on the programme.
    sex: Margin = Field(default_factory=lambda: {"Male": 83, "Female": 17})
    area: Margin = Field(default_factory=lambda: {"All areas": 1})
    referral_source: Margin = Field(default_factory=lambda: {"All sources": 1})
    main_drug: Margin = Field(default_factory=lambda: {"Unknown": 1})
    iom: Iom | None = Field(None, description="Adds a column that says who is so managed.")
    casework: Casework | None = Field(None, description="Adds what staff write down.")
    tracing: Tracing = Tracing()
    faults: Faults = Faults()
    target: tuple[Target, ...] = Field((), description="Published figures to come near to.")
    free: tuple[Free, ...] = Field((), description="Numbers of the model that may be calibrated.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults = self._faults_of_the_calendar()
        if self.faults.episode_end_before_start > self.not_eligible.closed_after_period:
            faults.append(
                "faults.episode_end_before_start exceeds not_eligible.closed_after_period"
            )
        if self.group and sum(g.people for g in self.group) != self.people:
            faults.append(f"the people of the groups must add up to people, {self.people}")
        if len({g.name for g in self.group}) != len(self.group):
            faults.append("two groups have one name")
        faults += [*self._faults_of_ages(), *self._faults_of_names()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _faults_of_the_calendar(self) -> list[str]:
        if not self.dates.by_closing:
            unused = {
                "episodes (use treatment.planned_days)": self.episodes is not None,
                "not_eligible": self.not_eligible.total > 0,
            }
            return [f"{name} needs dates.closed_from" for name, wrong in unused.items() if wrong]
        faults = []
        if self.episodes is None:
            faults.append("dates.closed_from needs [episodes] with weeks_in_treatment")
        if self.entry.by != "random_arrest":
            faults.append("dates.closed_from needs entry.by = 'random_arrest'")
        if self.entry.days_to_start[0] < 1:
            faults.append("dates.closed_from needs entry.days_to_start from 1 on")
        if self.group:
            faults.append("groups need dates.index_from")
        if self.not_eligible.closed_after_period and self.dates.extract_date == self.dates.closes:
            faults.append(
                "not_eligible.closed_after_period needs dates.extract_date after dates.closed_to: "
                "nobody closes after the period and before the records are taken"
            )
        return faults + self._ends_that_move()

    def _ends_that_move(self) -> list[str]:
        """Return what would move closing dates, which are settled beforehand, out of the period."""
        exits = max(self.exits.deaths_per_year, self.exits.left_country_per_year)
        moves = {
            "treatment.drop_out_per_year must be 0": self.treatment.drop_out_per_year > 0,
            "treatment.share_closed_by_arrest must be 0": self.treatment.share_closed_by_arrest > 0,
            "exits.during_treatment must be false": self.exits.during_treatment and exits > 0,
        }
        return [
            f"dates.closed_from settles when episodes end: {rule}"
            for rule, wrong in moves.items()
            if wrong
        ]

    def _faults_of_ages(self) -> list[str]:
        """Return which groups are so much older or younger that the limits leave nobody."""
        means = {g.name: self.age.mean_years + g.years_older for g in self.group}
        return [
            f"group '{name}': with years_older its mean age is {mean:g}, and fewer than "
            f"{LEAST_SHARE_OF_AGES:.1%} of its ages lie within the limits of [age]"
            for name, mean in means.items()
            if self.age.model_copy(update={"mean_years": mean}).share_within < LEAST_SHARE_OF_AGES
        ]

    def _faults_of_names(self) -> list[str]:
        groups = {group.name for group in self.group}
        asked = {name for t in self.target for name in (t.group, t.against) if name is not None}
        faults = [
            f"a target names the group '{name}', which is none" for name in sorted(asked - groups)
        ]
        try:
            "".join(kind.name for kind in self.offence_type).encode("cp1252")
        except UnicodeEncodeError:
            faults.append(
                "the names of offence_type go into a file in the Windows-1252 encoding: use "
                "letters of Western European languages"
            )
        return faults
