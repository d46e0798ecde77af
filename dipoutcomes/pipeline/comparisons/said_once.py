"""The caveats of a table once, under it; refusals without what only a caller in Python can do."""

from __future__ import annotations

from dataclasses import replace

from dipoutcomes.results import EstimateTable

#: What an error advises in Python, and what a reader of the write-up is told instead.
_FOR_READERS = (
    (", join levels, or use penalty='firth'", ", or join levels"),
    ("; use rate_ratio_before_after", "; the protocol's own interval does without one"),
    ("Use longer periods, or scale='rate' for differences.", "Use longer periods."),
    (" Use scale='rate'.", ""),
    (
        "Use `treatment_effect`, whose interval says",
        "The effect in this write-up stands with its interval, which says",
    ),
    (" Use `treatment_effect` instead.", ""),
)


def for_readers(line: str) -> str:
    """Return a refusal as the write-up prints it.

    Examples
    --------
    >>> for_readers("1 of 3 cells have no event. Use longer periods, or scale='rate' for "
    ...     "differences.")
    '1 of 3 cells have no event. Use longer periods.'
    """
    for python, plain in _FOR_READERS:
        line = line.replace(python, plain)
    return line


def said_once(table: EstimateTable) -> EstimateTable:
    """Return *table* with the caveats of its rows under it, each once and with its row's name."""
    said: dict[str, list[str]] = {}
    for row in table.rows:
        for part in filter(None, row.estimate.caveat.split("; ")):
            said.setdefault(part, []).append(row.label)
    notes = [
        _sentence(part) if len(labels) == len(table) > 1 else f"{_of(labels)}: {part}."
        for part, labels in said.items()
    ]
    rows = tuple(replace(r, estimate=replace(r.estimate, caveat="")) for r in table.rows)
    own = [note[:1].upper() + note[1:] for note in table.notes]
    return replace(table, rows=rows, notes=(*own, *notes))


def _sentence(part: str) -> str:
    """Return what holds of every row."""
    return f"{part[:1].upper()}{part[1:]}."


def _of(labels: list[str]) -> str:
    """Return the rows that a caveat is of, so that where one name ends is plain."""
    if len(labels) == 1:
        return labels[0].capitalize()
    return " and ".join(f"“{label}”" for label in labels)
