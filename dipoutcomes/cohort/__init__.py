"""Who is in the study: index date, eligibility, linkage, and a reason for every loss."""

from dipoutcomes.cohort.attrition import FlowStep, flow_table
from dipoutcomes.cohort.follow_up import FollowUpGate, follow_up_gates
from dipoutcomes.cohort.select import CohortResult, select_cohort

__all__ = [
    "CohortResult",
    "FlowStep",
    "FollowUpGate",
    "flow_table",
    "follow_up_gates",
    "select_cohort",
]
