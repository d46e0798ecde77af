"""Areas of two kinds set against each other: what a contrast returns, and what it may say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.comparison.areas._two_groups import AreaPermutation
from dipoutcomes.results import Column, Estimate, Table

if TYPE_CHECKING:
    import pandas as pd

CHOSEN_NOT_DEALT = "areas were chosen, not drawn by lot"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaContrast:
    """Intensive areas against the others, one number an area.

    Parameters
    ----------
    estimate : Estimate
        With the interval and p-value of the permutation of areas.
    by_model : Estimate
        The same value with limits that take the areas' numbers to be normal.
    permutation : AreaPermutation
    areas : tuple of str
    values : tuple of float
        The number of each area, on the scale of the contrast (a change of logs, say).
    intensive : tuple of bool
    std_error, df : float
        Of the model, on the same scale.
    scale : str
    """

    estimate: Estimate
    by_model: Estimate
    permutation: AreaPermutation
    areas: tuple[str, ...]
    values: tuple[float, ...]
    intensive: tuple[bool, ...]
    std_error: float
    df: float
    scale: str

    @property
    def statements(self) -> tuple[str, ...]:
        """What may be said of chance, in sentences."""
        return about_chance(self.permutation, len(self.areas), sum(self.intensive))

    def __str__(self) -> str:
        by_model = self.by_model.printed_interval
        return (
            f"{self.estimate}; with areas' numbers taken to be normal {by_model} "
            f"({self.by_model.interval.method}). {' '.join(self.statements)}"
        )

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def table(self) -> Table:
        """Return one row an area with its number."""
        order = sorted(range(len(self.areas)), key=lambda k: (not self.intensive[k], k))
        what = "log rate" if self.scale == "log" else self.scale
        changes = (
            "change in intensive" in self.estimate.measure
        )  # levels, where there is one period
        heading = f"Change of the {what}" if changes else what.capitalize()
        return Table.of(
            "area_contrast",
            f"{self.estimate.measure}, by area",
            (
                Column(key="area", heading="Area", kind="label"),
                Column(key="kind", heading="Kind"),
                Column(key="value", heading=heading, kind="number", decimals=3),
            ),
            [
                [self.areas[k], "intensive" if self.intensive[k] else "other", self.values[k]]
                for k in order
            ],
            notes=(f"{self.estimate}.", *self.statements),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        permuted = {name: getattr(self.permutation, name) for name in self.permutation.__slots__}
        return {
            "estimate": self.estimate.to_dict(),
            "by_model": self.by_model.to_dict(),
            "permutation": permuted,
            "areas": list(self.areas),
            "values": list(self.values),
            "intensive": list(self.intensive),
            "std_error": self.std_error,
            "df": self.df,
            "scale": self.scale,
            "statements": list(self.statements),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row: the estimate of the permutation, and the model's limits."""
        frame = self.estimate.to_frame()
        low, high = self.by_model.interval
        return frame.assign(
            model_low=low,
            model_high=high,
            model_p_value=self.by_model.p_value,
            smallest_p_value=self.permutation.smallest,
            assignments=self.permutation.assignments,
        )


def about_chance(found: AreaPermutation, areas: int, chosen: int) -> tuple[str, ...]:
    """Return the sentences that the number of areas allows."""
    limit = _display.percent(1 - found.confidence_level, 0)
    smallest, p = _display.p_value(found.smallest), _display.p_value(found.p_value)
    ways = f"{found.assignments:,} ways" + ("" if found.exact else " (drawn at random)")
    first = (
        f"Were {chosen} of {areas} areas chosen at random, {ways}, a difference this large would "
        f"have a p-value of {p}; the smallest that any data could give is {smallest}."
    )
    if not found.can_reject:
        second = (
            f"So no result from {chosen} of {areas} areas can be significant at {limit} by their "
            f"permutation: a claim that this one is would rest on a model of the areas alone."
        )
    elif found.p_value <= (1 - found.confidence_level) * (1 + 1e-9):
        second = f"That is significant at {limit}."
    else:
        second = f"That is not significant at {limit}, which does not show that there is no effect."
    return first, second, f"{CHOSEN_NOT_DEALT[:1].upper()}{CHOSEN_NOT_DEALT[1:]}."
