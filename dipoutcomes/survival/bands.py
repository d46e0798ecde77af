"""Bands that hold the whole curve at once, between two times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtr

from dipoutcomes._validate import check_choice
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals.kaplan_meier._greenwood import greenwood, greenwood_limits
from dipoutcomes.intervals.kaplan_meier._steps import Steps
from dipoutcomes.results import Curve
from dipoutcomes.survival import _critical
from dipoutcomes.survival._counts import Floats
from dipoutcomes.survival._plain_curve import plain_steps

_KINDS = {"equal_precision": "equal precision", "hall_wellner": "Hall-Wellner"}
_SCALES = {"log_log": "log-log", "arcsine": "arcsine", "plain": "plain"}
_FEWEST = 10  # people still followed at the end of the range, unless it is named


def survival_band(
    curve: Curve,
    *,
    kind: str = "equal_precision",
    scale: str = "log_log",
    between: Sequence[float] | None = None,
) -> Curve:
    r"""Return the curve with limits that hold all of it at once, in place of pointwise ones.

    Parameters
    ----------
    curve : Curve
        From `kaplan_meier` or `curves_by_group`; nobody may enter late.
    kind : {"equal_precision", "hall_wellner"}
        "equal_precision" is wider than the pointwise limits by one factor throughout (Nair);
        "hall_wellner" is narrower in the middle and wider at the ends.
    scale : {"log_log", "arcsine", "plain"}
    between : two floats, optional
        First and last time of the range, in the curve's unit, named before the data are seen.
        Omitted: from the first event to the last one with at least 10 people still followed.

    Returns
    -------
    Curve
        `low` and `high` are the band within the range and nan outside it; `method` names the kind,
        the scale, the range and the critical value.

    Raises
    ------
    ValueError
        If *kind* or *scale* is no choice, the range is not two increasing times, or the curve is
        weighted or has late entry.
    DesignError
        If there is no event in the range with somebody left after it, or the curve is withheld.

    Notes
    -----
    With :math:`\hat\sigma^2(t)` the Greenwood sum and :math:`a = n\hat\sigma^2/(1 + n\hat\sigma^2)`
    at both ends, the equal precision band takes the quantile of
    :math:`\sup |W(u)| / \sqrt{u (1 - u)}` in place of 1.96, the Hall-Wellner band that of
    :math:`\sup |W(u)|` times :math:`(1 + n \hat\sigma^2) / \sqrt n` in place of
    :math:`1.96 \hat\sigma`, over :math:`a_L \le u \le a_U`, *W* a Brownian bridge. Both quantiles
    are computed from the exact distribution; printed tables of the first come from an
    approximation and differ by up to 0.012. In 1,500 simulated
    groups of 60 and of 200 (leavers, whole days, the default range) the equal precision band held
    the whole curve in 94.7% and 95.4% (log-log), 95.8% and 95.4% (arcsine), 88.5% and 88.9%
    (plain); the Hall-Wellner band in 95.1% to 96.2% on any scale. The plain scale is there to
    reproduce published work. A band is for "the curve lies above the line throughout"; for one
    time chosen beforehand the pointwise limits are right and shorter. It does not tell whether two
    curves differ: use a test.

    References
    ----------
    .. [1] Hall, W. J. and Wellner, J. A. (1980). Biometrika 67, 133-143.
    .. [2] Nair, V. N. (1984). Technometrics 26, 265-275.
    .. [3] Klein, J. P. and Moeschberger, M. L. (2003). Survival Analysis, 2nd edition, section
       4.4 (equations) and tables C.3, C.4 (quantiles).

    Examples
    --------
    >>> from dipoutcomes.survival import kaplan_meier
    >>> curve = kaplan_meier(list(range(10, 310, 10)), [1, 0] * 15)
    >>> band = survival_band(curve, between=(50, 150))
    >>> [round(limit[7], 3) for limit in (curve.low, band.low, band.value, band.high, curve.high)]
    [0.666, 0.551, 0.859, 0.962, 0.945]
    """
    check_choice("kind", kind, tuple(_KINDS))
    check_choice("scale", scale, tuple(_SCALES))
    steps = plain_steps(curve)
    survival, variance = greenwood(steps.died, steps.followed)
    first, last = _range(steps, survival, between)
    held = _held(steps, first, last)
    usable = (survival > 0) & (survival < 1)
    if not (held & usable).any():
        raise DesignError(
            f"no event lies between {first:g} and {last:g} {curve.time_unit} with somebody left "
            "after it: there is no band; use the pointwise limits at one time"
        )
    inside = np.flatnonzero(held & usable)
    # What is claimed begins at the first usable step and ends before the curve reaches 0.
    first = max(first, float(steps.days[inside[0]]))
    if survival[steps.days <= last][-1] == 0:
        last = float(steps.days[inside[-1]])
    n = steps.persons
    shares = n * variance[inside[[0, -1]]] / (1 + n * variance[inside[[0, -1]]])
    value, spread = _critical_value(kind, shares, curve.confidence_level), variance
    if kind == "hall_wellner":
        with np.errstate(invalid="ignore"):
            spread = (1 + n * variance) ** 2 / n
    low, high = np.full(len(survival), np.nan), np.full(len(survival), np.nan)
    # The level whose normal quantile is the critical value: the same formulas serve.
    level = float(2 * ndtr(value) - 1)
    low[inside], high[inside] = greenwood_limits(survival[inside], spread[inside], scale, level)
    return replace(
        curve,
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        method=(
            f"{_KINDS[kind]} band, {_SCALES[scale]}, from {first:g} to {last:g} "
            f"{curve.time_unit}, critical value {value:.4f}"
        ),
    )


def _range(steps: Steps, survival: Floats, between: Sequence[float] | None) -> tuple[float, float]:
    if between is None:
        left = steps.followed - steps.died
        events = np.flatnonzero((steps.died > 0) & (left >= _FEWEST))
        if not len(events):
            raise DesignError(
                f"no event has {_FEWEST} people still followed after it: a band would not keep its "
                "level; use the pointwise limits, or name a range with `between`"
            )
        return float(steps.days[events[0]]), float(steps.days[events[-1]])
    try:
        first, last = (float(time) for time in between)
    except (TypeError, ValueError):
        raise ValueError("`between` must be two times") from None
    if not 0 <= first < last:
        raise ValueError("`between` must be two increasing times, the first 0 or more")
    ends = float(steps.days[-1])
    if last > ends and survival[-1] > 0:
        raise DesignError(f"the range runs to {last:g} and follow-up ends at {ends:g}")
    return first, last


def _held(steps: Steps, first: float, last: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which steps lie in the range, the one that is in force at its start included."""
    held = (steps.days >= first) & (steps.days <= last)
    before = np.flatnonzero(steps.days <= first)
    if before.size:
        held[before[-1]] = True
    return np.asarray(held, dtype=np.bool_)


def _critical_value(kind: str, shares: Floats, level: float) -> float:
    low, high = (float(share) for share in shares)
    if kind == "hall_wellner":
        return _critical.hall_wellner(low, high, level)
    return _critical.equal_precision(low, high, level)
