"""The command about scorecards that others published: what follows, what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dipoutcomes.cli._say import say
from dipoutcomes.cli.intervals import _ask

#: Of an audit that found what cannot be, where --strict asks for it: a `DesignError`'s.
INCONSISTENT = 12


def audit(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="The scorecard as it is printed: TOML, CSV or Excel."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the write-up (HTML, Word, PDF), audit.json, findings.csv."),
    ] = None,
    formats: Annotated[
        str, typer.Option("--formats", help="Of the write-up, with commas: html,docx,pdf.")
    ] = "html,docx,pdf",
    confidence_level: Annotated[
        float, typer.Option("--level", help="Of the intervals about samples.")
    ] = 0.95,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    template: Annotated[
        bool, typer.Option("--template", help="Print a file with every key explained, and stop.")
    ] = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="End with code 12 if anything is found that cannot be."),
    ] = False,
) -> None:
    """Check the arithmetic of a published scorecard, without any records.

    Says of every percentage whether it follows from its count, and if not what would give it;
    whether parts make up their totals, labels fit their figures and sentences their counts.
    """
    from dipoutcomes.study import audit as door

    if template:
        say(door.template_text().rstrip("\n"))
        return
    if file is None:
        raise typer.BadParameter("name the FILE of a scorecard, or ask for a --template")
    found = _ask(door.audit_file, file, confidence_level=confidence_level)
    written = ""
    if out is not None:
        wanted = [name.strip() for name in formats.split(",") if name.strip()]
        written = ", ".join(_ask(door.write_audit, found, out, formats=wanted))
    say(door.audit_as_json(found) if as_json else found.as_text)
    if out is not None and not as_json:
        say(f"Written to {out}: {written}")
    if strict and found.severities["impossible"]:
        raise typer.Exit(INCONSISTENT)
