"""The estimates of a records study: shares, rates, bounds, change, time to the first event."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dipoutcomes import _display
from dipoutcomes.comparison import paired_shares, rate_ratio_before_after
from dipoutcomes.intervals import exact_coverage
from dipoutcomes.outcomes import (
    OutcomeDefinition,
    bounds_for_unknown,
    events_per_person,
    rate_per_person_year,
    share_with_event,
)
from dipoutcomes.pipeline.first_event import by_months, days_of_months
from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.pipeline.records_tables import plural
from dipoutcomes.pipeline.summary_study import LARGEST_ENUMERATED
from dipoutcomes.pipeline.weighted_shares import LENGTHS_DIFFER, weighted_shares
from dipoutcomes.protocol.model import Contrast, Protocol, Window
from dipoutcomes.results import Curve, Estimate, EstimateRow, EstimateTable
from dipoutcomes.survival import curves_by_group, kaplan_meier, survival_at

if TYPE_CHECKING:
    from dipoutcomes.pipeline.records_people import Chosen


def estimate_tables(
    protocol: Protocol, chosen: Chosen, seen: Observed, definition: OutcomeDefinition
) -> dict[str, EstimateTable]:
    """Return every table of estimates that the protocol's windows allow, by name."""
    says = definition.event_says
    tables = [
        _shares(protocol, seen, says),
        _shares_in_frame(protocol, chosen, seen, says),
        weighted_shares(protocol, chosen, seen, says, _bounded(protocol)),
        *_rates(protocol, seen, definition),
        _per_person(protocol, seen, definition),
        _bounds(protocol, seen, says),
        _before_after(protocol, seen, definition),
    ]
    return {table.name: table for table in tables if table.rows}


def _level(protocol: Protocol) -> float:
    return float(protocol.analysis.confidence_level)


def _bounded(protocol: Protocol) -> list[Window]:
    """Return the windows with an end that everybody can reach: those that shares are given for."""
    return [w for w in protocol.window if not w.open_ended and not w.band]


# -------------------------------------------------------------------------------- shares


def _share_of(
    protocol: Protocol, seen: Observed, window: Window, says: str, population: int | None = None
) -> Estimate | None:
    base = seen.base(window.name)
    if not base.any():
        return None
    counts = seen.measures[window.name].events[base]
    found = share_with_event(
        counts,
        np.ones(len(counts), dtype=bool),
        measure=f"share {says} at least once",
        # The protocol names a method for an endless supply of people; a frame has an exact one.
        method=protocol.analysis.proportion_interval if population is None else "hypergeometric",
        confidence_level=_level(protocol),
        population=population,
    )
    if window.fixed_length:
        return found
    return _with_caveat(found, LENGTHS_DIFFER)


def _with_caveat(estimate: Estimate, caveat: str) -> Estimate:
    return replace(estimate, caveat="; ".join(part for part in (estimate.caveat, caveat) if part))


def _shares(protocol: Protocol, seen: Observed, says: str) -> EstimateTable:
    rows = []
    for window in _bounded(protocol):
        estimate = _share_of(protocol, seen, window, says)
        if estimate is not None:
            rows.append(EstimateRow(label=window.name, estimate=estimate))
    level = _display.level(_level(protocol))
    return EstimateTable(
        name="shares_by_window",
        caption=f"Share {says} at least once in each period, with {level} confidence intervals",
        rows=tuple(rows),
        notes=(
            "Only periods with an end are shown: a share for a period that runs to the last day "
            "counted would give some people longer than others.",
            *_actual_coverage(protocol, rows),
        ),
        heading="Period",
    )


def _actual_coverage(protocol: Protocol, rows: list[EstimateRow]) -> tuple[str, ...]:
    """Return how often such intervals hold the truth at the last period's number of people."""
    if not rows or rows[-1].estimate.base > LARGEST_ENUMERATED:
        return ()
    method = protocol.analysis.proportion_interval
    people = int(rows[-1].estimate.base)
    return (exact_coverage(people, method=method, confidence_level=_level(protocol)).sentence(),)


