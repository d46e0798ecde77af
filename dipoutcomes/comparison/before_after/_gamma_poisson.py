"""The likelihood of two counts of a person whose own rate is gamma-distributed, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.comparison._paired_counts import PairedCounts

Floats = NDArray[np.float64]

_STEPS = 200
_LARGEST_SHAPE = 1e6
_LEAST_NEVER = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class GammaPoisson:
    """What maximum likelihood found; *influence* is each person's part in the log ratio's error."""

    mean: float
    shape: float
    ratio: float
    never: float
    log_likelihood: float
    influence: Floats
    model_error: float
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Parameters on the scale that is searched: log of k / mean, log k, log ratio, logit never."""

    values: Floats

    @property
    def never(self) -> float:
        return float(1 / (1 + np.exp(-self.values[3]))) if len(self.values) == 4 else 0.0


def fit_gamma_poisson(
    data: PairedCounts, *, never: bool, start: GammaPoisson | None = None
) -> GammaPoisson:
    """Return the fit, by damped Newton steps; with *never*, people who offend at no time."""
    place = _start(data, start, never=never)
    value, scores, information = _at(data, place)
    for _ in range(_STEPS):
        step = _ascent(scores.sum(axis=0), information)
        for _ in range(40):  # halve until the likelihood does not fall
            tried = place + step
            found = _at(data, tried)
            if found[0] >= value - 1e-10 * abs(value):
                break
            step = step / 2
        place, (value, scores, information) = tried, found
        if np.abs(step).max() < 1e-9:
            break
        if place[1] > np.log(_LARGEST_SHAPE):
            break
        if never and place[3] < np.log(_LEAST_NEVER) and start is not None:
            return start  # the likelihood is highest without anybody who never offends
    good = bool(np.abs(step).max() < 1e-6 and place[1] < np.log(_LARGEST_SHAPE))
    bread = np.linalg.pinv(information)
    b, k, r = np.exp(place[:3])
    return GammaPoisson(
        mean=float(k / b),
        shape=float(k),
        ratio=float(r),
        never=_Place(place).never,
        log_likelihood=value,
        influence=scores @ bread[2],
        model_error=float(np.sqrt(max(bread[2, 2], 0.0))),
        converged=good,
    )


def _start(data: PairedCounts, start: GammaPoisson | None, *, never: bool) -> Floats:
    if start is not None:
        zero = float(((data.before + data.after) == 0).mean())
        share = min(max(zero / 2, 0.02), 0.9)
        mean, shape = start.mean / (1 - share), start.shape * 1.5
        return np.array([np.log(shape / mean), np.log(shape), np.log(start.ratio),
                         np.log(share / (1 - share))])[: 4 if never else 3]  # fmt: skip
    ratio = data.ratio
    time = data.years_before + ratio * data.years_after
    total = data.before + data.after
    mean = total.sum() / time.sum()
    over = (total * (total - 1)).sum() / (mean**2 * (time**2).sum()) - 1
    shape = 1 / min(max(over, 0.05), 20.0)
    return np.array([np.log(shape / mean), np.log(shape), np.log(ratio)])


def _ascent(slope: Floats, information: Floats) -> Floats:
    """Return a Newton step where the surface is concave, else one made so; of length at most 2."""
    values, vectors = np.linalg.eigh(information)
    largest = max(float(np.abs(values).max()), 1e-300)
    values = np.maximum(np.abs(values), 1e-10 * largest)
    step = vectors @ ((vectors.T @ slope) / values)
    longest = float(np.abs(step).max())
    return np.asarray(step * min(1.0, 2.0 / longest) if longest > 0 else step)


def _at(data: PairedCounts, place: Floats) -> tuple[float, Floats, Floats]:
    """Return log-likelihood (without the constant), scores by person and the information."""
    from scipy.special import digamma, gammaln, polygamma

    b, k, r = np.exp(place[:3])
    total = data.before + data.after
    after = r * data.years_after
    s = b + data.years_before + after
    value = gammaln(k + total) - gammaln(k) + k * place[0] + data.after * place[2]
    value = value - (k + total) * np.log(s)
    mean = (k + total) / s
    grow = digamma(k + total) - digamma(k) + place[0] - np.log(s)
    scores = np.column_stack([k - mean * b, k * grow, data.after - mean * after])
    curve = np.empty((len(total), 3, 3))  # minus second derivatives, in the logs
    bend = mean / s
    curve[:, 0, 0] = mean * b - bend * b**2
    curve[:, 0, 1] = curve[:, 1, 0] = -k * (1 - b / s)
    curve[:, 0, 2] = curve[:, 2, 0] = -bend * b * after
    curve[:, 1, 1] = -k * grow - k**2 * (polygamma(1, k + total) - polygamma(1, k))
    curve[:, 1, 2] = curve[:, 2, 1] = k * after / s
    curve[:, 2, 2] = mean * after - bend * after**2
    if len(place) == 3:
        return float(value.sum()), scores, curve.sum(axis=0)
    return _with_never(place, total == 0, (value, scores, curve))


def _with_never(
    place: Floats, silent: NDArray[np.bool_], plain: tuple[Floats, Floats, Floats]
) -> tuple[float, Floats, Floats]:
    """Mix the plain likelihood with a share of people who offend at no time."""
    value, scores, curve = plain
    share = _Place(place).never
    odds = np.exp(place[3] - value[silent])  # of never, given silence
    weight = 1 / (1 + odds)  # chance of a silent person to be one who offends
    ones = np.ones(len(value))
    ones[silent] = weight
    mixed = value + np.log1p(-share)
    mixed[silent] += np.log1p(odds)
    full = np.empty((len(value), 4))
    full[:, :3] = scores * ones[:, None]
    full[:, 3] = np.where(silent, 1 - ones, 0.0) - share
    information = np.empty((4, 4))
    spread = ones * (1 - ones)
    information[:3, :3] = np.einsum("i,ijk->jk", ones, curve)
    information[:3, :3] -= (scores.T * spread) @ scores
    information[:3, 3] = information[3, :3] = scores.T @ spread
    information[3, 3] = len(value) * share * (1 - share) - spread.sum()
    return float(mixed.sum()), full, information
