"""The noncentral hypergeometric distribution: events of group 1 with all margins kept.

Everything is a function of the log odds ratio. A row of `Support` is one table: its log weights,
so that P(X = k) is proportional to exp(weight + (k - observed) log(odds ratio)). Rows of unequal
length are padded with weights of minus infinity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.intervals._common import FloatArray, Limits
from dipoutcomes.intervals._hypergeometric import log_probability
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.intervals._two_samples.shared import Table

TIE_SLACK = 1e-7  # outcomes this near in probability are taken as equally likely (as R does)
_FARTHEST = 250.0  # log odds ratios are looked for in -250 to 250
_LEAST = 1e-300
_CELLS = 4_000_000  # of a block of supports: 32 MB an array


@dataclass(frozen=True, slots=True)
class Support:
    """The supports of a block of tables.

    Parameters
    ----------
    weight : array of float, (tables, outcomes)
        Log weights at an odds ratio of 1.
    step : array of float, (tables, outcomes)
        Events of group 1 less those observed.
    at_bottom, at_top : array of bool, (tables,)
        Whether the observed number is the smallest or the largest possible.
    """

    weight: FloatArray
    step: FloatArray
    at_bottom: NDArray[np.bool_]
    at_top: NDArray[np.bool_]

    def rows(self, rows: NDArray[np.intp]) -> Support:
        return Support(self.weight[rows], self.step[rows], self.at_bottom[rows], self.at_top[rows])

    def mirrored(self) -> Support:
        """Return the supports with the groups changed over: log odds ratios change their sign."""
        return Support(self.weight[:, ::-1], -self.step[:, ::-1], self.at_top, self.at_bottom)

    def probabilities(self, beta: FloatArray) -> FloatArray:
        """Return P(X = k) at the log odds ratio *beta* of each row."""
        log = self.weight + np.where(np.isfinite(self.weight), self.step * beta[:, None], 0.0)
        share = np.exp(log - log.max(axis=1, keepdims=True))
        return np.asarray(share / share.sum(axis=1, keepdims=True))


def supports(table: Table) -> Support:
    """Return the supports of flat arrays of tables."""
    x1, n1, x2, n2 = table
    events = x1 + x2
    bottom, top = np.maximum(0.0, events - n2), np.minimum(n1, events)
    cells = np.stack([x1, n1 - x1, x2, n2 - x2]) + 0.5
    # In groups of millions only outcomes within reach of the observed one are kept.
    reach = np.ceil(4_000 + 16 / np.sqrt((1 / cells).sum(axis=0)))
    first, last = np.maximum(bottom, x1 - reach), np.minimum(top, x1 + reach)
    k = first[:, None] + np.arange(int((last - first).max()) + 1)
    inside = k <= last[:, None]
    k = np.where(inside, k, first[:, None])
    wide = [np.broadcast_to(v[:, None], k.shape) for v in (n1, events, n1 + n2)]
    weight = np.where(inside, log_probability(k, *wide), -np.inf)
    return Support(weight, k - x1[:, None], x1 == bottom, x1 == top)


def blocks(table: Table) -> list[slice]:
    """Return slices of flat tables whose supports fit in memory together."""
    x1, n1, x2, n2 = table
    width = float((np.minimum(n1, x1 + x2) - np.maximum(0.0, x1 + x2 - n2)).max(initial=0.0)) + 1
    rows = max(1, int(_CELLS / min(width, 1e5)))
    return [slice(i, i + rows) for i in range(0, len(x1), rows)]


def tail_above(support: Support, beta: FloatArray, own: float) -> FloatArray:
    """Return log(P(X > x) + own P(X = x)) of the observed x."""
    weights = np.where(support.step > 0, 1.0, np.where(support.step == 0, own, 0.0))
    total = (support.probabilities(beta) * weights).sum(axis=1)
    return np.asarray(np.log(np.maximum(total, _LEAST)))


def lower_limit(support: Support, tail: float, own: float = 1.0) -> FloatArray:
    """Return the log odds ratio at which P(X > x) + own P(X = x) is *tail*."""
    count = len(support.weight)

    def above(beta: FloatArray, row: FloatArray) -> FloatArray:
        tails = tail_above(support.rows(row.astype(np.intp)), beta, own)
        return np.asarray(tails - np.log(tail))

    ends = np.full(count, -_FARTHEST), np.full(count, _FARTHEST)
    found = find_root(above, *ends, np.arange(count, dtype=np.float64))
    return np.asarray(np.where(support.at_bottom | (found <= -_FARTHEST), -np.inf, found))


def blaker_lower_limit(support: Support, alpha: float) -> FloatArray:
    """Return the smallest log odds ratio that Blaker's test accepts.

    With g the largest outcome on the other side whose tail P(X <= g) is no larger than the
    observed one's at the central limit, the test's p-value from there inwards is
    P(X >= x) + P(X <= g), until the tail P(X <= g + 1) joins in and lifts it above *alpha*.
    """
    count = len(support.weight)
    outer = lower_limit(support, alpha / 2)
    start = np.where(np.isfinite(outer), outer, 0.0)
    below = np.cumsum(support.probabilities(start), axis=1)
    reached = (below <= alpha / 2 * (1 + TIE_SLACK)) & np.isfinite(support.weight)
    others = reached.sum(axis=1)  # so many outcomes from the smallest on are in the other tail
    order = np.argsort(~np.isfinite(support.weight), axis=1, kind="stable")[:, 0]
    edge = others + order

    def both(beta: FloatArray, row: FloatArray, extra: float) -> tuple[FloatArray, FloatArray]:
        rows = row.astype(np.intp)
        part = support.rows(rows)
        chance = part.probabilities(beta)
        own = (chance * (part.step >= 0)).sum(axis=1)
        places = np.arange(chance.shape[1])
        return own, (chance * (places < edge[rows, None] + extra)).sum(axis=1)

    def level_with(beta: FloatArray, row: FloatArray) -> FloatArray:
        own, other = both(beta, row, 1)
        return np.asarray(np.log(np.maximum(own, _LEAST)) - np.log(np.maximum(other, _LEAST)))

    def accepted(beta: FloatArray, row: FloatArray) -> FloatArray:
        own, other = both(beta, row, 0)
        return np.asarray(own + other - alpha)

    row = np.arange(count, dtype=np.float64)
    joined = find_root(level_with, start, np.full(count, _FARTHEST), row)
    found = find_root(accepted, start, joined, row)
    return np.asarray(np.where(np.isfinite(outer), found, -np.inf))


def minlike_lower_limit(support: Support, alpha: float) -> FloatArray:
    """Return the smallest log odds ratio accepted by the test that orders by probability."""
    outer = lower_limit(support, alpha)
    found = [
        _minlike_row(support.weight[i], support.step[i], alpha, float(outer[i]))
        for i in range(len(outer))
    ]
    return np.asarray(found, dtype=np.float64)


def _minlike_row(weight: FloatArray, step: FloatArray, alpha: float, outer: float) -> float:
    """Return the limit of one table.

    Outcome k below the observed one is no likelier than it from b_k = (w_k - w_x) / (x - k) on
    upwards; b_k falls as k does. Between neighbouring b the p-value is 1 less the probability of
    the outcomes between, which rises and falls once (it is log-concave), so the p-value is
    largest at an end: it is enough to look at the ends, from the outermost inward. *outer* is
    where the upper tail alone is *alpha*.
    """
    if outer == -np.inf:
        return outer
    keep = np.isfinite(weight)
    weight, step = weight[keep], step[keep]
    below = np.flatnonzero(step < 0)  # the outermost first
    places = (weight[below] - weight[np.searchsorted(step, 0.0)]) / -step[below]
    if outer <= places[0]:
        return outer  # no outcome on the other side is as unlikely yet

    def chance(beta: FloatArray, others: NDArray[np.intp]) -> FloatArray:
        log = weight + np.asarray(beta)[:, None] * step
        share = np.exp(log - log.max(axis=1, keepdims=True))
        member = (step >= 0) | (np.arange(len(step)) <= others[:, None])
        return np.asarray((share * member).sum(axis=1) / share.sum(axis=1))

    rows = max(1, _CELLS // len(step))
    for start in range(0, len(below), rows):
        k = below[start : start + rows]
        here = places[k]
        joined = chance(here, k) > alpha
        last = k == below[-1]
        inner = np.where(last, here, places[np.minimum(k + 1, below[-1])])
        before = chance(inner, k) > alpha
        hits = np.flatnonzero(joined | before)
        if hits.size:
            i = int(hits[0])
            if joined[i]:
                return float(here[i])
            own = k[i : i + 1]
            ends = here[i : i + 1], inner[i : i + 1]
            return float(find_root(lambda b, own=own: chance(b, own) - alpha, *ends)[0])
    return float(places[-1])  # pragma: no cover  (there the two are equally likely: p is 1)


def two_sided(support: Support, tail: float, kind: str) -> Limits:
    """Return limits of the odds ratio by *kind*: central, mid_p, blaker or minlike.

    *tail* is the probability left out on each side by the central kinds, half of what the test
    of the others leaves out in all.
    """
    if kind in {"central", "mid_p"}:
        own = 1.0 if kind == "central" else 0.5
        low, high = lower_limit(support, tail, own), lower_limit(support.mirrored(), tail, own)
    else:
        limit = blaker_lower_limit if kind == "blaker" else minlike_lower_limit
        low, high = limit(support, 2 * tail), limit(support.mirrored(), 2 * tail)
    return np.exp(low), np.exp(-high)


def p_values(support: Support, beta: FloatArray, kind: str) -> dict[str, FloatArray]:
    """Return P(at most), P(at least) and the two-sided p-value of *kind* at *beta*."""
    chance, step = support.probabilities(beta), support.step
    own = (chance * (step == 0)).sum(axis=1)
    weight = 0.5 if kind == "mid_p" else 1.0
    less = (chance * (step < 0)).sum(axis=1) + weight * own
    greater = (chance * (step > 0)).sum(axis=1) + weight * own
    if kind in {"central", "mid_p"}:
        both = 2 * np.minimum(less, greater)
    elif kind == "minlike":
        both = (chance * (chance <= own[:, None] * (1 + TIE_SLACK))).sum(axis=1)
    else:
        both = np.where(
            less <= greater,
            less + _opposite(chance[:, ::-1], less),
            greater + _opposite(chance, greater),
        )
    return {"less": less, "greater": greater, "two-sided": np.minimum(both, 1.0)}


def _opposite(chance: FloatArray, own: FloatArray) -> FloatArray:
    """Return the largest tail from the first outcome on that does not exceed *own*."""
    tails = np.cumsum(chance, axis=1)
    return np.asarray(np.where(tails <= own[:, None] * (1 + TIE_SLACK), tails, 0.0).max(axis=1))
