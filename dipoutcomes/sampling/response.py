"""What came back of a request: who was traced, who was not, and who comes in from the reserve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table
from dipoutcomes.sampling.reserve import replacements, stratum_names, stratum_of_each

FOUND, NOT_FOUND, NO_ANSWER = "found", "not found", "no answer"
ALTERED, UNREADABLE, REPEATED, MISSING = "altered", "unreadable", "repeated", "missing"
#: Each state a requested person can come back in, and what it means.
STATES = {
    FOUND: "Found on PNC",
    NOT_FOUND: "Not found on PNC",
    NO_ANSWER: "Row left without an answer",
    UNREADABLE: "Answer is neither yes nor no",
    ALTERED: "Identifiers are not those that were sent, so the answer is not taken",
    REPEATED: "Row comes back more than once, so no answer is taken",
    MISSING: "Row did not come back",
}
ANSWERS = {
    "": NO_ANSWER, "yes": FOUND, "y": FOUND, "no": NOT_FOUND, "n": NOT_FOUND,
}  # fmt: skip
_KEPT = (
    "Somebody who is replaced stays in the sample and in the best and worst cases of the study: a "
    "replacement adds a person, it does not take one away."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row that came back: its number, the fingerprint of its identifiers, the answer."""

    number: int | None
    digest: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A returned request against the draw that it was made from.

    Parameters
    ----------
    states : tuple of str, one for each requested person, in the order of the request
        Keys of `STATES`.
    people : tuple of str
        Their pseudonyms.
    strata : tuple of str
        The stratum of each.
    extra : int
        Rows that were not asked for.
    replacements : tuple of mapping
        In the order in which they come in: ``step``, ``stratum``, ``replaces``, ``because``,
        ``comes_in`` (a pseudonym, empty where the reserve of the stratum is used up),
        ``place_in_reserve`` (within the stratum).
    """

    states: tuple[str, ...]
    people: tuple[str, ...]
    strata: tuple[str, ...]
    extra: int
    replacements: tuple[Mapping[str, Any], ...]

    def count(self, state: str) -> int:
        """Return how many people came back so."""
        return self.states.count(state)

    def __repr__(self) -> str:
        """Say how many, never who."""
        return f"Response({self})"

    def __str__(self) -> str:
        return (
            f"{self.count(FOUND):,} of {len(self.states):,} people were found, "
            f"{self.count(NOT_FOUND):,} were not, {self._unanswered():,} have no answer that "
            f"counts; {self.extra:,} rows were not asked for"
        )

    def _unanswered(self) -> int:
        return len(self.states) - self.count(FOUND) - self.count(NOT_FOUND)

    def states_table(self) -> Table:
        """Return how many people came back in which state."""
        rows = [(says, self.count(state)) for state, says in STATES.items()]
        return Table.of(
            "returned",
            f"What came back: {self}",
            [
                Column(key="says", heading="Row of the request", kind="label"),
                Column(key="people", heading="People", kind="persons"),
            ],
            [*rows, ("Rows that were not asked for", self.extra)],
        )

    def response_table(self) -> Table:
        """Return the response by stratum."""
        columns = [
            Column(key="stratum", heading="Stratum", kind="label"),
            Column(key="asked", heading="Asked for", kind="persons"),
            Column(key="found", heading="Found", kind="persons", out_of="asked"),
            Column(key="not_found", heading="Not found", kind="persons", out_of="asked"),
            Column(key="no_answer", heading="No answer", kind="persons", out_of="asked"),
            Column(key="response", heading="Share found", kind="share"),
        ]
        rows = []
        for stratum in dict.fromkeys(sorted(self.strata)):
            pairs = zip(self.states, self.strata, strict=True)
            states = [state for state, where in pairs if where == stratum]
            found, lost = states.count(FOUND), states.count(NOT_FOUND)
            rest = len(states) - found - lost
            rows.append((stratum, len(states), found, lost, rest, found / len(states)))
        return Table.of("response", "Response by stratum", columns, rows)

    def reserve_table(self) -> Table:
        """Return who comes in from the reserve, strictly in its order."""
        columns = [
            Column(key="step", heading="Step", kind="label"),
            Column(key="stratum", heading="Stratum", kind="label"),
            Column(key="replaces", heading="For"),
            Column(key="because", heading="Because"),
            Column(key="comes_in", heading="Comes in"),
            Column(key="place_in_reserve", heading="Place in the reserve", kind="label"),
        ]
        rows = [
            [str(step[c.key]) if c.kind == "label" else step[c.key] for c in columns]
            for step in self.replacements
        ]
        caption = "From the reserve, strictly in order: the next of the same stratum"
        return Table.of("reserve", caption, columns, rows, notes=(_KEPT,))


def compare_return(record: Mapping[str, Any], rows: Sequence[Row]) -> Response:
    """Compare the rows of a returned request with what was asked.

    Parameters
    ----------
    record : mapping
        The record of the draw, with its ``request``.
    rows : sequence of Row
        As they came back, in any order.

    Raises
    ------
    DesignError
        If the record has no request.

    Notes
    -----
    An answer counts only on a row whose identifiers have the fingerprint they were sent with.
    Only people who were looked for and not found are replaced; who has no answer is still to be
    answered. Reserve names come in stratum by stratum in the order of the request, so the same
    answers always bring in the same people. In the other designs (`reserve.REPLACEABLE`) nobody
    comes in for one person: chances hang together, and the reserve is of whole clusters or of
    another list.
    """
    if "request" not in record:
        raise DesignError("the record of the draw has no request to compare with")
    people, digests = record["request"]["person_ids"], record["request"]["row_digests"]
    by_number: dict[int, list[Row]] = {}
    for row in rows:
        by_number.setdefault(row.number or 0, []).append(row)
    states = tuple(
        _state(by_number.get(number, []), digest) for number, digest in enumerate(digests, start=1)
    )
    names, place = stratum_names(record), stratum_of_each(record)
    strata = tuple(place[person] for person in people)
    return Response(
        states=states,
        people=tuple(people),
        strata=tuple(names[k] for k in strata),
        extra=sum(len(r) for number, r in by_number.items() if not 1 <= number <= len(digests)),
        replacements=replacements(
            record,
            [
                (person, stratum)
                for person, state, stratum in zip(people, states, strata, strict=True)
                if state == NOT_FOUND
            ],
            because=NOT_FOUND,
        ),
    )


def _state(rows: Sequence[Row], digest: str) -> str:
    if not rows:
        return MISSING
    if len(rows) > 1:
        return REPEATED
    row = rows[0]
    if row.digest != digest:
        return ALTERED
    return ANSWERS.get(row.answer.strip().lower(), UNREADABLE)
