"""People against themselves where an offence brings them in."""

from dipoutcomes.comparison.self_controlled.analysis import self_controlled_series
from dipoutcomes.comparison.self_controlled.data import Baseline, ObservedSeries, RiskPeriod
from dipoutcomes.comparison.self_controlled.result import SelfControlledSeries

__all__ = [
    "Baseline",
    "ObservedSeries",
    "RiskPeriod",
    "SelfControlledSeries",
    "self_controlled_series",
]
