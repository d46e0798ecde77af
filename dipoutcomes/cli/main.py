"""The commands, and what becomes of an error: a message and its exit code, or a traceback."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from dipoutcomes import __version__
from dipoutcomes.cli import studies
from dipoutcomes.cli.intervals import interval_app
from dipoutcomes.errors import EXIT_CODES, DipOutcomesError

_CODES = ", ".join(f"{name} {code}" for name, code in EXIT_CODES.items())

app = typer.Typer(
    name="dipoutcomes",
    help="Evaluate Drug Interventions Programmes and other work with offenders: from a protocol "
    "and raw extracts to a write-up that says what happened and how sure anyone can be.",
    epilog=f"Exit codes: 0 done, 2 command line misused, {_CODES}. Any other is a fault of ours.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("check")(studies.check)
app.command("run")(studies.run)
app.command("lock")(studies.lock)
app.command("synthesise")(studies.synthesise)
app.command("template")(studies.template)
app.add_typer(interval_app, name="interval")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"dipoutcomes {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Accept the options that come before a command."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, or that of an error the user can put right."""
    try:
        app(args=None if argv is None else list(argv), prog_name="dipoutcomes")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(bool(stop.code))
    except DipOutcomesError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0
    return 0


def entry() -> None:
    """Be the console script: exit with the code of `main`."""
    sys.exit(main())
