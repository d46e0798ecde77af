"""What a segmented regression returns."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes.comparison.series._errors import Spread
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
NOT_ALONE = "whatever else changed at the same time is in it"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentedRegression:
    """A series of counts broken at a known time.

    Parameters
    ----------
    level_change : Estimate
        Ratio of the rate just after the break to what the trend before it led to expect.
    slope_change : Estimate
        Ratio of the trend after to the trend before, over a cycle of periods.
    trend_before : Estimate
        Ratio of the rate from one cycle to the next, before the break.
    effect_at_end : Estimate
        Ratio in the last period to what was expected there.
    labels : tuple
        Of the periods.
    counts, exposure : ndarray, shape (n,)
    fitted, expected, expected_low, expected_high : ndarray, shape (n,)
        Counts of the model, and those expected without a break, with the limits of their mean.
    breaks_at : int
        Position of the first period after the break.
    durbin_watson : float
    autocorrelations : tuple of float
        Of the Pearson residuals, lags 1, 2, ...
    autocorrelation : float
        As the model has it; 0 under "independent" and "newey_west".
    dispersion : float
        Pearson's chi-square over the residual degrees of freedom; ``nan`` for a log-linear model.
    model, errors, season, unit : str
    confidence_level : float
    caveat : str
    """

    level_change: Estimate
    slope_change: Estimate
    trend_before: Estimate
    effect_at_end: Estimate
    labels: tuple[Any, ...]
    counts: Floats
    exposure: Floats
    fitted: Floats
    expected: Floats
    expected_low: Floats
    expected_high: Floats
    breaks_at: int
    durbin_watson: float
    autocorrelations: tuple[float, ...]
    autocorrelation: float
    dispersion: float
    model: str
    errors: str
    season: str
    unit: str
    confidence_level: float
    caveat: str
    _spread: Spread

    def __str__(self) -> str:
        level, slope = self.level_change, self.slope_change
        return (
            f"{level.measure}: {level.printed} ({level.printed_interval}); {slope.measure}: "
            f"{slope.printed} ({slope.printed_interval}); "
            f"{_display.level(self.confidence_level)} limits, {self.errors} [{self.caveat}]"
        )

    def _repr_html_(self) -> str:
        return self.estimates()._repr_html_()

    def estimates(self) -> EstimateTable:
        """Return the ratios as one table."""
        rows = (self.trend_before, self.level_change, self.slope_change, self.effect_at_end)
        return EstimateTable(
            name="segmented_regression",
            caption=f"The series before and after the break, {self.model}",
            rows=tuple(EstimateRow(label=e.measure, estimate=e) for e in rows),
            notes=(self.diagnosis,),
            heading="Ratio",
        )

    @property
    def diagnosis(self) -> str:
        """How alike neighbouring periods are once the model is taken away, in a sentence."""
        first = _display.number(self.autocorrelations[0], 2)
        band = _display.number(1.96 / np.sqrt(len(self.counts)), 2)
        return (
            f"Residuals of neighbouring {self.unit}s: Durbin-Watson "
            f"{_display.number(self.durbin_watson, 2)} (2 where unlike), autocorrelation {first} "
            f"(chance alone within {band} either way); errors: {self.errors}."
        )

    def ratio_at(self, periods_after: int) -> Estimate:
        """Return the ratio to what was expected, *periods_after* the first period after the break.

        Raises
        ------
        ValueError
            If the series does not reach so far.
        """
        last = len(self.counts) - self.breaks_at - 1
        if not 0 <= periods_after <= last:
            raise ValueError(f"`periods_after` must lie in 0 to {last}; got {periods_after}")
        row = np.zeros(len(self._spread.beta))
        row[2:4] = 1, periods_after
        where = "the last period" if periods_after == last else f"period {periods_after + 1} after"
        return ratio_of(self, row, f"ratio to what was expected, {where}")

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a period."""
        import pandas as pd

        return pd.DataFrame(
            {
                "period": list(self.labels),
                "after": np.arange(len(self.counts)) >= self.breaks_at,
                "count": self.counts,
                "exposure": self.exposure,
                "fitted": self.fitted,
                "expected": self.expected,
                "expected_low": self.expected_low,
                "expected_high": self.expected_high,
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        values: dict[str, Any] = {}
        for name in (n for n in self.__slots__ if not n.startswith("_")):
            value = getattr(self, name)
            if isinstance(value, Estimate):
                value = value.to_dict()
            elif isinstance(value, np.ndarray):
                value = value.tolist()
            elif isinstance(value, tuple):
                value = [v if isinstance(v, float) else str(v) for v in value]
            values[name] = value
        return values


def ratio_of(result: Any, row: Floats, measure: str) -> Estimate:
    """Return the ratio that *row* of the coefficients is the logarithm of."""
    spread, level, k = result._spread, result.confidence_level, result.breaks_at
    low, high = (float(np.exp(x[0])) for x in spread.limits(row[None, :], level))
    counts = result.counts
    # No scatter about the model is no certainty: limits of no width are not printed.
    scattered = high - low > 1e-9 * high
    limits = Interval(low, high, level, result.errors)
    if not scattered:
        limits = Interval.none(level, "none: no scatter about the model was seen")
    return Estimate(
        measure=measure,
        value=float(np.exp(row @ spread.beta)),
        interval=limits,
        events=int(counts[k:].sum()),
        base=float(len(counts) - k),
        base_unit=f"{result.unit}s",
        quantity="ratio",
        reference_events=int(counts[:k].sum()),
        reference_base=float(k),
        p_value=spread.p_value(row) if scattered else nan,
        caveat=result.caveat,
    )
