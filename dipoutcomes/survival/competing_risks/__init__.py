"""Which of several events comes first: how many people, how sure, and do groups differ.

Re-offending competes with death, long custody and deportation: who dies cannot be arrested, and one
minus a Kaplan-Meier curve counts as if they could.

Functions
---------
cumulative_incidence, incidence_by_group : share of people for whom each cause came first.
incidence_at : that share by given times.
naive_incidence, overstatement : one minus Kaplan-Meier beside it, and by how much it is too high.
gray_test : do groups differ in the share the event reaches?
cause_specific_hazards, cause_specific_test : the rate among those still at risk, and the same.
fine_gray : regression of the share, always beside the cause-specific hazard ratios.
restricted_mean_time_lost, compare_time_lost : mean time lost to each cause by a horizon.
"""

from dipoutcomes.survival.competing_risks.at_times import (
    incidence_at,
    naive_incidence,
    overstatement,
)
from dipoutcomes.survival.competing_risks.fine_gray import fine_gray
from dipoutcomes.survival.competing_risks.gray import GrayTestResult, gray_test
from dipoutcomes.survival.competing_risks.hazards import (
    cause_specific_hazards,
    cause_specific_test,
)
from dipoutcomes.survival.competing_risks.incidence import (
    cumulative_incidence,
    incidence_by_group,
)
from dipoutcomes.survival.competing_risks.model import CauseSpecific, FineGrayModel, HazardRatio
from dipoutcomes.survival.competing_risks.result import CumulativeIncidence
from dipoutcomes.survival.competing_risks.time_lost import (
    TimeLost,
    compare_time_lost,
    restricted_mean_time_lost,
)

__all__ = [
    "CauseSpecific",
    "CumulativeIncidence",
    "FineGrayModel",
    "GrayTestResult",
    "HazardRatio",
    "TimeLost",
    "cause_specific_hazards",
    "cause_specific_test",
    "compare_time_lost",
    "cumulative_incidence",
    "fine_gray",
    "gray_test",
    "incidence_at",
    "incidence_by_group",
    "naive_incidence",
    "overstatement",
    "restricted_mean_time_lost",
]
