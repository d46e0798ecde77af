"""What every analysis returns: frozen, labelled, legible in a terminal and in a notebook."""

from dipoutcomes.results.curve import Curve
from dipoutcomes.results.estimate import Estimate
from dipoutcomes.results.interval import Interval, IntervalArray
from dipoutcomes.results.study import Deviation, StudyResults
from dipoutcomes.results.table import Column, EstimateRow, EstimateTable, Table

__all__ = [
    "Column",
    "Curve",
    "Deviation",
    "Estimate",
    "EstimateRow",
    "EstimateTable",
    "Interval",
    "IntervalArray",
    "StudyResults",
    "Table",
]
