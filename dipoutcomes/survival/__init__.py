"""Time to the first event: how long, how sure, and do groups differ.

Functions
---------
kaplan_meier, curves_by_group : share not yet arrested (or otherwise seen again), with limits.
survival_at : share with the event by given times, read from a curve.
survival_in_bulk : the curve at one time for thousands of small cohorts at once.
log_rank_test : do groups differ over the whole follow-up?
restricted_mean : mean time free of the event up to a horizon.
"""

from dipoutcomes.survival.bulk import BulkSurvival, survival_in_bulk
from dipoutcomes.survival.compare import LogRankResult, log_rank_test
from dipoutcomes.survival.curves import curves_by_group, kaplan_meier
from dipoutcomes.survival.fixed_time import survival_at
from dipoutcomes.survival.restricted_mean import restricted_mean

__all__ = [
    "BulkSurvival",
    "LogRankResult",
    "curves_by_group",
    "kaplan_meier",
    "log_rank_test",
    "restricted_mean",
    "survival_at",
    "survival_in_bulk",
]
