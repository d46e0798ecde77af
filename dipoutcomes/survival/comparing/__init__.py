"""Groups compared in time to the event, and one group with a published curve.

Functions
---------
weighted_log_rank_test : early or late differences weighted; within strata.
trend_test : does the hazard rise or fall over ordered groups?
permutation_log_rank_test : exact for small groups.
one_sample_log_rank_test : one group against a `PublishedCurve`, with that curve's own error.
difference_at : difference in the share with the event by given times.
restricted_mean_difference : time gained free of the event up to a horizon.
"""

from dipoutcomes.survival.comparing.fixed_time import difference_at
from dipoutcomes.survival.comparing.one_sample import (
    OneSampleTest,
    PublishedCurve,
    one_sample_log_rank_test,
)
from dipoutcomes.survival.comparing.permutation import permutation_log_rank_test
from dipoutcomes.survival.comparing.restricted_means import restricted_mean_difference
from dipoutcomes.survival.comparing.result import GroupTest
from dipoutcomes.survival.comparing.weighted import trend_test, weighted_log_rank_test

__all__ = [
    "GroupTest",
    "OneSampleTest",
    "PublishedCurve",
    "difference_at",
    "one_sample_log_rank_test",
    "permutation_log_rank_test",
    "restricted_mean_difference",
    "trend_test",
    "weighted_log_rank_test",
]
