"""What the commands on comparisons share: counts as they are typed, and the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from dipoutcomes.cli._say import say
from dipoutcomes.cli._survival import check_figure
from dipoutcomes.cli.intervals import _ask, _number, _whole

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.study.count_tables import CountTable, Kind

_PART = re.compile(r"([0-9,]+)/([0-9,]+)")

File = Annotated[
    str,
    typer.Argument(
        help='CSV, Excel, Parquet or database file, or "package:NAME/PATH".',
        metavar="FILE",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="Save the figures as a table (.csv).", metavar="FILE"),
]
Figure = Annotated[
    Path | None,
    typer.Option("--figure", help="Save the figure: .png or .svg.", metavar="FILE"),
]


class Signed(TyperCommand):
    """A command whose options may be negative, -26% among them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Join an option with the negative number after it, which would pass for an option."""
        joined: list[str] = []
        for arg in args:
            if joined and re.fullmatch(r"-[\d.]+%?", arg) and re.fullmatch(r"--\S+", joined[-1]):
                joined[-1] = f"{joined[-1]}={arg}"
            else:
                joined.append(arg)
        return super().parse_args(ctx, joined)


def share(text: str | float) -> float:
    """Return a share, or a change: 61%, 0.61, -26%."""
    if isinstance(text, float):
        return text
    found = _number(text.strip().removesuffix("%"))
    if not abs(found) <= 1e6:  # neither infinite nor nothing
        raise typer.BadParameter(f"'{text}' is not a share, such as 61% or 0.61")
    if text.strip().endswith("%"):
        return round(found / 100, 12)
    if abs(found) > 1:
        raise typer.BadParameter(f"'{text}' is more than 1; {text} per cent is written {text}%")
    return found


def real(text: str | float) -> float:
    """Return a finite number; the default of an option comes here too, and is one."""
    found = text if isinstance(text, float) else _number(text)
    if not abs(found) < float("inf"):
        raise typer.BadParameter(f"'{text}' is not a number, such as 0.72 or 12")
    return found


def whole(text: str | int) -> int:
    """Return a whole number."""
    return text if isinstance(text, int) else _whole(text)


def part_of(text: str) -> tuple[int, int]:
    """Return the count and the base of 128/196."""
    found = _PART.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f"'{text}' must read COUNT/PEOPLE, such as 128/196")
    count, base = (_whole(number.replace(",", "")) for number in found.groups())
    if not base:
        raise typer.BadParameter(f"'{text}': there is nobody to be counted among")
    if count > base:
        raise typer.BadParameter(
            f"'{text}': {count} is more than {base}; count people with the event, not events"
        )
    return count, base


def share_option(flag: str, says: str) -> Any:
    """Return an option that is a share or a change."""
    return typer.Option(flag, help=says, parser=share, metavar="P", show_default=False)


def real_option(flag: str, says: str, name: str = "X") -> Any:
    """Return an option that is a number."""
    return typer.Option(flag, help=says, parser=real, metavar=name)


def column(flag: str, says: str) -> Any:
    """Return an option that names a column."""
    return typer.Option(flag, help=says, metavar="COLUMN")


def check_level(level: float) -> float:
    """Return a confidence level, or say what one is."""
    if not 0.5 <= level < 1:
        raise typer.BadParameter(f"--level {level:g} must be from 0.5 to below 1; 95% is 0.95")
    return level


Level = Annotated[
    float,
    typer.Option("--level", help="Confidence level.", parser=real, metavar="P"),
]


@dataclass(slots=True)
class Answer:
    """What a command found: lines to print, plain values for JSON, a table and a figure."""

    printed: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    frame: Callable[[], pd.DataFrame] | None = None
    draw: Callable[[], Any] | None = None
    alt: str = ""

    def read(
        self, file: str, columns: dict[str, tuple[str, Kind]], *, sheet: str | None = None
    ) -> CountTable:
        """Return the columns of a file, and note where they come from."""
        from dipoutcomes.study.count_tables import read_counts_table

        found: CountTable = _ask(read_counts_table, file, columns, sheet=sheet)
        self.values["source"] = {"file": found.file, "sha256": found.sha256, "rows": len(found)}
        self.printed.append(f"{len(found):,} rows in '{found.file}'.")
        return found

    def add(self, name: str, found: Any) -> None:
        """Take a result under the name that JSON has for it, and its sentence."""
        text = str(found)
        self.printed.append(text if text.endswith(".") or "\n" in text else f"{text}.")
        self.values[name] = found.to_dict()

    def say(self, name: str, *lines: str) -> None:
        """Take sentences."""
        self.printed.extend(lines)
        self.values[name] = list(lines)

    def give(self, as_json: bool, out: Path | None, figure: Path | None = None) -> None:
        """Print the answer, and save its table and its figure with its text alternative."""
        from dipoutcomes import storage

        if out is not None and self.frame is not None:
            storage.write_atomic(out, self.frame().to_csv(index=False).encode())
            self.values["table"] = str(out)
            self.printed.append(f"Table: '{out}'.")
        if figure is not None and self.draw is not None:
            from dipoutcomes.report.show import figure_file

            kind = figure.suffix.lower().removeprefix(".")
            storage.write_atomic(figure, figure_file(self.draw, self.alt, kind=kind))
            self.values["figure"] = {"file": str(figure), "alt": self.alt}
            self.printed.append(f"Figure '{figure}': {self.alt}")
        if as_json:
            say(storage.canonical_json(self.values).decode().removesuffix("\n"))
        else:
            say("\n\n".join(self.printed))


def check_files(out: Path | None, figure: Path | None = None) -> None:
    """Refuse files of another kind before anything is read."""
    if out is not None and out.suffix.lower() != ".csv":
        raise typer.BadParameter(f"--out '{out.name}' must end in .csv")
    check_figure(figure)


def named(given: Sequence[str] | None, flag: str) -> list[str]:
    """Return the values of an option that must be given, none twice."""
    found = list(dict.fromkeys(given or ()))
    if not found:
        raise typer.BadParameter(f"{flag} is needed, once at least")
    return found
