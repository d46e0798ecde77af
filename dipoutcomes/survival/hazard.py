"""How the risk of the event changes with time: in pieces, and smoothed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_confidence_level, check_positive
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals._common import normal_quantile
from dipoutcomes.intervals.rate._kernels import garwood
from dipoutcomes.results import Curve
from dipoutcomes.survival._counts import Counts, Floats, check_follow_up, count_at_times
from dipoutcomes.survival._units import UNITS_PER_YEAR

_FEWEST = 10  # people still followed where the smoothed hazard ends
_POINTS = 121


def piecewise_hazard(
    durations: Any,
    observed: Any,
    edges: Sequence[float],
    *,
    entry: Any = None,
    label: str = "all",
    time_unit: str = "days",
    confidence_level: float = 0.95,
) -> Curve:
    r"""Return the events per person-year in each of a few stretches of time, with exact limits.

    Parameters
    ----------
    durations, observed, entry, label, time_unit, confidence_level
        As in `kaplan_meier`.
    edges : sequence of float
        Where the stretches begin and end, increasing from 0 or later, in *time_unit*: (0, 90, 365)
        are two. Named before the data are seen.

    Returns
    -------
    Curve
        A value from each edge to the next, and the last one again at the last edge. `events` are
        those since the edge before, its own day included (the first day counts in the first
        stretch); `at_risk` the people followed just before each edge. nan where nobody was
        followed.

    Raises
    ------
    TypeError, ValueError
        As in `kaplan_meier`; or the edges are fewer than two or do not increase.
    DesignError
        If there is nobody.

    Notes
    -----
    Events over person-time among those who have not had the event, with Garwood's limits [1]_:
    right where the hazard is level within each stretch. It is the risk of those still free of the
    event. It falls in a mixed group even where nobody's own risk changes, because those at high
    risk go first.

    References
    ----------
    .. [1] Garwood, F. (1936). Biometrika 28, 437-442.

    Examples
    --------
    >>> curve = piecewise_hazard([1, 2, 2, 3, 5], [1, 1, 0, 1, 0], (0, 2, 5), time_unit="years")
    >>> [round(rate, 4) for rate in curve.value]  # 2 events in 9 years, 1 in 4
    [0.2222, 0.25, 0.25]
    """
    level = check_confidence_level(confidence_level)
    bounds = np.asarray(edges, dtype=float)
    if bounds.ndim != 1 or len(bounds) < 2 or not (bounds[0] >= 0 and np.all(np.diff(bounds) > 0)):
        raise ValueError("`edges` must be at least two increasing times, the first 0 or more")
    time, seen, start = check_follow_up(durations, observed, entry)
    ends = np.sort(time[seen == 1])
    upto = np.searchsorted(ends, bounds, side="right")
    # What happens on the very first day belongs to the first stretch.
    upto[0] = 0 if bounds[0] == 0 else upto[0]
    events = np.diff(upto)
    lived = _person_time(time.astype(float), bounds)
    if start is not None:
        lived = lived - _person_time(start.astype(float), bounds)
    scale, says = _scale(time_unit)
    value, low, high = (np.full(len(events), np.nan) for _ in range(3))
    some = lived > 0
    value[some] = events[some] / lived[some] * scale
    limits = garwood(events[some].astype(float), level)
    low[some], high[some] = (limit / lived[some] * scale for limit in limits)
    followed = _followed(time, start, bounds)
    found = _curve(
        label, says, time_unit, level, bounds, value, low, high,
        followed, np.append(0, events), "exact Poisson (Garwood)",
    )  # fmt: skip
    return replace(found, persons=_people(time, start))


def smooth_hazard(
    durations: Any,
    observed: Any,
    *,
    bandwidth: float,
    entry: Any = None,
    label: str = "all",
    time_unit: str = "days",
    confidence_level: float = 0.95,
) -> Curve:
    r"""Return the events per person-year as a smooth function of time, for a figure.

    Parameters
    ----------
    durations, observed, entry, label, time_unit, confidence_level
        As in `kaplan_meier`.
    bandwidth : float
        Events up to this far away on either side are averaged; above 0, in *time_unit*. Wider is
        smoother and hides what changes faster; at most half of the time covered.

    Returns
    -------
    Curve
        At 121 times from 0 to the last with at least 10 people followed; `events` are those
        since the time before. Pointwise limits on the log scale; nan where no event is near.

    Raises
    ------
    TypeError, ValueError
        As in `kaplan_meier`; or *bandwidth* is no positive number.
    DesignError
        If no event has 10 people still followed, or the bandwidth is more than half of the time.

    Notes
    -----
    :math:`\hat h(t) = b^{-1} \sum_i K((t - t_i)/b)\, d_i/n_i` with Epanechnikov's kernel, and the
    boundary kernels of Gasser and Mueller within *b* of either end, so that the hazard does not
    seem to fall there [1]_; variance :math:`b^{-2} \sum K^2 d_i / n_i^2`. The limits leave out
    the bias of smoothing: they are for the smoothed hazard, not the true one. Describe with it,
    do not test with it.

    References
    ----------
    .. [1] Klein, J. P. and Moeschberger, M. L. (2003). Survival Analysis, 2nd edition, section
       6.2, equations 6.2.3 to 6.2.9; Ramlau-Hansen, H. (1983). Annals of Statistics 11, 453-466.

    Examples
    --------
    >>> days = list(range(5, 305, 5))
    >>> curve = smooth_hazard(days, [1, 0, 0] * 20, bandwidth=60)
    >>> curve.measure, len(curve.time)
    ('events per person-year', 121)
    """
    level, b = check_confidence_level(confidence_level), check_positive("bandwidth", bandwidth)
    time, seen, start = check_follow_up(durations, observed, entry)
    counts = count_at_times(time, seen, start)
    end = _last_time(counts)
    if 2 * b > end:
        raise DesignError(
            f"the bandwidth is {b:g} and the time covered {end:g}: choose at most {end / 2:g}, or "
            "use `piecewise_hazard` with few stretches"
        )
    d, n = (part[:, 0].astype(float) for part in (counts.events, counts.at_risk))
    busy = (d > 0) & (counts.time <= end)
    when, d, n = counts.time[busy], d[busy], n[busy]
    grid = np.linspace(0.0, end, _POINTS)
    kernel = _kernel((grid[:, None] - when) / b, grid, end, b)
    scale, says = _scale(time_unit)
    hazard = kernel @ (d / n) / b
    error = np.sqrt(kernel**2 @ (d / n**2)) / b
    # Boundary kernels take negative values: where they leave nothing, there is no estimate.
    hazard[hazard <= 1e-12 * max(float(hazard.max()), 1e-300)] = np.nan
    with np.errstate(over="ignore"):  # next to no hazard: the upper limit is as good as none
        factor = np.exp(normal_quantile(level) * error / hazard)
    followed = _followed(time, start, grid)
    so_far = np.append(0.0, d.cumsum())[np.searchsorted(when, grid, side="right")]
    found = _curve(
        label, says, time_unit, level, grid, hazard * scale, hazard / factor * scale,
        hazard * factor * scale, followed, np.diff(so_far, prepend=0.0),
        f"log (pointwise), kernel of bandwidth {b:g} {time_unit}",
    )  # fmt: skip
    return replace(found, persons=_people(time, start))


def _kernel(x: Floats, grid: Floats, end: float, b: float) -> Floats:
    """Return Epanechnikov's kernel, tilted within *b* of either end; x has a row a grid time."""
    q = np.minimum(1.0, np.minimum(grid, end - grid) / b)[:, None]
    # Towards the right end the mirror image: what cannot be seen lies on the other side.
    mirrored = np.where((end - grid < grid)[:, None], -x, x)
    below = (1 + q) ** 4 * (19 - 18 * q + 3 * q**2)
    level = 64 * (2 - 4 * q + 6 * q**2 - 3 * q**3) / below
    slope = 240 * (1 - q) ** 2 / below
    plain = 0.75 * (1 - mirrored**2)
    inside = (mirrored >= -1) & (mirrored <= q)
    return np.asarray(np.where(inside, plain * (level + slope * mirrored), 0.0))


