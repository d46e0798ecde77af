"""Whether a comparison classes people by what became of them: immortal time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import Floats, Integers, check_follow_up
from dipoutcomes.survival.landmark._exposure import check_exposure

if TYPE_CHECKING:
    import pandas as pd

_VALID = (
    "valid instead: `landmark_cohort` (groups fixed at a time, people followed from then on), "
    "`exposure_rows` (each person's time before it counted as unexposed), or a comparison by what "
    "was offered at the start"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImmortalTimeCheck:
    """What was looked for, and not found.

    Parameters
    ----------
    exposed, persons : int
    exposure_known : bool
        Whether the times of exposure were given, so that the answer is certain.
    first_event_exposed : float
        nan if nobody exposed had the event.
    events_before : int
        Events of the others before anybody exposed had the event or left.
    chance : float
        The chance of so long a gap if being exposed made no difference; 1 where there is none.
    """

    exposed: int
    persons: int
    exposure_known: bool
    first_event_exposed: float
    events_before: int
    chance: float

    def __str__(self) -> str:
        who = f"{self.exposed:,} of {self.persons:,} people are exposed"
        if self.exposure_known:
            return f"no immortal time: {who}, all of them from the start"
        return (
            f"no sign of immortal time: {who}; the others had {self.events_before:,} events before "
            f"any of them had one or left (chance {self.chance:.2g} if exposure made no "
            "difference). It is ruled out only by the times of exposure"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def check_immortal_time(
    durations: Any,
    observed: Any,
    exposed: Any,
    *,
    exposure_time: Any = None,
    exposure_says: str = "exposed",
    time_unit: str = "days",
    confidence_level: float = 0.99,
) -> ImmortalTimeCheck:
    r"""Refuse a comparison from the start of groups that are known only later.

    Parameters
    ----------
    durations, observed : array_like, shape (people,)
        As in `kaplan_meier`, from the start that the comparison uses.
    exposed : array_like of bool, shape (people,)
        The groups to be compared: completed or not, retained 24 weeks or not.
    exposure_time : array_like, shape (people,), optional
        When each exposed person became so, from the same start (nan for the others). With it the
        answer is certain; without it only the sign of immortal time can be looked for.
    exposure_says : str, default "exposed"
        As a report prints it after "people": "retained".
    time_unit : str, default "days"
    confidence_level : float, default 0.99
        Without times: a gap without an event or a leaver among the exposed is refused where its
        chance is below one minus this.

    Returns
    -------
    ImmortalTimeCheck

    Raises
    ------
    TypeError, ValueError
        As in `kaplan_meier`; `exposed` is not 0/1 or contradicts the times of exposure.
    DesignError
        If there are not two groups; if anybody became exposed after the start; or if the exposed
        show the gap. It says how much time could hold no event, and what would be valid.

    Notes
    -----
    Whoever is to complete cannot be arrested, or leave, before completing (an arrest often *is*
    why a person did not): that time is free of events by definition and flatters the exposed
    [1]_. Without times: if the first of the exposed to have the event or leave does so at *g*,
    the chance that all *k* events of others before *g* spare the exposed is
    :math:`\prod (1 - m/n_i)`, with *m* exposed of :math:`n_i` followed. A small group may hide
    immortal time: passing is no proof.

    References
    ----------
    .. [1] Suissa, S. (2008). American Journal of Epidemiology 167, 492-499; Levesque, L. E. and
       others (2010). BMJ 340, b5087.

    Examples
    --------
    >>> check_immortal_time([20, 50, 90, 200], [1, 1, 1, 0], [0, 0, 1, 1],
    ...     exposure_time=[float("nan"), float("nan"), 84, 84], exposure_says="retained")
    Traceback (most recent call last):
    ...
    dipoutcomes.errors.DesignError: 2 of the 2 people retained became so after the start, ...
    """
    level = check_confidence_level(confidence_level)
    time, seen, _ = check_follow_up(durations, observed)
    group = _check_group(exposed, len(time))
    if exposure_time is not None:
        when = check_exposure(durations, observed, exposure_time)[2]
        _refuse_later_exposure(time, seen, group, when, exposure_says, time_unit)
    gap = float(time[group].min())
    own = time[group & (seen == 1)]
    times = np.sort(time[~group & (seen == 1) & (time < gap)])
    at_risk = len(time) - np.searchsorted(np.sort(time), times)
    # One after the other within a day; nobody exposed has gone yet.
    order = np.arange(len(times)) - np.searchsorted(times, times)
    chance = float(np.prod(1 - group.sum() / (at_risk - order)))
    if exposure_time is None and len(times) and chance < 1 - level:
        raise DesignError(
            f"none of the {int(group.sum()):,} people {exposure_says} had the event or left "
            f"before {gap:g} {time_unit}, while {len(times):,} events happened among the others "
            f"(chance {chance:.1g} if it made no difference): they seem to be known only by having "
            f"lasted, so that time from the start is immortal. Give `exposure_time`; {_VALID}"
        )
    return ImmortalTimeCheck(
        exposed=int(group.sum()),
        persons=len(time),
        exposure_known=exposure_time is not None,
        first_event_exposed=float(own.min()) if len(own) else float("nan"),
        events_before=len(times),
        chance=chance,
    )


def _check_group(exposed: Any, people: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    values = np.asarray(exposed)
    if values.shape != (people,):
        raise ValueError(f"`exposed` needs one value a person: {people}, found {values.size}")
    try:
        numbers = values.astype(float)
    except (TypeError, ValueError):
        raise TypeError("`exposed` must hold True and False, or 1 and 0") from None
    if bad := int((~np.isin(numbers, (0.0, 1.0))).sum()):
        raise ValueError(f"`exposed` has {bad} values that are neither 0 nor 1")
    group = np.asarray(numbers == 1, dtype=np.bool_)
    if group.all() or not group.any():
        raise DesignError(f"{int(group.sum()):,} of {people:,} people are exposed: one group only")
    return group


def _refuse_later_exposure(
    time: Floats,
    seen: Integers,
    group: np.ndarray[tuple[int], np.dtype[np.bool_]],
    when: Floats,
    says: str,
    unit: str,
) -> None:
    """Raise where anybody exposed became so after the start, or the two inputs disagree."""
    known = np.isfinite(when)
    faults = []
    if bad := int((group & ~known).sum()):
        faults.append(f"{bad} exposed people have no time of exposure")
    if bad := int((~group & known & (when <= time)).sum()):
        faults.append(f"{bad} people are not in the exposed group and have a time of exposure")
    if bad := int((group & known & (when > time)).sum()):
        faults.append(f"{bad} people are exposed only after the end of their follow-up")
    if faults:
        raise ValueError("; ".join(faults))
    later = group & (when > 0)
    if not later.any():
        return
    first = float(when[later].min())
    immortal = float(when[later].sum() / time[group].sum())
    before = int((~group & (seen == 1) & (time <= first)).sum())
    raise DesignError(
        f"{int(later.sum()):,} of the {int(group.sum()):,} people {says} became so after the "
        f"start, the first at {first:g} {unit}: {100 * immortal:.0f}% of their time lies before it "
        f"and can hold no event, while {before:,} of the others had theirs by {first:g} {unit}. "
        f"Timed from the start the comparison favours them whatever was done; {_VALID}"
    )
