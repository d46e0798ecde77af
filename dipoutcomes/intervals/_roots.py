"""Roots of many functions at once, and the first whole numbers that meet a condition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals._common import FloatArray

_EPS = float(np.finfo(np.float64).eps)
_LAST_STEP = 1e-10  # of the proportion: the next one would be its square
_PROBES = 128  # looked at together, where there are few elements
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


def newton_root(
    function: Callable[..., tuple[FloatArray, FloatArray]],
    low: FloatArray,
    high: FloatArray,
    start: FloatArray,
    *data: FloatArray,
) -> FloatArray:
    """Return the proportions in ``[low, high]`` at which a function crosses zero upward.

    *function* takes proportions and *data* and gives value and derivative. Newton's steps, halving
    the bracket where one leaves it; elements that have arrived are dropped from later calls. The
    last step of an element is below 1e-10 of the smaller of p and 1 - p, so that what is left is
    rounding. *function* must be below zero at *low* and above at *high*; otherwise the end nearer
    to its crossing comes.
    """
    shape = np.broadcast_shapes(np.shape(start), *map(np.shape, data))
    given = (low, high, start, *data)
    a, b, x, *rest = (np.broadcast_to(v, shape).astype(np.float64).ravel() for v in given)
    answer, here = np.clip(x, a, b), np.arange(x.size)
    x = answer.copy()
    with np.errstate(all="ignore"):  # a derivative of zero sends the step out of the bracket
        for _ in range(_MOST_STEPS):
            if not here.size:
                break
            value, slope = function(x, *rest)
            a, b = np.where(value < 0, x, a), np.where(value < 0, b, x)
            step = value / slope
            place = x - step
            near = np.maximum(_LAST_STEP * np.minimum(x, 1 - x), 2 * _EPS * x)
            arrived = (np.abs(step) <= near) | (value == 0)
            inside = (place > a) & (place < b)
            place = np.where(inside, place, np.where(arrived, np.clip(place, a, b), (a + b) / 2))
            arrived |= b - a <= 4 * _EPS * b
            answer[here] = np.where(value == 0, x, place)
            left = ~arrived
            a, b, x, here = a[left], b[left], place[left], here[left]
            rest = [v[left] for v in rest]
    return answer.reshape(shape)


def first_where(
    condition: Callable[..., FloatArray], low: FloatArray, high: FloatArray, *data: FloatArray
) -> FloatArray:
    """Return the smallest whole number in ``[low, high]`` that meets a condition, by element.

    *condition* takes numbers and *data*; it is false below some number and true from there on.
    *high* is taken to meet it. A short array is searched with many probes at once, a long one
    with one probe an element.
    """
    shape = np.broadcast_shapes(np.shape(low), np.shape(high), *map(np.shape, data))
    a, b, *rest = (np.broadcast_to(v, shape).astype(np.float64).ravel() for v in (low, high, *data))
    answer, here = b.copy(), np.flatnonzero(a < b)
    a, b, rest = a[here], b[here], [v[here] for v in rest]
    while here.size:
        probes = int(np.clip(_PROBES // here.size, 1, max(float((b - a).max()), 1)))
        share = np.arange(1, probes + 1) / (probes + 1)
        at = np.floor(a[:, None] + share * (b - a)[:, None])
        met = condition(at, *(v[:, None] for v in rest))
        count = (~met).sum(axis=1)  # how many probes come before the answer
        row = np.arange(here.size)
        b = np.where(count < probes, at[row, np.minimum(count, probes - 1)], b)
        a = np.where(count > 0, at[row, np.maximum(count - 1, 0)] + 1, a)
        answer[here] = b
        left = a < b
        a, b, here = a[left], b[left], here[left]
        rest = [v[left] for v in rest]
    return answer.reshape(shape)


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
