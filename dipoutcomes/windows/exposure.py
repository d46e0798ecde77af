"""The ledger of days: each day of a window is of exactly one kind."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.windows.days import NO_DAY, Days
from dipoutcomes.windows.inputs import PeopleDays
from dipoutcomes.windows.spells import SpellIndex

if TYPE_CHECKING:
    import pandas as pd

Whole = NDArray[np.int32]  # half the memory of int64: a million people have a dozen columns


@dataclass(frozen=True, slots=True, eq=False)
class DayLedger:
    """The days of one window, person by person; arrays of shape (n,).

    A day is put down once, to the first of these that is true of it: it was not observed (it
    lies after the last day counted, or the person was not traced); it lies on or after the
    person's exit; it was spent in custody; it was spent at liberty. So
    ``days_in_window = days_not_observed + days_after_exit + days_in_custody + days_at_liberty``.

    ``observed_to_end`` is true where the window is defined, holds at least one day, and every
    day of it was observed before any exit. Custody does not end observation.
    """

    opens: Whole
    closes: Whole
    days_not_observed: Whole
    days_after_exit: Whole
    days_in_custody: Whole
    days_at_liberty: Whole
    observed_to_end: NDArray[np.bool_]

    @classmethod
    def empty(cls, n: int) -> DayLedger:
        """Return a ledger of *n* people to be filled in."""
        a, b, c, d, e, f = (np.empty(n, dtype=np.int32) for _ in range(6))
        return cls(a, b, c, d, e, f, np.empty(n, dtype=np.bool_))

    @property
    def days_in_window(self) -> Whole:
        """Days from opening to closing; 0 where the window is undefined."""
        return self.closes - self.opens

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name, `days_in_window` among them."""
        arrays = {f.name: getattr(self, f.name) for f in fields(DayLedger)}
        return arrays | {"days_in_window": self.days_in_window}

    def to_frame(self) -> pd.DataFrame:
        """Return one row a person."""
        import pandas as pd

        return pd.DataFrame(self.columns())


def day_ledger(
    opens: Days, closes: Days, people: PeopleDays, custody: SpellIndex, *, last_day: int
) -> DayLedger:
    """Return where the days of each person's window went.

    Parameters
    ----------
    opens, closes : ndarray of int, shape (n,)
        From `resolve_window`; `NO_DAY` where undefined.
    people : PeopleDays
    custody : SpellIndex
        Of the same people.
    last_day : int
        Last day on which an event is counted, inclusive.

    Returns
    -------
    DayLedger
    """
    return ledger_from_totals(
        opens,
        closes,
        people,
        last_day,
        (custody.days_before(opens), custody.days_before(closes)),
        custody.days_before(seen_until(people, last_day)),
    )


def seen_until(people: PeopleDays, last_day: int) -> Days:
    """Return each person's first day on which no event could be seen."""
    seen = np.minimum(people.exit, last_day + 1)
    return np.where(people.traced, seen, -NO_DAY).astype(np.int64)


def ledger_from_totals(
    opens: Days,
    closes: Days,
    people: PeopleDays,
    last_day: int,
    inside_before: tuple[Days, Days],
    inside_before_unseen: Days,
) -> DayLedger:
    """Return the ledger from running totals of custody at the edges, looked up once for all."""
    observed = np.clip(np.where(people.traced, last_day + 1, -NO_DAY), opens, closes)
    present = np.clip(people.exit, opens, observed)
    # A running total never falls, so that of the earlier of two days is the smaller of the two.
    low, high = inside_before
    inside = np.clip(inside_before_unseen, low, high) - low
    length, not_observed, after_exit = closes - opens, closes - observed, observed - present
    return DayLedger(
        opens=_whole(opens),
        closes=_whole(closes),
        days_not_observed=_whole(not_observed),
        days_after_exit=_whole(after_exit),
        days_in_custody=_whole(inside),
        days_at_liberty=_whole(present - opens - inside),
        observed_to_end=(length > 0) & (not_observed == 0) & (after_exit == 0),
    )


def _whole(days: Days) -> Whole:
    return days.astype(np.int32)
