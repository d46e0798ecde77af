"""Areas against areas: put together, set beside each other, before and after, few as they are."""

from dipoutcomes.comparison.areas.effects import (
    AreaEffects,
    one_group_effects,
    rate_effects,
    two_group_effects,
)
from dipoutcomes.comparison.areas.meta_analysis import MetaAnalysis, leave_one_out, meta_analysis
from dipoutcomes.comparison.areas.pooled_tables import mantel_haenszel, peto_odds_ratio

__all__ = [
    "AreaEffects",
    "MetaAnalysis",
    "leave_one_out",
    "mantel_haenszel",
    "meta_analysis",
    "one_group_effects",
    "peto_odds_ratio",
    "rate_effects",
    "two_group_effects",
]
