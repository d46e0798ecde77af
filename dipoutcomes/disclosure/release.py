"""The release copy of a study's results, and the guard that looks at it once more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dipoutcomes.disclosure.across import protect_across
from dipoutcomes.disclosure.comparisons import protect_comparisons
from dipoutcomes.disclosure.counts import is_small, scrub
from dipoutcomes.disclosure.curves import protect_curve
from dipoutcomes.disclosure.estimates import protect_estimate, protect_estimates
from dipoutcomes.disclosure.scorecard import protect_scorecard
from dipoutcomes.disclosure.tables import JUDGED, cell_is_small, protect_table
from dipoutcomes.disclosure.together import (
    FIRST_EVENTS,
    is_series,
    is_smooth,
    protect_series,
    protect_tests,
)
from dipoutcomes.errors import DisclosureError
from dipoutcomes.results import Curve, StudyResults


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
    if "cannot_be_had" in facts:
        facts["cannot_be_had"] = {
            part: [scrub(line, threshold) for line in lines]
            for part, lines in facts["cannot_be_had"].items()
        }
    protected = replace(
        results,
        facts=facts,
        estimates={k: protect_estimates(t, threshold) for k, t in results.estimates.items()},
        tables={
            k: protect_tests(protect_table(t, threshold), threshold)
            for k, t in results.tables.items()
            if not t.working_only
        },
        curves={k: _protect_curves(k, cs, threshold) for k, cs in results.curves.items()},
        copy="release",
        protection=(
            f"Counts of persons or events from 1 to {threshold - 1} are withheld, and with them "
            "every figure that rests on them. Subtraction between different tables, or between "
            "two publications, is not protected against: have the data owner check before release."
        ),
    )
    protected = protect_comparisons(protect_across(protected, threshold), threshold)
    protected = protect_scorecard(results, protected, threshold)
    leaks = small_counts(protected, threshold)
    if leaks:
        raise DisclosureError(
            f"{len(leaks)} small counts remain in the release copy (tables: "
            f"{', '.join(sorted(set(leaks)))}); this is a fault in disclosure control, so nothing "
            "is released"
        )
    return protected


def _protect_curves(name: str, curves: Iterable[Curve], threshold: int) -> tuple[Curve, ...]:
    if is_series(name):
        return protect_series(curves, threshold)
    if is_smooth(name):  # with the share they come down to: see `protect_across`
        return tuple(curves)
    return tuple(protect_curve(curve, threshold) for curve in curves)


def small_counts(results: StudyResults, threshold: int) -> list[str]:
    """Return the names of the tables and curves in which a small count can still be read."""
    found = [
        table.name
        for table in results.estimates.values()
        for row in table.rows
        if not row.estimate.withheld
        and protect_estimate(
            row.estimate, threshold, events_are_persons=table.name in FIRST_EVENTS
        ).withheld
    ]
    found += [
        table.name
        for table in results.tables.values()
        for cells in table.rows
        for column in table.columns
        if column.kind in JUDGED and cell_is_small(cells, column, threshold)
    ]
    found += [
        name
        for name, curves in results.curves.items()
        for curve in curves
        if any(is_small(c, threshold) for c in (*curve.events, *curve.at_risk))
    ]
    return found
