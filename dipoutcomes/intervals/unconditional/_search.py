"""P-values and limits of exact unconditional tests that order tables by the score.

Limits are found from the outside inwards. A cell of nulls is thrown away only when the p-value is
proved to be no larger than the level everywhere in it: every table that is as extreme as the
observed one for some null of the cell is counted, at the largest probability that any null of the
cell and any nuisance parameter give it. So no accepted null outside the limits is missed, however
the p-value jumps. What remains is halved until the first remaining cell is as narrow as asked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals.unconditional._nulls import Quantity
from dipoutcomes.intervals.unconditional._supremum import binomial, grid, suprema

TIE_SLACK = 1e-7  # relative; the constrained estimates carry errors of up to 1e-8
_TOLERANCE = 1e-8
_DENSITY = 2  # points to each half-turn of the polynomial, before cells are halved
_SPLIT = 4
_FRONT = 4  # cells split in one go
_MOST_ROUNDS = 400

Cells = tuple[FloatArray, FloatArray]


def _at_least(z: FloatArray, observed: FloatArray) -> NDArray[np.bool_]:
    """Return whether z >= observed, ties kept."""
    known = np.where(np.isfinite(observed), observed, 0.0)
    limit = np.where(np.isfinite(observed), known - TIE_SLACK * np.abs(known), observed)
    return np.asarray(z >= limit[..., None, None])


def _closed_up(tables: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the set with every table of more events in group 1, or fewer in group 2, added."""
    down = np.logical_or.accumulate(tables, axis=1)
    return np.logical_or.accumulate(down[:, :, ::-1], axis=2)[:, :, ::-1]


