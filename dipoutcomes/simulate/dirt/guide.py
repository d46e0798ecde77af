"""The table “fault - what the toolkit does with it”, for the terminal and for the documentation."""

from __future__ import annotations

from textwrap import fill

from dipoutcomes.simulate.dirt.kind import Kind
from dipoutcomes.simulate.dirt.registry import FAULTS
from dipoutcomes.simulate.dirt.words import EFFECTS, Effect

WIDTH = 98
_HEAD = (
    "Faults that can be made on demand, under [faults] of a recipe or with --faults. Each person "
    "has one at most, and truth.json lists the rows and what must come of them."
)
_PAGE = """\
# Faults, and what the toolkit does with each

Made from `dipoutcomes.simulate.dirt.FAULTS`; `dipoutcomes synthesise --list-faults` prints the
same. A recipe asks for so many rows of each under `[faults]` (`synthetic/dirty.toml` has two of
every kind), and `truth.json` lists, fault by fault, the rows of the file, what the loader rejects
them for, what its notes count, and whose outcome is not known. Tests compare that with the loader,
row by row, for this list and for faults at random.

What this page says of a fault holds where the protocol declares what the last column names.
"""


def fault_table() -> str:
    """Return every kind with what is done and what comes of it, grouped by what it changes.

    Examples
    --------
    >>> print(fault_table()[:62])
    Faults that can be made on demand, under [faults] of a recipe
    """
    lines = [fill(_HEAD, WIDTH)]
    for effect, kinds in _by_effect():
        lines += ["", f"{EFFECTS[effect][:1].upper()}{EFFECTS[effect][1:]}"]
        for kind in kinds:
            text = f"{kind.says}. {kind.answer}.{_declares(kind)}"
            lines += [
                f"  {kind.name} ({kind.table})",
                fill(text, WIDTH, initial_indent="      ", subsequent_indent="      "),
            ]
    return "\n".join(lines)


def fault_page() -> str:
    """Return the same as a page of Markdown: ``docs/faults.md``."""
    lines = [_PAGE]
    for effect, kinds in _by_effect():
        title = EFFECTS[effect][:1].upper() + EFFECTS[effect][1:]
        lines += [f"## {title}", "", "| fault | table | what is done | what the toolkit does |"]
        lines.append("| --- | --- | --- | --- |")
        lines += [
            f"| `{kind.name}` | {kind.table} | {kind.says} | {kind.answer}.{_declares(kind)} |"
            for kind in kinds
        ]
        lines.append("")
    return "\n".join(lines)


def _by_effect() -> list[tuple[Effect, list[Kind]]]:
    return [
        (effect, [kind for kind in FAULTS.values() if kind.effect == effect]) for effect in EFFECTS
    ]


def _declares(kind: Kind) -> str:
    """Return what the protocol must declare; a further date format is said already."""
    keys = [f"records.{key}" for key in kind.needs if key != "date_formats"]
    return f" Declared under {' and '.join(keys)}." if keys else ""
