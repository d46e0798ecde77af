"""The commands, and what becomes of an error: a message and its exit code, or a traceback."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated

import typer

from dipoutcomes import __version__
from dipoutcomes.cli import studies, synthesise
from dipoutcomes.cli._say import say
from dipoutcomes.cli.audit import audit
from dipoutcomes.cli.compare import compare_app
from dipoutcomes.cli.intervals import interval_app
from dipoutcomes.cli.payment import payment_app, verify
from dipoutcomes.cli.sample import sample_app
from dipoutcomes.cli.scorecard import scorecard_app
from dipoutcomes.cli.size import size_app
from dipoutcomes.cli.specifications import specifications
from dipoutcomes.cli.survival import survival_app
from dipoutcomes.cli.validate import validate
from dipoutcomes.errors import EXIT_CODES, DipOutcomesError

_NAMES = {code: name for name, code in EXIT_CODES.items()}
#: The code of a command that somebody stopped with Ctrl-C, as shells have it.
STOPPED = 130
_CODES = ", ".join(f"{name} {code}" for name, code in EXIT_CODES.items())

app = typer.Typer(
    name="dipoutcomes",
    help="Evaluate Drug Interventions Programmes and other work with offenders: from a protocol "
    "and raw extracts to a write-up that says what happened and how sure anyone can be.",
    epilog=f"Exit codes: 0 done, 2 command line misused, {_CODES}, {STOPPED} stopped with Ctrl-C. "
    "Any other is a fault of ours.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("check")(studies.check)
app.command("run")(studies.run)
app.command("lock")(studies.lock)
app.command("specifications", short_help="Run every analysis that a protocol allowed.")(
    specifications
)
app.command("synthesise")(synthesise.synthesise)
app.command("template")(studies.template)
app.command("validate", short_help="Try every estimator on people whose truth is known.")(validate)
app.command("verify", short_help="Run an evidence pack again: does it hold?")(verify)
app.command("audit", short_help="Check the arithmetic of a published scorecard.")(audit)
app.add_typer(compare_app, name="compare", short_help="Compared with what, from counts alone.")
app.add_typer(interval_app, name="interval", short_help="How sure can anyone be of a count?")
app.add_typer(
    payment_app, name="payment", short_help="What a contract pays, and how often for nothing."
)
app.add_typer(sample_app, name="sample")
app.add_typer(
    scorecard_app,
    name="scorecard",
    short_help="Build a scorecard, judge targets, set quarters in a row.",
)
app.add_typer(size_app, name="size")
app.add_typer(survival_app, name="survival")


def _version(wanted: bool) -> None:
    if wanted:
        say(f"dipoutcomes {__version__}")
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
        return _code_of(stop)
    except DipOutcomesError as error:
        # By its name in the README: what is finer than that is for programs.
        name = _NAMES.get(error.exit_code, type(error).__name__)
        print(f"{name}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return _stopped()
    except BrokenPipeError:
        return 0
    return 0


def _code_of(stop: SystemExit) -> int:
    """Return the exit code that the command line library chose, or ours where it has none."""
    if isinstance(stop.__context__, BrokenPipeError):  # whoever read our answer had enough of it
        return 0
    code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
    return _stopped() if code == STOPPED else code


def _stopped() -> int:
    print("Stopped; nothing was written.", file=sys.stderr)
    return STOPPED


def entry() -> None:
    """Be the console script: exit with the code of `main`."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal that lacks a letter, such as the Welsh w with a circumflex, shows its number.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
