"""The mean function and its error at every time at once; private array kernels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import Floats, Integers, _grid
from dipoutcomes.survival.recurrent.histories import Histories


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Rows as places on a grid of times, and what happens at each time.

    `at_risk` counts the people at risk just before each time and so at it; `running` the rows
    under way from each time on.
    """

    time: Floats
    start: Integers
    stop: Integers
    events: Floats
    at_risk: Integers
    running: Integers

    @classmethod
    def of(cls, histories: Histories) -> Grid:
        """Return the grid of the times in *histories*; no sorting where times are whole."""
        if not len(histories):
            raise DesignError(
                f"none of the {histories.n_people:,} people was at risk at any time, so there is "
                "nothing to estimate; check origin, end and custody"
            )
        time, stop, entered_at = _grid(histories.stop, histories.start, 1)
        return cls.at_places(time, np.asarray(entered_at, np.int64), stop, histories.event)

    @classmethod
    def at_places(cls, time: Any, start: Integers, stop: Integers, event: Integers) -> Grid:
        """Return the grid of rows whose places among *time* are known."""
        width = len(time)
        running = np.bincount(start, minlength=width) - np.bincount(stop, minlength=width)
        running = running.cumsum()
        return cls(
            time=np.asarray(time, dtype=np.float64),
            start=start,
            stop=stop,
            events=running_counts(stop, event, width),
            at_risk=np.append(running[:1], running[:-1]),
            running=running,
        )

    @property
    def width(self) -> int:
        """How many times there are."""
        return len(self.time)

    def per_person_at_risk(self, power: int = 1) -> Floats:
        """Return 1 over the people at risk to the *power*, 0 where there is nobody."""
        n = self.at_risk.astype(np.float64)
        return np.divide(1.0, n**power, out=np.zeros(len(n)), where=n > 0)


def running_counts(place: Integers, values: Any, width: int) -> Floats:
    """Return the sum of *values* at each place."""
    found = np.bincount(place, weights=values, minlength=width)
    return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A person's part in the error of the mean function, row by row.

    `before` and `after` are its value when the row starts and after the events at its stop;
    within the row it falls with `compensator`, the sum of weight x events / at risk squared.
    """

    before: Floats
    after: Floats
    compensator: Floats


def pieces(grid: Grid, histories: Histories, weight: Floats | None = None) -> Pieces:
    r"""Return each person's :math:`\int w(s) Y_i(s) / Y(s) (dN_i(s) - dN(s) / Y(s))`."""
    jump, step = grid.per_person_at_risk(), grid.events * grid.per_person_at_risk(2)
    if weight is not None:
        jump, step = jump * weight, step * weight
    compensator = step.cumsum()
    change = histories.event * jump[grid.stop]
    change -= compensator[grid.stop]
    change += compensator[grid.start]
    run = change.cumsum()
    first = np.flatnonzero(histories.is_first)
    offset = np.append(0.0, run)[first]
    after = run - np.repeat(offset, np.diff(np.append(first, len(run))))
    return Pieces(after - change, after, compensator)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The mean function at each time of a grid, and what its errors rest on.

    `variance` is the robust one: the sum over people of the square of their part in the error;
    `fourth` the sum of its fourth power; `poisson` takes events as independent.
    """

    mean: Floats
    variance: Floats
    fourth: Floats
    poisson: Floats

    def degrees_of_freedom(self, people: int) -> Floats:
        """Return Satterthwaite's, 2 / ((kurtosis - 3) / n + 2 / (n - 1)), at most n - 1.

        Where a few people make most of the spread it is itself poorly known, and n - 1 would
        claim too much.
        """
        n = float(people)
        if people < 2:
            return np.ones(len(self.mean))
        square = self.variance**2
        kurtosis = np.divide(n * self.fourth, square, out=np.full(len(square), n), where=square > 0)
        df = 2 * n / (np.maximum(kurtosis, 1.0) - 1 + 2 / (n - 1))
        return np.asarray(np.clip(df, 1.0, n - 1), dtype=np.float64)


def moments(grid: Grid, histories: Histories) -> Moments:
    r"""Return the mean function and the spread of people's parts in its error.

    Along a row a person's part is :math:`\alpha - H(t)`, between rows a constant, so that sums of
    its powers at every time need only running sums of the powers of :math:`\alpha` and of the
    constants: no loop over times or people.
    """
    part = pieces(grid, histories)
    level = part.before + part.compensator[grid.start]
    h, rows = part.compensator, grid.running.astype(np.float64)
    sums, values = [], np.ones(len(level))
    for _ in range(4):  # powers by multiplication, ten times as fast as by exponent
        values = values * level
        change = running_counts(grid.start, values, grid.width)
        change -= running_counts(grid.stop, values, grid.width)
        sums.append(change.cumsum())
    first, second, third, fourth = sums
    before, after = part.before * part.before, part.after * part.after
    still = [_between(grid, before, after), _between(grid, before * before, after * after)]
    squares = second + still[0]
    variance = squares - 2 * h * first + h**2 * rows
    # What is left of the sums where people do not differ at all is rounding.
    variance[variance <= 1e-13 * (squares + h**2 * rows)] = 0.0
    quartic = fourth + still[1] - 4 * h * third + 6 * h**2 * second
    quartic += h**4 * rows - 4 * h**3 * first
    return Moments(
        mean=(grid.events * grid.per_person_at_risk()).cumsum(),
        variance=variance,
        fourth=np.maximum(quartic, 0.0),
        poisson=h,
    )


def _between(grid: Grid, before: Floats, after: Floats) -> Floats:
    """Return the sum over those who are between rows, or past them, of what they then have."""
    change = running_counts(grid.stop, after, grid.width)
    change -= running_counts(grid.start, before, grid.width)
    return np.asarray(change.cumsum())


def person_parts(grid: Grid, histories: Histories, time: float) -> Floats:
    """Return each person's part in the error at *time*, shape (n_people,)."""
    until = int(np.searchsorted(grid.time, time, side="right")) - 1
    h = (grid.events * grid.per_person_at_risk(2)).cumsum()
    seen = grid.stop <= until
    change = np.where(seen, histories.event * grid.per_person_at_risk()[grid.stop], 0.0)
    change -= h[np.minimum(grid.stop, until)] - h[np.minimum(grid.start, until)]
    return running_counts(histories.person, change, histories.n_people)
