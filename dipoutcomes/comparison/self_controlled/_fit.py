"""The conditional likelihood of a self-controlled series, and the spread between people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.comparison.self_controlled._cells import Cells

Floats = NDArray[np.float64]

_MOST_STEPS = 60
_BLOCK = 20_000


class NoMaximumError(Exception):
    """The likelihood has no maximum: periods and bands cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Log ratios by term, what each person adds to their error, and the model's covariance."""

    terms: tuple[tuple[str, int], ...]
    log_ratios: Floats
    influence: Floats  # shape (people, terms)
    covariance: Floats


def fit_series(cells: Cells, terms: tuple[tuple[str, int], ...]) -> Fit:
    """Return the maximum of the likelihood given each person's total.

    A person's events fall on their cells with chances in proportion to days times
    exp(linear predictor). *terms* are (kind, level) pairs of ``risk``, ``age`` and ``band``; a
    level without a term is the reference. Every level that has days must have an event. Each
    person's score is scaled up for their leverage (Mancl and DeRouen 2001, Biometrics 57,
    126-134), as the other paired estimates do it.
    """
    design = [getattr(cells, kind) == level for kind, level in terms]
    beta = np.zeros(len(terms))
    value, score, information = _likelihood(cells, design, beta)
    for _ in range(_MOST_STEPS):
        step = _solve(information, score.sum(axis=0))
        size = 1.0
        while True:
            tried = _likelihood(cells, design, beta + size * step)
            if tried[0] >= value - 1e-9 or size < 1e-6:
                break
            size /= 2
        beta = beta + size * step
        value, score, information = tried
        if np.abs(size * step).max(initial=0.0) < 1e-10:
            break
        if np.abs(beta).max() > 30:
            raise NoMaximumError
    else:
        raise NoMaximumError
    covariance = _solve(information, np.eye(len(terms)))
    return Fit(terms, beta, _influence(cells, design, beta, covariance), covariance)


def _solve(matrix: Floats, right: Floats) -> Floats:
    try:
        if np.linalg.cond(matrix) > 1e12:
            raise NoMaximumError
        return np.asarray(np.linalg.solve(matrix, right))
    except np.linalg.LinAlgError:
        raise NoMaximumError from None


def _chances(cells: Cells, design: list[NDArray[np.bool_]], beta: Floats) -> tuple[Floats, Floats]:
    predictor = np.zeros(cells.days.shape)
    for flag, value in zip(design, beta, strict=True):
        predictor += value * flag
    weight = cells.days * np.exp(predictor)
    total = weight.sum(axis=1, keepdims=True)
    return weight / total, predictor - np.log(total)


def _means(chance: Floats, design: list[NDArray[np.bool_]]) -> Floats:
    return np.stack([(chance * flag).sum(axis=1) for flag in design], axis=1)


def _likelihood(
    cells: Cells, design: list[NDArray[np.bool_]], beta: Floats
) -> tuple[float, Floats, Floats]:
    chance, logs = _chances(cells, design, beta)
    total = cells.events.sum(axis=1)
    mean = _means(chance, design)
    score = np.stack([(cells.events * flag).sum(axis=1) for flag in design], axis=1)
    score = score - total[:, None] * mean
    information = np.array(
        [[(total * (chance * (a & b)).sum(axis=1)).sum() for b in design] for a in design]
    )
    information -= (mean * total[:, None]).T @ mean
    return float((cells.events * logs).sum()), score, information


def _influence(
    cells: Cells, design: list[NDArray[np.bool_]], beta: Floats, covariance: Floats
) -> Floats:
    """Return each person's contribution, leave-one-out to first order, in blocks of people."""
    found = np.empty((len(cells.events), len(beta)))
    unit = np.eye(len(beta))
    for at in range(0, len(found), _BLOCK):
        rows = slice(at, at + _BLOCK)
        block = Cells(*(getattr(cells, name)[rows] for name in Cells.__slots__))
        flags = [flag[rows] for flag in design]
        chance, _ = _chances(block, flags, beta)
        total, mean = block.events.sum(axis=1), _means(chance, flags)
        score = np.stack([(block.events * flag).sum(axis=1) for flag in flags], axis=1)
        score = score - total[:, None] * mean
        own = np.stack(
            [np.stack([(chance * (a & b)).sum(axis=1) for b in flags], axis=1) for a in flags],
            axis=1,
        )
        own = total[:, None, None] * (own - mean[:, :, None] * mean[:, None, :])
        # One person alone may settle a term: their leverage is 1 and cannot be divided by.
        left = unit - 0.999999 * own @ covariance
        found[rows] = np.linalg.solve(left, score[:, :, None])[:, :, 0] @ covariance
    return found
