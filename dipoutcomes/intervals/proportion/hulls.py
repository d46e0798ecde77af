"""Intervals for a proportion from two-sided exact tests: Blaker, and minlike (Sterne)."""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals import _binomial_hulls
from dipoutcomes.intervals._typing import one_sample
from dipoutcomes.intervals.proportion._call import by_kernel
from dipoutcomes.results import Interval, IntervalArray


@one_sample
def blaker_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Blaker's exact interval for a proportion.

    Parameters
    ----------
    events, n, confidence_level
        As for :func:`wilson_interval`; two-sided only.

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
    Every p that Blaker's test does not reject at 1 - level, and whatever lies between two such p:
    the accepted set can have holes, and the closed hull is given. The test's p-value is the
    smaller tail at x plus the largest opposite tail that is no heavier. Coverage is at least
    nominal for every p; always inside the Clopper-Pearson interval, and nested in the level. Use
    it where "at least 95%" is promised and a shorter interval is welcome; not where the two sides
    matter separately, for it does not share the error equally between them.

    The limits are found without a step size: between two places at which the opposite tail takes
    in a count the p-value falls and then rises, so each stretch has one crossing at most.

    References
    ----------
    .. [1] Blaker, H. (2000). Canadian Journal of Statistics 28, 783-798 (Theorem 1).
    .. [2] Klaschka, J. (2010). COMPSTAT 2010 (the holes, and how searches miss them).

    Examples
    --------
    >>> print(blaker_interval(21, 28))
    95% CI 0.555 to 0.886, exact (Blaker)
    """
    return by_kernel(_binomial_hulls.blaker, "exact (Blaker)", events, n, confidence_level)


@one_sample
def minlike_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the minlike interval: the hull of what the test of R's ``binom.test`` accepts.

    Parameters
    ----------
    events, n, confidence_level
        As for :func:`wilson_interval`; two-sided only.

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
    Every p at which the outcomes no likelier than x have together more than 1 - level, and
    whatever lies between two such p: the accepted set can have holes, and the closed hull is
    given. A search that starts at the estimate and stops at the first rejected p gives too short
    an interval; this one comes from the outside. Also called Sterne's, who gave the tables by
    hand. Coverage is at least nominal. Use it to go with a p-value that R or SciPy printed;
    otherwise :func:`blaker_interval`, which lies inside the Clopper-Pearson interval, as this one
    need not.

    References
    ----------
    .. [1] Sterne, T. E. (1954). Biometrika 41, 275-278.
    .. [2] Fay, M. P. (2010). Biostatistics 11, 373-374; R Journal 2(1), 53-58.

    Examples
    --------
    >>> print(minlike_interval(21, 28))
    95% CI 0.554 to 0.881, exact (minlike)
    """
    return by_kernel(_binomial_hulls.minlike, "exact (minlike)", events, n, confidence_level)
