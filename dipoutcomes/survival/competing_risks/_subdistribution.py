"""Fine and Gray's weighted partial likelihood: fit and robust variance in linear time.

Everything is a running sum over the distinct times, forwards for those who had a competing event
(they stay, with a weight that falls as people leave) and backwards for those still followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._counts import Floats, Integers, _grid

_CONVERGED = 1e-10
_MOST_STEPS = 50
#: Less of the information at 0 than this in some direction: the likelihood only rises there.
_FLAT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """People and times prepared once; `x` is (covariates, people), centred and scaled.

    `place` is each person's time among the distinct ones; `staying` the share who had not left
    just before each time; `d`, `left`, `at_risk` counts at each time. `kept` are people who had a
    competing event, and `kept_weight` is one over the staying share of their own time.
    """

    x: Floats
    scale: Floats
    place: Integers
    event: NDArray[np.bool_]
    censored: NDArray[np.bool_]
    kept: Integers
    kept_weight: Floats
    staying: Floats
    d: Floats
    left: Floats
    at_risk: Floats
    left_from: Floats
    events_first: bool


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The weighted sums at one set of coefficients."""

    risk: Floats
    log_likelihood: float
    slope: Floats
    information: Floats
    jump: Floats  # of the baseline at each time
    mean: Floats  # weighted mean covariate at each time, (covariates, times)
    cumulated: Floats  # each person's weighted share of the baseline


@dataclass(frozen=True, slots=True, eq=False)
class SubdistributionFit:
    """Coefficients and their covariances in the units of the covariates as given."""

    coefficients: Floats
    robust: Floats
    model_based: Floats
    log_likelihood: float
    log_likelihood_null: float
    converged: bool
    runaway: NDArray[np.bool_]


def prepare(time: NDArray[Any], kind: Integers, x: Floats, *, events_first: bool) -> Weighted:
    """Return `Weighted`; *kind* is 0 (left), 1 (the cause) or 2 (another cause)."""
    grid, place, _ = _grid(time, None, 1)
    used = np.bincount(place, minlength=len(grid)) > 0
    place = (np.cumsum(used) - 1)[place]
    times = int(used.sum())
    table = np.bincount(place * 3 + kind, minlength=3 * times).reshape(times, 3).astype(float)
    at_risk = table.sum(axis=1)[::-1].cumsum()[::-1]
    left_from = at_risk - table[:, 1] - table[:, 2] if events_first else at_risk
    gone = np.divide(table[:, 0], left_from, out=np.zeros(times), where=left_from > 0)
    staying = np.concatenate([[1.0], np.cumprod(1 - gone)[:-1]])
    columns = np.ascontiguousarray(x.T)
    columns = columns - columns.mean(axis=1, keepdims=True)
    scale = np.sqrt((columns**2).mean(axis=1))
    kept = np.flatnonzero(kind == 2)
    return Weighted(
        x=columns / scale[:, None],
        scale=scale,
        place=place,
        event=kind == 1,
        censored=kind == 0,
        kept=kept,
        kept_weight=1 / staying[place[kept]],
        staying=staying,
        d=table[:, 1],
        left=table[:, 0],
        at_risk=at_risk,
        left_from=left_from,
        events_first=events_first,
    )


def fit_subdistribution(data: Weighted) -> SubdistributionFit:
    """Return the maximum from all coefficients 0, by Newton's steps, halved where one falls."""
    beta: Floats = np.zeros(len(data.x))
    here = sums_at(data, beta)
    null = here.log_likelihood
    start = np.diag(here.information)
    converged, step = False, beta
    for _ in range(_MOST_STEPS):
        try:
            step = np.asarray(np.linalg.solve(here.information, here.slope))
        except np.linalg.LinAlgError:
            break
        beta, here, rose = _rise(data, beta, step, here)
        flat = np.linalg.eigvalsh(here.information / np.sqrt(np.outer(start, start)))[0] < _FLAT
        converged = bool(np.all(np.abs(step) <= _CONVERGED * (1 + np.abs(beta)))) and not flat
        if converged or flat or not rose:
            break
    runaway = np.abs(step) > 1e-3 * np.abs(beta) + 1e-5 * np.abs(step).max()
    blank = np.full((len(beta), len(beta)), np.nan)
    model, robust = blank, blank
    if converged:
        model = np.linalg.inv(here.information)
        each = residuals(data, here)
        robust = model @ (each @ each.T) @ model
    units = np.outer(data.scale, data.scale)
    return SubdistributionFit(
        coefficients=beta / data.scale,
        robust=robust / units,
        model_based=model / units,
        log_likelihood=here.log_likelihood,
        log_likelihood_null=null,
        converged=converged,
        runaway=runaway & (not converged),
    )


