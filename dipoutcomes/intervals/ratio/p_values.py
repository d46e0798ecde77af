"""P-values for p1 / p2 that agree with the intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._two_samples import Table, check_alternative, two_sample_p_value
from dipoutcomes.intervals._two_samples import ratio as kernels
from dipoutcomes.intervals._two_samples.shared import (
    Alternative,
    check_null,
    score_p_value,
    wald_p_value,
)
from dipoutcomes.intervals.unconditional.p_values import exact_p_values

#: The methods that invert a test. The others (MOVER) have no p-value of their own.
WITH_P_VALUE = (
    "koopman", "miettinen_nurminen", "scas", "walter", "katz", "chan_zhang", "agresti_min",
)  # fmt: skip


def ratio_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    null_ratio: float = 1.0,
    method: str = "koopman",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of p1 / p2 = *null_ratio* that matches the interval of *method*.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`koopman_interval`.
    null_ratio : float, default 1
        Finite and greater than 0.
    method : str, default "koopman"
        A name of `WITH_P_VALUE` or an alias of one. The interval at level 1 - p has *null_ratio*
        for a limit, or is the hull of what the test accepts (exact methods).
    alternative : {"two-sided", "greater", "less"}
        "greater": p1 / p2 is larger than *null_ratio*.

    Returns
    -------
    float or array
        1 where a group is empty; ``nan`` where the method has no answer.

    Raises
    ------
    ValueError
        If the method inverts no test, or an argument lies outside its range.

    References
    ----------
    .. [1] Koopman, P. A. R. (1984). Biometrics 40, 513-517.

    Examples
    --------
    >>> round(ratio_p_value(21, 28, 13, 29), 5)
    0.02027
    """
    from dipoutcomes.intervals.ratio.table import RATIO_METHODS, find_method

    word = find_method(RATIO_METHODS, method).name
    check_choice("method", word, WITH_P_VALUE)
    check_alternative(alternative)
    null = check_null("null_ratio", null_ratio)
    if not 0 < null < np.inf:
        raise ValueError(f"`null_ratio` must be finite and greater than 0; got {null:g}")
    place = null / (1 + null)

    def p_value(table: Table) -> FloatArray:
        at = np.full(np.shape(table[0]), place)
        if word in {"chan_zhang", "agresti_min"}:
            return exact_p_values("ratio", table, place, alternative, central=word[0] == "c")
        if word == "scas":
            return score_p_value(kernels.ratio_held_score(table, at), alternative)
        if word in {"koopman", "miettinen_nurminen"}:
            score = kernels.ratio_score(table, at, corrected=word == "miettinen_nurminen")
            return score_p_value(score, alternative)
        parts = kernels.walter_parts if word == "walter" else kernels.katz_parts
        centre, error = parts(table)
        return wald_p_value(centre - np.log(null), np.where(error > 0, error, np.nan), alternative)

    return two_sample_p_value(p_value, (events_1, n_1, events_2, n_2))
