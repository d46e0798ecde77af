"""Intervals for the ratio and the difference of two rates, each event independent of the others.

# Assumes Poisson counts, as `rate` does, with the same warning: offences of one person are not
independent, and these intervals are then far too short. Use `outcomes.rate_model` for persons.
"""

from dipoutcomes.intervals.rate_ratio.approximate import (
    rate_ratio_likelihood_ratio_interval,
    rate_ratio_mover_interval,
    rate_ratio_scas_interval,
    rate_ratio_score_interval,
    rate_ratio_wald_log_interval,
)
from dipoutcomes.intervals.rate_ratio.difference import (
    rate_difference_mover_interval,
    rate_difference_mover_jeffreys_interval,
    rate_difference_scas_interval,
    rate_difference_score_interval,
    rate_difference_wald_interval,
)
from dipoutcomes.intervals.rate_ratio.exact import (
    rate_ratio_blaker_interval,
    rate_ratio_exact_interval,
    rate_ratio_mid_p_interval,
    rate_ratio_minlike_interval,
    rate_ratio_r_default_interval,
)
from dipoutcomes.intervals.rate_ratio.families import (
    rate_difference_interval,
    rate_ratio_interval,
)
from dipoutcomes.intervals.rate_ratio.p_values import (
    rate_difference_p_value,
    rate_ratio_p_value,
)
from dipoutcomes.intervals.rate_ratio.table import RATE_DIFFERENCE_METHODS, RATE_RATIO_METHODS

__all__ = [
    "RATE_DIFFERENCE_METHODS",
    "RATE_RATIO_METHODS",
    "rate_difference_interval",
    "rate_difference_mover_interval",
    "rate_difference_mover_jeffreys_interval",
    "rate_difference_p_value",
    "rate_difference_scas_interval",
    "rate_difference_score_interval",
    "rate_difference_wald_interval",
    "rate_ratio_blaker_interval",
    "rate_ratio_exact_interval",
    "rate_ratio_interval",
    "rate_ratio_likelihood_ratio_interval",
    "rate_ratio_mid_p_interval",
    "rate_ratio_minlike_interval",
    "rate_ratio_mover_interval",
    "rate_ratio_p_value",
    "rate_ratio_r_default_interval",
    "rate_ratio_scas_interval",
    "rate_ratio_score_interval",
    "rate_ratio_wald_log_interval",
]
