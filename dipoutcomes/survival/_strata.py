"""The strata within which groups are compared, as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._counts import Integers


def stratum_codes(strata: Any, people: int) -> tuple[Integers, int]:
    """Return each person's stratum as a number, and how many strata there are.

    Raises
    ------
    ValueError
        If there is not one value a person, or one is missing.
    """
    import pandas as pd

    values: NDArray[Any] = np.asarray(strata)
    if values.shape != (people,):
        raise ValueError(f"`strata` needs one value a person: {people}, found {values.size}")
    codes, labels = pd.factorize(values)
    if missing := int((codes < 0).sum()):
        raise ValueError(f"`strata` is missing for {missing} people; name theirs or drop them")
    return codes.astype(np.int64), len(labels)
