"""P-values for p1 - p2 that agree with the intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._two_samples import Table, check_alternative, two_sample_p_value
from dipoutcomes.intervals._two_samples import difference as kernels
from dipoutcomes.intervals._two_samples.shared import (
    Alternative,
    check_null,
    score_p_value,
    wald_p_value,
)
from dipoutcomes.intervals.unconditional.p_values import exact_p_values

#: The methods that invert a test. The others (Newcombe, MOVER) have no p-value of their own.
WITH_P_VALUE = (
    "miettinen_nurminen", "scas", "mee", "agresti_caffo", "wald", "chan_zhang", "agresti_min",
)  # fmt: skip


def difference_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    null_difference: float = 0.0,
    method: str = "miettinen_nurminen",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of p1 - p2 = *null_difference* that matches the interval of *method*.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`miettinen_nurminen_interval`.
    null_difference : float, default 0
        In [-1, 1].
    method : str, default "miettinen_nurminen"
        "miettinen_nurminen", "scas", "mee", "agresti_caffo", "wald", "chan_zhang" or
        "agresti_min", or an alias: the interval at level 1 - p has *null_difference* for a limit
        (for the last two the interval is the hull of what the test accepts).
    alternative : {"two-sided", "greater", "less"}
        "greater": p1 - p2 is larger than *null_difference*.

    Returns
    -------
    float or array
        1 where a group is empty. The exact ones ("chan_zhang", "agresti_min") are never smaller
        than the true maximum over the nuisance parameter.

    Raises
    ------
    ValueError
        If the method inverts no test, or an argument lies outside its range.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226.
    .. [2] Chan, I. S. F. and Zhang, Z. (1999). Biometrics 55, 1202-1209.
    .. [3] Agresti, A. and Min, Y. (2001). Biometrics 57, 963-971.

    Examples
    --------
    >>> round(difference_p_value(56, 70, 48, 80, method="mee"), 5)
    0.00805
    """
    from dipoutcomes.intervals.difference.table import DIFFERENCE_METHODS, find_method

    word = find_method(DIFFERENCE_METHODS, method).name
    check_choice("method", word, WITH_P_VALUE)
    check_alternative(alternative)
    null = check_null("null_difference", null_difference)
    if not -1 <= null <= 1:
        raise ValueError(f"`null_difference` must lie in [-1, 1]; got {null:g}")

    def p_value(table: Table) -> FloatArray:
        at = np.full(np.shape(table[0]), null)
        if word in {"chan_zhang", "agresti_min"}:
            return exact_p_values("difference", table, null, alternative, central=word[0] == "c")
        if word == "scas":
            return score_p_value(kernels.difference_held_score(table, at), alternative)
        if word in {"miettinen_nurminen", "mee"}:
            corrected = word == "miettinen_nurminen"
            score = kernels.difference_score(table, at, corrected=corrected)
            return score_p_value(score, alternative)
        x1, n1, x2, n2 = table
        more = 1.0 if word == "agresti_caffo" else 0.0
        padded = (x1 + more, n1 + 2 * more, x2 + more, n2 + 2 * more)
        centre, error = kernels.wald_parts(padded)
        return wald_p_value(centre - null, error, alternative)

    return two_sample_p_value(p_value, (events_1, n_1, events_2, n_2))
