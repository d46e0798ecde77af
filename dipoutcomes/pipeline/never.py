"""For whom never: split-population models with both shapes of the tail, side by side."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.what_came_first import Times
from dipoutcomes.results import Column, Curve, EstimateRow, EstimateTable, Table
from dipoutcomes.survival import kaplan_meier
from dipoutcomes.survival.cure import CureModels, mixture_cure_models

PART = "desistance"
TAILS = {"weibull": "Weibull tail", "lognormal": "lognormal tail"}
#: How far beyond the follow-up the assumed tails are kept for the figure, and at how many points.
BEYOND, POINTS = 2.0, 121


def never(times: Times) -> Found:
    """Return the share that never has the event by two tails, the curves and the follow-up."""
    found = Found()
    at_once = int(((times.durations <= 0) & (times.event == 1)).sum())
    if at_once:
        found.refused[PART] = [
            f"split-population models: {at_once:,} people have the event at time 0, which has no "
            "logarithm; start the clock earlier for everybody"
        ]
        return found
    models = found.attempt(
        PART,
        "split-population models",
        partial(
            mixture_cure_models,
            times.durations,
            times.event,
            event_says=times.event_says,
            confidence_level=times.level,
        ),
    )
    if models is None:
        return found
    found.add(_shares(models, times), _fits(models), _follow_up(models, times.time_unit))
    curve = kaplan_meier(
        times.durations,
        times.event,
        measure=f"share not yet {times.event_says}",
        time_unit=times.time_unit,
        confidence_level=times.level,
    )
    found.curves["desistance"] = (curve,)
    found.curves["tails"] = _tails(models, curve)
    return found


def _shares(models: CureModels, times: Times) -> EstimateTable:
    rows = [EstimateRow(label=TAILS[m.tail], estimate=m.cured_share) for m in models.models]
    return EstimateTable(
        name="cured_shares",
        caption=f"Share who would never be {times.event_says}, by the shape assumed for the tail",
        rows=tuple(rows),
        notes=(
            "The share is what the curve would come down to long after follow-up, so it rests on "
            "the shape assumed there. Where the two differ, these data do not decide between them.",
            "The people counted are those without the event when their follow-up ended; some of "
            "them would have it later.",
        ),
        heading="Shape of the tail",
    )


def _fits(models: CureModels) -> Table:
    """Return how each tail fits the follow-up, for who weighs one against the other."""
    columns = (
        Column(key="tail", heading="Shape of the tail", kind="label"),
        Column(
            key="seen", heading="Of those who have the event in the end, seen by the end of "
            "follow-up", kind="share", decimals=0,
        ),
        Column(key="aic", heading="Akaike's criterion (lower fits what was seen better)",
               kind="number"),
        Column(key="p_value", heading="p-value of nobody at all being free for good"),
    )  # fmt: skip
    rows = [
        [TAILS[m.tail], m.seen_by_the_end, m.aic, _display.p_value(m.p_value)]
        for m in models.models
    ]
    return Table.of(
        "cure_fits",
        "How the two shapes fit",
        columns,
        rows,
        notes=[
            "The lower the share seen by the end, the more of the result is the assumed shape. A "
            "closer fit to what was seen does not make a tail true beyond it."
        ],
    )


def _follow_up(models: CureModels, unit: str) -> Table:
    """Return Maller and Zhou's display; it rests on the dates of single people."""
    shown = models.follow_up
    columns = (
        Column(key="says", heading="Follow-up", kind="label"),
        Column(key="value", heading="Value", kind="text"),
    )
    level = "not defined" if np.isnan(shown.level) else f"{shown.level:.3f}"
    rows: list[list[Any]] = [
        ["people", f"{shown.persons:,}"],
        ["people with the event", f"{shown.events:,}"],
        [f"last event ({unit})", f"{shown.last_event:g}"],
        [f"last follow-up ({unit})", f"{shown.last_follow_up:g}"],
        [f"{unit} without any event at the end", f"{shown.plateau:g}"],
        ["events in as long a stretch up to the last one", f"{shown.events_before:,}"],
        ["Maller and Zhou's level", level],
    ]
    return Table.of(
        "desistance_follow_up",
        "Was follow-up long enough? A display, and no gate",
        columns,
        rows,
        notes=[
            "A small level (below 0.05, say) would be taken as a sign that follow-up was long "
            "enough. It has little power in small groups: a large one does not show that follow-up "
            "was too short, nor a small one that the tail is known."
        ],
        working_only=True,
    )


def _tails(models: CureModels, curve: Curve) -> tuple[Curve, ...]:
    """Return both tails as curves, to twice the follow-up; they rest on no count of their own."""
    end = float(models.follow_up.last_follow_up)
    time = np.linspace(0, BEYOND * end, POINTS)
    none = tuple(float("nan") for _ in time)
    found = []
    for model in models.models:
        value = model.survival(time)
        if np.isnan(value).any():
            continue
        found.append(
            Curve(
                label=TAILS[model.tail],
                measure=curve.measure,
                time=tuple(time.tolist()),
                value=tuple(value.tolist()),
                low=none,
                high=none,
                at_risk=(0,) * len(time),
                events=(0,) * len(time),
                censored=(0,) * len(time),
                time_unit=curve.time_unit,
                confidence_level=curve.confidence_level,
                method="split-population model",
            )
        )
    return tuple(found)
