"""Mean time without the event up to a horizon: of one group, and two compared."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from dipoutcomes._validate import check_confidence_level, check_positive
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals._common import Method, find_method, normal_quantile
from dipoutcomes.intervals.kaplan_meier._beta_area import beta_area_limits
from dipoutcomes.intervals.kaplan_meier._greenwood import greenwood
from dipoutcomes.intervals.kaplan_meier._steps import Steps, check_group, check_steps
from dipoutcomes.results import Interval

_TITLE = "normal, Greenwood"


def area_and_error(steps: Steps, horizon: float) -> tuple[float, float]:
    """Return the area under the curve up to the horizon and its standard error.

    Parameters
    ----------
    steps : Steps
        Of one group.
    horizon : float
        Above 0, and not beyond the last time unless the curve has reached 0.
    """
    survival, _ = greenwood(steps.died, steps.followed)
    last = float(steps.days[-1])
    if horizon > last and survival[-1] > 0:
        raise DesignError(
            f"the horizon is {horizon:g} and follow-up ends at {last:g}: the area beyond it is not "
            f"known. Choose a horizon of at most {last:g}"
        )
    inside = steps.days <= horizon
    starts = np.append(0.0, steps.days[inside])
    curve = np.append(1.0, survival[inside])
    pieces = curve * np.diff(np.append(starts, horizon))
    ahead = pieces[::-1].cumsum()[::-1]  # area from each time to the horizon
    d, n = steps.died[inside], steps.followed[inside]
    spread = (d > 0) & (n > d)  # where everybody has had it, no area is left ahead
    terms = ahead[1:][spread] ** 2 * d[spread] / (n[spread] * (n[spread] - d[spread]))
    return float(ahead[0]), float(np.sqrt(terms.sum()))


def restricted_mean_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    *,
    horizon: float,
    confidence_level: float = 0.95,
) -> Interval:
    """Return a normal interval for the mean time without the event up to a horizon.

    Parameters
    ----------
    time, at_risk, events, censored
        As for :func:`beta_product_interval`.
    horizon : float
        Named before the data are seen; above 0, and not beyond the last time unless the curve has
        reached 0.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Returns
    -------
    Interval
        In the unit of *time*, not clipped to the horizon; nan where no spread was seen before it.

    Raises
    ------
    DesignError
        If the horizon lies beyond the follow-up.
    ValueError
        If times do not increase, counts do not add up, or the horizon is not above 0.

    Notes
    -----
    The variance sums, over event times, the squared area ahead times d / (n (n - d)), without a
    factor n / (n - 1). In 4,000 made-up cohorts of 28 (followed 200 to 800 days, horizon 300) a
    nominal 95% covered 91.8% with 60% free of the event at a year, and 46% with 97% free, where
    half of the cohorts have no limits.

    References
    ----------
    .. [1] Klein, J. P. and Moeschberger, M. L. (2003). Survival Analysis, 2nd edition, section
       4.5, equations 4.5.1 and 4.5.2.

    Examples
    --------
    >>> print(restricted_mean_interval([30, 60, 90], [5, 4, 2], [1, 1, 1], [0, 1, 1], horizon=90))
    95% CI 50.963 to 93.037, normal, Greenwood
    """
    level = check_confidence_level(confidence_level)
    tau = check_positive("horizon", horizon)
    area, error = area_and_error(check_steps(time, at_risk, events, censored), tau)
    if error == 0:
        return Interval.none(level, _TITLE)
    half = normal_quantile(level) * error
    return Interval(area - half, area + half, level, _TITLE)


def restricted_mean_beta_product_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    *,
    horizon: float,
    confidence_level: float = 0.95,
) -> Interval:
    r"""Return limits for the mean time without the event that hold with few events, or none.

    Parameters
    ----------
    time, at_risk, events, censored
        As for :func:`beta_product_interval`.
    horizon, confidence_level
        As for :func:`restricted_mean_interval`.

    Returns
    -------
    Interval
        In the unit of *time*, from 0 to the horizon; always there.

    Raises
    ------
    DesignError, ValueError
        As :func:`restricted_mean_interval` does.

    Notes
    -----
    The upper limit is a quantile of the area under a random curve that falls at each event by a
    factor Beta(at risk - events + 1, events), as in the beta product interval [1]_; the lower
    limit one of the area under a curve that stands at each time where the next event will have
    brought it. Moments of both areas are exact and the quantiles those of beta variables with
    these moments (within 2% of the length of simulated ones). Without censoring the lower limit is
    Gaffke's for the mean of a bounded variable [2]_, of which no case is known where it fails
    [3]_; where nobody had the event it is the horizon times that of Clopper and Pearson.
    Cautious: in 400 to 3,000 made-up cohorts each of 28 to 1,000 people with 2% to 97% free of the
    event at a year (followed 200 to 800 days, horizon 300) a nominal 95% covered 95% to 99%.
    With many events the limits are those of :func:`restricted_mean_interval`, a little longer (2%
    among 1,000 people with 335 events).
    # Assumes that censoring tells nothing of the event to come.

    References
    ----------
    .. [1] Fay, M. P., Brittain, E. H. and Proschan, M. A. (2013). Biostatistics 14, 723-736.
    .. [2] Gaffke, N. (2005). Mathematical Methods of Statistics 14, 451-467.
    .. [3] Learned-Miller, E. and Thomas, P. S. (2019). A New Confidence Interval for the Mean of a
       Bounded Random Variable. arXiv:1905.06208.

    Examples
    --------
    Nobody of 28 had the event in 300 days; 0.025^(1/28) is 0.8766:

    >>> print(restricted_mean_beta_product_interval([300], [28], [0], [28], horizon=300))
    95% CI 262.969 to 300.000, beta product, area
    """
    level = check_confidence_level(confidence_level)
    tau = check_positive("horizon", horizon)
    steps = check_steps(time, at_risk, events, censored)
    area_and_error(steps, tau)  # refuses a horizon beyond the follow-up
    return Interval(*beta_area_limits(steps, tau, level), level, "beta product, area")


def restricted_mean_comparison_interval(
    first: Any,
    second: Any,
    *,
    horizon: float,
    measure: str = "difference",
    confidence_level: float = 0.95,
) -> Interval:
    """Return an interval that compares two groups' mean times without the event up to a horizon.

    Parameters
    ----------
    first, second : four arrays each
        ``(time, at_risk, events, censored)`` of each group, as for :func:`beta_product_interval`.
    horizon : float
        As for :func:`restricted_mean_interval`, for both groups.
    measure : {"difference", "ratio", "lost_time_ratio"}
        First less second mean; their ratio; or the ratio of the times lost, horizon less mean.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Returns
    -------
    Interval
        First against second; ratios by their logarithm. nan where no spread was seen in either
        group, or a ratio is not defined.

    Raises
    ------
    DesignError
        If the horizon lies beyond the follow-up of a group.
    TypeError, ValueError
        If a group is not four arrays of counts that add up, or an argument lies outside its range.

    References
    ----------
    .. [1] Royston, P. and Parmar, M. K. B. (2013). BMC Medical Research Methodology 13, 152.
    .. [2] Uno, H. and others (2014). Journal of Clinical Oncology 32, 2380-2385 (ratios).

    Examples
    --------
    >>> treated, others = ([6, 12], [14, 12], [2, 0], [0, 12]), ([6, 12], [14, 5], [9, 0], [0, 5])
    >>> print(restricted_mean_comparison_interval(treated, others, horizon=12))
    95% CI 1.135 to 4.865, normal, Greenwood
    """
    level = check_confidence_level(confidence_level)
    entry = find_method(RESTRICTED_MEAN_METHODS, measure)
    value, error = _comparison(first, second, horizon, entry.name)
    if not error > 0:
        return Interval.none(level, entry.title)
    half = normal_quantile(level) * error
    low, high = value - half, value + half
    if entry.name != "difference":
        low, high = float(np.exp(low)), float(np.exp(high))
    return Interval(low, high, level, entry.title)


def restricted_mean_p_value(
    first: Any, second: Any, *, horizon: float, measure: str = "difference"
) -> float:
    """Return the two-sided p-value of equal mean times without the event up to a horizon.

    Parameters
    ----------
    first, second, horizon, measure
        As for :func:`restricted_mean_comparison_interval`.

    Returns
    -------
    float
        nan where there is no interval.

    Raises
    ------
    DesignError, TypeError, ValueError
        As :func:`restricted_mean_comparison_interval` does.

    Examples
    --------
    >>> treated, others = ([6, 12], [14, 12], [2, 0], [0, 12]), ([6, 12], [14, 5], [9, 0], [0, 5])
    >>> round(restricted_mean_p_value(treated, others, horizon=12), 4)
    0.0016
    """
    word = find_method(RESTRICTED_MEAN_METHODS, measure).name
    value, error = _comparison(first, second, horizon, word)
    return float(2 * ndtr(-abs(value) / error)) if error > 0 else float("nan")


def _comparison(first: Any, second: Any, horizon: float, word: str) -> tuple[float, float]:
    """Return the comparison (a ratio's logarithm) and its standard error; nan without one."""
    tau = check_positive("horizon", horizon)
    one = area_and_error(check_group("first", first), tau)
    two = area_and_error(check_group("second", second), tau)
    if word == "difference":
        return one[0] - two[0], float(np.hypot(one[1], two[1]))
    if word == "lost_time_ratio":
        one, two = (tau - one[0], one[1]), (tau - two[0], two[1])
    if not (one[0] > 0 and two[0] > 0):
        return float("nan"), float("nan")
    return float(np.log(one[0] / two[0])), float(np.hypot(one[1] / one[0], two[1] / two[0]))


def _measure(name: str, use: str, **more: Any) -> Method:
    def function(
        first: Any, second: Any, *, horizon: float, confidence_level: float = 0.95
    ) -> Interval:
        return restricted_mean_comparison_interval(
            first, second, horizon=horizon, measure=name, confidence_level=confidence_level
        )

    title = _TITLE if name == "difference" else f"{_TITLE}, log scale"
    return Method(name=name, title=title, function=function, use=use, **more)


_UNO = "Uno and others (2014), Journal of Clinical Oncology 32, 2380-2385"

RESTRICTED_MEAN_METHODS = (
    _measure(
        "difference",
        "The default: time gained, in days.",
        reference="Royston and Parmar (2013), BMC Medical Research Methodology 13, 152",
        standing="recommended",
        aliases=("rmst_difference",),
    ),
    _measure("ratio", "Time kept, relative.", reference=_UNO, aliases=("rmst_ratio",)),
    _measure("lost_time_ratio", "Time lost, relative.", reference=_UNO, aliases=("rmtl_ratio",)),
)
