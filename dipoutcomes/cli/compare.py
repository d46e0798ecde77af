"""`dipoutcomes compare ...`: compared with what, for who has counts and no protocol."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dipoutcomes.cli import compare_areas, compare_counts
from dipoutcomes.cli._compare import (
    Answer,
    File,
    Json,
    Level,
    Out,
    Signed,
    check_files,
    check_level,
    column,
    real_option,
    share_option,
    whole,
)
from dipoutcomes.cli.intervals import _ask

compare_app = typer.Typer(
    help="Compared with what: no effect at all, other people, other areas, a published figure.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
#: As a protocol has it, and as the closed forms call it.
ENTRIES = {
    "at_an_event": "random_offence",
    "first_event_after_a_date": "first_offence",
    "count": "recent_count",
    "not_by_offending": "none",
}
DAYS_PER_YEAR = 365.25
_REFERENCE = (
    "How much of this would have come with no effect at all cannot be said from these counts "
    "alone: it needs how often people offend whom nobody selected, and how much they differ "
    "(--events-per-year, --shape)."
)

Rate = Annotated[
    float | None,
    real_option("--events-per-year", "Events a year of people nobody selected.", "M"),
]
Shape = Annotated[
    float | None,
    real_option("--shape", "Gamma shape: the smaller, the more people differ.", "K"),
]
Entry = Annotated[
    str, typer.Option("--entry", help=f"How people came in: {', '.join(ENTRIES)}.", metavar="HOW")
]
IndexCounts = Annotated[
    bool, typer.Option("--index-counts", help="The offence they came in by is counted before.")
]


@compare_app.command("expected", cls=Signed)
def expected(  # noqa: PLR0913, PLR0917  (an option each)
    events_per_year: Annotated[
        float, real_option("--events-per-year", "Events a year of people nobody selected.", "M")
    ],
    shape: Annotated[
        float, real_option("--shape", "Gamma shape: the smaller, the more people differ.", "K")
    ],
    entry: Entry = "at_an_event",
    months: Annotated[
        float, real_option("--months", "Length of the windows before and after.", "N")
    ] = 12.0,
    months_open: Annotated[
        float | None,
        real_option("--months-open", "For first_event_after_a_date: months entry was open.", "N"),
    ] = None,
    at_least: Annotated[
        int | None,
        typer.Option(
            "--at-least",
            help="For count: events in the window before that bring people in.",
            parser=whole,
            metavar="N",
            show_default=False,
        ),
    ] = None,
    index_counts: IndexCounts = False,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Say what no effect at all looks like where offending brought people in.

    For example: dipoutcomes compare expected --events-per-year 2 --shape 1 --index-counts.
    """
    from dipoutcomes.comparison import expected_change_without_effect

    check_files(out)
    if not months > 0:
        raise typer.BadParameter(f"--months must be above 0; got {months:g}")
    years = months / 12
    found = _ask(
        expected_change_without_effect,
        events_per_year,
        shape,
        entry=_entry_rule(entry, months_open=months_open, at_least=at_least, years=years),
        time_before=years,
        time_after=years,
        index_counts=index_counts,
    )
    answer = Answer(frame=found.to_frame)
    answer.add("without_effect", found)
    answer.say(
        "windows",
        f"Windows of {months:g} months before and after; the mean is of events a year, of people "
        "nobody selected.",
    )
    answer.give(as_json, out)


