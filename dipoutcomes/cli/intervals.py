"""`dipoutcomes interval ...`: how sure can anyone be, answered on the spot."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from dipoutcomes.cli._say import say

_BELOW_ZERO = re.compile(r"-[\d.,]+")
_MOST = 10**15  # as large as a count may be and still be exact in a float


class _Numbers(TyperCommand):
    """A command whose numbers are 0 or more; -1 would otherwise pass for an unknown option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for arg in args:
            if _BELOW_ZERO.fullmatch(arg):
                ctx.fail(f"the numbers here are 0 or more; got {arg}")
        return super().parse_args(ctx, args)


def _whole(text: str) -> int:
    """Return the whole number that a text is."""
    if not (text.isascii() and text.isdigit()):
        raise typer.BadParameter(f"'{text}' is not a whole number, written in digits alone")
    if int(text) > _MOST:
        raise typer.BadParameter(f"{text} is more than {_MOST:,}")
    return int(text)


def _number(text: str) -> float:
    """Return the number that a text is."""
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a number, such as 0.95 or 12") from None


def _count(name: str, says: str) -> Any:
    return typer.Argument(help=says, parser=_whole, metavar=name, show_default=False)


def _years(name: str, says: str) -> Any:
    return typer.Argument(help=says, parser=_number, metavar=name, show_default=False)


interval_app = typer.Typer(
    help="How sure can anyone be of a count: an interval, on the spot.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": False},
)

