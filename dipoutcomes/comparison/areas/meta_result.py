"""One effect put together from several areas: what an analysis returns."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, isnan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes.results import Column, Interval, Table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetaAnalysis:
    """Effects of several areas put together.

    Parameters
    ----------
    areas : tuple of str
    effects, variances, weights : ndarray, shape (k,)
        On the scale of *measure*, logarithms where *is_log*; weights add up to 1.
    measure : str
    is_log : bool
    value : float
        The mean effect; a logarithm where *is_log*.
    std_error : float
    interval : Interval
        Of the mean effect, on the scale of *value*.
    p_value : float
        Of a mean effect of 0.
    df : float
        Degrees of freedom of the interval; infinite for the normal.
    tau2 : float
        Variance of the true effects between areas.
    tau2_interval : Interval
        Q-profile; ``nan`` where no variance is accepted.
    i2, h2 : float
        Share of the variance of effects that is between areas (in [0, 1]), and total over within.
    q, q_p_value : float
        Cochran's Q and the p-value of equal effects.
    prediction_interval : Interval
        Where the true effect of one more area like these may lie.
    estimator, test : str
        As a report prints them: "REML", "Hartung-Knapp".
    caveat : str
    """

    areas: tuple[str, ...]
    effects: Floats
    variances: Floats
    weights: Floats
    measure: str
    is_log: bool
    value: float
    std_error: float
    interval: Interval
    p_value: float
    df: float
    tau2: float
    tau2_interval: Interval
    i2: float
    h2: float
    q: float
    q_p_value: float
    prediction_interval: Interval
    estimator: str
    test: str
    caveat: str = ""

    def __len__(self) -> int:
        return len(self.areas)

    def printed(self, value: float) -> float:
        """Return a number of the scale of *value* as it is printed: ratios for logarithms."""
        if not self.is_log or isnan(value):
            return value
        return exp(value) if value < 700 else inf

    def __str__(self) -> str:
        low, high = (_display.number(self.printed(x), 2) for x in self.interval)
        first, last = (_display.number(self.printed(x), 2) for x in self.prediction_interval)
        level = _display.level(self.interval.confidence_level)
        predicted = ""
        if not isnan(self.prediction_interval.low):
            predicted = f"; the effect in one more such area may lie from {first} to {last}"
        note = f" [{self.caveat}]" if self.caveat else ""
        return (
            f"{self.measure}, {len(self)} areas together: "
            f"{_display.number(self.printed(self.value), 2)} ({level} CI {low} to {high}, "
            f"{self.estimator}, {self.test}); I2 {_display.percent(self.i2, 0)}, "
            f"tau2 {self.tau2:.3f}{predicted}{note}"
        )

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def table(self) -> Table:
        """Return one row an area, and the areas together, as printed."""
        level = _display.level(self.interval.confidence_level)
        lows, highs = self.area_limits()
        rows: list[list[Any]] = [
            [name, *(self.printed(float(x)) for x in (y, low, high)), float(w)]
            for name, y, low, high, w in zip(
                self.areas, self.effects, lows, highs, self.weights, strict=True
            )
        ]
        rows.append(["all areas", *(self.printed(x) for x in (self.value, *self.interval)), 1.0])
        if not isnan(self.prediction_interval.low):
            rows.append(
                ["one more such area", None, *map(self.printed, self.prediction_interval), None]
            )
        heading = f"{self.measure[:1].upper()}{self.measure[1:]}"
        return Table.of(
            "meta_analysis",
            f"{heading} by area and of {len(self)} areas together",
            (
                Column(key="area", heading="Area", kind="label"),
                Column(key="value", heading=heading, kind="number", decimals=2),
                Column(key="low", heading=f"{level} from", kind="number", decimals=2),
                Column(key="high", heading="to", kind="number", decimals=2),
                Column(key="weight", heading="Weight", kind="share"),
            ),
            rows,
            notes=(str(self) + ".",),
        )

    def area_limits(self) -> tuple[Floats, Floats]:
        """Return the normal limits of each area by itself, on the scale of *effects*."""
        from scipy.special import ndtri

        half = float(ndtri((1 + self.interval.confidence_level) / 2)) * np.sqrt(self.variances)
        return self.effects - half, self.effects + half

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        values: dict[str, Any] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, Interval):
                value = value.to_dict()
            values[name] = value.tolist() if isinstance(value, np.ndarray) else value
        return values | {"areas": list(self.areas)}

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an area."""
        import pandas as pd

        low, high = self.area_limits()
        return pd.DataFrame(
            {
                "area": list(self.areas),
                "effect": self.effects,
                "variance": self.variances,
                "low": low,
                "high": high,
                "weight": self.weights,
            }
        )
