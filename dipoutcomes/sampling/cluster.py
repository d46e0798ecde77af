"""One-stage cluster samples: everybody in some clusters, drawn at random."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.selection import Selection

_NOTE = (
    "Whole clusters were drawn, {drawn} of {all}: people of one cluster tend to be alike, so the "
    "sample says less than its number of people, and an interval that takes them as drawn one by "
    "one is too short. How many people are in it was left to chance."
)
_ONE = (
    "With a single cluster drawn nothing in the sample says how much clusters differ: no interval "
    "for the frame can be found from it."
)


def select_clusters(
    values: NDArray[np.object_], size: int, *, rng: np.random.Generator
) -> Selection:
    """Return everybody of *size* clusters, every set of that many clusters equally likely.

    Parameters
    ----------
    values : ndarray of str, shape (N,)
        The cluster of each place in the frame.
    size : int
        Clusters to draw.
    rng : numpy.random.Generator

    Raises
    ------
    DesignError
        If there are fewer clusters than are to be drawn.

    Notes
    -----
    The clusters, in the order of their names, are put in a random order; people follow the order
    of their clusters and, within one, of their pseudonyms. Everybody's chance is m/M, whatever
    the sizes of the clusters, so the weights add up to the size of the frame on average only.
    The reserve is cluster by cluster: the next whole cluster. Cochran (1977), sections 9.1, 9A.1.
    """
    cluster, names = pd.factorize(values, sort=True)
    count = len(names)
    if size > count:
        raise DesignError(
            f"{size} clusters are to be drawn and the frame holds {count}. Draw fewer, or leave "
            "the [sample] section out to study everybody"
        )
    rank = np.empty(count, dtype=np.intp)
    rank[rng.permutation(count)] = np.arange(count)
    places = np.argsort(rank[cluster], kind="stable")
    taken = int((rank[cluster] < size).sum())
    sample, reserve = places[:taken], places[taken:]
    chance = np.full(taken, size / count)
    notes = (_NOTE.format(drawn=size, all=count), *((_ONE,) if size == 1 < count else ()))
    return Selection(
        sample=sample,
        reserve=reserve,
        chance=chance,
        weights=1 / chance,
        algorithm="random permutation of the clusters, everybody of the first",
        cluster=cluster[sample],
        reserve_cluster=cluster[reserve],
        clusters=tuple(str(name) for name in names),
        clusters_drawn=size,
        notes=notes,
    )