def _last_time(counts: Counts) -> float:
    enough = counts.at_risk[:, 0] >= _FEWEST
    if not (enough & (counts.events[:, 0] > 0)).any():
        raise DesignError(
            f"no event has {_FEWEST} people still followed: there is no hazard to smooth; use "
            "`piecewise_hazard` with few stretches"
        )
    return float(counts.time[enough][-1])


def _person_time(ends: Floats, bounds: Floats) -> Floats:
    """Return the time lived between each two bounds by people who are there until their end."""
    ordered = np.sort(ends)
    total = np.append(0.0, ordered.cumsum())
    below = np.searchsorted(ordered, bounds)
    return np.asarray(np.diff(total[below] + (len(ordered) - below) * bounds))


def _followed(time: NDArray[Any], start: NDArray[Any] | None, bounds: Floats) -> Floats:
    """Return the people followed just before each bound; who enters at 0 is there at once."""
    there = _at_least(time, bounds)
    return there if start is None else there - _at_least(start[start > 0], bounds)


def _people(time: NDArray[Any], start: NDArray[Any] | None) -> int | None:
    """Return how many people there are, where some of them enter after time 0."""
    return None if start is None or not (start > 0).any() else len(time)


def _at_least(values: NDArray[Any], bounds: Floats) -> Floats:
    """Return how many values are at least each bound."""
    return np.asarray(len(values) - np.searchsorted(np.sort(values), bounds), dtype=float)


def _scale(time_unit: str) -> tuple[float, str]:
    if time_unit in UNITS_PER_YEAR:
        return UNITS_PER_YEAR[time_unit], "events per person-year"
    # Of another unit the hazard is per person and one unit.
    return 1.0, f"events per person and one of {time_unit}"


def _curve(*parts: Any) -> Curve:
    label, says, time_unit, level, time, value, low, high, followed, events, method = parts
    empty = int(np.isnan(value).sum())
    short = len(time) - len(value)

    def to_the_end(values: Floats) -> tuple[float, ...]:
        return tuple(np.append(values, values[-1:] if short else []).tolist())

    at_risk = tuple(int(n) for n in followed)
    return Curve(
        label=label,
        measure=says,
        time=tuple(time.tolist()),
        value=to_the_end(value),
        low=to_the_end(low),
        high=to_the_end(high),
        at_risk=at_risk,
        events=tuple(int(d) for d in events),
        censored=(0,) * len(at_risk),
        time_unit=time_unit,
        confidence_level=level,
        method=method,
        caveat=(
            f"{empty} of {len(value)} values are missing: nobody was followed, or no event was near"
            if empty
            else ""
        ),
    )
