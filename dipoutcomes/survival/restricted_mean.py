"""Mean time free of the event up to a horizon: the area under the curve."""

from __future__ import annotations

from typing import Any

from scipy.special import ndtri

from dipoutcomes._validate import check_confidence_level, check_positive
from dipoutcomes.intervals.kaplan_meier._steps import Steps
from dipoutcomes.intervals.kaplan_meier.restricted_mean import (
    area_and_error as steps_area_and_error,
)
from dipoutcomes.results import Estimate, Interval
from dipoutcomes.survival._counts import Counts, check_follow_up, count_at_times
from dipoutcomes.survival._weighted import weighted_area, weighted_steps
from dipoutcomes.survival.weighted import check_weights

#: Of a difference of two groups; a group in which nobody had the event is not known for certain.
ONE_WITHOUT_SPREAD = (
    "one group showed no spread before the horizon and its own error is taken as 0: read the "
    "limits and the p-value as too sure"
)


def restricted_mean(
    durations: Any,
    observed: Any,
    *,
    horizon: float,
    weights: Any = None,
    event_says: str = "seen again",
    time_unit: str = "days",
    confidence_level: float = 0.95,
) -> Estimate:
    r"""Return the mean time without the event in the first *horizon* of follow-up.

    Parameters
    ----------
    durations, observed : array_like, shape (people,)
        As in `kaplan_meier`.
    horizon : float
        Named before the data are seen; greater than 0 and not beyond the last follow-up (unless
        the curve has reached 0).
    weights : array_like, shape (people,), optional
        As in `weighted_kaplan_meier`; the standard error is then the robust one.
    event_says : str, default "seen again"
        What the event is, as a report prints it: "arrested".
    time_unit : str, default "days"
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        In *time_unit*. The interval is nan, with a caveat, where nobody had the event before the
        horizon: the usual limits would have no width.

    Raises
    ------
    TypeError, ValueError
        As in `kaplan_meier`; or if *horizon* is not a positive number.
    DesignError
        If there is nobody, or the horizon lies beyond the last follow-up.

    Notes
    -----
    :math:`\int_0^\tau S(t)\,dt` with variance :math:`\sum_{t_i \le \tau}
    [\int_{t_i}^\tau S]^2 d_i / (n_i (n_i - d_i))`, without a factor m/(m-1) [1]_. The limits are
    normal ones, cut at 0 and the horizon: with few events, or an area near its bound, read them
    as rough. In 4,000 made-up cohorts of 28 (followed 200 to 800 days, horizon 300) a nominal 95%
    covered 91.8% with 60% free at a year. With 97% free it held the truth in 46%: in half of the
    cohorts nobody had the event before the horizon, and there are no limits at all.

    References
    ----------
    .. [1] Klein, J. P. and Moeschberger, M. L. (2003). Survival Analysis, 2nd edition, section
       4.5, equations 4.5.1 and 4.5.2.

    Examples
    --------
    >>> estimate = restricted_mean([30, 60, 60, 90, 365], [1, 1, 0, 1, 0], horizon=90)
    >>> print(estimate)  # 30 + 30 x 0.8 + 30 x 0.6
    mean days not seen again in the first 90: 72.000 (95% CI 50.963 to 90.000, normal, Greenwood;
    3 in 5 people)
    """
    level = check_confidence_level(confidence_level)
    tau = check_positive("horizon", horizon)
    time, seen, _ = check_follow_up(durations, observed)
    counts = count_at_times(time, seen)
    area, error = area_and_error(counts, tau)
    caveat, title = "", "normal, Greenwood"
    if weights is not None:
        weight = check_weights(weights, len(time))
        if weight.min() < weight.max():
            area, error = weighted_area(weighted_steps(time, seen, None, weight), tau)
            caveat, title = "weighted", "normal, robust"
    z = float(ndtri((1 + level) / 2))
    low, high = max(area - z * error, 0.0), min(area + z * error, tau)
    interval = Interval(low, high, level, title)
    if error == 0:
        caveat = "no spread was seen before the horizon, so these data give no limits"
        interval = Interval.none(level, title)
    return Estimate(
        measure=f"mean {time_unit} not {event_says} in the first {tau:g}",
        value=area,
        interval=interval,
        events=int(counts.events[counts.time <= tau].sum()),
        base=float(len(time)),
        base_unit="persons",
        quantity="days" if time_unit == "days" else "mean",
        caveat=caveat,
    )


def area_and_error(counts: Counts, tau: float) -> tuple[float, float]:
    """Return the area under the curve of one group up to *tau* and its standard error."""
    columns = (counts.at_risk[:, 0], counts.events[:, 0], counts.censored[:, 0])
    return steps_area_and_error(Steps(counts.time, *(c.astype(float) for c in columns)), tau)
