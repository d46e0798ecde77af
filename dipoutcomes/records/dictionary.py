"""The data dictionary: what each table may hold, column by column, as data.

The template, the checks and the documentation are made from it, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dipoutcomes.records.row_rules import (
    CUSTODY_RULES,
    EPISODE_RULES,
    EVENT_RULES,
    EXIT_RULES,
    RowRule,
)

Kind = Literal["id", "row_id", "date", "text", "bool", "choice"]
Repeats = Literal["allowed", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSpec:
    """One column of a table.

    Parameters
    ----------
    name : str
        The toolkit's name.
    kind : {"id", "row_id", "date", "text", "bool", "choice"}
        An ``id`` leaves as a pseudonym; a ``row_id`` leaves as the number of its row in the file,
        because arrest-summons numbers and the like identify a person too.
    description : str
        What it holds, and whether days are inclusive.
    mapped : bool
        Whether the protocol must name a heading for it.
    filled : bool
        Whether every row must have a value.
    choices : tuple of str
        The words a ``choice`` may have.
    """

    name: str
    kind: Kind
    description: str
    mapped: bool = False
    filled: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """One table.

    Parameters
    ----------
    name, description : str
    columns : tuple of ColumnSpec
    row_rules : tuple of RowRule
        What the cells of one row must be to each other.
    key : str
        Column whose value names one row; rows that repeat it with different content are all
        rejected. Empty where a person may have many rows.
    outcome : bool
        Whether a rejected row may hide something that a known person did, or that ended their
        time at risk: the person's outcome then counts as uncertain.
    """

    name: str
    description: str
    columns: tuple[ColumnSpec, ...]
    row_rules: tuple[RowRule, ...] = ()
    key: str = ""
    outcome: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def dates(self) -> tuple[str, ...]:
        """The names of the date columns."""
        return tuple(column.name for column in self.columns if column.kind == "date")


_PERSON = ColumnSpec(
    name="person_id",
    kind="id",
    description="Identifier of the person, the same in every table; leaves as a pseudonym.",
    mapped=True,
    filled=True,
)

PERSONS = TableSpec(
    name="persons",
    description="One row for each person.",
    key="person_id",
    columns=(
        _PERSON,
        ColumnSpec(name="birth_date", kind="date", description="Date of birth."),
        ColumnSpec(name="sex", kind="text", description="As recorded."),
    ),
)
EPISODES = TableSpec(
    name="episodes",
    description="One row for each episode of contact with the programme.",
    row_rules=EPISODE_RULES,
    columns=(
        _PERSON,
        ColumnSpec(name="episode_id", kind="row_id", description="Identifier of the episode."),
        ColumnSpec(name="start", kind="date", description="First day.", mapped=True, filled=True),
        ColumnSpec(
            name="end", kind="date", description="Day of closure; empty = still open.", mapped=True
        ),
    ),
)
EVENTS = TableSpec(
    name="events",
    description="One row for each arrest, charge, conviction or caution.",
    row_rules=EVENT_RULES,
    key="event_id",
    outcome=True,
    columns=(
        _PERSON,
        ColumnSpec(name="event_id", kind="row_id", description="Identifier of the row."),
        ColumnSpec(
            name="event_type",
            kind="choice",
            description="What happened; six outcomes are never mixed.",
            mapped=True,
            filled=True,
            choices=("arrest", "charge", "conviction", "caution"),
        ),
        ColumnSpec(
            name="offence_date",
            kind="date",
            description="Day of the offence; needed by convictions and cautions.",
        ),
        ColumnSpec(
            name="arrest_date",
            kind="date",
            description="Day of the arrest; needed by arrests and charges.",
        ),
        ColumnSpec(
            name="proof_date",
            kind="date",
            description="Day of the conviction or caution, which need it.",
        ),
        ColumnSpec(name="offence_code", kind="text", description="Code of the offence."),
        ColumnSpec(
            name="is_index",
            kind="bool",
            description="Whether this event brought the person in; empty = no.",
        ),
    ),
)
CUSTODY = TableSpec(
    name="custody",
    description="One row for each spell in custody; spells may overlap.",
    row_rules=CUSTODY_RULES,
    outcome=True,
    columns=(
        _PERSON,
        ColumnSpec(
            name="start", kind="date", description="First day inside.", mapped=True, filled=True
        ),
        ColumnSpec(
            name="end",
            kind="date",
            description="First day at liberty; empty = still inside.",
            mapped=True,
        ),
    ),
)
EXITS = TableSpec(
    name="exits",
    description="Deaths, and people who left the country.",
    row_rules=EXIT_RULES,
    outcome=True,
    columns=(
        _PERSON,
        ColumnSpec(name="date", kind="date", description="The day.", mapped=True, filled=True),
        ColumnSpec(
            name="kind",
            kind="choice",
            description="What ended the time at risk.",
            mapped=True,
            filled=True,
            choices=("death", "left_country"),
        ),
    ),
)
LINKAGE = TableSpec(
    name="linkage",
    description="Whether each person was found on police records.",
    key="person_id",
    outcome=True,
    columns=(
        _PERSON,
        ColumnSpec(
            name="status",
            kind="choice",
            description="Whether the person was found.",
            mapped=True,
            filled=True,
            choices=("found", "not_found"),
        ),
    ),
)

#: Every table by its name, in the order in which they are checked.
DICTIONARY: Mapping[str, TableSpec] = {
    table.name: table for table in (PERSONS, EPISODES, EVENTS, CUSTODY, EXITS, LINKAGE)
}
