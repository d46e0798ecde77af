"""People whose follow-up ends in one of several causes: checked, and counted at each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import (
    Counts,
    Floats,
    Integers,
    check_follow_up,
    count_at_times,
)

_MOST_CAUSES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Checked follow-up, one value a person; `ending` is 0 (none) or the cause, 1 to K."""

    time: NDArray[Any]
    ending: Integers
    entry: NDArray[Any] | None
    causes: tuple[str, ...]
    codes: tuple[int, ...]

    def number(self, cause: Any) -> int:
        """Return which of 1 to K *cause* is, given by its code or its name."""
        for place, (code, name) in enumerate(zip(self.codes, self.causes, strict=True), start=1):
            if cause == name or (not isinstance(cause, str) and cause == code):
                return place
        listed = ", ".join(
            f"{code} ({name})" for code, name in zip(self.codes, self.causes, strict=True)
        )
        raise ValueError(f"`cause` is none of the causes: {listed}")


@dataclass(frozen=True, slots=True, eq=False)
class CauseCounts:
    """What happened at each time in one group, one column a cause.

    `time` is increasing and starts at 0; `events` has shape (times, causes), `left` (follow-up
    ended with no event) and `at_risk` (just before the time) shape (times,).
    """

    time: Floats
    events: Integers
    left: Integers
    at_risk: Integers
    late_entries: int

    def single(self, cause: int | None = None) -> Counts:
        """Return `Counts` of one cause (from 0), the others as leaving; or of any event at all."""
        every = self.events.sum(axis=1)
        wanted = every if cause is None else self.events[:, cause]
        others = self.left + every - wanted
        return Counts(
            self.time, wanted[:, None], others[:, None], self.at_risk[:, None], self.late_entries
        )


def check_people(
    durations: Any, causes: Any, *, entry: Any = None, names: Mapping[int, str] | None = None
) -> People:
    """Return `People`; all faults at once, with counts and without values."""
    ending, problems = _whole_codes(causes)
    try:
        observed = np.zeros(len(ending), dtype=np.int64)
        time, _, start = check_follow_up(durations, observed, entry)
    except ValueError as error:
        text = str(error).replace("observed ", "causes ")
        raise ValueError("; ".join([text, *problems])) from None
    if problems:
        raise ValueError("; ".join(problems))
    ending, codes, words = _named(ending, names)
    return People(time, ending, start, words, codes)


def count_causes(
    people: People, groups: Integers | None = None, number_of_groups: int = 1
) -> list[CauseCounts]:
    """Return the counts of each group at the times that are its own."""
    kinds = len(people.causes) + 1
    column = people.ending if groups is None else people.ending + kinds * groups
    ones = np.broadcast_to(np.int64(1), len(people.time))
    table = count_at_times(people.time, ones, people.entry, column, kinds * number_of_groups)
    shape = (len(table.time), number_of_groups, kinds)
    ended = table.events.reshape(shape)
    at_risk = table.at_risk.reshape(shape).sum(axis=2)
    return [
        _own(table.time, ended[:, group], at_risk[:, group], late=table.late_entries > 0)
        for group in range(number_of_groups)
    ]


def start_of_follow_up(counts: CauseCounts) -> None:
    """Refuse people of whom nobody is under observation at time 0."""
    if counts.at_risk[0] == 0:
        raise DesignError(
            "nobody is under observation at time 0, so the incidence has no start; give the entry "
            "times from the first entry on, and read the result as conditional on reaching it"
        )


def _own(time: Floats, ended: Integers, at_risk: Integers, *, late: bool) -> CauseCounts:
    total = ended.sum(axis=1)
    own = total > 0
    own[0] = True
    entered = 0
    if late:
        came = np.diff(at_risk) + total[:-1]
        own[:-1] |= came > 0
        entered = int(came.sum())
    return CauseCounts(time[own], ended[own, 1:], ended[own, 0], at_risk[own], entered)


def _whole_codes(causes: Any) -> tuple[Integers, list[str]]:
    """Return the codes as whole numbers, and what is wrong with them."""
    array: NDArray[Any] = np.asarray(causes)
    if array.ndim != 1:
        raise ValueError("`causes` must be one-dimensional, one value a person")
    if array.dtype == object:
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            raise TypeError(
                "`causes` must hold whole numbers, 0 for no event; found missing or other values"
            ) from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"`causes` must hold whole numbers, 0 for no event, not {array.dtype}")
    wrong = 0
    if array.dtype.kind == "f":
        good = np.isfinite(array) & (array == np.floor(array))
        wrong = int((~good).sum())
        array = np.where(good, array, 0)
    codes = array.astype(np.int64, copy=False)
    if codes.size and not 0 <= codes.min() <= codes.max() <= _MOST_CAUSES:
        wrong += int(((codes < 0) | (codes > _MOST_CAUSES)).sum())
    if wrong:
        return codes, [
            f"`causes` has {wrong} values that are not whole numbers from 0 (no event) to "
            f"{_MOST_CAUSES}"
        ]
    return codes, []


def _named(
    ending: Integers, names: Mapping[int, str] | None
) -> tuple[Integers, tuple[int, ...], tuple[str, ...]]:
    """Return the endings numbered 0 to K, with the code and the name of each cause."""
    seen = np.bincount(ending, minlength=2)
    found = {int(code) for code in np.flatnonzero(seen) if code > 0}
    if names is None:
        if not found:
            raise DesignError(
                f"none of the {len(ending):,} people had any event: there is no cause to estimate; "
                "give `names` to show upper limits, or lengthen the follow-up"
            )
        names = {code: f"cause {code}" for code in found}
    if bad := [code for code in names if isinstance(code, bool) or int(code) != code or code < 1]:
        raise ValueError(f"`names` has {len(bad)} codes that are not whole numbers of 1 or more")
    if unnamed := sorted(found - set(names)):
        count = int(seen[unnamed].sum())
        raise ValueError(
            f"`causes` has {count} values in {len(unnamed)} codes that `names` does not name"
        )
    codes = tuple(sorted(int(code) for code in names))
    words = tuple(str(names[code]) for code in codes)
    if len(set(words)) < len(words):
        raise ValueError("`names` gives one name to more than one cause")
    if codes == tuple(range(1, len(codes) + 1)):
        return ending, codes, words
    place = np.zeros(max(codes) + 1, dtype=np.int64)
    place[list(codes)] = np.arange(1, len(codes) + 1)
    return place[ending], codes, words
