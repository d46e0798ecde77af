"""The steps of a curve: who was followed, who had the event and who left, at each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_counts
from dipoutcomes.intervals._common import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Checked counts at each distinct time, as float arrays of one length."""

    days: FloatArray
    followed: FloatArray
    died: FloatArray
    left: FloatArray

    @property
    def still_followed(self) -> FloatArray:
        """Persons left before the first time and after each."""
        return np.append(self.followed[:1], self.followed - self.died - self.left)

    @property
    def persons(self) -> float:
        """Persons at the start."""
        return float(self.followed[0])

    def rows_by(self, at: Any) -> NDArray[np.int64]:
        """Return how many rows lie at or before each of the times *at*."""
        return np.asarray(np.searchsorted(self.days, at, side="right"), dtype=np.int64)


def check_steps(time: Any, at_risk: Any, events: Any, censored: Any) -> Steps:
    """Return checked counts; say everything that is wrong with them at once."""
    days = np.asarray(time, dtype=np.float64)
    counts = [
        check_counts(name, value).astype(np.float64)
        for name, value in (("at_risk", at_risk), ("events", events), ("censored", censored))
    ]
    if days.ndim != 1 or days.size == 0 or any(count.shape != days.shape for count in counts):
        raise ValueError("`time`, `at_risk`, `events` and `censored` must have one length, not 0")
    followed, died, left = counts
    problems = []
    if not (np.all(days >= 0) and np.all(np.diff(days) > 0)):
        problems.append("`time` must increase from 0 or later: give each distinct time once")
    over = int(np.count_nonzero(died + left > followed))
    if over:
        problems.append(f"`events` and `censored` exceed `at_risk` in {over} rows")
    broken = int(np.count_nonzero(followed[1:] != (followed - died - left)[:-1]))
    if broken:
        problems.append(
            f"`at_risk` is not what the row before leaves in {broken} rows; "
            "give every time of an event or a censoring; late entry is not covered"
        )
    if problems:
        raise ValueError("\n".join(problems))
    return Steps(days, followed, died, left)


def check_at(at: Any) -> FloatArray:
    """Return the times asked for as floats, none before the start."""
    wanted = np.asarray(at, dtype=np.float64)
    if not np.all(wanted >= 0):
        raise ValueError("`at` must be at least 0; a time before the start has no curve")
    return wanted


def check_group(name: str, group: Any) -> Steps:
    """Return the steps of one of two groups, given as four arrays."""
    try:
        time, at_risk, events, censored = group
    except (TypeError, ValueError):
        raise TypeError(
            f"`{name}` must be four arrays of one length: time, at_risk, events, censored"
        ) from None
    try:
        return check_steps(time, at_risk, events, censored)
    except ValueError as error:
        raise ValueError(f"`{name}`: {error}") from None


def pooled(first: Steps, second: Steps) -> Steps:
    """Return the steps of both groups taken together."""
    days = np.union1d(first.days, second.days)
    died, left = np.zeros(days.shape), np.zeros(days.shape)
    for group in (first, second):
        place = np.searchsorted(days, group.days)
        died[place] += group.died
        left[place] += group.left
    total = first.persons + second.persons
    followed = total - np.append(0.0, np.cumsum(died + left)[:-1])
    return Steps(days, followed, died, left)
