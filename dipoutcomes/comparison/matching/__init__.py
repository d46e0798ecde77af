"""Comparison groups by matching: the score, the match, the balance, and a lock before outcomes."""

from dipoutcomes.comparison.matching.design import ESTIMANDS, LockedDesign, Pairs

__all__ = ["ESTIMANDS", "LockedDesign", "Pairs"]
