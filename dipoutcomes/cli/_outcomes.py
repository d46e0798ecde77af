"""Outcomes in the order of the draw, as they are typed or as they stand in a file."""

from __future__ import annotations

from pathlib import Path

from dipoutcomes.errors import RecordError

_MEANS = {"1": 1, "0": 0, "u": None}
_FIRST = 5  # lines named in a message


def outcomes_from(text: str) -> list[int | None]:
    """Return the outcomes that *text* is, or that stand one a line in the file it names."""
    if text and set(text) <= _MEANS.keys():
        return [_MEANS[letter] for letter in text]
    from dipoutcomes.storage.locate import read_bytes

    path = Path(text)
    lines = read_bytes(path).decode("utf-8-sig", errors="replace").rstrip().splitlines()
    wrong = [number for number, line in enumerate(lines, 1) if line.strip() not in _MEANS]
    if wrong:
        named = ", ".join(str(number) for number in wrong[:_FIRST])
        more = f" and {len(wrong) - _FIRST} more" if len(wrong) > _FIRST else ""
        raise RecordError(
            f"'{path.name}': {len(wrong)} of {len(lines)} lines are neither 1 (with the event), 0 "
            f"(without) nor u (untraced): lines {named}{more}. Give one person a line, in the "
            "order of the draw, nobody left out"
        )
    return [_MEANS[line.strip()] for line in lines]
