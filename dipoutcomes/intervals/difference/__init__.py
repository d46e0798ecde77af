"""Intervals for the difference of two independent proportions, group 1 less group 2."""

from dipoutcomes.intervals.difference.closed_forms import (
    agresti_caffo_interval,
    difference_mover_exact_interval,
    difference_mover_jeffreys_interval,
    difference_wald_interval,
    newcombe_corrected_interval,
    newcombe_interval,
)
from dipoutcomes.intervals.difference.p_values import difference_p_value
from dipoutcomes.intervals.difference.score import (
    difference_scas_interval,
    mee_interval,
    miettinen_nurminen_interval,
)
from dipoutcomes.intervals.difference.table import DIFFERENCE_METHODS, difference_interval

__all__ = [
    "DIFFERENCE_METHODS",
    "agresti_caffo_interval",
    "difference_interval",
    "difference_mover_exact_interval",
    "difference_mover_jeffreys_interval",
    "difference_p_value",
    "difference_scas_interval",
    "difference_wald_interval",
    "mee_interval",
    "miettinen_nurminen_interval",
    "newcombe_corrected_interval",
    "newcombe_interval",
]