Count1 = Annotated[int, _count("COUNT_1", "People with the event, first group.")]
Base1 = Annotated[int, _count("BASE_1", "People followed, first group.")]
Count2 = Annotated[int, _count("COUNT_2", "People with the event, second group.")]
Base2 = Annotated[int, _count("BASE_2", "People followed, second group.")]
Method = Annotated[
    str | None, typer.Option(help="Method; `dipoutcomes interval methods` lists them.")
]
Level = Annotated[
    float,
    typer.Option("--level", help="Confidence level, such as 0.95.", parser=_number, metavar="P"),
]
Side = Annotated[
    str,
    typer.Option(
        help="two-sided, or one bound alone at the whole level: lower, upper.",
        metavar="SIDE",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@interval_app.command("proportion", cls=_Numbers)
def proportion(
    count: Annotated[int, _count("COUNT", "People with the event.")],
    base: Annotated[int, _count("BASE", "People followed.")],
    method: Method = None,
    population: Annotated[
        int | None,
        typer.Option(
            help="Size of the frame the people were drawn from at random.",
            parser=_whole,
            metavar="N",
        ),
    ] = None,
    level: Level = 0.95,
    side: Side = "two-sided",
    as_json: Json = False,
) -> None:
    """Say how sure COUNT of BASE is. For example: dipoutcomes interval proportion 21 28."""
    from dipoutcomes import intervals

    options = _options(method, level, side)
    _part_of(count, base, "COUNT", "BASE")
    if population is not None and base > population:
        raise typer.BadParameter(
            f"BASE ({base}) is more than --population ({population}); a sample drawn without "
            "replacement cannot exceed its frame"
        )
    if population is None:
        found = _ask(intervals.proportion_interval, count, base, **options)
        about = {"count": count, "base": base}
    else:
        found = _ask(intervals.finite_population_interval, count, base, population, **options)
        about = {"count": count, "base": base, "population": population}
    _answer(found, about, _ratio(count, base), as_json, percent=True)


@interval_app.command("rate", cls=_Numbers)
def rate(
    events: Annotated[int, _count("EVENTS", "Events counted.")],
    years: Annotated[
        float,
        typer.Argument(
            help="Person-years at liberty.", parser=_number, metavar="YEARS", show_default=False
        ),
    ],
    method: Method = None,
    level: Level = 0.95,
    side: Side = "two-sided",
    as_json: Json = False,
) -> None:
    """Say how sure a rate is, if events are independent.

    The rate is EVENTS in YEARS person-years. Repeat offending by the same people is not
    independent, and then this interval is much too short: `dipoutcomes run` works from people
    instead.
    """
    from dipoutcomes import intervals

    found = _ask(intervals.rate_interval, events, years, **_options(method, level, side))
    about = {"events": events, "person_years": years}
    _answer(found, about, _ratio(events, years), as_json, percent=False)


@interval_app.command("rate-ratio", cls=_Numbers)
def rate_ratio(
    events_1: Annotated[int, _count("EVENTS_1", "Events counted, first group.")],
    years_1: Annotated[float, _years("YEARS_1", "Person-years at liberty, first group.")],
    events_2: Annotated[int, _count("EVENTS_2", "Events counted, second group.")],
    years_2: Annotated[float, _years("YEARS_2", "Person-years at liberty, second group.")],
    method: Method = None,
    level: Level = 0.95,
    side: Side = "two-sided",
    as_json: Json = False,
) -> None:
    """Say how sure a ratio of two rates is.

    It is the rate of the first group over that of the second. For example: dipoutcomes interval
    rate-ratio 21 56.4 35 50.1. Repeat offending by the same people is not independent, and then
    this interval is much too short: `dipoutcomes run` works from people instead.
    """
    from dipoutcomes import intervals

    found = _ask(
        intervals.rate_ratio_interval,
        events_1, years_1, events_2, years_2, **_options(method, level, side),
    )  # fmt: skip
    about = {
        "events_1": events_1, "person_years_1": years_1,
        "events_2": events_2, "person_years_2": years_2,
    }  # fmt: skip
    first, second = _ratio(events_1, years_1), _ratio(events_2, years_2)
    ratio = None if first is None or second is None else _ratio(first, second)
    _answer(found, about, ratio, as_json, percent=False)


@interval_app.command("difference", cls=_Numbers)
def difference(
    count_1: Count1,
    base_1: Base1,
    count_2: Count2,
    base_2: Base2,
    method: Method = None,
    level: Level = 0.95,
    side: Side = "two-sided",
    as_json: Json = False,
) -> None:
    """Say how sure a difference between two groups is.

    It is the share of the first group less that of the second.
    """
    from dipoutcomes import intervals

    counts = _two_groups(count_1, base_1, count_2, base_2)
    found = _ask(intervals.difference_interval, *counts.values(), **_options(method, level, side))
    first, second = _ratio(count_1, base_1), _ratio(count_2, base_2)
    difference = None if first is None or second is None else first - second
    _answer(found, counts, difference, as_json, percent=True)


@interval_app.command("ratio", cls=_Numbers)
def ratio(
    count_1: Count1,
    base_1: Base1,
    count_2: Count2,
    base_2: Base2,
    method: Method = None,
    level: Level = 0.95,
    side: Side = "two-sided",
    as_json: Json = False,
) -> None:
    """Say how sure a ratio of two shares is.

    It is the share of the first group over that of the second. For example: dipoutcomes interval
    ratio 21 28 13 29 --method chan_zhang.
    """
    from dipoutcomes import intervals

    counts = _two_groups(count_1, base_1, count_2, base_2)
    found = _ask(intervals.ratio_interval, *counts.values(), **_options(method, level, side))
    value = _ratio(count_1 * base_2, count_2 * base_1)
    _answer(found, counts, value, as_json, percent=False)


@interval_app.command("odds-ratio", cls=_Numbers)
def odds_ratio(
    count_1: Count1,
    base_1: Base1,
    count_2: Count2,
    base_2: Base2,
    method: Method = None,
    level: Level = 0.95,
    side: Side = "two-sided",
    as_json: Json = False,
) -> None:
    """Say how sure an odds ratio of two groups is.

    It is the odds of the first group over those of the second. For example: dipoutcomes interval
    odds-ratio 21 28 13 29 --method fisher.
    """
    from dipoutcomes import intervals

    counts = _two_groups(count_1, base_1, count_2, base_2)
    found = _ask(intervals.odds_ratio_interval, *counts.values(), **_options(method, level, side))
    value = _ratio(count_1 * (base_2 - count_2), count_2 * (base_1 - count_1))
    _answer(found, counts, value, as_json, percent=False)


@interval_app.command("paired", cls=_Numbers)
def paired(
    both: Annotated[int, _count("BOTH", "People with the event before and after.")],
    before_only: Annotated[int, _count("BEFORE_ONLY", "People with it before only.")],
    after_only: Annotated[int, _count("AFTER_ONLY", "People with it after only.")],
    neither: Annotated[int, _count("NEITHER", "People with it at neither time.")],
    method: Method = None,
    level: Level = 0.95,
    side: Side = "two-sided",
    as_json: Json = False,
) -> None:
    """Say how sure a change in the same people is.

    It is the share with the event after, less the share with it before.
    """
    from dipoutcomes import intervals

    found = _ask(
        intervals.paired_difference_interval,
        both, after_only, before_only, neither, **_options(method, level, side),
    )  # fmt: skip
    about = {
        "both": both, "before_only": before_only, "after_only": after_only, "neither": neither,
    }  # fmt: skip
    change = _ratio(after_only - before_only, both + before_only + after_only + neither)
    _answer(found, about, change, as_json, percent=True)


@interval_app.command("before-after", cls=_Numbers)
def before_after(
    events_before: Annotated[int, _count("EVENTS_BEFORE", "Events counted before.")],
    years_before: Annotated[float, _years("YEARS_BEFORE", "Person-years at liberty before.")],
    events_after: Annotated[int, _count("EVENTS_AFTER", "Events counted after.")],
    years_after: Annotated[float, _years("YEARS_AFTER", "Person-years at liberty after.")],
    method: Method = None,
    level: Level = 0.95,
    side: Side = "two-sided",
    as_json: Json = False,
) -> None:
    """Say how sure a change in the rate of the same people is.

    It is the rate after over the rate before, if events are independent. Repeat offending by the
    same people is not, and then this interval is too short: `dipoutcomes run` works from people.
    """
    from dipoutcomes import intervals

    numbers = (events_before, years_before, events_after, years_after)
    found = _ask(intervals.before_after_interval, *numbers, **_options(method, level, side))
    about = {
        "events_before": events_before, "person_years_before": years_before,
        "events_after": events_after, "person_years_after": years_after,
    }  # fmt: skip
    value = _ratio(events_after * years_before, events_before * years_after)
    _answer(found, about, value, as_json, percent=False)


@interval_app.command("coverage", cls=_Numbers)
def coverage(
    base: Annotated[int, _count("BASE", "People followed.")],
    method: Method = None,
    population: Annotated[
        int | None,
        typer.Option(help="Size of the frame they were drawn from.", parser=_whole, metavar="N"),
    ] = None,
    level: Level = 0.95,
) -> None:
    """Say how often an interval holds the truth.

    Exact: every sample that BASE people can give is worked through. For example: dipoutcomes
    interval coverage 28 --method wald.
    """
    from dipoutcomes import intervals

    options = _options(method, level)
    found = _ask(intervals.exact_coverage, base, population=population, **options)
    say(found.sentence())


@interval_app.command("sequence", cls=_Numbers)
def sequence(
    population: Annotated[int, _count("POPULATION", "Size of the frame.")],
    outcomes: Annotated[
        str,
        typer.Argument(
            help="1 with the event, 0 without, u untraced, in the order of the draw; or a file "
            "with one a line.",
            metavar="OUTCOMES",
            show_default=False,
        ),
    ],
    method: Annotated[str, typer.Option(help="prior_posterior or hedged_capital.")] = (
        "prior_posterior"
    ),
    level: Level = 0.95,
    untraced: Annotated[
        str,
        typer.Option(help="stop at the first, or bounds: best and worst case.", metavar="RULE"),
    ] = "stop",
    below: Annotated[
        float | None,
        typer.Option(
            help="Ask whether the share is below this one, such as 0.5.",
            parser=_number,
            metavar="SHARE",
        ),
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="Print the limits after each person.")] = (
        False
    ),
    as_json: Json = False,
) -> None:
    """Say how sure a share is if you look after every person.

    The limits hold however often anybody looked, so that asking may stop when the question is
    answered. People must stand in the random order of the draw, each with a complete outcome. For
    example: dipoutcomes interval sequence 210 0111011101110111 --below 0.5.
    """
    from dipoutcomes import storage
    from dipoutcomes.cli._outcomes import outcomes_from
    from dipoutcomes.sampling import sequential

    options = _options(method, level) | {"untraced": untraced}
    found = _ask(
        sequential.proportion_confidence_sequence, outcomes_from(outcomes), population, **options
    )
    answer = None if below is None else _ask(sequential.stop_when, found, below)
    if as_json:
        whole = found.to_dict() | ({} if answer is None else {"question": answer.to_dict()})
        say(storage.canonical_json(whole).decode().removesuffix("\n"))
        return
    lines = [str(found.to_table())] if each else list(found.sentences)
    say("\n".join(lines if answer is None else [*lines, f"{answer}."]))


@interval_app.command("methods")
def methods() -> None:
    """List the methods of each family, their use and sources."""
    from dipoutcomes.intervals import METHODS

    lines = []
    for family, members in METHODS.items():
        lines.append(family)
        for member in members:
            lines.append(f"  {member.name:32} {member.title}. {member.use}")
            lines.append(f"{'':35}{member.reference}")
    say("\n".join(lines))


def _two_groups(count_1: int, base_1: int, count_2: int, base_2: int) -> dict[str, int]:
    """Return the counts of two groups by name, once each is a part of its base."""
    _part_of(count_1, base_1, "COUNT_1", "BASE_1")
    _part_of(count_2, base_2, "COUNT_2", "BASE_2")
    return {"count_1": count_1, "base_1": base_1, "count_2": count_2, "base_2": base_2}


def _part_of(count: int, base: int, name: str, of: str) -> None:
    if count > base:
        raise typer.BadParameter(
            f"{name} ({count}) is more than {of} ({base}); count people with the event, not events"
        )


def _ratio(part: float, whole: float) -> float | None:
    """Return *part* of *whole*, or nothing where there is no whole."""
    return part / whole if whole else None


def _options(method: str | None, level: float, side: str = "two-sided") -> dict[str, Any]:
    if level < 0.5:
        raise typer.BadParameter(f"--level {level:g} is less than one half; 95% is written 0.95")
    options: dict[str, Any] = {"confidence_level": level}
    if side != "two-sided":
        options["side"] = side
    return options if method is None else options | {"method": method}


def _ask(function: Any, *numbers: Any, **options: Any) -> Any:
    """Call *function*; a number that cannot be is misuse of the command line (exit code 2)."""
    try:
        return function(*numbers, **options)
    except (ValueError, TypeError) as error:
        raise typer.BadParameter(str(error)) from error


def _answer(
    found: Any, about: dict[str, Any], value: float | None, as_json: bool, *, percent: bool
) -> None:
    from dipoutcomes import _display, storage

    if as_json:
        # As in results.json: what has no upper limit is "inf", for JSON has no such number.
        whole = about | {"estimate": value} | found.to_dict()
        say(storage.canonical_json(whole).decode().removesuffix("\n"))
        return
    show = _display.percent if percent else (lambda v: _display.number(v, 3))
    level = _display.level(found.confidence_level)
    limits = f"{level} CI {show(found.low)} to {show(found.high)}, {found.method}"
    say(f"{show(value)} ({limits})" if value is not None else limits)
