"""What the police's records hold: a row an arrest, a charge, a conviction or a caution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import NO_DAY, Days, day_number
from dipoutcomes.simulate.lives import Careers
from dipoutcomes.simulate.lives.careers import OUTCOMES
from dipoutcomes.simulate.recipe import Recipe

EVENT_TYPES = ("arrest", "charge", "conviction", "caution")


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """One entry a recorded event, sorted by person, arrest and type."""

    person: NDArray[np.int64]
    event_type: NDArray[np.object_]
    offence_day: Days
    arrest_day: Days
    proof_day: Days  # NO_DAY for an arrest or a charge, which prove nothing
    offence_code: NDArray[np.object_]
    is_index: NDArray[np.bool_]  # on the arrest through which the person entered, on no other row


def recorded_events(recipe: Recipe, careers: Careers) -> Events:
    """Return the rows of the records, up to the day of the extract.

    An offence that was not noticed has no row. A conviction or a caution is a row of its own with
    its date of proof; one that would be proven after the extract, or after the person has left
    for good, is not in the records.
    """
    noticed = np.flatnonzero(careers.arrested)
    person, proof = careers.person[noticed].astype(np.int64), careers.proof_day[noticed]
    outcome = careers.outcome[noticed]
    charged = np.isin(outcome, [OUTCOMES.index("charged"), OUTCOMES.index("convicted")])
    last = np.minimum(careers.exit_day[person], day_number(recipe.dates.extract_date) + 1)
    in_time = proof < last
    happened = np.stack(
        [
            np.ones(len(noticed), dtype=bool),
            charged,
            (outcome == OUTCOMES.index("convicted")) & in_time,
            (outcome == OUTCOMES.index("cautioned")) & in_time,
        ]
    )
    arrest, kind = np.nonzero(happened.T)  # transposed: the rows of one arrest stay together
    at = noticed[arrest]
    names = np.array([kind_of.name for kind_of in recipe.offence_type], dtype=object)
    return Events(
        person[arrest],
        np.array(EVENT_TYPES, dtype=object)[kind],
        careers.offence_day[at].astype(np.int64),
        careers.day[at].astype(np.int64),
        np.where(kind >= 2, proof[arrest], NO_DAY).astype(np.int64),
        names[careers.kind[at]],
        careers.is_index[at] & (kind == 0),
    )
