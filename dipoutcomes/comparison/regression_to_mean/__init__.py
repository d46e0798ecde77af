"""How much of a fall would have come of itself: entry, expectation, and what is left."""

from dipoutcomes.comparison.regression_to_mean.adjusted import AdjustedRatio, adjusted_ratio
from dipoutcomes.comparison.regression_to_mean.bounds import (
    adjusted_ratio_with_untraced,
    imbens_manski_interval,
)
from dipoutcomes.comparison.regression_to_mean.entry import EntryRule
from dipoutcomes.comparison.regression_to_mean.expected import (
    NullChange,
    expected_after_given_before,
    expected_change_without_effect,
)
from dipoutcomes.comparison.regression_to_mean.spread import (
    OffendingSpread,
    offending_spread,
    published_spread,
)

__all__ = [
    "AdjustedRatio",
    "EntryRule",
    "NullChange",
    "OffendingSpread",
    "adjusted_ratio",
    "adjusted_ratio_with_untraced",
    "expected_after_given_before",
    "expected_change_without_effect",
    "imbens_manski_interval",
    "offending_spread",
    "published_spread",
]
