"""Array kernels of the variance between areas; the last axis of every array runs over areas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_HALVINGS = 200


def weighted_mean(y: Floats, weight: Floats) -> Floats:
    """Return the weighted mean over areas, shape (...,)."""
    return np.asarray((weight * y).sum(-1) / weight.sum(-1), dtype=np.float64)


def q_at(y: Floats, v: Floats, tau2: Floats) -> Floats:
    """Return the weighted squares about the weighted mean, for a variance between areas *tau2*."""
    weight = 1 / (v + np.asarray(tau2)[..., None])
    centre = weighted_mean(y, weight)
    return np.asarray((weight * (y - centre[..., None]) ** 2).sum(-1), dtype=np.float64)


def typical_variance(v: Floats) -> Floats:
    """Return Higgins and Thompson's typical variance within areas, of which I2 is made."""
    weight = 1 / v
    total = weight.sum(-1)
    return np.asarray(
        (v.shape[-1] - 1) * total / (total**2 - (weight**2).sum(-1)), dtype=np.float64
    )


def none(y: Floats, v: Floats) -> Floats:  # noqa: ARG001
    """Return 0: one effect common to all areas."""
    return np.zeros(y.shape[:-1])


def dersimonian_laird(y: Floats, v: Floats) -> Floats:
    """DerSimonian and Laird (1986), the moment of Q with weights 1 / v."""
    weight = 1 / v
    total = weight.sum(-1)
    scale = total - (weight**2).sum(-1) / total
    return np.asarray(
        np.maximum(0.0, (q_at(y, v, none(y, v)) - (y.shape[-1] - 1)) / scale), dtype=np.float64
    )


def hedges(y: Floats, v: Floats) -> Floats:
    """Hedges (1983), the plain variance of the effects less the mean variance within."""
    return np.asarray(np.maximum(0.0, y.var(-1, ddof=1) - v.mean(-1)), dtype=np.float64)


def hunter_schmidt(y: Floats, v: Floats) -> Floats:
    """Hunter and Schmidt, (Q - k) / sum of weights; biased downwards."""
    return np.asarray(
        np.maximum(0.0, (q_at(y, v, none(y, v)) - y.shape[-1]) / (1 / v).sum(-1)), dtype=np.float64
    )


def sidik_jonkman(y: Floats, v: Floats) -> Floats:
    """Sidik and Jonkman (2005), from the start of the variance of the effects; above 0 always."""
    start = y.var(-1, ddof=0)
    weights_by_start = start * q_at(y, v, start)
    return np.asarray(weights_by_start / (y.shape[-1] - 1), dtype=np.float64)


def q_solution(y: Floats, v: Floats, target: float) -> Floats:
    """Return the tau2 at which Q is *target*; 0 where Q is at or below it without any tau2."""
    # Q falls in tau2, and Q <= squares about the mean / tau2 bounds the root from above.
    squares = ((y - y.mean(-1, keepdims=True)) ** 2).sum(-1)
    low, high = np.zeros(y.shape[:-1]), squares / target + 1e-300
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = q_at(y, v, middle) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
        if np.all(high - low <= 1e-15 * high):
            break
    return np.where(q_at(y, v, np.zeros(y.shape[:-1])) <= target, 0.0, (low + high) / 2)


def paule_mandel(y: Floats, v: Floats) -> Floats:
    """Paule and Mandel (1982), the tau2 at which Q is its expectation k - 1."""
    return q_solution(y, v, float(y.shape[-1] - 1))


def _log_likelihood(y: Floats, v: Floats, tau2: Floats, *, restricted: bool) -> Floats:
    weight = 1 / (v + tau2[..., None])
    value = 0.5 * np.log(weight).sum(-1) - 0.5 * q_at(y, v, tau2)
    return np.asarray(
        value - 0.5 * np.log(weight.sum(-1)) if restricted else value, dtype=np.float64
    )


def _score(y: Floats, v: Floats, tau2: Floats, *, restricted: bool) -> Floats:
    weight = 1 / (v + tau2[..., None])
    total, squares = weight.sum(-1), (weight**2).sum(-1)
    residual = y - weighted_mean(y, weight)[..., None]
    value = 0.5 * (weight**2 * residual**2).sum(-1) - 0.5 * total
    return np.asarray(value + 0.5 * squares / total if restricted else value, dtype=np.float64)


def _maximum(y: Floats, v: Floats, *, restricted: bool) -> Floats:
    """Return the tau2 of the highest likelihood: the best of a grid, then its slope's root.

    The likelihood can have two tops; a search from one start may end on the lower.
    """
    spread = y.var(-1, ddof=0) * y.shape[-1] + 1e-300
    grid = np.concatenate([[0.0], np.geomspace(1e-7, 1.0, 81)])
    values = np.stack(
        [_log_likelihood(y, v, g * spread, restricted=restricted) for g in grid], axis=-1
    )
    best = values.argmax(-1)
    low = grid[np.maximum(best - 1, 0)] * spread
    high = grid[np.minimum(best + 1, len(grid) - 1)] * spread
    at_zero = (best == 0) & (_score(y, v, np.zeros_like(spread), restricted=restricted) <= 0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rising = _score(y, v, middle, restricted=restricted) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        if np.all(high - low <= 1e-15 * high):
            break
    return np.where(at_zero, 0.0, (low + high) / 2)


def maximum_likelihood(y: Floats, v: Floats) -> Floats:
    """Maximum likelihood; biased downwards with few areas."""
    return _maximum(y, v, restricted=False)


def restricted_likelihood(y: Floats, v: Floats) -> Floats:
    """Restricted maximum likelihood, which allows for the estimated mean."""
    return _maximum(y, v, restricted=True)


ESTIMATORS: dict[str, tuple[str, Callable[[Floats, Floats], Floats]]] = {
    "reml": ("REML", restricted_likelihood),
    "paule_mandel": ("Paule-Mandel", paule_mandel),
    "dersimonian_laird": ("DerSimonian-Laird", dersimonian_laird),
    "maximum_likelihood": ("maximum likelihood", maximum_likelihood),
    "hedges": ("Hedges", hedges),
    "sidik_jonkman": ("Sidik-Jonkman", sidik_jonkman),
    "hunter_schmidt": ("Hunter-Schmidt", hunter_schmidt),
    "common": ("one common effect", none),
}
ALIASES = {
    "dl": "dersimonian_laird", "pm": "paule_mandel", "ml": "maximum_likelihood", "he": "hedges",
    "sj": "sidik_jonkman", "hs": "hunter_schmidt", "ee": "common", "fixed": "common",
}  # fmt: skip
