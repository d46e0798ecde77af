"""Counts of the same people in two windows, checked once for everything that compares them."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_counts, check_numbers
from dipoutcomes.errors import DesignError

DAYS_PER_YEAR = 365.25
#: Days at risk that a window can have: more is no life, less is not a day counted in any unit.
LEAST_DAYS, LONGEST_DAYS = 1e-6, 1_000_000

NOT_REMOVED = (
    "regression to the mean is not removed: people enter when they offend most, and would offend "
    "less afterwards without any intervention"
)

Floats = NDArray[np.float64]


def left_out_note(data: PairedCounts) -> list[str]:
    """Return the caveat on people without a day in both windows; none if nobody is left out."""
    if not data.left_out:
        return []
    who = f"{data.left_out} person{'s' * (data.left_out != 1)}"
    return [f"left out: {who} without a day at risk in both periods"]


@dataclass(frozen=True, slots=True, eq=False)
class PairedCounts:
    """Events and years at risk of people seen in both windows; *kept* marks them among all."""

    before: Floats
    years_before: Floats
    after: Floats
    years_after: Floats
    left_out: int
    kept: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        events_before: ArrayLike,
        days_before: ArrayLike,
        events_after: ArrayLike,
        days_after: ArrayLike,
    ) -> PairedCounts:
        """Return the counts of those with days in both windows."""
        before, after = (
            check_counts(name, np.atleast_1d(np.asarray(values))).astype(np.float64)
            for name, values in (("events_before", events_before), ("events_after", events_after))
        )
        times = [
            np.atleast_1d(check_numbers(name, values))
            for name, values in (("days_before", days_before), ("days_after", days_after))
        ]
        if len({a.shape for a in (before, after, *times)}) != 1 or before.ndim != 1:
            raise ValueError("the four arrays must have one element for each person")
        if any(not np.all(np.isfinite(t)) or np.any(t < 0) for t in times):
            raise ValueError("days must be finite and not below 0")
        odd = sum(int(((t > LONGEST_DAYS) | ((t > 0) & (t < LEAST_DAYS))).sum()) for t in times)
        if odd:
            raise ValueError(
                f"days must be 0, or between {LEAST_DAYS:g} and {LONGEST_DAYS:,}; {odd} are not. "
                "Give days at risk, not seconds or years."
            )
        kept = (times[0] > 0) & (times[1] > 0)
        if not kept.any():
            raise DesignError(
                f"no person of {len(kept)} has a day at risk in both windows, so no rate before "
                "can be set against one after. Choose windows that the follow-up reaches."
            )
        years = [t[kept] / DAYS_PER_YEAR for t in times]
        return cls(before[kept], years[0], after[kept], years[1], int((~kept).sum()), kept)

    @property
    def total_before(self) -> int:
        """Events of everybody before."""
        return int(self.before.sum())

    @property
    def total_after(self) -> int:
        """Events of everybody after."""
        return int(self.after.sum())

    @property
    def ratio(self) -> float:
        """Rate after over rate before, all people together."""
        before = self.total_before / float(self.years_before.sum())
        after = self.total_after / float(self.years_after.sum())
        if before == 0:
            return inf if after > 0 else nan
        return after / before
