"""A scorecard that is built: its rows, what is not recorded, and the forms it goes out in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.errors import DesignError
from dipoutcomes.results import EstimateTable, Table
from dipoutcomes.scorecard.audit import Scorecard
from dipoutcomes.scorecard.measures import published, tables
from dipoutcomes.scorecard.measures.line import NO_CLEAR_CHANGE, CardLine, Period

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltCard:
    """The scorecard of one period.

    Parameters
    ----------
    title : str
    period : Period
    previous : Period or None
        The last one, where the change since is asked for.
    lines : tuple of CardLine
        In the order of printing.
    not_recorded : tuple of str
        What the extract does not hold; it is printed as such, and never as 0.
    notes : tuple of str
        What a reader of the figures must know.
    confidence_level : float
        Of the changes.
    """

    title: str
    period: Period
    previous: Period | None
    lines: tuple[CardLine, ...]
    not_recorded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    confidence_level: float = 0.95

    def __post_init__(self) -> None:
        twice = [name for name, n in Counter(line.id for line in self.lines).items() if n > 1]
        if twice:
            raise DesignError(
                f"{len(twice)} rows of the scorecard would have the id of another: two values of "
                "an attribute are written nearly alike, or one is called as a blank is. Join or "
                "rename them under [records.<table>] values"
            )

    def __getitem__(self, name: str) -> CardLine:
        """Return the row called *name*."""
        for line in self.lines:
            if line.id == name:
                return line
        raise KeyError(f"no row '{name}'; there are {', '.join(line.id for line in self.lines)}")

    def base(self, line: CardLine) -> int | None:
        """Return the count that a row is a percentage of; None for one that is of nothing."""
        return self[line.of].count if line.of and line.percent else None

    def share(self, line: CardLine) -> float | None:
        """Return a row as a share of its base; None where there is no base, or it is 0."""
        base = self.base(line)
        return line.count / base if base else None

    @property
    def verdicts(self) -> dict[str, int]:
        """Rows by what the change since the last period is judged to be."""
        judged = [line.change.verdict for line in self.lines
                  if line.change is not None and line.change.estimate is not None]  # fmt: skip
        return {word: judged.count(word) for word in ("higher", "lower", NO_CLEAR_CHANGE)}

    @property
    def by_chance(self) -> str:
        """How many of the rows judged would be called higher or lower if nothing had changed."""
        expected = sum(self.verdicts.values()) * (1 - self.confidence_level)
        return f"{_display.round_half_up(expected)}" if expected >= 1 else "none or one"

    def __str__(self) -> str:
        said = f"{self.title}, {self.period}: {len(self.lines)} rows"
        if self.previous is not None:
            found = self.verdicts
            said += (
                f"; since {self.previous} {found['higher']} clearly higher, {found['lower']} "
                f"clearly lower and {found[NO_CLEAR_CHANGE]} with no clear change, each by its own "
                f"{_display.level(self.confidence_level)} interval (of {sum(found.values())} rows "
                f"in which nothing changed, about {self.by_chance} would be called higher or lower)"
            )
        if self.not_recorded:
            said += f"; not recorded: {', '.join(self.not_recorded)}"
        return said

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    @property
    def table(self) -> Table:
        """Every row with numerator, denominator, unit and the change since the last period."""
        return tables.card_table(self)

    @property
    def changes(self) -> EstimateTable:
        """The differences of shares since the last period, with their intervals."""
        return tables.changes_table(self, "difference")

    @property
    def ratios(self) -> EstimateTable:
        """The ratios of numbers a day since the last period, with their intervals."""
        return tables.changes_table(self, "ratio")

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a line of the card."""
        import pandas as pd

        return pd.DataFrame([tables.plain_row(self, line) for line in self.lines])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "title": self.title,
            "period": tables.plain_period(self.period),
            "previous": None if self.previous is None else tables.plain_period(self.previous),
            "confidence_level": self.confidence_level,
            "lines": [tables.plain_row(self, line) for line in self.lines],
            "not_recorded": list(self.not_recorded),
            "notes": list(self.notes),
        }

    def as_published(self) -> Scorecard:
        """Return the card as print: what ``audit_scorecard`` reads, percentages rounded half up."""
        return published.as_published(self)

    def to_toml(self) -> str:
        """Return the card in the audit's own format."""
        return published.to_toml(self.as_published())
