"""Checks that every way of weighting shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_numbers
from dipoutcomes.errors import DesignError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def check_treated(treated: ArrayLike) -> Flags:
    """Return *treated* as booleans; refuse anything else, and a group without people."""
    flags: NDArray[Any] = np.asarray(treated)
    if flags.ndim != 1 or flags.dtype != np.bool_:
        raise TypeError(
            f"`treated` must hold True or False for each person; found {flags.dtype} of "
            f"{flags.ndim} dimensions"
        )
    for who, count in (("treated", flags.sum()), ("comparison", (~flags).sum())):
        if not count:
            raise DesignError(f"the {who} group is empty: there is nobody to compare")
    return flags


def check_score(score: ArrayLike, n: int) -> Floats:
    """Return *score* as floats strictly between 0 and 1, one for each of *n* people."""
    values = check_numbers("score", score)
    if values.shape != (n,):
        raise ValueError(f"`score` must have one element for each of {n} people")
    outside = int(np.count_nonzero(~((values >= 0) & (values <= 1))))
    if outside:
        raise ValueError(f"`score` must lie between 0 and 1; {outside} of {n} do not")
    certain = int(np.count_nonzero((values == 0) | (values == 1)))
    if certain:
        raise DesignError(
            f"{certain} of {n} people have a score of exactly 0 or 1: they could only ever be in "
            "one group, so nothing can be said of them in the other. Leave them out by a rule on "
            "their characteristics, or fit the score with fewer or penalised terms."
        )
    return values


def check_columns(
    covariates: ArrayLike, names: Sequence[str] | None, n: int
) -> tuple[Floats, tuple[str, ...]]:
    """Return the columns, shape (n, k), and their names."""
    table = check_numbers("covariates", covariates)
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim != 2 or table.shape[0] != n:
        raise ValueError(f"`covariates` must have one row for each of {n} people")
    missing = int(np.count_nonzero(~np.isfinite(table).all(axis=1)))
    if missing:
        raise DesignError(
            f"{missing} of {n} people have a covariate that is missing or not finite. Give missing "
            "values a category of their own, or leave those people out and say so."
        )
    if names is None:
        names = tuple(f"covariate {k + 1}" for k in range(table.shape[1]))
    if len(names) != table.shape[1]:
        raise ValueError(f"{len(names)} names were given for {table.shape[1]} covariates")
    return table, tuple(names)
