"""Who was left out on the way into the study, step by step and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.results import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH = 7.2  # inches
_LEFT = (0.05, 2.45)  # from, to: the boxes of who remains
_RIGHT = (2.85, 7.15)  # the boxes of who was left out
_LINE = 0.19  # inches a line of text
_PAD = 0.08  # inches inside a box
_GAP = 0.1  # inches between what stands above and below
_HANG = "    "  # before the further lines of a reason, so that each reason is seen to begin


def plot_flow(table: Table, *, ax: Axes | None = None) -> Axes:
    r"""Draw the flow into the study: who remains down the left, who was left out to the right.

    Parameters
    ----------
    table : Table
        Columns ``says``, ``lost`` and ``remaining``, a row a step. The first row is the start:
        it has no loss (``None`` or 0). A later row with a loss has the reason in ``says``; one
        whose loss is ``None`` names those who remain. The losses between two named steps stand
        in one box; a step that lost nobody is left to the table. A cell may hold
        ``"withheld"``.
    ax : matplotlib.axes.Axes, optional
        Where to draw, at least 7.2 inches wide and as tall as `flow_height` says; a new figure
        of the right size is made if omitted.

    Returns
    -------
    matplotlib.axes.Axes
        In inches from the top left corner, without ticks.

    Raises
    ------
    ValueError
        If a column is missing or there is no row.

    Examples
    --------
    >>> from dipoutcomes.results import Column, Table
    >>> table = Table.of("flow", "Flow", [Column(key="says", heading="Step"),
    ...     Column(key="lost", heading="Lost", kind="persons"),
    ...     Column(key="remaining", heading="Remaining", kind="persons")],
    ...     [["people in the extract", None, 40], ["under 18", 12, 28]])
    >>> [text.get_text() for text in plot_flow(table).texts if text.get_text()]
    ['40\npeople in the extract', '12 left out: under 18', '28\nremain']
    """
    steps = _steps(table)
    height = _height(steps)
    if ax is None:
        ax = style.new_axes(_WIDTH, height)
    ax.set_xlim(0, _WIDTH)
    ax.set_ylim(height, 0)
    ax.set_axis_off()
    top = _GAP / 2
    middle = sum(_LEFT) / 2
    for number, (lost, left) in enumerate(steps):
        if number:
            side = _box_height(lost) if lost else 0.0
            arrow_to = top + side + 2 * _GAP if lost else top + 1.6 * _GAP
            _arrow(ax, (middle, top), (middle, arrow_to))
            if lost:
                centre = top + _GAP + side / 2
                _arrow(ax, (middle, centre), (_RIGHT[0], centre))
                _box(ax, _RIGHT, centre - side / 2, lost, face="#f3f3f3", ha="left")
            top = arrow_to
        _box(ax, _LEFT, top, left, face="#e3ebf4", ha="center")
        top += _box_height(left)
    return ax


def flow_height(table: Table) -> float:
    """Return the height in inches that the flow of *table* needs."""
    return _height(_steps(table))


def _steps(table: Table) -> list[tuple[str, str]]:
    """Return each step as the words of its loss ("" if none) and of those who remain."""
    columns = {column.key: column for column in table.columns}
    missing = [key for key in ("says", "lost", "remaining") if key not in columns]
    if missing:
        raise ValueError(f"a flow needs the columns says, lost, remaining; missing: {missing}")
    if not len(table):
        raise ValueError(f"the flow '{table.name}' has no rows")

    def cell(row: Mapping[str, Any], key: str) -> str:
        return table.printed(row, columns[key])

    side, down = _RIGHT[1] - _RIGHT[0] - 2 * _PAD, _LEFT[1] - _LEFT[0] - 2 * _PAD
    steps: list[tuple[str, str]] = []
    losses: list[str] = []
    for number, row in enumerate(table.rows):
        says, lost, remaining = cell(row, "says"), cell(row, "lost"), cell(row, "remaining")
        if number == 0 or not lost:
            here = f"{_number(remaining)}\n{style.wrap(says, down)}"
            steps.append(("\n".join(losses), here))
            losses = []
            continue
        if lost != "0":
            loss = "number left out withheld" if lost == _display.WITHHELD else f"{lost} left out"
            losses.append(style.wrap(f"{loss}: {says}", side - 0.2).replace("\n", f"\n{_HANG}"))
        if losses and number == len(table.rows) - 1:
            steps.append(("\n".join(losses), f"{_number(remaining)}\nremain"))
    return steps


def _number(text: str) -> str:
    return f"number {text}" if text == _display.WITHHELD else text


def _box_height(text: str) -> float:
    return _LINE * (text.count("\n") + 1) + 2 * _PAD


def _height(steps: list[tuple[str, str]]) -> float:
    total = _GAP
    for number, (lost, left) in enumerate(steps):
        if number:
            total += _box_height(lost) + 2 * _GAP if lost else 1.6 * _GAP
        total += _box_height(left)
    return total


def _box(
    ax: Axes, across: tuple[float, float], top: float, text: str, *, face: str, ha: str
) -> None:
    from matplotlib.patches import Rectangle

    left, right = across
    height = _box_height(text)
    ax.add_patch(
        Rectangle(
            (left, top), right - left, height, facecolor=face, edgecolor=style.INK, linewidth=0.9
        )
    )
    ax.text(
        left + _PAD if ha == "left" else (left + right) / 2,
        top + height / 2,
        style.plain(text),
        ha=ha,
        va="center",
        fontsize=style.TEXT,
        color=style.INK,
        linespacing=1.25,
    )


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": style.INK,
            "linewidth": 1,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
