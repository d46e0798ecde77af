"""The scorecard of a period, built from a caseload: counts, shares, units, and change.

`build_scorecard` counts; `change_in_number` and `change_in_share` judge two periods, with "no clear
change" as an answer; what is not recorded is said to be so, and is never 0.
"""

from dipoutcomes.scorecard.measures.build import OutcomeSample, build_scorecard
from dipoutcomes.scorecard.measures.card import BuiltCard
from dipoutcomes.scorecard.measures.change import change_in_number, change_in_share
from dipoutcomes.scorecard.measures.line import NO_CLEAR_CHANGE, CardLine, Change, Period
from dipoutcomes.scorecard.measures.published import to_toml

__all__ = [
    "NO_CLEAR_CHANGE",
    "BuiltCard",
    "CardLine",
    "Change",
    "OutcomeSample",
    "Period",
    "build_scorecard",
    "change_in_number",
    "change_in_share",
    "to_toml",
]
