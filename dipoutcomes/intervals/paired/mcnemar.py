"""McNemar's tests of no change in the same persons."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals.paired._tables import check_cells, plain, tails_p_value

DISCORDANT = ("first_only", "second_only")


def mcnemar_score_p_value(
    first_only: Any, second_only: Any, *, alternative: str = "two-sided"
) -> FloatArray | float:
    """Return McNemar's p-value without correction, which is that of Tango's interval at 0.

    Parameters
    ----------
    first_only, second_only, alternative
        As for :func:`mcnemar_exact_p_value`.

    Returns
    -------
    float or array of float
        As from :func:`mcnemar_exact_p_value`.

    Notes
    -----
    (first only - second only)^2 over their sum, against chi-square with one degree of freedom.

    References
    ----------
    .. [1] McNemar, Q. (1947). Psychometrika 12, 153-157.

    Examples
    --------
    >>> round(mcnemar_score_p_value(3, 9), 5)
    0.08326
    """
    b, c = check_cells((first_only, second_only), DISCORDANT)
    z = (b - c) / np.sqrt(np.maximum(b + c, 1))
    return plain(tails_p_value(ndtr(z), ndtr(-z), alternative))


def mcnemar_corrected_p_value(
    first_only: Any, second_only: Any, *, alternative: str = "two-sided"
) -> FloatArray | float:
    """Return McNemar's p-value with Edwards' continuity correction.

    Parameters
    ----------
    first_only, second_only, alternative
        As for :func:`mcnemar_exact_p_value`.

    Returns
    -------
    float or array of float
        As from :func:`mcnemar_exact_p_value`.

    Notes
    -----
    (|first only - second only| - 1)^2 over their sum, against chi-square with one degree of
    freedom. With equal counts, and with no discordant pair, it is 1. More cautious than the exact
    test; to reproduce published work.

    References
    ----------
    .. [1] Edwards, A. L. (1948). Psychometrika 13, 185-187.

    Examples
    --------
    >>> round(mcnemar_corrected_p_value(3, 9), 5)
    0.14891
    """
    b, c = check_cells((first_only, second_only), DISCORDANT)
    size = np.sqrt(np.maximum(b + c, 1))
    # Each tail is taken half a pair (one in the difference) nearer to no change.
    at_most, at_least = ndtr((b - c + 1) / size), ndtr(-(b - c - 1) / size)
    return plain(np.where(b + c == 0, 1.0, tails_p_value(at_most, at_least, alternative)))


def mcnemar_exact_p_value(
    first_only: Any, second_only: Any, *, alternative: str = "two-sided"
) -> FloatArray | float:
    """Return the exact p-value of no change: two-sided, twice the smaller tail and at most 1.

    Parameters
    ----------
    first_only, second_only : int or array of int
        Persons with the event at the first time only, and at the second only.
    alternative : {"two-sided", "greater", "less"}
        "greater": that the event is commoner at the first time.

    Returns
    -------
    float or array
        1 where no pair is discordant.

    Notes
    -----
    At least as cautious as its level; :func:`mcnemar_mid_p_value` is less so.

    References
    ----------
    .. [1] Mosteller, F. (1952). Biometrics 8, 220-226.

    Examples
    --------
    >>> mcnemar_exact_p_value(0, 7)
    0.015625
    """
    at_most, at_least, none = _tails(first_only, second_only, mid_p=False)
    return plain(np.where(none, 1.0, tails_p_value(at_most, at_least, alternative)))


def mcnemar_mid_p_value(
    first_only: Any, second_only: Any, *, alternative: str = "two-sided"
) -> FloatArray | float:
    """Return the mid-P value of no change.

    Parameters
    ----------
    first_only, second_only, alternative
        As for :func:`mcnemar_exact_p_value`.

    Returns
    -------
    float or array of float
        As from :func:`mcnemar_exact_p_value`; with no discordant pair a one-sided value is 0.5.

    Notes
    -----
    Twice the smaller tail with half the probability of what was seen. With equal discordant
    counts it is 1; Fagerland and others give 1 less half the central probability there.

    References
    ----------
    .. [1] Fagerland, M. W., Lydersen, S. and Laake, P. (2013). BMC Medical Research
       Methodology 13, 91.

    Examples
    --------
    >>> mcnemar_mid_p_value(0, 7)
    0.0078125
    """
    at_most, at_least, none = _tails(first_only, second_only, mid_p=True)
    p = tails_p_value(at_most, at_least, alternative)
    nothing = 1.0 if alternative == "two-sided" else 0.5
    return plain(np.where(none, nothing, p))


def _tails(
    first_only: Any, second_only: Any, *, mid_p: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    b, c = check_cells((first_only, second_only), DISCORDANT)
    total = np.maximum(b + c, 1)
    at_most, at_least = binomial_tails(b, total, np.full(b.shape, 0.5), mid_p=mid_p)
    return at_most, at_least, b + c == 0


def binomial_tails(
    x: FloatArray, n: FloatArray, p: FloatArray, *, mid_p: bool
) -> tuple[FloatArray, FloatArray]:
    """Return P(X <= x) and P(X >= x), with half the probability of x itself for mid-P."""
    # By symmetry P(X >= x) is P(n - X <= n - x), which is exactly mirrored in rounding too.
    at_most, at_least = _binomial.at_most(x, n, p), _binomial.at_most(n - x, n, 1 - p)
    if mid_p:
        at_most = (at_most + _binomial.at_most(x - 1, n, p)) / 2
        at_least = (at_least + _binomial.at_most(n - x - 1, n, 1 - p)) / 2
    return at_most, at_least


_TESTS = {
    "exact": mcnemar_exact_p_value,
    "mid_p": mcnemar_mid_p_value,
    "score": mcnemar_score_p_value,
    "score_corrected": mcnemar_corrected_p_value,
}


def mcnemar_p_value(
    first_only: Any, second_only: Any, *, method: str = "mid_p", alternative: str = "two-sided"
) -> FloatArray | float:
    """Return the p-value of no change in the same persons.

    Parameters
    ----------
    first_only, second_only, alternative
        As for :func:`mcnemar_exact_p_value`.
    method : {"mid_p", "exact", "score", "score_corrected"}
        The mid-P test is the one to use: it keeps its level for all practical purposes and is
        less cautious than the exact one [1]_.

    Returns
    -------
    float or array of float
        Between 0 and 1; an array for arrays.

    References
    ----------
    .. [1] Fagerland, M. W., Lydersen, S. and Laake, P. (2013). BMC Medical Research
       Methodology 13, 91.

    Examples
    --------
    >>> round(mcnemar_p_value(3, 9), 4)
    0.0923
    """
    function = _TESTS[check_choice("method", method, tuple(_TESTS))]
    return function(first_only, second_only, alternative=alternative)
