"""A hazard that is constant between named times: rates of a life table, with covariates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.survival._partial_likelihood import cluster_sums
from dipoutcomes.survival.regression._maximum import Floats, maximise
from dipoutcomes.survival.regression.covariates import Covariates
from dipoutcomes.survival.regression.parametric import (
    as_covariates,
    no_maximum,
    standardised_design,
    wants_robust,
    whole_tests,
)
from dipoutcomes.survival.regression.parametric_result import PIECEWISE, ParametricModel
from dipoutcomes.survival.regression.rows import Checked, Integers, RowOptions, check_rows
from dipoutcomes.survival.regression.terms import Coefficients, doubts, errors_say, ratio_terms

if TYPE_CHECKING:
    import pandas as pd


def piecewise_exponential_regression(
    durations: ArrayLike,
    observed: ArrayLike,
    covariates: Mapping[str, ArrayLike] | pd.DataFrame | Covariates | None = None,
    *,
    cuts: Sequence[float],
    rows: RowOptions | None = None,
    variance: Literal["model", "robust"] | None = None,
    confidence_level: float = 0.95,
) -> ParametricModel:
    r"""Return hazard ratios, and the rate of events in each period of follow-up.

    Parameters
    ----------
    durations, observed, covariates, rows, variance, confidence_level
        As in `parametric_regression`.
    cuts : sequence of float
        Times, above 0 and increasing, at which the rate may change, named before the data are
        seen. A period is (cut, next cut]; each needs an event.

    Returns
    -------
    ParametricModel
        `hazards` are the periods' rates per unit of time, for someone whose covariates are 0.

    Raises
    ------
    TypeError, ValueError, DesignError
        As in `parametric_regression`; ``DesignError`` too where a period has no event.

    Notes
    -----
    :math:`h(t | x) = \lambda_j e^{\beta^T x}` in period j [1]_: Poisson regression of events on
    time at risk. Without covariates a rate is events over time at risk. The last period goes on
    for ever, which is an assumption where follow-up ends.

    References
    ----------
    .. [1] Friedman, M. (1982). Annals of Statistics 10, 101-113.

    Examples
    --------
    >>> model = piecewise_exponential_regression(
    ...     [30, 45, 60, 60, 90, 120, 200, 365, 365, 365],
    ...     [1, 1, 1, 0, 1, 1, 1, 0, 0, 1], cuts=[90],
    ... )
    >>> [round(365.25 * hazard, 2) for hazard in model.hazards]  # events per person-year
    [1.99, 1.14]
    """
    level = check_confidence_level(confidence_level)
    checked = check_rows(durations, observed, rows)
    table = as_covariates(covariates, len(checked.stop))
    robust = wants_robust(checked, variance)
    edges = _edges(cuts)
    exposure, period = _at_risk(checked, edges)
    weight = np.ones(len(checked.stop)) if checked.weight is None else checked.weight
    _check_periods(checked, period, edges)
    design, back = standardised_design(table)
    fit = _Poisson(exposure, period, checked.event, design[:, 1:], weight)
    found = maximise(fit.at, fit.start())
    if not found.converged:
        raise no_maximum()
    null = _Poisson(exposure, period, checked.event, design[:, :0], weight)
    pieces, k = len(edges) - 1, len(table.terms)
    turn = np.eye(pieces + k)
    turn[pieces:, pieces:] = back[1:, 1:]
    turn[:pieces, pieces:] = back[0, 1:]
    covariance = found.covariance
    if robust:
        influence = cluster_sums(fit.scores(found.place), checked.unit) @ covariance
        covariance = influence.T @ influence
    place, covariance = turn @ found.place, turn @ covariance @ turn.T
    own = covariance[pieces:, pieces:]
    method = f"piecewise exponential model{errors_say(checked, robust=robust)}"
    coefficients = Coefficients.normal(place[pieces:], own, level)
    return ParametricModel(
        distribution=PIECEWISE,
        terms=ratio_terms(coefficients, table, checked, level, method, "hazard ratio"),
        tests=whole_tests(found.value, null.at(null.start())[0], place[pieces:], own),
        scale=float("nan"),
        cuts=tuple(edges[1:-1].tolist()),
        hazards=tuple(np.exp(place[:pieces]).tolist()),
        log_likelihood=found.value,
        parameters=pieces + k,
        method=method,
        variance="robust" if robust else "model",
        confidence_level=level,
        persons=checked.persons,
        rows=len(checked.stop),
        events=int(checked.event.sum()),
        last_follow_up=float(checked.stop.max()),
        caveat="; ".join(doubts(checked, max(k, 1), robust=robust)),
        place=place,
        covariance=np.asarray(covariance),
        covariates=replace(table, columns=np.zeros((0, k))),
    )


def _edges(cuts: Sequence[float]) -> Floats:
    inner = np.asarray(cuts, dtype=np.float64).ravel()
    if not np.all(np.isfinite(inner)) or np.any(inner <= 0) or np.any(np.diff(inner) <= 0):
        raise ValueError("`cuts` must be finite, above 0 and increasing")
    return np.concatenate([[0.0], inner, [np.inf]])


def _at_risk(checked: Checked, edges: Floats) -> tuple[Floats, Integers]:
    """Return each row's time at risk in each period, and the period it ends in."""
    begin = np.zeros(len(checked.stop)) if checked.start is None else np.maximum(checked.start, 0)
    low = np.maximum(begin[:, None], edges[:-1])
    high = np.minimum(checked.stop[:, None], edges[1:])
    period = np.maximum(np.searchsorted(edges, checked.stop, side="left") - 1, 0)
    return np.maximum(high - low, 0.0), period


