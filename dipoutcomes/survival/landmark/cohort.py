"""Landmark analysis: groups fixed at a time, and followed from then on."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_positive
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table
from dipoutcomes.survival._counts import Floats, Integers
from dipoutcomes.survival.landmark._exposure import NEVER, check_exposure

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LandmarkCohort:
    """The people event free and followed at a landmark, exposed or not by then.

    Parameters
    ----------
    kept : ndarray of int, shape (people kept,)
        Their positions in the arrays given.
    durations : ndarray of float
        Time from the landmark to the event or the end of follow-up, above 0.
    observed : ndarray of int
    exposed : ndarray of bool
        Whether they were exposed at or before the landmark.
    landmark : float
        In *time_unit* from the start.
    persons, had_event, had_left : int
        People given; of those, who had the event, or left without, at or before the landmark.
    lost_exposed : int
        Of those who had the event or left, how many had been exposed.
    entered_later : int
        People who came under observation only after the landmark; left out as well.
    exposed_later : int
        People kept as unexposed who were exposed after the landmark.
    exposure_says, time_unit : str
    """

    kept: Integers
    durations: Floats
    observed: Integers
    exposed: NDArray[np.bool_]
    landmark: float
    persons: int
    had_event: int
    had_left: int
    lost_exposed: int
    exposed_later: int
    exposure_says: str
    time_unit: str
    entered_later: int = 0

    @property
    def groups(self) -> NDArray[np.str_]:
        """The group of each person kept: "completed" or "not completed"."""
        return np.where(self.exposed, self.exposure_says, f"not {self.exposure_says}")

    def __str__(self) -> str:
        many = len(self.kept)
        late = f"; {self.exposed_later:,} of them {self.exposure_says} later"
        unseen = f", and {self.entered_later:,} who came under observation only after it"
        return (
            f"landmark at {self.landmark:g} {self.time_unit}: {many:,} of {self.persons:,} people "
            f"were still followed without the event, {int(self.exposed.sum()):,} of them "
            f"{self.exposure_says} by then and {many - int(self.exposed.sum()):,} not"
            f"{late if self.exposed_later else ''}; left out: {self.had_event:,} who had the event "
            f"and {self.had_left:,} who had left before{unseen if self.entered_later else ''}"
        )

    def to_table(self, *, name: str = "landmark") -> Table:
        """Return who is left out, and why, and who is compared."""
        exposed = int(self.exposed.sum())
        rows: list[list[Any]] = [
            ["followed from the start", self.persons],
            [f"had the event by {self.landmark:g} {self.time_unit}: left out", self.had_event],
            [f"left by {self.landmark:g} {self.time_unit} without it: left out", self.had_left],
            *(
                [["came under observation later: left out", self.entered_later]]
                * bool(self.entered_later)
            ),
            [f"compared: {self.exposure_says} by then", exposed],
            [f"compared: not {self.exposure_says} by then", len(self.kept) - exposed],
            [f"of these, {self.exposure_says} later", self.exposed_later],
        ]
        columns = (
            Column(key="says", heading="People", kind="label"),
            Column(key="persons", heading="Number", kind="persons"),
        )
        caption = f"Who is compared from {self.landmark:g} {self.time_unit} after the start"
        return Table.of(name, caption, columns, rows)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a person kept: position, time and event since the landmark, group."""
        import pandas as pd

        return pd.DataFrame(
            {
                "person": self.kept,
                "duration": self.durations,
                "observed": self.observed,
                "group": self.groups,
            }
        )

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain values; no person's row."""
        of_people = ("kept", "durations", "observed", "exposed")
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in of_people}
        exposed = int(self.exposed.sum())
        return plain | {"compared": len(self.kept), "compared_exposed": exposed}


def landmark_cohort(
    durations: Any,
    observed: Any,
    exposure_time: Any,
    *,
    landmark: float,
    entry: Any = None,
    exposure_says: str = "exposed",
    time_unit: str = "days",
) -> LandmarkCohort:
    """Return the people who can be compared from a landmark on, their groups fixed at it.

    Parameters
    ----------
    durations, observed, entry : array_like, shape (people,)
        As in `kaplan_meier`, from the start of the programme.
    exposure_time : array_like, shape (people,)
        When each became exposed (completed, reached 24 weeks), from the same start; nan or
        infinity for never.
    landmark : float
        Above 0, named before the data are seen.
    exposure_says : str, default "exposed"
        As a report prints it: "completed".
    time_unit : str, default "days"

    Returns
    -------
    LandmarkCohort
        Its `durations`, `observed` and `groups` go into every function for groups.

    Raises
    ------
    TypeError, ValueError
        As in `kaplan_meier`; or an exposure time is negative, or the landmark not positive.
    DesignError
        If nobody is left at the landmark, or those left are all in one group.

    Notes
    -----
    Who had the event, or left, at or before the landmark is left out of both groups; who enters
    late is kept if followed at the landmark. Exposure after it is ignored, so that no one is
    classed by their future [1]_. The comparison is about those who lasted to the landmark, and
    who was exposed by then was not drawn by lot: it takes the immortal time away and not the
    difference between people. People exposed soon after the landmark dilute it; show several
    landmarks. Where exposure comes late for many, `exposure_rows` uses everybody.

    References
    ----------
    .. [1] Anderson, J. R., Cain, K. C. and Gelber, R. D. (1983). Journal of Clinical Oncology 1,
       710-719; Dafni, U. (2011). Circulation: Cardiovascular Quality and Outcomes 4, 363-371.

    Examples
    --------
    >>> nan = float("nan")
    >>> cohort = landmark_cohort(
    ...     [20, 50, 90, 120, 200, 300], [1, 0, 1, 1, 0, 1], [nan, nan, 60, nan, 100, 30],
    ...     landmark=84, exposure_says="completed",
    ... )
    >>> print(cohort)
    landmark at 84 days: 4 of 6 people were still followed without the event, 2 of them completed
    by then and 2 not; 1 of them completed later; left out: 1 who had the event and 1 who had left
    before
    >>> cohort.durations
    array([  6.,  36., 116., 216.])
    """
    at = check_positive("landmark", landmark)
    time, seen, exposed_at, start = check_exposure(durations, observed, exposure_time, entry)
    gone = time <= at
    late = np.zeros(len(time), dtype=bool) if start is None else (start > at) & ~gone
    kept = np.flatnonzero(~gone & ~late)
    exposed = exposed_at[kept] <= at
    if not len(kept) or exposed.all() or not exposed.any():
        raise DesignError(
            f"at the landmark of {at:g} {time_unit} {len(kept):,} of {len(time):,} people are "
            f"still followed without the event and {int(exposed.sum()):,} of them are "
            f"{exposure_says}: there are not two groups to compare; choose another landmark, or "
            "use rows of exposure that change with time"
        )
    later = exposed_at[kept] <= time[kept]
    return LandmarkCohort(
        kept=kept,
        durations=time[kept] - at,
        observed=seen[kept],
        exposed=exposed,
        landmark=at,
        persons=len(time),
        had_event=int((gone & (seen == 1)).sum()),
        had_left=int((gone & (seen == 0)).sum()),
        lost_exposed=int(
            (gone & (exposed_at <= np.minimum(time, at)) & (exposed_at < NEVER)).sum()
        ),
        exposed_later=int((~exposed & later).sum()),
        exposure_says=exposure_says,
        time_unit=time_unit,
        entered_later=int(late.sum()),
    )
