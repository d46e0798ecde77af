"""The effect of each area and its variance, on the scale on which areas are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice, check_counts, check_positives
from dipoutcomes.errors import DesignError

Floats = NDArray[np.float64]

#: Measure -> (as a report prints it, whether it is a logarithm that is printed as a ratio).
MEASURES: dict[str, tuple[str, bool]] = {
    "risk_ratio": ("risk ratio", True),
    "odds_ratio": ("odds ratio", True),
    "risk_difference": ("difference of shares", False),
    "log_odds": ("log odds of the event", False),
    "log_rate": ("rate", True),
    "double_arcsine": ("double arcsine of the share", False),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaEffects:
    """One effect an area, with its variance.

    Parameters
    ----------
    areas : tuple of str
    effects, variances : ndarray, shape (k,)
        Logarithms for ratios and rates; variances above 0.
    measure : str
        As a report prints it: "risk ratio".
    is_log : bool
        Whether effects are logarithms, to be printed as ratios.
    caveat : str
        What was done about areas without events.
    """

    areas: tuple[str, ...]
    effects: Floats
    variances: Floats
    measure: str
    is_log: bool
    caveat: str = ""

    def __len__(self) -> int:
        return len(self.areas)

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        return f"{self.measure} of {len(self)} areas{note}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        return {
            "areas": list(self.areas),
            "effects": self.effects.tolist(),
            "variances": self.variances.tolist(),
            "measure": self.measure,
            "is_log": self.is_log,
            "caveat": self.caveat,
        }


def two_group_effects(
    events_1: ArrayLike,
    n_1: ArrayLike,
    events_0: ArrayLike,
    n_0: ArrayLike,
    *,
    areas: ArrayLike | None = None,
    measure: str = "risk_ratio",
    added: float = 0.5,
) -> AreaEffects:
    """Return each area's contrast of two groups of people.

    Parameters
    ----------
    events_1, n_1 : array_like of int, shape (k,)
        People with the event and people, in the group of interest of each area.
    events_0, n_0 : array_like of int, shape (k,)
        The same in the group compared with.
    areas : array_like of str, optional
    measure : {"risk_ratio", "odds_ratio", "risk_difference"}
    added : float, default 0.5
        To all four cells of an area in which one of them is 0.

    Returns
    -------
    AreaEffects
        Logarithms for ratios.

    Raises
    ------
    DesignError
        If neither group of an area has an event, or everybody has: the area says nothing of a
        ratio.
    TypeError, ValueError
        If a count is not a whole number in its range.

    Notes
    -----
    Adding 0.5 pulls an area towards no effect and is known to mislead where events are rare;
    `mantel_haenszel` needs no such addition.

    References
    ----------
    .. [1] Fleiss, J. L. and Berlin, J. A. (2009). In Cooper, Hedges and Valentine (eds), The
       Handbook of Research Synthesis, 2nd ed., 237-253.
    .. [2] Sweeting, M. J., Sutton, A. J. and Lambert, P. C. (2004). Statistics in Medicine 23,
       1351-1375 (what to add).

    Examples
    --------
    >>> effects = two_group_effects([7, 9], [28, 24], [12, 11], [29, 25], areas=["North", "South"])
    >>> [round(float(value), 3) for value in effects.effects]
    [-0.504, -0.16]
    """
    check_choice("measure", measure, ("risk_ratio", "odds_ratio", "risk_difference"))
    cells = two_by_two(events_1, n_1, events_0, n_0)
    names = area_names(areas, cells.shape[1])
    nothing = (cells[0] + cells[2] == 0) | (cells[1] + cells[3] == 0)
    if measure != "risk_difference" and nothing.any():
        raise DesignError(
            f"in {int(nothing.sum())} of {len(names)} areas nobody, or everybody, had the event: "
            "they say nothing of a ratio. Leave them out and say so, or use the difference."
        )
    zero = (cells == 0).any(axis=0)
    a, b, c, d = cells + np.where(zero, added, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "odds_ratio":
            effect, variance = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
        elif measure == "risk_ratio":
            effect = np.log(a / (a + b)) - np.log(c / (c + d))
            variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
        else:
            effect = a / (a + b) - c / (c + d)
            variance = a * b / (a + b) ** 3 + c * d / (c + d) ** 3
    return _effects(names, effect, variance, measure, int(zero.sum()), added)


def one_group_effects(
    events: ArrayLike,
    n: ArrayLike,
    *,
    areas: ArrayLike | None = None,
    measure: str = "log_odds",
    added: float = 0.5,
) -> AreaEffects:
    """Return each area's share on a scale on which its variance is known.

    Parameters
    ----------
    events, n : array_like of int, shape (k,)
        People with the event, and people.
    areas : array_like of str, optional
    measure : {"log_odds", "double_arcsine"}
        The double arcsine needs no addition at 0; its values have no plain reading.
    added : float, default 0.5
        To events and non-events of an area where one of them is 0; log odds only.

    Returns
    -------
    AreaEffects

    References
    ----------
    .. [1] Freeman, M. F. and Tukey, J. W. (1950). Annals of Mathematical Statistics 21, 607-611.

    Examples
    --------
    >>> one_group_effects([7, 0], [28, 10], measure="double_arcsine").effects.round(3)
    array([0.533, 0.153])
    """
    check_choice("measure", measure, ("log_odds", "double_arcsine"))
    people = check_counts("n", n, minimum=1).astype(np.float64)
    x = check_counts("events", events).astype(np.float64)
    if x.shape != people.shape or x.ndim != 1 or np.any(x > people):
        raise ValueError("`events` and `n` must hold one number an area, events at most n")
    names = area_names(areas, len(x))
    if measure == "double_arcsine":
        effect = (
            np.arcsin(np.sqrt(x / (people + 1))) + np.arcsin(np.sqrt((x + 1) / (people + 1)))
        ) / 2
        return _effects(names, effect, 1 / (4 * people + 2), measure, 0, 0.0)
    zero = (x == 0) | (x == people)
    a, b = x + np.where(zero, added, 0), people - x + np.where(zero, added, 0)
    with np.errstate(divide="ignore"):
        effect, variance = np.log(a) - np.log(b), 1 / a + 1 / b
    return _effects(names, effect, variance, measure, int(zero.sum()), added)


def rate_effects(
    events: ArrayLike,
    person_time: ArrayLike,
    *,
    areas: ArrayLike | None = None,
    added: float = 0.5,
) -> AreaEffects:
    """Return each area's log rate.

    Parameters
    ----------
    events : array_like of int, shape (k,)
    person_time : array_like of float, shape (k,)
        Above 0.
    areas : array_like of str, optional
    added : float, default 0.5
        To the events of an area that has none.

    Returns
    -------
    AreaEffects
        The variance 1 / events takes each event to be independent; where people differ it is too
        small (see `outcomes.rate_per_person_year`), and areas seem to differ more than they do.

    Examples
    --------
    >>> rate_effects([9, 14], [30.1, 28.4]).effects.round(3)
    array([-1.207, -0.707])
    """
    x = check_counts("events", events).astype(np.float64)
    time = check_positives("person_time", person_time)
    if x.shape != time.shape or x.ndim != 1:
        raise ValueError("`events` and `person_time` must hold one number an area")
    zero = x == 0
    a = x + np.where(zero, added, 0.0)
    with np.errstate(divide="ignore"):
        effect, variance = np.log(a / time), 1 / a
    names = area_names(areas, len(x))
    return _effects(names, effect, variance, "log_rate", int(zero.sum()), added)


def two_by_two(events_1: Any, n_1: Any, events_0: Any, n_0: Any) -> Floats:
    """Return event and no event in group 1, then in group 0, shape (4, k)."""
    a, m = check_counts("events_1", events_1), check_counts("n_1", n_1, minimum=1)
    c, n = check_counts("events_0", events_0), check_counts("n_0", n_0, minimum=1)
    if len({x.shape for x in (a, m, c, n)}) != 1 or a.ndim != 1:
        raise ValueError("the four arrays must hold one number an area")
    wrong = int(((a > m) | (c > n)).sum())
    if wrong:
        raise ValueError(f"an area has more events than people; {wrong} of {len(a)} do")
    return np.stack([a, m - a, c, n - c]).astype(np.float64)


def area_names(areas: Any, count: int) -> tuple[str, ...]:
    """Return *count* distinct names of areas."""
    if areas is None:
        return tuple(f"area {k + 1}" for k in range(count))
    names = tuple(str(a) for a in areas)
    if len(names) != count or len(set(names)) != count:
        raise ValueError(f"`areas` must be {count} different names; got {len(set(names))}")
    return names


def _effects(
    names: tuple[str, ...], effect: Floats, variance: Floats, measure: str, zeros: int, added: float
) -> AreaEffects:
    wrong = int((~(np.isfinite(effect) & np.isfinite(variance) & (variance > 0))).sum())
    if wrong:
        raise DesignError(
            f"{wrong} of {len(names)} areas have no finite effect with a variance above 0 (nobody "
            "or everybody had the event). Let `added` be above 0, or leave the areas out."
        )
    words, is_log = MEASURES[measure]
    where = f"{zeros} area" + ("s" if zeros != 1 else "")
    caveat = f"{added:g} added in {where} with an empty cell" if zeros and added else ""
    return AreaEffects(
        areas=names, effects=effect, variances=variance, measure=words, is_log=is_log, caveat=caveat
    )
