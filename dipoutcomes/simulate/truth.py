"""What is true of the made-up people: their counts in fixed windows, before any record is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import DAYS_PER_YEAR, NO_DAY, Days, add_months
from dipoutcomes.simulate.careers import Careers
from dipoutcomes.simulate.episodes import ELIGIBLE, REASONS, Episodes
from dipoutcomes.simulate.exits import Exits
from dipoutcomes.simulate.recipe import Recipe

#: Name, end of the episode that it is counted from, first month inside, first month outside.
WINDOWS = (
    ("12 months before", "start", -12, 0),
    ("0 to 3 months after", "end", 0, 3),
    ("3 to 12 months after", "end", 3, 12),
    ("3 to 15 months after", "end", 3, 15),
    ("12 to 24 months after", "end", 12, 24),
)


def true_values(
    recipe: Recipe, episodes: Episodes, careers: Careers, exits: Exits
) -> dict[str, Any]:
    """Return the truth about the eligible people as plain values.

    Counted from the careers themselves: people whom the police's search did not find, and
    events that a spoilt row loses, are included. The index arrest is not.
    """
    eligible = episodes.eligible
    people = int(eligible.sum())
    rate = careers.rate_per_year[eligible]
    shape = recipe.offending.gamma_shape
    mean = recipe.offending.mean_arrests_per_year
    return {
        "frame": {
            "people": people,
            "not_found_on_pnc": int((eligible & ~exits.found_on_pnc).sum()),
            "exits": {
                kind: int((eligible & (exits.kind == kind)).sum())
                for kind in ("death", "left_country")
            },
            "with_a_second_episode": len(episodes.again_person),
            "own_rate_per_year": {
                "mean_in_population": mean,
                "mean_expected_of_entrants_without_custody": mean * (shape + 1) / shape,
                "mean_of_these_people": float(rate.mean()) if people else None,
            },
        },
        "people_in_extract": {
            standing: int((episodes.standing == standing).sum())
            for standing in (ELIGIBLE, *REASONS)
        },
        "windows": {
            name: _window(episodes, careers, exits, at=at, months=(opens, closes))
            for name, at, opens, closes in WINDOWS
        },
    }


def _window(
    episodes: Episodes, careers: Careers, exits: Exits, *, at: str, months: tuple[int, int]
) -> dict[str, int | float]:
    """Return the counts of one window over the eligible people."""
    eligible = episodes.eligible
    # An open episode has no end to count from; nobody eligible has one.
    origin = np.where(eligible, getattr(episodes, at), 0)
    opens, closes = add_months(origin, months[0]), add_months(origin, months[1])
    arrests = _arrests_inside(careers, opens, closes)
    present = np.clip(np.minimum(closes, exits.day) - opens, 0, None)
    inside = days_in_custody(careers, opens, closes)
    arrested = eligible & (arrests > 0)
    total, free = int(arrests[eligible].sum()), int((present - inside)[eligible].sum())
    return {
        "people": int(eligible.sum()),
        "people_observed_to_the_end": int((eligible & (exits.day >= closes)).sum()),
        "people_arrested": int(arrested.sum()),
        "people_arrested_not_found_on_pnc": int((arrested & ~exits.found_on_pnc).sum()),
        "share_arrested": int(arrested.sum()) / max(int(eligible.sum()), 1),
        "arrests": total,
        "days_in_window": int((closes - opens)[eligible].sum()),
        "days_after_exit": int((closes - opens - present)[eligible].sum()),
        "days_in_custody": int(inside[eligible].sum()),
        "days_at_liberty": free,
        "arrests_per_person_year_at_liberty": total / free * DAYS_PER_YEAR if free else 0.0,
    }


def _arrests_inside(careers: Careers, opens: Days, closes: Days) -> NDArray[np.int64]:
    """Return each person's arrests in ``[opens, closes)``, the index arrest left out."""
    person = careers.person
    counted = (careers.day >= opens[person]) & (careers.day < closes[person]) & ~careers.is_index
    return np.bincount(person[counted], minlength=len(opens))


def days_in_custody(careers: Careers, opens: Days, closes: Days) -> NDArray[np.int64]:
    """Return each person's days inside custody in ``[opens, closes)``; true spells are disjoint."""
    person = careers.spell_person
    ends = np.where(careers.spell_end == NO_DAY, closes[person], careers.spell_end)
    shared = np.minimum(ends, closes[person]) - np.maximum(careers.spell_start, opens[person])
    days = np.bincount(person, weights=np.clip(shared, 0, None), minlength=len(opens))
    return days.astype(np.int64)
