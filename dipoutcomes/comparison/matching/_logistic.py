"""Logistic regression by Newton's method, block after block, so that memory stays small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_BLOCK = 32_768  # people at a time: their columns fit the cache
_STEPS = 40
_FAR = 18.0  # a logit beyond it is a probability of 1e-8: the data may be separated


@dataclass(frozen=True, slots=True, eq=False)
class LogisticFit:
    """Coefficients on the scale of the columns, the constant first.

    ``separating`` is, where the likelihood has no maximum, the direction in which it rises for
    ever, on the scale of standardised columns; None otherwise.
    """

    coefficients: Floats
    covariance: Floats
    linear_predictor: Floats
    log_likelihood: float
    steps: int
    converged: bool
    separating: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Standard:
    """Columns less their means, over their standard deviations, with a constant before them."""

    columns: Floats
    mean: Floats
    sd: Floats

    @classmethod
    def of(cls, columns: Floats) -> Standard:
        """Return the standardised columns; a column without spread keeps its scale."""
        n = len(columns)
        mean = columns.mean(axis=0)
        square = np.zeros(columns.shape[1])
        for first in range(0, n, _BLOCK):
            square += ((columns[first : first + _BLOCK] - mean) ** 2).sum(axis=0)
        sd = np.sqrt(square / n)
        return cls(columns, mean, np.where(sd > 1e-12 * (1 + np.abs(mean)), sd, 1.0))

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Give the rows of each block, and its table."""
        for first in range(0, len(self.columns), _BLOCK):
            part = slice(first, min(first + _BLOCK, len(self.columns)))
            table = np.empty((part.stop - first, self.columns.shape[1] + 1))
            table[:, 0] = 1.0
            np.subtract(self.columns[part], self.mean, out=table[:, 1:])
            table[:, 1:] /= self.sd
            yield part, table

    def gram(self) -> Floats:
        """Return the mean product of every two columns, constant included."""
        total = np.zeros((self.columns.shape[1] + 1,) * 2)
        for _, table in self.blocks():
            total += table.T @ table
        return total / len(self.columns)

    def back(self) -> Floats:
        """Return the matrix that takes standardised coefficients to those of the columns."""
        turn = np.diag(np.concatenate([[1.0], 1 / self.sd]))
        turn[0, 1:] = -self.mean / self.sd
        return turn


def dependent_columns(gram: Floats) -> list[int]:
    """Return the columns that are a combination of those before them, by Gram-Schmidt."""
    left = gram.copy()
    found = []
    for k in range(len(left)):
        if left[k, k] <= 1e-9 * max(gram[k, k], 1e-300) or gram[k, k] <= 0:
            found.append(k)
            continue
        own = left[k] / left[k, k]
        left = left - np.outer(left[:, k], own)
    return found


def fit_logistic(columns: Floats, treated: Flags, *, firth: bool) -> LogisticFit:
    """Return the fit of *treated* on a constant and *columns*, none of which depends on others.

    Parameters
    ----------
    columns : ndarray, shape (n, k)
    treated : ndarray of bool, shape (n,)
    firth : bool
        Maximise the likelihood times the root of the determinant of the information.
    """
    standard = Standard.of(columns)
    y = treated.astype(np.float64)
    beta = np.zeros(columns.shape[1] + 1)
    share = y.mean()
    beta[0] = np.log(share / (1 - share))
    state = _state(standard, y, beta, firth)
    converged, separating, steps = False, None, 0
    while steps < _STEPS:
        steps += 1
        step = np.linalg.solve(state.information, state.slope).astype(np.float64)
        move, state = _uphill(standard, y, beta, step, state, firth=firth)
        beta = beta + move
        if np.abs(move).max() < 1e-9 * (1 + np.abs(beta).max()):
            converged = True
            break
        if not firth and state.farthest > _FAR:
            separating = _separating(standard, treated, move)
            if separating is not None:
                break
        if not np.all(np.isfinite(state.information)) or np.linalg.cond(state.information) > 1e14:
            break
    return _finish(standard, beta, state, steps, converged=converged, separating=separating)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    objective: float
    log_likelihood: float
    slope: Floats
    information: Floats
    farthest: float


def _state(standard: Standard, y: Floats, beta: Floats, firth: bool) -> _State:
    """Return likelihood, slope and information at *beta*, in one pass (two with Firth's)."""
    k = len(beta)
    information, slope = np.zeros((k, k)), np.zeros(k)
    likelihood, farthest = 0.0, 0.0
    for part, table in standard.blocks():
        line = table @ beta
        p, weight = _probability(line)
        slope += table.T @ (y[part] - p)
        information += (table * weight[:, None]).T @ table
        likelihood -= float(np.logaddexp(0.0, np.where(y[part] == 1, -line, line)).sum())
        farthest = max(farthest, float(np.abs(line).max(initial=0.0)))
    objective = likelihood
    if firth:
        inverse = np.linalg.inv(information)
        for _, table in standard.blocks():
            p, weight = _probability(table @ beta)
            leverage = weight * np.einsum("ij,ij->i", table @ inverse, table)
            slope += table.T @ (leverage * (0.5 - p))
        objective += 0.5 * float(np.linalg.slogdet(information)[1])
    return _State(objective, likelihood, slope, information, farthest)


def _probability(line: Floats) -> tuple[Floats, Floats]:
    """Return the logistic function and its slope."""
    small = np.exp(-np.abs(line))
    p = np.where(line >= 0, 1.0, small) / (1 + small)
    return p, small / (1 + small) ** 2


def _uphill(
    standard: Standard, y: Floats, beta: Floats, step: Floats, now: _State, *, firth: bool
) -> tuple[Floats, _State]:
    """Return *step*, halved until it does not lower the objective, and the state after it."""
    for _ in range(30):
        after = _state(standard, y, beta + step, firth)
        if after.objective >= now.objective - 1e-9 * (1 + abs(now.objective)):
            return step, after
        step = step / 2
    return step, after


def _separating(standard: Standard, treated: Flags, direction: Floats) -> Floats | None:
    """Return *direction* if along it nobody becomes less likely where they are (None otherwise).

    A direction in which all treated people's scores rise or stay, and all others' fall or stay:
    the likelihood rises along it for ever (Albert and Anderson 1984).
    """
    sign = np.where(treated, 1.0, -1.0)
    lowest, highest = 0.0, 0.0
    for part, table in standard.blocks():
        rise = sign[part] * (table @ direction)
        lowest = min(lowest, float(rise.min()))
        highest = max(highest, float(rise.max()))
    return direction if lowest >= -1e-5 * highest and highest > 0 else None


def _finish(
    standard: Standard,
    beta: Floats,
    state: _State,
    steps: int,
    *,
    converged: bool,
    separating: Floats | None,
) -> LogisticFit:
    turn = standard.back()
    k = len(beta)
    covariance = np.full((k, k), np.nan)
    if converged:
        covariance = turn @ np.linalg.inv(state.information) @ turn.T
    line = np.empty(len(standard.columns))
    for part, table in standard.blocks():
        line[part] = table @ beta
    return LogisticFit(
        coefficients=turn @ beta,
        covariance=covariance,
        linear_predictor=line,
        log_likelihood=state.log_likelihood,
        steps=steps,
        converged=converged,
        separating=separating,
    )
