"""Tests of a proportion: a p-value of each kind, to go with the interval of the same kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals import _binomial_tests
from dipoutcomes.intervals._common import (
    Alternative,
    FloatArray,
    check_alternative,
    check_events,
    find_method,
)
from dipoutcomes.intervals.proportion.table import PROPORTION_METHODS

_TESTS: dict[str, _binomial_tests.Test] = {
    "wilson": _binomial_tests.score,
    "clopper_pearson": _binomial_tests.central,
    "blaker": _binomial_tests.blaker,
    "minlike": _binomial_tests.minlike,
    "mid_p": _binomial_tests.mid_p,
    "scas": _binomial_tests.skewness_corrected,
    "likelihood_ratio": _binomial_tests.likelihood_ratio,
    "wilson_corrected": _binomial_tests.score_corrected,
}
_TWO_SIDED_ONLY = ("blaker", "minlike")


def proportion_p_value(
    events: Any,
    n: Any,
    null_proportion: Any,
    *,
    method: str = "wilson",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of a test that the proportion is *null_proportion*.

    Parameters
    ----------
    events, n : int or array of int
        As for :func:`wilson_interval`.
    null_proportion : float or array of float
        In [0, 1]; broadcast with the counts.
    method : str, default "wilson"
        An interval of ``METHODS["proportion"]``, or an alias, that is the inversion of a test:
        "wilson" (score), "clopper_pearson" (central: twice the smaller tail), "blaker", "minlike"
        (the outcomes no likelier than the one seen), "mid_p" (twice the smaller tail with half
        weight for the count seen), "scas", "likelihood_ratio", "wilson_corrected".
    alternative : {"two-sided", "greater", "less"}, default "two-sided"
        Whether the proportion differs from, exceeds or falls short of *null_proportion*. Blaker
        and minlike are two-sided only.

    Returns
    -------
    float or array of float
        1 where nobody was observed and the test is two-sided, or one-sided and exact;
        0.5 for other tests on one side.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside its range, or the method has no such test.

    Notes
    -----
    A test and the interval of the same name agree: the interval at level 1 - a holds the null
    value where p > a. The acceptance sets of "blaker" and "minlike" can have holes, which their
    intervals fill; a null value in a hole is rejected though the interval holds it. R's
    ``binom.test`` prints a minlike p-value beside a central interval, and the two can clash (4 of
    28 against 0.05). Outcomes whose probabilities, or tails whose weights, differ by a factor
    below 1 + 1e-7 count as equal, as in R. The interval of "wilson_corrected" has an end rule: it
    holds 0 with no event, and 1 with nothing but events.

    References
    ----------
    .. [1] Fay, M. P. (2010). Biostatistics 11, 373-374; R Journal 2(1), 53-58 (the three exact
       kinds and their intervals).
    .. [2] Hirji, K. F. (2006). Exact Analysis of Discrete Data.

    Examples
    --------
    >>> round(proportion_p_value(21, 28, 0.6, method="exact"), 4)
    0.148
    >>> round(proportion_p_value(21, 28, 0.6, method="mid_p", alternative="greater"), 4)
    0.0527
    """
    word = find_method(PROPORTION_METHODS, method).name
    check_choice("method", word, tuple(_TESTS))
    if check_alternative(alternative) != "two-sided" and word in _TWO_SIDED_ONLY:
        raise ValueError(f"`method` '{word}' is a two-sided test; it has no `alternative`")
    null = np.asarray(null_proportion, dtype=np.float64)
    if not np.all((null >= 0) & (null <= 1)):
        raise ValueError("`null_proportion` must hold proportions in [0, 1]")
    x, trials = check_events(events, n)
    x, trials, null = np.broadcast_arrays(x, trials, null)
    nobody = trials == 0
    # Nobody observed is a binomial count of no trials: it is 0 whatever the proportion.
    nothing = 1.0 if alternative == "two-sided" or word == "clopper_pearson" else 0.5
    with np.errstate(under="ignore"):
        found = _TESTS[word](x, trials + nobody, null, alternative)
    p = np.where(nobody, nothing, found)
    return float(p) if p.ndim == 0 else p
