"""Areas beside one target: limits that widen as people get fewer, in place of red and green."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_counts
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.indicators._exact import least_above, most_below
from dipoutcomes.scorecard.indicators.share import check_proportion

if TYPE_CHECKING:
    import pandas as pd

Counts = NDArray[np.int64]
#: Usual limits: a first sign, and what is hardly chance even among many areas.
LEVELS = (0.95, 0.998)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TargetFunnel:
    """Shares of areas against one target, with the counts that chance allows each.

    Parameters
    ----------
    labels : tuple of str
    count, base : ndarray of int
        Of each area.
    target : float
        A proportion.
    own_average : bool
        Whether the target is the areas' own share, which each of them has moved.
    levels : tuple of float
        Of the limits, the narrow one first.
    low, high : ndarray of int, shape (levels, areas)
        Counts inside them are in keeping with the target.
    """

    labels: tuple[str, ...]
    count: Counts
    base: Counts
    target: float
    own_average: bool
    levels: tuple[float, ...]
    low: Counts
    high: Counts

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Whether each area lies beyond the limits of each level."""
        return np.asarray((self.count < self.low) | (self.count > self.high))

    @property
    def by_chance(self) -> tuple[float, ...]:
        """At most how many areas would lie beyond each level's limits, were all at the target."""
        return tuple(len(self.labels) * (1 - level) for level in self.levels)

    def limits_along(self, bases: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the limits as shares for areas of *bases* people, a row a level."""
        n = check_counts("bases", bases, minimum=1)
        low, high = _limits(n, self.target, self.levels)
        return np.maximum(low / n, 0), np.minimum(high / n, 1)

    def __str__(self) -> str:
        parts = []
        for level, outside, expected in zip(self.levels, self.outside, self.by_chance, strict=True):
            named = ", ".join(n for n, out in zip(self.labels, outside, strict=True) if out)
            parts.append(
                f"beyond {_display.level(level)} limits {int(outside.sum())}"
                f"{f' ({named})' if named else ''}, by chance up to {expected:.1f}"
            )
        of = "their own share" if self.own_average else "a target"
        return (
            f"{len(self.labels)} areas against {of} of {_display.percent(self.target)}: "
            f"{'; '.join(parts)}"
        )

    @property
    def table(self) -> Table:
        """A row an area."""
        columns = [
            Column(key="label", heading="Area", kind="text"),
            Column(key="count", heading="Count", kind="persons", out_of="base"),
            Column(key="base", heading="People", kind="persons"),
            Column(key="share", heading="Share", kind="share"),
            Column(key="says", heading="Against the target", kind="text"),
        ]
        rows = [
            [label, int(c), int(b), float(c / b), self._says(k)]
            for k, (label, c, b) in enumerate(zip(self.labels, self.count, self.base, strict=True))
        ]
        return Table.of("target_funnel", "Areas against the target", columns, rows)

    def _says(self, area: int) -> str:
        beyond = [lv for lv, out in zip(self.levels, self.outside[:, area], strict=True) if out]
        if not beyond:
            return "within what chance allows"
        side = "below" if self.count[area] < self.target * self.base[area] else "above"
        return f"{side} the {_display.level(beyond[-1])} limits"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an area."""
        return self.table.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "labels": list(self.labels),
            **{k: getattr(self, k).tolist() for k in ("count", "base", "low", "high")},
            "target": self.target,
            "own_average": self.own_average,
            "levels": list(self.levels),
        }


def target_funnel(
    labels: Sequence[str],
    events: ArrayLike,
    bases: ArrayLike,
    *,
    target: float | None = None,
    levels: Sequence[float] = LEVELS,
) -> TargetFunnel:
    """Return areas beside one target with the limits that chance sets each of them.

    Parameters
    ----------
    labels : sequence of str
        Names of the areas.
    events, bases : array of int, shape (areas,)
        People counted, and people asked of, in each.
    target : float, optional
        A proportion in (0, 1); the share of all areas together if omitted.
    levels : sequence of float, default (0.95, 0.998)

    Returns
    -------
    TargetFunnel

    Raises
    ------
    TypeError, ValueError
        If counts are out of range or of unequal length, or an area has nobody.

    Notes
    -----
    An area lies beyond the limits of a level exactly where its interval of Clopper and Pearson of
    that level leaves the target out. Limits of one level for each of many areas: some lie beyond
    by chance, and how many is said. Areas differ for other reasons than their work: people differ.
    Where more than chance spreads them all, these limits are too narrow.

    References
    ----------
    .. [1] Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance.
       Statistics in Medicine 24, 1185-1202.

    Examples
    --------
    >>> areas = ["Blaenau Gwent", "Caerphilly", "Monmouthshire", "Newport", "Torfaen"]
    >>> print(target_funnel(areas, [6, 14, 9, 24, 8], [9, 25, 13, 51, 10], target=0.7))
    5 areas against a target of 70.0%: beyond 95% limits 1 (Newport), by chance up to 0.3; beyond
    99.8% limits 1 (Newport), by chance up to 0.0
    """
    counts, people = check_counts("events", events), check_counts("bases", bases, minimum=1)
    names = tuple(labels)
    if counts.ndim != 1 or counts.shape != people.shape or len(names) != len(counts):
        raise ValueError("`labels`, `events` and `bases` must be of one length, one an area")
    if np.any(counts > people) or not counts.size:
        raise ValueError("`events` must not exceed `bases`, and there must be an area")
    chosen = tuple(sorted(check_confidence_level(level, "levels") for level in levels))
    if target is None:
        own = float(counts.sum() / people.sum())
        if not 0 < own < 1:
            raise ValueError("all areas together have nobody, or everybody; give a `target`")
        goal = own
    else:
        goal = check_proportion(target)
    low, high = _limits(people, goal, chosen)
    return TargetFunnel(
        labels=names,
        count=counts,
        base=people,
        target=goal,
        own_average=target is None,
        levels=chosen,
        low=low,
        high=high,
    )


def _limits(n: Counts, target: float, levels: Sequence[float]) -> tuple[Counts, Counts]:
    low = [most_below(n, target, (1 - level) / 2) + 1 for level in levels]
    high = [least_above(n, target, (1 - level) / 2) - 1 for level in levels]
    return np.stack(low), np.stack(high)
