"""Rules of windows, of bands and of what may be set against what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from dipoutcomes.protocol._dates import add_months, length_says
from dipoutcomes.protocol._messages import hint_for
from dipoutcomes.protocol.model import Bound, Protocol, Window


def each_window(protocol: Protocol) -> Iterable[str]:
    """Yield what is wrong with a window taken alone, and names that occur twice."""
    seen: dict[str, int] = {}
    for number, window in enumerate(protocol.window, start=1):
        where = f"[[window]] {number} ({window.name})"
        if window.name in seen:
            yield f"{where}: window {seen[window.name]} has this name too; names are unique"
        seen.setdefault(window.name, number)
        if window.opens.at == "last_offence_date":
            yield f'{where} opens: counts from "start" or "end", not from "last_offence_date"'
        if window.open_ended and (window.closes.months or window.closes.days):
            yield f'{where} closes: at = "last_offence_date" takes no months or days'
        if window.opens.at == "end" and window.closes.at == "start":
            yield f"{where} closes before it opens: it opens at the end and closes at the start"
        if window.span is not None and _shortest_days(*window.span) <= 0:
            yield f"{where} closes before it opens, or on the same day; it must hold a day at least"


def bands(protocol: Protocol) -> Iterable[str]:
    """Yield where the bands overlap or leave a gap: they must add up."""
    chosen = [window for window in protocol.window if window.band]
    if len(chosen) == 1:
        yield (
            f"only the window '{chosen[0].name}' has band = true; bands are two or more that "
            "follow one another"
        )
    for earlier, later in pairwise(chosen):
        if earlier.closes != later.opens:
            yield (
                f"the band '{later.name}' must open where the band '{earlier.name}' closes "
                f"({bound_says(earlier.closes)}), or they do not add up; it opens "
                f"{bound_says(later.opens)}"
            )


def reachable(protocol: Protocol) -> Iterable[str]:
    """Yield windows that lie after the last offence date for everybody in the cohort."""
    cohort, last = protocol.cohort, protocol.study.last_offence_date
    if cohort is None or last is None:
        return
    for number, window in enumerate(protocol.window, start=1):
        # The end is on or after the start, so the first index date bounds both from below;
        # only a start may lie before an index date taken at the end.
        opens = _earliest(window.opens, cohort.accrual_from, cohort.index_date)
        closes = _earliest(window.closes, cohort.accrual_from, cohort.index_date)
        where = f"[[window]] {number} ({window.name})"
        if opens is not None and opens > last:
            yield (
                f"{where}: nobody can reach it. It opens on {opens} for the first who enter, after "
                f"last_offence_date ({last})"
            )
        elif closes is not None and window.fixed_length and (closes - last).days > 1:
            yield (
                f"{where}: nobody can be followed to its end. It closes on {closes} for the first "
                f"who enter, after last_offence_date ({last}). For a rate, let it close at "
                '{ at = "last_offence_date" }; for a share, shorten it or start accrual earlier'
            )


def contrasts(protocol: Protocol) -> Iterable[str]:
    """Yield contrasts of windows that do not exist, or of shares over unequal lengths."""
    named = {window.name: window for window in protocol.window}
    for number, contrast in enumerate(protocol.analysis.contrast, start=1):
        where = f"[[analysis.contrast]] {number}"
        missing = [
            (side, name)
            for side, name in (("before", contrast.before), ("after", contrast.after))
            if name not in named
        ]
        for side, name in missing:
            hint = hint_for(name, list(named)).replace("the keys are", "the windows are")
            yield f"{where} {side}: there is no window '{name}'; {hint}"
        if missing:
            continue
        if contrast.before == contrast.after:
            yield f"{where} sets '{contrast.before}' against itself"
        elif "shares" in contrast.compare:
            yield from unequal_lengths(where, named[contrast.before], named[contrast.after])


def bound_says(bound: Bound) -> str:
    """Return a bound in words: ``3 months after the end``."""
    if bound.at == "last_offence_date":
        return "after the last offence date"
    if not bound.months and not bound.days:
        return f"at the {bound.at}"
    if bound.months <= 0 and bound.days <= 0:
        return f"{length_says(-bound.months, -bound.days)} before the {bound.at}"
    return f"{length_says(bound.months, bound.days)} after the {bound.at}"


def unequal_lengths(where: str, before: Window, after: Window) -> Iterable[str]:
    """Yield that shares over these two windows cannot be set side by side, unless they can."""
    if before.span is not None and before.span == after.span:
        return
    yield (
        f"{where} compares shares of people over unequal lengths: '{before.name}' "
        f"({_length(before)}) and '{after.name}' ({_length(after)}). A longer window catches more "
        "people whatever the programme does. Give both one fixed length, or write "
        'compare = ["rates"] for rates per person-year'
    )


def _length(window: Window) -> str:
    if window.span is not None:
        return length_says(*window.span)
    return "to the last offence date" if window.open_ended else "as long as the intervention"


def _shortest_days(months: int, days: int) -> int:
    """Return the fewest days that this many calendar months and days can be."""
    return months * (28 if months > 0 else 31) + days


def _earliest(bound: Bound, accrual_from: date, index_date: str) -> date | None:
    if bound.at == "last_offence_date" or (bound.at == "start" and index_date == "end"):
        return None
    return add_months(accrual_from, bound.months, bound.days)
