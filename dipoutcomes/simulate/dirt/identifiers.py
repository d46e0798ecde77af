"""Faults of identifiers: the same person written in another way, or somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dipoutcomes.simulate.dirt import words as w
from dipoutcomes.simulate.dirt.kind import Kind, Spoilt, spoilt_cells
from dipoutcomes.simulate.dirt.tables import REF, Dirt
from dipoutcomes.simulate.dirt.words import Effect


def _written(
    name: str,
    *,
    says: str,
    writes: Callable[[str], str],
    answer: str = "The row is rejected, for identifiers link exactly or not at all; a note counts "
    "those that look like a known person's",
    effect: Effect = "uncertain",
    notes: tuple[str, ...] = ("look alike",),
) -> Kind:
    """Return a kind that writes the identifier of a later arrest in another way."""

    def spoil(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
        labels = dirt.pick("events", dirt.later_arrests, rows)
        refs = [writes(ref) for ref in dirt.clean["events"].loc[labels, "person_id"]]
        dirt.set("events", labels, REF, refs)
        broken = (("person_id", w.UNKNOWN_PERSON),) if effect == "uncertain" else ()
        return spoilt_cells(dirt, kind, labels, rejects=broken, notes=notes)

    return Kind(name=name, table="events", says=says, answer=answer, effect=effect, spoil=spoil)


def _one_letter(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = dirt.pick("events", dirt.later_arrests, rows)
    true = dirt.clean["events"].loc[labels, "person_id"]
    wrong = [("Y" if ref[0] == "X" else "X") + ref[1:] for ref in true]
    dirt.set("events", labels, REF, wrong)
    broken = (("person_id", w.UNKNOWN_PERSON),)
    done = spoilt_cells(dirt, kind, labels, rejects=broken, notes=("one letter",))
    everybody = set(dirt.clean["persons"]["person_id"])
    letters = set("".join(everybody))
    near = {
        one[:at] + x + one[at + 1 :] for one in wrong for at in range(len(one)) for x in letters
    }
    meant = near & everybody
    return replace(done, uncertain=tuple(sorted(meant)))


def _stranger(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = dirt.places("events", rows)
    raw = dirt.raw["events"]
    events: Any = raw[~raw.index.duplicated()].loc[labels].copy()
    numbers = range(1, rows + 1)
    # Longer than any client's, so that nobody's is one letter away.
    events[REF] = [f"STRANGER-{number:06d}" for number in numbers]
    events["PNC row"] = [f"S{number:06d}" for number in numbers]
    added = dirt.add(kind.table, events)
    return Spoilt(
        rows=rows,
        numbers=added,
        rejects=tuple((kind.table, row, "person_id", w.UNKNOWN_PERSON) for row in added),
        notes=(("events", "nobody", rows),),
    )


IDENTIFIERS = (
    _written(
        "identifier_in_lower_case",
        says="the identifier of an arrest in lower case",
        writes=str.lower,
    ),
    _written(
        "identifier_with_leading_zeros",
        says="the identifier of an arrest with zeros before it",
        writes=lambda ref: f"00{ref}",
    ),
    _written(
        "identifier_with_point_zero",
        says="the identifier of an arrest with .0 behind it, as a spreadsheet leaves it",
        writes=lambda ref: f"{ref}.0",
    ),
    _written(
        "identifier_letter_for_digit",
        says="the identifier of an arrest with the letter l for 1 and O for 0",
        writes=lambda ref: ref.replace("1", "l").replace("0", "O"),
    ),
    _written(
        "identifier_with_spaces",
        says="the identifier of an arrest with spaces around it",
        writes=lambda ref: f"  {ref} ",
        answer="Spaces around a text are cut",
        effect="none",
        notes=(),
    ),
    Kind(
        name="identifier_one_letter_off",
        table="events",
        says="the identifier of an arrest with another first letter",
        answer="The row is rejected; a note counts rows one letter away from a known person's. "
        "With records.similar_identifiers = “note” (the default) it ends there",
        effect="uncertain",
        spoil=_one_letter,
        needs={"similar_identifiers": "uncertain"},
    ),
)
STRANGER = Kind(
    name="event_of_a_stranger",
    table="events",
    says="an event of somebody who is not in the caseload",
    answer="The row is rejected, and a note counts rows that name nobody",
    effect="none",
    spoil=_stranger,
)
