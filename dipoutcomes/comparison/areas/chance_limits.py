"""Which areas stand out further than chance would have them: a funnel of exact limits."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import (
    check_choice,
    check_confidence_level,
    check_counts,
    check_positive,
    check_positives,
)
from dipoutcomes.comparison.areas.effects import area_names
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Kind = Literal["share", "rate"]
Limits = Literal["exact", "mid_p"]
Overdispersion = Literal["none", "multiplicative", "additive"]
_ENOUGH_FOR_SPREAD = 10
_TAIL_CUT = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Funnel:
    """Areas against the limits that chance sets for their size.

    Parameters
    ----------
    areas : tuple of str
    events, base, values : ndarray, shape (k,)
    target : float
        The share or rate that all areas are held against.
    target_is_own : bool
        Whether the target is that of these areas together.
    levels : tuple of float
        Two-sided; 0.95 and 0.998 are usual.
    low, high : ndarray, shape (levels, k)
        The smallest and largest value of an area of that size that is not outside.
    p_values : ndarray, shape (k,)
        Two-sided, of the kind of the limits.
    spread : float
        Factor of the variance ("multiplicative") or variance between areas ("additive"); ``nan``
        where over-dispersion is not allowed for.
    kind, limits, overdispersion : str
    """

    areas: tuple[str, ...]
    events: Floats
    base: Floats
    values: Floats
    target: float
    target_is_own: bool
    levels: tuple[float, ...]
    low: Floats
    high: Floats
    p_values: Floats
    spread: float
    kind: Kind
    limits: Limits
    overdispersion: Overdispersion

    def outside(self, level: float | None = None) -> tuple[str, ...]:
        """Return the areas outside the limits of *level*, the first if omitted."""
        row = self.levels.index(self.levels[0] if level is None else level)
        out = (self.values < self.low[row] - 1e-12) | (self.values > self.high[row] + 1e-12)
        return tuple(name for name, is_out in zip(self.areas, out, strict=True) if is_out)

    @property
    def method(self) -> str:
        """How the limits were had."""
        law = "binomial" if self.kind == "share" else "Poisson"
        if self.overdispersion != "none":
            return f"normal approximation to the {law}, {self.overdispersion} over-dispersion"
        return f"{law}, {'mid-P' if self.limits == 'mid_p' else 'exact'}"

    def __str__(self) -> str:
        parts = []
        exact = self.limits == "exact" and self.overdispersion == "none" and not self.target_is_own
        about = "at most" if exact else "about"
        for level in self.levels:
            names = self.outside(level)
            listed = f" ({', '.join(names)})" if names else ""
            expected = _display.number(len(self.areas) * (1 - level), 2)
            parts.append(
                f"{len(names)} of {len(self.areas)} areas outside the {_display.level(level)} "
                f"limits{listed}, where chance alone would put {about} {expected} on average"
            )
        whose = "that of all areas together" if self.target_is_own else "given"
        show = _display.quantity(self.target, self.kind)
        return f"Against {show} ({whose}): {'; '.join(parts)} ({self.method})"

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def table(self) -> Table:
        """Return one row an area with its limits at each level."""
        number: Any = "share" if self.kind == "share" else "rate"
        unit = "Events", "People" if self.kind == "share" else "Base"
        columns = [
            Column(key="area", heading="Area", kind="label"),
            Column(key="events", heading=unit[0], kind="events"),
            Column(key="base", heading=unit[1], kind="number", decimals=0),
            Column(key="value", heading=self.kind.capitalize(), kind=number, decimals=1),
        ]
        for k, level in enumerate(self.levels):
            words = _display.level(level)
            columns.append(Column(key=f"low_{k}", heading=f"{words} from", kind=number, decimals=1))
            columns.append(
                Column(key=f"high_{k}", heading=f"to ({words})", kind=number, decimals=1)
            )
        rows = []
        for i, name in enumerate(self.areas):
            ends = [float(x[k, i]) for k in range(len(self.levels)) for x in (self.low, self.high)]
            own = (float(x[i]) for x in (self.base, self.values))
            rows.append([name, int(self.events[i]), *own, *ends])
        caption = f"Areas against {_display.quantity(self.target, self.kind)}"
        return Table.of("funnel", caption, columns, rows, notes=(f"{self}.",))

    def limits_at(self, base: ArrayLike) -> tuple[Floats, Floats]:
        """Return the limits of areas of other sizes, each shape (levels, m), for a figure."""
        return _limits(np.asarray(base, dtype=np.float64), self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an area."""
        import pandas as pd

        frame = pd.DataFrame(
            {
                "area": list(self.areas),
                "events": self.events,
                "base": self.base,
                "value": self.values,
                "p_value": self.p_values,
            }
        )
        for k, level in enumerate(self.levels):
            frame[f"low_{level:g}"], frame[f"high_{level:g}"] = self.low[k], self.high[k]
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {
            k: v.tolist() if isinstance(v, np.ndarray) else list(v) if isinstance(v, tuple) else v
            for k, v in values.items()
        }


