"""One interval, and an array of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level

if TYPE_CHECKING:
    import pandas as pd


def as_float(value: float | str | None) -> float:
    """Return a stored number: JSON has neither nan (stored as null) nor infinity (as text)."""
    return float("nan") if value is None else float(value)


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval with its level and method.

    Parameters
    ----------
    low, high : float
        Limits in the unit of the quantity; ``-inf`` and ``inf`` are real answers, ``nan`` is none.
    confidence_level : float
        Nominal two-sided coverage, strictly between 0 and 1.
    method : str
        As a report prints it: "Wilson score".

    Examples
    --------
    >>> interval = Interval(0.566, 0.873, 0.95, "Wilson score")
    >>> print(interval)
    95% CI 0.566 to 0.873, Wilson score
    >>> 0.75 in interval
    True
    """

    low: float
    high: float
    confidence_level: float
    method: str

    def __post_init__(self) -> None:
        check_confidence_level(self.confidence_level)
        if self.low > self.high:
            raise ValueError(f"the lower limit {self.low} is above the upper limit {self.high}")

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __iter__(self) -> Iterator[float]:
        return iter((self.low, self.high))

    def __str__(self) -> str:
        level = _display.level(self.confidence_level)
        return f"{level} CI {self.low:.3f} to {self.high:.3f}, {self.method}"

    def _repr_html_(self) -> str:
        level = _display.level(self.confidence_level)
        return _display.html_table(
            f"{level} confidence interval",
            ["method", "lower limit", "upper limit"],
            [[self.method, f"{self.low:.4f}", f"{self.high:.4f}"]],
        )

    @property
    def width(self) -> float:
        """Upper less lower limit."""
        return self.high - self.low

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        return {
            "low": self.low,
            "high": self.high,
            "confidence_level": self.confidence_level,
            "method": self.method,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Interval:
        """Return the interval that `to_dict` described; ``None`` (JSON's nan) is nan again."""
        fields = dict(values)
        fields |= {key: as_float(fields[key]) for key in ("low", "high")}
        return cls(**fields)

    @classmethod
    def none(cls, confidence_level: float, why: str) -> Interval:
        """Return the interval of a quantity that these data cannot support."""
        return cls(float("nan"), float("nan"), confidence_level, why)


@dataclass(frozen=True, slots=True, eq=False)
class IntervalArray:
    """Confidence intervals of one method for an array of counts; shapes as broadcast."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    confidence_level: float
    method: str

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, item: Any) -> Interval | IntervalArray:
        low, high = self.low[item], self.high[item]
        if np.ndim(low) == 0:
            return Interval(float(low), float(high), self.confidence_level, self.method)
        return IntervalArray(low, high, self.confidence_level, self.method)

    def __str__(self) -> str:
        level = _display.level(self.confidence_level)
        return f"{self.low.size} intervals, {level} CI, {self.method}"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the limits."""
        return self.low.shape

    @property
    def width(self) -> NDArray[np.float64]:
        """Upper less lower limits."""
        return self.high - self.low

    def contains(self, value: Any) -> NDArray[np.bool_]:
        """Return whether each interval holds *value* (broadcast)."""
        return np.asarray((self.low <= value) & (value <= self.high), dtype=np.bool_)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an interval, in C order."""
        import pandas as pd

        return pd.DataFrame(
            {
                "low": self.low.ravel(),
                "high": self.high.ravel(),
                "confidence_level": self.confidence_level,
                "method": self.method,
            }
        )
