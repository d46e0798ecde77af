"""The time by which a given share has had the event: the median, and other quantiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits, Method, Side, find_method, level_for
from dipoutcomes.intervals.kaplan_meier._beta import cautious_limits, falling_limits, mid_p_limits
from dipoutcomes.intervals.kaplan_meier._greenwood import SCALES, greenwood, greenwood_limits
from dipoutcomes.intervals.kaplan_meier._likelihood import likelihood_ratio_limits
from dipoutcomes.intervals.kaplan_meier._steps import Steps, check_steps
from dipoutcomes.results import Interval


def _wald(scale: str) -> Callable[[Steps, FloatArray, float], Limits]:
    def limits(steps: Steps, _at: FloatArray, level: float) -> Limits:
        survival, variance_sum = greenwood(steps.died, steps.followed)
        low, high = greenwood_limits(survival, variance_sum, scale, level)
        # Before the first event nothing can be tried; after everybody's, what held still holds.
        known = np.flatnonzero(np.isfinite(high))
        carried = high[known[-1]] if known.size else 1.0
        low, high = np.where(survival == 0, 0.0, low), np.where(survival == 0, carried, high)
        return np.append(np.nan, low), np.append(np.nan, high)

    return limits


_KERNELS: dict[str, Callable[[Steps, FloatArray, float], Limits]] = {
    "beta_product": lambda steps, at, level: falling_limits(cautious_limits, steps, at, level),
    "mid_p": lambda steps, at, level: falling_limits(mid_p_limits, steps, at, level),
    "likelihood_ratio": likelihood_ratio_limits,
    **{scale: _wald(scale) for scale in SCALES},
}


def survival_quantile_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    *,
    share: float = 0.5,
    method: str = "beta_product",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval:
    """Return limits for the time at which a given share is still without the event.

    Parameters
    ----------
    time, at_risk, events, censored
        As for :func:`beta_product_interval`.
    share : float, default 0.5
        Still without the event, strictly between 0 and 1; 0.5 gives the median time.
    method : str, default "beta_product"
        A name of ``METHODS["survival_quantile"]`` or one of its aliases: the limits of the curve
        that are turned round.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at 0 or infinity.

    Returns
    -------
    Interval
        Times in the unit of *time*; infinity where the upper limit lies beyond the follow-up. With
        a Greenwood method the lower limit is nan where no limit of the curve reaches the share.

    Raises
    ------
    ValueError
        If an argument lies outside its range, times do not increase, or counts do not add up.

    Notes
    -----
    The times at which the interval of the curve holds the share, from the first to the end of the
    last (Brookmeyer and Crowley). Greenwood's methods cannot be tried before the first event; the
    beta product can, and its lower limit is 0 where so few people cannot rule it out.

    References
    ----------
    .. [1] Brookmeyer, R. and Crowley, J. (1982). Biometrics 38, 29-41.
    .. [2] Fay, M. P., Brittain, E. H. and Proschan, M. A. (2013). Biostatistics 14, 723-736.

    Examples
    --------
    >>> time = [3, 5, 8, 13, 21, 34, 55, 89]
    >>> print(survival_quantile_interval(time, range(8, 0, -1), [1] * 8, [0] * 8))
    95% CI 3.000 to 89.000, beta product
    """
    level = level_for(confidence_level, side)
    if not 0 < share < 1:
        raise ValueError(f"`share` must lie strictly between 0 and 1; got {share:g}")
    entry = find_method(SURVIVAL_QUANTILE_METHODS, method)
    steps = check_steps(time, at_risk, events, censored)
    starts = np.append(0.0, steps.days)
    if steps.days[0] == 0:  # the curve's first stretch has no length
        starts[0] = -1.0
    # Limits on each stretch from one time to the next.
    low, high = _KERNELS[entry.name](steps, np.maximum(starts, 0.0), level)
    reached, held = np.flatnonzero(low <= share), np.flatnonzero(high >= share)
    first = max(float(starts[reached[0]]), 0.0) if reached.size else np.nan
    last = float(np.append(steps.days, np.inf)[held[-1]]) if held.size else np.nan
    if side == "upper":
        first = 0.0
    if side == "lower":
        last = np.inf
    title = entry.title if side == "two-sided" else f"{entry.title}, {side} bound only"
    if np.isnan(last):
        last = np.inf if not reached.size else first
    return Interval(first, last, confidence_level, title)


def _quantile_method(name: str, title: str, use: str, reference: str, **more: Any) -> Method:
    def function(
        time: Any,
        at_risk: Any,
        events: Any,
        censored: Any,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> Interval:
        return survival_quantile_interval(
            *(time, at_risk, events, censored),
            method=name,
            confidence_level=confidence_level,
            side=side,
        )

    return Method(
        name=name, title=title, function=function, use=use, reference=reference,
        one_sided=True, **more,
    )  # fmt: skip


_BROOKMEYER = "Brookmeyer and Crowley (1982), Biometrics 38, 29-41"

SURVIVAL_QUANTILE_METHODS = (
    _quantile_method(
        "beta_product",
        "beta product",
        "The default: keeps its level in small samples.",
        "Fay, Brittain and Proschan (2013), Biostatistics 14, 723-736",
        standing="recommended",
        aliases=("median_beta_product",),
    ),
    _quantile_method(
        "mid_p",
        "beta product, mid-P",
        "Less cautious.",
        "Fay and Brittain (2016), Statistics in Medicine 35, 2726-2740",
        aliases=("median_beta_product_mid_p",),
    ),
    _quantile_method(
        "likelihood_ratio",
        "likelihood ratio",
        "Larger samples.",
        "Thomas and Grunkemeier (1975), J. American Statistical Association 70, 865-871",
    ),
    *(
        _quantile_method(
            scale,
            title,
            "Larger samples; as most programs print it."
            if scale in {"log_log", "log"}
            else "To reproduce published work.",
            _BROOKMEYER,
            aliases=("median_km_arcsin",) if scale == "arcsine" else (f"median_km_{scale}",),
        )
        for scale, title in SCALES.items()
    ),
)