def funnel(
    events: ArrayLike,
    base: ArrayLike,
    *,
    areas: ArrayLike | None = None,
    kind: Kind = "share",
    target: float | None = None,
    levels: tuple[float, ...] = (0.95, 0.998),
    limits: Limits = "exact",
    overdispersion: Overdispersion = "none",
) -> Funnel:
    """Return areas against the limits that chance alone sets about a target.

    Parameters
    ----------
    events : array_like of int, shape (k,)
    base : array_like of float, shape (k,)
        People for a share (whole numbers), people or person-time for a rate.
    areas : array_like of str, optional
    kind : {"share", "rate"}
    target : float, optional
        The share or rate held against; that of all areas together if omitted.
    levels : tuple of float, default (0.95, 0.998)
        Two-sided.
    limits : {"exact", "mid_p"}
        "exact" puts an area outside where twice the smaller tail is below 1 - level, so never more
        often than that by chance; "mid_p" counts half of the value itself, and is nearer.
    overdispersion : {"none", "multiplicative", "additive"}
        Where areas differ by more than chance for reasons that are nobody's doing: widen the
        limits by the spread as seen, its outer tenths cut back (winsorised). These limits are
        normal approximations; the spread is not known from fewer than some 10 areas.

    Returns
    -------
    Funnel

    Raises
    ------
    DesignError
        If a target of its own cannot be had: nobody, or everybody, had the event; or with fewer
        than 10 areas for over-dispersion.
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    An area outside is a question and no verdict: who was counted, who lives there. Events of one
    person are not independent; for rates of repeated events the Poisson limits are too narrow.

    References
    ----------
    .. [1] Spiegelhalter, D. J. (2005). Statistics in Medicine 24, 1185-1202 (limits and
       over-dispersion); (2005). Quality and Safety in Health Care 14, 347-351.

    Examples
    --------
    >>> found = funnel([7, 9, 4, 11, 10], [28, 24, 18, 31, 10], areas=list("NSEWH"))
    >>> print(found.outside(0.95), found.outside(0.998))
    ('H',) ('H',)
    """
    for name, value, choices in (
        ("kind", kind, ["share", "rate"]),
        ("limits", limits, ["exact", "mid_p"]),
        ("overdispersion", overdispersion, ["none", "multiplicative", "additive"]),
    ):
        check_choice(name, value, choices)
    x = check_counts("events", events).astype(np.float64)
    n = check_positives("base", base)
    if x.shape != n.shape or x.ndim != 1 or not len(x):
        raise ValueError("`events` and `base` must hold one number for each of at least one area")
    if kind == "share" and (np.any(n != np.floor(n)) or np.any(x > n)):
        raise ValueError("`base` must be whole people, at least as many as had the event")
    names = area_names(areas, len(x))
    own = target is None
    centre = float(x.sum() / n.sum()) if target is None else check_positive("target", target)
    if not 0 < centre < (1 if kind == "share" else np.inf):
        raise DesignError(
            f"the target is {centre:g}: chance has no spread about it. Give a `target` from "
            "elsewhere."
        )
    if overdispersion != "none" and len(x) < _ENOUGH_FOR_SPREAD:
        raise DesignError(
            f"{len(x)} areas: how far areas differ by themselves is not known from fewer than "
            f"{_ENOUGH_FOR_SPREAD}. Use the plain limits, and say that they take areas to be alike."
        )
    kept = tuple(check_confidence_level(level, "levels") for level in levels)
    result = Funnel(
        areas=names, events=x, base=n, values=x / n, target=centre, target_is_own=own, levels=kept,
        low=np.empty(0), high=np.empty(0), p_values=np.empty(0),
        spread=_spread(x, n, centre, kind, overdispersion), kind=kind, limits=limits,
        overdispersion=overdispersion,
    )  # fmt: skip
    low, high = _limits(n, result)
    return Funnel(
        **{name: getattr(result, name) for name in Funnel.__slots__}
        | {"low": low, "high": high, "p_values": _p_values(result)}
    )


