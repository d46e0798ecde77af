"""Weights that make a comparison group like the treated: by a score, or by balancing directly."""

from dipoutcomes.comparison.weighting.design import ESTIMANDS, WeightedDesign
from dipoutcomes.comparison.weighting.entropy import entropy_balancing
from dipoutcomes.comparison.weighting.sample_size import effective_sample_size
from dipoutcomes.comparison.weighting.scores import propensity_weights

__all__ = [
    "ESTIMANDS",
    "WeightedDesign",
    "effective_sample_size",
    "entropy_balancing",
    "propensity_weights",
]
