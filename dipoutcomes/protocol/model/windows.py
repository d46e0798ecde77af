"""What counts as an event, when, and how sure anyone can be."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from dipoutcomes.protocol.model.section import (
    Flag,
    Level,
    Section,
    Whole,
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
