"""The likelihood of a split population: some never have the event, the others by a distribution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dipoutcomes.survival.regression._location_scale import (
    Distribution,
    Three,
    Times,
    fit_location_scale,
)
from dipoutcomes.survival.regression._maximum import Floats, Likelihood, Maximum, maximise


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Rows, and the designs of the two parts; both start with a constant.

    Parameters are (logit of being susceptible, location of log time, log scale).
    """

    times: Times
    susceptible: Floats
    latency: Floats
    kind: Distribution

    @property
    def parts(self) -> tuple[int, int]:
        """How many coefficients each part has."""
        return self.susceptible.shape[1], self.latency.shape[1]


@dataclass(frozen=True, slots=True, eq=False)
class _By:
    """A row's log likelihood and its derivatives by u = logit and by z."""

    value: Floats
    u: Floats
    z: Floats
    uu: Floats
    uz: Floats
    zz: Floats


def _density(u: Floats, three: Three) -> _By:
    log_pi, pi = -np.logaddexp(0, -u), _expit(u)
    none = np.zeros_like(u)
    return _By(log_pi + three[0], 1 - pi, three[1], -pi * (1 - pi), none, three[2])


def _survival(u: Floats, three: Three) -> _By:
    """Return the parts of log(1 - pi + pi S)."""
    log_pi, log_cured, pi = -np.logaddexp(0, -u), -np.logaddexp(0, u), _expit(u)
    value = np.logaddexp(log_cured, log_pi + three[0])
    still = np.exp(log_pi + three[0] - value)  # share of those left who are susceptible
    both = still * (1 - still)
    return _By(
        value,
        still - pi,
        still * three[1],
        both - pi * (1 - pi),
        both * three[1],
        both * three[1] ** 2 + still * three[2],
    )


def _expit(u: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(u / 2)))


def split_likelihood(split: Split) -> Likelihood:
    """Return the log likelihood of the parameters, with slope and curvature."""
    times = split.times
    died = times.event > 0
    a, b = split.parts
    designs = (split.susceptible, split.latency, np.ones((len(died), 1)))

    def at(place: Floats) -> tuple[float, Floats, Floats]:
        u, eta, scale = (
            split.susceptible @ place[:a],
            split.latency @ place[a:-1],
            np.exp(place[-1]),
        )
        z, entry = (times.log_time - eta) / scale, (times.log_entry - eta) / scale
        seen, left = (
            _density(u, split.kind.log_density(z)),
            _survival(u, split.kind.log_survival(z)),
        )
        own = _By(*(np.where(died, getattr(seen, n), getattr(left, n)) for n in _By.__slots__))
        value = own.value - times.event * (place[-1] + times.log_time)
        first, second = _chain(own, z, scale)
        first[2] = first[2] - times.event
        if times.late.any():
            before = _survival(u, split.kind.log_survival(entry))
            value = value - times.late * before.value
            taken, bent = _chain(before, entry, scale)
            first = [f - times.late * t for f, t in zip(first, taken, strict=True)]
            second = {key: part - times.late * bent[key] for key, part in second.items()}
        w = times.weight
        slope = np.concatenate([d.T @ (w * f) for d, f in zip(designs, first, strict=True)])
        curvature = np.empty((a + b + 1, a + b + 1))
        edges = (0, a, a + b, a + b + 1)
        for (i, j), part in second.items():
            block = (designs[i].T * (w * part)) @ designs[j]
            curvature[edges[i] : edges[i + 1], edges[j] : edges[j + 1]] = block
            curvature[edges[j] : edges[j + 1], edges[i] : edges[i + 1]] = block.T
        return float(w @ value), slope, curvature

    return at


def _chain(
    part: _By, z: Floats, scale: float
) -> tuple[list[Floats], dict[tuple[int, int], Floats]]:
    """Return derivatives by (logit, location, log scale): first, and second by pairs."""
    first = [part.u, -part.z / scale, -part.z * z]
    second = {
        (0, 0): part.uu,
        (0, 1): -part.uz / scale,
        (0, 2): -part.uz * z,
        (1, 1): part.zz / scale**2,
        (1, 2): (part.zz * z + part.z) / scale,
        (2, 2): part.zz * z**2 + part.z * z,
    }
    return first, second


def fit_split(split: Split) -> tuple[Maximum | None, Maximum, float]:
    """Return the best maximum with cured people (None if there is none), and that without any.

    Last the highest value met on the way: above both it means that there is no maximum. Several
    starts: the surface can have more than one top, and a ridge along which more and
    more people are susceptible for longer and longer.
    """
    at = split_likelihood(split)
    a, b = split.parts
    plain = fit_location_scale(split.times, split.latency, split.kind)
    seen = split.times.event > 0
    middle = float(np.average(split.times.log_time[seen], weights=split.times.weight[seen]))
    share = float(np.average(split.times.event, weights=split.times.weight))
    tops, reached = [], plain.value
    for susceptible in (share + 0.02, (share + 1) / 2, 0.97):
        for later, log_scale in ((0.0, -0.5), (0.5, 0.0), (1.0, 0.5)):
            start = np.zeros(a + b + 1)
            p = min(max(susceptible, 0.02), 0.98)
            start[0], start[a], start[-1] = np.log(p / (1 - p)), middle + later, log_scale
            top = maximise(at, start)
            reached = max(reached, top.value)
            # A logit this high is everybody susceptible, where nothing is left to move.
            if top.converged and np.abs(split.susceptible @ top.place[:a]).max() < 25:
                tops.append(top)
    best = max(tops, key=lambda top: top.value, default=None)
    if best is not None and plain.converged and best.value < plain.value:
        best = None
    return best, plain, reached


def held(at: Likelihood, k: int, value: float, start: Floats) -> Maximum:
    """Return the maximum with parameter *k* held at *value*, over the others."""
    free = np.arange(len(start)) != k

    def rest(others: Floats) -> tuple[float, Floats, Floats]:
        place = np.empty(len(start))
        place[free], place[k] = others, value
        found, slope, curvature = at(place)
        return found, slope[free], curvature[np.ix_(free, free)]

    return maximise(rest, start[free])


def profile(at: Likelihood, best: Floats, k: int) -> Callable[[float], float]:
    """Return the profile likelihood of parameter *k*, each time started from the last place."""
    free = np.arange(len(best)) != k
    places = {float(best[k]): best[free]}

    def value_at(value: float) -> float:
        nearest = min(places, key=lambda seen: abs(seen - value))
        start = np.empty(len(best))
        start[free], start[k] = places[nearest], value
        top = held(at, k, value, start)
        places[value] = top.place
        return top.value

    return value_at
