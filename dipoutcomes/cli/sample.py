"""Commands about the sample: draw it, repeat the draw, take in what the police return."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from dipoutcomes.cli._progress import progress
from dipoutcomes.cli._say import say
from dipoutcomes.cli.studies import ProtocolFile, Quiet
from dipoutcomes.errors import DesignError


class _PlainForm(TyperGroup):
    """``sample PROTOCOL`` is ``sample draw PROTOCOL``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        first = next((word for word in args if not word.startswith("-")), None)
        helps = {"--help", "-h"} & set(args)
        if first is not None and first not in self.commands and not (helps and args[0] in helps):
            args = ["draw", *args]
        return super().parse_args(ctx, args)


sample_app = typer.Typer(
    cls=_PlainForm,
    help="Draw a sample that anybody can check.\n\n`sample PROTOCOL` draws it and writes it down, "
    "`sample verify` repeats the draw, `sample return` reads what the police sent back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@sample_app.command("draw")
def draw(
    protocol: ProtocolFile,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the sample; by default the study's name and -sample."),
    ] = None,
    after: Annotated[
        Path | None,
        typer.Option(
            "--next",
            metavar="LOG",
            help="reserve-log.csv: instead of the sample, ask for those who came in.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Draw the sample of a study and write it down; no outcome is looked at.

    Writes the sample and an ordered reserve (by pseudonym), the record of the draw (draw.json),
    the frame, and a workbook for the police (pnc-request.xlsx), the one file with personal data.
    A run of the study draws the same people.
    """
    from dipoutcomes import study

    with progress(quiet) as tell:
        if after is None:
            found = study.sample(protocol, out=out, progress=tell)
        else:
            found = study.ask_next(protocol, after, out=out, progress=tell)
    say(f"{found}\n\nNo outcome was looked at. Written to {found.folder}:")
    say("\n".join(f"  {name}" for name in found.files))
    say("pnc-request.xlsx holds PERSONAL DATA. Keep the folder on the secure side.")


@sample_app.command("verify")
def verify(
    record: Annotated[
        Path, typer.Argument(metavar="DRAW", help="draw.json of a sample.", show_default=False)
    ],
    frame: Annotated[
        Path,
        typer.Argument(
            metavar="FRAME",
            help="The protocol (TOML), or a CSV file of pseudonyms (frame.csv).",
            show_default=False,
        ),
    ],
    quiet: Quiet = False,
) -> None:
    """Repeat a draw from its frame and say whether it matches, person by person.

    Exit code 0 if it does, 12 if not; a changed frame is named as such.
    """
    from dipoutcomes import study

    with progress(quiet) as tell:
        found = study.verify_sample(record, frame, progress=tell)
    if not found.same:
        if found.differences:
            say(str(found.difference_table()))
        raise DesignError(str(found))
    say(str(found))


@sample_app.command("return")
def take_in(
    protocol: ProtocolFile,
    workbook: Annotated[
        Path,
        typer.Argument(metavar="WORKBOOK", help="As the police returned it.", show_default=False),
    ],
    record: Annotated[
        Path | None,
        typer.Option("--draw", help="draw.json, if it is not beside the workbook."),
    ] = None,
    linkage: Annotated[
        Path | None,
        typer.Option(help="New CSV file for who was found; it holds person ids."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Compare a returned request with the draw: who was traced, and who comes in.

    Prints counts and writes reserve-log.csv beside draw.json, by pseudonym. An answer counts only
    on a row whose identifiers are those that were sent.
    """
    from dipoutcomes import study

    with progress(quiet) as tell:
        found, log = study.returned(
            protocol, workbook, record=record, linkage=linkage, progress=tell
        )
    tables = [found.states_table(), found.response_table()]
    tables += [found.reserve_table()] if found.replacements else []
    say("\n\n".join(str(table) for table in tables))
    say(f"\nWritten: {log}")
    if linkage is not None:
        say(f"Written: {linkage} (it holds person ids: keep it on the secure side)")
