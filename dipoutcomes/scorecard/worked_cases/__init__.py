"""Figures that programmes have printed, each with what they support and what they do not."""

from dipoutcomes.scorecard.worked_cases.areas import (
    SOLIHULL_WORKED_WITH,
    SOLIHULL_YEARS,
    cambridgeshire,
    solihull,
)
from dipoutcomes.scorecard.worked_cases.case import WorkedCase
from dipoutcomes.scorecard.worked_cases.national import (
    change_of_the_others,
    home_office,
)
from dipoutcomes.scorecard.worked_cases.press import (
    PRESS_NOTICE,
    count_for_clear_change,
    earlier_counts,
    press_notice,
)

__all__ = [
    "PRESS_NOTICE",
    "SOLIHULL_WORKED_WITH",
    "SOLIHULL_YEARS",
    "WorkedCase",
    "cambridgeshire",
    "change_of_the_others",
    "count_for_clear_change",
    "earlier_counts",
    "home_office",
    "press_notice",
    "solihull",
]
