"""Share people out over the lines of a published table, as exactly as whole people allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_count


def apportion(people: int, counts: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return *people* divided in proportion to *counts*, by the largest remainder.

    Each part is the exact share rounded down or up, and the parts add up to *people*. Ties go
    to the earlier line.

    Parameters
    ----------
    people : int
        Persons to divide, 0 or more.
    counts : sequence of int
        Counts of a published table, at least one of them above 0.

    Returns
    -------
    ndarray of int64, shape (len(counts),)
        Persons in each line.

    Raises
    ------
    ValueError
        If *people* or a count is below 0, or the counts add up to nothing.
    TypeError
        If a count is no whole number.

    Notes
    -----
    Hamilton's method of apportionment: Balinski, M. L. and Young, H. P. (2001), Fair
    Representation, 2nd ed., Brookings. Not for drawing a sample: the parts do not vary.

    Examples
    --------
    >>> apportion(210, [9, 25, 13, 51, 10])  # the caseload by area
    array([18, 49, 25, 99, 19])
    """
    check_count("people", people)
    weights = np.asarray([check_count("counts", count) for count in counts], dtype=np.int64)
    total = int(weights.sum())
    if total <= 0:
        raise ValueError("`counts` must add up to more than 0")
    whole, remainder = np.divmod(people * weights, total)
    short = people - int(whole.sum())
    whole[np.argsort(-remainder, kind="stable")[:short]] += 1
    return whole


def deal(
    people: int, margin: Mapping[str, int], *, rng: np.random.Generator
) -> NDArray[np.object_]:
    """Return a label for each of *people*, in the proportions of *margin* and in random order."""
    labels = np.array(list(margin), dtype=object)
    return rng.permutation(np.repeat(labels, apportion(people, list(margin.values()))))
