"""All indicators of a programme at once: targets, what was achieved, verdicts, people needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.indicators.judged import Judged
from dipoutcomes.scorecard.indicators.model import Target, Targets
from dipoutcomes.scorecard.indicators.share import judge_share, people_needed
from dipoutcomes.scorecard.indicators.year import judge_count

if TYPE_CHECKING:
    import pandas as pd

_NO_TARGET = "no target"
_NO_FIGURE = "no figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """Every indicator with its verdict, or why there is none.

    Parameters
    ----------
    targets : Targets
    judged : tuple of (str, Judged)
        By the id of the target; those without a figure or a target are absent.
    confidence_level : float
    """

    targets: Targets
    judged: tuple[tuple[str, Judged], ...]
    confidence_level: float

    def __getitem__(self, name: str) -> Judged:
        """Return the verdict on the indicator called *name*."""
        return dict(self.judged)[name]

    @property
    def shares(self) -> tuple[Judged, ...]:
        """The verdicts on shares, which one axis can carry."""
        return tuple(j for _, j in self.judged if j.achieved.quantity == "share")

    def __str__(self) -> str:
        return "\n".join([self.targets.indicators.title, *(str(j) for _, j in self.judged)])

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    @property
    def table(self) -> Table:
        """A row an indicator, those without a verdict among them."""
        columns = [
            Column(key="name", heading="Indicator", kind="text"),
            Column(key="target", heading="Target", kind="text"),
            Column(key="achieved", heading="Achieved", kind="text"),
            Column(key="interval", heading=self._heading, kind="text"),
            Column(key="verdict", heading="Verdict", kind="text"),
            Column(key="waiting", heading="When it can be told", kind="text"),
        ]
        found = dict(self.judged)
        rows = [_row(target, found.get(target.id)) for target in self.targets.indicator]
        rules = dict.fromkeys(f"{j.rule[:1].upper()}{j.rule[1:]}." for _, j in self.judged)
        return Table.of("indicators", self.targets.indicators.title, columns, rows, notes=[*rules])

    @property
    def _heading(self) -> str:
        return f"{_display.level(self.confidence_level)} limits"

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an indicator."""
        return self.table.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "title": self.targets.indicators.title,
            "confidence_level": self.confidence_level,
            "indicators": {name: judged.to_dict() for name, judged in self.judged},
        }


def judge_indicators(
    targets: Targets,
    achieved: Mapping[str, tuple[int, float]],
    *,
    people_per_month: Mapping[str, float] | None = None,
    confidence_level: float = 0.95,
) -> Indicators:
    """Return the verdict on every indicator that has a target and a figure.

    Parameters
    ----------
    targets : Targets
        From `parse_targets`.
    achieved : mapping of str to (int, number)
        By the id of an indicator: of a share the count and its base; of a number to be reached in
        a year the count so far and the part of the year that is gone.
    people_per_month : mapping of str to float, optional
        How fast the base of a share grows.
    confidence_level : float, default 0.95

    Returns
    -------
    Indicators

    Raises
    ------
    ValueError
        If an id is not among the targets; or, with a line for each indicator at fault, if one has
        no target to be judged by, or a figure that cannot be.
    TypeError, ValueError
        As for `judge_share` and `judge_count`.

    Notes
    -----
    Each verdict is by itself: of many indicators at their targets some are judged wrongly, at 95%
    one in forty on each side at most.

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import parse_targets
    >>> targets = parse_targets('''
    ... [indicators]
    ... title = "Half a year"
    ... [[indicator]]
    ... id = "assessed"
    ... name = "Assessed"
    ... target_percent = 70
    ... [[indicator]]
    ... id = "dtto"
    ... name = "Commencements"
    ... target_count = 65
    ... ''')
    >>> found = judge_indicators(targets, {"assessed": (300, 400), "dtto": (20, 0.5)})
    >>> [judged.verdict for _, judged in found.judged]
    ['met', 'not met']
    """
    known = tuple(target.id for target in targets.indicator)
    speeds = dict(people_per_month or {})
    for name in (*achieved, *speeds):
        check_choice("achieved", name, known)
    level = check_confidence_level(confidence_level)
    judged, faults = [], []
    for target in targets.indicator:
        if target.id not in achieved:
            continue
        try:
            found = _judge(target, achieved[target.id], speeds.get(target.id), level)
        except ValueError as error:
            faults.append(f"{target.id}: {error}")
            continue
        judged.append((target.id, found))
    if faults:
        raise ValueError("\n".join(faults))
    return Indicators(targets=targets, judged=tuple(judged), confidence_level=level)


