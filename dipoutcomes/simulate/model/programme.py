"""How people come into a programme, how they leave it, and what it does to their offending."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from dipoutcomes.simulate._section import LONGEST_DAYS, Section, Share


class Entry(Section):
    """What brings a person in; each mechanism has a fall of its own under no effect."""

    by: Literal["random_arrest", "first_arrest", "recent_count", "release", "none"] = Field(
        "random_arrest",
        description="random_arrest: one arrest like any other, on the reference day. first_arrest: "
        "the first arrest on or after the reference day. recent_count: so many arrests lately, "
        "judged on the reference day. release: from custody on the reference day. none: nobody is "
        "selected; the reference day is only a date.",
    )
    share_entering: Share = Field(
        1.0, gt=0, description="first_arrest: chance that an arrest leads to entry."
    )
    trigger_only: bool = Field(
        default=False, description="first_arrest: only through a trigger offence."
    )
    accrual_days: int = Field(
        365,
        ge=1,
        le=LONGEST_DAYS,
        description="first_arrest: how long entry is open from the reference day.",
    )
    minimum_arrests: int = Field(
        4, ge=1, le=10_000, description="recent_count: at least so many ..."
    )
    within_days: int = Field(
        183, ge=1, le=LONGEST_DAYS, description="recent_count: ... in so many days before."
    )
    mean_days_inside: float = Field(
        60.0, ge=1, le=LONGEST_DAYS, description="release: mean days served."
    )
    most_days_inside: int = Field(
        364, ge=1, le=LONGEST_DAYS, description="release: longer sentences stay out."
    )
    days_to_start: tuple[int, int] = Field(
        (1, 21), description="Least and most days from entry to the start of treatment."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        least, most = self.days_to_start
        if not 0 <= least <= most <= 365:
            raise ValueError("days_to_start must be two numbers, 0 <= least <= most <= 365")
        return self


class Treatment(Section):
    """An episode of treatment and its effect on the person's rate, which may be none."""

    planned_days: tuple[int, int] = Field(
        (84, 364), description="Least and most days planned; evenly spread."
    )
    share_engaging: Share = Field(1.0, description="Of those who enter; the others get nothing.")
    engagement_by_risk: float = Field(
        0.0, description="Change of the log odds of engaging with each unit of the log of the rate."
    )
    rate_ratio_during: float = Field(1.0, ge=0, description="Rate in treatment over rate before.")
    rate_ratio_after: float = Field(1.0, ge=0, description="Rate after treatment over rate before.")
    share_desisting: Share = Field(
        0.0, description="People in treatment whom it stops for good: an effect on a few only."
    )
    days_until_effect: int = Field(
        0, ge=0, le=LONGEST_DAYS, description="From the start; no effect before."
    )
    effect_lasts_days: int | None = Field(
        None,
        ge=0,
        le=LONGEST_DAYS,
        description="After the end; then the rate is what it was. None: for good.",
    )
    effect_half_life_days: float | None = Field(
        None, gt=0, description="After the end the log of the ratio halves in so many days."
    )
    drop_out_per_year: float = Field(0.0, ge=0, description="Chance of dropping out per year.")
    drop_out_by_risk: float = Field(
        0.0, description="Power of the person's rate over the mean, times that chance."
    )
    share_closed_by_arrest: Share = Field(
        0.0, description="Arrests in treatment that end the episode: the end depends on offending."
    )
    share_reentering: Share = Field(
        0.0, description="Arrests after the end that begin a second episode, one a person at most."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        least, most = self.planned_days
        if not 1 <= least <= most <= LONGEST_DAYS:
            raise ValueError(
                f"planned_days must be two numbers, 1 <= least <= most <= {LONGEST_DAYS}"
            )
        if self.effect_lasts_days is not None and self.effect_half_life_days is not None:
            raise ValueError("give effect_lasts_days or effect_half_life_days, not both")
        return self

    @property
    def has_effect(self) -> bool:
        """Whether treatment changes anybody's rate."""
        ratios = {self.rate_ratio_during, self.rate_ratio_after}
        return ratios != {1.0} or self.share_desisting > 0

    @property
    def highest_ratio(self) -> float:
        """The greatest that the rate can become over the rate before, at least 1."""
        return max(1.0, self.rate_ratio_during, self.rate_ratio_after)
