"""Comparisons in the shape of a Justice Data Lab report."""

from dipoutcomes.comparison.data_lab.counts import data_lab_from_counts
from dipoutcomes.comparison.data_lab.flow import data_lab_flow
from dipoutcomes.comparison.data_lab.measure import DataLabMeasure
from dipoutcomes.comparison.data_lab.outcomes import SEVERITIES, DataLabOutcomes
from dipoutcomes.comparison.data_lab.report import DataLabReport, data_lab_report
from dipoutcomes.comparison.data_lab.rules import (
    DataLabRules,
    check_proven_window,
    data_lab_precision,
)

__all__ = [
    "SEVERITIES",
    "DataLabMeasure",
    "DataLabOutcomes",
    "DataLabReport",
    "DataLabRules",
    "check_proven_window",
    "data_lab_flow",
    "data_lab_from_counts",
    "data_lab_precision",
    "data_lab_report",
]
