"""`dipoutcomes interval ...`: how sure can anyone be, answered on the spot."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

interval_app = typer.Typer(
    help="How sure can anyone be of a count: an interval, on the spot.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": False},
)

Method = Annotated[
    str | None, typer.Option(help="Method; `dipoutcomes interval methods` lists them.")
]
Level = Annotated[float, typer.Option("--level", help="Confidence level, such as 0.95.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@interval_app.command("proportion")
def proportion(
    count: Annotated[int, typer.Argument(help="People with the event.")],
    base: Annotated[int, typer.Argument(help="People followed.")],
    method: Method = None,
    population: Annotated[
        int | None,
        typer.Option(help="Size of the frame the people were drawn from at random."),
    ] = None,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say how sure COUNT of BASE is. For example: dipoutcomes interval proportion 21 28."""
    from dipoutcomes import intervals

    options = _options(method, level)
    if population is None:
        found = _ask(intervals.proportion_interval, count, base, **options)
        about = {"count": count, "base": base}
    else:
        found = _ask(intervals.finite_population_interval, count, base, population, **options)
        about = {"count": count, "base": base, "population": population}
    _answer(found, about, count / base if base else None, as_json, percent=True)


@interval_app.command("rate")
def rate(
    events: Annotated[int, typer.Argument(help="Events counted.")],
    years: Annotated[float, typer.Argument(help="Person-years at liberty.")],
    method: Method = None,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say how sure a rate of EVENTS in YEARS person-years is, if events are independent.

    Repeat offending by the same people is not independent, and then this interval is much too
    short: `dipoutcomes run` works from people instead.
    """
    from dipoutcomes import intervals

    found = _ask(intervals.rate_interval, events, years, **_options(method, level))
    about = {"events": events, "person_years": years}
    _answer(found, about, events / years, as_json, percent=False)


@interval_app.command("difference")
def difference(
    count_1: Annotated[int, typer.Argument(help="People with the event, first group.")],
    base_1: Annotated[int, typer.Argument(help="People followed, first group.")],
    count_2: Annotated[int, typer.Argument(help="People with the event, second group.")],
    base_2: Annotated[int, typer.Argument(help="People followed, second group.")],
    method: Method = None,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say how sure the difference between two groups is (first less second)."""
    from dipoutcomes import intervals

    found = _ask(
        intervals.difference_interval, count_1, base_1, count_2, base_2, **_options(method, level)
    )
    about = {"count_1": count_1, "base_1": base_1, "count_2": count_2, "base_2": base_2}
    _answer(found, about, count_1 / base_1 - count_2 / base_2, as_json, percent=True)


@interval_app.command("paired")
def paired(
    both: Annotated[int, typer.Argument(help="People with the event before and after.")],
    before_only: Annotated[int, typer.Argument(help="People with it before only.")],
    after_only: Annotated[int, typer.Argument(help="People with it after only.")],
    neither: Annotated[int, typer.Argument(help="People with it at neither time.")],
    method: Method = None,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Say how sure a change in the same people is (after less before)."""
    from dipoutcomes import intervals

    found = _ask(
        intervals.paired_difference_interval,
        both, after_only, before_only, neither, **_options(method, level),
    )  # fmt: skip
    about = {
        "both": both, "before_only": before_only, "after_only": after_only, "neither": neither,
    }  # fmt: skip
    change = (after_only - before_only) / (both + before_only + after_only + neither)
    _answer(found, about, change, as_json, percent=True)


@interval_app.command("methods")
def methods() -> None:
    """List the methods of each family, what they are for and where they come from."""
    from dipoutcomes.intervals import METHODS

    for family, members in METHODS.items():
        print(f"{family}")
        for member in members:
            print(f"  {member.name:32} {member.title}. {member.use}\n{'':35}{member.reference}")


def _options(method: str | None, level: float) -> dict[str, Any]:
    options: dict[str, Any] = {"confidence_level": level}
    return options if method is None else options | {"method": method}


def _ask(function: Any, *numbers: float, **options: Any) -> Any:
    """Call *function*; a number that cannot be is misuse of the command line (exit code 2)."""
    try:
        return function(*numbers, **options)
    except (ValueError, TypeError) as error:
        raise typer.BadParameter(str(error)) from error


def _answer(
    found: Any, about: dict[str, Any], value: float | None, as_json: bool, *, percent: bool
) -> None:
    from dipoutcomes import _display

    if as_json:
        print(json.dumps(about | {"estimate": value} | found.to_dict(), indent=2, sort_keys=True))
        return
    show = _display.percent if percent else (lambda v: _display.number(v, 3))
    level = _display.level(found.confidence_level)
    limits = f"{level} CI {show(found.low)} to {show(found.high)}, {found.method}"
    print(f"{show(value)} ({limits})" if value is not None else limits)
