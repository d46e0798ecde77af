"""Comparison groups by matching: the score, the match, the balance, and a lock before outcomes.

Functions
---------
open_design : score, match and look at balance with the outcomes out of reach, then lock.
propensity_score, design_matrix : the chance of having the programme, given what was known before.
match : nearest neighbours or a radius, with and without replacement, exact strata.
balance_table, common_support : are the groups alike, do they overlap?
target_trial, design_words : the trial that a comparison stands in for, element by element.
"""

from dipoutcomes.comparison.matching.balance import balance_table
from dipoutcomes.comparison.matching.balance_result import Balance, BalanceRow, colour_of
from dipoutcomes.comparison.matching.blind import MatchPlan, open_design
from dipoutcomes.comparison.matching.covariates import DesignMatrix, design_matrix
from dipoutcomes.comparison.matching.design import ESTIMANDS, LockedDesign, Pairs
from dipoutcomes.comparison.matching.formula import parse_formula
from dipoutcomes.comparison.matching.matches import Matches, match
from dipoutcomes.comparison.matching.propensity import PropensityModel, propensity_score
from dipoutcomes.comparison.matching.rule import MatchingRule
from dipoutcomes.comparison.matching.support import Support, common_support
from dipoutcomes.comparison.matching.target_trial import design_words, target_trial

__all__ = [
    "ESTIMANDS",
    "Balance",
    "BalanceRow",
    "DesignMatrix",
    "LockedDesign",
    "MatchPlan",
    "Matches",
    "MatchingRule",
    "Pairs",
    "PropensityModel",
    "Support",
    "balance_table",
    "colour_of",
    "common_support",
    "design_matrix",
    "design_words",
    "match",
    "open_design",
    "parse_formula",
    "propensity_score",
    "target_trial",
]
