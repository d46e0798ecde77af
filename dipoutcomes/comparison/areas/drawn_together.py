"""Each area's share or rate, drawn towards the others as far as the areas are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import (
    check_choice,
    check_confidence_level,
    check_counts,
    check_positives,
)
from dipoutcomes.comparison.areas.effects import area_names
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Kind = Literal["share", "rate"]
_MEANS, _SHRINKAGES, _ZOOMS = 48, 32, 4
_NEGLIGIBLE, _STEPS, _CLOSE = 1e-7, 60, 1e-9
_MASS_LEFT_OUT = 1e-6
_METHODS = {
    "share": "beta-binomial model of the areas, partly pooled",
    "rate": "gamma-Poisson model of the areas, partly pooled",
}
_MODEL = "takes the areas to be of one kind, none known beforehand to differ"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledAreas:
    """Areas by themselves and partly pooled.

    Parameters
    ----------
    areas : tuple of str
    events, base : ndarray, shape (k,)
    raw, raw_low, raw_high : ndarray, shape (k,)
        By themselves, with Wilson's (shares) or Garwood's (rates) limits.
    pooled, low, high : ndarray, shape (k,)
        Partly pooled, with limits that leave half of the rest on each side.
    shrinkage : ndarray, shape (k,)
        How far each is drawn to the mean: 0 not at all, 1 wholly.
    mean : float
        Of the areas' true shares or rates.
    mean_interval : Interval
    kind : str
    base_unit : str
    confidence_level : float
    """

    areas: tuple[str, ...]
    events: Floats
    base: Floats
    raw: Floats
    raw_low: Floats
    raw_high: Floats
    pooled: Floats
    low: Floats
    high: Floats
    shrinkage: Floats
    mean: float
    mean_interval: Interval
    kind: Kind
    base_unit: str
    confidence_level: float

    def __str__(self) -> str:
        show = [_display.quantity(x, self.kind) for x in (self.mean, *self.mean_interval)]
        drawn = [_display.percent(float(f(self.shrinkage)), 0) for f in (np.min, np.max)]
        return (
            f"{len(self.areas)} areas, mean {show[0]} "
            f"({_display.level(self.confidence_level)} limits {show[1]} to {show[2]}); areas are "
            f"drawn towards it by {drawn[0]} to {drawn[1]} ({_METHODS[self.kind]}; {_MODEL})"
        )

    def _repr_html_(self) -> str:
        return self.estimates()._repr_html_()

    def estimates(self) -> EstimateTable:
        """Return each area by itself and partly pooled, as one table."""
        rows = []
        own = "Wilson score" if self.kind == "share" else "Garwood"
        sets = (
            ("by itself", self.raw, self.raw_low, self.raw_high, own, ""),
            ("partly pooled", self.pooled, self.low, self.high, _METHODS[self.kind], _MODEL),
        )
        for i, name in enumerate(self.areas):
            for label, value, low, high, method, caveat in sets:
                ends = float(low[i]), float(high[i])
                estimate = Estimate(
                    measure=f"{self.kind} by area",
                    value=float(value[i]),
                    interval=Interval(*ends, self.confidence_level, method),
                    events=int(self.events[i]),
                    base=float(self.base[i]),
                    base_unit=self.base_unit,
                    quantity=self.kind,
                    caveat=caveat,
                )
                rows.append(EstimateRow(label=label, estimate=estimate, group=name))
        return EstimateTable(
            name="partly_pooled_areas",
            caption="Areas by themselves, and drawn towards each other",
            rows=tuple(rows),
            notes=(f"{self}.",),
            group_heading="Area",
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an area."""
        import pandas as pd

        names = ("events", "base", "raw", "raw_low", "raw_high", "pooled", "low", "high")
        columns = {name: getattr(self, name) for name in (*names, "shrinkage")}
        return pd.DataFrame({"area": list(self.areas)} | columns)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        values = {name: getattr(self, name) for name in self.__slots__}
        plain = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in values.items()}
        return plain | {
            "areas": list(self.areas),
            "mean_interval": self.mean_interval.to_dict(),
        }


