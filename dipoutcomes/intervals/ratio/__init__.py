"""Intervals for the ratio of two independent proportions, group 1 over group 2."""

from dipoutcomes.intervals.ratio.closed_forms import (
    katz_interval,
    ratio_mover_exact_interval,
    ratio_mover_jeffreys_interval,
    ratio_mover_wilson_interval,
    walter_interval,
)
from dipoutcomes.intervals.ratio.p_values import (
    ratio_p_value,
)
from dipoutcomes.intervals.ratio.score import (
    koopman_interval,
    ratio_miettinen_nurminen_interval,
    ratio_scas_interval,
)
from dipoutcomes.intervals.ratio.table import (
    RATIO_METHODS,
    ratio_interval,
)

__all__ = [
    "RATIO_METHODS",
    "katz_interval",
    "koopman_interval",
    "ratio_interval",
    "ratio_miettinen_nurminen_interval",
    "ratio_mover_exact_interval",
    "ratio_mover_jeffreys_interval",
    "ratio_mover_wilson_interval",
    "ratio_p_value",
    "ratio_scas_interval",
    "walter_interval",
]
