"""The figure that a target names, counted in made-up people, with its Monte Carlo error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import Days, add_months
from dipoutcomes.simulate.calibration.targets import Target
from dipoutcomes.simulate.lives import Careers

Floats = NDArray[np.float64]
COMPARED_WITH_BEFORE = (
    "change_in_events",
    "share_who_decline",
    "change_among_those_who_decline",
)
DAYS = {"reference": "reference_day", "entry": "entry_day", "start": "start", "end": "end"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure and the standard error that it has from so many made-up people."""

    value: float
    standard_error: float

    @classmethod
    def mean(cls, values: Floats | NDArray[np.bool_] | NDArray[np.int64]) -> Counted:
        """Return a mean over people; none without people."""
        numbers = np.asarray(values, dtype=np.float64)
        if not len(numbers):
            return cls(float("nan"), float("nan"))
        return cls(float(numbers.mean()), float(numbers.std() / np.sqrt(len(numbers))))

    @classmethod
    def ratio(cls, above: NDArray[np.int64], below: NDArray[np.int64]) -> Counted:
        """Return a ratio of two sums over the same people."""
        up, down = (np.asarray(v, dtype=np.float64) for v in (above, below))
        if not len(down) or down.sum() == 0:
            return cls(float("nan"), float("nan"))
        ratio = float(up.sum() / down.sum())
        spread = np.std(up - ratio * down) / down.mean()
        return cls(ratio, float(spread / np.sqrt(len(down))))


def count_target(target: Target, careers: Careers, group: NDArray[np.object_]) -> Counted:
    """Return what *target* is in made-up people.

    Parameters
    ----------
    target : Target
    careers : Careers
    group : ndarray of object, shape (people,)
        Everybody's group.

    Returns
    -------
    Counted
        ``nan`` where nobody is there to count.
    """
    if target.statistic == "mean_age":
        return Counted.mean(_of(target.group, careers, group).age_years)
    own = _of(target.group, careers, group)
    if target.statistic.endswith("between_groups"):
        return _between_groups(target, own, _of(target.against, careers, group))
    after, before = _counts(target, own)
    if target.statistic == "share_with_event":
        return Counted.mean(after > 0)
    if target.statistic == "events_per_person":
        return Counted.mean(after)
    if target.statistic == "events_per_person_with_event":
        return Counted.mean(after[after > 0])
    if target.statistic == "share_with_count":
        most = np.iinfo(np.int64).max if target.most is None else target.most
        return Counted.mean((target.least <= after) & (after <= most))
    if target.statistic == "share_who_decline":
        return Counted.mean(after < before)
    if target.statistic == "change_among_those_who_decline":
        after, before = after[after < before], before[after < before]
    found = Counted.ratio(after, before)
    return Counted(found.value - 1, found.standard_error)


def _of(name: str | None, careers: Careers, group: NDArray[np.object_]) -> Careers:
    return careers if name is None else careers.of(np.asarray(group == name))


def _counts(target: Target, careers: Careers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return everybody's events in the months of the target and in those before the day.

    People without the day (who never started, say), or whose record does not cover all the
    months, are left out: nobody who was not seen counts as free of events.
    """
    origin: Days = getattr(careers, DAYS[target.at]).astype(np.int64)
    has = origin < careers.closes
    careers, origin = careers.of(has), origin[has]
    opens, closes = (add_months(origin, month) for month in target.months)
    first = add_months(origin, -target.months_before)
    reaches = (closes <= careers.closes) & (careers.exit_day >= closes)
    changes = target.statistic in COMPARED_WITH_BEFORE
    reaches &= careers.opens <= (np.minimum(opens, first) if changes else opens)
    careers, origin = careers.of(reaches), origin[reaches]
    opens, closes, first = opens[reaches], closes[reaches], first[reaches]
    after = careers.count(opens, closes, counted=target.counted)
    before = careers.count(first, origin, counted=target.counted)
    if target.index_counts:
        # Wherever it lies: the index offence may have been on the day itself.
        index = careers.is_index & careers.is_counted(target.counted)
        before = before + np.bincount(careers.person[index], minlength=careers.people)
    return after, before


def _between_groups(target: Target, own: Careers, other: Careers) -> Counted:
    """Return a ratio of events per person, or a difference of shares, of two groups."""
    ours, theirs = (_counts(target, careers)[0] for careers in (own, other))
    if target.statistic == "difference_in_share_between_groups":
        one, two = Counted.mean(ours > 0), Counted.mean(theirs > 0)
        error = float(np.hypot(one.standard_error, two.standard_error))
        return Counted(one.value - two.value, error)
    one, two = Counted.mean(ours), Counted.mean(theirs)
    if not two.value > 0:
        return Counted(float("nan"), float("nan"))
    ratio = one.value / two.value
    relative = np.hypot(one.standard_error / max(one.value, 1e-300), two.standard_error / two.value)
    return Counted(ratio, float(ratio * relative))
