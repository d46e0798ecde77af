"""Shares of the whole frame from a sample whose people stand for different numbers of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dipoutcomes import _display
from dipoutcomes.protocol.model import Protocol, Window
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable
from dipoutcomes.sampling import Draw, survey_proportion
from dipoutcomes.sampling.drawn_design import design_of_draw

if TYPE_CHECKING:
    from dipoutcomes.pipeline.observed import Observed
    from dipoutcomes.pipeline.records_people import Chosen

#: Below this the width of an interval says little more than how the draw happened to fall.
FEW_DF = 8
LENGTHS_DIFFER = "lengths differ between people: not to be compared with other periods"


def needs_weights(draw: Draw | None) -> bool:
    """Return whether a plain share of the sample is not the natural estimate for the frame."""
    if draw is None:
        return False
    return draw.design in {"stratified", "cluster", "proportional_to_size"}


def weighted_shares(
    protocol: Protocol, chosen: Chosen, seen: Observed, says: str, windows: list[Window]
) -> EstimateTable:
    """Return the share in the frame by window, with the weights and the design of the draw."""
    draw, rows, joined = chosen.draw, [], 0
    for window in windows if draw is not None and needs_weights(draw) else ():
        if draw is None or not seen.base(window.name).any():
            continue
        estimate, strata = _share(protocol, draw, seen, window, says)
        joined = max(joined, strata)
        rows.append(EstimateRow(label=window.name, estimate=estimate))
    frame = len(chosen.cohort.people)
    level = _display.level(float(protocol.analysis.confidence_level))
    return EstimateTable(
        name="shares_weighted",
        caption=f"Share {says} at least once among all {frame:,} people in the frame, with the "
        f"weights of the draw and {level} confidence intervals from its design",
        rows=tuple(rows),
        notes=_notes(draw, joined) if rows else (),
        heading="Period",
    )


def _share(
    protocol: Protocol, draw: Draw, seen: Observed, window: Window, says: str
) -> tuple[Estimate, int]:
    """Return the estimate, and how many strata had to be joined for it."""
    base = seen.base(window.name)
    event = base & (seen.measures[window.name].events > 0)
    # With replacement a person may have been drawn twice, and is followed once.
    person = pd.Index(pd.unique(draw.codes)).get_indexer(pd.Index(draw.codes))
    drawn = design_of_draw(
        draw, base[person], finite_population=protocol.analysis.finite_population
    )
    found = survey_proportion(
        event[person][drawn.followed],
        drawn.design,
        at_most_n=drawn.design.clustered,
        measure=f"share {says} at least once, in the frame",
        confidence_level=float(protocol.analysis.confidence_level),
    )
    estimate = found.to_estimate()
    people = int(base.sum())
    estimate = replace(estimate, events=int(event.sum()), base=people)
    if 0 < found.df < FEW_DF:
        degrees = "1 degree" if found.df == 1 else f"{found.df} degrees"
        estimate = replace(estimate, caveat=f"{estimate.caveat}; only {degrees} of freedom")
    if not window.fixed_length:
        estimate = replace(estimate, caveat=f"{estimate.caveat}; {LENGTHS_DIFFER}")
    joined = drawn.adjustment.joined
    return estimate, int((np.bincount(joined)[list(joined)] > 1).sum())


def _notes(draw: Draw | None, joined: int) -> tuple[str, ...]:
    notes = [
        "The counts are those of the sample. The share weights each person by how many of the "
        "frame they stand for, so it need not be the simple ratio of the counts. Those who could "
        "not be followed are represented by the others of their stratum.",
        "The design effect is how many times as large the variance is as that of a simple random "
        "sample of as many people; the effective sample size is that number of people over it.",
    ]
    if draw is not None and draw.design == "cluster":
        notes.append(
            "People were drawn in clusters: an effective sample size above the number of people is "
            "taken to be chance, and the interval counts no more people than there are."
        )
    if draw is not None and 0 in draw.drawn_by_stratum:
        notes.append(
            "Nobody was drawn from some strata: the shares are those of the people of the others."
        )
    if joined:
        notes.append(
            f"In some periods up to {joined} strata were joined with others of a like response, "
            "because fewer than two of their people could be followed."
        )
    return tuple(notes)
