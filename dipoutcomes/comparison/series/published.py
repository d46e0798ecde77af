"""A series as somebody published it: what it shows, and what it does not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_numbers, check_positives
from dipoutcomes.comparison.series import _errors
from dipoutcomes.results import Column, Interval, Table

if TYPE_CHECKING:
    import pandas as pd

FEWEST_FOR_A_TREND = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSeries:
    """Values by year as published, their change, and what may be said of it.

    Parameters
    ----------
    measure : str
        What the values are: "people the team worked with".
    years, values : tuple of float
        In order of time.
    change : float
        Last value over first, less 1: -0.511 is a fall of 51.1%.
    difference : float
        Last value less first.
    trend_per_year : float
        Ratio from one year to the next by regression of the logarithms; ``nan`` with fewer than
        8 values.
    trend_interval : Interval
        ``nan`` with fewer than 8 values.
    shows, does_not_show : tuple of str
        Sentences.
    """

    measure: str
    years: tuple[float, ...]
    values: tuple[float, ...]
    change: float
    difference: float
    trend_per_year: float
    trend_interval: Interval
    shows: tuple[str, ...]
    does_not_show: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join([*self.shows, *self.does_not_show])

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def table(self) -> Table:
        """Return one row a year."""
        first = self.values[0]
        return Table.of(
            "published_series",
            f"{self.measure[:1].upper()}{self.measure[1:]}, as published",
            (
                Column(key="year", heading="Year", kind="label"),
                Column(key="value", heading="Value", kind="number", decimals=0),
                Column(key="change", heading="Against the first", kind="share"),
            ),
            [
                [f"{year:g}", value, value / first - 1]
                for year, value in zip(self.years, self.values, strict=True)
            ],
            notes=(*self.shows, *self.does_not_show),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a year."""
        import pandas as pd

        return pd.DataFrame({"year": list(self.years), "value": list(self.values)})

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}


def published_series(
    years: ArrayLike,
    values: ArrayLike,
    *,
    measure: str = "people worked with",
    is_outcome: bool = False,
    is_rate: bool = False,
    confidence_level: float = 0.95,
) -> PublishedSeries:
    """Return the change of a published series, with what it does and does not show.

    Parameters
    ----------
    years : array_like of float, shape (n,)
        At least two different ones, in any order.
    values : array_like of float, shape (n,)
        Above 0.
    measure : str
    is_outcome : bool, default False
        Whether the values say what became of people. Numbers of people seen, tested or referred do
        not: they are throughput.
    is_rate : bool, default False
        Whether the values are already set against the number of people at risk.
    confidence_level : float, default 0.95

    Returns
    -------
    PublishedSeries

    Raises
    ------
    ValueError
        If an argument is not what is described above.

    Notes
    -----
    Fewer than 8 values give no trend: two points lie on a line whatever happened between them, and
    how years scatter about it cannot be seen. From 8 values at equal steps on, the logarithms are
    regressed on time as in `segmented_regression`, autocorrelation averaged over.

    Examples
    --------
    >>> series = published_series([2008, 2012], [654, 320], measure="offenders worked with")
    >>> print(series.shows[0])
    Offenders worked with: 654 in 2008 and 320 in 2012, a fall of 51.1% (334 fewer).
    >>> print(series.does_not_show[0])
    Two points are no trend: they lie on a line whatever happened in between.
    """
    level = check_confidence_level(confidence_level)
    when = check_numbers("years", years)
    what = np.atleast_1d(check_positives("values", values))
    if when.shape != what.shape or when.ndim != 1 or len(when) < 2:
        raise ValueError("`years` and `values` must hold one number for each of at least two years")
    if not np.all(np.isfinite(when)) or len(np.unique(when)) < len(when):
        raise ValueError("`years` must be finite and different from each other")
    order = np.argsort(when)
    when, what = when[order], what[order]
    trend, limits = _trend(when, what, level)
    change = float(what[-1] / what[0] - 1)
    return PublishedSeries(
        measure=measure,
        years=tuple(map(float, when)),
        values=tuple(map(float, what)),
        change=change,
        difference=float(what[-1] - what[0]),
        trend_per_year=trend,
        trend_interval=limits,
        shows=_shows(when, what, change, measure, trend, limits),
        does_not_show=_does_not_show(len(when), trend, is_outcome=is_outcome, is_rate=is_rate),
    )


def _trend(when: Any, what: Any, level: float) -> tuple[float, Interval]:
    n, steps = len(when), np.diff(when)
    if n < FEWEST_FOR_A_TREND:
        return nan, Interval.none(level, f"none from {n} values")
    if not np.allclose(steps, steps[0]):
        return nan, Interval.none(level, "none where steps between values differ")
    design = np.column_stack([np.ones(n), when - when.mean()])
    spread = _errors.autoregressive(np.log(what), design)
    row = np.array([[0.0, 1.0]])
    low, high = (float(np.exp(x[0])) for x in spread.limits(row, level))
    if high - low <= 1e-9 * high:
        why = "none: no scatter about a line was seen"
        return float(np.exp(spread.beta[1])), Interval.none(level, why)
    name = "log-linear, autocorrelation averaged over"
    return float(np.exp(spread.beta[1])), Interval(low, high, level, name)


def _shows(
    when: Any, what: Any, change: float, measure: str, trend: float, limits: Interval
) -> tuple[str, ...]:
    if change:
        size = _display.number(abs(what[-1] - what[0]), 0)
        word, more = ("fall", "fewer") if change < 0 else ("rise", "more")
        moved = f", a {word} of {_display.percent(abs(change))} ({size} {more})"
    else:
        moved = ", no change"
    first, last = (_display.number(float(x), 0) for x in (what[0], what[-1]))
    name = f"{measure[:1].upper()}{measure[1:]}"
    found = [f"{name}: {first} in {when[0]:g} and {last} in {when[-1]:g}{moved}."]
    if not isnan(limits.low):
        low, high = (_display.percent(x - 1) for x in limits)
        found.append(
            f"From year to year it changed by {_display.percent(trend - 1)} "
            f"({_display.level(limits.confidence_level)} CI {low} to {high})."
        )
    return tuple(found)


def _does_not_show(n: int, trend: float, *, is_outcome: bool, is_rate: bool) -> tuple[str, ...]:
    found = []
    if n == 2:
        found.append("Two points are no trend: they lie on a line whatever happened in between.")
    if isnan(trend):
        found.append(
            f"How far years scatter cannot be told from {n} value{'s' * (n != 1)}, so the change "
            "has no interval: an ordinary year or an odd one would look the same."
        )
    if not is_outcome:
        found.append(
            "It counts what went through the programme, which is no outcome: fewer people may mean "
            "less offending, fewer arrests or tests, less money, or a change in who is counted."
        )
    if not is_rate:
        found.append("It is not set against the number of people who could have been counted.")
    found.append(
        "Without areas or people who had no programme nothing says what would have happened anyway."
    )
    return tuple(found)
