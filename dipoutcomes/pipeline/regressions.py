"""For whom sooner: hazard ratios, whether they are constant, Fine-Gray where events compete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes.errors import DesignError
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.what_came_first import Times
from dipoutcomes.protocol.model import Regression
from dipoutcomes.results import Column, Estimate, EstimateRow, EstimateTable, Table
from dipoutcomes.survival.competing_risks import FineGrayModel, fine_gray
from dipoutcomes.survival.regression import (
    Covariates,
    CoxModel,
    Term,
    covariates_of,
    cox_regression,
    proportional_hazards_test,
)

PART = "who_sooner"


def regression(section: Regression, times: Times, columns: Mapping[str, Any]) -> Found:
    """Return the hazard ratios of the event, and what is to be read with them.

    Parameters
    ----------
    section : Regression
    times : Times
    columns : mapping of str to array
        Each covariate by its name in the protocol, one value a person of *times*; a number that
        is not known is missing, and its person is left out and counted.
    """
    found = Found()
    frame = pd.DataFrame(
        {section.labels.get(name, name): columns[name] for name in section.covariates}
    )
    known = frame.notna().all(axis=1).to_numpy()
    times = _among(times, known)
    if not known.all():
        found.add(_people(times, len(known)))
    reference = {section.labels.get(k, k): v for k, v in section.reference.items()}
    if not known.any():
        found.refused[PART] = ["nobody has a known value of every covariate"]
        return found
    _check_reference(frame[known], reference)
    table = covariates_of(frame[known], reference=reference)
    if not table.terms:
        found.refused[PART] = ["everybody has the same value of every covariate"]
        return found
    model = found.attempt(
        PART,
        "Cox regression",
        partial(
            cox_regression,
            times.durations,
            times.event,
            table,
            ties=section.ties,
            confidence_level=times.level,
        ),
    )
    if model is None:
        return found
    found.add(_ratios(model, times))
    test = found.attempt(
        PART,
        "test of constant ratios",
        partial(proportional_hazards_test, model, transform=section.ratio_may_change_with),
    )
    if test is not None:
        labels = {term.name: term.label for term in model.terms}
        found.add(_constant(test, labels, section.ratio_may_change_with))
    if len(times.names) > 1:
        _add_fine_gray(found, times, table)
    return found


def _check_reference(frame: pd.DataFrame, reference: Mapping[str, str]) -> None:
    for name, value in reference.items():
        levels = sorted(set(frame[name]))
        if value not in levels:
            raise DesignError(
                f"[regression] reference: nobody in the regression has the value '{value}' of "
                f"{name}; the values: {', '.join(map(str, levels))}"
            )


def _among(times: Times, who: NDArray[np.bool_]) -> Times:
    groups = None if times.groups is None else times.groups[who]
    return replace(times, durations=times.durations[who], causes=times.causes[who], groups=groups)


def _people(times: Times, everybody: int) -> Table:
    columns = (
        Column(key="says", heading="Step", kind="label"),
        Column(key="lost", heading="Left out", kind="persons"),
        Column(key="remaining", heading="Remaining", kind="persons", running=True),
    )
    kept = len(times.durations)
    rows: list[list[Any]] = [
        ["followed to the first event", None, everybody],
        ["a number among the covariates is not known", everybody - kept, kept],
        ["in the regression", None, kept],
    ]
    return Table.of("regression_people", "Who is in the regression", columns, rows)


def _ratios(model: CoxModel, times: Times) -> EstimateTable:
    notes = [str(model.tests[0]).capitalize() + "."]
    if model.penalty == "firth":
        notes.append(
            "In a group without any event (or with events alone) the usual ratio has no maximum; "
            "Firth's penalty was used, with limits by profile likelihood."
        )
    if model.caveat:
        notes.append(f"{model.caveat[:1].upper()}{model.caveat[1:]}.")
    table = model.estimates()
    return replace(
        table,
        caption=f"How many times the rate of the event ({times.names[1]}) among those still at "
        "risk, the other covariates alike (hazard ratio)",
        notes=tuple(notes),
        heading="Covariate",
    )


_ALONG = {
    "km": "the share with the event so far",
    "rank": "the rank of the time",
    "log": "the log of the time",
    "identity": "the time",
}


def _constant(test: Any, labels: Mapping[str, str], transform: str) -> Table:
    """Return the tests that each ratio is the same throughout, and of all together."""
    columns = (
        Column(key="term", heading="Covariate", kind="label"),
        Column(key="statistic", heading="Chi-squared", kind="number", decimals=2),
        Column(key="df", heading="Degrees of freedom", kind="count"),
        Column(key="p_value", heading="p-value", kind="text"),
    )
    rows = [
        [labels.get(one.name, one.name), one.statistic, one.df, _display.p_value(one.p_value)]
        for one in (*test.tests, test.overall)
    ]
    notes = [
        "A small p-value says that one ratio does not describe the whole follow-up. A large one "
        "does not show that it does: with few events only gross changes would be seen."
    ]
    return Table.of(
        "proportional_hazards",
        f"Is each ratio the same throughout? Score test along {_ALONG[transform]}",
        columns,
        rows,
        notes=notes,
    )


def _add_fine_gray(found: Found, times: Times, table: Covariates) -> None:
    columns = pd.DataFrame(table.columns, columns=list(table.names))
    model = found.attempt(
        PART,
        "Fine-Gray regression",
        partial(
            fine_gray,
            times.durations,
            times.causes,
            columns,
            cause=1,
            names=times.names,
            confidence_level=times.level,
        ),
    )
    if model is not None:
        found.add(_fine_gray_table(model, times, table))


def _fine_gray_table(model: FineGrayModel, times: Times, table: Covariates) -> EstimateTable:
    """Return the subdistribution ratios, then the hazard ratios of what competes."""
    parts: list[tuple[str, int, Any, str]] = [
        (f"share with {model.cause} (subdistribution)", 1, model, model.caveat)
    ]
    parts += [
        (f"rate of {other.cause} (cause-specific)", code, other, other.caveat)
        for code, other in enumerate(model.cause_specific, start=1)
        if code > 1
    ]
    rows, notes = [], [model.warning]
    for group, code, fitted, caveat in parts:
        if all(isnan(fitted[term.name].log_ratio) for term in table.terms):
            notes.append(f"{group[:1].upper()}{group[1:]}: too few events for ratios.")
            continue
        for place, term in enumerate(table.terms):
            ratio = fitted[term.name]
            estimate = Estimate(
                measure="hazard ratio",
                value=ratio.ratio,
                interval=replace(
                    ratio.interval,
                    method="Fine-Gray, robust" if code == 1 else "Cox model, Efron ties",
                ),
                base_unit="persons",
                quantity="ratio",
                p_value=ratio.p_value,
                caveat=caveat,
                **_counts(table, place, times.causes == code),
            )
            rows.append(EstimateRow(group=group, label=_label(term), estimate=estimate))
    return EstimateTable(
        name="fine_gray",
        caption=f"With competing events: ratios for the share of people with {model.cause}, and "
        "for the rate of what competes with it",
        rows=tuple(rows),
        notes=tuple(notes),
        heading="Covariate",
        group_heading="Ratio of",
    )


def _label(term: Term) -> str:
    if term.level:
        return f"{term.name} (against {term.reference})"
    return term.name if term.indicator else f"{term.name} (one more)"


def _counts(table: Covariates, place: int, had: NDArray[np.bool_]) -> dict[str, Any]:
    """Return people and events of a term's level, and of its reference."""
    term = table.terms[place]
    if not term.indicator:
        return {"base": float(len(had)), "events": int(had.sum())}
    own = [k for k, other in enumerate(table.terms) if other.source == term.source]
    with_it = table.columns[:, place] == 1
    without = (table.columns[:, own] == 0).all(axis=1)
    return {
        "base": float(with_it.sum()),
        "events": int(had[with_it].sum()),
        "reference_base": float(without.sum()),
        "reference_events": int(had[without].sum()),
    }