class Problem:
    """One observed table and the ordering of all tables by the score at each null."""

    def __init__(self, quantity: Quantity, table: tuple[int, int, int, int]) -> None:
        self.quantity = quantity
        self.x1, self.n1, self.x2, self.n2 = table
        i, j = np.meshgrid(np.arange(self.n1 + 1.0), np.arange(self.n2 + 1.0), indexing="ij")
        self._tables = (i, np.full_like(i, self.n1), j, np.full_like(j, self.n2))

    def statistic(self, nulls: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the score of every table at each null, and that of the observed one."""
        x1, n1, x2, n2 = (v[None] for v in self._tables)
        z = self.quantity.statistic((x1, n1, x2, n2), nulls[:, None, None])
        return z, z[:, self.x1, self.x2]

    def p_value(self, null: float, alternative: str) -> float:
        """Return the bound on the p-value at *null*: "greater", "less" or "two-sided" by z^2."""
        z, own = self.statistic(np.array([null]))
        if alternative == "two-sided":
            tables = _at_least(np.abs(z), np.abs(own))
        else:
            tables = _at_least(z, own) if alternative == "greater" else _at_least(-z, -own)
        return probability_bound(self.quantity, null, tables[0])

    def lower_limit(self, alpha: float, *, two_sided: bool, inner: float) -> float:
        """Return the smallest null whose p-value exceeds *alpha*, sought up to *inner*."""
        lowest = self.quantity.lowest
        pending = [(lowest, inner)]
        for _ in range(_MOST_ROUNDS):
            first = pending[0]
            size = min(1.0, first[1] - lowest, self.quantity.highest - first[0])
            if first[1] - first[0] <= _TOLERANCE * max(size, 1e-6):
                return first[0]
            front, pending = pending[:_FRONT], pending[_FRONT:]
            edges = np.concatenate([np.linspace(a, b, _SPLIT + 1)[:-1] for a, b in front])
            ends = np.concatenate([np.linspace(a, b, _SPLIT + 1)[1:] for a, b in front])
            rejected, accepted = self._judge((edges, ends), alpha, two_sided=two_sided)
            if accepted.any():
                stop = int(np.argmax(accepted)) + 1
                edges, ends, rejected, pending = edges[:stop], ends[:stop], rejected[:stop], []
            pairs = zip(edges[~rejected].tolist(), ends[~rejected].tolist(), strict=True)
            pending = [*pairs, *pending]
            if not pending:
                return inner
        return pending[0][0]  # pragma: no cover  (each round halves the first cell at least)

    def _judge(
        self, cells: Cells, alpha: float, *, two_sided: bool
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which cells hold no accepted null, and which have one at their right end."""
        a, b = cells
        z_a, own_a = self.statistic(a)
        z_b, own_b = self.statistic(b)
        up, here = _closed_up(_at_least(z_a, own_b)), _at_least(z_b, own_b)
        down = np.zeros_like(up)
        if two_sided:
            # The smallest |z| that the observed table takes in the cell.
            least = np.where(own_a * own_b > 0, np.minimum(np.abs(own_a), np.abs(own_b)), 0.0)
            up = _closed_up(_at_least(z_a, least))
            down = _closed_up(_at_least(-z_b, least)[:, ::-1, ::-1])[:, ::-1, ::-1]
            here = _at_least(np.abs(z_b), np.abs(own_b))
        sets = up.astype(np.float64), down.astype(np.float64) if two_sided else None
        return self._compare(cells, sets, here.astype(np.float64), alpha)

    def _compare(
        self,
        cells: Cells,
        sets: tuple[FloatArray, FloatArray | None],
        here: FloatArray,
        alpha: float,
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        a, b = cells
        up, down = sets
        start = b if down is None else a  # a set closed upwards needs the right end alone
        angles = grid(self.n1 + self.n2, _DENSITY)
        first, other, second, clock = self.quantity.curve(
            start[:, None], b[:, None], angles, self.n1, self.n2
        )
        clock = np.broadcast_to(clock, (len(a), len(angles)))
        one, two = binomial(self.n1, first), binomial(self.n2, second)
        f = ((one @ up) * two).sum(axis=-1)
        accepted = ((one @ here) * two).sum(axis=-1).max(axis=1) > alpha
        if down is not None:
            f = f + ((binomial(self.n1, other) @ down) * two).sum(axis=-1)
        # No need to look closer at cells that are already too likely.
        best, most = suprema(
            lambda row, angle: self._evaluate(row, angle, (start, b), sets),
            angles,
            np.minimum(f, 1.0),
            clock,
            threshold=alpha,
            slack=1e-7,
        )
        rejected = np.maximum(best, most) <= alpha
        if down is not None:
            rejected &= self._strips(cells, up, down) <= alpha
        return rejected, accepted

    def _evaluate(
        self,
        row: NDArray[np.intp],
        angle: FloatArray,
        cells: Cells,
        sets: tuple[FloatArray, FloatArray | None],
    ) -> tuple[FloatArray, FloatArray]:
        a, b = cells[0][row], cells[1][row]
        first, other, second, clock = self.quantity.curve(a, b, angle, self.n1, self.n2)
        two = binomial(self.n2, second)
        f = np.einsum("pi,pij,pj->p", binomial(self.n1, first), sets[0][row], two, optimize=True)
        if sets[1] is not None:
            one = binomial(self.n1, other)
            f = f + np.einsum("pi,pij,pj->p", one, sets[1][row], two, optimize=True)
        return np.minimum(f, 1.0), clock

    def _strips(self, cells: Cells, up: FloatArray, down: FloatArray) -> FloatArray:
        """Return the largest bound over the strips of nuisance values beside the curve."""
        most = np.zeros(len(cells[0]))
        for p1_up, p2_up, p1_down, p2_down in self.quantity.strips(*cells):
            one, two = binomial(self.n1, p1_up), binomial(self.n2, p2_up)
            f = np.einsum("ci,cij,cj->c", one, up, two)
            one, two = binomial(self.n1, p1_down), binomial(self.n2, p2_down)
            most = np.maximum(most, f + np.einsum("ci,cij,cj->c", one, down, two))
        return most


def probability_bound(quantity: Quantity, null: float, tables: NDArray[np.bool_]) -> float:
    """Return the bound on the largest probability of a set of tables under *null*.

    Equal to the maximum to one part in 10^9, and never below it.
    """
    n1, n2 = tables.shape[0] - 1, tables.shape[1] - 1
    members, at = tables.astype(np.float64), np.array([null])

    def evaluate(row: NDArray[np.intp], angle: FloatArray) -> tuple[FloatArray, FloatArray]:
        nulls = np.broadcast_to(at, row.shape)
        first, _, second, clock = quantity.curve(nulls, nulls, angle, n1, n2)
        f = ((binomial(n1, first) @ members) * binomial(n2, second)).sum(axis=-1)
        return np.minimum(f, 1.0), clock

    angles = grid(n1 + n2, 4)
    f, clock = evaluate(np.zeros(len(angles), dtype=np.intp), angles)
    return float(suprema(evaluate, angles, f[None], clock[None])[1][0])
