"""Array kernels for two independent proportions: ``(x1, n1, x2, n2, level) -> (low, high)``.

They know nothing of methods and their names. The families `difference`, `ratio`, `odds_ratio`,
`unconditional` and `no_difference` build on them.
"""

from dipoutcomes.intervals._two_samples.hybrid import square_and_add
from dipoutcomes.intervals._two_samples.shared import (
    ALTERNATIVES,
    Alternative,
    Kernel,
    Table,
    bounded_score,
    check_alternative,
    check_table,
    held_at_ends,
    score_limits,
    two_sample_interval,
    two_sample_p_value,
)

__all__ = [
    "ALTERNATIVES",
    "Alternative",
    "Kernel",
    "Table",
    "bounded_score",
    "check_alternative",
    "check_table",
    "held_at_ends",
    "score_limits",
    "square_and_add",
    "two_sample_interval",
    "two_sample_p_value",
]
