"""The maximum of a smooth likelihood with known slope and curvature: damped Newton's steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Value, slope and curvature (matrix of second derivatives) at a place.
Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]

_CONVERGED = 1e-10
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where a likelihood is highest; `converged` says whether it is a proper maximum."""

    place: Floats
    value: float
    slope: Floats
    curvature: Floats
    converged: bool

    @property
    def covariance(self) -> Floats:
        """Inverse of the observed information."""
        return np.asarray(np.linalg.inv(-self.curvature))


def maximise(at: Likelihood, start: Floats) -> Maximum:
    """Return the nearest maximum uphill of *start*.

    Newton's steps; where the likelihood is not concave, or a step goes down, the curvature is
    turned and the step shortened (Levenberg-Marquardt). Converged where a full Newton step from a
    concave place is within 1e-10 of (1 + the parameter).
    """
    place = np.asarray(start, dtype=np.float64)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        value, slope, curvature = at(place)
        damping = 0.0
        for _ in range(_MOST_STEPS):
            if not (np.isfinite(value) and np.all(np.isfinite(curvature))):
                break
            step, concave = _step(slope, curvature, damping)
            if concave and not damping and np.all(np.abs(step) <= _CONVERGED * (1 + np.abs(place))):
                return Maximum(place + step, value, slope, curvature, converged=True)
            tried = at(place + step)
            if np.isfinite(tried[0]) and tried[0] >= value - 1e-13 * (1 + abs(value)):
                place = place + step
                value, slope, curvature = tried
                damping = damping / 10 if damping > 1e-6 else 0.0
            elif damping > 1e12:
                break
            else:
                damping = max(10 * damping, 1e-4)
    return Maximum(place, value, slope, curvature, converged=False)


def _step(slope: Floats, curvature: Floats, damping: float) -> tuple[Floats, bool]:
    """Return a step uphill, and whether the curvature is that of a maximum."""
    information = -(curvature + curvature.T) / 2
    size = np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-12))
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    concave = bool(values[0] > 1e-9)
    lifted = np.maximum(np.abs(values), 1e-4) if not concave else values
    turned = vectors.T @ (slope / size)
    return np.asarray(vectors @ (turned / (lifted + damping)) / size), concave


def profile_limit(
    at_fixed: Callable[[float], float], best: float, level: float, unit: float, widest: float = 40
) -> float:
    """Return where a profile falls to *level* in the direction of *unit*; infinite if nowhere.

    nan where it lies below *level* at the start already, or has steps, so that no place is found.

    *at_fixed* gives the highest likelihood with the parameter held; *unit* is about a standard
    error, with the sign of the direction.
    """
    from scipy.optimize import brentq

    inside, step = best, unit
    while abs(inside + step - best) <= widest * abs(unit):
        outside = inside + step
        if at_fixed(outside) < level:
            if not (at_fixed(inside) >= level > at_fixed(outside)):
                return float("nan")
            return float(
                brentq(lambda v: at_fixed(v) - level, inside, outside, xtol=1e-9 * abs(unit))
            )
        inside, step = outside, 1.5 * step
    return float(np.copysign(np.inf, unit))
