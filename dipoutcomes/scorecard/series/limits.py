"""Limits of a period's count if nothing has changed, exact however small the counts."""

from __future__ import annotations

import numpy as np

from dipoutcomes._validate import check_confidence_level, check_count, check_positive


def share_limits(
    base: int, baseline_count: int, baseline_base: int, *, confidence_level: float = 0.95
) -> tuple[int, int]:
    """Return the least and the most that a count of *base* should be, by a baseline's share.

    Parameters
    ----------
    base : int
        Cases of the period judged; 0 or more.
    baseline_count, baseline_base : int
        Counted, and out of how many, in the baseline periods together.
    confidence_level : float, default 0.95

    Returns
    -------
    (int, int)
        Both included.

    Raises
    ------
    TypeError, ValueError
        If a count is no whole number, or more than its base.

    Notes
    -----
    The baseline is a sample too, and its own chance is allowed for: given the sum of both counts,
    the period's is hypergeometric if the share is one and the same, whatever it is. A count is
    within the limits where neither tail of that distribution is as small as half of what the level
    leaves (Thatcher 1964, section 2). So a period in which nothing changed falls outside in no
    more than ``1 - confidence_level`` of the times; in small counts in clearly fewer. Limits at
    three standard errors, as charts have them by custom, keep no such promise there. Do not use it
    for mentions or outcomes, of which one person may have several.

    References
    ----------
    .. [1] Thatcher, A. R. (1964). Relationships between Bayesian and confidence limits for
       predictions. Journal of the Royal Statistical Society B 26, 176-192.

    Examples
    --------
    >>> share_limits(30, 45, 90)
    (9, 21)
    """
    from scipy.stats import hypergeom

    size = check_count("base", base)
    whole = check_count("baseline_base", baseline_base)
    having = check_count("baseline_count", baseline_count, maximum=whole)
    tail = (1 - check_confidence_level(confidence_level)) / 2
    counts = np.arange(size + 1)
    law = hypergeom(whole + size, having + counts, size)
    return _ends(counts, (law.cdf(counts) > tail) & (law.sf(counts - 1) > tail))


def number_limits(
    days: float, baseline_count: int, baseline_days: float, *, confidence_level: float = 0.95
) -> tuple[int, int]:
    """Return the least and the most entries that *days* should have, by a baseline's rate.

    Parameters
    ----------
    days : float
        Length of the period judged; above 0.
    baseline_count : int
        Entries in the baseline periods together.
    baseline_days : float
        Their length together; above 0.
    confidence_level : float, default 0.95

    Returns
    -------
    (int, int)
        Both included.

    Raises
    ------
    TypeError, ValueError
        If the count is no whole number, or a length not above 0.

    Notes
    -----
    As `share_limits`, for entries that come independently of one another: given the sum of both
    counts, the period's is binomial with the share of its days (Przyborowski and Wilenski 1940).
    Do not use it for a caseload, nor for referrals that come in batches.

    References
    ----------
    .. [1] Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from
       Poisson series. Biometrika 31, 313-323.

    Examples
    --------
    >>> number_limits(91, 240, 273)
    (61, 101)
    """
    from scipy.stats import binom

    length = check_positive("days", days)
    whole = check_positive("baseline_days", baseline_days)
    having = check_count("baseline_count", baseline_count)
    tail = (1 - check_confidence_level(confidence_level)) / 2
    expected = having * length / whole
    most = int(expected + 20 + 12 * np.sqrt(expected * (1 + length / whole) + 1))
    while True:
        counts = np.arange(most + 1)
        law = binom(having + counts, length / (length + whole))
        inside = (law.cdf(counts) > tail) & (law.sf(counts - 1) > tail)
        if not inside[-1]:
            return _ends(counts, inside)
        most *= 2


def _ends(counts: np.ndarray, inside: np.ndarray) -> tuple[int, int]:
    within = counts[inside]
    return int(within[0]), int(within[-1])
