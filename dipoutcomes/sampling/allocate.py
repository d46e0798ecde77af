"""How many to draw from each stratum: in proportion, for the least variance, or as fixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_count, check_counts
from dipoutcomes.errors import DesignError

Counts = NDArray[np.int64]


def proportional_allocation(
    sizes: ArrayLike, size: int, *, minimum: int = 1, replacement: bool = False
) -> Counts:
    """Return how many of *size* to draw from each stratum, in proportion to the strata.

    Parameters
    ----------
    sizes : array_like of int, shape (h,)
        Persons in each stratum.
    size : int
        Persons to draw in all, at most the sum of *sizes* without replacement.
    minimum : int, default 1
        The fewest from each stratum that holds anybody; all of a stratum that holds fewer.
    replacement : bool, default False
        Whether a person may be drawn again, so that a stratum cannot run out.

    Returns
    -------
    ndarray of int64, shape (h,)
        Adds up to *size*; never more than a stratum holds; at least one from each stratum that
        holds anybody, where *size* allows.

    Raises
    ------
    ValueError
        If *size* is negative or more than there are.
    DesignError
        If a *minimum* of 2 or more needs more people than *size*.

    Notes
    -----
    Largest remainder (Hare, Hamilton): every stratum gets the whole part of its quota
    ``size * n_h / n`` and the rest go one each to the largest remainders, ties to the stratum
    that is listed first. A stratum left below the minimum then takes from the stratum that is
    furthest above its quota: a stratum without a sample says nothing of its people, whatever the
    weights. Computed in whole numbers, so that no rounding can move a person.

    Examples
    --------
    >>> proportional_allocation([9, 25, 13, 51, 10], 28)
    array([ 2,  7,  3, 13,  3])
    >>> proportional_allocation([1, 1, 98], 10)
    array([1, 1, 8])
    >>> proportional_allocation([5, 5, 90], 20, minimum=4)
    array([ 4,  4, 12])
    """
    counts = check_counts("sizes", sizes)
    total = int(counts.sum())
    n = check_count("size", size, maximum=None if replacement else total)
    if n == 0:
        return np.zeros_like(counts)
    drawn = counts * n // total
    remainder = counts * n % total
    # Stable: among equal remainders the stratum listed first.
    largest = np.argsort(-remainder, kind="stable")
    drawn[largest[: n - int(drawn.sum())]] += 1
    least = _minima(counts, n, minimum, replacement=replacement)
    for low in np.flatnonzero(drawn < least):
        while drawn[low] < least[low]:
            above = np.where(drawn > least, drawn * total - counts * n, np.iinfo(np.int64).min)
            drawn[int(np.argmax(above))] -= 1
            drawn[low] += 1
    return drawn


def neyman_allocation(
    sizes: ArrayLike,
    standard_deviations: ArrayLike,
    size: int,
    *,
    minimum: int = 1,
    replacement: bool = False,
) -> Counts:
    """Return how many to draw from each stratum so that the variance of the mean is least.

    Parameters
    ----------
    sizes : array_like of int, shape (h,)
        Persons in each stratum.
    standard_deviations : array_like of float, shape (h,)
        Of what is measured, within each stratum, 0 or more; for an expected share p it is
        ``sqrt(p (1 - p))``, see `standard_deviation_of_share`.
    size : int
        Persons to draw in all.
    minimum, replacement
        As for `proportional_allocation`.

    Returns
    -------
    ndarray of int64, shape (h,)
        Adds up to *size*; never more than a stratum holds.

    Raises
    ------
    ValueError
        If a standard deviation is negative or not finite, or *size* is out of range.
    DesignError
        If the minimum needs more people than *size*.

    Notes
    -----
    Neyman's allocation is in proportion to ``N_h S_h``, in fractions of a person, and may ask for
    more than a stratum holds. This is the best in whole people, between the minimum and the size
    of each stratum: from the minimum upwards, the next person goes where ``N_h S_h / sqrt(k (k +
    1))`` is largest, k being drawn there already; ties go to the stratum that is listed first.
    Not for a study whose several outcomes have different spreads: in proportion is safer there.

    Neyman, J. (1934). Journal of the Royal Statistical Society 97, 558-625. Wright, T. (2017).
    Statistics and Probability Letters 129, 50-57 (algorithm III and its bounds).

    Examples
    --------
    >>> neyman_allocation([100, 100, 100], [1, 2, 3], 60)
    array([10, 20, 30])
    """
    counts = check_counts("sizes", sizes)
    spread = np.asarray(standard_deviations, dtype=float)
    if spread.shape != counts.shape:
        raise ValueError("`standard_deviations` must have one value for each stratum")
    if not np.all(np.isfinite(spread)) or (spread < 0).any():
        raise ValueError("`standard_deviations` must be finite and 0 or more")
    n = check_count("size", size, maximum=None if replacement else int(counts.sum()))
    least = _minima(counts, n, max(minimum, 1), replacement=replacement)
    if n < int((counts > 0).sum()):
        raise DesignError(
            f"{n} people cannot give one to each of {int((counts > 0).sum())} strata, which this "
            "allocation needs; draw more, or make fewer strata"
        )
    most = np.where(counts > 0, n, 0) if replacement else np.minimum(counts, n)
    steps = most - least
    stratum = np.repeat(np.arange(len(counts)), steps)
    already = np.arange(len(stratum)) - np.repeat(np.cumsum(steps) - steps, steps) + least[stratum]
    priority = (counts * spread)[stratum] / np.sqrt(already * (already + 1.0))
    first = np.argsort(-priority, kind="stable")[: n - int(least.sum())]
    return least + np.bincount(stratum[first], minlength=len(counts))


def standard_deviation_of_share(shares: ArrayLike) -> NDArray[np.float64]:
    """Return the standard deviation of yes or no where a *share* of people is yes.

    Parameters
    ----------
    shares : array_like of float
        In [0, 1].

    Raises
    ------
    ValueError
        If a share lies outside.

    Examples
    --------
    >>> standard_deviation_of_share([0.5, 0.2])
    array([0.5, 0.4])
    """
    p = np.asarray(shares, dtype=float)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("`shares` must lie between 0 and 1")
    return np.asarray(np.sqrt(p * (1 - p)), dtype=np.float64)


def fixed_allocation(sizes: ArrayLike, wanted: ArrayLike, *, replacement: bool = False) -> Counts:
    """Return *wanted*, if every stratum holds so many.

    Parameters
    ----------
    sizes, wanted : array_like of int, shape (h,)
        Persons in each stratum, and to draw from each.
    replacement : bool, default False
        Whether a person may be drawn again.

    Raises
    ------
    DesignError
        If a stratum holds fewer people than are to be drawn from it.

    Examples
    --------
    >>> fixed_allocation([9, 25], [5, 5])
    array([5, 5])
    """
    counts, drawn = check_counts("sizes", sizes), check_counts("wanted", wanted)
    short = (drawn > 0) & (counts == 0) if replacement else drawn > counts
    if short.any():
        raise DesignError(
            f"{int(short.sum())} of {len(counts)} strata hold fewer people than are to be drawn "
            f"from them (in all {int((drawn - counts)[short].sum())} too few); draw fewer there"
        )
    return drawn


def by_stratum(
    strata: Sequence[tuple[str, ...]], values: Mapping[str, object], *, key: str
) -> NDArray[np.float64]:
    """Return *values*, a table by name of stratum, in the order of *strata*.

    Parameters
    ----------
    strata : sequence of tuple of str
        The values that make each stratum; its name joins them with a comma and a space.
    values : mapping of str to number
    key : str
        The key of the protocol that holds *values*, for the message.

    Raises
    ------
    DesignError
        If a stratum has no value, or a name belongs to no stratum.
    """
    names = [", ".join(parts) for parts in strata]
    without = [name for name in names if name not in values]
    unknown = [name for name in values if name not in names]
    faults = []
    if without:
        faults.append(f"has no value for {len(without)} of {len(names)} strata of the frame")
    if unknown:
        listed = ", ".join(f"'{name}'" for name in unknown)
        faults.append(f"names {len(unknown)} strata that the frame does not have: {listed}")
    if faults:
        raise DesignError(
            f"[sample] {key} {' and '.join(faults)}; give one value for each stratum, by its name "
            "(the values of several attributes with a comma and a space between them, and "
            "'not known' for a missing one)"
        )
    return np.array([float(str(values[name])) for name in names])


def _minima(counts: Counts, n: int, minimum: int, *, replacement: bool) -> Counts:
    """Return the fewest from each stratum, or none where even one each is too many."""
    occupied = np.minimum(counts, 1) * minimum
    least = occupied if replacement else np.minimum(counts, minimum)
    needed = int(least.sum())
    if needed <= n:
        return least
    if minimum > 1:
        raise DesignError(
            f"at least {minimum} people from each stratum makes {needed}, and {n} are to be "
            "drawn; draw more, lower minimum_per_stratum, or make fewer strata"
        )
    return np.zeros_like(counts)
