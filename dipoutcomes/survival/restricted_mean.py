"""Mean time free of the event up to a horizon: the area under the curve."""

from __future__ import annotations

from typing import Any

from scipy.special import ndtri

from dipoutcomes._validate import check_confidence_level, check_positive
from dipoutcomes.intervals.kaplan_meier._beta_area import beta_area_limits
from dipoutcomes.intervals.kaplan_meier._steps import Steps
from dipoutcomes.intervals.kaplan_meier.restricted_mean import (
    area_and_error as steps_area_and_error,
)
from dipoutcomes.results import Estimate, Interval
from dipoutcomes.survival._counts import Counts, Floats, check_follow_up, count_at_times
from dipoutcomes.survival._weighted import weighted_area, weighted_steps
from dipoutcomes.survival.weighted import check_weights

#: People with the event before the horizon, and people followed to it, that normal limits need.
FEWEST = 20


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
        In *time_unit*, its limits normal or, with few people, of the beta product (see Notes); the
        interval names which. Weighted people without a spread before the horizon have none, with
        a caveat.

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
    normal ones, cut at 0 and the horizon, where at least 20 people had the event before the
    horizon and at least 20 were followed to it. Otherwise they are those of
    `restricted_mean_beta_product_interval`, which are cautious, and there even if nobody had the
    event. In 4,000 made-up cohorts each of 28, 60, 200 and 1,000 people (followed 200 to 800 days,
    horizon 300) a nominal 95% covered 97.7%, 97.1%, 94.1% and 95.0% with 60% free of the event at a
    year, and 99.0%, 98.8%, 98.5% and 96.5% with 97% free, where normal limits held the truth in
    46%, 69%, 88% and 92%. Limits of weighted people are normal throughout: with few events read
    them as rough.

    References
    ----------
    .. [1] Klein, J. P. and Moeschberger, M. L. (2003). Survival Analysis, 2nd edition, section
       4.5, equations 4.5.1 and 4.5.2.

    Examples
    --------
    >>> estimate = restricted_mean([30, 60, 60, 90, 365], [1, 1, 0, 1, 0], horizon=90)
    >>> print(estimate)  # 30 + 30 x 0.8 + 30 x 0.6
    mean days not seen again in the first 90: 72.000 (95% CI 31.073 to 87.449, beta product,
    area; 3 in 5 people)
    """
    level = check_confidence_level(confidence_level)
    tau = check_positive("horizon", horizon)
    time, seen, _ = check_follow_up(durations, observed)
    counts = count_at_times(time, seen)
    area, error = area_and_error(counts, tau)
    caveat, title, exact = "", "normal, Greenwood", _too_few(time, seen, tau)
    if weights is not None:
        weight = check_weights(weights, len(time))
        if weight.min() < weight.max():
            area, error = weighted_area(weighted_steps(time, seen, None, weight), tau)
            caveat, title, exact = "weighted", "normal, robust", False
    z = float(ndtri((1 + level) / 2))
    low, high = max(area - z * error, 0.0), min(area + z * error, tau)
    interval = Interval(low, high, level, title)
    if exact:
        interval = Interval(
            *beta_area_limits(_steps(counts), tau, level), level, "beta product, area"
        )
    elif error == 0:
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
    return steps_area_and_error(_steps(counts), tau)


def _steps(counts: Counts) -> Steps:
    columns = (counts.at_risk[:, 0], counts.events[:, 0], counts.censored[:, 0])
    return Steps(counts.time, *(column.astype(float) for column in columns))


def _too_few(time: Floats, seen: Any, tau: float) -> bool:
    events, followed = int(seen[time < tau].sum()), int((time >= tau).sum())
    return min(events, followed) < FEWEST
