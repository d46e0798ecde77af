"""What the planner answers: so many people, for so much, if this is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class SizePlan:
    """A number of people (or events) and what it buys.

    Parameters
    ----------
    quantity : str
        What is planned: "share of one group", "difference between two groups".
    n : tuple of int
        How many, one number for each of *groups*.
    groups : tuple of str
        Who or what is counted: ("people",), ("people in group 1", "people in group 2"),
        ("events",).
    achieved : float
        What *n* gives.
    achieved_says : str
        What *achieved* is: "expected width of the 95% interval", "power".
    achieved_kind : {"share", "difference", "mean", "ratio"}
        How it is printed.
    wanted : float, optional
        What was asked for; ``None`` where *n* was given.
    method : str
    assumptions : tuple of str
        What must hold, in words.
    reference : str
        Author, year, journal, pages.
    confidence_level : float
    n_unrounded : float, optional
        The solution of the formula, for the (first) group, before it is rounded up.
    stable_n : int, optional
        The smallest number from which the wish stays fulfilled, where it can be lost again.
    details : tuple of (str, float, str)
        Further numbers: what it is, its value, how it is printed.
    notes : tuple of str
    """

    quantity: str
    n: tuple[int, ...]
    groups: tuple[str, ...]
    achieved: float
    achieved_says: str
    achieved_kind: str
    method: str
    assumptions: tuple[str, ...]
    reference: str
    confidence_level: float
    wanted: float | None = None
    n_unrounded: float | None = None
    stable_n: int | None = None
    details: tuple[tuple[str, float, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """All groups together."""
        return sum(self.n)

    def detail(self, says: str) -> float:
        """Return the further number called *says*."""
        for name, value, _ in self.details:
            if name == says:
                return value
        known = "; ".join(name for name, _, _ in self.details)
        raise KeyError(f"no further number '{says}'; there are: {known}")

    def __str__(self) -> str:
        sizes = " and ".join(f"{n:,} {who}" for n, who in zip(self.n, self.groups, strict=True))
        gives = f"{self.achieved_says} {printed(self.achieved, self.achieved_kind)}"
        asked = "" if self.wanted is None else f", asked {printed(self.wanted, self.achieved_kind)}"
        stays = "" if self.stable_n in {None, self.n[0]} else f"; for good from {self.stable_n:,}"
        return f"{self.quantity[:1].upper()}{self.quantity[1:]}: {sizes} ({gives}{asked}){stays}"

    def lines(self) -> tuple[str, ...]:
        """Return the answer, its further numbers and what it assumes, for a terminal."""
        return (
            str(self),
            *(f"  {says}: {printed(value, kind)}" for says, value, kind in self.details),
            f"Method: {self.method}.",
            *(f"Assumes: {text}" for text in self.assumptions),
            *(f"Note: {text}" for text in self.notes),
            f"Source: {self.reference}",
        )

    def _repr_html_(self) -> str:
        rows = [
            [who[:1].upper() + who[1:], f"{n:,}"]
            for n, who in zip(self.n, self.groups, strict=True)
        ]
        if self.stable_n is not None:
            rows.append(["Number from which it stays so", f"{self.stable_n:,}"])
        if self.wanted is not None:
            rows.append(["Asked for", printed(self.wanted, self.achieved_kind)])
        says = self.achieved_says[:1].upper() + self.achieved_says[1:]
        rows.append([says, printed(self.achieved, self.achieved_kind)])
        rows += [[name, printed(value, kind)] for name, value, kind in self.details]
        rows += [["Method", self.method], ["Source", self.reference]]
        notes = (*(f"Assumes: {text}" for text in self.assumptions), *self.notes)
        return _display.html_table(f"Size: {self.quantity}", ["Item", "Value"], rows, notes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "quantity": self.quantity,
            "n": dict(zip(self.groups, self.n, strict=True)),
            "n_unrounded": self.n_unrounded,
            "stable_n": self.stable_n,
            "achieved": self.achieved,
            "achieved_says": self.achieved_says,
            "wanted": self.wanted,
            "confidence_level": self.confidence_level,
            "method": self.method,
            "details": {name: value for name, value, _ in self.details},
            "assumptions": list(self.assumptions),
            "notes": list(self.notes),
            "reference": self.reference,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame(
            {
                "quantity": [self.quantity],
                "n": [self.n[0]],
                "n_2": [self.n[1] if len(self.n) > 1 else pd.NA],
                "unit": [self.groups[0]],
                "n_unrounded": [self.n_unrounded],
                "stable_n": [pd.NA if self.stable_n is None else self.stable_n],
                "achieved": [self.achieved],
                "achieved_says": [self.achieved_says],
                "wanted": [self.wanted],
                "confidence_level": [self.confidence_level],
                "method": [self.method],
                "assumptions": ["; ".join(self.assumptions)],
                "reference": [self.reference],
            }
        )


def printed(value: float, kind: str) -> str:
    """Return a number of a plan as it is printed; a width is in percentage points."""
    if kind == "width" and not isnan(value):
        return f"{_display.number(value * 100, 1)} points"
    return _display.quantity(value, kind)
