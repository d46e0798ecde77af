"""From the people submitted to the people analysed, with a reason for every loss."""

from __future__ import annotations

from collections.abc import Sequence

from dipoutcomes._validate import check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table


def data_lab_flow(steps: Sequence[tuple[str, int, str]]) -> Table:
    """Return the table of losses between submission and analysis.

    Parameters
    ----------
    steps : sequence of (str, int, str)
        The stage, the people left at it, and why people were lost since the stage before; the
        first is the people submitted, its reason empty.

    Returns
    -------
    Table

    Raises
    ------
    DesignError
        If numbers rise, or people were lost without a reason; all faults at once.
    ValueError
        If there are no steps.

    Examples
    --------
    >>> flow = data_lab_flow([("submitted", 321, ""), ("found on police records", 287,
    ...     "not found"), ("analysed", 72, "no comparable people")])
    >>> flow.column("lost"), [round(share, 2) for share in flow.column("share")]
    ([0, 34, 215], [1.0, 0.89, 0.22])
    """
    if not steps:
        raise ValueError("`steps` is empty; begin with the people submitted")
    counts = [check_count("people", people) for _, people, _ in steps]
    if not counts[0]:
        raise DesignError("nobody was submitted, so there is nothing to follow")
    faults = []
    for before, now, (stage, _, reason) in zip(counts, counts[1:], steps[1:], strict=False):
        if now > before:
            faults.append(f"'{stage}' has {now} people, more than the {before} before it")
        elif now < before and not reason.strip():
            faults.append(f"'{stage}' lost {before - now} people and gives no reason")
    if faults:
        raise DesignError("; ".join(faults) + ". Every loss needs its number and its reason.")
    rows = [
        [stage, people, before - people, reason, people / counts[0]]
        for (stage, _, reason), people, before in zip(
            steps, counts, [counts[0], *counts], strict=False
        )
    ]
    return Table.of(
        "data_lab_flow",
        "From people submitted to people analysed",
        [
            Column(key="stage", heading="Stage", kind="label"),
            Column(key="people", heading="People", kind="persons", running=True),
            Column(key="lost", heading="Lost since the stage before", kind="persons"),
            Column(key="reason", heading="Why"),
            Column(key="share", heading="Of those submitted", kind="share", decimals=0),
        ],
        rows,
        notes=("The result speaks for the people analysed and not for those lost on the way.",),
    )
