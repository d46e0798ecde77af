"""Are the groups alike? Standardised differences before and after, and how many people count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_choice, check_numbers
from dipoutcomes.comparison.matching._arrays import Floats, as_treated
from dipoutcomes.comparison.matching._moments import Moments, moments
from dipoutcomes.comparison.matching.balance_result import DENOMINATORS, Balance, BalanceRow
from dipoutcomes.comparison.matching.covariates import DesignMatrix
from dipoutcomes.comparison.matching.design import LockedDesign
from dipoutcomes.comparison.weighting.sample_size import effective_sample_size

if TYPE_CHECKING:
    import pandas as pd


def balance_table(
    design: LockedDesign | DesignMatrix | pd.DataFrame | ArrayLike,
    treated: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    *,
    denominator: str = "pooled",
    method: str = "",
) -> Balance:
    """Return how alike the groups are in each covariate, before and after.

    Parameters
    ----------
    design : LockedDesign, DesignMatrix, DataFrame of numbers, or array_like of shape (n, k)
        A locked design says all; with covariates give *treated* and *weights* too.
    treated : array_like of bool, shape (n,), optional
    weights : array_like of float, shape (n,), optional
        Not negative; 0: not used. Without weights after is as before.
    denominator : {"pooled", "treated"}
        Of the standardised differences, always from the unweighted data of everybody.
    method : str
        What was done, in words; a locked design has its own.

    Returns
    -------
    Balance
        A category has a row for every level, its reference too; a score has the row "score".

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described, or a group has fewer than two people.

    Notes
    -----
    The weighted variance is sum w (x - m)^2 / (sum w - sum w^2 / sum w), which for equal weights
    is the ordinary one. A column without any spread has a difference of 0 where the means agree
    and an infinite one where they do not. No p-values: they fall with the number of people.

    References
    ----------
    .. [1] Austin, P. C. (2009). Statistics in Medicine 28, 3083-3107.
    .. [2] Stuart, E. A. (2010). Statistical Science 25, 1-21, section 4.1.

    Examples
    --------
    >>> balance = balance_table([[1.0], [2.0], [2.0], [3.0], [9.0]], [1, 1, 0, 0, 0],
    ...     [1, 1, 2, 0, 0])
    >>> row = balance.rows[0]
    >>> round(row.difference, 3), round(row.difference_after, 3), balance.effective_comparison
    (-1.163, -0.184, 1.0)
    """
    check_choice("denominator", denominator, tuple(DENOMINATORS))
    if isinstance(design, LockedDesign):
        if treated is not None or weights is not None:
            raise ValueError("a locked design has its own `treated` and `weights`")
        matrix = DesignMatrix(
            columns=design.covariates,
            names=design.covariate_names,
            reference_levels=design.reference_levels,
        )
        flags, w, method = design.treated, design.weights, method or design.method
        score = design.score
    else:
        matrix, score = _matrix(design), None
        if treated is None:
            raise ValueError("`treated` is needed with covariates")
        flags = as_treated(treated)
        w = _weights(weights, len(flags))
    if len(matrix.columns) != len(flags):
        raise ValueError(
            f"covariates have {len(matrix.columns):,} rows and `treated` {len(flags):,} values"
        )
    rows = _rows(moments(matrix.columns, flags, w), matrix, denominator)
    if score is not None:
        single = DesignMatrix(columns=score[:, None], names=("score",))
        rows = (*_rows(moments(single.columns, flags, w), single, denominator), *rows)
    return Balance(
        rows=rows,
        treated=int(flags.sum()),
        comparison=int((~flags).sum()),
        treated_used=int((w[flags] > 0).sum()),
        comparison_used=int((w[~flags] > 0).sum()),
        effective_treated=effective_sample_size(w[flags]),
        effective_comparison=effective_sample_size(w[~flags]),
        denominator=denominator,
        method=method,
    )


def _matrix(design: Any) -> DesignMatrix:
    if isinstance(design, DesignMatrix):
        return design
    names = getattr(design, "columns", None)
    table = check_numbers("design", design)
    if table.ndim != 2:
        raise ValueError(f"covariates must have two dimensions, not {table.ndim}")
    if lost := int((~np.isfinite(table)).sum()):
        raise ValueError(f"covariates must be finite; {lost:,} values are not")
    own = [f"x{k + 1}" for k in range(table.shape[1])] if names is None else map(str, names)
    return DesignMatrix(columns=table, names=tuple(own))


def _weights(weights: ArrayLike | None, n: int) -> Floats:
    if weights is None:
        return np.ones(n)
    w = check_numbers("weights", weights)
    if not np.all(np.isfinite(w) & (w >= 0)):
        wrong = int((~(np.isfinite(w) & (w >= 0))).sum())
        raise ValueError(f"`weights` must be finite and not below 0; {wrong:,} are not")
    if w.shape != (n,):
        raise ValueError(f"`weights` must have one value a person, {n:,}; their shape is {w.shape}")
    return w


def _rows(found: Moments, matrix: DesignMatrix, denominator: str) -> tuple[BalanceRow, ...]:
    rows = [_row(found.column(k), name, denominator) for k, name in enumerate(matrix.names)]
    # A reference level stands before its other levels.
    for level, columns in reversed(matrix.reference_levels):
        place = columns[0] if columns else len(rows)
        rows.insert(place, _row(found.rest(columns), level, denominator))
    return tuple(rows)


def _row(found: Moments, name: str, denominator: str) -> BalanceRow:
    """Return the row of one covariate; arrays of *found* are (treated, comparison)."""
    mean, variance = found.mean[:, 0], found.variance[:, 0]
    after, spread = found.mean_after[:, 0], found.variance_after[:, 0]
    sd = float(np.sqrt(variance[0] if denominator == "treated" else variance.mean()))
    noise = 1e-12 * float(np.abs(mean).max())  # a constant's spread is rounding
    sd = 0.0 if sd <= noise else sd
    binary = bool(found.binary[0])
    return BalanceRow(
        name=name,
        mean_treated=float(mean[0]),
        mean_comparison=float(mean[1]),
        mean_treated_after=float(after[0]),
        mean_comparison_after=float(after[1]),
        difference=_over(float(mean[0] - mean[1]), sd, noise),
        difference_after=_over(float(after[0] - after[1]), sd, noise),
        variance_ratio=float("nan") if binary else _ratio(variance),
        variance_ratio_after=float("nan") if binary else _ratio(spread),
        sd=sd,
    )


def _over(difference: float, sd: float, noise: float) -> float:
    if sd > 0:
        return difference / sd
    if abs(difference) <= noise:
        return 0.0
    return float("nan") if np.isnan(difference) else float(np.copysign(np.inf, difference))


def _ratio(variance: Floats) -> float:
    return float(variance[0] / variance[1]) if variance[1] > 0 else float("nan")
