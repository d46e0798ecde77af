"""Limits of a Kaplan-Meier curve by Greenwood's variance, on five scales."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.intervals._common import Side, finish, level_for
from dipoutcomes.intervals.kaplan_meier._greenwood import SCALES, greenwood, greenwood_limits
from dipoutcomes.intervals.kaplan_meier._steps import check_at, check_steps
from dipoutcomes.intervals.kaplan_meier._typing import ungrouped
from dipoutcomes.results import Interval, IntervalArray


def _interval(
    scale: str, data: tuple[Any, ...], at: Any, confidence_level: float, side: Side
) -> Interval | IntervalArray:
    level = level_for(confidence_level, side)
    steps, wanted = check_steps(*data), check_at(at)
    survival, variance_sum = greenwood(steps.died, steps.followed)
    row = steps.rows_by(wanted)
    low, high = greenwood_limits(
        np.append(1.0, survival), np.append(0.0, variance_sum), scale, level
    )
    return finish((low[row], high[row]), confidence_level, SCALES[scale], side=side)


@ungrouped
def km_log_log_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the log-log interval for the share still without the event at fixed times.

    Parameters
    ----------
    time, at_risk, events, censored, at
        As for :func:`beta_product_interval`. Beyond the last time the last limits are carried.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at 0 or 1.

    Returns
    -------
    Interval or IntervalArray
        Shares in [0, 1]; nan where the curve is at 1 or at 0, for its variance is then 0 and says
        nothing: use :func:`beta_product_interval` there.

    Raises
    ------
    ValueError
        If times do not increase or the counts do not add up.

    Notes
    -----
    log(-log S) plus or minus z times its standard error. Never outside [0, 1]; of the five scales
    the one that covers best in small samples. The others are :func:`km_logit_interval`,
    :func:`km_arcsine_interval`, :func:`km_log_interval` and :func:`km_plain_interval`.

    References
    ----------
    .. [1] Kalbfleisch, J. D. and Prentice, R. L. (2002). The Statistical Analysis of Failure
       Time Data, 2nd edition, equation 1.15.

    Examples
    --------
    >>> print(km_log_log_interval([30, 60, 90], [5, 4, 2], [1, 1, 1], [0, 1, 1], at=60))
    95% CI 0.126 to 0.882, log-log (Greenwood)
    """
    data = (time, at_risk, events, censored)
    return _interval("log_log", data, at, confidence_level, side)


@ungrouped
def km_logit_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the logit interval for the share still without the event at fixed times.

    Parameters
    ----------
    time, at_risk, events, censored, at, confidence_level, side
        As for :func:`km_log_log_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`km_log_log_interval`.

    Raises
    ------
    ValueError
        As :func:`km_log_log_interval` does.

    References
    ----------
    .. [1] Meeker, W. Q. and Escobar, L. A. (1998). Statistical Methods for Reliability Data,
       section 3.6.

    Examples
    --------
    >>> print(km_logit_interval([30, 60, 90], [5, 4, 2], [1, 1, 1], [0, 1, 1], at=60))
    95% CI 0.200 to 0.900, logit (Greenwood)
    """
    data = (time, at_risk, events, censored)
    return _interval("logit", data, at, confidence_level, side)


@ungrouped
def km_arcsine_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the arcsine interval for the share still without the event at fixed times.

    Parameters
    ----------
    time, at_risk, events, censored, at, confidence_level, side
        As for :func:`km_log_log_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`km_log_log_interval`.

    Raises
    ------
    ValueError
        As :func:`km_log_log_interval` does.

    References
    ----------
    .. [1] Borgan, O. and Liestol, K. (1990). Scandinavian Journal of Statistics 17, 35-41.

    Examples
    --------
    >>> print(km_arcsine_interval([30, 60, 90], [5, 4, 2], [1, 1, 1], [0, 1, 1], at=60))
    95% CI 0.187 to 0.940, arcsine (Greenwood)
    """
    data = (time, at_risk, events, censored)
    return _interval("arcsine", data, at, confidence_level, side)


@ungrouped
def km_log_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the log interval for the share still without the event at fixed times.

    Parameters
    ----------
    time, at_risk, events, censored, at, confidence_level, side
        As for :func:`km_log_log_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`km_log_log_interval`. Cut at 1.

    Raises
    ------
    ValueError
        As :func:`km_log_log_interval` does.

    References
    ----------
    .. [1] Kalbfleisch, J. D. and Prentice, R. L. (2002). The Statistical Analysis of Failure
       Time Data, 2nd edition, section 1.4.

    Examples
    --------
    >>> print(km_log_interval([30, 60, 90], [5, 4, 2], [1, 1, 1], [0, 1, 1], at=60))
    95% CI 0.293 to 1.000, log (Greenwood)
    """
    data = (time, at_risk, events, censored)
    return _interval("log", data, at, confidence_level, side)


@ungrouped
def km_plain_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the plain interval for the share still without the event at fixed times.

    Parameters
    ----------
    time, at_risk, events, censored, at, confidence_level, side
        As for :func:`km_log_log_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`km_log_log_interval`. Cut at 0 and 1.

    Raises
    ------
    ValueError
        As :func:`km_log_log_interval` does.

    Notes
    -----
    To reproduce published work: it covers too little in small samples (94% in 2,500 made-up
    cohorts of 60 with 60% free of the event). Like the other scales it has no limits where nobody
    had the event, and with 97% free held the truth in 80% to 83% of cohorts of 60.

    References
    ----------
    .. [1] Greenwood, M. (1926). Reports on Public Health and Medical Subjects 33, 1-26.

    Examples
    --------
    >>> print(km_plain_interval([30, 60, 90], [5, 4, 2], [1, 1, 1], [0, 1, 1], at=60))
    95% CI 0.171 to 1.000, plain (Greenwood)
    """
    data = (time, at_risk, events, censored)
    return _interval("plain", data, at, confidence_level, side)
