"""Commands about a study: check, run, lock, template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dipoutcomes.cli._progress import progress
from dipoutcomes.cli._say import say

ProtocolFile = Annotated[
    Path, typer.Argument(metavar="PROTOCOL", help="Protocol file (TOML).", show_default=False)
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")]


def check(protocol: ProtocolFile, quiet: Quiet = False) -> None:
    """Check a protocol and its records; no outcome is looked at.

    Prints how many rows of each table were accepted and rejected, and by which rule, and who
    would be in the study. Nothing is written.
    """
    from dipoutcomes import study

    with progress(quiet) as tell:
        found = study.check(protocol, progress=tell)
    say("\n\n".join(str(part) for part in found))


def run(
    protocol: ProtocolFile,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the results; by default build/ and the study's name."),
    ] = None,
    no_report: Annotated[
        bool, typer.Option("--no-report", help="Write tables and results.json, but no write-up.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Run a study and write its tables, figures and write-ups.

    Two copies are written: `working`, with real counts and not for release, and `release`, which
    has been through disclosure control. Where the protocol switches protection off, with its
    reason, there is only the release copy.
    """
    from dipoutcomes import study

    with progress(quiet) as tell:
        folder, files = study.run(protocol, out=out, report=not no_report, progress=tell)
    say("\n".join([f"Written to {folder}:", *(f"  {name}" for name in files)]))


def lock(
    protocol: ProtocolFile,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing lock.")] = False,
) -> None:
    """Lock a protocol, so that later changes show.

    Writes its canonical text and its fingerprint beside it, as NAME.lock. A later run lists
    every field that differs. A lock made on your own computer proves nothing about when it was
    made: deposit its fingerprint with somebody else for that.
    """
    from dipoutcomes import study

    path, fingerprint = study.lock(protocol, force=force)
    say(
        f"Locked: {path}\nSHA-256 {fingerprint}\n"
        "The clock of this computer proves nothing. To show later that the protocol came before "
        "the results,\nsend the fingerprint to somebody else today, or deposit it in a registry."
    )


def template(
    out: Annotated[
        Path | None, typer.Option(help="File to write; the terminal if omitted.")
    ] = None,
) -> None:
    """Print a protocol with every key explained, to start from."""
    from dipoutcomes import study

    text = study.template_text()
    if out is None:
        say(text.removesuffix("\n"))
    else:
        study.write_new_text(out, text)
        say(f"Written: {out}")
