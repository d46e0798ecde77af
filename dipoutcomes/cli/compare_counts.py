"""`dipoutcomes compare benchmark`, `lab`, `published`, `e-value`, `tipping`: from a few counts."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any

import typer

from dipoutcomes.cli._compare import (
    Answer,
    Figure,
    Json,
    Level,
    Out,
    check_files,
    check_level,
    part_of,
    real_option,
    share_option,
    whole,
)
from dipoutcomes.cli.intervals import _ask, _number

_YEAR = re.compile(r"([0-9.]+)=([0-9.,]+)")


def _part(name: str, says: str) -> Any:
    return typer.Argument(help=says, metavar=name, show_default=False)


def _whole(flag: str, says: str) -> Any:
    return typer.Option(flag, help=says, parser=whole, metavar="N", show_default=False)


def benchmark(  # noqa: PLR0913, PLR0917  (an option each)
    counted: Annotated[str, _part("COUNT/PEOPLE", "People with an event here: 7/28.")],
    share: Annotated[float, share_option("--share", "The published share: 61%.")],
    event: Annotated[
        str, typer.Option("--event", help="What the published figure counts: conviction, arrest.")
    ],
    own_event: Annotated[str, typer.Option("--own-event", help="What is counted here.")],
    people: Annotated[
        int | None, _whole("--people", "People the published share was counted in.")
    ] = None,
    months: Annotated[int | None, _whole("--months", "Length of the published window.")] = None,
    own_months: Annotated[int | None, _whole("--own-months", "Length of the window here.")] = None,
    says: Annotated[
        str, typer.Option("--says", help="Whose figure it is.", metavar="WORDS")
    ] = "the published figure",
    margin: Annotated[
        float | None, share_option("--margin", "A difference too small to matter: 5%.")
    ] = None,
    level: Level = 0.95,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Set a share beside a published one, with the error of both and with what they count.

    Where they count different things, or over times that are not given, nothing follows from the
    distance, and the answer says so. For example: dipoutcomes compare benchmark 7/28 --share 61%
    --people 20934 --event conviction --months 12 --own-event arrest.
    """
    from dipoutcomes.comparison import Definition, PublishedRate, against_benchmark

    check_files(out)
    events, n = part_of(counted)
    # A share in whole per cent is known to half a point.
    rounding = 0.005 if abs(100 * share - round(100 * share)) < 1e-9 else 0.0005
    published_as: dict[str, Any] = {"share": share, "rounding": rounding}
    if people is not None:
        published_as["n"] = people
    found = _ask(
        against_benchmark,
        events,
        n,
        benchmark=_ask(
            PublishedRate,
            name=says,
            definition=_ask(Definition, event_type=event, window_months=months),
            **published_as,
        ),
        definition=_ask(Definition, event_type=own_event, window_months=own_months),
        allow_different_definitions=True,
        margin=margin,
        confidence_level=check_level(level),
    )
    answer = Answer(frame=found.to_frame)
    answer.add("benchmark", found)
    answer.printed.append(str(found.definitions))
    answer.give(as_json, out)


