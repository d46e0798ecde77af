"""One publication's figures, with what they support and what they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedCase:
    """One publication's figures, and what follows from them.

    Parameters
    ----------
    id, title, source : str
    printed : tuple of str
        The figures as printed.
    shows, does_not_show : tuple of str
        Sentences.
    table : Table or None
        What the figures can be made to say by arithmetic.
    """

    id: str
    title: str
    source: str
    printed: tuple[str, ...]
    shows: tuple[str, ...]
    does_not_show: tuple[str, ...]
    table: Table | None = None

    def __str__(self) -> str:
        parts = [f"{self.title} ({self.source})"]
        for heading, lines in (
            ("Printed", self.printed),
            ("What they support", self.shows),
            ("What they do not", self.does_not_show),
        ):
            parts.append("\n".join([f"{heading}:", *(f"- {line}" for line in lines)]))
        if self.table is not None:
            parts.append(str(self.table))
        return "\n".join(parts)

    @property
    def as_markdown(self) -> str:
        """The sentences under their headings, without the table."""
        parts = [f"### {self.title}\n\nSource: {self.source}."]
        for heading, lines in (
            ("Printed", self.printed),
            ("What it supports", self.shows),
            ("What it does not", self.does_not_show),
        ):
            parts.append("\n".join([f"**{heading}**\n", *(f"- {line}" for line in lines)]))
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        rows = [["printed", line] for line in self.printed]
        rows += [["supported", line] for line in self.shows]
        rows += [["not supported", line] for line in self.does_not_show]
        table = "" if self.table is None else self.table._repr_html_()
        return _display.html_table(f"{self.title} ({self.source})", ["", "what"], rows) + table

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a sentence."""
        import pandas as pd

        rows = [
            {"case": self.id, "what": what, "says": line}
            for what, lines in (
                ("printed", self.printed),
                ("supported", self.shows),
                ("not supported", self.does_not_show),
            )
            for line in lines
        ]
        return pd.DataFrame(rows, columns=["case", "what", "says"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "id": self.id,
            "title": self.title,
            "source": self.source,
            "printed": list(self.printed),
            "shows": list(self.shows),
            "does_not_show": list(self.does_not_show),
            "table": None if self.table is None else self.table.to_dict(),
        }
