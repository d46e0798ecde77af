"""What is true of the made-up people: their counts in fixed windows, before any record is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import DAYS_PER_YEAR, Days, add_months
from dipoutcomes.simulate.lives import Careers
from dipoutcomes.simulate.lives.careers import CLOSINGS, EXITS

#: Name, day that it is counted from, first month inside, first month outside.
WINDOWS = (
    ("12 months before", "start", -12, 0),
    ("0 to 3 months after", "end", 0, 3),
    ("3 to 12 months after", "end", 3, 12),
    ("3 to 15 months after", "end", 3, 15),
    ("12 to 24 months after", "end", 12, 24),
)


def true_values(
    careers: Careers, standing: NDArray[np.object_], found: NDArray[np.bool_], eligible: str
) -> dict[str, Any]:
    """Return the truth about the eligible people as plain values.

    Counted from the careers themselves: people whom the police's search did not find, and
    events that a spoilt row loses, are included. The index arrest is not.

    Parameters
    ----------
    careers : Careers
    standing : ndarray of object, shape (people,)
    found : ndarray of bool, shape (people,)
        Whether the police's search finds the person.
    eligible : str
        The standing of the people of the true cohort.
    """
    chosen = np.asarray(standing == eligible)
    cohort, seen = careers.of(chosen), found[chosen]
    n = cohort.people
    return {
        "frame": {
            "people": n,
            "not_found_on_pnc": int((~seen).sum()),
            "exits": {
                kind: int((cohort.exit_kind == EXITS.index(kind)).sum()) for kind in EXITS[1:]
            },
            "closings": {
                word: int((cohort.closing == code).sum()) for code, word in enumerate(CLOSINGS)
            },
            "with_a_second_episode": int((cohort.again_start < cohort.closes).sum()),
            "own_rate_per_year": float(cohort.rate_per_year.mean()) if n else None,
            "offences_not_noticed": int((~cohort.arrested).sum()),
        },
        "people_in_extract": {
            str(word): int((standing == word).sum()) for word in dict.fromkeys(standing)
        },
        "windows": {
            name: _window(cohort, seen, at=at, months=(opens, closes))
            for name, at, opens, closes in WINDOWS
        },
    }


def _window(
    cohort: Careers, found: NDArray[np.bool_], *, at: str, months: tuple[int, int]
) -> dict[str, int | float]:
    """Return the counts of one window.

    Somebody without the day that it is counted from, or whose record does not cover it, is not in
    it: nothing is known of the rest, and counted as free of arrests it would lower every rate.
    """
    origin: Days = getattr(cohort, at).astype(np.int64)
    has = origin < cohort.closes
    cohort, found, origin = cohort.of(has), found[has], origin[has]
    opens, closes = add_months(origin, months[0]), add_months(origin, months[1])
    covered = (cohort.opens <= opens) & (closes <= cohort.closes)
    cohort, found, opens, closes = (
        cohort.of(covered),
        found[covered],
        opens[covered],
        closes[covered],
    )
    arrests = cohort.count(opens, closes)
    present = np.clip(np.minimum(closes, cohort.exit_day) - opens, 0, None)
    inside = cohort.days_in_custody(opens, np.minimum(closes, cohort.exit_day))
    arrested = arrests > 0
    total, free = int(arrests.sum()), int((present - inside).sum())
    return {
        "people": cohort.people,
        "people_observed_to_the_end": int((cohort.exit_day >= closes).sum()),
        "people_arrested": int(arrested.sum()),
        "people_arrested_not_found_on_pnc": int((arrested & ~found).sum()),
        "share_arrested": int(arrested.sum()) / max(cohort.people, 1),
        "arrests": total,
        "days_in_window": int((closes - opens).sum()),
        "days_after_exit": int((closes - opens - present).sum()),
        "days_in_custody": int(inside.sum()),
        "days_at_liberty": free,
        "arrests_per_person_year_at_liberty": total / free * DAYS_PER_YEAR if free else 0.0,
    }
