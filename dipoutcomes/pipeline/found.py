"""What one part of a study found, joined to the rest: tables, curves, and what could not be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from dipoutcomes.errors import DesignError
from dipoutcomes.results import Curve, EstimateTable, Table

Result = TypeVar("Result")


@dataclass(slots=True)
class Found:
    """Results by name; *refused* says what these data cannot support, in a sentence each."""

    estimates: dict[str, EstimateTable] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    curves: dict[str, tuple[Curve, ...]] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)

    def add(self, *found: EstimateTable | Table | None) -> None:
        """Keep each table that has a row, under its own name."""
        for table in found:
            if isinstance(table, EstimateTable) and len(table):
                self.estimates[table.name] = table
            elif isinstance(table, Table) and len(table):
                self.tables[table.name] = table

    def attempt(self, part: str, what: str, make: Callable[[], Result]) -> Result | None:
        """Return what *make* gives, or keep why these data cannot give it.

        One part of a study that the data cannot support does not take the others with it; the
        write-up says what is missing and why.
        """
        try:
            return make()
        except DesignError as error:
            self.refused.setdefault(part, []).append(f"{what}: {error}")
            return None

    @classmethod
    def joined(cls, parts: Iterable[Found]) -> Found:
        """Return all of *parts* as one."""
        whole = cls()
        for part in parts:
            whole.estimates |= part.estimates
            whole.tables |= part.tables
            whole.curves |= part.curves
            for name, lines in part.refused.items():
                whole.refused.setdefault(name, []).extend(lines)
        return whole