def _variance(n: Floats, target: float, kind: str) -> Floats:
    return target * (1 - target) / n if kind == "share" else target / n


def _spread(x: Floats, n: Floats, target: float, kind: str, how: str) -> float:
    """Return Spiegelhalter's factor, or his variance between areas (equations 4 and 7)."""
    if how == "none":
        return nan
    variance = _variance(n, target, kind)
    z = (x / n - target) / np.sqrt(variance)
    z = np.clip(z, *np.quantile(z, [_TAIL_CUT, 1 - _TAIL_CUT]))
    factor = float((z**2).mean())
    if how == "multiplicative":
        return max(1.0, factor)
    weight, k = 1 / variance, len(n)
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    return max(0.0, (k * factor - (k - 1)) / float(scale))


def _limits(n: Floats, of: Funnel) -> tuple[Floats, Floats]:
    tails = (1 - np.array(of.levels))[:, None] / 2
    if of.overdispersion != "none":
        from scipy.special import ndtri

        variance = _variance(n, of.target, of.kind)
        wide = (
            variance * of.spread if of.overdispersion == "multiplicative" else variance + of.spread
        )
        half = -ndtri(tails) * np.sqrt(wide)
        top = 1.0 if of.kind == "share" else np.inf
        return np.maximum(of.target - half, 0.0), np.minimum(of.target + half, top)
    low, high = _accepted(tails, n[None, :], of)
    return low / n, high / n


def _accepted(tails: Floats, n: Floats, of: Funnel) -> tuple[Floats, Floats]:
    """Return the smallest and largest counts whose tails are not below *tails*."""
    law = _law(n, of)
    shape = np.broadcast_shapes(tails.shape, n.shape)
    guess = np.broadcast_to(law.ppf(tails), shape)
    low = _first(guess, lambda x: law.cdf(x) - _half(of) * law.pmf(x) >= tails * (1 - 1e-12))
    guess = np.broadcast_to(law.isf(tails), shape)

    def enough_above(minus_x: Floats) -> Any:
        own = _half(of) * law.pmf(-minus_x)
        return law.sf(-minus_x - 1) - own >= tails * (1 - 1e-12)

    top = _first(-guess - 1, enough_above)
    return low, -top


def _first(guess: Any, holds: Any) -> Floats:
    """Return the smallest whole number near *guess* at which *holds*, which holds from there on."""
    place = np.asarray(guess, dtype=np.float64) - 2
    for _ in range(6):
        place = np.where(holds(place), place, place + 1)
    return place


def _half(of: Funnel) -> float:
    return 0.5 if of.limits == "mid_p" else 0.0


def _law(n: Floats, of: Funnel) -> Any:
    from scipy.stats import binom, poisson

    return binom(n, of.target) if of.kind == "share" else poisson(n * of.target)


def _p_values(of: Funnel) -> Floats:
    if of.overdispersion != "none":
        from scipy.special import ndtr

        variance = _variance(of.base, of.target, of.kind)
        wide = (
            variance * of.spread if of.overdispersion == "multiplicative" else variance + of.spread
        )
        return np.asarray(2 * ndtr(-np.abs(of.events / of.base - of.target) / np.sqrt(wide)))
    law, x = _law(of.base, of), of.events
    half = _half(of) * law.pmf(x)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(law.cdf(x) - half, law.sf(x - 1) - half)))
