"""The difference of two shares in the same persons by any method, and its p-value."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import FloatArray, Method, Side, find_method, interval_by
from dipoutcomes.intervals._typing import Counts
from dipoutcomes.intervals.paired import _kernels
from dipoutcomes.intervals.paired._tables import check_cells, plain, score_p_value
from dipoutcomes.intervals.paired.difference import (
    agresti_min_interval,
    bonett_price_interval,
    newcombe_paired_interval,
    newcombe_paired_plain_interval,
    paired_scas_interval,
    paired_wald_interval,
    tango_interval,
)
from dipoutcomes.results import Interval, IntervalArray

_NEWCOMBE = "Newcombe (1998), Statistics in Medicine 17, 2635-2650"

PAIRED_METHODS = (
    Method(
        name="tango",
        title="Tango score",
        function=tango_interval,
        use="The default: near-nominal coverage, agrees with McNemar's test.",
        reference="Tango (1998), Statistics in Medicine 17, 891-908",
        standing="recommended",
        one_sided=True,
        aliases=("tango_score",),
    ),
    Method(
        name="scas",
        title="paired score, skewness-corrected",
        function=paired_scas_interval,
        use="Where errors on the two sides must be alike; agrees with its p-value.",
        reference="Laud (2017), Pharmaceutical Statistics 16, 334-348; Tango (1998)",
        one_sided=True,
        aliases=("scas_paired",),
    ),
    Method(
        name="newcombe",
        title="Newcombe paired score",
        function=newcombe_paired_interval,
        use="A closed form from two Wilson intervals.",
        reference=f"{_NEWCOMBE}, method 10",
        one_sided=True,
        aliases=("newcombe_paired_method_10",),
    ),
    Method(
        name="bonett_price",
        title="Bonett-Price",
        function=bonett_price_interval,
        use="By hand.",
        reference="Bonett and Price (2012), J. Educational and Behavioral Statistics 37, 479-488",
        one_sided=True,
        aliases=("bonett_price_untruncated",),
    ),
    Method(
        name="agresti_min",
        title="Agresti-Min",
        function=agresti_min_interval,
        use="By hand.",
        reference="Agresti and Min (2005), Statistics in Medicine 24, 729-740",
        one_sided=True,
        aliases=("agresti_min_untruncated",),
    ),
    Method(
        name="newcombe_plain",
        title="Newcombe paired score, phi uncorrected",
        function=newcombe_paired_plain_interval,
        use="To reproduce published work.",
        reference=f"{_NEWCOMBE}, method 8",
        one_sided=True,
        aliases=("newcombe_paired_method_8_no_phi_correction",),
    ),
    Method(
        name="wald",
        title="paired Wald (do not use)",
        function=paired_wald_interval,
        use="Do not use: no width when no pair is discordant.",
        reference=f"{_NEWCOMBE}, method 1",
        standing="do not use",
        one_sided=True,
    ),
)


@overload
def paired_difference_interval(  # type: ignore[overload-overlap]
    both: int,
    first_only: int,
    second_only: int,
    neither: int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def paired_difference_interval(
    both: Counts | int,
    first_only: Counts | int,
    second_only: Counts | int,
    neither: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def paired_difference_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    method: str = "tango",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for a paired difference by any method of ``METHODS["paired_difference"]``.

    Parameters
    ----------
    both, first_only, second_only, neither : int or array of int
        As for :func:`tango_interval`.
    method : str, default "tango"
        A name of ``METHODS["paired_difference"]`` or one of its aliases.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at -1 or 1.

    Returns
    -------
    Interval or IntervalArray
        Limits for the first share less the second, 0 for no change; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(paired_difference_interval(53, 16, 8, 9))
    95% CI -0.020 to 0.207, Tango score
    """
    counts = (both, first_only, second_only, neither)
    return interval_by(
        PAIRED_METHODS, method, *counts, confidence_level=confidence_level, side=side
    )


def paired_difference_p_value(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    null_difference: Any = 0.0,
    method: str = "tango",
    alternative: str = "two-sided",
) -> FloatArray | float:
    """Return the p-value of a given difference of paired proportions.

    Parameters
    ----------
    both, first_only, second_only, neither : int or array of int
        As for :func:`tango_interval`.
    null_difference : float or array of float, default 0
        In [-1, 1].
    method : {"tango", "scas"}
        The interval at level 1 - p has *null_difference* for a limit.
    alternative : {"two-sided", "greater", "less"}
        "greater": that the first share exceeds the second by more than *null_difference*.

    Returns
    -------
    float or array
        1 (0.5 for one side) where nobody was observed or the table says nothing of the difference.

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Notes
    -----
    With "tango" and a difference of 0 this is McNemar's test without correction.

    References
    ----------
    .. [1] Tango, T. (1998). Statistics in Medicine 17, 891-908, equation 12.

    Examples
    --------
    >>> round(paired_difference_p_value(12, 3, 9, 4), 5)
    0.08326
    """
    word = find_method(PAIRED_METHODS, method).name
    check_choice("method", word, ("tango", "scas"))
    null = np.asarray(null_difference, dtype=np.float64)
    if not np.all(np.abs(null) <= 1):
        raise ValueError("`null_difference` must lie in [-1, 1]")
    a, b, c, d = check_cells((both, first_only, second_only, neither))
    a, b, c, d, null = np.broadcast_arrays(a, b, c, d, null)
    total = a + b + c + d
    score = _kernels.scas_held_score if word == "scas" else _kernels.tango_score
    found = np.where(total > 0, score(np.maximum(total, 1.0), b, c, null), 0.0)
    return plain(score_p_value(found, alternative))
