"""`dipoutcomes survival landmark`: completers and others, compared so that nobody is immortal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dipoutcomes.cli._survival import (
    Answer,
    Entry,
    Event,
    FigureFile,
    File,
    Says,
    Sheet,
    Time,
    Unit,
    check_figure,
    column,
    read,
    real,
    times_of,
    unit_of,
)
from dipoutcomes.cli._survival_tell import curves_of, draw_curves, tell_curves
from dipoutcomes.cli.intervals import Json, Level, _ask
from dipoutcomes.errors import DesignError

if TYPE_CHECKING:
    from dipoutcomes.study.durations import Durations


def landmark(  # noqa: PLR0913, PLR0917 - its options
    file: File,
    time: Time,
    event: Event,
    exposure_time: Annotated[str, column("--exposure-time", "When completed; empty for never.")],
    at: Annotated[float, real("--at", "The landmark, named beforehand.", "T")],
    exposure_says: Annotated[
        str, typer.Option("--exposure-says", help='Such as "completed".', metavar="WORDS")
    ] = "exposed",
    entry: Entry = "",
    unit: Unit = "",
    event_says: Says = "seen again",
    level: Level = 0.95,
    sheet: Sheet = None,
    as_json: Json = False,
    figure: FigureFile = None,
) -> None:
    """Completers and others, from a landmark on.

    Whoever is to complete cannot be seen again before: timed from the start the comparison favours
    them whatever was done, and is refused. For example: dipoutcomes survival landmark clients.csv
    --time days --event arrested --exposure-time completed_on_day --at 84.
    """
    from dipoutcomes.study.durations import Durations
    from dipoutcomes.survival.comparing import weighted_log_rank_test
    from dipoutcomes.survival.landmark import landmark_cohort

    check_figure(figure)
    people = read(
        file, time=time, event=event, exposure_time=exposure_time, entry=entry, sheet=sheet
    )
    answer, name = Answer(), unit_of(unit, time)
    _tell_immortal_time(answer, people, exposure_says, name)
    cohort = _ask(
        landmark_cohort, people.time, people.event, people.exposure_time, landmark=at,
        entry=people.entry, exposure_says=exposure_says, time_unit=name,
    )  # fmt: skip
    answer.printed.append(f"From the landmark: {cohort}.")
    answer.values["cohort"] = cohort.to_table().to_dict()
    given = (cohort.durations, cohort.observed, cohort.groups)
    kept = Durations(time=cohort.durations, event=cohort.observed, group=cohort.groups)
    event_says = f"{event_says} after the landmark"
    asked = (kept, name, event_says, level)
    curves, through = curves_of(*asked), curves_of(*asked, through_the_day=True)
    tell_curves(answer, curves, through, times_of(None, curves), event_says=event_says)
    answer.add("test", _ask(weighted_log_rank_test, *given))
    _tell_exposure(answer, people, exposure_says, level)
    draw_curves(answer, curves, starts="after the landmark")
    answer.give(people, as_json, figure)


def _tell_immortal_time(answer: Answer, people: Durations, exposure_says: str, unit: str) -> None:
    """Say why groups timed from the start are refused, or that here they need not be."""
    import numpy as np

    from dipoutcomes.survival.landmark import check_immortal_time

    when = people.exposure_time
    if when is None:
        return
    # Somebody exposed only after the end of their follow-up was not exposed while it ran.
    when = np.where(when <= people.time, when, np.nan)
    try:
        found = _ask(
            check_immortal_time, people.time, people.event, np.isfinite(when),
            exposure_time=when, exposure_says=exposure_says, time_unit=unit,
        )  # fmt: skip
        answer.say("from_the_start", f"Timed from the start: {found}.")
    except DesignError as reason:
        why = str(reason).partition("; valid instead")[0]
        answer.say("from_the_start", f"Timed from the start, the comparison is refused: {why}.")


def _tell_exposure(answer: Answer, people: Durations, says: str, level: float) -> None:
    """Say the hazard ratio with everybody's time before the exposure counted as unexposed."""
    from dipoutcomes.survival.landmark import exposure_rows
    from dipoutcomes.survival.regression import RowOptions, cox_regression

    rows = _ask(exposure_rows, people.time, people.event, people.exposure_time, entry=people.entry)
    options = RowOptions(entry=rows.start, person=rows.person)
    try:
        model = _ask(
            cox_regression, rows.stop, rows.event, {says: rows.exposed}, rows=options,
            confidence_level=level,
        )  # fmt: skip
    except DesignError as reason:
        answer.say("exposure_in_time", f"No hazard ratio of exposure in time: {reason}.")
        return
    answer.printed.append(f"With everybody, time before it counted as unexposed: {rows}.")
    answer.add("exposure_in_time", model)
