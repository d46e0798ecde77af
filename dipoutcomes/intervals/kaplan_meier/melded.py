"""Two groups at a fixed time: beta product limits of each melded into one comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import (
    FloatArray,
    Method,
    Side,
    find_method,
    finish,
    half_alpha,
    level_for,
)
from dipoutcomes.intervals.kaplan_meier import _meld
from dipoutcomes.intervals.kaplan_meier._beta import Betas, beta_variables
from dipoutcomes.intervals.kaplan_meier._meld import MEASURES, Share
from dipoutcomes.intervals.kaplan_meier._steps import check_at, check_group
from dipoutcomes.results import Interval, IntervalArray

_TITLES = {"beta_product": "melded beta product", "mid_p": "melded beta product, mid-P"}
_Tail = Callable[[FloatArray], FloatArray]


def melded_interval(
    first: Any,
    second: Any,
    at: Any,
    *,
    measure: str = "difference",
    method: str = "beta_product",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return a melded interval that compares two groups' shares without the event at fixed times.

    Parameters
    ----------
    first, second : four arrays each
        ``(time, at_risk, events, censored)`` of each group, as for :func:`beta_product_interval`.
    at : float or array of float
        Times, at least 0.
    measure : {"difference", "ratio", "odds_ratio", "event_ratio"}
        First less second share without the event, their ratio or odds ratio; or the ratio of the
        shares *with* the event.
    method : {"beta_product", "mid_p"}
        Cautious, or with the mid-P rule.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at the end of the measure's range.

    Returns
    -------
    Interval or IntervalArray
        First against second group.

    Raises
    ------
    TypeError, ValueError
        If a group is not four arrays of counts that add up, or an argument lies outside its range.

    Notes
    -----
    The lower limit is a quantile of the comparison of the variable behind the first group's lower
    limit with the one behind the second's upper limit; the upper limit the other way round. Found
    by quadrature, not by simulation. Sound where nobody or everybody had the event. Without
    censoring the p-value of no difference is Fisher's exact one, twice one-sided.

    References
    ----------
    .. [1] Fay, M. P., Proschan, M. A. and Brittain, E. (2015). Biometrics 71, 146-156.

    Examples
    --------
    Two of 14 with the event against nine of 14, all seen for 12 months:

    >>> treated, others = ([6, 12], [14, 12], [2, 0], [0, 12]), ([6, 12], [14, 5], [9, 0], [0, 5])
    >>> print(melded_interval(treated, others, at=11))
    95% CI 0.072 to 0.788, melded beta product
    """
    level = level_for(confidence_level, side)
    scale = MEASURES[check_choice("measure", measure, tuple(MEASURES))]
    entry = find_method(SURVIVAL_TWO_GROUPS_METHODS, method)
    low_tail, high_tail, shape = _tails(first, second, at, measure, entry.name)
    tail = half_alpha(level)
    low = _meld.quantile(lambda d: low_tail(d) - tail, scale, shape)
    high = _meld.quantile(lambda d: tail - high_tail(d), scale, shape)
    if measure == "event_ratio":
        with np.errstate(divide="ignore"):
            low, high = 1 / high, 1 / low
    limits = low.reshape(np.shape(at)), high.reshape(np.shape(at))
    return finish(limits, confidence_level, entry.title, possible=scale.possible, side=side)


