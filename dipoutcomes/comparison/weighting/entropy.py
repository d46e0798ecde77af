"""Entropy balancing: the weights nearest to equal that make the means of the groups the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_choice
from dipoutcomes.comparison.weighting._check import Floats, check_columns, check_treated
from dipoutcomes.comparison.weighting.design import WeightedDesign
from dipoutcomes.errors import DesignError

BALANCED = 1e-9  # standard deviations
OUT_OF_REACH = 1e-4
ROUNDS = 200


def entropy_balancing(
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    covariate_names: Sequence[str] | None = None,
    moments: int = 1,
    estimand: str = "ATT",
) -> WeightedDesign:
    """Return two groups whose weighted covariates have exactly the same means.

    Parameters
    ----------
    treated : array_like of bool, shape (n,)
    covariates : array_like, shape (n, k)
        Columns of numbers; categories as columns of 0 and 1.
    covariate_names : sequence of str, optional
    moments : {1, 2}, default 1
        2 balances squares too, so that variances agree; columns of two values need none.
    estimand : {"ATT", "ATC", "ATE"}
        Whose means are the target: those of the treated, of the comparison group, of everybody.

    Returns
    -------
    WeightedDesign
        Its columns are those that were balanced. Under "ATT" the treated have weight 1 and the
        comparison weights add up to the number of treated.

    Raises
    ------
    DesignError
        If no weights can reach the target; the message names the covariates out of reach.
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    Weights w are proportional to exp(x'b); b minimises log(sum exp((x - target)'b)), a convex
    function whose slope is the imbalance, by Newton's method with halved steps. For the effect on
    the treated the estimate is consistent if either the log odds of treatment or the mean of the
    untreated outcome is linear in the balanced columns [2]_. Exact balance of what was measured
    says nothing of what was not.

    References
    ----------
    .. [1] Hainmueller, J. (2012). Political Analysis 20, 25-46, equations 4 to 8.
    .. [2] Zhao, Q. and Percival, D. (2017). Journal of Causal Inference 5(1).

    Examples
    --------
    >>> design = entropy_balancing([True, True, False, False, False], [4, 2, 1, 3, 5])
    >>> age = design.covariates[~design.treated, 0]
    >>> weights = design.weights[~design.treated]
    >>> round(float(weights @ age / weights.sum()), 6), round(float(weights.sum()), 6)
    (3.0, 2.0)
    """
    flags = check_treated(treated)
    columns, names = check_columns(covariates, covariate_names, len(flags))
    check_choice("estimand", estimand, ("ATT", "ATC", "ATE"))
    if moments not in (1, 2):
        raise ValueError(f"`moments` must be 1 or 2; got {moments!r}")
    if moments == 2:
        columns, names = _with_squares(columns, names)
    whose = {"ATT": flags, "ATC": ~flags, "ATE": np.ones_like(flags)}[estimand]
    target = columns[whose].mean(axis=0)
    weights = np.ones(len(flags))
    for side in (flags, ~flags):
        if (side is flags and estimand == "ATT") or (side is not flags and estimand == "ATC"):
            continue
        who = "treated" if side is flags else "comparison"
        weights[side] = _reach(columns[side], target, names, who) * whose.sum()
    return WeightedDesign(
        treated=flags,
        weights=weights,
        estimand=estimand,
        method=f"entropy balancing of {len(names)} columns"
        + (", squares among them" if moments == 2 else ""),
        weighting="entropy",
        covariates=columns,
        covariate_names=names,
    )


def _with_squares(columns: Floats, names: tuple[str, ...]) -> tuple[Floats, tuple[str, ...]]:
    """Return the columns with the squares of those that have more than two values."""
    more = [k for k in range(columns.shape[1]) if len(np.unique(columns[:, k])) > 2]
    # Squared about the mean: the same constraint together with the mean, and better conditioned.
    squares = (columns[:, more] - columns[:, more].mean(axis=0)) ** 2
    return np.hstack([columns, squares]), (*names, *(f"{names[k]}, squared" for k in more))


def _reach(rows: Floats, target: Floats, names: tuple[str, ...], who: str) -> Floats:
    """Return weights that add up to 1 and give *rows* the mean *target*."""
    spread = np.maximum(rows.std(axis=0), np.abs(target - rows.mean(axis=0)))
    spread = np.where(spread > 0, spread, 1.0)
    away = (rows - target) / spread
    beyond = (away.min(axis=0) > OUT_OF_REACH) | (away.max(axis=0) < -OUT_OF_REACH)
    if np.any(beyond):
        raise _out_of_reach(beyond, names, who)
    place, weights = np.zeros(rows.shape[1]), np.full(len(rows), 1 / len(rows))
    for _ in range(ROUNDS):
        slope = weights @ away
        if np.all(np.abs(slope) < BALANCED):
            return weights
        curvature = (away.T * weights) @ away - np.outer(slope, slope)
        # Columns that add up to a constant leave no single solution; the shortest step will do.
        step = -np.linalg.lstsq(curvature, slope, rcond=1e-10)[0]
        place, weights, moved = _downhill(away, place, step, slope)
        if not moved:
            break
    unbalanced = np.abs(weights @ away) > OUT_OF_REACH
    if not np.any(unbalanced):
        return weights
    raise _out_of_reach(unbalanced, names, who)


def _downhill(
    away: Floats, place: Floats, step: Floats, slope: Floats
) -> tuple[Floats, Floats, bool]:
    """Return the place, weights and whether a step lowered the dual, halved until it does."""
    here, weights = _dual(away, place)
    gain = float(slope @ step)
    for half in range(40):
        there = place + step / 2**half
        value, new = _dual(away, there)
        if value <= here + 1e-4 * gain / 2**half:
            return there, new, not np.array_equal(there, place)
    return place, weights, False


def _dual(away: Floats, place: Floats) -> tuple[float, Floats]:
    exponent = away @ place
    top = float(exponent.max())
    weights = np.exp(exponent - top)
    total = float(weights.sum())
    return top + float(np.log(total)), weights / total


def _out_of_reach(which: object, names: tuple[str, ...], who: str) -> DesignError:
    listed = ", ".join(name for name, out in zip(names, which, strict=True) if out)  # type: ignore[call-overload]
    return DesignError(
        f"no weights of the {who} people reach the target means of: {listed}. The groups do not "
        "overlap there. Leave those columns out, balance fewer moments, or take out by rule the "
        "people who have no counterpart, and say that the result no longer speaks for them."
    )
