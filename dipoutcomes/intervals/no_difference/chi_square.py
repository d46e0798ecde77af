"""The chi-square tests of two independent proportions."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._two_samples import Table, check_alternative, two_sample_p_value
from dipoutcomes.intervals._two_samples.shared import Alternative, bounded_score, score_p_value

CORRECTIONS = ("none", "n_minus_1", "yates")


def pearson_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    correction: str = "none",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of Pearson's chi-square test that two groups do not differ.

    Parameters
    ----------
    events_1, n_1 : int or array of int
        Persons of group 1 with the event, and in all; ``0 <= events_1 <= n_1``.
    events_2, n_2 : int or array of int
        The same for group 2; all four broadcast.
    correction : {"none", "n_minus_1", "yates"}
        "n_minus_1" multiplies the statistic by (N - 1) / N; "yates" is the continuity correction.
    alternative : {"two-sided", "greater", "less"}
        "greater": the event is more frequent in group 1. By the signed root of the statistic.

    Returns
    -------
    float or array
        1 where a group is empty, and where nobody or everybody has the event.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    An approximation: with expected counts below 5 use "n_minus_1" or an exact test; "yates" is
    more cautious than the exact unconditional tests. Without correction it agrees with the Mee
    and Koopman intervals, with "n_minus_1" with the Miettinen-Nurminen ones.

    References
    ----------
    .. [1] Campbell, I. (2007). Statistics in Medicine 26, 3661-3675.

    Examples
    --------
    >>> round(pearson_p_value(21, 28, 13, 29), 4)
    0.0203
    >>> round(pearson_p_value(21, 28, 13, 29, correction="yates"), 4)
    0.0402
    """
    kind = check_choice("correction", correction, CORRECTIONS)
    check_alternative(alternative)

    def p_value(table: Table) -> FloatArray:
        x1, n1, x2, n2 = table
        total, events = n1 + n2, x1 + x2
        gap = x1 - events * (n1 / total)
        if kind == "yates":
            gap = np.sign(gap) * np.maximum(np.abs(gap) - 0.5, 0.0)
        share = events / total
        variance = n1 * (n2 / total) * share * (1 - share)
        if kind == "n_minus_1":
            variance = variance * (total / (total - 1))
        gap = np.where((events == 0) | (events == total), 0.0, gap)
        return score_p_value(bounded_score(gap, variance), alternative)

    return two_sample_p_value(p_value, (events_1, n_1, events_2, n_2))