def melded_p_value(
    first: Any,
    second: Any,
    at: Any,
    *,
    measure: str = "difference",
    null: float | None = None,
    method: str = "beta_product",
    alternative: str = "two-sided",
) -> FloatArray | float:
    """Return the melded p-value of a given comparison of two groups at fixed times.

    Parameters
    ----------
    first, second, at, measure, method
        As for :func:`melded_interval`.
    null : float, optional
        The comparison supposed, on the scale of *measure*; no difference unless given.
    alternative : {"two-sided", "greater", "less"}
        "greater": that the comparison is above *null*. Two-sided is twice the smaller and at
        most 1.

    Returns
    -------
    float or array
        In [0, 1].

    Raises
    ------
    TypeError, ValueError
        As for :func:`melded_interval`.

    References
    ----------
    .. [1] Fay, M. P., Proschan, M. A. and Brittain, E. (2015). Biometrics 71, 146-156.

    Examples
    --------
    >>> treated, others = ([6, 12], [14, 12], [2, 0], [0, 12]), ([6, 12], [14, 5], [9, 0], [0, 5])
    >>> round(melded_p_value(treated, others, at=11), 4)
    0.0183
    """
    scale = MEASURES[check_choice("measure", measure, tuple(MEASURES))]
    check_choice("alternative", alternative, ("two-sided", "greater", "less"))
    word = find_method(SURVIVAL_TWO_GROUPS_METHODS, method).name
    value = scale.null if null is None else float(null)
    if not (scale.possible[0] <= value <= scale.possible[1] and np.isfinite(value)):
        raise ValueError(f"`null` lies outside the range of a {measure}: {value:g}")
    if measure == "event_ratio":
        if value == 0:
            raise ValueError("`null` of an event ratio must be above 0")
        value = 1 / value
    low_tail, high_tail, shape = _tails(first, second, at, measure, word)
    delta = np.full(shape, value)
    greater, less = low_tail(delta), high_tail(delta)
    if measure == "event_ratio":
        greater, less = less, greater
    if alternative == "two-sided":
        p = np.minimum(2 * np.minimum(greater, less), 1.0)
    else:
        p = greater if alternative == "greater" else less
    p = np.clip(p, 0.0, 1.0).reshape(np.shape(at))
    return float(p) if p.ndim == 0 else p


def _tails(
    first: Any, second: Any, at: Any, measure: str, method: str
) -> tuple[_Tail, _Tail, tuple[int, ...]]:
    """Return the two one-sided p-values as functions of the comparison supposed."""
    wanted = np.ravel(check_at(at))
    one = _shares(beta_variables(check_group("first", first), wanted))
    two = _shares(beta_variables(check_group("second", second), wanted))
    scale = MEASURES[measure]
    if method == "mid_p":

        def low_tail(delta: FloatArray) -> FloatArray:
            parts = [_meld.at_most(a, b, delta, scale) for a in one for b in two]
            return np.asarray(sum(parts) / 4)

        def high_tail(delta: FloatArray) -> FloatArray:
            parts = [_meld.at_least(a, b, delta, scale) for a in one for b in two]
            return np.asarray(sum(parts) / 4)

        return low_tail, high_tail, wanted.shape
    return (
        lambda delta: _meld.at_most(one[0], two[1], delta, scale),
        lambda delta: _meld.at_least(one[1], two[0], delta, scale),
        wanted.shape,
    )


def _shares(betas: Betas) -> tuple[Share, Share]:
    """Return the variables behind a group's lower and upper limits."""
    below = Share(*betas.below, np.where(betas.nobody, 0.0, np.nan))
    return below, Share(*betas.above, np.where(betas.no_event, 1.0, np.nan))


def _melded_method(name: str, use: str, **more: Any) -> Method:
    def function(
        first: Any,
        second: Any,
        at: Any,
        *,
        measure: str = "difference",
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> Interval | IntervalArray:
        return melded_interval(
            *(first, second, at),
            measure=measure,
            method=name,
            confidence_level=confidence_level,
            side=side,
        )

    return Method(
        name=name,
        title=_TITLES[name],
        function=function,
        use=use,
        reference="Fay, Proschan and Brittain (2015), Biometrics 71, 146-156",
        one_sided=True,
        **more,
    )


SURVIVAL_TWO_GROUPS_METHODS = (
    _melded_method(
        "beta_product",
        "The default: sound where nobody or everybody had the event.",
        standing="recommended",
    ),
    _melded_method("mid_p", "Less cautious."),
)
