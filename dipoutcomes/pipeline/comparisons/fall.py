"""How much of a fall would have come with no effect, and what an earlier window says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from math import isnan
from typing import Any

import numpy as np

from dipoutcomes.comparison.regression_to_mean import (
    AdjustedRatio,
    EntryRule,
    OffendingSpread,
    adjusted_ratio,
    earlier_window_check,
    literature_grid,
    offending_spread,
    published_spread,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.pipeline.comparisons.change import by_other_models, who_changed
from dipoutcomes.pipeline.comparisons.said_once import said_once
from dipoutcomes.pipeline.comparisons.window_counts import WindowCounts, counts_in, followed
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.observed import Mask, Observed
from dipoutcomes.protocol.model import Protocol, RegressionToMean
from dipoutcomes.results import EstimateTable
from dipoutcomes.streams import random_stream
from dipoutcomes.windows import to_days

PART = "regression_to_mean"
STREAM = "comparison: before and after"
DAYS_PER_YEAR = 365.25
ENTRY = {
    "at_an_event": "random_offence",
    "first_event_after_a_date": "first_offence",
    "count": "recent_count",
    "not_by_offending": "none",
}
#: How far from the numbers of a source the grid of others goes.
AROUND = (0.5, 0.75, 1.0, 1.5, 2.0)


def fall(
    protocol: Protocol,
    section: RegressionToMean,
    seen: Observed,
    entrants: Mask,
    *,
    brought_in: Mask,
) -> Found:
    """Return the ratio of rates as observed, as expected with no effect, and what is left.

    Parameters
    ----------
    protocol : Protocol
    section : RegressionToMean
    seen : Observed
    entrants : ndarray of bool
        Those whom the programme took on.
    brought_in : ndarray of bool
        Those whom an event of their own brought in: no reference is made of them.
    """
    found = Found()
    custody_out = protocol.outcome is None or protocol.outcome.exclude_days_in_custody
    whole = followed(seen, custody_out=custody_out)
    who = whole & entrants
    if not who.any():
        found.refused[PART] = ["nobody who was taken on has a record that is whole"]
        return found
    before = counts_in(seen, section.before, who, custody_out=custody_out)
    after = counts_in(seen, section.after, who, custody_out=custody_out)
    entry = found.attempt(PART, "how people came in", partial(_entry, protocol, section, seen))
    if entry is None:
        return found
    gap = _gap(protocol, seen, who) if section.entry == "first_event_after_a_date" else None
    common: dict[str, Any] = {
        "entry": entry,
        "index_counts": _index_counts(protocol),
        "gap_days": gap,
    }
    level = float(protocol.analysis.confidence_level)
    rng = random_stream(protocol.study.seed, STREAM)
    models = by_other_models(before, after, level=level, resamples=section.resamples, rng=rng)
    reference = found.attempt(
        PART,
        "what no effect would have left",
        partial(_reference, section, seen, whole, brought_in, custody_out=custody_out),
    )
    if reference is not None:
        _adjust(found, before, after, reference, level=level, common=common)
        if gap is None and "regression_to_mean" in found.estimates:
            models = Found.joined(
                [models, who_changed(before, after, reference, rng=rng, common=_no_gap(common))]
            )
    if section.earlier:
        _earlier(found, protocol, section, seen, who, entry, level=level)
    return Found.joined([found, models])


def _no_gap(common: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in common.items() if key != "gap_days"}


def _adjust(
    found: Found,
    before: WindowCounts,
    after: WindowCounts,
    reference: OffendingSpread,
    *,
    level: float,
    common: dict[str, Any],
) -> None:
    four = (before.events, before.days, after.events, after.days)
    ratio: AdjustedRatio | None = found.attempt(
        PART,
        "ratio adjusted for regression to the mean",
        partial(adjusted_ratio, *four, reference=reference, confidence_level=level, **common),
    )
    if ratio is None:
        return
    found.add(said_once(ratio.estimates()))
    if not reference.is_estimated:
        grid = found.attempt(
            PART,
            "other numbers than those of the source",
            partial(
                literature_grid,
                *four,
                offences_per_year=[reference.offences_per_year * f for f in AROUND],
                gamma_shape=[reference.gamma_shape * f for f in AROUND],
                confidence_level=level,
                **common,
            ),
        )
        if grid is not None:
            found.add(replace(grid.table(), name="regression_grid"))


def _entry(protocol: Protocol, section: RegressionToMean, seen: Observed) -> EntryRule:
    """Return the way in, with the numbers that its own null needs, in days."""
    by: Any = ENTRY[section.entry]
    if by == "first_offence":
        cohort = protocol.cohort
        open_days = None if cohort is None else (cohort.accrual_to - cohort.accrual_from).days + 1
        return EntryRule(by=by, accrual_time=open_days)
    if by == "recent_count":
        # Assumes the count was taken over the window before, from everybody's mean length of it.
        days = float(np.mean(seen.measures[section.before].ledger.days_in_window))
        return EntryRule(by=by, minimum_count=section.count_at_least, count_time=days)
    return EntryRule(by=by)


def _index_counts(protocol: Protocol) -> bool:
    return protocol.cohort is not None and protocol.cohort.index_event == "none"


def _gap(protocol: Protocol, seen: Observed, who: Mask) -> Any:
    """Return the days from the first day of accrual to each person's start."""
    cohort = protocol.cohort
    if cohort is None:
        raise DesignError("entry at the first event after a date needs [cohort] accrual_from")
    first = (cohort.accrual_from - date(1970, 1, 1)).days
    return np.maximum(to_days(seen.people["start"]).astype(np.int64)[who] - first, 0)


