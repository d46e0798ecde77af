"""The command about the estimators themselves: whether they keep what they promise."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dipoutcomes.cli._progress import progress
from dipoutcomes.cli._say import say
from dipoutcomes.cli.intervals import _ask

#: Of a run in which an estimator falls short of what is declared: a `DesignError`'s.
FELL_SHORT = 12
#: People in a cohort, as the laboratory makes them (it is not loaded before the command runs).
SMALLEST, LARGEST = 10, 10_000


def validate(  # noqa: PLR0913, PLR0917  (an option each)
    full: Annotated[
        bool,
        typer.Option("--full", help="Every size and estimator: an hour and a half, for a night."),
    ] = False,
    family: Annotated[
        list[str] | None,
        typer.Option(help="Only this family of estimators; may be given several times."),
    ] = None,
    size: Annotated[
        list[int] | None,
        typer.Option(
            min=SMALLEST, max=LARGEST, help="People in a cohort; may be given several times."
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the made-up cohorts.")] = None,
    replications: Annotated[
        int | None, typer.Option(min=2, help="Cohorts for every trial, instead of the usual.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for validation.html, .json and .csv.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every row as JSON.")] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Go on from an interrupted run of the same code into the same folder."
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
) -> None:
    """Try every estimator on made-up cohorts whose truth is known.

    Prints a league table: how often intervals hold the truth, how often tests are wrong. Ends
    with code 12 where an estimator falls short of what is declared of it. With --out the result
    page is written.
    """
    from dipoutcomes.laboratory import command

    trials = _ask(command.chosen_trials, family or ())
    _ask(command.check_room, size or (), replications)
    with progress(quiet) as tell:
        results = command.validate(
            trials,
            preset="full" if full else "small",
            sizes=size or (),
            seed=seed,
            replications=replications,
            out=out,
            resume=resume,
            progress=tell,
        )
    say(command.as_json(results) if as_json else str(results))
    if out is not None and not as_json:
        say(f"Written to {out}: {', '.join(command.FILES)}")
    if results.failing:
        raise typer.Exit(FELL_SHORT)
