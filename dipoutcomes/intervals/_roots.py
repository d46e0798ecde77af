"""Roots of many increasing functions at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals._common import FloatArray

_EPS = float(np.finfo(np.float64).eps)
_MOST_STEPS = 200  # bisection alone needs some 60 for limits in [0, 1]


def find_root(
    function: Callable[..., FloatArray],
    low: FloatArray,
    high: FloatArray,
    *data: FloatArray,
) -> FloatArray:
    """Return where each element of an increasing *function* crosses zero in ``[low, high]``.

    Chandrupatla's method (1997, Advances in Engineering Software 28, 145-149), element by
    element: inverse quadratic steps where they are safe, bisection elsewhere. An element that
    does not cross gives the end nearer to its crossing, which is what a limit at the edge of
    the possible values means.

    *data* are arrays of the same shape, handed to *function* after the places. With them, the
    elements that have arrived are dropped from the later, fewer and shorter, calls.
    """
    if data:
        return _find_root_dropping(function, low, high, data)
    shape = np.broadcast_shapes(np.shape(low), np.shape(high))
    a = np.array(np.broadcast_to(low, shape), dtype=np.float64)
    b = np.array(np.broadcast_to(high, shape), dtype=np.float64)
    f_a, f_b = function(a), function(b)
    at_low, at_high = f_a >= 0, f_b <= 0
    fixed = at_low | at_high
    answer = np.where(at_low, a, b)
    c, f_c, step = a, f_a, np.full(shape, 0.5)
    with np.errstate(all="ignore"):  # fixed elements and equal values divide by zero, unused
        for _ in range(_MOST_STEPS):
            x = a + step * (b - a)
            f_x = function(x)
            same = np.sign(f_x) == np.sign(f_a)
            c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
            b, f_b = np.where(same, b, a), np.where(same, f_b, f_a)
            a, f_a = x, f_x
            best = np.where(np.abs(f_a) < np.abs(f_b), a, b)
            smallest = (2 * _EPS * np.abs(best) + 1e-300) / np.abs(b - a)
            done = fixed | (smallest > 0.5) | (f_a == 0) | ~np.isfinite(smallest)
            if np.all(done):
                break
            step = np.clip(_step(a, b, c, f_a, f_b, f_c), smallest, 1 - smallest)
            step = np.where(done, 0.0, step)
    return np.where(fixed, answer, np.where(f_a == 0, a, best))


def _find_root_dropping(
    function: Callable[..., FloatArray],
    low: FloatArray,
    high: FloatArray,
    data: tuple[FloatArray, ...],
) -> FloatArray:
    """As `find_root`, on flat copies that shrink as elements arrive."""
    shape = np.broadcast_shapes(np.shape(low), np.shape(high), *map(np.shape, data))
    a, b, *rest = (np.broadcast_to(v, shape).astype(np.float64).ravel() for v in (low, high, *data))
    f_a, f_b = function(a, *rest), function(b, *rest)
    answer = np.where(f_a >= 0, a, b)
    here = np.flatnonzero((f_a < 0) & (f_b > 0))
    a, b, f_a, f_b = a[here], b[here], f_a[here], f_b[here]
    rest = [v[here] for v in rest]
    step = np.full(here.shape, 0.5)
    with np.errstate(all="ignore"):  # equal values divide by zero, unused
        for _ in range(_MOST_STEPS):
            if not here.size:
                break
            x = a + step * (b - a)
            f_x = function(x, *rest)
            same = np.sign(f_x) == np.sign(f_a)
            c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
            b, f_b = np.where(same, b, a), np.where(same, f_b, f_a)
            a, f_a = x, f_x
            best = np.where(np.abs(f_a) < np.abs(f_b), a, b)
            smallest = (2 * _EPS * np.abs(best) + 1e-300) / np.abs(b - a)
            answer[here] = best
            left = (smallest <= 0.5) & (f_a != 0)
            step = np.clip(_step(a, b, c, f_a, f_b, f_c), smallest, 1 - smallest)[left]
            a, b, f_a, f_b, here = a[left], b[left], f_a[left], f_b[left], here[left]
            rest = [v[left] for v in rest]
    return answer.reshape(shape)


def _step(
    a: FloatArray, b: FloatArray, c: FloatArray, f_a: FloatArray, f_b: FloatArray, f_c: FloatArray
) -> FloatArray:
    """Return the share of the way from a to b at which to look next."""
    xi, phi = (a - b) / (c - b), (f_a - f_b) / (f_c - f_b)
    safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
    quadratic = f_a / (f_b - f_a) * f_c / (f_b - f_c)
    quadratic = quadratic + (c - a) / (b - a) * f_a / (f_c - f_a) * f_b / (f_c - f_b)
    return np.where(safe & np.isfinite(quadratic), quadratic, 0.5)
