"""Kaplan-Meier curves from counts at each time: fixed times, quantiles, two groups, mean time."""

from dipoutcomes.intervals.kaplan_meier.beta_product import (
    beta_product_interval,
    beta_product_mid_p_interval,
)
from dipoutcomes.intervals.kaplan_meier.fixed_time import (
    FIXED_TIME_SCALES,
    fixed_time_difference_interval,
    fixed_time_p_value,
)
from dipoutcomes.intervals.kaplan_meier.likelihood_ratio import km_likelihood_ratio_interval
from dipoutcomes.intervals.kaplan_meier.melded import (
    SURVIVAL_TWO_GROUPS_METHODS,
    melded_interval,
    melded_p_value,
)
from dipoutcomes.intervals.kaplan_meier.quantile import (
    SURVIVAL_QUANTILE_METHODS,
    survival_quantile_interval,
)
from dipoutcomes.intervals.kaplan_meier.restricted_mean import (
    RESTRICTED_MEAN_METHODS,
    restricted_mean_beta_product_interval,
    restricted_mean_comparison_interval,
    restricted_mean_interval,
    restricted_mean_p_value,
)
from dipoutcomes.intervals.kaplan_meier.table import SURVIVAL_METHODS, survival_interval
from dipoutcomes.intervals.kaplan_meier.wald import (
    km_arcsine_interval,
    km_log_interval,
    km_log_log_interval,
    km_logit_interval,
    km_plain_interval,
)

__all__ = [
    "FIXED_TIME_SCALES",
    "RESTRICTED_MEAN_METHODS",
    "SURVIVAL_METHODS",
    "SURVIVAL_QUANTILE_METHODS",
    "SURVIVAL_TWO_GROUPS_METHODS",
    "beta_product_interval",
    "beta_product_mid_p_interval",
    "fixed_time_difference_interval",
    "fixed_time_p_value",
    "km_arcsine_interval",
    "km_likelihood_ratio_interval",
    "km_log_interval",
    "km_log_log_interval",
    "km_logit_interval",
    "km_plain_interval",
    "melded_interval",
    "melded_p_value",
    "restricted_mean_beta_product_interval",
    "restricted_mean_comparison_interval",
    "restricted_mean_interval",
    "restricted_mean_p_value",
    "survival_interval",
    "survival_quantile_interval",
]
