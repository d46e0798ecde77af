"""How often people offend, how they differ, and how it changes with age and time."""

from __future__ import annotations

from datetime import date
from statistics import NormalDist
from typing import Literal, Self

from pydantic import Field, model_validator

from dipoutcomes.simulate._section import LONGEST_DAYS, Section, Share


class Offending(Section):
    """What people would do untreated and at liberty.

    Everybody has a rate of their own. It is multiplied by age, by the drift of the times, and is
    nothing in a quiet spell or after desistance. Each offence may set off others (a burst).
    """

    offences_per_year: float = Field(
        gt=0,
        description="Mean over the unselected population of the person's own rate, bursts "
        "included, per year at liberty, on the reference day.",
    )
    differ: Literal["gamma", "log_normal", "two_class", "none"] = Field(
        "gamma", description="How the own rates of people differ."
    )
    gamma_shape: float = Field(
        1.0, gt=0, description="gamma: k; the smaller, the more people differ."
    )
    log_sd: float = Field(
        1.0, ge=0, le=10, description="log_normal: standard deviation of the log of the rate."
    )
    share_frequent: Share = Field(0.2, description="two_class: share of frequent offenders.")
    frequent_over_others: float = Field(
        10.0, gt=0, description="two_class: rate of the frequent over the rate of the others."
    )
    share_never: Share = Field(
        0.0, lt=1, description="People on the list who never offend; the mean includes them."
    )
    age_decline_per_year: float = Field(
        0.0, ge=0, lt=1, description="Share by which the rate falls with each year of age."
    )
    peak_age_years: float = Field(18.0, ge=10, description="Age from which it falls.")
    drift_per_year: float = Field(
        0.0, gt=-1, lt=1, description="Change of everybody's rate with each calendar year, a share."
    )
    follow_on_offences: float = Field(
        0.0, ge=0, lt=0.95, description="Mean number of further offences that each sets off."
    )
    mean_days_to_follow_on: float = Field(
        7.0, gt=0, le=LONGEST_DAYS, description="Mean delay of each of them."
    )
    share_of_time_active: float = Field(
        1.0, gt=0, le=1, description="The rest is spent in quiet spells: false desistance."
    )
    mean_days_inactive: float = Field(
        180.0, ge=1, le=LONGEST_DAYS, description="Mean length of a quiet spell."
    )
    share_desisters: Share = Field(
        0.0, description="People who will stop for good, with or without treatment."
    )
    desistance_per_year: float = Field(
        0.0, ge=0, description="Of those: chance of stopping per year, from the reference day on."
    )


LEAST_SHARE_OF_AGES = 0.001


class Age(Section):
    """Years of age: a normal distribution, cut off at both ends."""

    mean_years: float = Field(33.0, gt=0)
    sd_years: float = Field(8.5, gt=0)
    youngest_years: int = Field(18, ge=10)
    oldest_years: int = Field(65, le=110)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.youngest_years >= self.oldest_years:
            raise ValueError("youngest_years must be less than oldest_years")
        if self.share_within < LEAST_SHARE_OF_AGES:
            raise ValueError(
                f"fewer than {LEAST_SHARE_OF_AGES:.1%} of ages with mean_years {self.mean_years:g} "
                f"and sd_years {self.sd_years:g} lie from youngest_years {self.youngest_years} to "
                f"oldest_years {self.oldest_years}: nearly all would be cut off. Move the limits "
                "or the mean"
            )
        return self

    @property
    def share_within(self) -> float:
        """Share of the distribution that lies within the limits, before it is cut off."""
        ages = NormalDist(self.mean_years, self.sd_years)
        return ages.cdf(self.oldest_years) - ages.cdf(self.youngest_years)


class OffenceType(Section):
    """One kind of offence."""

    name: str = Field(min_length=1)
    share: float = Field(ge=0, description="In proportion to the other kinds.")
    severity_days: float = Field(
        0.0, ge=0, description="Weight: days of the starting point of a sentence."
    )
    trigger_from: date | None = Field(
        None, description="First day on which it is a trigger offence for a drug test; none: never."
    )
    trigger_until: date | None = Field(
        None, description="First day on which it no longer is one; none: it still is."
    )
    custody_factor: float = Field(
        1.0, ge=0, description="Multiplies the share of convictions that end in custody."
    )
    length_factor: float = Field(1.0, gt=0, description="Multiplies the mean length of a sentence.")
