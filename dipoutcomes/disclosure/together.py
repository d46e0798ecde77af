"""Results that say parts of one whole: what goes with a number that is withheld.

A share for whom death came first is withheld because few died; the share with none of the events
would give it back, and the gap to one minus Kaplan-Meier would show it. Rows and curves that are
parts of one whole therefore go together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from dipoutcomes._display import WITHHELD
from dipoutcomes.disclosure.counts import is_small, why
from dipoutcomes.disclosure.curves import coarsened
from dipoutcomes.results import Curve, EstimateRow, EstimateTable, Table

#: Their events are persons whatever the quantity, so that the rest of the base is judged too.
FIRST_EVENTS = frozenset(
    {"time_lost", "mean_time_free", "mean_time_difference", "hazard_ratios", "fine_gray"}
)
#: The first row of a group stands alone; the others, which add up with it, go together.
_PARTS = frozenset({"incidence_at", "time_lost"})
_SERIES = {"incidence", "overstatement"}
_TESTS = frozenset({"group_test", "gray_test", "recurrent_test", "landmark_test"})


def _by_group(row: EstimateRow) -> str:
    return row.group


def _by_covariate(row: EstimateRow) -> str:
    return f"{row.group}: {row.label.partition(':')[0]}"


def _as_one(_: EstimateRow) -> str:
    return ""


#: Where one row goes, all go that share its key.
_WHOLE: Mapping[str, Callable[[EstimateRow], str]] = {
    "incidence_by_group": _by_group,
    "hazard_ratios": _by_covariate,
    "fine_gray": _by_covariate,
    "areas_pooled": _as_one,  # the areas add up to everybody
}


def protect_rows(table: EstimateTable, threshold: int) -> EstimateTable:
    """Return a table of protected rows with those withheld too that would give one back."""
    gone: set[int] = set()
    if table.name in _PARTS:
        gone = _parts(table.rows)
    elif table.name in _WHOLE:
        key = _WHOLE[table.name]
        keys = {key(row) for row in table.rows if row.estimate.withheld}
        gone = {i for i, row in enumerate(table.rows) if key(row) in keys}
    return without(table, gone, threshold)


def _parts(rows: tuple[EstimateRow, ...]) -> set[int]:
    gone: set[int] = set()
    for group in dict.fromkeys(row.group for row in rows):
        first, *others = (i for i, row in enumerate(rows) if row.group == group)
        if rows[first].estimate.withheld:
            gone |= {first, *others}
        elif any(rows[i].estimate.withheld for i in others):
            gone |= set(others)
    return gone


def without(table: EstimateTable, gone: set[int], threshold: int) -> EstimateTable:
    """Return *table* with the rows at these positions withheld."""
    rows = tuple(
        replace(row, estimate=row.estimate.withhold(why(threshold)))
        if i in gone and not row.estimate.withheld
        else row
        for i, row in enumerate(table.rows)
    )
    return replace(table, rows=rows)


def protect_series(curves: Iterable[Curve], threshold: int) -> tuple[Curve, ...]:
    """Return curves of one set of people in steps common to all, or all of them withheld.

    Every step holds at least *threshold* events of each kind, or none of it.
    """
    curves = tuple(curves)
    totals = [sum(curve.events) for curve in curves]
    people = curves[0].n
    if is_small(people, threshold) or any(
        is_small(total, threshold) or is_small(people - total, threshold) for total in totals
    ):
        return tuple(curve.withhold(why(threshold)) for curve in curves)
    keep = [0]
    for position in range(1, len(curves[0].time)):
        since = [sum(curve.events[keep[-1] + 1 : position + 1]) for curve in curves]
        left = curves[0].at_risk[position] - max(c.events[position] for c in curves)
        enough = all(count == 0 or count >= threshold for count in since)
        if any(since) and enough and left >= threshold:
            keep.append(position)
    if len(keep) == 1 and any(totals):
        return tuple(curve.withhold(why(threshold)) for curve in curves)
    return tuple(coarsened(curve, keep, threshold) for curve in curves)


def is_smooth(name: str) -> bool:
    """Return whether the curves called *name* are assumed shapes, with no count of their own."""
    return name == "tails"


def is_series(name: str) -> bool:
    """Return whether the curves called *name* are parts of one whole."""
    return name in _SERIES


def protect_tests(table: Table, threshold: int) -> Table:
    """Return a test of groups without any number, where a group's counts are withheld.

    The expected events add up to those seen, so one hidden group would come back.
    """
    if table.name not in _TESTS or not any(WITHHELD in row.values() for row in table.rows):
        return table
    labels = {column.key for column in table.columns if column.kind == "label"}
    rows = tuple(
        {key: cell if key in labels else WITHHELD for key, cell in row.items()}
        for row in table.rows
    )
    return replace(table, rows=rows, notes=(f"The test {why(threshold)} in a group.",))
