"""The arithmetic of a published scorecard: what follows, what cannot be, what is not said.

`parse_scorecard` and `scorecard_from_rows` read one as data; `audit_scorecard` asks. No record of
a person is needed or read.
"""

from dipoutcomes.scorecard.audit.arithmetic import (
    RULE_SAYS,
    RULES,
    WholeRange,
    counts_that_fit,
    denominators_that_fit,
    printed_units,
    reproduces,
)
from dipoutcomes.scorecard.audit.audit import audit_scorecard
from dipoutcomes.scorecard.audit.bases import Judgement, Pair
from dipoutcomes.scorecard.audit.finding import KINDS, SEVERITIES, Finding
from dipoutcomes.scorecard.audit.model import Scorecard
from dipoutcomes.scorecard.audit.parse import parse_scorecard, scorecard_from, scorecard_from_rows
from dipoutcomes.scorecard.audit.result import ScorecardAudit

__all__ = [
    "KINDS",
    "RULES",
    "RULE_SAYS",
    "SEVERITIES",
    "Finding",
    "Judgement",
    "Pair",
    "Scorecard",
    "ScorecardAudit",
    "WholeRange",
    "audit_scorecard",
    "counts_that_fit",
    "denominators_that_fit",
    "parse_scorecard",
    "printed_units",
    "reproduces",
    "scorecard_from",
    "scorecard_from_rows",
]
