"""`dipoutcomes survival ...`: how long until the event, from one file and no protocol."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dipoutcomes.cli import survival_landmark, survival_models
from dipoutcomes.cli._survival import (
    Answer,
    At,
    By,
    Entry,
    Event,
    FigureFile,
    File,
    Labels,
    Limits,
    Says,
    Sheet,
    Time,
    Unit,
    check_figure,
    column,
    pairs,
    read,
    real,
    times_of,
    unit_of,
)
from dipoutcomes.cli._survival_tell import (
    curves_of,
    draw_curves,
    draw_incidence,
    group_test,
    refuse_immortal_time,
    tell_bands,
    tell_cause_tests,
    tell_curves,
    tell_differences,
    tell_incidence,
)
from dipoutcomes.cli.intervals import Json, Level, _ask, _Numbers

survival_app = typer.Typer(
    help="How long until it happens again, from one file.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": False},
)
survival_app.command("cox", cls=_Numbers)(survival_models.cox)
survival_app.command("cure", cls=_Numbers)(survival_models.cure)
survival_app.command("repeated", cls=_Numbers)(survival_models.repeated)
survival_app.command("landmark", cls=_Numbers)(survival_landmark.landmark)

_WEIGHTS = {"peto": "peto_peto", "gehan": "gehan_breslow"}
Reference = Annotated[
    str,
    typer.Option(
        "--reference", help="Group to compare with; else the first.", metavar="GROUP",
        show_default=False,
    ),
]  # fmt: skip
Horizon = Annotated[float | None, real("--horizon", "Up to when mean times are taken.", "T")]


@survival_app.command("curve", cls=_Numbers)
def curve(  # noqa: PLR0913, PLR0917 - its options
    file: File,
    time: Time,
    event: Event,
    by: By = "",
    at: At = None,
    entry: Entry = "",
    limits: Limits = "log_log",
    bands: Annotated[bool, typer.Option("--bands", help="Bands for the whole curve.")] = False,
    labels: Labels = None,
    unit: Unit = "",
    event_says: Says = "seen again",
    level: Level = 0.95,
    sheet: Sheet = None,
    as_json: Json = False,
    figure: FigureFile = None,
) -> None:
    """Share with the event by each time (Kaplan-Meier).

    For example: dipoutcomes survival curve package:lifelines/datasets/rossi.csv --time week --event
    arrest --by fin --at 26 --at 52. Limits: log_log, log, plain, logit, arcsine, likelihood_ratio,
    beta_product.
    """
    check_figure(figure)
    if bands and entry:
        raise typer.BadParameter("--bands does not go with --entry; take the limits at one time")
    people = read(file, labels=labels, time=time, event=event, group=by, entry=entry, sheet=sheet)
    asked = (people, unit_of(unit, time), event_says, level, limits)
    curves, through = curves_of(*asked), curves_of(*asked, through_the_day=True)
    answer, times = Answer(), times_of(at, curves)
    tell_curves(answer, curves, through, times, event_says=event_says, late=bool(entry))
    around = tell_bands(answer, curves, times) if bands else ()
    draw_curves(answer, curves, around)
    answer.give(people, as_json, figure)


@survival_app.command("compare", cls=_Numbers)
def compare(  # noqa: PLR0913, PLR0917 - its options
    file: File,
    time: Time,
    event: Event,
    by: Annotated[str, column("--by", "The groups to compare.")],
    weights: Annotated[
        str,
        typer.Option(help="peto, fleming_harrington, gehan, tarone_ware.", metavar="NAME"),
    ] = "log_rank",
    rho: Annotated[float, real("--rho", "Fleming-Harrington: early.")] = 1.0,
    gamma: Annotated[float, real("--gamma", "Fleming-Harrington: late.")] = 0.0,
    strata: Annotated[str, column("--strata", "Compare within its values.")] = "",
    trend: Annotated[bool, typer.Option("--trend", help="Groups are scores.")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="Permutation test.")] = False,
    seed: Annotated[
        int | None, typer.Option(help="Permute at random where all are too many.")
    ] = None,
    known_at_start: Annotated[
        bool, typer.Option("--known-at-start", help="Groups were settled at the start.")
    ] = False,
    reference: Reference = "",
    horizon: Horizon = None,
    at: At = None,
    labels: Labels = None,
    unit: Unit = "",
    event_says: Says = "seen again",
    level: Level = 0.95,
    sheet: Sheet = None,
    as_json: Json = False,
    figure: FigureFile = None,
) -> None:
    """Whether groups differ (log-rank family).

    The log-rank test, or one of its family; beside it the mean time free of the event and the
    difference by each time. Name the weights, horizon and times before looking. For example:
    dipoutcomes survival compare clients.csv --time days --event arrested --by area.
    """
    check_figure(figure)
    people = read(file, labels=labels, time=time, event=event, group=by, strata=strata, sheet=sheet)
    if not known_at_start:
        refuse_immortal_time(people, unit_of(unit, time))
    answer = Answer()
    weight = _weight(weights, rho, gamma)
    answer.add("test", group_test(people, weight, trend=trend, exact=exact, seed=seed))
    asked = (people, unit_of(unit, time), event_says, level)
    curves, through = curves_of(*asked), curves_of(*asked, through_the_day=True)
    tell_differences(
        answer, curves, through, reference=people.label_of(reference) or curves[0].label,
        horizon=horizon, at=at, event_says=event_says,
    )  # fmt: skip
    if strata:
        answer.say("note", f"Only the test is within the values of {strata}; the rest is of all.")
    draw_curves(answer, curves)
    answer.give(people, as_json, figure)


@survival_app.command("incidence", cls=_Numbers)
def incidence(  # noqa: PLR0913, PLR0917 - its options
    file: File,
    time: Time,
    cause: Annotated[str, column("--cause", "What came first; 0 if nothing did.")],
    by: By = "",
    at: At = None,
    named: Annotated[
        list[str] | None, typer.Option("--name", help="Name of a cause: CODE=TEXT.")
    ] = None,
    no_event: Annotated[
        str, typer.Option(help="Word for nothing, if not 0.", metavar="WORD")
    ] = "0",
    strata: Annotated[str, column("--strata", "Test within its values.")] = "",
    limits: Limits = "log_log",
    labels: Labels = None,
    unit: Unit = "",
    level: Level = 0.95,
    sheet: Sheet = None,
    as_json: Json = False,
    figure: FigureFile = None,
) -> None:
    """Share of people for whom each cause came first.

    Who dies cannot be arrested: one minus a Kaplan-Meier curve, printed beside it, is then too
    high. For example: dipoutcomes survival incidence clients.csv --time days --cause first_event
    --name 1=arrest --name 2=death --by area.
    """
    from dipoutcomes.survival.competing_risks import cumulative_incidence, incidence_by_group

    check_figure(figure)
    if strata and not by:
        raise typer.BadParameter("--strata is for the test between groups, which --by names")
    people = read(
        file, labels=labels, time=time, cause=cause, no_event=no_event, group=by, strata=strata,
        cause_names=_codes(named), sheet=sheet,
    )  # fmt: skip
    options = {
        "names": people.cause_names or None, "time_unit": unit_of(unit, time),
        "confidence_level": level,
    }  # fmt: skip
    given = (people.time, people.cause)
    if people.group is None:
        found = (_ask(cumulative_incidence, *given, limits=limits, **options),)
    else:
        found = _ask(incidence_by_group, *given, people.group, limits=limits, **options)
    answer = Answer()
    tell_incidence(answer, found, at)
    if people.group is not None:
        tell_cause_tests(answer, people)
    draw_incidence(answer, found)
    answer.give(people, as_json, figure)


def _weight(name: str, rho: float, gamma: float) -> Any:
    return (rho, gamma) if name == "fleming_harrington" else _WEIGHTS.get(name, name)


def _codes(named: list[str] | None) -> dict[int, str]:
    """Return the names of causes by their codes."""
    found = pairs(named, "--name")
    if wrong := [code for code in found if not (code.isascii() and code.isdigit())]:
        raise typer.BadParameter(f"--name: {', '.join(wrong)} is no code of a cause, such as 1")
    return {int(code): words for code, words in found.items()}