def _check_periods(checked: Checked, period: Integers, edges: Floats) -> None:
    if bad := int((checked.event & (checked.stop <= 0)).sum()):
        raise ValueError(f"{bad} events at time 0 fall in no period of some length")
    events = np.bincount(period[checked.event], minlength=len(edges) - 1)
    if not events.all():
        raise DesignError(
            f"{int((events == 0).sum())} of {len(events)} periods have no event, so their rate has "
            "no estimate above 0; use fewer cuts"
        )


class _Poisson:
    """Log likelihood of (log hazards, coefficients)."""

    def __init__(
        self,
        exposure: Floats,
        period: Integers,
        event: NDArray[np.bool_],
        x: Floats,
        weight: Floats,
    ) -> None:
        self.exposure, self.x, self.weight = exposure, x, weight
        self.died = np.zeros_like(exposure)
        self.died[np.flatnonzero(event), period[event]] = 1.0
        self.events = weight @ self.died

    def start(self) -> Floats:
        """Return the rates without covariates: their maximum where there are none."""
        rates = np.log(self.events / (self.weight @ self.exposure))
        return np.concatenate([rates, np.zeros(self.x.shape[1])])

    def _expected(self, place: Floats) -> Floats:
        pieces = len(self.events)
        risk = np.exp(self.x @ place[pieces:])
        return np.asarray(self.exposure * np.exp(place[:pieces]) * risk[:, None])

    def at(self, place: Floats) -> tuple[float, Floats, Floats]:
        """Return value, slope and curvature."""
        pieces = len(self.events)
        each = self._expected(place) * self.weight[:, None]
        died = self.died.sum(axis=1) * self.weight
        value = float(self.events @ place[:pieces] + died @ (self.x @ place[pieces:]) - each.sum())
        own = each.sum(axis=1)
        slope = np.concatenate([self.events - each.sum(axis=0), self.x.T @ (died - own)])
        cross = each.T @ self.x
        curvature = -np.block(
            [[np.diag(each.sum(axis=0)), cross], [cross.T, (self.x.T * own) @ self.x]]
        )
        return value, slope, curvature

    def scores(self, place: Floats) -> Floats:
        """Return each row's part of the slope."""
        left = (self.died - self._expected(place)) * self.weight[:, None]
        return np.hstack([left, self.x * left.sum(axis=1, keepdims=True)])
