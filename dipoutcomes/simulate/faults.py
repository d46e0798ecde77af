"""How many rows of each kind of fault a recipe asks for."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]


class Faults(BaseModel):
    """Rows spoilt on purpose, by kind; a real extract has them too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    duplicate_event_rows: Count = 0
    duplicate_custody_rows: Count = 0
    arrest_before_birth: Count = 0
    impossible_date: Count = 0
    overlapping_custody: Count = 0
    custody_end_before_start: Count = 0
    episode_end_before_start: Count = Field(
        0, description="Among people who closed after the period, so the true cohort stays whole."
    )
    date_typed_as_text: Count = Field(0, description="Closing dates in the workbook.")
