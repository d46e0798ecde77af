"""`dipoutcomes survival cox, cure, repeated`: who, for whom never, how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dipoutcomes.cli._survival import (
    Answer,
    At,
    By,
    Entry,
    Event,
    FigureFile,
    File,
    Labels,
    Says,
    Sheet,
    Time,
    Unit,
    check_figure,
    column,
    names,
    pairs,
    read,
    times_of,
    unit_of,
)
from dipoutcomes.cli._survival_tell import joined
from dipoutcomes.cli.intervals import Json, Level, _ask
from dipoutcomes.errors import DesignError

if TYPE_CHECKING:
    from dipoutcomes.results import EstimateTable
    from dipoutcomes.study.repeated_events import RepeatedEvents

Categories = Annotated[
    str,
    typer.Option("--categories", help="Those whose numbers are codes.", metavar="A,B"),
]
Incomplete = Annotated[
    bool, typer.Option("--drop-incomplete", help="Leave out rows with an empty covariate.")
]


def cox(  # noqa: PLR0913, PLR0917 - its options
    file: File,
    time: Time,
    event: Event,
    covariates: Annotated[
        str,
        typer.Option(help="Columns, with commas.", metavar="A,B", show_default=False),
    ],
    categories: Categories = "",
    entry: Entry = "",
    person: Annotated[str, column("--person", "Whose row it is, if several.")] = "",
    strata: Annotated[str, column("--strata", "A hazard of its own each.")] = "",
    cluster: Annotated[str, column("--cluster", "Robust errors by area, office.")] = "",
    ties: Annotated[str, typer.Option(help="efron, breslow or exact.")] = "efron",
    firth: Annotated[bool, typer.Option("--firth", help="Firth's penalty.")] = False,
    drop_incomplete: Incomplete = False,
    level: Level = 0.95,
    sheet: Sheet = None,
    as_json: Json = False,
    figure: FigureFile = None,
) -> None:
    """Who is seen again sooner: hazard ratios (Cox).

    With the test of proportional hazards. For example: dipoutcomes survival cox
    package:lifelines/datasets/rossi.csv --time week --event arrest --covariates fin,age,prio.
    """
    from dipoutcomes.survival.regression import RowOptions, cox_regression

    check_figure(figure)
    people = read(
        file, time=time, event=event, entry=entry, person=person, strata=strata, cluster=cluster,
        covariates=names(covariates), categories=names(categories),
        drop_incomplete=drop_incomplete, sheet=sheet,
    )  # fmt: skip
    rows = RowOptions(
        entry=people.entry, person=people.person, strata=people.strata, cluster=people.cluster
    )
    model = _ask(
        cox_regression, people.time, people.event, people.covariates, rows=rows, ties=ties,
        penalty="firth" if firth else "if_needed", confidence_level=level,
    )  # fmt: skip
    answer = Answer()
    answer.add("model", model)
    _tell_proportional(answer, model)
    _draw_estimates(answer, model.estimates())
    answer.give(people, as_json, figure)


def _tell_proportional(answer: Answer, model: Any) -> None:
    from dipoutcomes.survival.regression import proportional_hazards_test

    none = "No test of proportional hazards:"
    try:
        found = proportional_hazards_test(model)
    except DesignError as reason:
        answer.say("proportional_hazards", f"{none} {reason}.")
        return
    answer.add("proportional_hazards", found)


def cure(  # noqa: PLR0913, PLR0917 - its options
    file: File,
    time: Time,
    event: Event,
    covariates: Annotated[str, typer.Option(help="Of who is ever seen again.", metavar="A,B")] = "",
    time_covariates: Annotated[
        str, typer.Option(help="Of how long it takes those.", metavar="A,B")
    ] = "",
    categories: Categories = "",
    entry: Entry = "",
    drop_incomplete: Incomplete = False,
    event_says: Says = "seen again",
    level: Level = 0.95,
    sheet: Sheet = None,
    as_json: Json = False,
    figure: FigureFile = None,
) -> None:
    """For whom it never comes, with both tails.

    The share rests on the shape assumed after the end of follow-up, so a Weibull and a lognormal
    one are printed together. For example: dipoutcomes survival cure recid.csv --time months --event
    returned.
    """
    from dipoutcomes.survival.cure import mixture_cure_models

    check_figure(figure)
    who, when = names(covariates), names(time_covariates)
    people = read(
        file, time=time, event=event, entry=entry, covariates=list(dict.fromkeys([*who, *when])),
        categories=names(categories), drop_incomplete=drop_incomplete, sheet=sheet,
    )  # fmt: skip
    models = _ask(
        mixture_cure_models, people.time, people.event,
        {name: people.covariates[name] for name in who} or None,
        {name: people.covariates[name] for name in when} or None,
        entry=people.entry, event_says=event_says, confidence_level=level,
    )  # fmt: skip
    answer = Answer()
    answer.add("models", models)
    _draw_estimates(answer, models.cured_shares())
    answer.give(people, as_json, figure)


def repeated(  # noqa: PLR0913, PLR0917 - its options
    file: File,
    person: Annotated[str, column("--person", "Whose row it is.")],
    start: Annotated[str, column("--start", "Time at risk starts after this.")],
    stop: Annotated[str, column("--stop", "Time at risk ends here.")],
    event: Annotated[str, column("--event", "Events at the end of the row.")],
    by: By = "",
    at: At = None,
    limits: Annotated[str, typer.Option(help="log_t, log or plain.")] = "log_t",
    labels: Labels = None,
    unit: Unit = "",
    event_says: Annotated[
        str, typer.Option("--events-noun", help='Such as "arrests".', metavar="WORD")
    ] = "events",
    level: Level = 0.95,
    sheet: Sheet = None,
    as_json: Json = False,
    figure: FigureFile = None,
) -> None:
    """How often it happens again (mean cumulative function).

    Rows are times at risk: time in custody is left out between the rows of a person. Limits are
    robust, for people differ. For example: dipoutcomes survival repeated rows.csv --person id
    --start start --stop stop --event arrest --by treated --at 365.
    """
    from dipoutcomes.plots.recurrent import describe_mean_functions, plot_mean_functions
    from dipoutcomes.study.repeated_events import read_repeated
    from dipoutcomes.survival.recurrent import histories_from_rows

    check_figure(figure)
    rows = _ask(
        read_repeated, file, person=person, start=start, stop=stop, event=event, group=by,
        group_labels=pairs(labels, "--label"), sheet=sheet,
    )  # fmt: skip
    histories = _ask(
        histories_from_rows, rows.person, rows.start, rows.stop, rows.event,
        time_unit=unit_of(unit, stop),
    )  # fmt: skip
    answer = Answer()
    answer.printed.append(f"{histories}.")
    measure = f"mean number of {event_says} per person"
    means = _means(histories, rows, measure, level, limits)
    _tell_means(answer, histories, rows, means, at)
    curves = tuple(mean.curve for mean in means)
    answer.draw = lambda: plot_mean_functions(curves)
    answer.alt = describe_mean_functions(curves)
    answer.give(rows, as_json, figure)


def _means(
    histories: Any, rows: RepeatedEvents, measure: str, level: float, limits: str
) -> tuple[Any, ...]:
    from dipoutcomes.survival.recurrent import (
        mean_cumulative_function,
        mean_cumulative_functions_by_group,
    )

    options = {"measure": measure, "confidence_level": level, "limits": limits}
    if rows.group is None:
        return (_ask(mean_cumulative_function, histories, **options),)
    found: tuple[Any, ...] = _ask(
        mean_cumulative_functions_by_group, histories, rows.group, **options
    )
    return found


def _tell_means(
    answer: Answer,
    histories: Any,
    rows: RepeatedEvents,
    means: tuple[Any, ...],
    at: list[float] | None,
) -> None:
    from dipoutcomes.survival.recurrent import (
        compare_mean_counts,
        mean_count_at,
        recurrent_event_test,
    )

    times = times_of(at, [mean.curve for mean in means])
    answer.values["mean_functions"] = [mean.to_dict() for mean in means]
    answer.add("mean_by_time", joined([_ask(mean_count_at, mean, times) for mean in means]))
    if len(means) == 2:
        second, first = means
        contrasts = [
            _ask(compare_mean_counts, first, second, times, contrast=contrast)
            for contrast in ("difference", "ratio")
        ]
        answer.add("compared", contrasts)
    if len(means) > 1:
        answer.add("test", _ask(recurrent_event_test, histories, rows.group))


def _draw_estimates(answer: Answer, table: EstimateTable) -> None:
    from dipoutcomes.plots import describe_estimates, plot_estimates

    answer.draw = lambda: plot_estimates(table)
    answer.alt = describe_estimates(table)
