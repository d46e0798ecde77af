"""Compared with what: what the sections of [comparison] ask for, in a records study."""

from dipoutcomes.pipeline.comparisons.asked import Compared, compared_with, entrants_of
from dipoutcomes.pipeline.comparisons.definitions import side_by_side

__all__ = ["Compared", "compared_with", "entrants_of", "side_by_side"]
