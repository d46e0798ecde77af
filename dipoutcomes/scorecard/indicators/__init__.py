"""Targets judged with their uncertainty: met, not met, or not to be told yet.

`parse_targets` reads them as data; `judge_share` and `judge_count` hold one figure to one target,
`judge_indicators` a programme's figures to all; `cumulative_chart` watches a share month by month,
`target_funnel` sets areas beside one target, `target_cascade` multiplies stages and says where
their bases do not chain.
"""

from dipoutcomes.scorecard.indicators.cascade import Cascade, Stage, target_cascade
from dipoutcomes.scorecard.indicators.cumulative import CumulativeChart, cumulative_chart
from dipoutcomes.scorecard.indicators.funnel import TargetFunnel, target_funnel
from dipoutcomes.scorecard.indicators.judged import CANNOT_TELL, MET, NOT_MET, VERDICTS, Judged
from dipoutcomes.scorecard.indicators.model import Target, Targets, parse_targets
from dipoutcomes.scorecard.indicators.share import judge_share, people_needed
from dipoutcomes.scorecard.indicators.table import (
    Indicators,
    judge_indicators,
    people_needed_table,
)
from dipoutcomes.scorecard.indicators.year import judge_count, rest_of_year

__all__ = [
    "CANNOT_TELL",
    "MET",
    "NOT_MET",
    "VERDICTS",
    "Cascade",
    "CumulativeChart",
    "Indicators",
    "Judged",
    "Stage",
    "Target",
    "TargetFunnel",
    "Targets",
    "cumulative_chart",
    "judge_count",
    "judge_indicators",
    "judge_share",
    "parse_targets",
    "people_needed",
    "people_needed_table",
    "rest_of_year",
    "target_cascade",
    "target_funnel",
]
