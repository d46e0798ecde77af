"""Exact power: the chances of all samples in which a test rejects, added up."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.size import _search
from dipoutcomes.sampling.size._chances import binomial, log_ways
from dipoutcomes.sampling.size.plan import SizePlan

TESTS = ("fisher_minlike", "fisher_central", "pooled_z")
_TIES = 1 + 1e-7  # as R's fisher.test: chances that are equal but for rounding are equal
_SLACK = 1e-12
_MOST_TABLES = 4_000_000


def exact_power_one_group(
    n: int, share: float, published: float, *, confidence_level: float = 0.95
) -> float:
    """Return the exact power of one group against a published share.

    Parameters
    ----------
    n : int
        People in the group, at least 1.
    share : float
        The true share in the group.
    published : float
        The share it is compared with, taken as known.
    confidence_level : float, default 0.95
        The test rejects where either binomial tail is at most half of one less this.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Examples
    --------
    >>> round(exact_power_one_group(28, 0.7, 0.5), 6)
    0.527527
    """
    size = check_count("n", n, minimum=1)
    truth = _search.check_share("share", share)
    null = _search.check_share("published", published)
    tail = (1 - check_confidence_level(confidence_level)) / 2 + _SLACK
    counts = np.arange(size + 1)
    at_most = bdtr(counts, size, null)
    at_least = np.concatenate([[1.0], bdtrc(counts[:-1], size, null)])
    return float(binomial(counts, size, truth)[(at_most <= tail) | (at_least <= tail)].sum())


def plan_one_group(
    share: float,
    published: float,
    *,
    power: float = 0.8,
    largest: int = 400,
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return the smallest group that an exact test tells from a published share.

    Parameters
    ----------
    share, published, confidence_level
        As for `exact_power_one_group`; the shares must differ.
    power : float, default 0.8
    largest : int, default 400
        Every size up to here is tried.

    Returns
    -------
    SizePlan
        ``n`` is the first size with the power, ``stable_n`` that from which all have it.

    Raises
    ------
    DesignError
        If no size up to *largest* keeps the power.

    Examples
    --------
    >>> print(plan_one_group(0.7, 0.5))
    One group against a published share: 49 people (power 81.0%, asked 80.0%); for good from 54
    """
    level = check_confidence_level(confidence_level)
    wanted = _search.check_power(power, level)
    if share == published:
        raise ValueError("`share` and `published` are equal: no sample shows a difference of 0")

    def power_of(n: int) -> float:
        return exact_power_one_group(n, share, published, confidence_level=level)

    stop = check_count("largest", largest, minimum=1)
    first, stable = _search.first_and_stable(lambda n: power_of(n) >= wanted, 1, stop)
    if first is None or stable is None:
        raise DesignError(
            f"no size up to {stop:,} keeps a power of {wanted:g}. Raise `largest`, or plan for a "
            "larger difference"
        )
    return SizePlan(
        quantity="one group against a published share",
        n=(first,),
        groups=("people",),
        achieved=power_of(first),
        achieved_says="power",
        achieved_kind="share",
        wanted=wanted,
        stable_n=stable,
        confidence_level=level,
        method="exact power of the binomial test (either tail)",
        assumptions=(
            f"the true share is {_display.percent(share)}",
            f"the published share, {_display.percent(published)}, is known without error and is "
            "of like people, followed alike",
        ),
        reference="Clopper, C. J. and Pearson, E. S. (1934). Biometrika 26, 404-413",
        notes=(f"Every size was tried from 1 to {stop:,}.",),
    )


def exact_power_two_groups(
    share_1: float,
    share_2: float,
    n_1: int,
    n_2: int,
    *,
    test: str = "fisher_minlike",
    confidence_level: float = 0.95,
) -> float:
    """Return the exact power of a two-sided test of two groups.

    Parameters
    ----------
    share_1, share_2 : float
        True shares.
    n_1, n_2 : int
        People in each group, at least 1.
    test : {"fisher_minlike", "fisher_central", "pooled_z"}
    confidence_level : float, default 0.95

    Returns
    -------
    float
        With equal shares: the chance of a false alarm.

    Raises
    ------
    ValueError
        If an argument lies outside its range.
    DesignError
        If there are more than four million tables.
    """
    check_choice("test", test, TESTS)
    first, second = check_count("n_1", n_1, minimum=1), check_count("n_2", n_2, minimum=1)
    p_1, p_2 = _search.check_share("share_1", share_1), _search.check_share("share_2", share_2)
    level = check_confidence_level(confidence_level)
    if (first + 1) * (second + 1) > _MOST_TABLES:
        raise DesignError(
            f"groups of {first:,} and {second:,} make more than {_MOST_TABLES:,} tables. Use "
            "method 'normal'"
        )
    rejected = _rejected(first, second, test, level)
    row = binomial(np.arange(first + 1), first, p_1)
    column = binomial(np.arange(second + 1), second, p_2)
    return float(row @ rejected @ column)


@lru_cache(maxsize=8)
def _rejected(n_1: int, n_2: int, test: str, level: float) -> NDArray[np.bool_]:
    """Return which tables a test rejects: rows are events in group 1, columns in group 2."""
    if test == "pooled_z":
        return _rejected_by_z(n_1, n_2, level)
    log = log_ways(float(n_1), np.arange(n_1 + 1.0))
    log_2 = log_ways(float(n_2), np.arange(n_2 + 1.0))
    rejected = np.zeros((n_1 + 1, n_2 + 1), dtype=np.bool_)
    for events in range(n_1 + n_2 + 1):  # the tables with the same total are one distribution
        x = np.arange(max(0, events - n_2), min(n_1, events) + 1)
        weight = log[x] + log_2[events - x]
        chance = np.exp(weight - weight.max())
        chance /= chance.sum()
        p = _minlike(chance) if test == "fisher_minlike" else _central(chance)
        rejected[x, events - x] = p <= 1 - level + _SLACK
    rejected.setflags(write=False)
    return rejected


def _minlike(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each outcome the chance of those no likelier."""
    ordered = np.sort(chance)
    total = np.cumsum(ordered)
    return np.asarray(total[np.searchsorted(ordered, chance * _TIES, side="right") - 1])


def _central(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each outcome twice its smaller tail."""
    return np.asarray(2 * np.minimum(np.cumsum(chance), np.cumsum(chance[::-1])[::-1]))


def _rejected_by_z(n_1: int, n_2: int, level: float) -> NDArray[np.bool_]:
    x, y = np.arange(n_1 + 1.0)[:, None], np.arange(n_2 + 1.0)[None, :]
    share = (x + y) / (n_1 + n_2)
    variance = share * (1 - share) * (1 / n_1 + 1 / n_2)
    gap = np.abs(x / n_1 - y / n_2)
    z = _search.critical(level)
    return np.asarray((variance > 0) & (gap >= z * np.sqrt(variance) * (1 - _SLACK)))
