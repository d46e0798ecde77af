"""Blaker and minlike (Sterne) limits of a binomial proportion: hulls of sets that can have holes.

One limit at a time, from the outside inward. Counts are turned round for the upper limit, so that
the limit wanted is always below the estimate in its own direction: *m* is the count observed from
the near end, *j* one from the far end, ``near`` the tail from *m* on, ``far`` the tail up to *j*.

Between two places at which *j* changes the p-value is ``near + far``, which falls and then rises
(the ratio of its two derivatives is monotone). So where such a stretch begins rejected, it has
one crossing at most, and it is accepted at its inner end or nowhere: that is what makes the
search below exact.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import betainccinv, betaincinv

from dipoutcomes.intervals._binomial import at_least, at_most, probability
from dipoutcomes.intervals._common import FloatArray, Limits
from dipoutcomes.intervals._pmf import log_factorial_ratio
from dipoutcomes.intervals._roots import first_where, newton_root

# A far tail that equals the near one belongs to it; rounding must not keep it out.
_TIE_SLACK = 1e-10
_MOST_CELLS = 1_000_000  # of a block looked at together
_OneSide = Callable[[FloatArray, FloatArray, float, "_Direction"], FloatArray]


class _Direction:
    """Tails and their derivatives as seen from one end of the range."""

    def __init__(self, *, lower: bool) -> None:
        self.lower = lower
        self.sign = 1.0 if lower else -1.0

    def near(self, m: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
        return at_least(m, n, p) if self.lower else at_most(n - m, n, p)

    def far(self, j: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
        return at_most(j, n, p) if self.lower else at_least(n - j, n, p)

    def own(self, m: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
        return probability(m if self.lower else n - m, n, p)

    def near_slope(self, m: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
        """Return the derivative of `near`, counted inward."""
        return m * self.own(m, n, p) / (p if self.lower else 1 - p)

    def far_slope(self, j: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
        inside = np.maximum(j, 0)
        slope = (n - inside) * self.own(inside, n, p) / (1 - p if self.lower else p)
        return np.where(j < 0, 0.0, -slope)

    def exact_limit(self, m: FloatArray, n: FloatArray, tail: float) -> FloatArray:
        found = betaincinv(m, n - m + 1, tail) if self.lower else betainccinv(n - m + 1, m, tail)
        return np.asarray(found)

    def root(
        self,
        function: Callable[..., tuple[FloatArray, FloatArray]],
        outer: FloatArray,
        inner: FloatArray,
        start: FloatArray,
        *data: FloatArray,
    ) -> FloatArray:
        """Return where *function*, of value and inward derivative, crosses zero going inward."""

        def upward(p: FloatArray, *more: FloatArray) -> tuple[FloatArray, FloatArray]:
            value, slope = function(p, *more)
            return self.sign * value, slope

        low, high = (outer, inner) if self.lower else (inner, outer)
        return newton_root(upward, low, high, np.clip(start, 1e-300, 1 - 1e-16), *data)


def blaker(x: FloatArray, n: FloatArray, level: float) -> Limits:
    return _both_sides(_blaker_limit, x, n, level)


def minlike(x: FloatArray, n: FloatArray, level: float) -> Limits:
    return _both_sides(_minlike_limit, x, n, level)


def _both_sides(one_side: _OneSide, x: FloatArray, n: FloatArray, level: float) -> Limits:
    low, high = np.zeros(np.shape(x)), np.ones(np.shape(x))
    some, short = x > 0, x < n
    low[some] = one_side(x[some], n[some], 1 - level, _Direction(lower=True))
    high[short] = one_side((n - x)[short], n[short], 1 - level, _Direction(lower=False))
    return low, high


def _crossing(
    m: FloatArray,
    n: FloatArray,
    j: FloatArray,
    alpha: float,
    outer: FloatArray,
    inner: FloatArray,
    way: _Direction,
) -> FloatArray:
    """Return the outermost accepted place of a stretch with *j*, or its inner end."""
    accepted = way.near(m, n, inner) + way.far(j, n, inner) > alpha
    limit = inner.copy()

    def excess(
        p: FloatArray, m: FloatArray, n: FloatArray, j: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        value = way.near(m, n, p) + way.far(j, n, p) - alpha
        return value, way.near_slope(m, n, p) + way.far_slope(j, n, p)

    m, n, j, outer, inner = (v[accepted] for v in (m, n, j, outer, inner))
    limit[accepted] = way.root(excess, outer, inner, inner, m, n, j)
    return limit


def _blaker_limit(m: FloatArray, n: FloatArray, alpha: float, way: _Direction) -> FloatArray:
    # Outside the exact limit the near tail is below alpha / 2 and the p-value below twice that.
    outer = way.exact_limit(m, n, alpha / 2)
    enough = alpha / 2 * (1 + _TIE_SLACK)
    j = _last_count_within(m, n, outer, enough, way)

    def lead(
        p: FloatArray, m: FloatArray, n: FloatArray, j: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        value = way.near(m, n, p) - way.far(j + 1, n, p)
        return value, way.near_slope(m, n, p) - way.far_slope(j + 1, n, p)

    # Where the far tail takes in its next count the p-value leaps to twice the near tail.
    estimate = m / n if way.lower else 1 - m / n
    leap = way.root(lead, outer, estimate, outer, m, n, j)
    return _crossing(m, n, j, alpha, outer, leap, way)


def _last_count_within(
    m: FloatArray, n: FloatArray, p: FloatArray, enough: float, way: _Direction
) -> FloatArray:
    """Return the largest j with a far tail of at most *enough*; -1 for none."""

    def too_much(j: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
        return np.asarray(way.far(j, n, p) > enough)

    # Three standard deviations from the mean there are few counts to choose from.
    mean = n * (p if way.lower else 1 - p)
    spread = np.sqrt(n * p * (1 - p))
    guess = np.clip(np.floor(mean - 3 * spread - 2), 0, m - 1)
    low = np.where(too_much(guess, n, p), 0.0, guess)
    high = np.where(low < guess, guess, np.minimum(np.maximum(np.ceil(mean), guess), m - 1))
    return first_where(too_much, low, high, n, p) - 1


def _minlike_limit(m: FloatArray, n: FloatArray, alpha: float, way: _Direction) -> FloatArray:
    def joins(j: FloatArray, m: FloatArray, n: FloatArray) -> FloatArray:
        """Return the place at which *j* becomes as likely as *m*, and counts in the far tail."""
        log_odds = log_factorial_ratio(m, j) - log_factorial_ratio(n - j, n - m)
        odds = np.exp(log_odds / (m - j))
        return np.asarray(odds / (1 + odds) if way.lower else 1 / (1 + odds))

    def accepts(j: FloatArray, m: FloatArray, n: FloatArray) -> FloatArray:
        p = joins(j, m, n)
        return np.asarray(way.near(m, n, p) + way.far(j, n, p) > alpha)

    def unsettled(j: FloatArray, m: FloatArray, n: FloatArray) -> FloatArray:
        # The far tail is below a geometric series whose ratio is below `ratio`; so this bound on
        # the p-value, which grows with j, settles every smaller j too.
        p, ratio = joins(j, m, n), np.exp(-2 * (m - j + 1) / (n + 1))
        bound = way.near(m, n, p) + way.own(m, n, p) / (1 - ratio)
        return np.asarray(bound > alpha)

    nought = np.zeros(m.shape)
    some_accepted = first_where(accepts, nought, m - 1, m, n)  # perhaps not the first
    begin = first_where(unsettled, nought, some_accepted, m, n)
    first = _first_of_each(accepts, begin, some_accepted, m, n)
    inner = joins(first, m, n)
    before = np.where(first > 0, joins(np.maximum(first - 1, 0), m, n), 0.0 if way.lower else 1.0)
    return _crossing(m, n, first - 1, alpha, before, inner, way)


def _first_of_each(
    condition: Callable[..., FloatArray],
    begin: FloatArray,
    end: FloatArray,
    *data: FloatArray,
) -> FloatArray:
    """Return the smallest number from *begin* to *end* that meets *condition*, trying each.

    *end* is known to meet it.
    """
    answer, left = end.copy(), np.flatnonzero(begin < end)
    begin = begin.copy()
    while left.size:
        width = int(max(1, min(64, _MOST_CELLS // left.size, (end - begin)[left].max())))
        at = begin[left, None] + np.arange(width)
        inside = np.minimum(at, end[left, None])
        met = condition(inside, *(v[left, None] for v in data)) | (at >= end[left, None])
        found = met.any(axis=1)
        answer[left[found]] = inside[found, np.argmax(met[found], axis=1)]
        begin[left] += width
        left = left[~found]
    return answer
