"""A natural cubic spline through residuals, with limits, to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.survival.regression.rows import Floats

_KNOTS = (
    0.05,
    0.275,
    0.5,
    0.725,
    0.95,
)  # Harrell (2001), Regression Modeling Strategies, table 2.3
_FEWEST = 10


@dataclass(frozen=True, slots=True, eq=False)
class Smooth:
    """A smoothed value at each of some places, with pointwise limits."""

    place: Floats
    value: Floats
    low: Floats
    high: Floats


def smooth_along(
    place: Floats, residual: Floats, spread: float, level: float, points: int
) -> Smooth:
    """Return the least squares natural spline with five knots through *residual*.

    *spread* is the known standard deviation of a residual.
    """
    from scipy.special import ndtri

    if len(np.unique(place)) < _FEWEST:
        raise DesignError(f"fewer than {_FEWEST} distinct event times are too few for a smooth")
    knots = np.unique(np.quantile(place, _KNOTS))
    grid = np.linspace(place.min(), place.max(), points)
    basis, at = _natural(place, knots), _natural(grid, knots)
    inverse = np.linalg.pinv(basis.T @ basis)
    value = at @ (inverse @ (basis.T @ residual))
    error = spread * np.sqrt(np.einsum("ij,jk,ik->i", at, inverse, at))
    half = float(ndtri((1 + level) / 2)) * error
    return Smooth(grid, value, value - half, value + half)


def _natural(x: Floats, knots: Floats) -> Floats:
    """Return a constant, x and the truncated cubes that are straight beyond the outer knots."""
    if len(knots) < 3:
        return np.column_stack([np.ones_like(x), x])
    last, before = knots[-1], knots[-2]

    def cube(knot: float) -> Floats:
        return np.maximum(x - knot, 0.0) ** 3

    width = (last - knots[0]) ** 2
    bent = [
        (
            cube(k)
            - cube(before) * (last - k) / (last - before)
            + cube(last) * (before - k) / (last - before)
        )
        / width
        for k in knots[:-2]
    ]
    return np.column_stack([np.ones_like(x), x, *bent])
