"""The likelihood ratio interval for a Kaplan-Meier curve."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals._common import Side, finish, level_for
from dipoutcomes.intervals.kaplan_meier._likelihood import likelihood_ratio_limits
from dipoutcomes.intervals.kaplan_meier._steps import check_at, check_steps
from dipoutcomes.intervals.kaplan_meier._typing import ungrouped
from dipoutcomes.results import Interval, IntervalArray


@ungrouped
def km_likelihood_ratio_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the likelihood ratio interval of Thomas and Grunkemeier at fixed times.

    Parameters
    ----------
    time, at_risk, events, censored, at
        As for :func:`beta_product_interval`. Beyond the last time the last limits are carried,
        unless there was no event.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at 0 or 1.

    Returns
    -------
    Interval or IntervalArray
        Shares in [0, 1].

    Raises
    ------
    ValueError
        If times do not increase or the counts do not add up.

    Notes
    -----
    The values that a curve with jumps at the event times can take at *at* with a likelihood not
    too far below its greatest, by chi-square with one degree of freedom. Without censoring it is
    the binomial likelihood ratio interval. Where no event has happened the curve has no jump to
    move; the interval is then that of the likelihood of no event among those still followed, S to
    the power of their number (the bpcp package gives 1 to 1).

    References
    ----------
    .. [1] Thomas, D. R. and Grunkemeier, G. L. (1975). Journal of the American Statistical
       Association 70, 865-871.

    Examples
    --------
    >>> steps = ([30, 60, 90], [5, 4, 2], [1, 1, 1], [0, 1, 1])
    >>> print(km_likelihood_ratio_interval(*steps, at=60))
    95% CI 0.199 to 0.919, likelihood ratio
    >>> print(km_likelihood_ratio_interval(*steps, at=10))
    95% CI 0.681 to 1.000, likelihood ratio
    """
    level = level_for(confidence_level, side)
    steps = check_steps(time, at_risk, events, censored)
    limits = likelihood_ratio_limits(steps, check_at(at), level)
    return finish(limits, confidence_level, "likelihood ratio", side=side)
