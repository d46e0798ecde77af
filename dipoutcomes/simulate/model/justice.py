"""What the police, the courts and the prisons make of an offence; and leaving for good."""

from __future__ import annotations

from pydantic import Field

from dipoutcomes.simulate._section import LONGEST_DAYS, Section, Share


class Detection(Section):
    """From an offence to an arrest, and from the arrest to a proof or to no further action."""

    share_arrested: Share = Field(1.0, gt=0, description="Offences that lead to an arrest.")
    share_arrested_in_contact: Share | None = Field(
        None,
        description="The same while the programme sees the person (surveillance); none: as is.",
    )
    mean_days_offence_to_arrest: float = Field(4.0, ge=0, le=3_653)
    share_charged: Share = Field(0.6, description="Of arrests.")
    share_convicted: Share = Field(0.75, description="Of charges.")
    share_cautioned: Share = Field(0.2, description="Of arrests without a charge.")
    mean_days_arrest_to_conviction: float = Field(75.0, gt=0, le=LONGEST_DAYS)


class Custody(Section):
    """Time inside, during which no offence can be seen; an interruption and not an end."""

    share_remanded: Share = Field(
        0.0, description="Charged people held from the day after the arrest to the day in court."
    )
    share_sentenced: Share = Field(0.0, description="Of convictions, times the kind's factor.")
    mean_days_sentence: float = Field(
        75.0,
        ge=1,
        le=LONGEST_DAYS,
        description="Mean days served, a day at least, times the kind's factor.",
    )
    share_recalled: Share = Field(0.0, description="Arrests on licence that lead back inside.")
    mean_days_recall: float = Field(28.0, ge=1, le=LONGEST_DAYS)
    licence_over_served: float = Field(
        1.0, ge=0, description="Length of the licence after release over the days served."
    )


class Exits(Section):
    """Leaving for good."""

    deaths_per_year: float = Field(0.0, ge=0, description="Per person-year.")
    left_country_per_year: float = Field(0.0, ge=0, description="Per person-year.")
    during_treatment: bool = Field(
        default=True,
        description="False: counted from the end of the episode, so that it closes as planned.",
    )
