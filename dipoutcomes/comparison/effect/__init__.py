"""What the intervention changed, in a design that was settled before its outcomes."""

from dipoutcomes.comparison.effect.doubly_robust import doubly_robust_effect
from dipoutcomes.comparison.effect.result import Effect, effects_table
from dipoutcomes.comparison.effect.table import VARIANCE_METHODS, VarianceMethod, variance_named
from dipoutcomes.comparison.effect.treatment import treatment_effect

__all__ = [
    "VARIANCE_METHODS",
    "Effect",
    "VarianceMethod",
    "doubly_robust_effect",
    "effects_table",
    "treatment_effect",
    "variance_named",
]
