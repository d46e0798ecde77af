"""The arrays that the windows are measured on, and how to get them from frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.windows.days import NO_DAY, Days, to_days

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class PeopleDays:
    """The people, in the order of their codes 0 to n - 1.

    Parameters
    ----------
    start, end : ndarray of int, shape (n,)
        Days on which the intervention starts and ends; `NO_DAY` while it is still open.
    exit : ndarray of int, shape (n,)
        First day on which the person is dead or has left the country; `NO_DAY` if neither.
    traced : ndarray of bool, shape (n,)
        Whether the person was found on police records.
    """

    start: Days
    end: Days
    exit: Days
    traced: NDArray[np.bool_]

    def __post_init__(self) -> None:
        shapes = {a.shape for a in (self.start, self.end, self.exit, self.traced)}
        if len(shapes) != 1 or self.start.ndim != 1:
            raise ValueError("the arrays of `people` must be one-dimensional and of one length")

    def __len__(self) -> int:
        return len(self.start)

    def part(self, low: int, high: int) -> PeopleDays:
        """Return the people with codes from *low* to *high* - 1, as views."""
        at = slice(low, high)
        return PeopleDays(self.start[at], self.end[at], self.exit[at], self.traced[at])

    @classmethod
    def of(
        cls,
        start: ArrayLike,
        end: ArrayLike,
        exit: ArrayLike | None = None,  # noqa: A002
        traced: ArrayLike | None = None,
    ) -> PeopleDays:
        """Return people from arrays of days; by default nobody left and everybody was traced."""
        starts = np.asarray(start, dtype=np.int64)
        exits = np.full(starts.shape, NO_DAY) if exit is None else exit
        found = np.ones(starts.shape, dtype=bool) if traced is None else traced
        return cls(
            starts,
            np.asarray(end, dtype=np.int64),
            np.asarray(exits, dtype=np.int64),
            np.asarray(found, dtype=bool),
        )

    @classmethod
    def from_frame(cls, people: pd.DataFrame) -> PeopleDays:
        """Return people from a frame with ``start``, ``end``, ``exit_date`` and ``traced``."""
        return cls.of(
            to_days(people["start"]),
            to_days(people["end"]),
            to_days(people["exit_date"]),
            people["traced"].to_numpy(dtype=bool),
        )


@dataclass(frozen=True, slots=True, eq=False)
class EventDays:
    """Events that count, one element each, in any order.

    Parameters
    ----------
    code : ndarray of int, shape (m,)
        The person; people outside the cohort have been dropped.
    day : ndarray of int, shape (m,)
        The day by which the event is counted.
    proof_day : ndarray of int, shape (m,), optional
        Day of conviction or caution, `NO_DAY` if never. Given for outcomes that must be proven
        inside the waiting period, ``None`` for those that need not (arrests).
    """

    code: NDArray[np.integer]
    day: NDArray[np.integer]
    proof_day: NDArray[np.integer] | None = None

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True, eq=False)
class SpellDays:
    """Spells in custody, one element each, in any order; they may overlap.

    Parameters
    ----------
    code : ndarray of int, shape (m,)
    start, end : ndarray of int, shape (m,)
        First day inside and first day at liberty, `NO_DAY` if still inside.
    """

    code: NDArray[np.integer]
    start: NDArray[np.integer]
    end: NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.code)

    @classmethod
    def none(cls) -> SpellDays:
        """Return no spells."""
        empty = np.empty(0, dtype=np.int64)
        return cls(empty, empty, empty)

    @classmethod
    def from_frame(cls, custody: pd.DataFrame, person_ids: ArrayLike) -> SpellDays:
        """Return the spells of the people in *person_ids*, whose order gives the codes.

        Parameters
        ----------
        custody : DataFrame
            ``person_id``, ``start``, ``end`` (missing while still inside). People who are not in
            *person_ids* are left out.
        person_ids : array_like, shape (n,)
            The pseudonym of each code, unique.
        """
        import pandas as pd

        code = pd.Index(np.asarray(person_ids)).get_indexer(pd.Index(custody["person_id"]))
        known = code >= 0
        start, end = to_days(custody["start"]), to_days(custody["end"])
        return cls(code[known], start[known], end[known])
