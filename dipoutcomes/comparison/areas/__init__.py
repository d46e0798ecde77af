"""Areas against areas: put together, set beside each other, before and after, few as they are."""

from dipoutcomes.comparison.areas.chance_limits import Funnel, funnel
from dipoutcomes.comparison.areas.contrast import (
    difference_in_differences,
    intensive_against_other,
)
from dipoutcomes.comparison.areas.contrast_result import AreaContrast
from dipoutcomes.comparison.areas.drawn_together import PooledAreas, partial_pooling
from dipoutcomes.comparison.areas.effects import (
    AreaEffects,
    one_group_effects,
    rate_effects,
    two_group_effects,
)
from dipoutcomes.comparison.areas.leave_out import leave_one_out
from dipoutcomes.comparison.areas.meta_result import MetaAnalysis
from dipoutcomes.comparison.areas.panel import AreaPanel, area_panel
from dipoutcomes.comparison.areas.periods import EventStudy, event_study
from dipoutcomes.comparison.areas.pooled_effect import meta_analysis
from dipoutcomes.comparison.areas.pooled_tables import mantel_haenszel, peto_odds_ratio
from dipoutcomes.comparison.areas.trends import TrendSensitivity, trend_sensitivity

__all__ = [
    "AreaContrast",
    "AreaEffects",
    "AreaPanel",
    "EventStudy",
    "Funnel",
    "MetaAnalysis",
    "PooledAreas",
    "TrendSensitivity",
    "area_panel",
    "difference_in_differences",
    "event_study",
    "funnel",
    "intensive_against_other",
    "leave_one_out",
    "mantel_haenszel",
    "meta_analysis",
    "one_group_effects",
    "partial_pooling",
    "peto_odds_ratio",
    "rate_effects",
    "trend_sensitivity",
    "two_group_effects",
]
