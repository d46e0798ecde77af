"""What a study of durations may ask for beside its curves: causes, weights, ratios, never."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dipoutcomes.pipeline import what_came_first as first
from dipoutcomes.pipeline.compared import WEIGHTS
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.never import never
from dipoutcomes.pipeline.regressions import regression
from dipoutcomes.pipeline.reoffending import Reoffending
from dipoutcomes.pipeline.what_came_first import At, Times
from dipoutcomes.protocol.model import Protocol, TimeToEvent
from dipoutcomes.results import Curve
from dipoutcomes.survival import weighted_log_rank_test


def sooner_and_never(
    protocol: Protocol,
    section: TimeToEvent,
    frame: pd.DataFrame,
    labels: dict[str, str],
    curves: tuple[Curve, ...],
) -> Reoffending:
    """Return the parts that the protocol asks for beside curves, shares and the log-rank test."""
    times = _times(protocol, section, frame, labels)
    facts: dict[str, Any] = {}
    parts: list[Found] = []
    if section.cause:
        when = At.plain([*section.report_at, section.horizon], section.time_unit)
        parts.append(first.what_came_first(times, when))
        facts["first_event"] = {
            "origin": "start",
            "causes": list(section.cause_labels.values()),
            "group": section.group,
            "compare": "none",
        }
        if times.groups is not None and len(set(times.groups.tolist())) > 1:
            parts.append(first.gray(times))
    if section.bands:
        parts.append(first.bands(curves))
    if section.weights != "log_rank" and len(curves) > 1:
        parts.append(_weighted(section, times))
    if protocol.regression is not None:
        columns = {
            name: frame[f"covariate:{name}"].to_numpy() for name in protocol.regression.covariates
        }
        parts.append(regression(protocol.regression, times, columns))
        facts["regression"] = {
            "origin": "start",
            "cause": times.names[1],
            "event_says": section.event_says,
            "events_before_months": 0,
        }
    if protocol.desistance is not None:
        parts.append(never(times))
        facts["desistance"] = {"event_says": section.event_says, "time_unit": section.time_unit}
    whole = Found.joined(parts)
    if whole.refused:
        facts["cannot_be_had"] = whole.refused
    return Reoffending(found=whole, facts=facts)


def _times(
    protocol: Protocol, section: TimeToEvent, frame: pd.DataFrame, labels: dict[str, str]
) -> Times:
    """Return the people with what came first: the event alone, or the causes of the table."""
    causes = frame["event"].to_numpy(dtype=np.int64)
    names = {1: section.event_says}
    if section.cause:
        place = {code: n for n, code in enumerate(section.cause_labels, start=1)}
        causes = np.array([place.get(code, 0) for code in frame["cause"]], dtype=np.int64)
        names = {place[code]: name for code, name in section.cause_labels.items()}
    groups = frame["group"].map(labels).to_numpy(dtype=object) if section.group else None
    return Times(
        durations=frame["duration"].to_numpy(),
        causes=causes,
        names=names,
        groups=groups,
        event_says=section.event_says,
        time_unit=section.time_unit,
        level=float(protocol.analysis.confidence_level),
    )


def _weighted(section: TimeToEvent, times: Times) -> Found:
    found = Found()
    test = found.attempt(
        "compared",
        "weighted test of the groups",
        partial(
            weighted_log_rank_test,
            times.durations,
            times.event,
            times.groups,
            weight=WEIGHTS.get(section.weights, section.weights),
        ),
    )
    if test is not None:
        found.add(replace(test.to_table(), name="group_test"))
    return found
