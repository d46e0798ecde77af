"""The reserve of a draw, used strictly in order: who comes in, and who is asked for next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dipoutcomes.errors import DesignError

#: Designs in which the next person of the reserve may stand in for one who cannot be found.
REPLACEABLE = ("simple_random", "stratified")


def stratum_names(record: Mapping[str, Any]) -> list[str]:
    """Return the strata of a recorded draw in words."""
    return [", ".join(part["stratum"]) or "everybody" for part in record["allocation"]]


def stratum_of_each(record: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of the stratum of everybody in the sample and in the reserve."""
    sample = zip(record["sample"], record["sample_stratum"], strict=True)
    return dict(sample) | dict(zip(record["reserve"], record["reserve_stratum"], strict=True))


def waiting(record: Mapping[str, Any]) -> list[list[str]]:
    """Return the reserve of each stratum in its order, those who came in already included."""
    found: list[list[str]] = [[] for _ in record["allocation"]]
    for person, stratum in zip(record["reserve"], record["reserve_stratum"], strict=True):
        found[stratum].append(person)
    return found


def used_before(record: Mapping[str, Any]) -> list[int]:
    """Return how many of each stratum's reserve came in before the record's request was made."""
    return list(record.get("request", {}).get("reserve_used", [0] * len(record["allocation"])))


def replacements(
    record: Mapping[str, Any], lost: Sequence[tuple[str, int]], *, because: str
) -> tuple[Mapping[str, Any], ...]:
    """Return who comes in for each person lost: the next of the same stratum, nobody passed over.

    Parameters
    ----------
    record : mapping
        The record of the draw, with its request.
    lost : sequence of (str, int)
        Pseudonym and number of the stratum, in the order of the request.
    because : str
        Why they are lost.

    Returns
    -------
    tuple of mapping
        See `Response`; empty in a design that has no replacement person by person.
    """
    if record["design"] not in REPLACEABLE or record["section"].get("replacement"):
        return ()
    names, reserve, used = stratum_names(record), waiting(record), used_before(record)
    steps: list[Mapping[str, Any]] = []
    for person, stratum in lost:
        place = used[stratum]
        left = place < len(reserve[stratum])
        used[stratum] += 1
        steps.append(
            {
                "step": len(steps) + 1,
                "stratum": names[stratum],
                "replaces": person,
                "because": because if left else f"{because}; the reserve is used up",
                "comes_in": reserve[stratum][place] if left else "",
                "place_in_reserve": place + 1 if left else "",
            }
        )
    return tuple(steps)


def next_request(
    record: Mapping[str, Any], came_in: Sequence[str]
) -> tuple[tuple[str, ...], list[int]]:
    """Return who is asked for next, and how much of each stratum's reserve is used with them.

    Parameters
    ----------
    record : mapping
        The record of the draw whose request came back.
    came_in : sequence of str
        Pseudonyms from the log of the reserve, in its order.

    Raises
    ------
    DesignError
        If nobody came in, or somebody was passed over, put in or put before another.
    """
    place, reserve, used = stratum_of_each(record), waiting(record), used_before(record)
    if not came_in:
        raise DesignError("nobody comes in from the reserve, so there is nobody to ask for")
    faults = 0
    for person in came_in:
        stratum = place.get(person)
        if stratum is None or reserve[stratum][used[stratum] : used[stratum] + 1] != [person]:
            faults += 1
            continue
        used[stratum] += 1
    if faults:
        raise DesignError(
            f"{faults} of {len(came_in)} people in the log are not the next of their stratum's "
            "reserve. The reserve is used strictly in order: make the log again with "
            "`dipoutcomes sample return`"
        )
    return tuple(came_in), used
