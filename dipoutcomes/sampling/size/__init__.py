"""How many people are enough, and what so many could ever have shown."""

from dipoutcomes.sampling.size.curve import PrecisionCurve, precision_curve
from dipoutcomes.sampling.size.data_lab import chance_enough_remain, plan_data_lab
from dipoutcomes.sampling.size.detect import detectable_difference, detectable_from_published
from dipoutcomes.sampling.size.exact_power import (
    exact_power_one_group,
    exact_power_two_groups,
    plan_one_group,
)
from dipoutcomes.sampling.size.inflate import (
    cluster_design_effect,
    correct_for_frame,
    effective_size,
    inflate_plan,
)
from dipoutcomes.sampling.size.log_rank import log_rank_power, plan_log_rank
from dipoutcomes.sampling.size.paired import paired_power, plan_paired
from dipoutcomes.sampling.size.plan import SizePlan
from dipoutcomes.sampling.size.precision import interval_width, plan_proportion
from dipoutcomes.sampling.size.rates import plan_frequency, plan_rate_ratio, rate_ratio_power
from dipoutcomes.sampling.size.two_groups import difference_power, plan_difference

__all__ = [
    "PrecisionCurve",
    "SizePlan",
    "chance_enough_remain",
    "cluster_design_effect",
    "correct_for_frame",
    "detectable_difference",
    "detectable_from_published",
    "difference_power",
    "effective_size",
    "exact_power_one_group",
    "exact_power_two_groups",
    "inflate_plan",
    "interval_width",
    "log_rank_power",
    "paired_power",
    "plan_data_lab",
    "plan_difference",
    "plan_frequency",
    "plan_log_rank",
    "plan_one_group",
    "plan_paired",
    "plan_proportion",
    "plan_rate_ratio",
    "precision_curve",
    "rate_ratio_power",
]