def _shares_in_frame(
    protocol: Protocol, chosen: Chosen, seen: Observed, says: str
) -> EstimateTable:
    """Return exact finite-population limits, where a simple random sample was drawn."""
    rows = []
    frame = len(chosen.cohort.people)
    draw = chosen.draw
    simple = draw is not None and draw.design == "simple_random" and not draw.replacement
    wanted = protocol.analysis.finite_population and simple
    for window in _bounded(protocol) if wanted else ():
        # Assumes that those who could not be followed are like those who could.
        estimate = _share_of(protocol, seen, window, says, population=frame)
        if estimate is not None:
            rows.append(EstimateRow(label=window.name, estimate=estimate))
    return EstimateTable(
        name="shares_in_frame",
        caption=f"Share {says} at least once among all {frame:,} people in the frame: exact limits "
        "for a sample drawn from it without replacement",
        rows=tuple(rows),
        notes=(
            "The limits allow for chance in the draw alone, and take those who could not be "
            "followed to be like those who could.",
        ),
        heading="Period",
    )


def _bounds(protocol: Protocol, seen: Observed, says: str) -> EstimateTable:
    rows = []
    for window in _bounded(protocol):
        counts = np.where(seen.had_event(window.name), 1, 0)
        known = seen.base(window.name) | seen.had_event(window.name)
        found = bounds_for_unknown(
            counts,
            known,
            measure=f"share {says} at least once",
            method=protocol.analysis.proportion_interval,
            confidence_level=_level(protocol),
        )
        for label, estimate in (
            ("best case: none of the unknown", found.best),
            ("worst case: all of the unknown", found.worst),
        ):
            who = "person" if found.unknown == 1 else "people"
            said = replace(estimate, caveat=f"{found.unknown} {who} unknown")
            rows.append(EstimateRow(group=window.name, label=label, estimate=said))
    return EstimateTable(
        name="bounds_by_window",
        caption=f"Share {says} at least once, if none or all of the people whose outcome is not "
        "known had an event",
        rows=tuple(rows),
        notes=(
            "A person seen with an event counts in both cases, even if a line of their record "
            "could not be read or they were not seen to the end.",
        ),
        nested=True,
        heading="Case",
        group_heading="Period",
    )


# --------------------------------------------------------------------------------- rates


_INTERVAL_SAYS = {
    "person_robust": "allow for differences between people",
    "negative_binomial": "allow for differences between people (negative binomial model)",
    "garwood": "take events to be independent, which those of one person are not",
}


def _rates(
    protocol: Protocol, seen: Observed, definition: OutcomeDefinition
) -> list[EstimateTable]:
    noun = plural(definition.measure)
    removed = protocol.outcome is None or protocol.outcome.exclude_days_in_custody
    known = protocol.records is not None and protocol.records.custody is not None
    liberty = _rate_table(
        protocol, seen, ("days_at_liberty",), f"{noun} per person-year at liberty",
        "person-years at liberty", seen.certain & ~seen.custody_uncertain,
    )  # fmt: skip
    with_custody = _rate_table(
        protocol, seen, ("days_at_liberty", "days_in_custody"),
        f"{noun} per person-year, custody included", "person-years", seen.certain,
    )  # fmt: skip
    names = ["rates_by_window", "rates_with_custody"]
    order = [liberty, with_custody] if removed else [with_custody, liberty]
    captions = {
        liberty: "at liberty: days in custody taken out",
        with_custody: "with days in custody left in"
        if known
        else "(days in custody are not known: no custody table was given)",
    }
    if not known:  # nothing was taken out, and no table may say that it was
        names, order = names[:1], [with_custody]
    level = _display.level(_level(protocol))
    return [
        EstimateTable(
            name=name,
            caption=f"{noun.capitalize()} per person-year {captions[rows]}, with {level} "
            f"confidence intervals that {_INTERVAL_SAYS[protocol.analysis.rate_interval]}",
            rows=rows,
            heading="Period",
        )
        for name, rows in zip(names, order, strict=True)
    ]


