"""`dipoutcomes scorecard ...`: build a card, set cards in a row, hold figures to targets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from dipoutcomes.cli._progress import progress
from dipoutcomes.cli._say import say
from dipoutcomes.cli.intervals import _ask

scorecard_app = typer.Typer(
    help="Scorecards: built from a caseload, set in a row, targets judged, published ones worked.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Level = Annotated[float, typer.Option("--level", help="Confidence level.")]
_ACHIEVED = re.compile(r"([a-z0-9][a-z0-9_-]*)=(\d{1,12})/(\d{1,12}(?:\.\d{1,9})?)")


@scorecard_app.command("build")
def build(
    protocol: Annotated[
        Path, typer.Argument(metavar="PROTOCOL", help="With [scorecard].", show_default=False)
    ],
    periods: Annotated[
        int,
        typer.Option(
            "--periods", min=1, help="How many periods up to the protocol's, from one extract."
        ),
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for card.toml, card.json and card.csv; one a period if several."),
    ] = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
) -> None:
    """Count the scorecard of a period: working figures, not for release.

    Every share is printed with what it is of; what is not recorded is said to be so. `dipoutcomes
    run` makes the release copy.
    """
    from dipoutcomes.study import scorecard as door

    with progress(quiet) as tell:
        cards = (
            (door.build_card(protocol, progress=tell),)
            if periods == 1
            else door.build_cards(protocol, periods=periods, progress=tell)
        )
    if as_json:
        say(door.as_json(cards if len(cards) > 1 else cards[0]))
    else:
        say("\n\n".join(f"{card.table}\n\n{card}." for card in cards))
    if out is None:
        return
    for card in cards:
        folder = out if len(cards) == 1 else out / f"{card.period.first}-{card.period.last}"
        names = door.write_card(card, folder)
        if not as_json:
            say(f"Written to {folder}: {', '.join(names)}. Working figures: not for release.")


@scorecard_app.command("series")
def series(
    cards: Annotated[
        list[Path],
        typer.Argument(
            metavar="CARD...",
            help="Three or more: folders of `run` or `scorecard build`, or files of cards.",
            show_default=False,
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for series.json and tables.")] = None,
    suppress_below: Annotated[
        int, typer.Option(min=2, help="Threshold of the cards' disclosure control.")
    ] = 10,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Set cards of several periods in a row: change beyond chance, revisions, what they give away.

    Working figures: not for release.
    """
    from dipoutcomes.study import scorecard as door

    found = _ask(door.card_series, cards, suppress_below=suppress_below, confidence_level=level)
    if as_json:
        say(door.as_json(found))
    else:
        say("\n\n".join(str(x) for x in (found, found.table, found.revisions, found.given_away)))
    if out is not None:
        names = door.write_series(found, out)
        if not as_json:
            say(f"Written to {out}: {', '.join(names)}. Working figures: not for release.")


@scorecard_app.command("cases")
def cases(level: Level = 0.95, as_json: Json = False) -> None:
    """Show what figures that programmes have printed support, and what they do not."""
    from dipoutcomes.study import scorecard as door

    found = _ask(door.worked_cases, confidence_level=level)
    say(door.as_json(found) if as_json else "\n\n".join(str(case) for case in found))


@scorecard_app.command("indicators")
def indicators(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Targets (TOML).", show_default=False)
    ],
    achieved: Annotated[
        list[str] | None,
        typer.Option(
            help="What was achieved, once an indicator: ID=COUNT/BASE for a share, ID=COUNT/PART "
            "for a number in a year (PART of the year gone: 0.5)."
        ),
    ] = None,
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Judge figures by their targets: met, not met, or cannot tell yet.

    Without --achieved it says how many people each target needs before a verdict is likely.
    """
    from dipoutcomes.study import scorecard as door

    pairs = [_achieved(text) for text in achieved or ()]
    figures = dict(pairs)
    if len(figures) < len(pairs):
        raise typer.BadParameter("an indicator has more than one --achieved; which is its figure?")
    found = _ask(door.judge_file, file, figures, confidence_level=level)
    if as_json:
        say(door.as_json(found))
        return
    needed = door.needed_for(found)
    say("\n\n".join(str(table) for table in (found.table, needed) if len(table)))


def _achieved(text: str) -> tuple[str, tuple[int, float]]:
    found = _ACHIEVED.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(
            f"'{text}' is no figure of an indicator; write assessed=300/400, or dtto=20/0.5"
        )
    return found[1], (int(found[2]), float(found[3]))
