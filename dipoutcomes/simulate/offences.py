"""From an arrest to a charge, a conviction or a caution: distinct rows with dates of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import NO_DAY, Days, day_number
from dipoutcomes.simulate.careers import Careers
from dipoutcomes.simulate.recipe import Recipe
from dipoutcomes.streams import random_stream

EVENT_TYPES = ("arrest", "charge", "conviction", "caution")


@dataclass(frozen=True, slots=True)
class Events:
    """One entry a recorded event, sorted by person, arrest and type."""

    person: NDArray[np.int64]
    event_type: NDArray[np.object_]
    offence_day: Days
    arrest_day: Days
    proof_day: Days  # NO_DAY for an arrest or a charge, which prove nothing
    offence_code: NDArray[np.object_]
    is_index: NDArray[np.bool_]  # on the arrest through which the person entered, on no other row


def draw_events(recipe: Recipe, careers: Careers, exit_day: Days) -> Events:
    """Draw what became of each arrest, up to the day of the extract.

    The offence lies a few days before its arrest and after the last release. A conviction or a
    caution is a row of its own with its date of proof; one that would be proven after the extract,
    or after the person has left for good, is not in the records.
    """
    rng = random_stream(recipe.seed, "simulate/offences")
    offending, n = recipe.offending, len(careers.day)
    lag = np.floor(rng.exponential(offending.mean_days_offence_to_arrest, n)).astype(np.int64)
    offence = np.minimum(np.maximum(careers.day - lag, careers.free_since), careers.day)
    code = _codes(recipe, n, rng=rng)
    charged, convicted, cautioned = (
        rng.random(n) < share
        for share in (offending.share_charged, offending.share_convicted, offending.share_cautioned)
    )
    court = rng.exponential(offending.mean_days_arrest_to_conviction, n)
    convicted_on = careers.day + 1 + np.floor(court).astype(np.int64)
    cautioned_on = careers.day + rng.integers(0, 8, size=n)
    unproven = np.full(n, NO_DAY, dtype=np.int64)
    happened = np.stack([charged | True, charged, charged & convicted, ~charged & cautioned])
    proof = np.stack([unproven, unproven, convicted_on, cautioned_on])
    last = np.minimum(exit_day[careers.person], day_number(recipe.dates.extract_date) + 1)
    happened &= (proof == NO_DAY) | (proof < last)
    arrest, kind = np.nonzero(happened.T)  # transposed: the rows of one arrest stay together
    return Events(
        careers.person[arrest],
        np.array(EVENT_TYPES, dtype=object)[kind],
        offence[arrest],
        careers.day[arrest],
        proof[kind, arrest],
        code[arrest],
        careers.is_index[arrest] & (kind == 0),
    )


def _codes(recipe: Recipe, size: int, *, rng: np.random.Generator) -> NDArray[np.object_]:
    """Draw an offence code for each arrest."""
    counts = np.array(list(recipe.offending.offence_codes.values()), dtype=float)
    labels = np.array(list(recipe.offending.offence_codes), dtype=object)
    return rng.choice(labels, size=size, p=counts / counts.sum())
