"""Every kind of fault by its name, in the order in which rows are chosen for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dipoutcomes.simulate.dirt import first
from dipoutcomes.simulate.dirt.dates import EVENT_DATES, OTHER_DATES
from dipoutcomes.simulate.dirt.identifiers import IDENTIFIERS, STRANGER
from dipoutcomes.simulate.dirt.kind import Kind
from dipoutcomes.simulate.dirt.people import PEOPLE
from dipoutcomes.simulate.dirt.rows import NO_RECORDS, ROWS
from dipoutcomes.simulate.dirt.spells import SPELLS
from dipoutcomes.simulate.dirt.tables import DAY_FIRST

#: The first kinds share a random stream; each later one has its own, so that asking for one never
#: changes which rows another chooses, but for people who are hit already.
FIRST: dict[str, Kind] = {kind.name: kind for kind in first.KINDS}
FAULTS: Mapping[str, Kind] = FIRST | {
    kind.name: kind
    # What few people can have comes first, so that others do not use them up; rows of nobody
    # come last, for they stand behind a row that must be spoilt by then.
    for kind in (
        *SPELLS,
        *OTHER_DATES,
        *ROWS,
        *PEOPLE,
        *EVENT_DATES,
        *IDENTIFIERS,
        STRANGER,
        *NO_RECORDS,
    )
}


def what_the_protocol_needs(kinds: Collection[str]) -> dict[str, Any]:
    """Return the keys of ``[records]`` that must be declared for these faults, as plain values.

    Lists are to be joined to what the protocol has there already.

    Examples
    --------
    >>> what_the_protocol_needs(["two_digit_year", "event_stored_twice"])
    {'date_formats': ['%d/%m/%Y', '%d/%m/%y'], 'repeated_events': 'reject'}
    """
    needs: dict[str, Any] = {"date_formats": [DAY_FIRST]}
    for name, kind in FAULTS.items():
        for key, value in kind.needs.items() if name in kinds else ():
            if isinstance(value, str):
                needs[key] = value
            else:
                own = needs.setdefault(key, [])
                own += [entry for entry in value if entry not in own]
    return needs
