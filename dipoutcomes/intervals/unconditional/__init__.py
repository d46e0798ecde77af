"""Exact unconditional methods for two proportions: intervals, Barnard's and Boschloo's tests."""

from dipoutcomes.intervals.unconditional.intervals import (
    difference_agresti_min_interval,
    difference_chan_zhang_interval,
    odds_ratio_agresti_min_interval,
    odds_ratio_chan_zhang_interval,
    ratio_agresti_min_interval,
    ratio_chan_zhang_interval,
)

__all__ = [
    "difference_agresti_min_interval",
    "difference_chan_zhang_interval",
    "odds_ratio_agresti_min_interval",
    "odds_ratio_chan_zhang_interval",
    "ratio_agresti_min_interval",
    "ratio_chan_zhang_interval",
]
