"""Intervals for a proportion from the binomial tails: Clopper-Pearson and mid-P."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._typing import one_sample_bounds
from dipoutcomes.intervals.proportion._call import by_kernel
from dipoutcomes.results import Interval, IntervalArray


@one_sample_bounds
def clopper_pearson_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the exact (Clopper-Pearson) interval for a proportion.

    Parameters
    ----------
    events, n, confidence_level, side
        As for :func:`wilson_interval`.

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
    Every p that neither one-sided exact test rejects at half of 1 - level. Coverage is at least
    nominal for every p and often well above it, so the interval is wide: use it where "at least
    95%" is a promise. With no event the free side keeps half the error; the "rule of three" is
    the one-sided bound (``side="upper"``). Agrees with the *central* exact p-value, not with the
    *minlike* one that R and SciPy print beside it.

    References
    ----------
    .. [1] Clopper, C. J. and Pearson, E. S. (1934). Biometrika 26, 404-413.

    Examples
    --------
    >>> print(clopper_pearson_interval(21, 28))
    95% CI 0.551 to 0.893, exact (Clopper-Pearson)
    """
    title = "exact (Clopper-Pearson)"
    return by_kernel(_binomial.clopper_pearson, title, events, n, confidence_level, side)


@one_sample_bounds
def mid_p_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
) -> Interval | IntervalArray:
    """Return the mid-P interval: the exact one with half weight for the count observed.

    Parameters
    ----------
    events, n, confidence_level, side
        As for :func:`wilson_interval`.

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
    The lower limit solves P(X > x) + P(X = x) / 2 = (1 - level) / 2, the upper likewise. Less
    cautious than the exact interval; coverage is near nominal on average and can fall a little
    short. Not where "at least 95%" is promised.

    References
    ----------
    .. [1] Lancaster, H. O. (1961). Journal of the American Statistical Association 56, 223-234.
    .. [2] Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872 (method 6).

    Examples
    --------
    >>> print(mid_p_interval(21, 28))
    95% CI 0.567 to 0.884, exact mid-P
    """
    return by_kernel(_binomial.mid_p, "exact mid-P", events, n, confidence_level, side)
