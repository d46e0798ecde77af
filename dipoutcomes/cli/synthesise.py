"""The command that makes up people: from a recipe, or in the shape of real tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dipoutcomes.cli._progress import progress
from dipoutcomes.cli._say import say

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")]
_ONLY_LIKE = "--people, --seed, --person, --hide, --header-row and --delimiter go with --like"
_SIGNS = {"tab": "\t", "\\t": "\t"}  # what a shell makes hard to type


def _list_faults(wanted: bool) -> None:
    if wanted:
        from dipoutcomes import study

        say(study.list_of_faults())
        raise typer.Exit


def synthesise(  # noqa: PLR0913 - its options
    recipe: Annotated[
        Path | None,
        typer.Argument(metavar="RECIPE", help="Recipe file (TOML).", show_default=False),
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the made-up extracts; with --calibrate, a new recipe file.",
            show_default=False,
        ),
    ] = None,
    calibrate: Annotated[
        bool,
        typer.Option(
            "--calibrate",
            help="Move the [[free]] numbers of RECIPE towards its published figures.",
        ),
    ] = False,
    like: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="RECORDS",
            help="Instead of a recipe: a protocol, or a data file (may be repeated).",
            show_default=False,
        ),
    ] = None,
    people: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="How many to make like them.", show_default=False),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Makes the same ones again.", show_default=False),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="HEADING", help="Column of the person.", show_default=False),
    ] = None,
    hide: Annotated[
        list[str] | None,
        typer.Option(metavar="HEADING", help="Column to replace by words.", show_default=False),
    ] = None,
    faults: Annotated[
        str | None,
        typer.Option(
            metavar="KINDS",
            help="Rows to spoil, whatever RECIPE says: none, all, or kind=3,kind=2.",
            show_default=False,
        ),
    ] = None,
    list_faults: Annotated[  # noqa: ARG001 - answered before anything else
        bool,
        typer.Option(
            "--list-faults",
            callback=_list_faults,
            is_eager=True,
            help="Print every kind of fault, and what becomes of it.",
        ),
    ] = False,
    header_row: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Row of the headings.", show_default=False),
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option(
            metavar="SIGN",
            help="Between the cells of CSV files: one sign, or tab.",
            show_default=False,
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Make up people and write raw extracts about them.

    A caseload and police extracts are made from RECIPE, with the faults of real ones, and the
    truth is written beside them.

    With --like, tables are made in the shape of real ones, so that code can be shared; they are
    not for inference. A report says how close any made person is to a real one. RECORDS is a
    protocol whose [records] name the tables, or a CSV, Excel or Parquet file.

    With --calibrate, no extract is written: RECIPE's numbers are moved until its made-up people
    come near to the published figures it names, and the fit to each is told, missed ones by name.
    """
    if (recipe is None) == (not like):
        raise typer.BadParameter("give either RECIPE or --like RECORDS, and not both")
    if like and (calibrate or faults is not None):
        raise typer.BadParameter("--faults and --calibrate go with RECIPE")
    sign = _SIGNS.get(delimiter, delimiter) if delimiter is not None else None
    of_like = (seed, person, hide or None, header_row, sign)
    if calibrate:
        if any(given is not None for given in (*of_like, faults)):
            raise typer.BadParameter("--calibrate takes RECIPE, --people and --out only")
        _calibrate(Path(str(recipe)), out, people, quiet=quiet)
        return
    if out is None:
        raise typer.BadParameter("say where to write: --out FOLDER")
    if like:
        options = {"people": people, "seed": seed, "person": person, "header_row": header_row}
        _like(like, out, quiet=quiet, hide=hide or [], delimiter=sign, **options)
        return
    if any(given is not None for given in (people, *of_like)):
        raise typer.BadParameter(_ONLY_LIKE)
    from dipoutcomes import study

    with progress(quiet) as tell:
        files = study.synthesise(str(recipe), out, faults=faults, progress=tell)
    say("\n".join([f"Made-up people written to {out}:", *(f"  {name}" for name in files)]))


def _calibrate(recipe: Path, out: Path | None, people: int | None, *, quiet: bool) -> None:
    from dipoutcomes.study.calibration import calibrate_recipe

    with progress(quiet) as tell:
        fit = calibrate_recipe(recipe, out=out, people=people or 20_000, progress=tell)
    say(str(fit) if out is None else f"{fit}\nWritten: {out}")


def _like(like: list[Path], out: Path, *, quiet: bool, **options: Any) -> None:
    protocols = [path for path in like if path.suffix.lower() == ".toml"]
    if protocols and len(like) > 1:
        raise typer.BadParameter("--like takes one protocol, or data files, and not a mixture")
    if protocols and any(options[name] for name in ("person", "header_row", "delimiter")):
        raise typer.BadParameter(
            "a protocol says itself which column is the person, where the headings are and what "
            "stands between cells"
        )
    if options["delimiter"] is not None and len(options["delimiter"]) != 1:
        raise typer.BadParameter("--delimiter takes one sign, such as ';', or the word tab")
    from dipoutcomes.study.stand_in import repeated_file, synthesise_like

    if twice := repeated_file(like):
        raise typer.BadParameter(twice)

    with progress(quiet) as tell:
        made = synthesise_like(like, out, progress=tell, **options)
    say("\n".join([f"Stand-ins written to {out}:", *(f"  {name}" for name in made.files)]))
    for note in made.notes:
        say(note)
    say(f"\n{made.closeness}")
    say(
        f"Seed {made.seed} makes the same again from the same records. Keep it with them, not with "
        "the stand-ins.\nRead CLOSENESS.txt, and ask the owner of the records, before you share "
        "them."
    )
