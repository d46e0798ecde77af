"""The calendar that each person's life is lived on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def check_slots(slots: Slots) -> None:
    """Say what does not fit together in slots, all of it at once.

    Raises
    ------
    TypeError
        If something is no array, or days are no whole numbers.
    ValueError
        If arrays differ in length, a record has no day or does not reach back to the reference
        day, an episode has no day, or an age is no number of years from 0 to 130.
    """
    given = {f.name: v for f in fields(slots) if (v := getattr(slots, f.name)) is not None}
    for name, values in given.items():
        kinds = "iuf" if name == "age_years" else "iu"
        if not isinstance(values, np.ndarray) or values.dtype.kind not in kinds:
            raise TypeError(
                f"`{name}` must be an array of whole numbers, days since 1970-01-01"
                if kinds == "iu"
                else f"`{name}` must be an array of numbers"
            )
    if {v.shape for v in given.values()} != {(len(slots),)}:
        raise ValueError(f"{', '.join(given)} must each have one element a person")
    rules = {
        "a record that ends before it begins": slots.closes <= slots.opens,
        "a reference day before their record": slots.reference_day < slots.opens,
    }
    if slots.age_years is not None:
        of_age = (slots.age_years >= 0) & (slots.age_years <= 130)
        rules["an age that is not from 0 to 130 years"] = ~of_age
    if slots.start is not None and slots.end is not None:
        rules["an episode that ends before it begins"] = slots.end <= slots.start
    faults = [
        f"{int(wrong.sum())} people have {rule}" for rule, wrong in rules.items() if wrong.any()
    ]
    if faults:
        raise ValueError(f"`slots`: {'; '.join(faults)}")
