"""Wang's admissible interval for a known frame."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.intervals import _wang
from dipoutcomes.intervals._typing import finite
from dipoutcomes.intervals.finite_population._call import by_counts, checked
from dipoutcomes.results import Interval, IntervalArray


@finite
def hypergeometric_wang_interval(
    events: Any, n: Any, population: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Wang's admissible exact interval for the proportion of a frame with the event.

    Parameters
    ----------
    events, n, population, confidence_level
        As for :func:`hypergeometric_interval`; two-sided only, (*n* + 1) times (*population* + 1)
        at most two million and *confidence_level* at least 0.5.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`hypergeometric_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`hypergeometric_interval` does.

    Notes
    -----
    The equal-tailed intervals of all counts 0..n, shortened in turn from the middle outward for as
    long as the coverage stays at least nominal for every number of people, and no further than
    the one-sided bounds. The shortest on average, but the inversion of no test, not nested in the
    level, and not always inside Blaker's interval. Fix the level in advance, or use
    :func:`hypergeometric_blaker_interval`.

    References
    ----------
    .. [1] Wang, W. (2015). Journal of the American Statistical Association 110, 1491-1499.

    Examples
    --------
    >>> interval = hypergeometric_wang_interval(21, 28, 210)
    >>> round(interval.low * 210), round(interval.high * 210)
    (119, 185)
    """
    if check_confidence_level(confidence_level) < _wang.LEAST_LEVEL:
        raise ValueError("`confidence_level` of Wang's interval must be at least 0.5")
    _, drawn, size = checked(events, n, population)
    if drawn.size and np.max((drawn + 1) * (size + 1)) > _wang.MOST_CELLS:
        raise ValueError(
            f"`population` times `n` must be at most {_wang.MOST_CELLS:,} for Wang's interval, "
            "which works out all counts together; for larger frames use Blaker's"
        )
    title = "exact (hypergeometric, Wang)"
    return by_counts(_wang.hypergeometric, title, (events, n, population), confidence_level)
