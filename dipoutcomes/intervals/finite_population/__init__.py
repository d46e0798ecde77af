"""Intervals and tests for a sample drawn without replacement from a frame whose size is known.

The limits are counts of people in the frame, or those counts as proportions of it. They speak of
that frame and of nobody else; for the people a programme may meet next, use `proportion`. Nor are
they valid for a question put to part of the sample, because the size of that part in the frame is
not known: use `proportion` there too.
"""

from dipoutcomes.intervals.finite_population.approximate import (
    wald_finite_interval,
    wilson_finite_interval,
    wilson_sampling_fraction_interval,
)
from dipoutcomes.intervals.finite_population.exact import (
    hypergeometric_interval,
    hypergeometric_katz_interval,
    hypergeometric_mid_p_interval,
)
from dipoutcomes.intervals.finite_population.hulls import (
    hypergeometric_blaker_interval,
    hypergeometric_minlike_interval,
)
from dipoutcomes.intervals.finite_population.p_values import finite_population_p_value
from dipoutcomes.intervals.finite_population.table import (
    FINITE_POPULATION_METHODS,
    finite_population_counts,
    finite_population_interval,
)
from dipoutcomes.intervals.finite_population.wang import hypergeometric_wang_interval

__all__ = [
    "FINITE_POPULATION_METHODS",
    "finite_population_counts",
    "finite_population_interval",
    "finite_population_p_value",
    "hypergeometric_blaker_interval",
    "hypergeometric_interval",
    "hypergeometric_katz_interval",
    "hypergeometric_mid_p_interval",
    "hypergeometric_minlike_interval",
    "hypergeometric_wang_interval",
    "wald_finite_interval",
    "wilson_finite_interval",
    "wilson_sampling_fraction_interval",
]
