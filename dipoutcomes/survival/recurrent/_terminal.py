"""The mean function where death ends it, and its error at every time; private array kernels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._counts import Floats, Integers, _grid
from dipoutcomes.survival.recurrent._mean import Grid, pieces, running_counts
from dipoutcomes.survival.recurrent.histories import Histories


@dataclass(frozen=True, slots=True, eq=False)
class DeathGrid:
    """A grid of the times of rows and of follow-up, with the deaths at each.

    `entry` and `end` are the places of everybody followed (`followed` picks them among all
    people); people in custody are followed, and so at risk of death, though at no risk of an
    event at liberty.
    """

    grid: Grid
    followed: NDArray[np.bool_]
    entry: Integers
    end: Integers
    died: NDArray[np.bool_]
    deaths: Floats
    alive: Floats

    @classmethod
    def of(cls, histories: Histories, died: NDArray[np.bool_]) -> DeathGrid:
        """Return the grid; *died* has one element for each person."""
        followed = np.asarray(histories.end > histories.entry)
        end, entry = histories.end[followed], histories.entry[followed]
        rows = len(histories)
        stops, starts = (
            np.concatenate([a, b]) for a, b in ((histories.stop, end), (histories.start, entry))
        )
        time, stop, place = _grid(stops, starts, 1)
        start = np.asarray(place, dtype=np.int64)
        grid = Grid.at_places(time, start[:rows], stop[:rows], histories.event)
        first, last, dead = start[rows:], stop[rows:], died[followed]
        width = len(time)
        running = np.bincount(first, minlength=width) - np.bincount(last, minlength=width)
        running = running.cumsum().astype(np.float64)
        return cls(
            grid=grid,
            followed=followed,
            entry=first,
            end=last,
            died=dead,
            deaths=running_counts(last, dead.astype(np.float64), width),
            alive=np.append(running[:1], running[:-1]),
        )

    def survival_before(self) -> Floats:
        """Return the Kaplan-Meier share alive just before each time."""
        hazard = np.divide(
            self.deaths, self.alive, out=np.zeros(self.grid.width), where=self.alive > 0
        )
        return np.append(1.0, (1 - hazard).cumprod()[:-1])


def mean_with_death(table: DeathGrid, histories: Histories) -> tuple[Floats, Floats]:
    r"""Return the mean function with death and its robust variance at each time.

    A person's part in the error is :math:`\int S dM_i / Y - \int (\mu(t) - \mu(u)) dM^D_i(u) /
    (Y^D - d)(u)`. At any time it is :math:`\gamma - \mu(t) \delta` and a function of time alone,
    :math:`\gamma` and :math:`\delta` being constant along a row, between rows and after the end;
    so the sum of squares needs only running sums of the two and of their products.
    """
    grid = table.grid
    survival = table.survival_before()
    mean = (survival * grid.events * grid.per_person_at_risk()).cumsum()
    left = table.alive - table.deaths
    # Where nobody is left alive the mean does not move any more, and the term is 0.
    weight = np.divide(1.0, left, out=np.zeros(grid.width), where=left > 0)
    hazard = np.divide(table.deaths, table.alive, out=np.zeros(grid.width), where=table.alive > 0)
    g, k = (weight * hazard).cumsum(), (weight * hazard * mean).cumsum()
    part = pieces(grid, histories, survival)
    p, q = part.compensator, mean * g - k
    # Of each person: the constants at entry, and after the end of follow-up.
    delta0, gamma0 = g[table.entry], k[table.entry]
    own = np.cumsum(table.followed) - 1
    of_row = own[histories.person]
    d_row, e_row = delta0[of_row], gamma0[of_row]
    total = np.zeros(len(delta0))
    last = np.append(histories.is_first[1:], True)
    total[of_row[last]] = part.after[last]
    jump = np.where(table.died, weight[table.end], 0.0)
    delta1 = jump - (g[table.end] - delta0)
    gamma1 = total + jump * mean[table.end] - (k[table.end] - gamma0)
    inside, apart, gone = (_State(grid.width) for _ in range(3))
    level = part.before + p[grid.start] + e_row
    inside.move(grid.start, level, d_row, 1)
    inside.move(grid.stop, level, d_row, -1)
    apart.move(table.entry, gamma0, delta0, 1)
    apart.move(grid.start, part.before + e_row, d_row, -1)
    apart.move(grid.stop, part.after + e_row, d_row, 1)
    apart.move(table.end, total + gamma0, delta0, -1)
    gone.move(table.end, gamma1, delta1, 1)
    nothing = np.zeros(grid.width)
    variance = sum(
        state.squares(mean, shift)
        for state, shift in ((inside, q - p), (apart, q), (gone, nothing))
    )
    return mean, np.maximum(np.asarray(variance), 0.0)


class _State:
    """Running sums over the people in one state: 1, gamma, delta and their products."""

    def __init__(self, width: int) -> None:
        self._sums = np.zeros((6, width))

    def move(self, place: Integers, gamma: Floats, delta: Floats, sign: int) -> None:
        """Let people come into the state (*sign* 1) or leave it (-1) at *place*."""
        width = self._sums.shape[1]
        one = np.ones(len(gamma))
        products = (one, gamma, delta, gamma**2, gamma * delta, delta**2)
        for number, values in enumerate(products):
            self._sums[number] += sign * running_counts(place, values, width)

    def squares(self, mean: Floats, shift: Floats) -> Floats:
        """Return the sum of (gamma - mean delta + shift) squared at each time."""
        n, gamma, delta, gg, gd, dd = self._sums.cumsum(axis=1)
        square = gg - 2 * mean * gd + mean**2 * dd
        return np.asarray(square + 2 * shift * (gamma - mean * delta) + shift**2 * n)
