"""Asking for people one after another, and stopping when the question is answered."""

from dipoutcomes.sampling.sequential.coverage import LookingCoverage, coverage_under_looking
from dipoutcomes.sampling.sequential.looks import Look, sequence_from_looks
from dipoutcomes.sampling.sequential.result import ConfidenceSequence
from dipoutcomes.sampling.sequential.sequence import (
    METHODS,
    anytime_interval,
    proportion_confidence_sequence,
)
from dipoutcomes.sampling.sequential.threshold import ThresholdEvidence, stop_when

__all__ = [
    "METHODS",
    "ConfidenceSequence",
    "Look",
    "LookingCoverage",
    "ThresholdEvidence",
    "anytime_interval",
    "coverage_under_looking",
    "proportion_confidence_sequence",
    "sequence_from_looks",
    "stop_when",
]
