"""Fisher's exact test and its relatives: all margins kept."""

from __future__ import annotations

from typing import Any

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._two_samples.shared import Alternative
from dipoutcomes.intervals.odds_ratio import odds_ratio_p_value

_METHODS = {
    "central": "fisher",
    "minlike": "fisher_minlike",
    "blaker": "fisher_blaker",
    "mid_p": "fisher_mid_p",
}


def fisher_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    kind: str = "central",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of Fisher's exact test that two groups do not differ.

    Parameters
    ----------
    events_1, n_1 : int or array of int
        Persons of group 1 with the event, and in all; ``0 <= events_1 <= n_1``.
    events_2, n_2 : int or array of int
        The same for group 2; all four broadcast.
    kind : {"central", "minlike", "blaker", "mid_p"}
        "central" doubles the smaller tail and agrees with :func:`fisher_interval`; "minlike" adds
        the outcomes no likelier than the one seen (R ``fisher.test``, SciPy) and agrees with
        :func:`fisher_minlike_interval`; "blaker" with :func:`fisher_blaker_interval`; "mid_p"
        doubles the smaller tail with half of the observed probability.
    alternative : {"two-sided", "greater", "less"}
        "greater": the event is more frequent in group 1. The kinds then differ no more, but for
        "mid_p".

    Returns
    -------
    float or array
        1 where a group is empty.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Of size at most the level, mostly far below it, when only the group sizes are fixed: then
    :func:`boschloo_p_value` is never larger on one side, and mid-P nearer to the level.

    References
    ----------
    .. [1] Fisher, R. A. (1935). Journal of the Royal Statistical Society 98, 39-82.
    .. [2] Fay, M. P. (2010). Biostatistics 11, 373-374.

    Examples
    --------
    >>> round(fisher_p_value(21, 28, 13, 29), 4)
    0.0391
    >>> round(fisher_p_value(21, 28, 13, 29, kind="minlike"), 4)
    0.0307
    """
    method = _METHODS[check_choice("kind", kind, tuple(_METHODS))]
    counts = (events_1, n_1, events_2, n_2)
    return odds_ratio_p_value(*counts, method=method, alternative=alternative)
