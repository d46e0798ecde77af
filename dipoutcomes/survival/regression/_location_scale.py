"""Distributions of time whose log is a location plus a scale times a fixed error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival.regression._maximum import Floats, Likelihood, Maximum, maximise

#: Value, first and second derivative along z.
Three = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Distribution:
    """The error's log density and log survival with two derivatives, and its quantiles."""

    title: str
    log_density: Callable[[Floats], Three]
    log_survival: Callable[[Floats], Three]
    quantile: Callable[[float], float]


def _weibull_density(z: Floats) -> Three:
    e = np.exp(z)
    return z - e, 1 - e, -e


def _weibull_survival(z: Floats) -> Three:
    e = np.exp(z)
    return -e, -e, -e


def _normal_density(z: Floats) -> Three:
    return -z * z / 2 - 0.5 * np.log(2 * np.pi), -z, -np.ones_like(z)


def _normal_survival(z: Floats) -> Three:
    from scipy.special import log_ndtr

    log_s = log_ndtr(-z)
    hazard = np.exp(-z * z / 2 - 0.5 * np.log(2 * np.pi) - log_s)
    return log_s, -hazard, -hazard * (hazard - z)


def _logistic_density(z: Floats) -> Three:
    log_s, first, second = _logistic_survival(z)
    return z + 2 * log_s, 1 + 2 * first, 2 * second


def _logistic_survival(z: Floats) -> Three:
    from scipy.special import expit

    p = expit(z)
    return -np.logaddexp(0, z), -p, -p * (1 - p)


def _normal_quantile(p: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(p))


DISTRIBUTIONS: dict[str, Distribution] = {
    "weibull": Distribution(
        "Weibull", _weibull_density, _weibull_survival, lambda p: float(np.log(-np.log1p(-p)))
    ),
    "lognormal": Distribution("lognormal", _normal_density, _normal_survival, _normal_quantile),
    "loglogistic": Distribution(
        "log-logistic", _logistic_density, _logistic_survival, lambda p: float(np.log(p / (1 - p)))
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """What a likelihood needs of follow-up; `log_entry` is -inf where nobody enters late."""

    log_time: Floats
    event: Floats
    log_entry: Floats
    late: Floats
    weight: Floats

    @classmethod
    def of(
        cls,
        stop: Floats,
        event: NDArray[Any],
        start: Floats | None = None,
        weight: Floats | None = None,
    ) -> Times:
        """Return the times of rows whose *stop* is above 0."""
        begin = np.zeros(len(stop)) if start is None else np.maximum(start, 0.0)
        late = begin > 0
        log_entry = np.log(np.where(late, begin, 1.0))
        w = np.ones(len(stop)) if weight is None else weight
        return cls(np.log(stop), event.astype(float), log_entry, late.astype(float), w)


def log_parts(times: Times, z: Floats, entry: Floats, kind: Distribution) -> tuple[Three, Three]:
    """Return each row's log density or survival, and its log survival at entry (0 if none)."""
    own: Three = tuple(  # type: ignore[assignment]
        np.where(times.event > 0, f, s)
        for f, s in zip(kind.log_density(z), kind.log_survival(z), strict=True)
    )
    if not times.late.any():
        none = np.zeros_like(z)
        return own, (none, none, none)
    before: Three = tuple(times.late * part for part in kind.log_survival(entry))  # type: ignore[assignment]
    return own, before


def location_scale_likelihood(times: Times, design: Floats, kind: Distribution) -> Likelihood:
    """Return the log likelihood of (coefficients, log scale)."""

    def at(place: Floats) -> tuple[float, Floats, Floats]:
        value, parts = rows_at(times, design, kind, place)
        w = times.weight
        first, second, scale_first, cross, scale_second = (w * part for part in parts)
        k = design.shape[1]
        slope = np.append(design.T @ first, scale_first.sum())
        curvature = np.empty((k + 1, k + 1))
        curvature[:k, :k] = (design.T * second) @ design
        curvature[:k, k] = curvature[k, :k] = design.T @ cross
        curvature[k, k] = scale_second.sum()
        return float(w @ value), slope, curvature

    return at


def rows_at(
    times: Times, design: Floats, kind: Distribution, place: Floats
) -> tuple[Floats, tuple[Floats, Floats, Floats, Floats, Floats]]:
    """Return each row's log likelihood and its derivatives.

    By the linear predictor (first, second), by the log scale, by both, by the log scale twice.
    """
    centre, scale = design @ place[:-1], np.exp(place[-1])
    z, entry = (times.log_time - centre) / scale, (times.log_entry - centre) / scale
    own, before = log_parts(times, z, entry, kind)
    value = own[0] - before[0] - times.event * (place[-1] + times.log_time)
    first = -(own[1] - before[1]) / scale
    second = (own[2] - before[2]) / scale**2
    by_scale = -(own[1] * z - before[1] * entry) - times.event
    cross = (own[2] * z + own[1] - before[2] * entry - before[1]) / scale
    twice = own[2] * z**2 + own[1] * z - before[2] * entry**2 - before[1] * entry
    return value, (first, second, by_scale, cross, twice)


def fit_location_scale(times: Times, design: Floats, kind: Distribution) -> Maximum:
    """Return the maximum likelihood estimate of (coefficients, log scale)."""
    w = times.weight
    seen = times.event > 0
    middle = float(np.average(times.log_time[seen], weights=w[seen]))
    start = np.zeros(design.shape[1] + 1)
    # A rough start is enough: events alone are too early, so a little later than their mean.
    start[0] = middle + 0.5
    return maximise(location_scale_likelihood(times, design, kind), start)
