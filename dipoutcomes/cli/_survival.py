"""What the commands on durations share: their options, the unit of time, and the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dipoutcomes.cli._say import say
from dipoutcomes.cli.intervals import _ask, _number

if TYPE_CHECKING:
    from dipoutcomes.results import Curve
    from dipoutcomes.study.durations import Durations

UNITS = ("days", "weeks", "months", "years")
_FIGURES = (".png", ".svg")

File = Annotated[
    str,
    typer.Argument(
        help='CSV, Excel, Parquet or database file, or "package:NAME/PATH".',
        metavar="FILE",
        show_default=False,
    ),
]


def column(flag: str, says: str) -> Any:
    """Return an option that names a column."""
    return typer.Option(flag, help=says, metavar="COLUMN", show_default=False)


def real(flag: str, says: str, name: str = "X") -> Any:
    """Return an option that is a number."""
    return typer.Option(flag, help=says, parser=_number, metavar=name, show_default=False)


Time = Annotated[str, column("--time", "Time to the event or to the end of follow-up.")]
Event = Annotated[str, column("--event", "1 where the time ends in the event, 0 if not.")]
By = Annotated[str, column("--by", "The groups, side by side.")]
Entry = Annotated[str, column("--entry", "When a person comes under observation.")]
At = Annotated[list[float] | None, real("--at", "A time to answer for; may be repeated.", "T")]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", help="Name of a group: CODE=TEXT.", metavar="C=TEXT"),
]
Unit = Annotated[
    str,
    typer.Option(
        "--unit", help="days, weeks ...; else from the heading.", metavar="UNIT", show_default=False
    ),
]
Says = Annotated[
    str, typer.Option("--event-says", help='As a report says it: "arrested".', metavar="WORDS")
]
Limits = Annotated[str, typer.Option("--limits", help="How the limits are made.", metavar="METHOD")]
Sheet = Annotated[
    str | None,
    typer.Option("--sheet", help="Sheet of a workbook.", metavar="NAME", show_default=False),
]
FigureFile = Annotated[
    Path | None,
    typer.Option(
        "--figure", help="Save the figure: .png or .svg.", metavar="FILE", show_default=False
    ),
]


@dataclass(slots=True)
class Answer:
    """What a command found: lines to print, plain values for JSON, and its figure."""

    printed: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    draw: Callable[[], Any] | None = None
    alt: str = ""

    def add(self, name: str, found: Any) -> None:
        """Take a result, or several, under the name that JSON has for it."""
        several = isinstance(found, list | tuple)
        for one in found if several else [found]:
            self.printed.append(str(one))
        self.values[name] = [o.to_dict() for o in found] if several else found.to_dict()

    def say(self, name: str, sentence: str) -> None:
        """Take a sentence."""
        self.printed.append(sentence)
        self.values[name] = sentence

    def give(self, people: Any, as_json: bool, figure: Path | None) -> None:
        """Print the answer, and save its figure with its text alternative."""
        from dipoutcomes import storage

        if figure is not None and self.draw is not None:
            from dipoutcomes.report.show import figure_file

            kind = figure.suffix.lower().removeprefix(".")
            storage.write_atomic(figure, figure_file(self.draw, self.alt, kind=kind))
            self.values["figure"] = {"file": str(figure), "alt": self.alt}
        if as_json:
            source = {"file": people.file, "sha256": people.sha256, "rows": len(people)}
            if left_out := getattr(people, "left_out", 0):
                source["rows_left_out"] = left_out
            whole = {"source": source} | self.values
            say(storage.canonical_json(whole).decode().removesuffix("\n"))
            return
        lines = [f"{people}.", *self.printed]
        if figure is not None and self.draw is not None:
            lines.append(f"Figure '{figure}': {self.alt}")
        say("\n\n".join(lines))


def check_figure(figure: Path | None) -> None:
    """Refuse a figure of another kind before anything is read."""
    if figure is not None and figure.suffix.lower() not in _FIGURES:
        raise typer.BadParameter(f"--figure '{figure.name}' must end in .png or .svg")


def read(file: str, *, labels: Sequence[str] | None = None, **columns: Any) -> Durations:
    """Return the durations of a file; what cannot be asked is misuse of the command line."""
    from dipoutcomes.study.durations import read_durations

    found: Durations = _ask(read_durations, file, group_labels=pairs(labels, "--label"), **columns)
    return found


def pairs(given: Sequence[str] | None, flag: str) -> dict[str, str]:
    """Return CODE=TEXT options as a mapping."""
    out = {}
    for item in given or ():
        code, equals, words = item.partition("=")
        if not (code.strip() and equals and words.strip()):
            raise typer.BadParameter(f'{flag} "{item}" must read CODE=TEXT, such as 1=treated')
        out[code.strip()] = words.strip()
    return out


def names(given: str) -> list[str]:
    """Return the names in a list with commas."""
    return [name.strip() for name in given.split(",") if name.strip()]


def unit_of(unit: str, heading: str) -> str:
    """Return the unit of time: as given, or the one that the heading names.

    Examples
    --------
    >>> unit_of("", "week"), unit_of("", "Days to arrest"), unit_of("months", "durat")
    ('weeks', 'days', 'months')
    >>> unit_of("", "durat")
    'units of time'
    """
    if unit:
        return unit
    words = {word.lower().rstrip("s") + "s" for word in re.findall(r"[A-Za-z]+", heading)}
    found = [name for name in UNITS if name in words]
    return found[0] if len(found) == 1 else "units of time"


def times_of(at: Sequence[float] | None, curves: Sequence[Curve]) -> list[float]:
    """Return the times asked for, or the quarters of the follow-up that all groups share."""
    if at:
        return [float(time) for time in at]
    end = min(curve.time[-1] for curve in curves)
    quarters = [end * part / 4 for part in (1, 2, 3, 4)]
    if end >= 4:
        quarters = [float(int(time)) for time in quarters]
    return [time for time in quarters if time > 0] or [end]
