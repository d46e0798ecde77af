"""Tests of a number of people in a known frame: a p-value of each kind, for its interval."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice, check_counts
from dipoutcomes.intervals import _hypergeometric_tests
from dipoutcomes.intervals._common import (
    Alternative,
    FloatArray,
    check_alternative,
    find_method,
)
from dipoutcomes.intervals.finite_population._call import checked
from dipoutcomes.intervals.finite_population.table import FINITE_POPULATION_METHODS

_TESTS: dict[str, _hypergeometric_tests.Test] = {
    "hypergeometric": _hypergeometric_tests.central,
    "blaker": _hypergeometric_tests.blaker,
    "minlike": _hypergeometric_tests.minlike,
    "mid_p": _hypergeometric_tests.mid_p,
    "wilson": _hypergeometric_tests.score,
    "wilson_sampling_fraction": _hypergeometric_tests.score_sampling_fraction,
}
_TWO_SIDED_ONLY = ("blaker", "minlike")


def finite_population_p_value(
    events: Any,
    n: Any,
    population: Any,
    null_count: Any,
    *,
    method: str = "hypergeometric",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of a test that *null_count* people of the frame have the event.

    Parameters
    ----------
    events, n, population : int or array of int
        As for :func:`hypergeometric_interval`.
    null_count : int or array of int
        People in the frame, ``0 <= null_count <= population``; broadcast with the others.
    method : str, default "hypergeometric"
        An interval of ``METHODS["finite_population"]``, or an alias, that is the inversion of a
        test: "hypergeometric" (central: twice the smaller tail), "blaker", "minlike" (the outcomes
        no likelier than the one seen), "mid_p" (twice the smaller tail with half weight for the
        count seen), "wilson", "wilson_sampling_fraction" (score tests).
    alternative : {"two-sided", "greater", "less"}, default "two-sided"
        Whether the number differs from, exceeds or falls short of *null_count*. Blaker and
        minlike are two-sided only.

    Returns
    -------
    float or array of float
        0 from an exact two-sided test where the sample rules *null_count* out; as of a sample of
        nobody where nobody was drawn.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside its range, or the method has no such test.

    Notes
    -----
    A test and the interval of the same name agree: the interval at level 1 - a holds the null
    value where p > a, but for the gaps that the intervals of "blaker" and "minlike" fill, and the
    end of the interval of "mid_p": it begins at 0 with no event and ends at the whole frame with
    nothing but events. Outcomes whose probabilities, or tails whose weights, differ by a factor
    below 1 + 1e-7 count as equal.

    References
    ----------
    .. [1] Fay, M. P. (2010). R Journal 2(1), 53-58 (the kinds of two-sided tests).

    Examples
    --------
    >>> round(finite_population_p_value(21, 28, 210, 126), 4)
    0.1204
    >>> round(finite_population_p_value(21, 28, 210, 126, method="blaker"), 4)
    0.0987
    """
    word = find_method(FINITE_POPULATION_METHODS, method).name
    check_choice("method", word, tuple(_TESTS))
    if check_alternative(alternative) != "two-sided" and word in _TWO_SIDED_ONLY:
        raise ValueError(f"`method` '{word}' is a two-sided test; it has no `alternative`")
    x, drawn, size = checked(events, n, population)
    null = check_counts("null_count", null_count).astype(np.float64)
    x, drawn, size, null = np.broadcast_arrays(x, drawn, size, null)
    above = int(np.count_nonzero(null > size))
    if above:
        raise ValueError(
            f"`null_count` must be at most `population`; larger in {above} of {x.size} rows"
        )
    p = _TESTS[word](x, drawn, null, size, alternative)
    return float(p) if p.ndim == 0 else p
