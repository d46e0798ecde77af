"""Covariates of people, checked: one number a person for each name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes.survival._counts import Floats

if TYPE_CHECKING:
    import pandas as pd


def covariate_columns(
    covariates: Mapping[str, ArrayLike] | pd.DataFrame, people: int
) -> tuple[list[str], Floats]:
    """Return the names and a table of shape (people, names), all faults named at once."""
    given = {str(name): np.asarray(values) for name, values in covariates.items()}
    if not given:
        raise ValueError("`covariates` is empty: name at least one, such as the group as 0 and 1")
    problems = []
    for name, column in given.items():
        if column.shape != (people,):
            problems.append(f"covariate '{name}' needs one value a person: {people}")
        elif column.dtype != bool and not np.issubdtype(column.dtype, np.number):
            raise TypeError(
                f"covariate '{name}' must hold numbers, not {column.dtype}; code groups 0, 1"
            )
        elif bad := int((~np.isfinite(column.astype(np.float64))).sum()):
            problems.append(f"covariate '{name}' is missing or not finite for {bad} people")
    if problems:
        raise ValueError("; ".join(problems))
    return list(given), np.column_stack([c.astype(np.float64) for c in given.values()])
