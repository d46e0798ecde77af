"""Intensive areas against others: the change in each, with the few areas there are."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dipoutcomes.comparison.areas import (
    AreaContrast,
    AreaPanel,
    area_panel,
    difference_in_differences,
)
from dipoutcomes.pipeline.comparisons.window_counts import counts_in, followed
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.observed import NOT_KNOWN, Mask, Observed
from dipoutcomes.protocol.model import Areas, Protocol
from dipoutcomes.results import Column, EstimateRow, EstimateTable, Table
from dipoutcomes.streams import random_stream

PART = "areas"
STREAM = "comparison: areas"
DAYS_PER_YEAR = 365.25


def areas(
    protocol: Protocol, section: Areas, seen: Observed, entrants: Mask
) -> tuple[Found, dict[str, Any]]:
    """Return the change in intensive areas against that in the others."""
    found = Found()
    custody_out = protocol.outcome is None or protocol.outcome.exclude_days_in_custody
    names = seen.attribute(section.area)
    who = followed(seen, custody_out=custody_out) & entrants & (names != NOT_KNOWN)
    if not who.any():
        found.refused[PART] = ["nobody whose area is known has a record that is whole"]
        return found, {}
    columns: list[tuple[Any, int, Any, Any]] = []
    for period, window in enumerate((section.before, section.after)):
        counts = counts_in(seen, window, who, custody_out=custody_out)
        values, place = np.unique(names[who].astype(str), return_inverse=True)
        events = np.bincount(place, counts.events, len(values)).astype(np.int64)
        years = np.bincount(place, counts.days, len(values)) / DAYS_PER_YEAR
        columns.append((values, period, events, years))
    panel = found.attempt(
        PART,
        "areas",
        partial(
            area_panel,
            np.concatenate([v for v, *_ in columns]),
            np.repeat([p for _, p, *_ in columns], [len(v) for v, *_ in columns]),
            np.concatenate([e for _, _, e, _ in columns]),
            np.concatenate([y for *_, y in columns]),
            intensive=list(section.intensive),
            starts=1,
            base_unit="person-years at liberty" if custody_out else "person-years",
        ),
    )
    if panel is None:
        return found, {}
    contrast = found.attempt(
        PART,
        "change in intensive areas against others",
        partial(
            difference_in_differences,
            panel,
            confidence_level=float(protocol.analysis.confidence_level),
            rng=random_stream(protocol.study.seed, STREAM),
        ),
    )
    if contrast is None:
        return found, {}
    found.add(
        EstimateTable(
            name="areas_compared",
            caption="Change in intensive areas against the change in the others",
            rows=(
                EstimateRow(label="by permutation of areas", estimate=contrast.estimate),
                EstimateRow(
                    label="if areas' numbers were normal",
                    estimate=replace(contrast.by_model),
                ),
            ),
            # The row's caveat says it too, and stands under the table.
            notes=tuple(
                line
                for line in contrast.statements
                if line.lower().rstrip(".") not in contrast.estimate.caveat.lower()
            ),
            heading="Limits",
        ),
        _changes(panel, contrast),
    )
    return found, {
        "areas": len(contrast.areas),
        "intensive": int(sum(contrast.intensive)),
        "smallest_p": float(contrast.permutation.smallest),
    }


def _changes(panel: AreaPanel, contrast: AreaContrast) -> Table:
    """Return the change in each area, with the counts that disclosure control judges."""
    order = sorted(range(len(panel.areas)), key=lambda k: (not panel.intensive[k], k))
    change = dict(zip(contrast.areas, contrast.values, strict=True))
    return Table.of(
        "areas_changes",
        "The change of the rate in each area",
        (
            Column(key="area", heading="Area", kind="label"),
            Column(key="kind", heading="Kind"),
            Column(key="before", heading="Events before", kind="events"),
            Column(key="after", heading="Events after", kind="events"),
            Column(key="change", heading="Change of the rate", kind="share"),
        ),
        [
            [
                panel.areas[k],
                "intensive" if panel.intensive[k] else "other",
                *(int(count) for count in panel.events[k]),
                float(np.expm1(change[panel.areas[k]])),
            ]
            for k in order
        ],
        notes=(f"Rates are events over {panel.base_unit}.",),
    )
