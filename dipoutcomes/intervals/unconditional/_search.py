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


def _threshold(observed: FloatArray) -> FloatArray:
    """Return the score from which on a table counts as at least as extreme, ties kept."""
    finite = np.isfinite(observed)
    known = np.where(finite, observed, 0.0)
    return np.where(finite, known - TIE_SLACK * np.abs(known), observed)


def _closed_up(tables: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the set with every table of more events in group 1, or fewer in group 2, added."""
    down = np.logical_or.accumulate(tables, axis=1)
    return np.logical_or.accumulate(down[:, :, ::-1], axis=2)[:, :, ::-1]


class Problem:
    """One observed table and the ordering of all tables by the score at each null."""

    def __init__(self, quantity: Quantity, table: tuple[int, int, int, int]) -> None:
        self.quantity = quantity
        self.x1, self.n1, self.x2, self.n2 = table
        self.shape = (self.n1 + 1, self.n2 + 1)
        i, j = (v.ravel() for v in np.indices(self.shape, dtype=np.float64))
        self._tables = (i, np.full_like(i, self.n1), j, np.full_like(j, self.n2))
        self._own = self.x1 * self.shape[1] + self.x2
        # For the nulls still in question: tables surely in the sets, and those that may change.
        self._up = np.zeros(i.shape, dtype=np.bool_)
        self._down = np.zeros(i.shape, dtype=np.bool_)
        self._open = np.arange(i.size)

    def _scores(self, nulls: FloatArray, places: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        """Return the scores of the tables at *places* for each null, and of the observed one."""
        x1, n1, x2, n2 = (v[None, np.append(places, self._own)] for v in self._tables)
        z = self.quantity.statistic((x1, n1, x2, n2), nulls[:, None])
        return z[:, :-1], z[:, -1:]

    def p_value(self, null: float, alternative: str) -> float:
        """Return the bound on the p-value at *null*: "greater", "less" or "two-sided" by z^2."""
        z, own = self._scores(np.array([null]), np.arange(self._tables[0].size))
        if alternative == "two-sided":
            z, own = np.abs(z), np.abs(own)
        elif alternative == "less":
            z, own = -z, -own
        tables = (z >= _threshold(own)).reshape(self.shape)
        return probability_bound(self.quantity, null, tables)

    def lower_limit(self, alpha: float, *, two_sided: bool, inner: float) -> float:
        """Return the smallest null whose p-value exceeds *alpha*, sought up to *inner*."""
        lowest = self.quantity.lowest
        pending, width = [(lowest, inner)], np.inf
        for _ in range(_MOST_ROUNDS):
            first = pending[0]
            if pending[-1][1] - first[0] < width / 2:
                width = pending[-1][1] - first[0]
                self._narrow((first[0], pending[-1][1]), two_sided=two_sided)
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

    def _narrow(self, cell: tuple[float, float], *, two_sided: bool) -> None:
        """Settle the tables that no null of *cell* moves into a set or out of it."""
        z, own = self._scores(np.array(cell), self._open)
        (z_a, z_b), (own_a, own_b) = z, own[:, 0]
        most, least = _threshold(own_a), _threshold(own_b)
        if two_sided:
            most = _threshold(np.maximum(np.abs(own_a), np.abs(own_b)))
            least = _threshold(_smallest_size(own_a, own_b))
        up, may_up = z_b >= most, z_a >= least
        down = (-z_a >= most) & two_sided
        may_down = (-z_b >= least) & two_sided
        self._up[self._open], self._down[self._open] = up, down
        self._open = self._open[(may_up & ~up) | (may_down & ~down)]

    def _judge(
        self, cells: Cells, alpha: float, *, two_sided: bool
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which cells hold no accepted null, and which have one at their right end."""
        a, b = cells
        z_a, own_a = self._scores(a, self._open)
        z_b, own_b = self._scores(b, self._open)
        if not two_sided:
            up = self._full(self._up, z_a >= _threshold(own_b))
            here = self._full(self._up, z_b >= _threshold(own_b))
            return self._compare(cells, (_closed_up(up), None), here, alpha)
        least = _threshold(_smallest_size(own_a, own_b))
        up = _closed_up(self._full(self._up, z_a >= least))
        down = self._full(self._down, -z_b >= least)
        down = _closed_up(down[:, ::-1, ::-1])[:, ::-1, ::-1]
        here = self._full(self._up | self._down, np.abs(z_b) >= _threshold(np.abs(own_b)))
        return self._compare(cells, (up, down), here, alpha)

    def _full(self, settled: NDArray[np.bool_], moving: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return sets of tables, one a cell, from the settled ones and those that may change."""
        sets = np.repeat(settled[None], len(moving), axis=0)
        sets[:, self._open] = moving
        return sets.reshape(len(moving), *self.shape)

    def _compare(
        self,
        cells: Cells,
        tables: tuple[NDArray[np.bool_], NDArray[np.bool_] | None],
        here: NDArray[np.bool_],
        alpha: float,
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        a, b = cells
        up = tables[0].astype(np.float64)
        down = None if tables[1] is None else tables[1].astype(np.float64)
        sets = up, down
        start = b if down is None else a  # a set closed upwards needs the right end alone
        angles = grid(self.n1 + self.n2, _DENSITY)
        first, other, second, clock = self.quantity.curve(
            start[:, None], b[:, None], angles, self.n1, self.n2
        )
        clock = np.broadcast_to(clock, (len(a), len(angles)))
        one, two = binomial(self.n1, first), binomial(self.n2, second)
        f = ((one @ up) * two).sum(axis=-1)
        accepted = ((one @ here.astype(np.float64)) * two).sum(axis=-1).max(axis=1) > alpha
        if down is not None:
            f = f + ((binomial(self.n1, other) @ down) * two).sum(axis=-1)
        # A wide cell that is not settled is split anyway: no need to know it to the last digit.
        slack = float(np.clip((b - a).min(), 1e-7, 0.05))
        best, most = suprema(
            lambda row, angle: self._evaluate(row, angle, (start, b), sets),
            angles,
            np.minimum(f, 1.0),
            clock,
            threshold=alpha,
            slack=slack,
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
        one = binomial(self.n1, first)
        also = None if sets[1] is None else binomial(self.n1, other)
        f = np.empty(row.shape)
        for i in np.unique(row):
            here = row == i
            part = one[here] @ sets[0][i]
            if also is not None and sets[1] is not None:
                part = part + also[here] @ sets[1][i]
            f[here] = (part * two[here]).sum(axis=1)
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


def _smallest_size(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the smallest |z| between two scores that fall from one to the other."""
    size = np.minimum(np.abs(first), np.abs(second))
    return np.where(np.sign(first) * np.sign(second) > 0, size, 0.0)


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
