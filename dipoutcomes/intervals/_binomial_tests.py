"""Array kernels for tests of one proportion: ``(events, n, p, alternative) -> p-value``.

*p* is the null proportion, from 0 to 1 with both ends; ``n >= 1``. A proportion of 0 or 1 allows
one outcome only, and every two-sided test says 1 for that outcome and 0 for another.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from dipoutcomes.intervals._binomial import at_least, at_most, probability
from dipoutcomes.intervals._common import Alternative, FloatArray
from dipoutcomes.intervals._pmf import deviance, log_factorial_ratio
from dipoutcomes.intervals._roots import first_where

# Outcomes as likely as the one seen belong to the tail; R's `binom.test` has the same slack.
_TIE_SLACK = 1e-7

Test = Callable[[FloatArray, FloatArray, FloatArray, Alternative], FloatArray]


def _inner(p: FloatArray) -> FloatArray:
    """Return *p* with 0 and 1 replaced, for formulas that have no value there."""
    # A proportion below 1e-150 is as good as 1e-150, whose powers can be worked with.
    return np.where((p > 0) & (p < 1), np.maximum(p, 1e-150), 0.5)


def _with_ends(
    found: FloatArray, x: FloatArray, n: FloatArray, p: FloatArray, alternative: Alternative
) -> FloatArray:
    # What must happen speaks for neither side; what cannot is beyond doubt on its own.
    above = np.where(p == 0, np.where(x == 0, 0.5, 0.0), np.where(x == n, 0.5, 1.0))
    return np.where((p > 0) & (p < 1), found, by_tails(above, 1 - above, alternative))


def by_tails(above: FloatArray, below: FloatArray, alternative: Alternative) -> FloatArray:
    """Return the p-value of a test with two tails, *above* for an excess of events."""
    if alternative == "greater":
        return above
    if alternative == "less":
        return below
    return np.asarray(np.minimum(1.0, 2 * np.minimum(above, below)))


def by_normal(score: FloatArray, alternative: Alternative) -> FloatArray:
    return by_tails(ndtr(-score), ndtr(score), alternative)


def central(x: FloatArray, n: FloatArray, p: FloatArray, alternative: Alternative) -> FloatArray:
    return by_tails(at_least(x, n, p), at_most(x, n, p), alternative)


def mid_p(x: FloatArray, n: FloatArray, p: FloatArray, alternative: Alternative) -> FloatArray:
    q = _inner(p)
    half = probability(x, n, q) / 2
    found = by_tails(at_least(x, n, q) - half, at_most(x, n, q) - half, alternative)
    return _with_ends(np.maximum(found, 0.0), x, n, p, alternative)


def score(x: FloatArray, n: FloatArray, p: FloatArray, alternative: Alternative) -> FloatArray:
    q = _inner(p)
    z = (x - n * q) / np.sqrt(n * q * (1 - q))
    return _with_ends(by_normal(z, alternative), x, n, p, alternative)


def score_corrected(
    x: FloatArray, n: FloatArray, p: FloatArray, alternative: Alternative
) -> FloatArray:
    q = _inner(p)
    spread, gap = np.sqrt(n * q * (1 - q)), x - n * q
    found = by_tails(ndtr((0.5 - gap) / spread), ndtr((gap + 0.5) / spread), alternative)
    return _with_ends(found, x, n, p, alternative)


def likelihood_ratio(
    x: FloatArray, n: FloatArray, p: FloatArray, alternative: Alternative
) -> FloatArray:
    q = _inner(p)
    return _with_ends(by_normal(signed_root(x, n, q), alternative), x, n, p, alternative)


def signed_root(x: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
    """Return the root of twice the log likelihood ratio, with the sign of the excess."""
    twice = 2 * (deviance(x, n * p) + deviance(n - x, n * (1 - p)))
    return np.asarray(np.sign(x - n * p) * np.sqrt(np.maximum(twice, 0.0)))


def skewness_corrected(
    x: FloatArray, n: FloatArray, p: FloatArray, alternative: Alternative
) -> FloatArray:
    q = _inner(p)
    spread = np.sqrt(n * q * (1 - q))
    z, skew = (x - n * q) / spread, (1 - 2 * q) / (6 * spread)
    # The root near z of skew * s**2 + s = z + skew; where there is none, the top of the parabola.
    inner = np.sqrt(np.maximum(1 + 4 * skew * (z + skew), 0.0))
    corrected = 2 * (z + skew) / (1 + inner)
    # No event is never an excess, nor are events alone a lack: the end rule of the interval.
    corrected = np.where(x == 0, np.minimum(corrected, 0.0), corrected)
    corrected = np.where(x == n, np.maximum(corrected, 0.0), corrected)
    return _with_ends(by_normal(corrected, alternative), x, n, p, alternative)


def _with_far_tail(
    near: FloatArray, j: FloatArray, n: FloatArray, p: FloatArray, above: FloatArray
) -> FloatArray:
    far = np.where(above, at_most(j, n, p), at_least(n - j, n, p))
    return np.asarray(np.minimum(near + far, 1.0))


def minlike(x: FloatArray, n: FloatArray, p: FloatArray, alternative: Alternative) -> FloatArray:
    del alternative  # two-sided by its definition
    q = _inner(p)
    above = x >= np.floor((n + 1) * q)
    m, logit = np.where(above, x, n - x), np.log(q) - np.log1p(-q)
    mode = np.minimum(np.floor((n + 1) * np.where(above, q, 1 - q)), m)

    def likelier(j: FloatArray, m: FloatArray, n: FloatArray, log_odds: FloatArray) -> FloatArray:
        inside = np.minimum(j, m)
        log = log_factorial_ratio(m, inside) - log_factorial_ratio(n - inside, n - m)
        return np.asarray((log - (m - inside) * log_odds > _TIE_SLACK) | (j > m))

    # Up to the mode a larger count is likelier; one beyond stands for "none of them".
    j = first_where(likelier, np.zeros(m.shape), mode + 1, m, n, np.where(above, logit, -logit)) - 1
    near = np.where(above, at_least(x, n, q), at_most(x, n, q))
    return _with_ends(_with_far_tail(near, j, n, q, above), x, n, p, "two-sided")


def blaker(x: FloatArray, n: FloatArray, p: FloatArray, alternative: Alternative) -> FloatArray:
    del alternative  # two-sided by its definition
    q = _inner(p)
    more, fewer = at_least(x, n, q), at_most(x, n, q)
    above = more <= fewer
    near = np.minimum(more, fewer)
    m = np.where(above, x, n - x)

    def heavier(
        j: FloatArray, n: FloatArray, p: FloatArray, near: FloatArray, above: FloatArray
    ) -> FloatArray:
        tail = np.where(above > 0, at_most(j, n, p), at_least(n - j, n, p))
        return np.asarray(tail > near * (1 + _TIE_SLACK))

    j = first_where(heavier, np.zeros(m.shape), m, n, q, near, above * 1.0) - 1
    return _with_ends(_with_far_tail(near, j, n, q, above), x, n, p, "two-sided")
