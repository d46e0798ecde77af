"""Intervals for the odds ratio of two independent proportions, group 1 over group 2."""

from dipoutcomes.intervals.odds_ratio.closed_forms import (
    gart_interval,
    odds_ratio_mover_exact_interval,
    odds_ratio_mover_jeffreys_interval,
    odds_ratio_mover_wilson_interval,
    woolf_interval,
)
from dipoutcomes.intervals.odds_ratio.conditional import (
    fisher_blaker_interval,
    fisher_interval,
    fisher_mid_p_interval,
    fisher_minlike_interval,
)
from dipoutcomes.intervals.odds_ratio.p_values import (
    odds_ratio_p_value,
)
from dipoutcomes.intervals.odds_ratio.score import (
    cornfield_interval,
    odds_ratio_miettinen_nurminen_interval,
    odds_ratio_scas_interval,
)
from dipoutcomes.intervals.odds_ratio.table import (
    ODDS_RATIO_METHODS,
    odds_ratio_interval,
)

__all__ = [
    "ODDS_RATIO_METHODS",
    "cornfield_interval",
    "fisher_blaker_interval",
    "fisher_interval",
    "fisher_mid_p_interval",
    "fisher_minlike_interval",
    "gart_interval",
    "odds_ratio_interval",
    "odds_ratio_miettinen_nurminen_interval",
    "odds_ratio_mover_exact_interval",
    "odds_ratio_mover_jeffreys_interval",
    "odds_ratio_mover_wilson_interval",
    "odds_ratio_p_value",
    "odds_ratio_scas_interval",
    "woolf_interval",
]
