"""Compared with what: the same people before, or other people."""

from dipoutcomes.comparison.before_after import paired_shares
from dipoutcomes.comparison.groups import difference_between_groups
from dipoutcomes.comparison.rate_ratio import rate_ratio_before_after

__all__ = ["difference_between_groups", "paired_shares", "rate_ratio_before_after"]
