"""The time by which a given share has had the event: the median, and other quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dipoutcomes.intervals.kaplan_meier import survival_quantile_interval
from dipoutcomes.results import Curve, Estimate, EstimateRow, EstimateTable
from dipoutcomes.survival._plain_curve import counts_of, plain_steps

_SLACK = 1e-9  # a curve that reaches a share but for rounding has reached it


def event_time_quantiles(
    curves: Curve | Sequence[Curve],
    *,
    shares: Sequence[float] = (0.5,),
    event_says: str = "with the event",
    method: str = "beta_product",
) -> EstimateTable:
    r"""Return the time by which given shares of each group have had the event, with limits.

    Parameters
    ----------
    curves : Curve or sequence of Curve
        From `kaplan_meier` or `curves_by_group`; nobody may enter late.
    shares : sequence of float, default (0.5,)
        Of people *with* the event, each strictly between 0 and 1; 0.5 gives the median time.
    event_says : str, default "with the event"
        As a report prints it: "arrested".
    method : str, default "beta_product"
        Of the limits: "beta_product", "mid_p", "likelihood_ratio", "log_log", "log", "plain",
        "logit" or "arcsine", as in `intervals.survival_quantile_interval`.

    Returns
    -------
    EstimateTable
        A row a group and share, in the curves' unit. Where the share was not reached within the
        follow-up the value is nan with a caveat, and the upper limit infinite; the lower limit
        may still be known. Counts are all events of all people.

    Raises
    ------
    ValueError
        If there is no curve, a share is out of range, *method* is no choice, or a curve is
        weighted or has late entry.
    DesignError
        If a curve is withheld.

    Notes
    -----
    The first time at which the curve is at or below the share left. Where it runs level at
    exactly that share, the middle of the level stretch, which without leavers is the ordinary
    median. It is *not* the mean time, nor the median among those who had the event. Two medians
    with intervals that overlap may still differ: compare the curves.

    References
    ----------
    .. [1] Brookmeyer, R. and Crowley, J. (1982). Biometrics 38, 29-41.
    .. [2] Fay, M. P., Brittain, E. H. and Proschan, M. A. (2013). Biostatistics 14, 723-736.

    Examples
    --------
    >>> from dipoutcomes.survival import kaplan_meier
    >>> curve = kaplan_meier([3, 5, 8, 13, 21, 34, 55, 89], [1] * 8)
    >>> print(event_time_quantiles(curve, event_says="arrested")["half arrested"])
    time to half arrested: 17.000 (95% CI 3.000 to 89.000, beta product; 8 in 8 people)
    """
    given = (curves,) if isinstance(curves, Curve) else tuple(curves)
    wanted = [float(share) for share in shares]
    if not given or not wanted:
        raise ValueError("at least one curve and one share are needed")
    if not all(0 < share < 1 for share in wanted):
        raise ValueError("`shares` must lie strictly between 0 and 1 (half is written 0.5)")
    rows = tuple(
        EstimateRow(
            label=f"{_words(share)} {event_says}",
            group="" if curve.label == "all" else curve.label,
            estimate=_estimate(curve, share, event_says, method),
        )
        for curve in given
        for share in wanted
    )
    return EstimateTable(
        name="event_time_quantiles",
        caption=f"{given[0].time_unit.capitalize()} until given shares were {event_says}",
        rows=rows,
    )


def _words(share: float) -> str:
    return "half" if share == 0.5 else f"{100 * share:g}%"


def _estimate(curve: Curve, share: float, event_says: str, method: str) -> Estimate:
    steps = plain_steps(curve)
    interval = survival_quantile_interval(
        *counts_of(curve),
        share=1 - share,
        method=method,
        confidence_level=curve.confidence_level,
    )
    value = _crossing(curve, 1 - share)
    caveat = ""
    if np.isnan(value):
        caveat = f"not reached by {steps.days[-1]:g} {curve.time_unit}, the end of follow-up"
    return Estimate(
        measure=f"time to {_words(share)} {event_says}",
        value=value,
        interval=interval,
        events=sum(curve.events),
        base=float(curve.n),
        base_unit="persons",
        quantity="days" if curve.time_unit == "days" else "mean",
        caveat=caveat,
    )


def _crossing(curve: Curve, left: float) -> float:
    """Return the first time with at most *left* still free; the middle of a level stretch."""
    value, time = np.asarray(curve.value), np.asarray(curve.time)
    reached = np.flatnonzero(value <= left + _SLACK)
    if not reached.size:
        return float("nan")
    below = np.flatnonzero(value < left - _SLACK)
    first = float(time[reached[0]])
    if not below.size or below[0] == reached[0]:
        return first
    return (first + float(time[below[0]])) / 2
