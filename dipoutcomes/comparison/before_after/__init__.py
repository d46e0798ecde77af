"""The same people before and after: shares, rates, models of both, and who changed."""

from dipoutcomes.comparison._paired_counts import NOT_REMOVED
from dipoutcomes.comparison.before_after.shares import (
    paired_share_odds_ratio,
    paired_share_ratio,
    paired_shares,
)

__all__ = ["NOT_REMOVED", "paired_share_odds_ratio", "paired_share_ratio", "paired_shares"]
