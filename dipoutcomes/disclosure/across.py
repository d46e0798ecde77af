"""What one table would give back of another: rows, curves and tests that go because of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from dipoutcomes._display import WITHHELD, round_half_up
from dipoutcomes.disclosure.counts import is_small, why
from dipoutcomes.disclosure.together import without
from dipoutcomes.results import Curve, EstimateRow, EstimateTable, StudyResults, Table

#: Differences, and the curves that they are differences of.
_DIFFERENCES = (
    ("difference_at", "first_event_at"),
    ("landmark_differences", "landmark_at"),
)


def protect_across(results: StudyResults, threshold: int) -> StudyResults:
    """Return results with the rows withheld that another table's withheld row would be had from."""
    estimates, tables, curves = dict(results.estimates), dict(results.tables), dict(results.curves)
    _first_events(estimates, tables, threshold)
    _regression(estimates, tables, threshold)
    _drawn(estimates, tables, curves, threshold)
    return replace(results, estimates=estimates, tables=tables, curves=curves)


def _first_events(
    estimates: dict[str, EstimateTable], tables: dict[str, Table], threshold: int
) -> None:
    if "incidence_at" in estimates:
        hidden = _times_with_a_hidden_group(estimates)
        estimates["incidence_at"] = _hide(
            estimates["incidence_at"], lambda row: row.group in hidden, threshold
        )
        gone = {row.group for row in estimates["incidence_at"].rows if row.estimate.withheld}
        if "overstatement" in estimates:
            estimates["overstatement"] = _hide(
                estimates["overstatement"], lambda row: row.group in gone, threshold
            )
    for name, curves in _DIFFERENCES:
        if name in estimates and curves in estimates:
            estimates[name] = _differences(estimates[name], estimates[curves], threshold)
    if "still_free_people" in tables and "still_free" in estimates:
        cells = {
            (str(row["says"]), str(row.get("group", "")))
            for row in tables["still_free_people"].rows
            if WITHHELD in row.values()
        }
        estimates["still_free"] = _hide(
            estimates["still_free"], lambda row: (row.label, row.group) in cells, threshold
        )
    if "repeated_at" in estimates and "repeated_with_custody" in estimates:
        estimates["repeated_with_custody"] = _unlike(
            estimates["repeated_with_custody"], estimates["repeated_at"], threshold
        )


def _regression(
    estimates: dict[str, EstimateTable], tables: dict[str, Table], threshold: int
) -> None:
    people = tables.get("regression_people")
    if people is not None and any(WITHHELD in row.values() for row in people.rows):
        # The people in the regression, less those of another table, would be the few left out.
        for name in ("hazard_ratios", "fine_gray"):
            if name in estimates:
                estimates[name] = _hide(estimates[name], lambda _: True, threshold)
    if "proportional_hazards" in tables and "hazard_ratios" in estimates:
        tables["proportional_hazards"] = _terms_shown(
            tables["proportional_hazards"], estimates["hazard_ratios"]
        )


def _drawn(
    estimates: dict[str, EstimateTable],
    tables: dict[str, Table],
    curves: dict[str, tuple[Curve, ...]],
    threshold: int,
) -> None:
    if "tails" in curves:
        curves["tails"] = _tails(curves["tails"], estimates.get("cured_shares"), threshold)
        if all(curve.withheld for curve in curves["tails"]):
            tables.pop("cure_fits", None)
    if any(curve.withheld for curve in curves.get("incidence", ())):
        # The gap between the two is what the other events make.
        curves["overstatement"] = tuple(
            curve.withhold(why(threshold)) for curve in curves.get("overstatement", ())
        )


def _tails(
    curves: tuple[Curve, ...], shares: EstimateTable | None, threshold: int
) -> tuple[Curve, ...]:
    """Return assumed tails in whole percent; they go with the share that they come down to."""
    if shares is None or any(row.estimate.withheld for row in shares.rows):
        return tuple(curve.withhold(why(threshold)) for curve in curves)
    return tuple(
        replace(curve, value=tuple(float(round_half_up(v, 2)) for v in curve.value))
        for curve in curves
    )


def _times_with_a_hidden_group(estimates: Mapping[str, EstimateTable]) -> set[str]:
    """Return the times at which a group's count is hidden, so that the total would give it back."""
    if "incidence_by_group" in estimates:
        rows = estimates["incidence_by_group"].rows
        return {row.group for row in rows if row.estimate.withheld}
    table = estimates.get("first_event_at")
    if table is None or not any(row.group for row in table.rows):
        return set()
    return {row.label for row in table.rows if row.estimate.withheld}


def _differences(table: EstimateTable, curves: EstimateTable, threshold: int) -> EstimateTable:
    """Return differences without those of a curve that is withheld at the time.

    The other curve and the difference would give it back.
    """
    gone = {(row.group, row.label) for row in curves.rows if row.estimate.withheld}

    def rests_on_it(row: EstimateRow) -> bool:
        return any(
            (row.label == label and row.group.startswith(f"{group} less "))
            or (row.label == label and row.group.endswith(f" less {group}"))
            for group, label in gone
        )

    return _hide(table, rests_on_it, threshold)


def _hide(
    table: EstimateTable, wanted: Callable[[EstimateRow], bool], threshold: int
) -> EstimateTable:
    gone = {i for i, row in enumerate(table.rows) if wanted(row)}
    return without(table, gone, threshold)


def _unlike(table: EstimateTable, other: EstimateTable, threshold: int) -> EstimateTable:
    """Return *table* without the rows whose count differs by a few from that of *other*."""
    events = {(row.group, row.label): row.estimate.events for row in other.rows}

    def differs(row: EstimateRow) -> bool:
        known = events.get((row.group, row.label))
        if known is None:
            return True
        return row.estimate.events is None or is_small(abs(row.estimate.events - known), threshold)

    return _hide(table, differs, threshold)


def _terms_shown(table: Table, ratios: EstimateTable) -> Table:
    hidden = {row.label for row in ratios.rows if row.estimate.withheld}
    if len(hidden) == len(ratios):
        hidden |= {str(row["term"]) for row in table.rows}
    rows = tuple(
        {key: cell if key == "term" else WITHHELD for key, cell in row.items()}
        if row["term"] in hidden
        else dict(row)
        for row in table.rows
    )
    return replace(table, rows=rows)
