"""Tests that two independent groups do not differ: conditional, unconditional and chi-square."""

from dipoutcomes.intervals.no_difference.chi_square import pearson_p_value
from dipoutcomes.intervals.no_difference.fisher import fisher_p_value
from dipoutcomes.intervals.no_difference.table import (
    NO_DIFFERENCE_TESTS,
    Test,
    no_difference_p_value,
)
from dipoutcomes.intervals.no_difference.unconditional import barnard_p_value, boschloo_p_value

__all__ = [
    "NO_DIFFERENCE_TESTS",
    "Test",
    "barnard_p_value",
    "boschloo_p_value",
    "fisher_p_value",
    "no_difference_p_value",
    "pearson_p_value",
]
