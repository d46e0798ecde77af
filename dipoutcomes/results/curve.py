"""A step curve over time with its limits and the numbers it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results.interval import as_float

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A right-continuous step function of time; plain tuples, so that it can be stored.

    Parameters
    ----------
    label : str
        The group, or "all".
    measure : str
        "share not yet arrested", "cumulative incidence of arrest".
    time : tuple of float
        Increasing; starts at 0. In *time_unit*.
    value, low, high : tuple of float
        The curve from each time on, and its pointwise limits.
    at_risk : tuple of int
        People still followed just before each time.
    events, censored : tuple of int
        At each time.
    time_unit : str
        "days", "weeks", "months".
    confidence_level : float
    method : str
        Of the limits: "log-log, beta product where nobody or everybody had the event".
    withheld : bool
        True where disclosure control has taken the numbers away.
    persons : int, optional
        People behind the curve, where some entered after time 0; None: those at risk at the start.
    """

    label: str
    measure: str
    time: tuple[float, ...]
    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    censored: tuple[int, ...]
    time_unit: str
    confidence_level: float
    method: str
    caveat: str = ""
    withheld: bool = False
    persons: int | None = None

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, f)) for f in _ARRAYS}
        if len(lengths) != 1:
            raise ValueError("the arrays of a curve must have one length")

    @property
    def n(self) -> int:
        """People behind the curve: those at the start, and who entered later."""
        if self.persons is not None:
            return self.persons
        return self.at_risk[0] if self.at_risk else 0

    def at(self, time: float) -> tuple[float, float, float]:
        """Return value, low and high at *time* (the last step at or before it)."""
        from bisect import bisect_right

        position = bisect_right(self.time, time) - 1
        if position < 0:
            raise ValueError(f"`time` must be at least {self.time[0]}")
        return self.value[position], self.low[position], self.high[position]

    def at_risk_at(self, times: Sequence[float]) -> list[int]:
        """Return how many are at risk just before each of *times*."""
        from bisect import bisect_left

        found = []
        for time in times:
            position = bisect_left(self.time, time)
            found.append(self.at_risk[position] if position < len(self.time) else 0)
        return found

    def __str__(self) -> str:
        if self.withheld:
            return f"{self.measure}, {self.label}: {_display.WITHHELD}"
        return (
            f"{self.measure}, {self.label}: {self.n:,} people, {sum(self.events):,} events, "
            f"{self.value[-1]:.3f} at {self.time[-1]:g} {self.time_unit}"
        )

    def withhold(self, why: str) -> Curve:
        """Return this curve with every number taken away."""
        return replace(
            self,
            time=(),
            value=(),
            low=(),
            high=(),
            at_risk=(),
            events=(),
            censored=(),
            caveat=why,
            withheld=True,
            persons=None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        values = {f.name: getattr(self, f.name) for f in fields_of(self)}
        if self.persons is None:  # a curve without late entry is stored as it always was
            del values["persons"]
        return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a step."""
        import pandas as pd

        frame = pd.DataFrame({name: list(getattr(self, name)) for name in _ARRAYS})
        frame.insert(0, "label", self.label)
        return frame

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Curve:
        """Return the curve that `to_dict` described."""
        fields: dict[str, Any] = dict(values)
        fields |= {k: tuple(fields[k]) for k in ("at_risk", "events", "censored")}
        for key in ("time", "value", "low", "high"):
            fields[key] = tuple(as_float(v) for v in fields[key])
        return cls(**fields)


_ARRAYS = ("time", "value", "low", "high", "at_risk", "events", "censored")
