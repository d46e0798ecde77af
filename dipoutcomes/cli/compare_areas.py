"""`dipoutcomes compare areas`, `meta` and `series`: tables of areas and of months."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any

import numpy as np
import typer

from dipoutcomes.cli._compare import (
    Answer,
    Figure,
    File,
    Json,
    Level,
    Out,
    check_files,
    check_level,
    column,
    named,
)
from dipoutcomes.cli.intervals import _ask

Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook.")]


def areas(  # noqa: PLR0913, PLR0917  (an option each)
    file: File,
    intensive: Annotated[
        list[str],
        typer.Option(
            "--intensive",
            help="An area of interest; may be repeated.",
            metavar="AREA",
            show_default=False,
        ),
    ],
    area: Annotated[str, column("--area", "The area.")] = "area",
    events: Annotated[str, column("--events", "Events, or people with one.")] = "events",
    people: Annotated[str, column("--people", "People, or person-years.")] = "people",
    period: Annotated[str, column("--period", "The period, where there are several.")] = "",
    starts: Annotated[
        str,
        typer.Option(
            "--starts", help="First period after the start.", metavar="PERIOD", show_default=False
        ),
    ] = "",
    scale: Annotated[
        str, typer.Option(help="log (a ratio), rate or share (a difference).", metavar="SCALE")
    ] = "log",
    sheet: Sheet = None,
    level: Level = 0.95,
    as_json: Json = False,
    out: Out = None,
    figure: Figure = None,
) -> None:
    """Set intensive areas against others, with what so few areas can and cannot show.

    With --period and --starts their change is compared (difference in differences); without, their
    level.
    """
    from dipoutcomes.comparison import (
        area_panel,
        difference_in_differences,
        event_study,
        intensive_against_other,
    )

    check_files(out, figure)
    options: dict[str, Any] = {"scale": scale, "confidence_level": check_level(level)}
    if bool(period) != bool(starts):
        raise typer.BadParameter("--period and --starts, the first period after, belong together")
    if figure is not None and not period:
        raise typer.BadParameter("--figure shows periods: it needs --period and --starts")
    chosen = named(intensive, "--intensive")
    wanted: dict[str, Any] = {
        "area": (area, "text"), "events": (events, "count"), "people": (people, "number"),
    }  # fmt: skip
    if period:
        wanted["period"] = (period, "order")
    answer = Answer()
    rows = answer.read(file, wanted, sheet=sheet)
    _known_areas(chosen, rows["area"])
    four = (rows["events"], rows["people"])
    if not period:
        found = _ask(intensive_against_other, *four, chosen, areas=rows["area"], **options)
        answer.add("areas", found)
    else:
        when = rows["period"]
        panel = _ask(
            area_panel, rows["area"], when, *four, intensive=chosen,
            starts=_position(starts, when),
        )  # fmt: skip
        answer.say("panel", f"{panel}.")
        found = _ask(difference_in_differences, panel, **options)
        answer.add("areas", found)
        study = _ask(event_study, panel, **options)
        answer.add("before_the_start", study)
        if figure is not None:
            from dipoutcomes.plots import describe_event_study, plot_event_study

            answer.draw = partial(plot_event_study, study)
            answer.alt = describe_event_study(study)
    answer.printed.append(str(replace(found.table(), notes=())))
    answer.frame = found.to_frame
    answer.give(as_json, out, figure)


def meta(  # noqa: PLR0913, PLR0917  (an option each)
    file: File,
    area: Annotated[str, column("--area", "The area.")] = "area",
    events_1: Annotated[str, column("--events-1", "People with the event, first group.")] = (
        "events_1"
    ),
    people_1: Annotated[str, column("--people-1", "People, first group.")] = "people_1",
    events_0: Annotated[str, column("--events-0", "With the event, compared with.")] = "events_0",
    people_0: Annotated[str, column("--people-0", "People compared with.")] = "people_0",
    measure: Annotated[
        str, typer.Option(help="risk_ratio, odds_ratio or risk_difference.", metavar="WHAT")
    ] = "risk_ratio",
    estimator: Annotated[
        str, typer.Option(help="Variance between areas: reml, paule_mandel, dersimonian_laird.")
    ] = "reml",
    sheet: Sheet = None,
    level: Level = 0.95,
    as_json: Json = False,
    out: Out = None,
    figure: Figure = None,
) -> None:
    """Put the effects of several areas together (random effects, Hartung and Knapp's limits).

    FILE has one row an area, with the counts of two groups of people.
    """
    from dipoutcomes.comparison import meta_analysis, two_group_effects

    check_files(out, figure)
    answer = Answer()
    rows = answer.read(
        file,
        {
            "area": (area, "text"),
            **{
                name: (heading, "count")
                for name, heading in (
                    ("events_1", events_1), ("people_1", people_1),
                    ("events_0", events_0), ("people_0", people_0),
                )
            },
        },
        sheet=sheet,
    )  # fmt: skip
    counts = (rows[name] for name in ("events_1", "people_1", "events_0", "people_0"))
    effects = _ask(two_group_effects, *counts, areas=rows["area"], measure=measure)
    found = _ask(meta_analysis, effects, estimator=estimator, confidence_level=check_level(level))
    answer.add("meta_analysis", found)
    answer.printed.append(str(replace(found.table(), notes=())))
    answer.frame = found.to_frame
    if figure is not None:
        from dipoutcomes.plots import describe_forest, plot_forest

        answer.draw, answer.alt = partial(plot_forest, found), describe_forest(found)
    answer.give(as_json, out, figure)


def series(  # noqa: PLR0913, PLR0917  (an option each)
    file: File,
    starts: Annotated[
        str,
        typer.Option(
            "--starts", help="First period after the break.", metavar="PERIOD", show_default=False
        ),
    ],
    period: Annotated[str, column("--period", "The period, in order.")] = "month",
    events: Annotated[str, column("--events", "Events in it.")] = "events",
    people: Annotated[str, column("--people", "People, or days, at risk in it.")] = "",
    season: Annotated[
        str, typer.Option(help="none, harmonic or month.", metavar="SEASON")
    ] = "none",
    unit: Annotated[str, typer.Option(help="What a period is.", metavar="WORD")] = "month",
    sheet: Sheet = None,
    level: Level = 0.95,
    as_json: Json = False,
    out: Out = None,
    figure: Figure = None,
) -> None:
    """Say how a series changed at a time that was known beforehand (segmented regression).

    FILE has one row a period, none left out. That months resemble each other is allowed for.
    """
    from dipoutcomes.comparison import segmented_regression

    check_files(out, figure)
    wanted: dict[str, Any] = {"period": (period, "order"), "events": (events, "count")}
    if people:
        wanted["people"] = (people, "number")
    answer = Answer()
    rows = answer.read(file, wanted, sheet=sheet)
    when = rows["period"]
    order = np.argsort(when, kind="stable")
    if len(np.unique(when)) < len(when):
        raise typer.BadParameter(f"--period: {len(when)} rows have {len(np.unique(when))} periods")
    if when.dtype.kind in "if" and len(set(np.diff(when[order]).round(9))) > 1:
        raise typer.BadParameter(
            "--period: the steps between periods differ; give every period a row, those without "
            "events too"
        )
    breaks_at = int(np.searchsorted(when[order], _position(starts, when)))
    found = _ask(
        segmented_regression,
        rows["events"][order],
        breaks_at,
        exposure=rows["people"][order] if people else None,
        labels=when[order],
        season=season,
        unit=unit,
        confidence_level=check_level(level),
    )
    answer.add("series", found)
    answer.say("diagnosis", f"{found.diagnosis}.".replace("..", "."))
    answer.printed.append(str(replace(found.estimates(), notes=())))
    answer.frame = found.to_frame
    if figure is not None:
        from dipoutcomes.plots import describe_series, plot_series

        answer.draw, answer.alt = partial(plot_series, found), describe_series(found)
    answer.give(as_json, out, figure)


def _known_areas(chosen: list[str], areas_there: Any) -> None:
    there = sorted(set(areas_there.tolist()))
    unknown = [name for name in chosen if name not in there]
    if unknown:
        raise typer.BadParameter(
            f"--intensive: {len(unknown)} of {len(chosen)} are no area of the file, which has "
            f"{len(there)}" + (f": {', '.join(there)}" if len(there) <= 20 else "")
        )


def _position(starts: str, when: Any) -> Any:
    """Return the first period after as the file has it: a number among numbers."""
    from dipoutcomes.cli.intervals import _number

    return _number(starts) if when.dtype.kind in "if" else starts