def _judge(
    target: Target, figure: tuple[int, float], people_per_month: float | None, level: float
) -> Judged:
    count, base = figure
    if target.share is not None:
        if not float(base).is_integer():
            raise ValueError(f"the target is a share, and {base:g} is no number of people")
        if count > base:
            raise ValueError(f"{count:,} of {base:,.0f} cannot be; the count is part of the base")
        return judge_share(
            count, int(base), target.share, name=target.name, direction=target.direction,
            confidence_level=level, people_per_month=people_per_month,
        )  # fmt: skip
    if target.target_count is not None:
        return judge_count(
            count, target.target_count, part_of_year=base, name=target.name,
            direction=target.direction, confidence_level=level,
        )  # fmt: skip
    raise ValueError("it has no target to be judged by")


def people_needed_table(
    targets: Targets,
    *,
    points: Sequence[float] = (5, 10, 15),
    confidence_level: float = 0.95,
) -> Table:
    """Return how many people each share needs before a verdict is likely, by distance from target.

    Parameters
    ----------
    targets : Targets
    points : sequence of float, default (5, 10, 15)
        How many percentage points the truth may lie from the target, on either side.
    confidence_level : float, default 0.95

    Returns
    -------
    Table
        A row a share; the number of people for a verdict with a chance of 80%. Empty where a share
        would leave 0 to 100%.

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import parse_targets
    >>> targets = parse_targets('''
    ... [indicators]
    ... title = "A programme"
    ... [[indicator]]
    ... id = "assessed"
    ... name = "Assessed"
    ... target_percent = 70
    ... ''')
    >>> people_needed_table(targets, points=[10]).rows[0]["up_10"]
    167
    """
    columns = [
        Column(key="name", heading="Indicator", kind="text"),
        Column(key="target", heading="Target", kind="text"),
    ]
    for point in points:
        columns.append(Column(key=f"down_{point:g}", heading=f"{point:g} below", kind="count"))
        columns.append(Column(key=f"up_{point:g}", heading=f"{point:g} above", kind="count"))
    rows = []
    for target in targets.indicator:
        if target.share is None:
            continue
        cells: list[Any] = [target.name, target.says]
        for point in points:
            for share in (target.share - point / 100, target.share + point / 100):
                inside = 0 < share < 1
                cells.append(
                    people_needed(
                        0, 0, target.share, share=share, confidence_level=confidence_level
                    )
                    if inside
                    else None
                )
        rows.append(cells)
    level = _display.level(confidence_level)
    return Table.of(
        "people_needed",
        "People needed for a verdict, by percentage points between the truth and the target",
        columns,
        rows,
        notes=[f"For a verdict by the exact {level} interval with a chance of 80%, at one look."],
    )


def _row(target: Target, judged: Judged | None) -> list[str]:
    if judged is None:
        has = target.share is not None or target.target_count is not None
        return [target.name, target.says, "", "", _NO_FIGURE if has else _NO_TARGET, ""]
    found = judged.achieved
    shown = f"{found.printed} ({found.counts})"
    if found.quantity == "count":
        shown = f"{found.events or 0:,} so far; {found.printed} in the year at this pace"
    return [
        target.name, target.says, shown, found.printed_interval, judged.verdict, judged.waiting
    ]  # fmt: skip
