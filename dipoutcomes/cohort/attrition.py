"""The flow of people through the steps of a selection, with a reason for every loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dipoutcomes.results import Column, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStep:
    """One step: what it says, how many people it lost, how many remain after it."""

    says: str
    lost: int
    remaining: int

    def __str__(self) -> str:
        return f"{self.says}: {self.lost:,} lost, {self.remaining:,} remain"


def flow_of(start_says: str, start: int, steps: Sequence[tuple[str, int]]) -> tuple[FlowStep, ...]:
    """Return the flow that begins with *start* people and keeps so many after each step.

    Parameters
    ----------
    start_says : str
        Who they are at the start: "people in the records".
    start : int
    steps : sequence of (str, int)
        The reason for a loss and the number of people that remain after it.

    Returns
    -------
    tuple of FlowStep
        The start first, with nobody lost. Losses and the last remainder add up to *start*.

    Raises
    ------
    ValueError
        If more people remain after a step than before it.

    Examples
    --------
    >>> for step in flow_of("people in the records", 30, [("no episode", 28)]):
    ...     print(step)
    people in the records: 0 lost, 30 remain
    no episode: 2 lost, 28 remain
    """
    flow = [FlowStep(says=start_says, lost=0, remaining=start)]
    for says, remaining in steps:
        lost = flow[-1].remaining - remaining
        if lost < 0:
            raise ValueError(f"`steps`: '{says}' leaves more people than there were")
        flow.append(FlowStep(says=says, lost=lost, remaining=remaining))
    return tuple(flow)


def flow_table(flow: Sequence[FlowStep], *, caption: str = "") -> Table:
    """Return the flow as a table; the counts of persons are marked for disclosure control."""
    return Table.of(
        "flow",
        caption or "From the records to the cohort: how many people each step lost, and why",
        [
            Column(key="says", heading="Step", kind="label"),
            Column(key="lost", heading="Lost", kind="persons"),
            Column(key="remaining", heading="Remaining", kind="persons", running=True),
        ],
        [(step.says, step.lost, step.remaining) for step in flow],
    )
