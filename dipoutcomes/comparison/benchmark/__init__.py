"""Published figures: beside them, adjusted for who the people are, and in other definitions."""

from dipoutcomes.comparison.benchmark.against import BenchmarkComparison, against_benchmark
from dipoutcomes.comparison.benchmark.expected import (
    ObservedOverExpected,
    events_over_expected,
    observed_over_expected,
)
from dipoutcomes.comparison.benchmark.published import (
    EVENT_TYPES,
    Definition,
    PublishedRate,
    differences_table,
    how_printed,
)
from dipoutcomes.comparison.benchmark.standardise import standardised_share
from dipoutcomes.comparison.benchmark.translate import translate_definitions

__all__ = [
    "EVENT_TYPES",
    "BenchmarkComparison",
    "Definition",
    "ObservedOverExpected",
    "PublishedRate",
    "against_benchmark",
    "differences_table",
    "events_over_expected",
    "how_printed",
    "observed_over_expected",
    "standardised_share",
    "translate_definitions",
]