@compare_app.command("headline", cls=Signed)
def headline(
    change: Annotated[float, share_option("--change", "Change of all events: -26%.")],
    fell: Annotated[float | None, share_option("--fell", "Share of people who fell: 50%.")] = None,
    by: Annotated[
        float | None, share_option("--by", "Change of the events of those who fell: -79%.")
    ] = None,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Take a published fall apart: what it implies, and which no effect at all would give it.

    For example: dipoutcomes compare headline --change -26% --fell 50% --by -79%.
    """
    from dipoutcomes.comparison import take_apart_headline

    check_files(out)
    found = _ask(take_apart_headline, change, change_of_fallers=by, share_fell=fell)
    answer = Answer(frame=found.to_frame)
    answer.add("headline", found)
    answer.printed += [str(table) for table in found.tables() if len(table)]
    answer.give(as_json, out)


@compare_app.command("before-after")
def before_after(  # noqa: PLR0913, PLR0917  (an option each)
    file: File,
    before: Annotated[str, column("--before", "Events before, one row a person.")] = "before",
    after: Annotated[str, column("--after", "Events after.")] = "after",
    days_before: Annotated[str, column("--days-before", "Days at liberty before.")] = "",
    days_after: Annotated[str, column("--days-after", "Days at liberty after.")] = "",
    months: Annotated[
        float | None,
        real_option("--months", "Without days: the length of both windows.", "N"),
    ] = None,
    events_per_year: Rate = None,
    shape: Shape = None,
    source: Annotated[
        str, typer.Option("--source", help="Where these two come from.", metavar="WORDS")
    ] = "the command line",
    entry: Entry = "at_an_event",
    index_counts: IndexCounts = False,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    level: Level = 0.95,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Say what changed in the same people, and what is left beyond regression to the mean.

    FILE has one row a person. Days at liberty may differ from person to person; without them both
    windows are taken to be --months long for everybody.
    """
    from dipoutcomes.comparison import paired_shares, rate_ratio_before_after

    check_files(out)
    confidence_level = check_level(level)
    if bool(days_before) != bool(days_after) or bool(days_before) == (months is not None):
        raise typer.BadParameter("give --days-before and --days-after, or --months")
    if (events_per_year is None) != (shape is None):
        raise typer.BadParameter("--events-per-year and --shape belong together")
    wanted: dict[str, Any] = {"before": (before, "count"), "after": (after, "count")}
    if days_before:
        wanted |= {"days_before": (days_before, "number"), "days_after": (days_after, "number")}
    answer = Answer()
    rows = answer.read(file, wanted, sheet=sheet)
    days = (months or 0) / 12 * DAYS_PER_YEAR
    if months is not None and not months > 0:
        raise typer.BadParameter(f"--months must be above 0; got {months:g}")
    time_before = rows["days_before"] if days_before else days + 0 * rows["before"]
    time_after = rows["days_after"] if days_after else days + 0 * rows["after"]
    four = (rows["before"], time_before, rows["after"], time_after)
    options: dict[str, Any] = {"confidence_level": confidence_level}
    shares = _ask(paired_shares, rows["before"] > 0, rows["after"] > 0, **options)
    answer.add("shares", shares)
    observed = _ask(rate_ratio_before_after, *four, **options)
    answer.frame = observed.to_frame
    answer.add("observed", observed)
    if events_per_year is None or shape is None:
        answer.say("without_effect", _REFERENCE)
    else:
        from dipoutcomes.comparison import adjusted_ratio, published_spread

        adjusted = _ask(
            adjusted_ratio,
            *four,
            reference=_ask(published_spread, events_per_year, shape, source=source),
            entry=_choice(entry),
            index_counts=index_counts,
            **options,
        )
        answer.frame = adjusted.to_frame
        answer.add("adjusted", adjusted)
    answer.give(as_json, out)


def _choice(entry: str) -> str:
    if entry not in ENTRIES:
        raise typer.BadParameter(f"--entry must be one of {', '.join(ENTRIES)}; got '{entry}'")
    if entry == "first_event_after_a_date":
        raise typer.BadParameter(
            "--entry first_event_after_a_date needs the date on which each person came in; "
            "`dipoutcomes run` takes it from records"
        )
    return ENTRIES[entry]


def _entry_rule(
    entry: str, *, months_open: float | None, at_least: int | None, years: float
) -> Any:
    from dipoutcomes.comparison import EntryRule

    if entry not in ENTRIES:
        raise typer.BadParameter(f"--entry must be one of {', '.join(ENTRIES)}; got '{entry}'")
    given: dict[str, Any] = {"by": ENTRIES[entry]}
    for flag, value, belongs in (
        ("--months-open", months_open, "first_event_after_a_date"),
        ("--at-least", at_least, "count"),
    ):
        if (value is None) == (entry == belongs):
            needs = "needs" if value is None else "goes with"
            first, second = (f"--entry {belongs}", flag) if value is None else (
                flag, f"--entry {belongs}"
            )  # fmt: skip
            raise typer.BadParameter(f"{first} {needs} {second}")
    if months_open is not None:
        given["accrual_time"] = months_open / 12
    if at_least is not None:
        given |= {"minimum_count": at_least, "count_time": years}
    return _ask(EntryRule, **given)


compare_app.command("areas")(compare_areas.areas)
compare_app.command("meta")(compare_areas.meta)
compare_app.command("series")(compare_areas.series)
compare_app.command("published")(compare_counts.published)
compare_app.command("benchmark")(compare_counts.benchmark)
compare_app.command("lab")(compare_counts.lab)
compare_app.command("e-value")(compare_counts.e_value)
compare_app.command("tipping")(compare_counts.tipping)
