"""The command about choices: every analysis that a protocol would have allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dipoutcomes.cli._progress import progress
from dipoutcomes.cli._say import say
from dipoutcomes.cli.intervals import _ask

_TITLES = {
    "other_people": "Other people made comparable",
    "regression_to_mean": "What is left beyond regression to the mean",
}


def specifications(
    protocol: Annotated[
        Path, typer.Argument(metavar="PROTOCOL", help="Protocol of a study of records.")
    ],
    part: Annotated[
        list[str] | None,
        typer.Option(help="other_people or regression_to_mean; both if omitted.", metavar="PART"),
    ] = None,
    measure: Annotated[
        str,
        typer.Option(help="For other people: difference of shares, or ratio of events."),
    ] = "difference",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the analyses (CSV) and the figures (PNG).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
) -> None:
    """Run every analysis that a protocol would have allowed, and say what hangs on the choices.

    For [comparison.other_people] the method, caliper, ratio, replacement and window vary; for
    [comparison.regression_to_mean] the mean and the shape of offending around the source. The
    records are read once. What is printed and written is for those who may see the records: counts
    of few people are not withheld.
    """
    from dipoutcomes import storage
    from dipoutcomes.laboratory import specifications as door

    if out is not None:
        storage.check_replaceable(out)
    for name in part or ():
        if name not in door.PARTS:
            raise typer.BadParameter(f"--part must be {' or '.join(door.PARTS)}; got '{name}'")
    with progress(quiet) as tell:
        curves = _ask(
            door.curves_of, protocol, parts=tuple(part or ()), measure=measure, progress=tell
        )
        files = {}
        if out is not None:
            tell("drawing and writing")
            files = door.curve_files(curves)
            storage.write_folder(out, files)
    if as_json:
        whole = {name: curve.to_dict() for name, curve in curves}
        say(storage.canonical_json(whole).decode().removesuffix("\n"))
        return
    parts = []
    for name, curve in curves:
        parts += [
            f"{_TITLES[name]}\n{curve}.",
            str(curve.influence),
            str(door.analyses_table(curve)),
        ]
    say("\n\n".join(parts))
    if out is not None:
        say(f"\nWritten to {out}: {', '.join(sorted(files))}")
