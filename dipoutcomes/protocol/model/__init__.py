"""The sections of a protocol: what an evaluator promised, as frozen and checked values.

Every key a protocol file may hold is a field here, with its meaning; the template and the JSON
Schema are made from these descriptions and examples. Decimals stay decimals, so that a protocol's
canonical text, and with it its hash, has one form.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dipoutcomes.protocol.model.comparison import (
    Areas,
    Benchmark,
    Comparison,
    OtherPeople,
    RegressionToMean,
)
from dipoutcomes.protocol.model.other_kinds import Finding, Frame, TimeToEvent
from dipoutcomes.protocol.model.payment import Group, Payment, PaymentMeasure
from dipoutcomes.protocol.model.people import Cohort, Sample
from dipoutcomes.protocol.model.records import Records, TableSource
from dipoutcomes.protocol.model.scorecard import Card
from dipoutcomes.protocol.model.section import Section
from dipoutcomes.protocol.model.study import Amendment, Disclosure, Report, Study
from dipoutcomes.protocol.model.survival import (
    Desistance,
    Landmark,
    Regression,
    Repeated,
    TimeToFirst,
)
from dipoutcomes.protocol.model.windows import Analysis, Bound, Contrast, Outcome, Window

__all__ = [
    "Amendment",
    "Analysis",
    "Areas",
    "Benchmark",
    "Bound",
    "Card",
    "Cohort",
    "Comparison",
    "Contrast",
    "Desistance",
    "Disclosure",
    "Finding",
    "Frame",
    "Group",
    "Landmark",
    "OtherPeople",
    "Outcome",
    "Payment",
    "PaymentMeasure",
    "Protocol",
    "Records",
    "Regression",
    "RegressionToMean",
    "Repeated",
    "Report",
    "Sample",
    "Section",
    "Study",
    "TableSource",
    "TimeToEvent",
    "TimeToFirst",
    "Window",
]


class Protocol(Section):
    """A study as agreed."""

    schema_version: Literal[1] = Field(description="Version of this format.", examples=[1])
    study: Study
    records: Records | None = None
    cohort: Cohort | None = None
    sample: Sample | None = None
    outcome: Outcome | None = None
    window: tuple[Window, ...] = ()
    time_to_first: TimeToFirst | None = None
    repeated: Repeated | None = None
    regression: Regression | None = None
    landmark: Landmark | None = None
    desistance: Desistance | None = None
    comparison: Comparison | None = None
    payment: Payment | None = None
    scorecard: Card | None = None
    time_to_event: TimeToEvent | None = None
    finding: tuple[Finding, ...] = ()
    analysis: Analysis = Analysis()
    disclosure: Disclosure = Disclosure()
    report: Report = Report()
    amendment: tuple[Amendment, ...] = ()
