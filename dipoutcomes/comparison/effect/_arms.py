"""The weighted mean of each group, and each person's part in its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_numbers
from dipoutcomes.comparison.effect._people import Flags, Floats, People
from dipoutcomes.errors import DesignError

SHARE, EVENTS, RATE, MEAN = "share", "events per person", "events per person-year", "mean"


@dataclass(frozen=True, slots=True, eq=False)
class Arms:
    """Means of the outcome over time (1 for everybody, or years): treated, comparison.

    ``influence``, shape (n, 2), holds w (y - m t) / sum(w t) in the column of the person's group
    and 0 in the other: what a person adds to the error of a mean whose weights are fixed.
    ``known`` marks people with an outcome; those without weight may lack one.
    """

    people: People
    outcome: Floats
    time: Floats
    kind: str
    known: Flags
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, people: People, outcome: ArrayLike, years: ArrayLike | None) -> Arms:
        """Return the arms; *outcome* of booleans is a share, of whole numbers events, else a mean.

        Only people with weight need an outcome.
        """
        raw: NDArray[Any] = np.asarray(outcome)
        n, used = len(people.treated), people.weights > 0
        if raw.shape != (n,):
            raise ValueError(f"`outcome` must have one element for each of the design's {n} people")
        values = check_numbers("outcome", raw)
        missing = int(np.count_nonzero(~np.isfinite(values[used])))
        if missing:
            raise DesignError(
                f"{missing} of {int(used.sum())} people in the comparison have no outcome. Never "
                "count them as without an event: give best-case and worst-case bounds, or match "
                "again among people whose outcome could be observed."
            )
        known = np.isfinite(values)
        values = np.where(known, values, 0.0)
        whole = bool(np.all(values == np.floor(values)) and np.all(values >= 0))
        kind = SHARE if raw.dtype == np.bool_ else EVENTS if whole else MEAN
        if years is None:
            return cls(people, values, known.astype(np.float64), kind, known)
        return cls._of_rates(people, values, years, known, whole=whole)

    @classmethod
    def _of_rates(
        cls, people: People, values: Floats, years: ArrayLike, known: Flags, *, whole: bool
    ) -> Arms:
        if not whole:
            raise ValueError("with `exposure_years` the outcome must hold counts of events")
        used, time = people.weights > 0, check_numbers("exposure_years", years)
        if time.shape != values.shape:
            raise ValueError("`exposure_years` must have one element for each person")
        if not np.all(np.isfinite(time[used])) or np.any(time[used] < 0):
            raise ValueError("`exposure_years` must be finite and not below 0")
        time = np.where(known & np.isfinite(time), np.maximum(time, 0.0), 0.0)
        without = used & (time == 0)
        notes: tuple[str, ...] = ()
        if np.any(without):
            who, events = int(without.sum()), int(values[without].sum())
            also = f", with {events} events" if events else ""
            notes = (f"{who} people without a day at risk give nothing to the rate{also}",)
        for side in (people.treated, ~people.treated):
            if not np.any(time[side & used] > 0):
                raise DesignError("a group has no time at risk, so it has no rate")
        return cls(people, np.where(time > 0, values, 0.0), time, RATE, time > 0, notes)

    @property
    def sums(self) -> Floats:
        """Weighted time of each group: treated, comparison."""
        weighted, t = self.people.weights * self.time, self.people.treated
        return np.array([weighted[t].sum(), weighted[~t].sum()])

    @property
    def means(self) -> Floats:
        """Weighted outcome over weighted time: treated, comparison."""
        weighted, t = self.people.weights * self.outcome, self.people.treated
        return np.array([weighted[t].sum(), weighted[~t].sum()]) / self.sums

    @property
    def residual(self) -> Floats:
        """(y - m t) / mean time of the person's group: 0 on average in each."""
        t, w = self.people.treated, self.people.weights
        means, sums = self.means, self.sums
        average = sums / np.array([w[t].sum(), w[~t].sum()])
        mean, scale = np.where(t, *means), np.where(t, *average)
        return np.asarray((self.outcome - mean * self.time) / scale, dtype=np.float64)

    @property
    def influence(self) -> Floats:
        """See the class."""
        t, w = self.people.treated, self.people.weights
        total = np.where(t, w[t].sum(), w[~t].sum())
        own = w * self.residual / total
        return np.column_stack([np.where(t, own, 0.0), np.where(t, 0.0, own)])

    @property
    def without_spread(self) -> tuple[bool, bool]:
        """Whether everybody in a group (treated, comparison) has the same outcome per time."""
        used = self.people.weights > 0
        flat = np.abs(self.residual) < 1e-12 * (1 + np.abs(self.outcome).max())
        t = self.people.treated
        return bool(np.all(flat[t & used])), bool(np.all(flat[~t & used]))
