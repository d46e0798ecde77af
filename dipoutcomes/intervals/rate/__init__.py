"""Intervals for a rate: events counted over person-time, each event independent of the others.

# Assumes a Poisson count. Offending differs between people, and at nominal 95% these intervals
then cover far less (`poisson_coverage_under_heterogeneity` says how much). They are for totals in
which each event stands alone; for offences of persons use a person-level interval (`outcomes`).
"""

from dipoutcomes.intervals.rate.approximate import (
    byar_half_interval,
    byar_interval,
    rate_jeffreys_interval,
    rate_likelihood_ratio_interval,
    rate_scas_interval,
    rate_score_interval,
    rate_wald_log_interval,
)
from dipoutcomes.intervals.rate.exact import (
    garwood_interval,
    rate_blaker_interval,
    rate_mid_p_interval,
    rate_minlike_interval,
)
from dipoutcomes.intervals.rate.heterogeneity import (
    PoissonCoverage,
    poisson_coverage_under_heterogeneity,
)
from dipoutcomes.intervals.rate.p_values import rate_p_value
from dipoutcomes.intervals.rate.table import RATE_METHODS, rate_interval

__all__ = [
    "RATE_METHODS",
    "PoissonCoverage",
    "byar_half_interval",
    "byar_interval",
    "garwood_interval",
    "poisson_coverage_under_heterogeneity",
    "rate_blaker_interval",
    "rate_interval",
    "rate_jeffreys_interval",
    "rate_likelihood_ratio_interval",
    "rate_mid_p_interval",
    "rate_minlike_interval",
    "rate_p_value",
    "rate_scas_interval",
    "rate_score_interval",
    "rate_wald_log_interval",
]
