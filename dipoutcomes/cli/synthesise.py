"""The command that makes up people: recipes in, raw extracts and their truth out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dipoutcomes.cli._progress import progress
from dipoutcomes.cli._say import say

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")]


def synthesise(
    recipe: Annotated[
        Path, typer.Argument(metavar="RECIPE", help="Recipe file (TOML).", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="Folder for the made-up extracts.", show_default=False)],
    quiet: Quiet = False,
) -> None:
    """Make up people and write raw extracts about them.

    A caseload and police extracts are made from RECIPE, with the faults of real ones, and the
    truth is written beside them.
    """
    from dipoutcomes import study

    with progress(quiet) as tell:
        files = study.synthesise(recipe, out, progress=tell)
    say("\n".join([f"Made-up people written to {out}:", *(f"  {name}" for name in files)]))
