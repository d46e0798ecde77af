"""Published figures that a recipe should come near to, and the numbers that may be moved for it."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from dipoutcomes.simulate._section import Section

Statistic = Literal[
    "share_with_event",
    "events_per_person",
    "events_per_person_with_event",
    "share_with_count",
    "change_in_events",
    "share_who_decline",
    "change_among_those_who_decline",
    "rate_ratio_between_groups",
    "difference_in_share_between_groups",
    "mean_age",
]
STATISTICS: tuple[str, ...] = get_args(Statistic)


class Target(Section):
    """One published figure, and how near is near enough."""

    name: str = Field(min_length=3, description="In words, as a report would print it.")
    statistic: Statistic = Field(description="What is counted in the made-up people.")
    counted: Literal["arrest", "conviction", "proven", "offence"] = "arrest"
    at: Literal["reference", "entry", "start", "end"] = Field(
        "entry", description="Day from which months are counted."
    )
    months: tuple[int, int] = Field(
        (0, 12), description="First month inside and first month outside, from that day."
    )
    months_before: int = Field(
        6, ge=1, description="Changes are against so many months before that day."
    )
    index_counts: bool = Field(
        default=False, description="Whether the index arrest counts before (changes only)."
    )
    least: int = Field(1, ge=0, description="share_with_count: at least so many events ...")
    most: int | None = Field(None, ge=0, description="... and at most so many; none: no limit.")
    group: str | None = Field(None, description="Of one group only.")
    against: str | None = Field(None, description="The group compared with.")
    value: float = Field(description="As published; a share is from 0 to 1.")
    tolerance: float = Field(gt=0, description="Half a unit of the last printed digit, or wider.")
    source: str = Field(min_length=3)
    held_out: bool = Field(
        default=False, description="Compared with, and not calibrated to: a test of the model."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults = []
        if self.months[0] >= self.months[1]:
            faults.append("months must be two numbers, the first less than the second")
        if self.most is not None and self.most < self.least:
            faults.append("most must not be less than least")
        if self.statistic.endswith("between_groups") and None in (self.group, self.against):
            faults.append(f"{self.statistic} needs group and against")
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Free(Section):
    """One number of the model that calibration may move."""

    key: str = Field(
        pattern=r"^[a-z_]+(\.[a-z_]+|\.\d+)+$", description="Such as 'offending.gamma_shape'."
    )
    low: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            raise ValueError("low must be less than high")
        return self
