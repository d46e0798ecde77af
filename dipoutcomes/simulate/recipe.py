"""The recipe of a made-up programme: every number that the simulation rests on, with its unit."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from dipoutcomes.simulate.faults import Faults

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


def _has_people(margin: dict[str, int]) -> dict[str, int]:
    if sum(margin.values()) == 0:
        raise ValueError("the counts must add up to more than 0")
    return margin


#: Label = count of a published table; people are shared out in the same proportions.
Margin = Annotated[dict[str, Count], AfterValidator(_has_people)]


class Section(BaseModel):
    """A table of the recipe: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dates(Section):
    """The calendar of the programme and of the extract."""

    closed_from: date = Field(description="First closing date of an eligible episode, included.")
    closed_to: date = Field(description="Last closing date of an eligible episode, included.")
    last_offence_date: date = Field(description="Last day on which an offence counts, included.")
    extract_date: date = Field(description="Day on which the records are taken.")
    history_months: int = Field(24, ge=12, description="Arrests recorded before the start.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = (self.closed_from, self.closed_to, self.last_offence_date, self.extract_date)
        if list(days) != sorted(days):
            raise ValueError(
                "closed_from, closed_to, last_offence_date and extract_date must follow each other"
            )
        return self


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
    """Episodes of treatment."""

    weeks_in_treatment: tuple[WeeksBand, ...] = Field(min_length=1)
    days_from_arrest_to_start: tuple[int, int] = Field(
        description="Least and most days from the index arrest to the start."
    )
    people_who_reenter: Count = Field(description="Eligible people with a second episode.")

    @model_validator(mode="after")
    def _arrest_comes_first(self) -> Self:
        least, most = self.days_from_arrest_to_start
        if not 1 <= least <= most <= 300:
            raise ValueError("days_from_arrest_to_start must be two numbers, 1 <= least <= most")
        if sum(band.people for band in self.weeks_in_treatment) == 0:
            raise ValueError("weeks_in_treatment must have people in some band")
        return self


class NotEligible(Section):
    """Further people in the extract who do not belong to the cohort, by reason."""

    closed_before_period: Count = 0
    closed_after_period: Count = 0
    still_open: Count = 0
    under_age: Count = 0

    @property
    def total(self) -> int:
        """All of them together."""
        return (
            self.closed_before_period + self.closed_after_period + self.still_open + self.under_age
        )


class Age(Section):
    """Whole years at the end of the episode: a normal distribution, cut off at both ends."""

    mean_years: float = Field(gt=0)
    sd_years: float = Field(gt=0)
    youngest_years: int = Field(ge=10)
    oldest_years: int = Field(le=110)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.youngest_years >= self.oldest_years:
            raise ValueError("youngest_years must be less than oldest_years")
        return self


class Offending(Section):
    """A gamma-Poisson career: each person has a rate of their own, constant but for treatment."""

    mean_arrests_per_year: float = Field(
        gt=0,
        description="Per person-year at liberty in the population that the gate could admit; "
        "those admitted have more, because a frequent offender is arrested more often.",
    )
    gamma_shape: float = Field(gt=0, description="k: the smaller, the more people differ.")
    rate_ratio_during: float = Field(ge=0, description="Rate in treatment over rate before.")
    rate_ratio_after: float = Field(ge=0, description="Rate after treatment over rate before.")
    effect_lasts_months: int = Field(
        ge=0, description="After the end; no effect is assumed beyond it."
    )
    share_charged: Share = Field(description="Of arrests.")
    share_convicted: Share = Field(description="Of charges.")
    share_cautioned: Share = Field(description="Of arrests without a charge.")
    mean_days_offence_to_arrest: float = Field(ge=0)
    mean_days_arrest_to_conviction: float = Field(gt=0)
    offence_codes: Margin


class Custody(Section):
    """Time inside, during which nobody can be arrested."""

    share_of_arrests: Share = Field(description="Arrests, other than the index, that end inside.")
    mean_days: float = Field(ge=1, description="Mean length of a spell, at least a day each.")
    most_days_to_start: Count = Field(description="Between the arrest and the first day inside.")


class Exits(Section):
    """Leaving the study for good, after the end of the episode."""

    deaths_per_year: float = Field(ge=0, description="Per person-year.")
    left_country_per_year: float = Field(ge=0, description="Per person-year.")
    share_not_found_on_pnc: Share = Field(description="Of everybody in the extract.")


class Recipe(Section):
    """A made-up programme."""

    schema_version: Literal[1]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    says: str = Field(min_length=3, description="What the made-up people stand for.")
    seed: int = Field(ge=0, description="Every random stream derives from it.")
    people: int = Field(ge=1, description="Eligible people: the true sampling frame.")
    dates: Dates
    episodes: Episodes
    not_eligible: NotEligible = NotEligible()
    sex: Margin
    age: Age
    area: Margin
    referral_source: Margin
    main_drug: Margin
    offending: Offending
    custody: Custody
    exits: Exits
    faults: Faults = Faults()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.episodes.people_who_reenter > self.people:
            raise ValueError("episodes.people_who_reenter exceeds people")
        if self.faults.episode_end_before_start > self.not_eligible.closed_after_period:
            raise ValueError(
                "faults.episode_end_before_start exceeds not_eligible.closed_after_period"
            )
        return self
