"""How often a method's interval holds the truth at the design in hand: exact, or simulated."""

from dipoutcomes.intervals.coverage.curve import CoverageCurve, coverage_curve
from dipoutcomes.intervals.coverage.one_sample import (
    Coverage,
    coverage_at,
    exact_coverage,
    miss_rates_at,
)
from dipoutcomes.intervals.coverage.pairs import paired_coverage
from dipoutcomes.intervals.coverage.simulated import SimulatedCoverage, simulate_coverage
from dipoutcomes.intervals.coverage.surface import CoverageSurface
from dipoutcomes.intervals.coverage.two_samples import two_sample_coverage

__all__ = [
    "Coverage",
    "CoverageCurve",
    "CoverageSurface",
    "SimulatedCoverage",
    "coverage_at",
    "coverage_curve",
    "exact_coverage",
    "miss_rates_at",
    "paired_coverage",
    "simulate_coverage",
    "two_sample_coverage",
]