def partial_pooling(
    events: ArrayLike,
    base: ArrayLike,
    *,
    areas: ArrayLike | None = None,
    kind: Kind = "share",
    base_unit: str = "",
    confidence_level: float = 0.95,
) -> PooledAreas:
    """Return each area's share or rate, drawn to the mean as far as the data find areas alike.

    Parameters
    ----------
    events : array_like of int, shape (k,)
    base : array_like of float, shape (k,)
        Whole people for a share, person-time for a rate.
    areas : array_like of str, optional
    kind : {"share", "rate"}
    base_unit : str, optional
        "persons" for a share and "person-years" for a rate if omitted.
    confidence_level : float, default 0.95

    Returns
    -------
    PooledAreas

    Raises
    ------
    DesignError
        With fewer than three areas, or for rates without any event.
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    Shares: p_i ~ Beta(M m, M (1 - m)), x_i ~ Binomial(n_i, p_i). Rates: r_i ~ Gamma with mean m and
    shape b m, x_i ~ Poisson(r_i t_i). An area's posterior mean is its own value drawn towards m by
    M / (M + n_i), or b / (b + t_i). m and M are not set at their best values, as in empirical
    Bayes, which takes them as known and with few areas often finds no difference between them:
    they are averaged over, with priors that are part of the result. m is uniform on 0 to 1 (shares)
    or on the logarithm within e^6 either way (rates); M / (M + n_0), with n_0 the harmonic mean of
    the bases, is uniform on 0 to 1 (Christiansen and Morris's uniform shrinkage).

    The worst and the best area of a table are partly so by chance; these values allow for it. They
    are for areas about which nothing else is known: not for a judgement of one area by its own
    figures. Over areas made as the priors say the limits
    hold what they say (simulated in the tests); areas of another make may do better or worse.

    References
    ----------
    .. [1] Christiansen, C. L. and Morris, C. N. (1997). Journal of the American Statistical
       Association 92, 618-632.
    .. [2] Efron, B. and Morris, C. (1975). Journal of the American Statistical Association 70,
       311-319.
    .. [3] Goldstein, H. and Spiegelhalter, D. J. (1996). Journal of the Royal Statistical Society A
       159, 385-443.

    Examples
    --------
    >>> found = partial_pooling([7, 9, 4, 11, 0], [28, 24, 18, 31, 10])
    >>> found.raw.round(2).tolist()
    [0.25, 0.38, 0.22, 0.35, 0.0]
    >>> found.pooled.round(2).tolist()
    [0.26, 0.32, 0.26, 0.32, 0.2]
    """
    check_choice("kind", kind, ["share", "rate"])
    level = check_confidence_level(confidence_level)
    x = check_counts("events", events).astype(np.float64)
    n = check_positives("base", base)
    if x.shape != n.shape or x.ndim != 1:
        raise ValueError("`events` and `base` must hold one number an area")
    if kind == "share" and (np.any(n != np.floor(n)) or np.any(x > n)):
        raise ValueError("`base` must be whole people, at least as many as had the event")
    names = area_names(areas, len(x))
    if len(x) < 3:
        raise DesignError(
            f"{len(x)} areas: how alike areas are cannot be told from fewer than three. Report "
            "each by itself."
        )
    if kind == "rate" and not x.any():
        raise DesignError("no area has an event, so there is no mean rate to draw areas towards.")
    parts = _mixture(x, n, kind)
    raw_low, raw_high = _alone(x, n, kind, level)
    tails = (1 - level) / 2, (1 + level) / 2
    low, high = (_quantile(parts, tail) for tail in tails)
    ends = tuple(_weighted_quantile(parts.mean, parts.weight, tail) for tail in tails)
    return PooledAreas(
        areas=names,
        events=x,
        base=n,
        raw=x / n,
        raw_low=raw_low,
        raw_high=raw_high,
        pooled=parts.weight @ (parts.first / (parts.first + parts.second))
        if kind == "share"
        else parts.weight @ (parts.first / parts.second),
        low=low,
        high=high,
        shrinkage=parts.weight @ (parts.size[:, None] / (parts.size[:, None] + n)),
        mean=float(parts.weight @ parts.mean),
        mean_interval=Interval(ends[0], ends[1], level, _METHODS[kind]),
        kind=kind,
        base_unit=base_unit or ("persons" if kind == "share" else "person-years"),
        confidence_level=level,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Mixture:
    """Posterior of the areas: beta (or gamma) of *first*, *second* (g, k) with weights (g,)."""

    weight: Floats
    mean: Floats
    size: Floats
    first: Floats
    second: Floats
    kind: Kind


def _mixture(x: Floats, n: Floats, kind: Kind) -> _Mixture:
    """Weigh means and shrinkages by their likelihood, on a grid that closes in on the means."""
    typical = len(n) / float((1 / n).sum())
    drawn = (np.arange(_SHRINKAGES) + 0.5) / _SHRINKAGES
    size = typical * drawn / (1 - drawn)
    centre = float(np.log(x.sum() / n.sum())) if kind == "rate" else 0.0
    low, high = (0.0, 1.0) if kind == "share" else (centre - 6, centre + 6)
    for _ in range(_ZOOMS):
        cell = (high - low) / _MEANS
        place = low + cell * (np.arange(_MEANS) + 0.5)
        mean = np.asarray(place if kind == "share" else np.exp(place), dtype=np.float64)
        logs = _log_marginal(x, n, mean[:, None, None], size[None, :, None], kind)
        weight = np.exp(logs - logs.max())
        seen = np.flatnonzero(weight.max(1) > _NEGLIGIBLE)
        grid = (mean, weight)
        low, high = max(low, place[seen[0]] - cell), min(high, place[seen[-1]] + cell)
    mean, weight = grid
    flat = weight.ravel() / weight.sum()
    kept = _largest(flat)
    means = np.repeat(mean, _SHRINKAGES)[kept]
    sizes = np.tile(size, _MEANS)[kept]
    first = x + (means * sizes)[:, None]
    second = n - x + ((1 - means) * sizes)[:, None] if kind == "share" else n + sizes[:, None]
    return _Mixture(flat[kept] / flat[kept].sum(), means, sizes, first, second, kind)


def _largest(weight: Floats) -> NDArray[np.int64]:
    """Return the places of the largest weights, which make up all but a millionth."""
    order = np.argsort(-weight)
    count = int(np.searchsorted(np.cumsum(weight[order]), 1 - _MASS_LEFT_OUT)) + 1
    return np.sort(order[:count])


def _log_marginal(x: Floats, n: Floats, mean: Floats, size: Floats, kind: str) -> Floats:
    """Return the log probability of all counts, shape (means, sizes)."""
    from scipy.special import betaln, gammaln, xlog1py

    a = mean * size
    if kind == "share":
        b = (1 - mean) * size
        each = betaln(x + a, n - x + b) - betaln(a, b)
    else:
        each = gammaln(x + a) - gammaln(a) - xlog1py(a, n / size) - x * np.log1p(size / n)
    return np.asarray(each.sum(-1), dtype=np.float64)


def _quantile(parts: _Mixture, tail: float) -> Floats:
    """Return where each area's mixture has *tail* below it: Newton's steps, halved astray."""
    low = np.zeros(parts.first.shape[1])
    high = np.ones_like(low)
    if parts.kind == "rate":  # twelve spreads above the mean of any part
        high = ((parts.first + 12 * np.sqrt(parts.first) + 12) / parts.second).max(0)
    total = parts.first + parts.second if parts.kind == "share" else parts.second
    place = np.asarray(parts.weight @ (parts.first / total))
    for _ in range(_STEPS):
        with np.errstate(all="ignore"):  # at 0 or 1 there is no density; halving goes on
            below, density = _below(parts, place)
        if np.all(np.abs(below - tail) < _CLOSE):
            break
        low, high = np.where(below < tail, place, low), np.where(below < tail, high, place)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = place - (below - tail) / density
        place = np.where((step > low) & (step < high), step, (low + high) / 2)
    return place


def _below(parts: _Mixture, place: Floats) -> tuple[Floats, Floats]:
    """Return the probability below *place* and the density there, each shape (k,)."""
    from scipy.special import betainc, betaln, gammainc, gammaln

    a, b = parts.first, parts.second
    if parts.kind == "share":
        below = betainc(a, b, place)
        logs = (a - 1) * np.log(place) + (b - 1) * np.log1p(-place) - betaln(a, b)
    else:
        below = gammainc(a, b * place)
        logs = a * np.log(b) + (a - 1) * np.log(place) - b * place - gammaln(a)
    return np.asarray(parts.weight @ below), np.asarray(parts.weight @ np.exp(logs))


def _weighted_quantile(values: Floats, weight: Floats, tail: float) -> float:
    order = np.argsort(values)
    total = np.cumsum(weight[order]) - weight[order] / 2
    return float(np.interp(tail, total, values[order]))


def _alone(x: Floats, n: Floats, kind: str, level: float) -> tuple[Floats, Floats]:
    from dipoutcomes.intervals import proportion_interval, rate_interval

    if kind == "share":
        found: Any = proportion_interval(
            x.astype(np.int64), n.astype(np.int64), confidence_level=level
        )
    else:
        found = rate_interval(x.astype(np.int64), n, method="garwood", confidence_level=level)
    return found.low, found.high
