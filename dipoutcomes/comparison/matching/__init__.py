"""Comparison groups by matching: the score, the match, the balance, and a lock before outcomes."""

from dipoutcomes.comparison.matching.design import ESTIMANDS, LockedDesign, Pairs
from dipoutcomes.comparison.matching.matches import Matches, match
from dipoutcomes.comparison.matching.rule import MatchingRule

__all__ = ["ESTIMANDS", "LockedDesign", "Matches", "MatchingRule", "Pairs", "match"]
