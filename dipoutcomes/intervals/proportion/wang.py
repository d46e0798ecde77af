"""Wang's admissible interval for a proportion."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.intervals import _wang
from dipoutcomes.intervals._typing import one_sample
from dipoutcomes.intervals.proportion._call import by_kernel
from dipoutcomes.results import Interval, IntervalArray


@one_sample
def wang_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Wang's admissible exact interval for a proportion.

    Parameters
    ----------
    events, n, confidence_level
        As for :func:`wilson_interval`; two-sided only, *n* at most 1,000 and *confidence_level*
        at least 0.5.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`wilson_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`wilson_interval` does.

    Notes
    -----
    The Clopper-Pearson intervals of all counts 0..n, shortened in turn from the middle outward
    for as long as the coverage stays at least nominal for every p, and no further than the
    one-sided bounds; none of the intervals that result can be shortened alone. The shortest exact
    method on average, but the inversion of no test: there is no p-value to go with it, and **it
    is not nested**: a higher level can give an interval that does not hold the one of a lower
    level. Fix the level in advance, or use :func:`blaker_interval`.

    The order and the limits are those of R's ``ExactCIone``, whose search stops at 1e-7; here the
    places at which the coverage reaches the level are found to rounding.

    References
    ----------
    .. [1] Wang, W. (2014). Statistica Sinica 24, 1389-1410.

    Examples
    --------
    >>> print(wang_interval(21, 28))
    95% CI 0.551 to 0.877, exact (Wang)
    """
    if check_confidence_level(confidence_level) < _wang.LEAST_LEVEL:
        raise ValueError("`confidence_level` of Wang's interval must be at least 0.5")
    if np.asarray(n).size and np.max(n) > _wang.MOST_TRIALS:
        raise ValueError(
            f"`n` must be at most {_wang.MOST_TRIALS:,} for Wang's interval, which works out all "
            "counts together; for larger samples use Blaker's"
        )
    return by_kernel(_wang.binomial, "exact (Wang)", events, n, confidence_level)
