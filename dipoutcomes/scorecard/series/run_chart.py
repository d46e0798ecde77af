"""A row of the scorecard, period by period, with limits that hold for small counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_counts, check_positives
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.series.limits import number_limits, share_limits

if TYPE_CHECKING:
    import pandas as pd

LEAST_PERIODS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period: its count, what it is out of, and the limits by the other periods.

    ``base`` is a count of cases for shares and a number of days for entries; the limits are
    counts, both included.
    """

    label: str
    count: int
    base: float
    low: int
    high: int
    baseline: bool

    @property
    def signal(self) -> bool:
        """Whether it lies outside the limits."""
        return not self.low <= self.count <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChart:
    """A row, period by period.

    Parameters
    ----------
    name : str
    kind : {"share", "number"}
    points : tuple of Point
    unit : str
        Of the bases of shares.
    confidence_level : float
        Of the series as a whole: the chance that no point of an unchanged one lies outside.
    """

    name: str
    kind: str
    points: tuple[Point, ...]
    unit: str
    confidence_level: float

    @property
    def centre(self) -> float:
        """The share, or the number a day, of the baseline periods together."""
        base = sum(p.base for p in self.points if p.baseline)
        return sum(p.count for p in self.points if p.baseline) / base if base else float("nan")

    @property
    def signals(self) -> tuple[Point, ...]:
        """The periods outside their limits."""
        return tuple(point for point in self.points if point.signal)

    def __str__(self) -> str:
        shown = ", ".join(self._shown(point) for point in self.points)
        if not self.signals:
            said = "no period lies outside what chance allows"
        else:
            said = "outside what chance allows: " + ", ".join(
                f"{p.label} ({p.count:,}, limits {p.low:,} to {p.high:,})" for p in self.signals
            )
        level = _display.level(self.confidence_level)
        return f"{self.name}: {shown}; {said} (limits that hold for all at once, {level})"

    def _shown(self, point: Point) -> str:
        if self.kind == "number":
            return f"{point.count:,}"
        return f"{point.count:,} of {point.base:,.0f}"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    @property
    def table(self) -> Table:
        """A row a period."""
        columns = [
            Column(key="label", heading="Period", kind="label"),
            Column(key="count", heading="Number", kind="persons"),
            Column(key="base", heading="Of" if self.kind == "share" else "Days", kind="count"),
            Column(key="low", heading="Least expected", kind="count"),
            Column(key="high", heading="Most expected", kind="count"),
            Column(key="judged", heading="Judged", kind="number"),
        ]
        rows = [[p.label, p.count, p.base, p.low, p.high, _judged(p)] for p in self.points]
        notes = [
            "Each period is judged by the others"
            + (" of the baseline" if not all(p.baseline for p in self.points) else "")
            + "; the limits allow for the chance in those as well, and hold for all periods at "
            f"once ({_display.level(self.confidence_level)})."
        ]
        return Table.of("run_chart", self.name, columns, rows, notes=notes)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a period."""
        return self.table.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "unit": self.unit,
            "confidence_level": self.confidence_level,
            "centre": self.centre,
            "points": [
                {
                    "label": p.label, "count": p.count, "base": p.base, "low": p.low,
                    "high": p.high, "baseline": p.baseline, "signal": p.signal,
                }
                for p in self.points
            ],
        }  # fmt: skip


def _judged(point: Point) -> str:
    if not point.signal:
        return "within the limits"
    return "above the limits" if point.count > point.high else "below the limits"


def run_chart(
    counts: Sequence[int],
    bases: Sequence[int] | None = None,
    *,
    days: Sequence[float] | None = None,
    labels: Sequence[str] = (),
    name: str = "share",
    unit: str = "episodes",
    baseline_periods: int | None = None,
    confidence_level: float = 0.95,
) -> RunChart:
    """Return a run chart of shares (a p-chart) or of numbers a day (a u-chart).

    Parameters
    ----------
    counts : sequence of int, shape (k,)
        One a period, in order of time; three or more.
    bases : sequence of int, shape (k,), optional
        What each count is out of; for shares.
    days : sequence of float, shape (k,), optional
        Length of each period; for numbers. Exactly one of *bases* and *days* is given.
    labels : sequence of str, optional
    name, unit : str
    baseline_periods : int, optional
        How many of the first periods make the baseline, chosen before the later ones are seen.
        Left out, each period is judged by all the others.
    confidence_level : float, default 0.95
        Of the series as a whole.

    Returns
    -------
    RunChart

    Raises
    ------
    TypeError, ValueError
        If there are fewer than three periods, lengths differ, or a count is more than its base.

    Notes
    -----
    Each limit is at ``1 - (1 - confidence_level) / k`` (Bonferroni), so that a series in which
    nothing changes shows no signal with at least the level, at any share and however small the
    counts. With four quarters only large changes can show. Rules of runs (eight on one side) need
    longer series and are not used.

    Examples
    --------
    >>> chart = run_chart([20, 24, 19, 41], [60, 66, 58, 63], labels=["Q1", "Q2", "Q3", "Q4"],
    ...     name="Assessed")
    >>> print(chart)
    Assessed: 20 of 60, 24 of 66, 19 of 58, 41 of 63; outside what chance allows: Q4 (41, limits
    11 to 33) (limits that hold for all at once, 95%)
    """
    if (bases is None) == (days is None):
        raise TypeError("give either `bases` (shares) or `days` (numbers)")
    x = check_counts("counts", counts)
    size = check_counts("bases", bases) if days is None else check_positives("days", days)
    k = len(x)
    if k < LEAST_PERIODS:
        raise ValueError(f"a run chart needs at least {LEAST_PERIODS} periods; there are {k}")
    if len(size) != k or (labels and len(labels) != k):
        raise ValueError("`counts`, `bases` or `days`, and `labels` must be equally long")
    if days is None and (x > size).any():
        raise ValueError(f"{int((x > size).sum())} counts are more than their base")
    first = k if baseline_periods is None else baseline_periods
    if not 2 <= first <= k:
        raise ValueError(f"`baseline_periods` must lie between 2 and {k}; got {first}")
    level = check_confidence_level(confidence_level)
    each = 1 - (1 - level) / k
    points = []
    for i in range(k):
        others = [j for j in range(first) if j != i]
        so_many, base = int(x[others].sum()), size[others].sum()
        if days is None:
            low, high = share_limits(int(size[i]), so_many, int(base), confidence_level=each)
        else:
            low, high = number_limits(float(size[i]), so_many, float(base), confidence_level=each)
        label = labels[i] if labels else str(i + 1)
        points.append(
            Point(
                label=label, count=int(x[i]), base=size[i].item(), low=low, high=high,
                baseline=i < first,
            )
        )  # fmt: skip
    return RunChart(
        name=name,
        kind="share" if days is None else "number",
        points=tuple(points),
        unit=unit,
        confidence_level=level,
    )
