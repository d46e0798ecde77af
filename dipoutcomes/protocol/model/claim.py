"""What is counted for one cohort, or for all of them together, when a contract is settled."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from dipoutcomes.protocol.model.contract import NotNegative
from dipoutcomes.protocol.model.payment import Group
from dipoutcomes.protocol.model.section import Section, Slug, StudyDay, Whole


class Count(Group):
    """One measure of the contract, as counted."""

    measure: Slug = Field(description="Its name in the contract.", examples=["reconvicted"])
    baseline: Group | None = Field(
        None, description="What it is compared with; the contract's own baseline where left out."
    )
    reduction: Decimal | None = Field(
        None,
        description="Where nothing else was published: the reduction in the unit of the term's "
        "test (0.057 for 5.7 points lower).",
    )
    persons: Whole | None = Field(
        None,
        ge=0,
        description="People with the outcome, where each is paid for and it is no share.",
    )


class Cohort(Section):
    """Whose outcomes these are, and when they entered."""

    name: str = Field(min_length=1, description="As a report prints it.", examples=["cohort 1"])
    contract: Slug | None = Field(None, description="Short name of the contract; checked if given.")
    scope: Literal["cohort", "pooled"] = Field(
        "cohort", description="One cohort, or all of them together."
    )
    stage: Literal["interim", "final", "both"] = Field(
        "both", description="Terms of which stage are claimed."
    )
    first_entry: StudyDay | None = Field(
        None, description="First day on which one of them entered."
    )
    last_entry: StudyDay | None = Field(None, description="Last day on which one of them entered.")
    claimed_on: StudyDay | None = Field(None, description="Day of the claim.")
    records_taken_on: StudyDay | None = Field(
        None, description="Day on which the records were taken."
    )
    contract_value: NotNegative | None = Field(None, description="Where a price is a share of it.")
    already_met: tuple[Slug, ...] = Field(
        (), description="Terms that an earlier cohort met, where a pooled term asks."
    )
    notes: tuple[str, ...] = Field((), description="Printed with the verdict.")
    data: Literal["real", "published", "synthetic"] = Field(
        "real",
        description="Counts of real people are under disclosure control in what is released; "
        "published and made-up ones are not.",
    )
    suppress_below: Whole = Field(
        10, ge=2, le=100, description="A count of people from 1 up to this less 1 is withheld."
    )


class CohortCounts(Section):
    """The counts of one cohort, or of all cohorts together."""

    schema_version: Literal[1] = Field(1, description="Version of this format.")
    cohort: Cohort
    count: tuple[Count, ...] = Field(min_length=1)

    def of(self, measure: str) -> Count | None:
        """Return what was counted of a measure, or None."""
        return next((count for count in self.count if count.measure == measure), None)
