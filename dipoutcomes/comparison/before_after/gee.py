"""Before and after by generalised estimating equations: each person a cluster of two windows."""

from __future__ import annotations

from math import exp
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._models import LogEstimate
from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.comparison._paired_counts import NOT_REMOVED, PairedCounts, left_out_note
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, Interval

Floats = NDArray[np.float64]

GeeErrors = Literal["leverage", "robust"]
_TITLES = {"leverage": "GEE, person-level with leverages", "robust": "GEE, person-level"}


def gee_rate_ratio(
    events_before: ArrayLike,
    days_before: ArrayLike,
    events_after: ArrayLike,
    days_after: ArrayLike,
    *,
    errors: GeeErrors = "leverage",
    measure: str = "ratio of the rate after to the rate before, estimating equations",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the ratio of two marginal rates with an exchangeable working correlation.

    Parameters
    ----------
    events_before, days_before, events_after, days_after, measure, confidence_level
        As for `rate_ratio_before_after`.
    errors : {"leverage", "robust"}
        "leverage": residuals scaled up for the part that each person had in the fit (Mancl and
        DeRouen), and Satterthwaite's degrees of freedom; "robust": the plain sandwich with normal
        limits, as other programs print it, which is too short with few people.

    Returns
    -------
    Estimate
        Of quantity "ratio". Where everybody's time is split alike the ratio is that of the
        totals; otherwise people whose windows are both long weigh more.

    Raises
    ------
    DesignError
        If a window has no event or the equations have no solution.
    TypeError, ValueError
        If an argument is not what is described above.

    References
    ----------
    .. [1] Liang, K.-Y. and Zeger, S. L. (1986). Biometrika 73, 13-22.
    .. [2] Mancl, L. A. and DeRouen, T. A. (2001). Biometrics 57, 126-134.

    Examples
    --------
    >>> ratio = gee_rate_ratio([4, 0, 2, 9, 0, 1], [365] * 6, [1, 0, 2, 5, 0, 0], [365] * 6)
    >>> print(f"{ratio.value:.3f}")
    0.500
    """
    check_choice("errors", errors, tuple(_TITLES))
    level = check_confidence_level(confidence_level)
    data = PairedCounts.of(events_before, days_before, events_after, days_after)
    if not (data.total_before and data.total_after):
        raise DesignError(
            "a window has no event, so the equations have no ratio; rate_ratio_before_after "
            "gives the exact interval of the totals"
        )
    estimate = _solve(data, errors)
    low, high = estimate.limits(level)
    return Estimate(
        measure=measure,
        value=exp(estimate.value),
        interval=Interval(low, high, level, _TITLES[errors]),
        events=data.total_after,
        base=float(data.years_after.sum()),
        base_unit="person-years at liberty",
        persons=len(data.after),
        quantity="ratio",
        reference_events=data.total_before,
        reference_base=float(data.years_before.sum()),
        p_value=estimate.p_value(),
        caveat="; ".join([NOT_REMOVED, *left_out_note(data)]),
    )


def _solve(data: PairedCounts, errors: str) -> LogEstimate:
    beta = np.array([np.log(data.before.sum() / data.years_before.sum()), np.log(data.ratio)])
    for _ in range(100):
        mean, residual = _residuals(data, beta)
        correlation = _correlation(residual)
        weighted, bread = _equations(mean, residual, correlation)
        step = bread @ weighted.sum(axis=0)
        beta = beta + step
        if np.abs(step).max() < 1e-11:
            mean, residual = _residuals(data, beta)
            correlation = _correlation(residual)
            if errors == "leverage":
                residual = _undone(mean, residual, correlation)
            weighted, bread = _equations(mean, residual, correlation)
            influence = weighted @ bread[1]
            if errors == "leverage":
                return LogEstimate.of(float(np.exp(beta[1])), influence)
            return LogEstimate(float(beta[1]), float(np.sqrt((influence**2).sum())), np.inf)
    raise DesignError("the estimating equations have no solution; use rate_ratio_before_after")


def _residuals(data: PairedCounts, beta: Floats) -> tuple[Floats, Floats]:
    """Return means and Pearson residuals, both of shape (n, 2)."""
    mean = np.exp(beta[0]) * np.column_stack(
        [data.years_before, data.years_after * np.exp(beta[1])]
    )
    return mean, (np.column_stack([data.before, data.after]) - mean) / np.sqrt(mean)


def _correlation(residual: Floats) -> float:
    """Return the moment estimate of the correlation within people, with two parameters spent."""
    n = len(residual)
    if n < 3:
        return 0.0
    scale = (residual**2).sum() / (2 * n - 2)
    found = float(residual.prod(axis=1).sum() / scale / (n - 2))
    return min(max(found, -0.99), 0.99)


def _equations(mean: Floats, residual: Floats, correlation: float) -> tuple[Floats, Floats]:
    """Return each person's part in the equations, and the inverse of their slope."""
    root = np.sqrt(mean)
    # R^-1 times the residuals; the scale cancels.
    solved = (residual - correlation * residual[:, ::-1]) / (1 - correlation**2)
    part = root * solved
    weighted = np.column_stack([part.sum(axis=1), part[:, 1]])
    cross = root.prod(axis=1).sum()
    first, second = mean.sum(axis=0)
    all_ones = first + second - 2 * correlation * cross
    mixed = second - correlation * cross
    slope = np.array([[all_ones, mixed], [mixed, second]]) / (1 - correlation**2)
    return weighted, np.asarray(np.linalg.inv(slope), dtype=np.float64)


def _undone(mean: Floats, residual: Floats, correlation: float) -> Floats:
    """Return the residuals that people would have had without their own part in the fit."""
    _, bread = _equations(mean, residual, correlation)
    root = np.sqrt(mean)
    # Rows of D on the Pearson scale: (root, 0) and (root, root).
    design = np.zeros((len(mean), 2, 2))
    design[:, :, 0] = root
    design[:, 1, 1] = root[:, 1]
    inverse = np.array([[1.0, -correlation], [-correlation, 1.0]]) / (1 - correlation**2)
    hat = design @ bread @ design.transpose(0, 2, 1) @ inverse
    left = np.eye(2) - hat
    determinant = np.maximum(np.abs(np.linalg.det(left)), 1e-9)
    adjugate = np.empty_like(left)
    adjugate[:, 0, 0], adjugate[:, 1, 1] = left[:, 1, 1], left[:, 0, 0]
    adjugate[:, 0, 1], adjugate[:, 1, 0] = -left[:, 0, 1], -left[:, 1, 0]
    return np.asarray(np.einsum("ijk,ik->ij", adjugate, residual) / determinant[:, None])
