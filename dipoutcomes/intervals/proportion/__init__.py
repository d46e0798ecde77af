"""Confidence intervals and tests for a single binomial proportion.

For a sample drawn with replacement, or from a frame so large that it makes no difference. For a
sample that is a fair part of a known frame see `finite_population`.
"""

from dipoutcomes.intervals.proportion.closed_forms import (
    agresti_coull_interval,
    jeffreys_adjusted_interval,
    jeffreys_interval,
    wald_interval,
    wilson_corrected_interval,
    wilson_interval,
)
from dipoutcomes.intervals.proportion.exact import clopper_pearson_interval, mid_p_interval
from dipoutcomes.intervals.proportion.hulls import blaker_interval, minlike_interval
from dipoutcomes.intervals.proportion.likelihood import (
    likelihood_ratio_interval,
    skewness_corrected_interval,
)
from dipoutcomes.intervals.proportion.p_values import proportion_p_value
from dipoutcomes.intervals.proportion.table import PROPORTION_METHODS, proportion_interval
from dipoutcomes.intervals.proportion.wang import wang_interval

__all__ = [
    "PROPORTION_METHODS",
    "agresti_coull_interval",
    "blaker_interval",
    "clopper_pearson_interval",
    "jeffreys_adjusted_interval",
    "jeffreys_interval",
    "likelihood_ratio_interval",
    "mid_p_interval",
    "minlike_interval",
    "proportion_interval",
    "proportion_p_value",
    "skewness_corrected_interval",
    "wald_interval",
    "wang_interval",
    "wilson_corrected_interval",
    "wilson_interval",
]
