"""Exposure that starts during follow-up, as rows of start and stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._counts import Floats, Integers
from dipoutcomes.survival.landmark._exposure import check_exposure

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExposureRows:
    """One or two rows a person: before the exposure, and after it.

    Parameters
    ----------
    person : ndarray of int, shape (rows,)
        Position in the arrays given; repeats where a person has two rows.
    start, stop : ndarray of float
        At risk on (start, stop].
    event : ndarray of int
        1 in the row that ends in the event.
    exposed : ndarray of bool
    """

    person: Integers
    start: Floats
    stop: Floats
    event: Integers
    exposed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)

    def __str__(self) -> str:
        time = self.stop - self.start
        parts = [
            f"{int(self.event[who].sum()):,} events in {time[who].sum():,.0f} units of time {says}"
            for who, says in ((self.exposed, "exposed"), (~self.exposed, "not yet or never"))
        ]
        return f"{len(np.unique(self.person)):,} people in {len(self):,} rows: {'; '.join(parts)}"

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>"

    def to_dict(self) -> dict[str, Any]:
        """Return the counts of the rows, not the rows themselves, which are single people's."""
        return {
            "persons": len(np.unique(self.person)),
            "rows": len(self),
            "events_exposed": int(self.event[self.exposed].sum()),
            "events_unexposed": int(self.event[~self.exposed].sum()),
            "time_exposed": float((self.stop - self.start)[self.exposed].sum()),
            "time_unexposed": float((self.stop - self.start)[~self.exposed].sum()),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a frame, in the order of the people."""
        import pandas as pd

        return pd.DataFrame({name: getattr(self, name) for name in self.__slots__})


def exposure_rows(
    durations: Any, observed: Any, exposure_time: Any, *, entry: Any = None
) -> ExposureRows:
    """Return follow-up cut at each person's exposure, for a Cox model or rates.

    Parameters
    ----------
    durations, observed, exposure_time, entry
        As in `landmark_cohort`.

    Returns
    -------
    ExposureRows
        Sorted by person, then time. Time before the exposure counts as unexposed, for those who
        are exposed later too.

    Raises
    ------
    TypeError, ValueError
        As in `landmark_cohort`.

    Notes
    -----
    An event on the very day of the exposure belongs to the time before it: somebody is at risk as
    exposed from the day after. An exposure at or before the start (or entry) makes one exposed
    row, one at or after the end one unexposed row. Rows of one person are no two people: with an
    event that happens once their likelihood is still that of one. It takes the immortal time away;
    exposed people remain a selection, and a hazard ratio of exposure is no effect.

    References
    ----------
    .. [1] Therneau, T. M. and Grambsch, P. M. (2000). Modeling Survival Data, section 3.7.
    .. [2] Suissa, S. (2008). American Journal of Epidemiology 167, 492-499.

    Examples
    --------
    >>> rows = exposure_rows([10, 30, 40], [1, 1, 0], [float("nan"), 12, 0])
    >>> print(rows.to_frame().to_string(index=False))
     person  start  stop  event  exposed
          0    0.0  10.0      1    False
          1    0.0  12.0      0    False
          1   12.0  30.0      1     True
          2    0.0  40.0      0     True
    """
    time, seen, exposed_at, first = check_exposure(durations, observed, exposure_time, entry)
    start = np.zeros(len(time)) if first is None else first
    before = (exposed_at > start) | (time == start)
    after = (exposed_at < time) & (time > start)
    cut = np.clip(exposed_at, start, time)
    person = np.concatenate([np.flatnonzero(before), np.flatnonzero(after)])
    exposed = np.repeat([False, True], [before.sum(), after.sum()])
    order = np.argsort(person * 2 + exposed)
    person, exposed = person[order], exposed[order]
    stop = np.where(exposed, time[person], cut[person])
    return ExposureRows(
        person=person,
        start=np.where(exposed, cut[person], start[person]),
        stop=stop,
        event=np.where(stop == time[person], seen[person], 0) * (exposed | ~after[person]),
        exposed=exposed,
    )
