"""How the columns of the files are to be read, as the protocol says it.

This room knows nothing of protocol files: it takes any object with these attributes, which the
protocol's ``[records]`` section has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, Protocol

#: Every table of the records, in the order in which they are checked.
TABLES = ("persons", "episodes", "events", "custody", "exits", "linkage")
REQUIRED_TABLES = ("persons", "episodes", "events")

#: What becomes of an event that repeats an earlier one under another identifier.
RepeatedEvents = Literal["count", "reject"]
#: What becomes of the people whom a misspelt identifier may mean.
SimilarIdentifiers = Literal["note", "uncertain"]

_NONE: Mapping[str, Any] = MappingProxyType({})


class TableSection(Protocol):
    """What a table's section of the protocol must have."""

    @property
    def columns(self) -> Mapping[str, str]:
        """As in the protocol."""

    @property
    def attributes(self) -> Mapping[str, str]:
        """As in the protocol."""

    @property
    def values(self) -> Mapping[str, Mapping[str, str]]:
        """As in the protocol."""

    @property
    def date_formats(self) -> tuple[str, ...] | None:
        """As in the protocol."""


class RecordsSection(Protocol):
    """What the records section of the protocol must have, beside one attribute a table."""

    @property
    def date_formats(self) -> tuple[str, ...]:
        """As in the protocol."""

    @property
    def missing(self) -> tuple[str, ...]:
        """As in the protocol."""

    @property
    def open_ended_dates(self) -> tuple[date, ...]:
        """As in the protocol."""

    @property
    def missing_dates(self) -> tuple[date, ...]:
        """As in the protocol."""

    @property
    def repeated_events(self) -> RepeatedEvents:
        """As in the protocol."""

    @property
    def similar_identifiers(self) -> SimilarIdentifiers:
        """As in the protocol."""

    @property
    def maximum_reject_percent(self) -> Decimal:
        """As in the protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRules:
    """How one table is to be read.

    Parameters
    ----------
    columns : mapping
        The toolkit's name of a column = its heading in the file.
    attributes : mapping
        Further columns to keep: name = heading.
    codes : mapping of mappings
        Column name -> code in the file -> the toolkit's word (or, for an attribute, a label).
        Where a column is named here, a code that is not listed is a fault of its row.
    date_formats : tuple of str, optional
        ``strptime`` formats of this table; the common ones if omitted.
    """

    columns: Mapping[str, str]
    attributes: Mapping[str, str] = field(default_factory=lambda: _NONE)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NONE)
    date_formats: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRules:
    """How all tables are to be read, and how many rows may be lost on the way.

    Parameters
    ----------
    tables : mapping of str to TableRules
        One entry for each table that the study has a source for.
    date_formats : tuple of str
        ``strptime`` formats of dates written as text, tried in this order.
    missing : tuple of str
        Texts that stand for a missing value, compared after surrounding spaces are cut.
    open_ended_dates : tuple of date
        Far dates that stand for "still open".
    missing_dates : tuple of date
        Dates that stand for "not known".
    repeated_events : {"count", "reject"}
        Whether an event that repeats everything but the identifier of an earlier one counts.
    similar_identifiers : {"note", "uncertain"}
        Whether a rejected row whose identifier is one letter away from a known one makes the
        outcome of its people uncertain, or is only counted.
    maximum_reject_percent : Decimal
        More rejected rows than this share (0 to 100) of any table stops the run.
    needed : tuple of str
        Tables without which nothing can be done.
    """

    tables: Mapping[str, TableRules]
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    missing: tuple[str, ...] = ("",)
    open_ended_dates: tuple[date, ...] = ()
    missing_dates: tuple[date, ...] = ()
    repeated_events: RepeatedEvents = "count"
    similar_identifiers: SimilarIdentifiers = "note"
    maximum_reject_percent: Decimal = Decimal(2)
    needed: tuple[str, ...] = REQUIRED_TABLES

    @classmethod
    def from_section(cls, section: RecordsSection) -> LoadRules:
        """Return the rules that a protocol's records section holds."""
        found: dict[str, TableSection | None] = {t: getattr(section, t, None) for t in TABLES}
        tables = {
            name: TableRules(
                columns=dict(source.columns),
                attributes=dict(source.attributes),
                codes={name: dict(words) for name, words in _codes(source).items()},
                date_formats=source.date_formats,
            )
            for name, source in found.items()
            if source is not None
        }
        return cls(
            tables=tables,
            date_formats=tuple(section.date_formats),
            missing=tuple(section.missing),
            open_ended_dates=tuple(section.open_ended_dates),
            missing_dates=tuple(section.missing_dates),
            repeated_events=section.repeated_events,
            similar_identifiers=section.similar_identifiers,
            maximum_reject_percent=Decimal(section.maximum_reject_percent),
        )

    def only(self, tables: Collection[str]) -> LoadRules:
        """Return the rules of these tables alone: what is left out is neither read nor needed."""
        return replace(
            self,
            tables={name: rules for name, rules in self.tables.items() if name in tables},
            needed=tuple(name for name in self.needed if name in tables),
        )

    def formats_of(self, table: str) -> tuple[str, ...]:
        """Return the date formats of one table."""
        own = self.tables[table].date_formats
        return self.date_formats if own is None else tuple(own)


def _codes(source: TableSection) -> Mapping[str, Mapping[str, str]]:
    return source.values
