"""Covariates of a regression: a table of numbers, checked and named."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import Floats


def check_covariates(covariates: Any, people: int) -> tuple[tuple[str, ...], Floats]:
    """Return the names and the values (people, covariates); all faults at once."""
    import pandas as pd

    frame = covariates.to_frame() if isinstance(covariates, pd.Series) else covariates
    if not isinstance(frame, pd.DataFrame):
        array = np.asarray(covariates)
        if array.ndim not in {1, 2}:
            raise ValueError("`covariates` must be a table: one row a person, one column each")
        array = array[:, None] if array.ndim == 1 else array
        frame = pd.DataFrame(array, columns=[f"x{k + 1}" for k in range(array.shape[1])])
    if len(frame) != people or not frame.shape[1]:
        raise ValueError(
            f"`covariates` needs one row a person and a column at least; found {len(frame)} rows "
            f"and {frame.shape[1]} columns for {people} people"
        )
    names = tuple(str(name) for name in frame.columns)
    try:
        values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        text = [str(c) for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])]
        raise TypeError(
            f"`covariates` must hold numbers; {', '.join(text)} does not: give a category as one "
            "0/1 column for each level but the one compared with"
        ) from None
    lost = ~np.isfinite(values)
    if lost.any():
        listed = ", ".join(
            f"{name} ({count})"
            for name, count in zip(names, lost.sum(axis=0), strict=True)
            if count
        )
        raise ValueError(f"`covariates` has missing or infinite values: {listed}")
    if len(set(names)) < len(names):
        raise ValueError("`covariates` has two columns of one name")
    _check_variation(names, values)
    return names, values


def _check_variation(names: tuple[str, ...], values: Floats) -> None:
    constant = np.ptp(values, axis=0) == 0
    if constant.any():
        listed = ", ".join(np.asarray(names)[constant])
        raise DesignError(
            f"{listed} is the same for all {len(values):,} people, so it has no ratio; leave it out"
        )
    centred = values - values.mean(axis=0)
    centred /= np.sqrt((centred**2).mean(axis=0))
    sizes = np.linalg.eigvalsh(centred.T @ centred / len(values))
    if sizes[0] < 1e-9 * sizes[-1]:
        raise DesignError(
            f"the {len(names)} covariates say the same thing twice (one is a sum of others); "
            "leave one of them out"
        )
