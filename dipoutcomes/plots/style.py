"""What the figures share: colours, sizes, wrapped text, axes in the reader's units."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import EstimateTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TEXT = 10.0  # points: readable when the page is printed
SMALL = 9.0
INK = "#222222"
FAINT = "#8a8a8a"

# Apart for the colour-blind, and dark to light so that they stay apart in grey.
COLOURS = ("#12355b", "#c8511b", "#5aa9dd", "#000000", "#7a9e2e", "#8c6bb1")
MARKERS = ("o", "s", "^", "D", "v", "P")
LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.4)), (0, (6, 2, 1, 2)), (0, (3, 1)), "-.")

_RATIO_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_RATIO_TICKS_BETWEEN = (0.3, 0.4, 0.7, 1.5, 3, 4, 7)
_Y_TITLE_INCHES = 2.6  # the least height of axes with a title along them


def nth(values: tuple[Any, ...], position: int) -> Any:
    """Return the value at *position*, starting again when they run out."""
    return values[position % len(values)]


def new_axes(width: float, height: float) -> Axes:
    """Return Axes of a new figure, *width* by *height* inches, that no global state holds."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained").subplots()


def tidy(ax: Axes, *, grid: str = "x") -> None:
    """Take away the box, leave the axis that is read and a faint grid along it."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=TEXT, colors=INK)
    ax.grid(visible=True, axis=grid, color="#dddddd", linewidth=0.7)  # type: ignore[arg-type]
    ax.set_axisbelow(True)


@lru_cache(maxsize=4096)
def text_inches(text: str, points: float = TEXT) -> float:
    """Return how wide *text* will be, in inches."""
    from matplotlib.textpath import TextPath

    if not text:
        return 0.0
    # A dollar sign is a dollar sign here, never mathematics.
    path = TextPath((0, 0), text.replace("$", "S"), size=points)
    # Letters are set on whole pixels, so that drawn text runs wider than its outlines do.
    return 1.07 * float(path.get_extents().width) / 72


def wrap(text: str, inches: float, points: float = TEXT) -> str:
    """Return *text* broken into lines that fit *inches*; a longer word is cut."""
    lines = [""]
    for word in text.split():
        rest = word
        joined = f"{lines[-1]} {rest}".strip()
        if text_inches(joined, points) <= inches:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        while text_inches(rest, points) > inches and len(rest) > 1:
            cut = next(
                k
                for k in range(len(rest) - 1, 0, -1)
                if k == 1 or text_inches(rest[:k], points) <= inches
            )
            lines[-1], rest = rest[:cut], rest[cut:]
            lines.append("")
        lines[-1] = rest
    return "\n".join(lines)


def wrap_lines(text: str, inches: float, points: float = TEXT) -> str:
    """Return *text* wrapped as `wrap` does, its own line breaks kept."""
    return "\n".join(wrap(line, inches, points) for line in text.split("\n"))


def plain(text: str) -> str:
    """Return *text* so that matplotlib prints it as it is."""
    return text.replace("$", r"\$")


def one_kind(table: EstimateTable) -> tuple[str, str, str]:
    """Return the quantity, measure and printed confidence level that all rows share."""
    if not len(table):
        raise ValueError(f"the table '{table.name}' has no rows to draw")
    found: dict[str, set[Any]] = {
        "quantity": {e.quantity for e in table.estimates},
        "measure": {e.measure for e in table.estimates},
        "confidence level": {e.interval.confidence_level for e in table.estimates},
    }
    for what, values in found.items():
        if len(values) > 1:
            listed = ", ".join(sorted(str(v) for v in values))
            raise ValueError(
                f"the rows of '{table.name}' have {len(values)} kinds of {what} ({listed}); one "
                "axis can carry one: split the table"
            )
    first = table.estimates[0]
    return first.quantity, first.measure, _display.level(first.interval.confidence_level)


def format_axis(axis: Any, quantity: str) -> None:
    """Print the ticks in the reader's units: a share as a percentage."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    if quantity in {"share", "difference"}:
        suffix = "%" if quantity == "share" else ""
        axis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:.3g}{suffix}"))
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    elif quantity == "ratio":
        axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        axis.set_minor_formatter(FuncFormatter(lambda *_: ""))
        low, high = axis.get_view_interval()
        ticks = _RATIO_TICKS if high > 12 * low else sorted({*_RATIO_TICKS, *_RATIO_TICKS_BETWEEN})
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_minor_locator(FixedLocator([]))
    else:
        axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.6g}"))


def axis_title(measure: str, quantity: str, level: str) -> str:
    """Return the title of the axis of values: measure, unit and confidence level."""
    unit = ", percentage points" if quantity == "difference" else ""
    return plain(f"{measure[:1].upper()}{measure[1:]}{unit} ({level} confidence interval)")


def y_title(ax: Axes, text: str) -> None:
    """Write the title of the upright axis, in lines no longer than the axis is tall."""
    ax.set_ylabel(wrap(text, _Y_TITLE_INCHES), fontsize=TEXT)
