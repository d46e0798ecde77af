"""A published fall taken apart, from its aggregates alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes import _display
from dipoutcomes._validate import check_numbers, check_positives
from dipoutcomes.comparison.regression_to_mean.expected import (
    NullChange,
    expected_change_without_effect,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_VOLUMES = (0.5, 0.6, 0.7)
DEFAULT_SHAPES = (0.5, 0.8, 1.0, 1.5, 2.0, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a published fall implies, and which populations would show it with no effect at all.

    Parameters
    ----------
    total_change : float
        Published relative change of all events: -0.26.
    change_of_fallers : float or None
        Published change of the events of those who fell: -0.79.
    share_fell : float or None
        Published share of people who fell.
    implied : tuple of (float, float)
        If those who fell had the first share of all events before, the second is the change of
        everybody else's that the total then implies.
    without_effect : tuple of NullChange
        Populations, one for each shape, whose entrants would show *total_change* with no effect.
    """

    total_change: float
    change_of_fallers: float | None
    share_fell: float | None
    implied: tuple[tuple[float, float], ...]
    without_effect: tuple[NullChange, ...]

    def __str__(self) -> str:
        parts = [f"A change of {_percent(self.total_change)} in all"]
        if self.implied:
            volume, rest = self.implied[0]
            parts.append(
                f"with one of {_percent(self.change_of_fallers or 0)} among those who fell implies "
                f"that the others changed by {_percent(rest)}, if the first had "
                f"{_display.percent(volume, 0)} of the events before"
            )
        means = [n.mean_rate for n in self.without_effect]
        falls = [-n.change_of_fallers for n in self.without_effect]
        shares = [n.share_fell for n in self.without_effect]
        parts.append(
            f"it is what no effect at all would give where people nobody selected have "
            f"{min(means):.2f} to {max(means):.2f} events in the window before, by how much they "
            f"differ; {_display.percent(min(shares), 0)} to {_display.percent(max(shares), 0)} of "
            f"the entrants would then fall, their events by {_display.percent(min(falls), 0)} to "
            f"{_display.percent(max(falls), 0)}"
        )
        return "; ".join(parts)

    def tables(self) -> tuple[Table, Table]:
        """Return the implied change of the others, and the populations that need no effect."""
        implied = Table.of(
            "headline_implied",
            "What the total and those who fell imply for everybody else",
            [
                Column(key="volume", heading="Share of events before", kind="share", decimals=0),
                Column(key="rest", heading="Change of the others", kind="share", decimals=0),
            ],
            self.implied,
            notes=(SORTING_NOTE,),
        )
        null = Table.of(
            "headline_without_effect",
            f"Populations whose entrants would show {_percent(self.total_change)} with no effect",
            [
                Column(key="k", heading="Gamma shape", kind="number", decimals=2),
                Column(key="m", heading="Events in the window, unselected", kind="number",
                       decimals=2),
                Column(key="fell", heading="People who fall", kind="share", decimals=0),
                Column(key="by", heading="Change of their events", kind="share", decimals=0),
                Column(key="rest", heading="Change of the others", kind="share", decimals=0),
            ],
            [
                (n.gamma_shape, n.mean_rate, n.share_fell, n.change_of_fallers, n.change_of_others)
                for n in self.without_effect
            ],
            notes=(
                "Entry at an offence like any other, counted before; equal windows; rates that do "
                "not change. A model that gives the same total does not show that nothing worked; "
                "it shows that the total does not say.",
            ),
        )  # fmt: skip
        return implied, null

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables() if len(table))

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row for each population that needs no effect."""
        import pandas as pd

        return pd.DataFrame([n.to_dict() for n in self.without_effect])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "total_change": self.total_change,
            "change_of_fallers": self.change_of_fallers,
            "share_fell": self.share_fell,
            "implied": [list(pair) for pair in self.implied],
            "without_effect": [n.to_dict() for n in self.without_effect],
        }


SORTING_NOTE = (
    "Sorting people by the direction of their change guarantees a group that fell sharply and "
    "another that rose, whether or not anything worked."
)


def take_apart_headline(
    total_change: float,
    *,
    change_of_fallers: float | None = None,
    share_fell: float | None = None,
    volumes: ArrayLike = DEFAULT_VOLUMES,
    gamma_shapes: ArrayLike = DEFAULT_SHAPES,
) -> Headline:
    """Return what a published fall implies, and what would give it with no effect.

    Parameters
    ----------
    total_change : float
        Relative change of all events after entry, between -1 and 0: -0.26.
    change_of_fallers : float, optional
        Of the events of those who fell, in the same figures: -0.79.
    share_fell : float, optional
        Share of people who fell; kept for the record, as no count of events follows from it.
    volumes : array_like of float, default (0.5, 0.6, 0.7)
        Shares of all events before that those who fell may have had; not published, so tried.
    gamma_shapes : array_like of float
        Shapes for which a population is looked for.

    Returns
    -------
    Headline
        The populations are those of entry at an offence like any other, which is counted before,
        with equal windows: m = (1 / f - 1) / (1 + 1 / k) for a fall f.

    Raises
    ------
    DesignError
        If the published figures contradict each other for every volume tried.
    ValueError
        If a share is out of its range.

    Examples
    --------
    >>> apart = take_apart_headline(-0.26, change_of_fallers=-0.79)
    >>> apart.implied
    ((0.5, 0.27), (0.6, 0.535), (0.7, 0.976666666667))
    """
    if not -1 < total_change < 0:
        raise ValueError(f"`total_change` must be a fall between -1 and 0; got {total_change:g}")
    if share_fell is not None and not 0 <= share_fell <= 1:
        raise ValueError(f"`share_fell` must lie between 0 and 1; got {share_fell:g}")
    implied: list[tuple[float, float]] = []
    if change_of_fallers is not None:
        if not -1 <= change_of_fallers < 0:
            raise ValueError(
                f"`change_of_fallers` must be a fall of at most -1; got {change_of_fallers:g}"
            )
        tried = np.atleast_1d(check_numbers("volumes", volumes))
        if np.any(~((tried > 0) & (tried < 1))):
            raise ValueError("`volumes` must lie strictly between 0 and 1")
        rests = (total_change - tried * change_of_fallers) / (1 - tried)
        # Rounded as decimals: 0.535 must be printed 54%, not the 53% of its nearest float.
        implied = [
            (float(v), round(float(r), 12)) for v, r in zip(tried, rests, strict=True) if r >= -1
        ]
        if not implied:
            raise DesignError(
                f"no share of the events before among the {len(tried)} tried is possible: the "
                "others would have to fall by more than all they did. Check both published figures."
            )
    shapes = np.atleast_1d(check_positives("gamma_shapes", gamma_shapes))
    means = (-1 / total_change - 1) / (1 + 1 / shapes)
    found = [
        expected_change_without_effect(float(m), float(k), index_counts=True)
        for m, k in zip(means, shapes, strict=True)
    ]
    return Headline(
        total_change=float(total_change),
        change_of_fallers=change_of_fallers,
        share_fell=share_fell,
        implied=tuple(implied),
        without_effect=tuple(found),
    )


def _percent(share: float) -> str:
    return f"{'+' if share > 0 else ''}{_display.percent(share, 0)}"
