"""Regression of the outcome in one group: linear, logistic or Poisson, by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from dipoutcomes.comparison.effect._people import Flags, Floats
from dipoutcomes.errors import DesignError

OUTCOME_MODELS = ("linear", "logistic", "poisson")
ROUNDS = 60


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeModel:
    """A canonical regression fitted in one group, used for everybody.

    ``fitted`` and ``slope`` (its derivative by the linear predictor) have a value a person of both
    groups; ``influence``, shape (n, k), is each person's part in the error of the coefficients.
    """

    fitted: Floats
    slope: Floats
    influence: Floats
    leverage: Floats


def fit_outcome(kind: str, columns: Floats, outcome: Floats, side: Flags, who: str) -> OutcomeModel:
    """Return the model of *outcome* on *columns* (a constant among them) in the group *side*.

    Raises `DesignError` where the likelihood has no maximum.
    """
    scale = np.maximum(np.abs(columns[side]).max(axis=0), 1e-300)
    scaled = columns / scale
    own, y = scaled[side], outcome[side]
    if len(y) <= columns.shape[1]:
        raise DesignError(
            f"{len(y)} {who} people cannot carry an outcome model of {columns.shape[1]} "
            "coefficients. Use fewer columns, or weights alone."
        )
    place = np.zeros(columns.shape[1])
    if kind == "poisson" and y.mean() > 0:
        # Columns are scaled, and the first is the constant.
        place[0] = np.log(y.mean())
    for _ in range(ROUNDS):
        mean, slope = _mean(kind, own @ place)
        curvature = (own.T * slope) @ own
        step = np.linalg.lstsq(curvature, own.T @ (y - mean), rcond=1e-11)[0]
        if not np.all(np.isfinite(step)):
            break
        place = place + step * min(1.0, 5.0 / max(float(np.abs(own @ step).max()), 1e-300))
        if np.abs(own @ step).max() < 1e-9 or kind == "linear":
            break
    else:
        raise _no_maximum(kind, who)
    predictor = scaled @ place
    if not np.all(np.isfinite(predictor)) or (kind != "linear" and np.abs(own @ place).max() > 30):
        raise _no_maximum(kind, who)
    if kind == "linear":
        place = place + np.linalg.lstsq(own, y - own @ place, rcond=None)[0]  # polish
        predictor = scaled @ place
    fitted, slope = _mean(kind, predictor)
    inverse = np.linalg.pinv((own.T * slope[side]) @ own, rcond=1e-11, hermitian=True)
    residual = np.where(side, outcome - fitted, 0.0)
    reach = scaled @ inverse
    leverage = np.where(side, np.einsum("ij,ij->i", reach, scaled) * slope, 0.0)
    return OutcomeModel(fitted, slope, reach * residual[:, None] / scale, leverage)


def _mean(kind: str, predictor: Floats) -> tuple[Floats, Floats]:
    if kind == "linear":
        return predictor, np.ones_like(predictor)
    if kind == "logistic":
        p = expit(predictor)
        return p, np.maximum(p * (1 - p), 1e-12)
    mean = np.exp(np.clip(predictor, -50, 50))
    return mean, mean


def _no_maximum(kind: str, who: str) -> DesignError:
    return DesignError(
        f"the {kind} model of the outcome has no maximum in the {who} group: its columns separate "
        "those with the outcome from those without, or nobody has it. Use fewer columns, or "
        "weights alone."
    )
