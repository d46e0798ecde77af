"""The calendar that each person's life is lived on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_count
from dipoutcomes.simulate._calendar import Days

Floats = NDArray[np.float64]
Streams = Callable[[str], np.random.Generator]

REFERENCE_DAY = 16_071  # 2014-01-01


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """When each person is seen, and what is already settled about them.

    Parameters
    ----------
    reference_day : ndarray of int64, shape (people,)
        Days since 1970-01-01; what it means is `Entry.by`.
    opens, closes : ndarray of int64, shape (people,)
        First day on which an offence can be seen, and first day on which it no longer can.
    age_years : ndarray of float64, shape (people,), optional
        On the reference day; drawn if omitted.
    start, end : ndarray of int64, shape (people,), optional
        The first day in treatment and the first after it, where these are settled beforehand.
        Only for entry on the reference day itself.
    """

    reference_day: Days
    opens: Days
    closes: Days
    age_years: Floats | None = None
    start: Days | None = None
    end: Days | None = None

    def __len__(self) -> int:
        return len(self.reference_day)

    @classmethod
    def alike(
        cls,
        people: int,
        *,
        reference_day: int = REFERENCE_DAY,
        days_before: int = 731,
        days_after: int = 1_096,
    ) -> Slots:
        """Return the slots of people who share one reference day.

        Parameters
        ----------
        people : int
        reference_day : int
            Days since 1970-01-01.
        days_before, days_after : int
            Length of the record before the reference day, and from it on.
        """
        n = check_count("people", people)
        before = check_count("days_before", days_before)
        after = check_count("days_after", days_after, minimum=1)
        day = np.full(n, reference_day, dtype=np.int64)
        return cls(day, day - before, day + after)

    def of(self, people: slice | NDArray[np.int64]) -> Slots:
        """Return the slots of some people."""
        taken: dict[str, Any] = {
            name: None if (values := getattr(self, name)) is None else values[people]
            for name in ("reference_day", "opens", "closes", "age_years", "start", "end")
        }
        return replace(self, **taken)


def check_slots(reference_day: ArrayLike, opens: ArrayLike, closes: ArrayLike) -> Slots:
    """Return slots from arrays of one length, or say what does not fit."""
    arrays = [np.atleast_1d(np.asarray(a)) for a in (reference_day, opens, closes)]
    if len({a.shape for a in arrays}) != 1 or arrays[0].ndim != 1:
        raise ValueError("`reference_day`, `opens` and `closes` must have one element a person")
    if any(a.dtype.kind not in "iu" for a in arrays):
        raise TypeError("days must be whole numbers since 1970-01-01")
    day, first, last = (a.astype(np.int64) for a in arrays)
    if wrong := int(((first > day) | (day >= last)).sum()):
        raise ValueError(
            f"{wrong} people have a reference day outside [opens, closes); widen their record"
        )
    return Slots(day, first, last)
