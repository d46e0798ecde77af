"""What may leave the secure side: small counts are withheld, with all that would give them away.

The working copy holds real counts. The release copy is made from it by `protect_results`: a count
of persons (or of events, which is at least as many) from 1 to one less than the threshold is
withheld, as is the rest of its base, and every share, rate, interval or curve that rests on it.
Hidden is never shown as 0. Sentences and figures are made afterwards, from what is left.

This is primary suppression, with protection of sums within one table. It does not yet protect
against subtraction between tables, or between two publications; the printed sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

from dipoutcomes._display import WITHHELD, round_half_up
from dipoutcomes.errors import DisclosureError
from dipoutcomes.results import Column, Curve, Estimate, EstimateTable, StudyResults, Table

_COUNTED = re.compile(
    r"(?<![\d.,])(\d{1,3}) "
    r"((?:of the )?(?:persons?|people|clients?|offenders?|prisoners?|events?|arrests?|charges?"
    r"|convictions?|cautions?|spells?|rows?|dates?|deaths?)\b)"
)
_AFTER_A_COLON = re.compile(r"(?<=: )(\d{1,3})(?=[;.,]|$)")  # "spells that overlap: 2;"
_PLURALS = {"person": "people", "persons": "people"}  # "1 person" is "fewer than 5 people"
_OF_PERSONS = {"share", "difference"}  # their events are persons, so the rest of the base is too
_JUDGED = {"persons", "events"}
_KEPT = {"label", "text", "date"}


def is_small(count: float | None, threshold: int) -> bool:
    """Return whether a count is from 1 to one less than *threshold*; 0 and ``nan`` are not.

    Examples
    --------
    >>> [is_small(c, 5) for c in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return count is not None and 0 < count < threshold


def protect_estimate(estimate: Estimate, threshold: int) -> Estimate:
    """Return *estimate*, withheld if a count behind it, or the rest of its base, is small."""
    counts: list[float | None] = [estimate.events, estimate.reference_events, estimate.persons]
    if estimate.base_unit == "persons":
        counts += [estimate.base, estimate.reference_base]
    if estimate.quantity in _OF_PERSONS:
        if estimate.events is not None:
            counts.append(estimate.base - estimate.events)
        if estimate.reference_events is not None:
            counts.append(estimate.reference_base - estimate.reference_events)
        if estimate.events is not None and estimate.persons is not None:
            # Of a curve: those who left are what is neither an event nor still followed.
            counts.append(estimate.base - estimate.events - estimate.persons)
    if any(is_small(count, threshold) for count in counts):
        return estimate.withhold(_why(threshold))
    # How many people stand behind a rate differs from row to row by the few who had no day at risk.
    persons = estimate.persons if estimate.base_unit == "persons" else None
    return replace(estimate, persons=persons, caveat=scrub(estimate.caveat, threshold))


def scrub(text: str, threshold: int) -> str:
    """Return *text* with small counts of people or of what they did put into words.

    Examples
    --------
    >>> scrub("2 persons left out; 30 people kept; within 3 months", 5)
    'fewer than 5 people left out; 30 people kept; within 3 months'
    >>> scrub("spells that overlap: 2; their days count once", 5)
    'spells that overlap: fewer than 5; their days count once'
    """

    def put(found: re.Match[str]) -> str:
        if not is_small(int(found[1]), threshold):
            return found[0]
        return f"fewer than {threshold} {_PLURALS.get(found[2], _as_plural(found[2]))}"

    def put_bare(found: re.Match[str]) -> str:
        return f"fewer than {threshold}" if is_small(int(found[1]), threshold) else found[0]

    return _AFTER_A_COLON.sub(put_bare, _COUNTED.sub(put, text))


def _as_plural(noun: str) -> str:
    return noun if noun.endswith(("s", "people")) else f"{noun}s"


def protect_estimates(table: EstimateTable, threshold: int) -> EstimateTable:
    """Return *table* with each row withheld whole where it rests on a small count."""
    rows = [replace(r, estimate=protect_estimate(r.estimate, threshold)) for r in table.rows]
    if table.nested:
        told = _small_differences(table, threshold)
        rows = [
            replace(r, estimate=r.estimate.withhold(_why(threshold))) if i in told else r
            for i, r in enumerate(rows)
        ]
    return replace(
        table, rows=tuple(rows), notes=tuple(scrub(note, threshold) for note in table.notes)
    )


def _small_differences(table: EstimateTable, threshold: int) -> set[int]:
    """Return the rows whose counts, or bases, differ by a small count from one of their group."""
    found: set[int] = set()
    for (i, a), (j, b) in combinations(enumerate(table.rows), 2):
        if a.group != b.group:
            continue
        first, second = a.estimate, b.estimate
        if first.events is None or second.events is None:
            continue
        gaps = (abs(first.events - second.events), abs(first.base - second.base))
        if any(is_small(gap, threshold) for gap in gaps):
            found |= {i, j}
    return found


def protect_table(table: Table, threshold: int) -> Table:
    """Return *table* with small counts withheld, and what would give them back."""
    judged = [c for c in table.columns if c.kind in _JUDGED and not c.running]
    running = [c for c in table.columns if c.running]
    rows = [dict(row) for row in table.rows]
    if running and judged:
        rows = _merge_small_losses(rows, judged[0].key, threshold)
    for row in rows:
        if any(_cell_is_small(row, c, threshold) for c in judged):
            _withhold_row(row, table, judged, threshold)
    for column in running:
        _hide_small_falls(rows, column.key, threshold)
    if table.adds_up:
        for column in judged:
            _hide_a_second(rows, column.key, table)
    return replace(
        table, rows=tuple(rows), notes=tuple(scrub(note, threshold) for note in table.notes)
    )


def _withhold_row(row: dict[str, Any], table: Table, judged: list[Column], threshold: int) -> None:
    """Withhold every number of a row but the totals that its small counts are part of."""
    small = {c.key for c in judged if _cell_is_small(row, c, threshold)}
    kept = {c.out_of for c in judged} - {""} - small
    for column in table.columns:
        if column.kind not in _KEPT and not column.running and column.key not in kept:
            row[column.key] = WITHHELD


def _merge_small_losses(
    rows: list[dict[str, Any]], key: str, threshold: int
) -> list[dict[str, Any]]:
    """Join a small loss of a flow with its neighbours, up to the next row that names who remains.

    The reasons stay; what remains in between goes. A stretch whose losses are small even together
    is left as it is, to be withheld.
    """
    merged: list[dict[str, Any]] = []
    for row in rows:
        last = merged[-1] if merged else None
        joins = (
            last is not None
            and isinstance(row.get(key), int)
            and isinstance(last.get(key), int)
            and row[key] > 0
            and last[key] > 0
            and (is_small(last[key], threshold) or is_small(row[key], threshold))
        )
        if joins and last is not None:
            says = f"{last['says']}; or {row['says']}"
            merged[-1] = row | {key: last[key] + row[key], "says": says}
        elif row.get(key) != 0:  # a step that lost nobody would part two that must be joined
            merged.append(row)
    return merged


def _cell_is_small(row: Mapping[str, Any], column: Column, threshold: int) -> bool:
    value = row.get(column.key)
    if not isinstance(value, int | float):
        return False
    if is_small(value, threshold):
        return True
    total = row.get(column.out_of) if column.out_of else None
    return isinstance(total, int | float) and is_small(total - value, threshold)


def _hide_small_falls(rows: list[dict[str, Any]], key: str, threshold: int) -> None:
    """Withhold a running count that a reader could subtract from the last one shown."""
    shown: float | None = None
    for row in rows:
        value = row.get(key)
        if not isinstance(value, int | float):
            continue
        fall = 0.0 if shown is None else abs(shown - value)
        if is_small(value, threshold) or is_small(fall, threshold):
            row[key] = WITHHELD
        else:
            shown = value


def _hide_a_second(rows: list[dict[str, Any]], key: str, table: Table) -> None:
    """Where one part of a sum is withheld, withhold the next smallest, or it comes back."""
    parts = rows[:-1]
    hidden = [row for row in parts if row.get(key) == WITHHELD]
    shown = [row for row in parts if isinstance(row.get(key), int | float)]
    if len(hidden) == 1 and shown:
        second = min(shown, key=lambda row: (row[key] == 0, row[key]))
        for column in table.columns:
            if column.kind not in _KEPT:  # a rate and its base would give the count back
                second[column.key] = WITHHELD


def protect_curve(curve: Curve, threshold: int) -> Curve:
    """Return *curve* in coarse steps of at least *threshold* events each, or withheld.

    Shares are rounded to whole percentage points and numbers at risk to multiples of the
    threshold, since the exact ones could be turned back into single people's dates.
    """
    keep, since = [0], 0
    for position, events in enumerate(curve.events):
        since += events
        if position and since >= threshold and curve.at_risk[position] - events >= threshold:
            keep.append(position)
            since = 0
    total, people = sum(curve.events), curve.n
    if (
        (len(keep) == 1 and total)
        or is_small(people, threshold)
        or is_small(people - total, threshold)
    ):
        return curve.withhold(_why(threshold))
    merged = [sum(curve.events[: keep[0] + 1])]
    merged += [sum(curve.events[a + 1 : b + 1]) for a, b in pairwise(keep)]
    return replace(
        curve,
        time=tuple(curve.time[i] for i in keep),
        value=tuple(_whole_percent(curve.value[i]) for i in keep),
        low=tuple(_whole_percent(curve.low[i]) for i in keep),
        high=tuple(_whole_percent(curve.high[i]) for i in keep),
        at_risk=tuple(_to_multiple(curve.at_risk[i], threshold) for i in keep),
        events=tuple(_to_multiple(count, threshold) for count in merged),
        censored=tuple(0 for _ in keep),
        caveat=f"shown in steps of at least {threshold} events; counts rounded to {threshold}",
    )


def _whole_percent(share: float) -> float:
    return float(round_half_up(share, 2)) if share == share else share  # noqa: PLR0124 (nan)


def _to_multiple(count: int, base: int) -> int:
    return base * int(round_half_up(count / base))


def _why(threshold: int) -> str:
    return f"rests on a count of fewer than {threshold}"


def protect_results(
    results: StudyResults, *, protect: bool, suppress_below: int, reason: str = ""
) -> StudyResults:
    """Return the release copy of *results*.

    Parameters
    ----------
    results : StudyResults
        The working copy.
    protect : bool
        False only for published, synthetic or public figures, with a *reason* that is printed.
    suppress_below : int
        The threshold: a count of persons from 1 to one less than it is withheld.
    reason : str
        Why protection is off.

    Returns
    -------
    StudyResults
        With ``copy="release"`` and one sentence on what was done in ``protection``.

    Raises
    ------
    DisclosureError
        If protection is off without a reason, or for data of real people.
    """
    if not protect:
        if not reason or results.facts["data"] == "real":
            raise DisclosureError(
                "disclosure control is off, but the study gives no reason or holds real people's "
                "data; set disclosure.protect = true"
            )
        return replace(results, copy="release", protection=f"Disclosure control is off: {reason}")
    threshold = suppress_below
    facts = dict(results.facts)
    if "data_notes" in facts:
        facts["data_notes"] = [scrub(note, threshold) for note in facts["data_notes"]]
    protected = replace(
        results,
        facts=facts,
        estimates={k: protect_estimates(t, threshold) for k, t in results.estimates.items()},
        tables={
            k: protect_table(t, threshold) for k, t in results.tables.items() if not t.working_only
        },
        curves={k: _protect_curves(cs, threshold) for k, cs in results.curves.items()},
        copy="release",
        protection=(
            f"Counts of persons or events from 1 to {threshold - 1} are withheld, and with them "
            "every figure that rests on them. Subtraction between different tables, or between "
            "two publications, is not protected against: have the data owner check before release."
        ),
    )
    leaks = small_counts(protected, threshold)
    if leaks:
        raise DisclosureError(
            f"{len(leaks)} small counts remain in the release copy (tables: "
            f"{', '.join(sorted(set(leaks)))}); this is a fault in disclosure control, so nothing "
            "is released"
        )
    return protected


def _protect_curves(curves: Iterable[Curve], threshold: int) -> tuple[Curve, ...]:
    return tuple(protect_curve(curve, threshold) for curve in curves)


def small_counts(results: StudyResults, threshold: int) -> list[str]:
    """Return the names of the tables and curves in which a small count can still be read."""
    found = [
        table.name
        for table in results.estimates.values()
        for row in table.rows
        if not row.estimate.withheld and protect_estimate(row.estimate, threshold).withheld
    ]
    found += [
        table.name
        for table in results.tables.values()
        for cells in table.rows
        for column in table.columns
        if column.kind in _JUDGED and _cell_is_small(cells, column, threshold)
    ]
    found += [
        name
        for name, curves in results.curves.items()
        for curve in curves
        if any(is_small(c, threshold) for c in (*curve.events, *curve.at_risk))
    ]
    return found