def lab(
    treated: Annotated[str, _part("COUNT/PEOPLE", "Reoffenders in the programme: 156/368.")],
    comparison: Annotated[str, _part("COUNT/PEOPLE", "Reoffenders compared with: 136/327.")],
    submitted: Annotated[int | None, _whole("--submitted", "People the programme sent in.")] = None,
    programme: Annotated[
        str, typer.Option("--programme", help="Its name.", metavar="WORDS")
    ] = "the programme",
    level: Level = 0.95,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Say what two counts say, in the shape of a Justice Data Lab report.

    For example: dipoutcomes compare lab 156/368 136/327.
    """
    from dipoutcomes.comparison import data_lab_from_counts

    check_files(out)
    report, methods = _ask(
        data_lab_from_counts,
        *part_of(treated),
        *part_of(comparison),
        programme=programme,
        submitted=submitted,
        confidence_level=check_level(level),
    )
    answer = Answer(frame=methods.to_frame)
    answer.add("report", report)
    answer.printed += [str(table) for table in report.tables]
    answer.printed.append(str(methods))
    answer.values["methods"] = methods.to_dict()
    answer.give(as_json, out)


def published(
    values: Annotated[
        list[str],
        typer.Argument(
            help="YEAR=VALUE, twice or more: 2008=654 2012=320.",
            metavar="YEAR=VALUE...",
            show_default=False,
        ),
    ],
    says: Annotated[
        str, typer.Option("--says", help="What the values are.", metavar="WORDS")
    ] = "people worked with",
    is_outcome: Annotated[
        bool, typer.Option("--is-outcome", help="They say what became of people.")
    ] = False,
    is_rate: Annotated[
        bool, typer.Option("--is-rate", help="They are set against people at risk.")
    ] = False,
    level: Level = 0.95,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Say what a published series shows, and what it does not.

    For example: dipoutcomes compare published 2008=654 2012=320 --says "offenders worked with".
    """
    from dipoutcomes.comparison import published_series

    check_files(out)
    pairs = []
    for text in values:
        found = _YEAR.fullmatch(text)
        if found is None:
            raise typer.BadParameter(f"'{text}' must read YEAR=VALUE, such as 2008=654")
        pairs.append([_number(part.replace(",", "")) for part in found.groups()])
    years, numbers = zip(*pairs, strict=True)
    series = _ask(
        published_series, years, numbers, measure=says, is_outcome=is_outcome, is_rate=is_rate,
        confidence_level=check_level(level),
    )  # fmt: skip
    answer = Answer(frame=series.to_frame)
    answer.values["series"] = series.to_dict()
    answer.printed += [*series.shows, *series.does_not_show]
    answer.give(as_json, out)


def e_value(
    ratio: Annotated[float, real_option("--ratio", "The ratio found.")],
    low: Annotated[float, real_option("--low", "Its lower confidence limit.")],
    high: Annotated[float, real_option("--high", "Its upper confidence limit.")],
    kind: Annotated[
        str,
        typer.Option(help="risk_ratio, rate_ratio, odds_ratio or hazard_ratio.", metavar="WHAT"),
    ] = "risk_ratio",
    rare: Annotated[
        bool, typer.Option("--rare", help="Of odds or hazards: fewer than 15% have the event.")
    ] = False,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Say how strong a hidden cause would have to be to explain a ratio (E-value).

    For example: dipoutcomes compare e-value --ratio 0.72 --low 0.61 --high 0.86.
    """
    from dipoutcomes import comparison

    check_files(out)
    if not low <= ratio <= high:
        raise typer.BadParameter(
            f"--ratio {ratio:g} must lie from --low {low:g} to --high {high:g}"
        )
    found = _ask(comparison.e_value, ratio, low, high, kind=kind, rare=rare)
    answer = Answer(frame=found.to_frame)
    answer.add("e_value", found)
    answer.give(as_json, out)


def tipping(
    first: Annotated[str, _part("COUNT/PEOPLE", "Group of interest: 128/196.")],
    second: Annotated[str, _part("COUNT/PEOPLE", "Group compared with: 411/579.")],
    unknown: Annotated[
        str,
        typer.Option(
            "--unknown",
            help="People of either group whose outcome is not known: 4,21.",
            metavar="N,N",
            show_default=False,
        ),
    ],
    level: Level = 0.95,
    as_json: Json = False,
    out: Out = None,
    figure: Figure = None,
) -> None:
    """Say how the people whose outcome is not known would have to differ to change the conclusion.

    For example: dipoutcomes compare tipping 128/196 411/579 --unknown 4,21.
    """
    from dipoutcomes.comparison import tipping_point

    check_files(out, figure)
    pair = re.fullmatch(r"([0-9]+),([0-9]+)", unknown.replace(" ", ""))
    if pair is None:
        raise typer.BadParameter(f"--unknown '{unknown}' must read N,N, such as 4,21")
    ours, theirs = (whole(text) for text in pair.groups())
    found = _ask(
        tipping_point, *part_of(first), ours, *part_of(second), theirs,
        confidence_level=check_level(level),
    )  # fmt: skip
    answer = Answer(frame=found.to_frame)
    answer.add("tipping", found)
    if figure is not None:
        from dipoutcomes.plots import describe_tipping_point, plot_tipping_point

        answer.draw, answer.alt = partial(plot_tipping_point, found), describe_tipping_point(found)
    answer.give(as_json, out, figure)
