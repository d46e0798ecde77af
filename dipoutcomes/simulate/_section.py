"""What every table of a recipe shares: unknown keys are refused and values cannot be changed."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=10**9)]
LONGEST_DAYS = 36_525  # a century: no length of time in a recipe is longer


def _has_people(margin: dict[str, int]) -> dict[str, int]:
    if sum(margin.values()) == 0:
        raise ValueError("the counts must add up to more than 0")
    return margin


#: Label = count of a published table; people are shared out in the same proportions.
Margin = Annotated[dict[str, Count], AfterValidator(_has_people)]


class Section(BaseModel):
    """A table of the recipe."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
