"""What every design returns: places in the frame, with the chance that each had."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
Floats = NDArray[np.float64]
NO_PLACES: Places = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selection:
    """Who was selected from a frame, by place in its order of pseudonyms.

    Parameters
    ----------
    sample, reserve : ndarray of int
        Places of those drawn, in order, and of the rest in the order in which they would follow.
    chance : ndarray of float
        Chance of each drawn to be in the sample (at least once, with replacement).
    weights : ndarray of float
        What each draw stands for: one over the number of times it was expected.
    algorithm : str
        What was done, in words; with `version` it says what to repeat.
    version : int
        Goes up if the same seed would draw others.
    cluster, reserve_cluster : ndarray of int
        Of each drawn, and in reserve: a position in `clusters`. Empty without clusters.
    clusters : tuple of str
    clusters_drawn : int
    notes : tuple of str
    """

    sample: Places
    reserve: Places
    chance: Floats
    weights: Floats
    algorithm: str
    version: int = 1
    cluster: Places = field(default_factory=lambda: NO_PLACES)
    reserve_cluster: Places = field(default_factory=lambda: NO_PLACES)
    clusters: tuple[str, ...] = ()
    clusters_drawn: int = 0
    notes: tuple[str, ...] = ()


def not_in(sample: Places, frame_size: int) -> Places:
    """Return the places that were not drawn, in order."""
    left = np.ones(frame_size, dtype=bool)
    left[sample] = False
    return np.flatnonzero(left)
