"""Named random streams: a stage's numbers depend on the seed and on its own name only."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from dipoutcomes._validate import check_count


def random_stream(seed: int, stage: str) -> np.random.Generator:
    """Return the generator for one stage of a study.

    The stream depends on *seed* and on the stage's name alone, so adding a stage, or drawing
    more numbers in one, leaves the numbers of every other stage as they were.

    Parameters
    ----------
    seed : int
        ``study.seed`` of the protocol, a non-negative integer.
    stage : str
        A fixed name such as ``"sampling"``, ``"bootstrap"`` or ``"matching"``.

    Returns
    -------
    numpy.random.Generator
        A PCG64 generator of its own.

    Raises
    ------
    TypeError, ValueError
        If *seed* is not a non-negative whole number, or *stage* is empty.

    Examples
    --------
    >>> int(random_stream(2014, "sampling").integers(1000))
    812
    """
    if not stage:
        raise ValueError("`stage` must be a name, such as 'sampling'")
    seed = check_count("seed", seed)
    key = int.from_bytes(blake2b(stage.encode(), digest_size=4).digest(), "big")
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))
