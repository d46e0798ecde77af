"""P-values for the odds ratio that agree with the intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._two_samples import (
    Table,
    check_alternative,
    conditional,
    two_sample_p_value,
)
from dipoutcomes.intervals._two_samples import odds_ratio as kernels
from dipoutcomes.intervals._two_samples.shared import (
    Alternative,
    check_null,
    score_p_value,
    wald_p_value,
)
from dipoutcomes.intervals.unconditional.p_values import exact_p_values

KINDS = {
    "fisher": "central", "fisher_mid_p": "mid_p",
    "fisher_blaker": "blaker", "fisher_minlike": "minlike",
}  # fmt: skip


def conditional_p_values(
    table: Table, null: float, kind: str, alternative: Alternative
) -> FloatArray:
    """Return p-values of the noncentral hypergeometric distribution at an odds ratio."""
    flat = (table[0].ravel(), table[1].ravel(), table[2].ravel(), table[3].ravel())
    found = np.empty(flat[0].shape)
    for part in conditional.blocks(flat):
        block = (flat[0][part], flat[1][part], flat[2][part], flat[3][part])
        support = conditional.supports(block)
        beta = np.full(len(block[0]), np.log(null))
        found[part] = conditional.p_values(support, beta, kind)[alternative]
    return found.reshape(table[0].shape)


#: The methods that invert a test. The others (MOVER) have no p-value of their own.
WITH_P_VALUE = (
    "fisher", "fisher_mid_p", "fisher_blaker", "fisher_minlike", "miettinen_nurminen",
    "cornfield", "scas", "gart", "woolf", "chan_zhang", "agresti_min",
)  # fmt: skip


def odds_ratio_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    null_odds_ratio: float = 1.0,
    method: str = "miettinen_nurminen",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of an odds ratio that matches the interval of *method*.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`fisher_interval`.
    null_odds_ratio : float, default 1
        Finite and greater than 0.
    method : str, default "miettinen_nurminen"
        A name of `WITH_P_VALUE` or an alias of one. The interval at level 1 - p has
        *null_odds_ratio* for a limit, or is the hull of what the test accepts (exact methods).
    alternative : {"two-sided", "greater", "less"}
        "greater": the odds ratio is larger than *null_odds_ratio*.

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
    .. [1] Fay, M. P. (2010). Biostatistics 11, 373-374 (each interval with its own p-value).

    Examples
    --------
    >>> round(odds_ratio_p_value(21, 28, 13, 29, method="fisher"), 4)
    0.0391
    >>> round(odds_ratio_p_value(21, 28, 13, 29, method="fisher_minlike"), 4)
    0.0307
    """
    from dipoutcomes.intervals.odds_ratio.table import ODDS_RATIO_METHODS, find_method

    word = find_method(ODDS_RATIO_METHODS, method).name
    check_choice("method", word, WITH_P_VALUE)
    check_alternative(alternative)
    null = check_null("null_odds_ratio", null_odds_ratio)
    if not 0 < null < np.inf:
        raise ValueError(f"`null_odds_ratio` must be finite and greater than 0; got {null:g}")
    place = null / (1 + null)

    def p_value(table: Table) -> FloatArray:
        at = np.full(np.shape(table[0]), place)
        if word in {"chan_zhang", "agresti_min"}:
            return exact_p_values("odds_ratio", table, place, alternative, central=word[0] == "c")
        if word in KINDS:
            return conditional_p_values(table, null, KINDS[word], alternative)
        if word == "scas":
            return score_p_value(kernels.odds_ratio_held_score(table, at), alternative)
        if word in {"cornfield", "miettinen_nurminen"}:
            score = kernels.odds_ratio_score(table, at, corrected=word == "miettinen_nurminen")
            return score_p_value(score, alternative)
        parts = kernels.gart_parts if word == "gart" else kernels.woolf_parts
        centre, error = parts(table)
        return wald_p_value(centre - np.log(null), error, alternative)

    return two_sample_p_value(p_value, (events_1, n_1, events_2, n_2))
