"""What every section of a protocol is, and the kinds of value that stand in one."""

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
