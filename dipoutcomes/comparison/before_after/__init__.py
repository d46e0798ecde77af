"""The same people before and after: shares, rates, models of both, and who changed."""

from dipoutcomes.comparison._paired_counts import NOT_REMOVED
from dipoutcomes.comparison.before_after.bootstrap import bootstrap_rate_ratio
from dipoutcomes.comparison.before_after.change import (
    ChangeDistribution,
    ChangeFigure,
    distribution_of_change,
)
from dipoutcomes.comparison.before_after.gee import gee_rate_ratio
from dipoutcomes.comparison.before_after.mixed import (
    MixedRateRatio,
    mixed_rate_ratio,
    zero_inflated_rate_ratio,
)
from dipoutcomes.comparison.before_after.shares import (
    paired_share_odds_ratio,
    paired_share_ratio,
    paired_shares,
)
from dipoutcomes.comparison.before_after.windows import (
    before_after_both_ways,
    rate_ratios_by_window,
    share_changes_by_window,
)

__all__ = [
    "NOT_REMOVED",
    "ChangeDistribution",
    "ChangeFigure",
    "MixedRateRatio",
    "before_after_both_ways",
    "bootstrap_rate_ratio",
    "distribution_of_change",
    "gee_rate_ratio",
    "mixed_rate_ratio",
    "paired_share_odds_ratio",
    "paired_share_ratio",
    "paired_shares",
    "rate_ratios_by_window",
    "share_changes_by_window",
    "zero_inflated_rate_ratio",
]
