"""The beta product interval for a Kaplan-Meier curve: sound where nobody or all had the event.

Wald-type limits have no width, or none at all, where the curve is at 1 or at 0. This interval
does, and with no censoring it is the exact binomial one.
"""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals._common import Side, finish, level_for
from dipoutcomes.intervals.kaplan_meier._beta import cautious_limits, falling_limits, mid_p_limits
from dipoutcomes.intervals.kaplan_meier._steps import check_at, check_steps
from dipoutcomes.intervals.kaplan_meier._typing import curve
from dipoutcomes.results import Interval, IntervalArray


@curve
def beta_product_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    grouping: float = 0.0,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the beta product interval for the share still without the event at fixed times.

    Parameters
    ----------
    time : array of float
        Every distinct time at which an event or a censoring was seen, increasing; a row at 0
        with neither is welcome.
    at_risk : array of int
        Persons still followed just before each time.
    events, censored : array of int
        At each time. The next number at risk must be what is left: late entry is not covered.
    at : float or array of float
        Times at which the limits are wanted, at least 0, in the unit of *time*.
    grouping : float, default 0
        Where a time t stands for "in the stretch of this width that ends at t" (visits a month
        apart, say), the width; at most the smallest gap between times. Daily dates need none.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at 0 or 1.

    Returns
    -------
    Interval or IntervalArray
        Shares in [0, 1]. After the last time the lower limit is 0.

    Raises
    ------
    ValueError
        If times do not increase, the counts do not add up, or the grouping is too wide.

    Notes
    -----
    The upper limit is a quantile of the product of Beta(at risk - events + 1, events) over event
    times up to *at*. The lower one has one factor more, Beta(still followed, 1): the chance that
    somebody's event comes before the next time seen. Products are replaced by a beta variable
    with their mean and variance. Without censoring the limits are those of Clopper and Pearson.
    No limit is above one before it: where the stand-in would let it rise (by some 1e-6), the lowest
    so far is kept. Within a stretch of grouped time the lower limit is already that of its end, for
    events of the stretch may have come before *at*.
    # Assumes that censoring tells nothing of the event to come.

    References
    ----------
    .. [1] Fay, M. P., Brittain, E. H. and Proschan, M. A. (2013). Biostatistics 14, 723-736.
    .. [2] Fay, M. P. and Brittain, E. H. (2016). Statistics in Medicine 35, 2726-2740 (at event
       times, and grouped).

    Examples
    --------
    Six people, nobody with the event by day 3 and everybody by day 4:

    >>> print(beta_product_interval([4], [6], [6], [0], at=3))
    95% CI 0.541 to 1.000, beta product
    >>> print(beta_product_interval([4], [6], [6], [0], at=4))
    95% CI 0.000 to 0.459, beta product
    """
    level = level_for(confidence_level, side)
    steps = check_steps(time, at_risk, events, censored)
    limits = falling_limits(cautious_limits, steps, check_at(at), level, grouping)
    return finish(limits, confidence_level, "beta product", side=side)


@curve
def beta_product_mid_p_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    grouping: float = 0.0,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the beta product interval with the mid-P rule.

    Parameters
    ----------
    time, at_risk, events, censored, at, grouping, confidence_level, side
        As for :func:`beta_product_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`beta_product_interval`.

    Raises
    ------
    ValueError
        As :func:`beta_product_interval` does.

    Notes
    -----
    Quantiles of a variable that is, with chance one half each, the one behind the lower and the
    one behind the upper limit. Less cautious; without censoring it is the binomial mid-P
    interval. The bpcp package finds these quantiles to some 3e-4 by default.

    References
    ----------
    .. [1] Fay, M. P. and Brittain, E. H. (2016). Statistics in Medicine 35, 2726-2740.

    Examples
    --------
    >>> print(beta_product_mid_p_interval([4], [6], [6], [0], at=4))
    95% CI 0.000 to 0.393, beta product, mid-P
    """
    level = level_for(confidence_level, side)
    steps = check_steps(time, at_risk, events, censored)
    limits = falling_limits(mid_p_limits, steps, check_at(at), level, grouping)
    return finish(limits, confidence_level, "beta product, mid-P", side=side)
