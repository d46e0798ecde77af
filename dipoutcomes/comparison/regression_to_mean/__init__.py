"""How much of a fall would have come of itself: entry, expectation, and what is left."""

from dipoutcomes.comparison.regression_to_mean.adjusted import AdjustedRatio, adjusted_ratio
from dipoutcomes.comparison.regression_to_mean.bounds import (
    adjusted_ratio_with_untraced,
    imbens_manski_interval,
)
from dipoutcomes.comparison.regression_to_mean.dose import DoseResponse, dose_response_check
from dipoutcomes.comparison.regression_to_mean.earlier import (
    EarlierWindowCheck,
    earlier_window_check,
    earlier_window_ratio,
)
from dipoutcomes.comparison.regression_to_mean.entry import EntryRule
from dipoutcomes.comparison.regression_to_mean.expected import (
    NullChange,
    expected_after_given_before,
    expected_change_without_effect,
)
from dipoutcomes.comparison.regression_to_mean.grid import LiteratureGrid, literature_grid
from dipoutcomes.comparison.regression_to_mean.headline import Headline, take_apart_headline
from dipoutcomes.comparison.regression_to_mean.simulated import (
    SimulatedNull,
    simulated_change_without_effect,
)
from dipoutcomes.comparison.regression_to_mean.spread import (
    OffendingSpread,
    offending_spread,
    published_spread,
)

__all__ = [
    "AdjustedRatio",
    "DoseResponse",
    "EarlierWindowCheck",
    "EntryRule",
    "Headline",
    "LiteratureGrid",
    "NullChange",
    "OffendingSpread",
    "SimulatedNull",
    "adjusted_ratio",
    "adjusted_ratio_with_untraced",
    "dose_response_check",
    "earlier_window_check",
    "earlier_window_ratio",
    "expected_after_given_before",
    "expected_change_without_effect",
    "imbens_manski_interval",
    "literature_grid",
    "offending_spread",
    "published_spread",
    "simulated_change_without_effect",
    "take_apart_headline",
]
