"""The largest probability of a set of tables over the nuisance parameter, with a bound.

Along the curve of proportions that a null hypothesis allows, the probability f of a set of tables
is a polynomial of degree N = n1 + n2 (differences, ratios) or such a polynomial over a fixed
denominator (odds ratios). On the angle phi with p = (1 - cos phi) / 2 a polynomial is a cosine
polynomial, and M. Riesz's lemma says how fast it can fall from its largest value M: within an
angle of x it is at least M cos^2(N x / 2), since f lies between 0 and M. For odds ratios the same
holds with N x replaced by the growth of ``clock`` = n1 phi1 + n2 phi2 (Borwein and Erdelyi 1995,
section 7.1). So two neighbouring points bound the maximum between them, however narrow a peak is:

    M <= max(f(a), f(b)) / cos^2((clock(b) - clock(a)) / 4).

Cells whose bound exceeds the best value are halved; each halving takes three quarters of the
slack away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from dipoutcomes.intervals._common import FloatArray

#: ``(problem, angle) -> (probability, clock)``, arrays of one shape.
Evaluate = Callable[[NDArray[np.intp], FloatArray], tuple[FloatArray, FloatArray]]

_MOST_HALVINGS = 40
_MOST_CELLS = 200_000


@lru_cache(maxsize=64)
def _ways(n: int) -> tuple[FloatArray, FloatArray]:
    k = np.arange(n + 1.0)
    return k, gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def binomial(n: int, p: FloatArray) -> FloatArray:
    """Return P(X = 0..n) along a new last axis."""
    k, ways = _ways(n)
    share = np.asarray(p)[..., None]
    # The floor stands for log 0: times 0 it is 0, times 1 or more it is nothing.
    yes, no = np.log(np.maximum(share, 1e-307)), np.log(np.maximum(1 - share, 1e-307))
    return np.asarray(np.exp(ways + k * yes + (n - k) * no))


def grid(degree: float, density: int) -> FloatArray:
    """Return angles from 0 to pi, *density* to each half-turn of a polynomial of that degree."""
    return np.linspace(0.0, np.pi, int(density * degree) + 1)


def bound(f_a: FloatArray, f_b: FloatArray, clock: FloatArray) -> FloatArray:
    """Return the bound on the maximum if it lies in a cell with these ends."""
    cosine = np.cos(np.minimum(clock / 4, np.pi / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        raised = np.maximum(f_a, f_b) / cosine**2
    return np.where(clock < 2 * np.pi, np.minimum(raised, 1.0), 1.0)


def suprema(
    evaluate: Evaluate,
    angles: FloatArray,
    f: FloatArray,
    clock: FloatArray,
    *,
    slack: float = 1e-9,
    threshold: float | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Return the best value found and the bound on the maximum, for each row of *f*.

    *f* and *clock* are given at *angles*. Without *threshold* cells are halved until best and
    bound agree to *slack*, relatively. With it a row is left as soon as it is known on which
    side of the threshold its maximum lies.
    """
    rows = np.arange(len(f))
    best = f.max(axis=1)
    problem = np.repeat(rows, f.shape[1] - 1)
    a = np.tile(angles[:-1], len(f))
    b = np.tile(angles[1:], len(f))
    f_a, f_b = f[:, :-1].ravel(), f[:, 1:].ravel()
    c_a, c_b = clock[:, :-1].ravel(), clock[:, 1:].ravel()
    reach = bound(f_a, f_b, c_b - c_a)
    settled = best.copy()  # the largest bound among the cells that were left
    for _ in range(_MOST_HALVINGS):
        enough = best * (1 + slack)
        if threshold is not None:
            enough = np.where(best > threshold, np.inf, np.maximum(enough, threshold))
        enough = np.where(best >= 1 - slack, np.inf, enough)
        going = reach > enough[problem]
        np.maximum.at(settled, problem[~going], reach[~going])
        problem, a, b = problem[going], a[going], b[going]
        f_a, f_b, c_a, c_b, reach = f_a[going], f_b[going], c_a[going], c_b[going], reach[going]
        if not 0 < problem.size <= _MOST_CELLS:
            break
        middle = (a + b) / 2
        f_m, c_m = evaluate(problem, middle)
        np.maximum.at(best, problem, f_m)
        problem = np.concatenate([problem, problem])
        a, b = np.concatenate([a, middle]), np.concatenate([middle, b])
        f_a, f_b = np.concatenate([f_a, f_m]), np.concatenate([f_m, f_b])
        c_a, c_b = np.concatenate([c_a, c_m]), np.concatenate([c_m, c_b])
        reach = bound(f_a, f_b, c_b - c_a)
    np.maximum.at(settled, problem, reach)
    return best, np.minimum(np.maximum(settled, best), 1.0)
