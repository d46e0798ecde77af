"""Critical values of the two simultaneous bands, computed and not copied from a table."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dipoutcomes.survival._counts import Floats

_NODES = 160  # Gauss-Legendre
_TERMS = 48  # basis functions, all even and 0 at the barriers


def hall_wellner(low: float, high: float, level: float) -> float:
    """Return k with P(sup |W(u)| <= k, low <= u <= high) = level, W a Brownian bridge."""
    return _solve(_bridge_stays_within, low, high, level)


def equal_precision(low: float, high: float, level: float) -> float:
    """Return c with P(sup |W(u)| / sqrt(u (1 - u)) <= c, low <= u <= high) = level."""
    return _solve(_scaled_bridge_stays_within, low, high, level)


def _bridge_stays_within(k: float, low: float, high: float) -> float:
    """Return the probability that a Brownian bridge stays within k from *low* to *high*.

    A Brownian motion killed at the barriers has the eigenfunctions cos(m pi x / 2k), m odd (those
    that are even in x alone matter); the bridge starts and ends at 0.
    """
    # Terms beyond this one are below 1e-17.
    most = np.sqrt(80 / max(high - low, 1e-5)) * 2 * k / np.pi
    odd = np.arange(1, max(most, 9.0), 2)
    across = odd * np.pi / (2 * k)
    decay = np.exp(-(across**2) * (high - low) / 2)
    start, end = (_cosines(across, k, spread) for spread in (low, 1 - high))
    return float(np.sqrt(2 * np.pi) / k * np.sum(decay * start * end))


def _cosines(across: Floats, k: float, variance: float) -> Floats:
    """Return the integral over -k to k of the normal density times each cosine."""
    if variance == 0:
        return np.ones(len(across))
    edge = min(k, 10 * np.sqrt(variance))
    nodes, weights = _gauss()
    x = edge * nodes
    density = np.exp(-(x**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    return np.asarray(np.cos(np.outer(across, x)) @ (edge * weights * density))


def _scaled_bridge_stays_within(c: float, low: float, high: float) -> float:
    """Return the probability that a bridge over its standard deviation stays within c.

    In the time s = log(u / (1 - u)) / 2 it is a stationary Ornstein-Uhlenbeck process with
    correlation exp(-s); its generator f'' - x f' is symmetric for the normal density.
    """
    # Times the root of that density, f solves a Schroedinger equation with potential x^2/4 - 1/2.
    length = (np.log(high / (1 - high)) - np.log(low / (1 - low))) / 2
    nodes, weights = _gauss()
    x = c * nodes
    across = (2 * np.arange(_TERMS) + 1) * np.pi / (2 * c)
    basis = np.cos(np.outer(across, x)) * np.sqrt(weights)  # orthonormal
    operator = np.diag(across**2) + (basis * (x**2 / 4 - 0.5)) @ basis.T
    rates, shapes = np.linalg.eigh(operator)
    root = np.exp(-(x**2) / 4) * np.sqrt(c * weights) / (2 * np.pi) ** 0.25
    start = shapes.T @ (basis @ root)
    return float(np.sum(np.exp(-rates * length) * start**2))


_CHANCES = {True: _bridge_stays_within, False: _scaled_bridge_stays_within}


def _solve(chance: object, low: float, high: float, level: float) -> float:
    # Curves share few ranges to twelve digits; a release of many groups repeats them.
    return _root(chance is _bridge_stays_within, round(low, 12), round(high, 12), level)


@lru_cache(maxsize=1)
def _gauss() -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(_NODES)


@lru_cache(maxsize=512)
def _root(bridge: bool, low: float, high: float, level: float) -> float:
    from scipy.optimize import brentq

    chance = _CHANCES[bridge]
    return float(brentq(lambda k: chance(k, low, high) - level, 1e-2, 12.0, xtol=1e-10))