def _reference(
    section: RegressionToMean,
    seen: Observed,
    whole: Mask,
    brought_in: Mask,
    *,
    custody_out: bool,
) -> OffendingSpread:
    if section.events_per_year is not None and section.shape is not None:
        return published_spread(
            float(section.events_per_year), float(section.shape), source=section.source
        )
    if not section.reference:
        raise DesignError(
            "it depends on how often people like these offend who were not chosen for it, and on "
            "how much they differ. Give events_per_year, shape and source, or reference"
        )
    others = whole & (seen.attribute(section.reference) == section.reference_value)
    if not others.any():
        raise DesignError(
            f"nobody whose record is whole has {section.reference} = "
            f'"{section.reference_value}". Look at the values of that column'
        )
    chosen = int((others & brought_in).sum())
    if section.entry != "not_by_offending" and 2 * chosen > int(others.sum()):
        raise DesignError(
            f"{chosen:,} of the {int(others.sum()):,} people of the reference were brought in by "
            "an event of their own, as those in the programme were: they offend more than people "
            "nobody chose, and too little of the fall would be put down to how people came in. "
            "Take people who were not chosen for their offending, or numbers from a source"
        )
    counts = counts_in(seen, section.before, others, custody_out=custody_out)
    return offending_spread(
        counts.events, counts.days, source=f"{section.reference} = {section.reference_value}"
    )


def _earlier(
    found: Found,
    protocol: Protocol,
    section: RegressionToMean,
    seen: Observed,
    who: Mask,
    entry: EntryRule,
    *,
    level: float,
) -> None:
    custody_out = protocol.outcome is None or protocol.outcome.exclude_days_in_custody
    three = [
        counts_in(seen, name, who, custody_out=custody_out)
        for name in (section.earlier, section.before, section.after)
    ]
    closes = seen.measures[section.earlier].ledger.closes[who].astype(np.int64)
    start = to_days(seen.people["start"]).astype(np.int64)[who]
    check = found.attempt(
        PART,
        "earlier window",
        partial(
            earlier_window_check,
            *((w.events, w.days) for w in three),
            days_from_window_to_entry=max(int((start - closes).min()), 0),
            entry=entry,
            confidence_level=level,
        ),
    )
    if check is not None:
        found.add(said_once(check.estimates()))


def reading(table: EstimateTable | None) -> str:
    """Return what is left of the fall, as a word: "less", "more", "unclear", or "" if unknown."""
    if table is None:
        return ""
    estimate = table["observed over expected"]
    low, high = estimate.interval
    if isnan(low):
        return ""
    return "less" if high < 1 else "more" if low > 1 else "unclear"