def _rate_table(
    protocol: Protocol,
    seen: Observed,
    kinds: tuple[str, ...],
    measure: str,
    unit: str,
    who: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> tuple[EstimateRow, ...]:
    rows = []
    for window in protocol.window:
        found = seen.measures[window.name]
        parts = [getattr(found.ledger, kind)[who] for kind in kinds]
        days = np.sum(parts, axis=0, dtype=np.int64)
        if window.band or not days.any():
            continue
        estimate = rate_per_person_year(
            found.events[who],
            days,
            interval=protocol.analysis.rate_interval,
            measure=measure,
            base_unit=unit,
            confidence_level=_level(protocol),
        )
        rows.append(EstimateRow(label=window.name, estimate=estimate))
    return tuple(rows)


def _per_person(protocol: Protocol, seen: Observed, definition: OutcomeDefinition) -> EstimateTable:
    rows = []
    noun = plural(definition.measure)
    for window in _bounded(protocol):
        base = seen.base(window.name)
        if not (base.any() and window.fixed_length):
            continue
        estimate = events_per_person(
            seen.measures[window.name].events[base],
            measure=f"{noun} per person",
            confidence_level=_level(protocol),
        )
        rows.append(EstimateRow(label=window.name, estimate=estimate))
    return EstimateTable(
        name="events_per_person",
        caption=f"{noun.capitalize()} per person (not per reoffender) in periods of fixed length",
        rows=tuple(rows),
        heading="Period",
    )


# -------------------------------------------------------------------------------- change


def _before_after(
    protocol: Protocol, seen: Observed, definition: OutcomeDefinition
) -> EstimateTable:
    rows = [
        row
        for contrast in protocol.analysis.contrast
        for row in _contrast(protocol, seen, contrast, definition)
    ]
    return EstimateTable(
        name="before_after",
        caption="The same people before and after: difference of shares and ratio of rates",
        rows=tuple(rows),
        notes=("These figures describe a change and do not explain it.",),
        heading="Measure",
        group_heading="Comparison",
    )


def _contrast(
    protocol: Protocol, seen: Observed, contrast: Contrast, definition: OutcomeDefinition
) -> list[EstimateRow]:
    windows = {w.name: w for w in protocol.window}
    before, after = windows[contrast.before], windows[contrast.after]
    group = f"“{after.name}” against “{before.name}”"
    rows = []
    both = seen.base(before.name) & seen.base(after.name)
    if "shares" in contrast.compare and both.any():
        share = paired_shares(
            seen.had_event(before.name)[both],
            seen.had_event(after.name)[both],
            measure=f"the share {definition.event_says} at least once",
            confidence_level=_level(protocol),
        )
        rows.append(EstimateRow(group=group, label="difference of shares", estimate=share))
    # What is at risk is the protocol's choice here too: these are the rates of the first table.
    removed = protocol.outcome is None or protocol.outcome.exclude_days_in_custody
    kinds = ("days_at_liberty",) if removed else ("days_at_liberty", "days_in_custody")
    who = seen.certain & ~(seen.custody_uncertain & removed)
    first, second = (seen.measures[w.name] for w in (before, after))
    days_before, days_after = (
        np.sum([getattr(m.ledger, kind) for kind in kinds], axis=0)[who] for m in (first, second)
    )
    if "rates" in contrast.compare and ((days_before > 0) & (days_after > 0)).any():
        noun = plural(definition.measure)
        ratio = rate_ratio_before_after(
            first.events[who],
            days_before,
            second.events[who],
            days_after,
            measure=f"the rate of {noun} at liberty" if removed else f"the rate of {noun}",
            base_unit="person-years at liberty" if removed else "person-years",
            confidence_level=_level(protocol),
        )
        rows.append(EstimateRow(group=group, label="ratio of rates", estimate=ratio))
    return rows


# ------------------------------------------------------------------- time to first event


def first_event_curves(
    protocol: Protocol, seen: Observed, definition: OutcomeDefinition
) -> tuple[Curve, ...]:
    """Return the Kaplan-Meier curve of time to the first event, one a group if there are any."""
    section, first = protocol.time_to_first, seen.first
    if section is None or first is None:
        return ()
    who = seen.certain & (first.durations >= 0)
    if not who.any():
        return ()
    durations, event = first.durations[who], first.event[who]
    measure = f"share not yet {definition.event_says}"
    if section.group:
        groups = seen.attribute(section.group)[who]
        return curves_by_group(
            durations, event, groups, measure=measure, confidence_level=_level(protocol)
        )
    return (kaplan_meier(durations, event, measure=measure, confidence_level=_level(protocol)),)


def first_event_at(
    protocol: Protocol, curves: tuple[Curve, ...], definition: OutcomeDefinition
) -> EstimateTable:
    """Return the share with a first event by the months that the protocol names."""
    section = protocol.time_to_first
    months = section.report_at_months if section else ()
    rows = []
    for curve in curves:
        found = survival_at(
            curve,
            [days_of_months(m) for m in months],
            measure=f"share {definition.event_says}",
        )
        for month, row in zip(months, found.rows, strict=True):
            rows.append(
                EstimateRow(
                    group=row.group,
                    label=by_months(month),
                    estimate=row.estimate,
                )
            )
    return EstimateTable(
        name="first_event_at",
        caption=f"Share {definition.event_says} by each time after the intervention "
        "(Kaplan-Meier estimate)",
        rows=tuple(rows),
        notes=(
            "People who died, left the country or were followed for a shorter time count while "
            "they were seen, so the share need not be a simple ratio of the counts.",
        ),
        heading="Time",
    )
