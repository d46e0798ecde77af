"""A payment contract as data: what is measured, against what, by which rule it pays, and how much.

One file is one contract. The keys and their meanings are the fields below; the template is made
from these descriptions. Money and thresholds stay decimals.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from dipoutcomes.protocol.model.section import Flag, Level, Section, Slug, StudyDay, Whole

MeasureKind = Literal[
    "binary",
    "frequency_per_person",
    "frequency_per_reoffender",
    "severity_weighted",
    "time_to_first",
    "re_engagement",
    "cost_of_demand",
]
Rounding = Literal["none", "half_up", "half_even", "down", "up"]
Proportion = Annotated[Decimal, Field(ge=0, le=1)]
NotNegative = Annotated[Decimal, Field(ge=0)]
#: Measures whose value is a share of people.
SHARES = ("binary", "re_engagement")
#: Measures of which more is better.
HIGHER_IS_BETTER = ("time_to_first", "re_engagement")


class Agreement(Section):
    """What the contract is called, whose it is, and how well its terms are known."""

    id: Slug = Field(description="Short name, used in file names.", examples=["example-contract"])
    title: str = Field(min_length=1, examples=["An example of a contract"], description="In full.")
    commissioner: str = Field("", description="Who pays.")
    provider: str = Field("", description="Who is paid.")
    standing: Literal["agreed", "published", "illustration"] = Field(
        description="An agreed contract between two parties; terms taken from publications; or an "
        "illustration that no two parties ever agreed. The last two are marked in every output.",
        examples=["illustration"],
    )
    first_day: StudyDay | None = Field(
        None, description="First day on which anybody may enter.", examples=["2012-04-01"]
    )
    last_claim_day: StudyDay | None = Field(
        None, description="Last day on which a claim is taken.", examples=["2016-03-31"]
    )
    contract_value: NotNegative | None = Field(
        None,
        description="Value of the whole contract, where a price is a share of it.",
        examples=[1000000],
    )
    sources: tuple[str, ...] = Field((), description="Where the terms stand, one text each.")
    unverified: tuple[str, ...] = Field(
        (), description="What could not be verified, one sentence each; printed in every output."
    )
    principles: tuple[str, ...] = Field((), description="What the contract was meant to reward.")


class Money(Section):
    """How money is rounded, and the most that is paid."""

    currency: str = Field("GBP", min_length=1, description="As printed before an amount.")
    decimals: Whole = Field(2, ge=0, le=4, description="Decimals of an amount that is paid.")
    rounding: Literal["half_up", "half_even", "down", "up"] = Field(
        "half_up",
        description="Each term's amount is rounded once, at its end: a half goes away from zero, "
        "to the even neighbour, or every fraction towards or away from zero.",
    )
    cap: NotNegative | None = Field(
        None, description="Most that one cohort can earn in all.", examples=[100000]
    )


class Claims(Section):
    """When a claim may be made, and what becomes of people whose outcome cannot be known."""

    processing_months: Whole = Field(
        0,
        ge=0,
        le=60,
        description="Further months after window and waiting period for the records to be taken.",
    )
    not_found: Literal["pending", "no_pay"] = Field(
        "pending",
        description="People not found on police records: nothing shows that they did not offend.",
    )
    died: Literal["no_pay", "pending"] = Field(
        "no_pay",
        description="People who died or left the country before their window closed, with no "
        "event until then.",
    )


class Baseline(Section):
    """What the measure is compared with, and how surely it is known."""

    kind: Literal[
        "own_past", "historical_cohort", "matched_group", "fixed", "risk_adjusted_expected"
    ] = Field(
        description="The same people before; an earlier cohort; a matched comparison group; a "
        "number agreed as such; or what a risk score leads one to expect.",
        examples=["fixed"],
    )
    says: str = Field("", description="As a report prints it.")
    value: NotNegative | None = Field(
        None,
        description="In the unit of the measure (a share is a proportion). Left out where it comes "
        "with each cohort's counts, as for a matched group.",
        examples=[Decimal("0.58")],
    )
    people: Whole | None = Field(
        None, ge=1, description="People it was estimated from.", examples=[1200]
    )
    events: Whole | None = Field(
        None, ge=0, description="People with an event, or events, there.", examples=[696]
    )
    reoffenders: Whole | None = Field(
        None,
        ge=0,
        description="For a frequency per reoffender: people there with an event.",
        examples=[696],
    )
    standard_error: NotNegative | None = Field(
        None,
        description="Of the value, in its unit, where it was estimated and its counts do not say.",
        examples=[Decimal("0.014")],
    )
    estimated: str = Field("", description="How it was estimated, in a sentence.")


class Measure(Section):
    """One outcome, counted alike for the cohort and for its baseline."""

    name: Slug = Field(description="Short name, which terms refer to.", examples=["reconvicted"])
    says: str = Field(
        min_length=1, description="As a report prints it.", examples=["share reconvicted"]
    )
    kind: MeasureKind = Field(
        description="A share of people with an event; events per person, or per person with at "
        "least one (a different denominator); severity per person; mean days to the first event "
        "inside the window; share of people who came back to the programme; or the cost of "
        "demand on the courts and prisons, in money.",
        examples=["binary"],
    )
    event_type: Literal[
        "arrest", "charge", "conviction", "caution", "proven reoffending", "reconviction event",
        "re-engagement", "demand",
    ] = Field(
        description="A reconviction event is a court occasion, however many offences it settles. "
        "Types are never mixed.",
        examples=["conviction"],
    )  # fmt: skip
    window_months: Whole = Field(
        ge=1, le=120, description="Calendar months followed from each index date.", examples=[12]
    )
    waiting_period_months: Whole = Field(
        0, ge=0, le=60, description="Further months for an event in the window to be proven."
    )
    within_days: Whole | None = Field(
        None,
        ge=1,
        le=3650,
        description="For re-engagement: days after an offence to come back in.",
        examples=[28],
    )
    decimals: Whole | None = Field(
        None,
        ge=0,
        le=9,
        description="Decimals to which the cohort's value and its baseline are rounded before they "
        "are compared; left out, nothing is rounded. 3 for a share is a tenth of a point.",
        examples=[3],
    )
    rounding: Literal["half_up", "half_even", "down", "up"] = Field(
        "half_up", description="How, where decimals are given."
    )
    baseline: Baseline | None = Field(
        None, description="Not needed where each person is judged alone."
    )

    @property
    def is_share(self) -> bool:
        """Whether the value is a share of people."""
        return self.kind in SHARES

    @property
    def higher_is_better(self) -> bool:
        """Whether a higher value is the better outcome."""
        return self.kind in HIGHER_IS_BETTER

    @property
    def months_to_claim(self) -> int:
        """Calendar months from an index date to the day its outcome can be known."""
        return self.window_months + self.waiting_period_months


class Tier(Section):
    """A price that holds from a size of the effect on."""

    at: Decimal = Field(
        description="Reduction from which it holds, in the unit of the term's test.",
        examples=[Decimal("0.1")],
    )
    amount: NotNegative = Field(
        description="Price per unit from there on, for all units.", examples=[500]
    )


class Price(Section):
    """What a term pays when its test is met."""

    per: Literal[
        "cohort", "person", "person_averted", "event_averted", "point", "saving"
    ] = Field(
        description="One sum a cohort; each person with the outcome; each person or event fewer "
        "than the baseline leads one to expect; each percentage point (or per cent, where the test "
        "is relative); or a share of the saving in money.",
        examples=["cohort"],
    )  # fmt: skip
    amount: NotNegative | None = Field(None, description="Money per unit.", examples=[10000])
    share: Proportion | None = Field(
        None,
        description="Instead of an amount: the share of the contract's value (per cohort) or of "
        "the saving (per saving) that is paid.",
        examples=[Decimal("0.1")],
    )
    beyond: Literal["baseline", "threshold"] = Field(
        "baseline", description="Units are counted from the baseline, or only past the threshold."
    )
    units_rounding: Rounding = Field(
        "none", description="How the number of units is made whole before it is priced."
    )
    cap: NotNegative | None = Field(
        None, description="Most that this term pays a cohort.", examples=[50000]
    )
    cap_reduction: NotNegative | None = Field(
        None,
        description="A larger reduction counts as this one, in the unit of the test.",
        examples=[Decimal("0.2")],
    )
    tier: tuple[Tier, ...] = Field(
        (), description="Other prices per unit for larger effects, smallest first."
    )


class Clawback(Section):
    """What the provider pays back."""

    when: Literal["not_met", "worse"] = Field(
        description="Whenever the test is not met (the money was paid in advance), or only where "
        "the outcome is worse than the baseline by more than a margin.",
        examples=["not_met"],
    )
    margin: NotNegative = Field(Decimal(0), description="That margin, in the unit of the test.")
    significant: Flag = Field(
        default=False, description="Only if worse by more than chance, at the term's level."
    )
    amount: NotNegative | None = Field(
        None,
        description="Money a cohort; left out, with share, where it is not known.",
        examples=[10000],
    )
    share: Proportion | None = Field(
        None, description="Instead: share of the contract's value.", examples=[Decimal("0.1")]
    )


class Term(Section):
    """A rule that pays, or a hurdle that another rule needs."""

    name: Slug = Field(description="Short name.", examples=["five_points"])
    says: str = Field(
        min_length=1, description="The rule in the contract's words.", examples=["5 points lower"]
    )
    measure: Slug = Field(description="Name of the measure it looks at.", examples=["reconvicted"])
    applies_to: Literal["cohort", "pooled", "person"] = Field(
        "cohort", description="Each cohort; all cohorts together; or each person alone."
    )
    stage: Literal["interim", "final"] = Field("final", description="Which outcome it pays for.")
    test: Literal["relative_reduction", "absolute_reduction", "level", "none"] = Field(
        "none",
        description="The threshold is a share of the baseline (0.10), a distance from it in the "
        "measure's unit (0.05 is 5 points), a value of the measure itself, or there is none. For a "
        "measure of which more is better, an increase counts as the reduction.",
    )
    threshold: Decimal = Field(
        Decimal(0), description="How much the test needs.", examples=[Decimal("0.05")]
    )
    comparison: Literal[">=", ">"] = Field(
        ">=", description="Whether a reduction exactly at the threshold meets it."
    )
    significant_at: Level | None = Field(
        None,
        description="Confidence level at which the two-sided interval of the difference must lie "
        "on the better side of no difference; left out, chance is not asked about.",
        examples=[Decimal("0.95")],
    )
    hurdle: tuple[Slug, ...] = Field(
        (), description="Terms that must be met too, each by its own test."
    )
    unless: tuple[Slug, ...] = Field(
        (),
        description="Terms of which none may have been met; of the same cohort, by its own test.",
    )
    hurdle_only: Flag = Field(default=False, description="Pays nothing itself.")
    price: Price | None = Field(
        None, description="Left out where it is not known: the verdict then has no amount."
    )
    clawback: Clawback | None = Field(None, description="What is paid back, if anything.")


class Contract(Section):
    """A payment contract as agreed, as published, or as an illustration."""

    schema_version: Literal[1] = Field(description="Version of this format.", examples=[1])
    contract: Agreement
    money: Money = Money()
    claim: Claims = Claims()
    measure: tuple[Measure, ...] = Field(min_length=1)
    term: tuple[Term, ...] = Field(min_length=1)

    @property
    def id(self) -> str:
        """The contract's short name."""
        return self.contract.id

    def measure_of(self, term: Term) -> Measure:
        """Return the measure that a term looks at."""
        return self.measure_named(term.measure)

    def measure_named(self, name: str) -> Measure:
        """Return the measure called *name*; `ValueError` if there is none."""
        for measure in self.measure:
            if measure.name == name:
                return measure
        known = ", ".join(measure.name for measure in self.measure)
        raise ValueError(f"the contract has no measure '{name}'; its measures: {known}")

    def term_named(self, name: str) -> Term:
        """Return the term called *name*; `ValueError` if there is none."""
        for term in self.term:
            if term.name == name:
                return term
        raise ValueError(
            f"the contract has no term '{name}'; its terms: {', '.join(t.name for t in self.term)}"
        )

    @property
    def caution(self) -> str:
        """What every output says of a contract that no two parties agreed as it stands; or ""."""
        words = {
            "agreed": "",
            "published": "Terms taken from publications; the contract itself was not seen.",
            "illustration": "An illustration: no two parties agreed these terms.",
        }[self.contract.standing]
        return " ".join([words, *(f"Not verified: {text}" for text in self.contract.unverified)])
