"""Checks of what comes in: who is treated, scores, strata."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_numbers
from dipoutcomes.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def as_treated(treated: ArrayLike) -> Flags:
    """Return who is treated as booleans; 0 and 1 will do, missing values will not."""
    array = np.asarray(treated)
    if array.ndim != 1:
        raise ValueError(f"`treated` must have one dimension, not {array.ndim}")
    if array.dtype.kind == "c":
        raise TypeError(f"`treated` must hold booleans, not {array.dtype}")
    if array.dtype != bool:
        try:
            numbers = array.astype(np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"`treated` must hold booleans, not {array.dtype}") from None
        wrong = int((~((numbers == 0) | (numbers == 1))).sum())
        if wrong:
            raise ValueError(
                f"`treated` must be true or false for everybody; {wrong:,} of {len(array):,} "
                "values are missing or something else"
            )
        array = numbers == 1
    cases = int(array.sum())
    if cases in {0, len(array)}:
        who = "comparison" if cases else "treated"
        raise DesignError(f"there is no {who} person among {len(array):,}; there must be both")
    return np.array(array, dtype=np.bool_)


#: Scores and logits are put on a grid of this step before distances are taken. Differences of
#: such numbers are exact, so that a near tie (one a year older, one a year younger) is settled in
#: the same way on every machine, and not by the last digit of a logarithm.
GRID_STEP = 2.0**-30


def as_scores(score: ArrayLike, n: int, *, logit: bool) -> Floats:
    """Return scores, or their logits, to the nearest step; they must lie between 0 and 1."""
    array = check_numbers("score", score)
    if array.shape != (n,):
        raise ValueError(f"`score` must have one value a person, {n:,}; its shape is {array.shape}")
    with np.errstate(invalid="ignore"):
        wrong = int((~((array > 0) & (array < 1))).sum())
    if wrong:
        raise ValueError(
            f"`score` must lie strictly between 0 and 1; {wrong:,} of {n:,} do not. A score of 0 "
            "or 1 says that somebody cannot have been in the other group: leave such people out "
            "and say how many"
        )
    place = np.log(array) - np.log1p(-array) if logit else array
    return np.asarray(np.rint(place / GRID_STEP) * GRID_STEP, dtype=np.float64)


def strata_codes(
    exact: ArrayLike | pd.DataFrame | None, n: int
) -> tuple[Ints | None, tuple[str, ...]]:
    """Return a code a person, from 0, of what must agree exactly; and its names."""
    if exact is None:
        return None, ()
    import pandas as pd

    frame = exact if isinstance(exact, pd.DataFrame) else _one_column(exact)
    if not len(frame.columns):
        return None, ()
    if len(frame) != n:
        raise ValueError(f"`exact` must have one row a person, {n:,}; it has {len(frame):,}")
    lost = [f"{int(v):,} of `{k}`" for k, v in frame.isna().sum().items() if v]
    if lost:
        raise ValueError(
            f"`exact` is missing for some people ({', '.join(lost)}): nobody agrees with a missing "
            "value. Name missing as a level of its own, or leave these people out and say how many"
        )
    codes = np.zeros(n, dtype=np.int64)
    for name in frame.columns:
        own, levels = pd.factorize(frame[name], sort=True)
        codes = codes * len(levels) + own
        codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    return codes, tuple(str(name) for name in frame.columns)


def _one_column(exact: ArrayLike) -> pd.DataFrame:
    import pandas as pd

    series = exact if isinstance(exact, pd.Series) else pd.Series(np.asarray(exact))
    name = "stratum" if series.name is None else str(series.name)
    return series.to_frame(name).reset_index(drop=True)