def sums_at(data: Weighted, beta: Floats) -> Sums:
    """Return value, slope and information at *beta*, and what the variance needs."""
    eta = beta @ data.x
    shift = float(eta.max())
    risk = np.exp(eta - shift)
    total = _at_risk(data, risk)
    some = np.where(data.d > 0, total, 1.0)
    jump = data.d / some
    mean = np.stack([_at_risk(data, risk * row) for row in data.x]) / some
    own = eta[data.event]
    value = float(own.sum() - (data.d * (np.log(some) + shift)).sum())
    cumulated = _over_time(data, jump)
    spread = (data.x * (risk * cumulated)) @ data.x.T
    return Sums(
        risk=risk,
        log_likelihood=value,
        slope=data.x[:, data.event].sum(axis=1) - mean @ data.d,
        information=spread - (mean * data.d) @ mean.T,
        jump=jump,
        mean=mean,
        cumulated=cumulated,
    )


def residuals(data: Weighted, sums: Sums) -> Floats:
    """Return each person's influence on the score, (covariates, people): eta + psi of the paper."""
    about = np.stack([_over_time(data, row * sums.jump) for row in sums.mean])
    each = -sums.risk * (data.x * sums.cumulated - about)
    each[:, data.event] += data.x[:, data.event] - sums.mean[:, data.place[data.event]]
    return each + _of_leaving(data, sums)


def _of_leaving(data: Weighted, sums: Sums) -> Floats:
    """Return each person's influence through the estimated share who had not left."""
    weight = sums.risk[data.kept] * data.kept_weight
    falling = data.staying * sums.jump
    mine = _kept_by(data, weight)
    ahead = _from(data, falling)
    share, per_person = _leaving_rate(data)
    found = np.empty_like(data.x)
    for k, row in enumerate(data.x):
        carried = _kept_by(data, weight * row[data.kept])
        q = carried * ahead - mine * _from(data, falling * sums.mean[k])
        q *= per_person
        each = q * share
        hazard = each.cumsum()
        found[k] = -hazard[data.place]
        if data.events_first:  # somebody with an event that day could not leave on it
            found[k] += np.where(data.censored, 0.0, each[data.place])
        found[k, data.censored] += q[data.place[data.censored]]
    return found


def _leaving_rate(data: Weighted) -> tuple[Floats, Floats]:
    """Return the share who leave at each time, and what one person's leaving moves it by.

    One over those at risk, as in the paper (the share who have not left taken as exp of minus the
    summed rates); or one over those who stay, the exact derivative of the product of shares.
    """
    n = np.where(data.left_from > 0, data.left_from, 1.0)
    staying = data.left_from - data.left if data.events_first else n
    per_person = np.divide(1.0, staying, out=np.zeros_like(n), where=staying > 0)
    return data.left / n, per_person


def _kept_by(data: Weighted, values: Floats) -> Floats:
    """Return the sum over those with a competing event before each time (or on it).

    A person's weight at t falls with those who leave from the day of the event up to the day
    before t; `crr` counts the day of t in place of the day of the event, which is the same but
    where an event and a leaver share a day.
    """
    total = np.bincount(data.place[data.kept], values, len(data.d))
    return np.asarray(total.cumsum(), np.float64) if data.events_first else _before(total)


def _from(data: Weighted, values: Floats) -> Floats:
    """Return the sum of *values* from each time on (or after it, see `_kept_by`)."""
    whole = values[::-1].cumsum()[::-1]
    return np.asarray(np.append(whole[1:], 0.0) if data.events_first else whole)


def _at_risk(data: Weighted, values: Floats) -> Floats:
    """Return the weighted sum of *values* over the risk set of each time."""
    times = len(data.d)
    still = np.bincount(data.place, values, times)[::-1].cumsum()[::-1]
    kept = np.bincount(data.place[data.kept], values[data.kept] * data.kept_weight, times)
    return np.asarray(still + data.staying * _before(kept))


def _over_time(data: Weighted, values: Floats) -> Floats:
    """Return, for each person, the weighted sum of *values* over the times at risk."""
    found = values.cumsum()[data.place]
    falling = (data.staying * values).cumsum()
    found[data.kept] += (falling[-1] - falling[data.place[data.kept]]) * data.kept_weight
    return np.asarray(found)


def _before(values: NDArray[Any]) -> Floats:
    """Return the running sum up to, and not including, each time."""
    return np.concatenate([[0.0], values.cumsum()[:-1]])


def _rise(data: Weighted, beta: Floats, step: Floats, here: Sums) -> tuple[Floats, Sums, bool]:
    """Return the place a step leads to, or a part of it that does not go down."""
    for halving in range(30):
        tried = beta + step / 2**halving
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            sums = sums_at(data, tried)
        enough = here.log_likelihood - 1e-12 * (1 + abs(here.log_likelihood))
        if np.isfinite(sums.log_likelihood) and sums.log_likelihood >= enough:
            return tried, sums, True
    return beta, here, False
