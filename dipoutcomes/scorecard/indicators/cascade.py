"""The stages that people pass through, one share after another, and what is left at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.indicators.model import Target

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage: the share that passes it, of whom, and what they are called after it."""

    name: str
    share: float
    of: str = ""
    reached: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """Shares multiplied through the stages; an illustration where the bases do not chain.

    Parameters
    ----------
    stages : tuple of Stage
        In their order.
    """

    stages: tuple[Stage, ...]

    @property
    def left(self) -> tuple[float, ...]:
        """The product of the shares up to each stage."""
        return tuple(prod(s.share for s in self.stages[: k + 1]) for k in range(len(self.stages)))

    @property
    def breaks(self) -> tuple[str, ...]:
        """Where a stage's base is not what the stage before it reached, in words."""
        return tuple(
            f"'{after.of or 'not stated'}' is not '{before.reached or before.name}'"
            for before, after in zip(self.stages[:-1], self.stages[1:], strict=True)
            if (after.of or "").casefold() != (before.reached or "").casefold() or not after.of
        )

    @property
    def chains(self) -> bool:
        """Whether each stage is of exactly those whom the one before it reached."""
        return not self.breaks

    @property
    def caveat(self) -> str:
        """What the product is not, in a sentence; "" where the bases chain."""
        if self.chains:
            return ""
        return (
            "an illustration and no figure of the programme: the bases of the stages do not chain "
            f"({'; '.join(self.breaks)})"
        )

    def __str__(self) -> str:
        shares = " x ".join(f"{100 * stage.share:.10g}%" for stage in self.stages)
        note = f" [{self.caveat}]" if self.caveat else ""
        return f"{shares} = {_display.percent(self.left[-1])}{note}"

    @property
    def table(self) -> Table:
        """A row a stage."""
        columns = [
            Column(key="name", heading="Stage", kind="text"),
            Column(key="share", heading="Share", kind="share"),
            Column(key="of", heading="Of", kind="text"),
            Column(key="left", heading="Left of all", kind="share"),
        ]
        rows = [
            [s.name, s.share, s.of, left] for s, left in zip(self.stages, self.left, strict=True)
        ]
        notes = [f"{self.caveat[:1].upper()}{self.caveat[1:]}."] if self.caveat else []
        return Table.of("cascade", "Shares through the stages", columns, rows, notes=notes)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a stage."""
        return self.table.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "stages": self.table.to_dict()["rows"],
            "chains": self.chains,
            "caveat": self.caveat,
        }


def target_cascade(targets: Sequence[Target]) -> Cascade:
    """Return what would be left at the end if every target in a row were met.

    Parameters
    ----------
    targets : sequence of Target
        Shares, in the order of the stages.

    Returns
    -------
    Cascade

    Raises
    ------
    ValueError
        If there are none, or one of them is no share.

    Notes
    -----
    The product is the share of the first base that passes every stage only where each stage is of
    those, and all those, whom the one before it reached. Elsewhere it is an illustration, and
    ``caveat`` says which bases do not meet.

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators.model import Target
    >>> stages = [Target(id="a", name="Assessed", target_percent=70, of="arrested",
    ...                  reached="assessed"),
    ...           Target(id="b", name="Planned", target_percent=60, of="assessed")]
    >>> print(target_cascade(stages))
    70% x 60% = 42.0%
    """
    if not targets:
        raise ValueError("`targets` must hold a stage")
    without = [target.id for target in targets if target.share is None]
    if without:
        raise ValueError(f"{len(without)} of the targets are no shares: {', '.join(without)}")
    return Cascade(
        stages=tuple(
            Stage(name=t.name, share=t.share or 0.0, of=t.of, reached=t.reached) for t in targets
        )
    )
