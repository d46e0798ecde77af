"""Kaplan-Meier curves of weighted people, with robust variance."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Curve
from dipoutcomes.survival._counts import Floats, check_follow_up
from dipoutcomes.survival._limits import TITLES, wald_limits
from dipoutcomes.survival._weighted import log_survival_variance, weighted_steps
from dipoutcomes.survival.curves import kaplan_meier, late_entry_caveat


def weighted_kaplan_meier(
    durations: Any,
    observed: Any,
    weights: Any,
    *,
    entry: Any = None,
    label: str = "all",
    measure: str = "share not yet seen again",
    time_unit: str = "days",
    confidence_level: float = 0.95,
) -> Curve:
    r"""Return the Kaplan-Meier curve of people who count for more or less than one each.

    Parameters
    ----------
    durations, observed, entry, label, measure, time_unit, confidence_level
        As in `kaplan_meier`.
    weights : array_like, shape (people,)
        Inverse chances of being sampled, or propensity weights; 0 or more, on any scale. People
        of weight 0 are left out.

    Returns
    -------
    Curve
        `at_risk`, `events` and `censored` count people, not weights; `caveat` gives the effective
        number of people, :math:`(\sum w)^2 / \sum w^2`. Limits on the log-log scale, nan where
        nobody or everybody has had the event; where all weights are equal it is the curve of
        `kaplan_meier`.

    Raises
    ------
    TypeError, ValueError
        As in `kaplan_meier`; or a weight is missing, negative or infinite.
    DesignError
        As in `kaplan_meier`; or all weights are 0.

    Notes
    -----
    The variance is the infinitesimal jackknife: the sum of squared influences of each person,
    with :math:`\psi_i(t) = w_i \{\sum_{u \le t} Y_i(u) D(u) / (R(u) (R(u) - D(u)))
    - N_i(t) / (R(X_i) - D(X_i))\}` on the scale of log S, *R* and *D* the weights at risk and of
    events. With equal weights it is Greenwood's; doubling all weights changes nothing. A variance
    that takes weights for numbers of people does neither, and is wrong for propensity weights.
    Assumes that the weights are given: where they were estimated these limits are a little too
    wide as a rule (weights for the whole population), and a bootstrap that estimates them anew
    is exact. People must be independent: repeat no one. The limits are of normal theory and rest on
    the effective number of people: in 2,000 simulated cohorts of 28 a nominal 95% covered 95% with
    weights of 1 and 3 and 92% with widely spread ones (28 people counting as 17); of 200, 95%.

    References
    ----------
    .. [1] Xie, J. and Liu, C. (2005). Statistics in Medicine 24, 3089-3110 (weighted curve).
    .. [2] Efron, B. (1982). The Jackknife, the Bootstrap and Other Resampling Plans, chapter 6.

    Examples
    --------
    >>> curve = weighted_kaplan_meier([30, 60, 60, 90, 365], [1, 1, 0, 1, 0], [1, 2, 1, 1, 1])
    >>> [round(share, 3) for share in curve.value]  # 5/6, then 3/5 of it, then 1/2 of that
    [1.0, 0.833, 0.5, 0.25, 0.25]
    >>> curve.caveat
    'weighted: 5 people count as 4.5 of equal weight'
    """
    level = check_confidence_level(confidence_level)
    time, seen, start = check_follow_up(durations, observed, entry)
    weight = check_weights(weights, len(time))
    kept = weight > 0
    time, seen, weight = time[kept], seen[kept], weight[kept]
    start = None if start is None else start[kept]
    words: dict[str, Any] = {"label": label, "measure": measure, "time_unit": time_unit}
    if np.ptp(weight) == 0:
        return kaplan_meier(time, seen, entry=start, confidence_level=level, **words)
    steps = weighted_steps(time, seen, start, weight)
    counts = steps.counts
    if counts.at_risk[0, 0] == 0:
        raise DesignError(
            "nobody is under observation at time 0, so the curve has no start; give the entry "
            "times from the first entry on, and read the curve as conditional on reaching it"
        )
    low, high = wald_limits(steps.survival, log_survival_variance(steps), "log_log", level)
    effective = weight.sum() ** 2 / (weight**2).sum()
    caveat = f"weighted: {len(time):,} people count as {effective:,.1f} of equal weight"
    if late := late_entry_caveat(counts.late_entries, steps.survival, counts.at_risk[:, 0]):
        caveat += f"; {late}"
    return Curve(
        **words,
        time=tuple(counts.time.tolist()),
        value=tuple(steps.survival.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        at_risk=tuple(counts.at_risk[:, 0].tolist()),
        events=tuple(counts.events[:, 0].tolist()),
        censored=tuple(counts.censored[:, 0].tolist()),
        confidence_level=level,
        method=f"{TITLES['log_log'].replace('Greenwood', 'robust')}, none where nobody or "
        "everybody had the event",
        caveat=caveat,
        persons=len(time) if counts.late_entries else None,
    )


def check_weights(weights: Any, people: int) -> Floats:
    """Return the weights, scaled so that the largest is 1; all faults at once."""
    values = np.asarray(weights)
    if values.shape != (people,):
        raise ValueError(f"`weights` needs one value a person: {people}, found {values.size}")
    try:
        values = values.astype(float)
    except (TypeError, ValueError):
        raise TypeError("`weights` must hold numbers; found missing or other values") from None
    problems = []
    if bad := int((~np.isfinite(values)).sum()):
        problems.append(f"`weights` has {bad} missing or infinite values")
    if bad := int((values < 0).sum()):
        problems.append(f"`weights` has {bad} negative values; it must be 0 or more")
    if problems:
        raise ValueError("; ".join(problems))
    largest = float(values.max())
    if largest == 0:
        raise DesignError(f"all {people:,} weights are 0: nobody is left to describe")
    return np.asarray(values / largest)
