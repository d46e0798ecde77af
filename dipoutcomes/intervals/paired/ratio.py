"""The ratio of two shares in the same persons: the share before over the share after."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from dipoutcomes._validate import check_choice, check_positives
from dipoutcomes.intervals._common import FloatArray, Method, Side, find_method, interval_by
from dipoutcomes.intervals._typing import Counts, paired_bounds
from dipoutcomes.intervals.paired import _kernels
from dipoutcomes.intervals.paired._tables import (
    check_cells,
    plain,
    score_p_value,
    table_interval,
)
from dipoutcomes.results import Interval, IntervalArray

_POSSIBLE = (0.0, np.inf)


@paired_bounds
def tang_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return Tang's score interval for the ratio of two paired proportions.

    Parameters
    ----------
    both, first_only, second_only, neither : int or array of int
        Persons with the event at both times, at the first only, at the second only, at neither;
        each at least 0; broadcast. Nobody with an event gives 0 to infinity: no information.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at 0 or infinity.

    Returns
    -------
    Interval or IntervalArray
        First share over second share, from 0 to infinity.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Inverts the score test with the variance at the likeliest shares; at a ratio of 1 it is
    McNemar's test without correction, as Tango's for the difference is. Sound with no event at
    one of the times. Both periods must be equally long and seen to their end.

    References
    ----------
    .. [1] Tang, N.-S., Tang, M.-L. and Chan, I. S. F. (2003). Statistics in Medicine 22,
       1217-1233.

    Examples
    --------
    >>> print(tang_interval(12, 3, 9, 4))
    95% CI 0.465 to 1.050, Tang score
    """
    counts = (both, first_only, second_only, neither)
    return table_interval(_kernels.tang, "Tang score", counts, confidence_level, side, _POSSIBLE)


@paired_bounds
def bonett_price_ratio_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Bonett-Price hybrid Wilson interval for the ratio of two paired proportions.

    Parameters
    ----------
    both, first_only, second_only, neither, confidence_level, side
        As for :func:`tang_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`tang_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`tang_interval` does.

    Notes
    -----
    Two Wilson intervals among those with an event at either time, at a level reduced for what the
    two shares have in common. A closed form; no inversion of a test.

    References
    ----------
    .. [1] Bonett, D. G. and Price, R. M. (2006). Statistics in Medicine 25, 3039-3047.

    Examples
    --------
    >>> print(bonett_price_ratio_interval(12, 3, 9, 4))
    95% CI 0.483 to 1.056, Bonett-Price hybrid Wilson
    """
    counts, title = (both, first_only, second_only, neither), "Bonett-Price hybrid Wilson"
    kernel = _kernels.bonett_price_ratio
    return table_interval(kernel, title, counts, confidence_level, side, _POSSIBLE)


PAIRED_RATIO_METHODS = (
    Method(
        name="tang",
        title="Tang score",
        function=tang_interval,
        use="The default: near-nominal coverage, agrees with McNemar's test.",
        reference="Tang, Tang and Chan (2003), Statistics in Medicine 22, 1217-1233",
        standing="recommended",
        one_sided=True,
        aliases=("tang_score",),
    ),
    Method(
        name="bonett_price",
        title="Bonett-Price hybrid Wilson",
        function=bonett_price_ratio_interval,
        use="A closed form.",
        reference="Bonett and Price (2006), Statistics in Medicine 25, 3039-3047",
        one_sided=True,
        aliases=("bonett_price_hybrid_wilson",),
    ),
)


@overload
def paired_ratio_interval(  # type: ignore[overload-overlap]
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
def paired_ratio_interval(
    both: Counts | int,
    first_only: Counts | int,
    second_only: Counts | int,
    neither: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def paired_ratio_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    method: str = "tang",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for a paired ratio by any method of ``METHODS["paired_ratio"]``.

    Parameters
    ----------
    both, first_only, second_only, neither, confidence_level, side
        As for :func:`tang_interval`.
    method : str, default "tang"
        A name of ``METHODS["paired_ratio"]`` or one of its aliases.

    Returns
    -------
    Interval or IntervalArray
        Limits for the first share over the second, 1 for no change; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(paired_ratio_interval(12, 3, 9, 4))
    95% CI 0.465 to 1.050, Tang score
    """
    counts = (both, first_only, second_only, neither)
    return interval_by(
        PAIRED_RATIO_METHODS, method, *counts, confidence_level=confidence_level, side=side
    )


def paired_ratio_p_value(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    null_ratio: Any = 1.0,
    method: str = "tang",
    alternative: str = "two-sided",
) -> FloatArray | float:
    """Return the score p-value of a given ratio of paired proportions.

    Parameters
    ----------
    both, first_only, second_only, neither
        As for :func:`tang_interval`.
    null_ratio : float or array of float, default 1
        Above 0 and finite.
    method : {"tang"}
        The interval at level 1 - p has *null_ratio* for a limit.
    alternative : {"two-sided", "greater", "less"}
        "greater": that the ratio is above *null_ratio*.

    Returns
    -------
    float or array
        1 (0.5 for one side) where nobody had an event.

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    References
    ----------
    .. [1] Tang, N.-S., Tang, M.-L. and Chan, I. S. F. (2003). Statistics in Medicine 22,
       1217-1233.

    Examples
    --------
    >>> round(paired_ratio_p_value(12, 3, 9, 4), 5)
    0.08326
    """
    check_choice("method", find_method(PAIRED_RATIO_METHODS, method).name, ("tang",))
    null = check_positives("null_ratio", null_ratio)
    a, b, c, d = check_cells((both, first_only, second_only, neither))
    a, b, c, d, null = np.broadcast_arrays(a, b, c, d, null)
    d = d + (a + b + c + d == 0)
    return plain(score_p_value(_kernels.tang_score(a, b, c, d, null / (1 + null)), alternative))
