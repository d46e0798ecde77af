"""How many to draw from each stratum: in proportion, with nobody's stratum forgotten."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_count, check_counts


def proportional_allocation(sizes: ArrayLike, size: int) -> NDArray[np.int64]:
    """Return how many of *size* to draw from each stratum, in proportion to the strata.

    Parameters
    ----------
    sizes : array_like of int, shape (h,)
        Persons in each stratum.
    size : int
        Persons to draw in all, at most the sum of *sizes*.

    Returns
    -------
    ndarray of int64, shape (h,)
        Adds up to *size*; never more than a stratum holds; at least one from each stratum that
        holds anybody, where *size* allows.

    Raises
    ------
    ValueError
        If *size* is negative or more than there are.

    Notes
    -----
    Largest remainder (Hare, Hamilton): every stratum gets the whole part of its quota
    ``size * n_h / n`` and the rest go one each to the largest remainders, ties to the stratum
    that is listed first. A stratum left with nobody then takes one from the stratum that is
    furthest above its quota: a stratum without a sample says nothing of its people, whatever the
    weights. Computed in whole numbers, so that no rounding can move a person.

    Examples
    --------
    >>> proportional_allocation([9, 25, 13, 51, 10], 28)
    array([ 2,  7,  3, 13,  3])
    >>> proportional_allocation([1, 1, 98], 10)
    array([1, 1, 8])
    """
    counts = check_counts("sizes", sizes)
    total = int(counts.sum())
    n = check_count("size", size, maximum=total)
    if n == 0:
        return np.zeros_like(counts)
    drawn = counts * n // total
    remainder = counts * n % total
    # Stable: among equal remainders the stratum listed first.
    largest = np.argsort(-remainder, kind="stable")
    drawn[largest[: n - int(drawn.sum())]] += 1
    occupied = counts > 0
    if n >= int(occupied.sum()):
        for empty in np.flatnonzero(occupied & (drawn == 0)):
            above = np.where(drawn > 1, drawn * total - counts * n, np.iinfo(np.int64).min)
            drawn[int(np.argmax(above))] -= 1
            drawn[empty] = 1
    return drawn
