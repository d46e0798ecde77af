"""An estimate that knows the design of its sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import Estimate, Interval

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyEstimate:
    """A mean, total, share or ratio in the frame, with what the design did to its precision.

    Parameters
    ----------
    measure : str
        As a report prints it.
    value : float
        In the unit of *quantity*; a share is a proportion.
    std_error : float
        In the same unit, by Taylor linearisation.
    df : int
        Degrees of freedom of the whole design: units drawn less strata.
    interval : Interval
    n : int
        Persons of the sample that the value rests on (those of the domain).
    population : float
        Persons of the frame that they stand for: the sum of their weights.
    design_effect : float
        Variance over that of a simple random sample of as many people, drawn with replacement
        (so the finite population correction is part of the effect); ``nan`` without any spread.
    effective_n : float
        Persons of such a simple random sample that would be as precise: *n* over the effect.
    quantity : str
        See `Estimate`.
    events : int or None
        Persons of the sample with the event, for a share.
    caveat : str
    """

    measure: str
    value: float
    std_error: float
    df: int
    interval: Interval
    n: int
    population: float
    design_effect: float
    effective_n: float
    quantity: str
    events: int | None = None
    caveat: str = ""

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        return (
            f"{self.measure}: {self.value:.3f} ({self.interval}; {self.n:,} people standing for "
            f"{self.population:,.0f}, {self.precision}){note}"
        )

    @property
    def precision(self) -> str:
        """The design effect and the effective sample size as a phrase."""
        if self.design_effect != self.design_effect:
            return f"effective sample size {self.effective_n:,.1f}, no design effect without spread"
        return (
            f"design effect {self.design_effect:.2f}, effective sample size {self.effective_n:,.1f}"
        )

    def _repr_html_(self) -> str:
        level = _display.level(self.interval.confidence_level)
        limits = _display.limits(self.interval.low, self.interval.high, self.quantity)
        rows = [
            ["estimate", _display.quantity(self.value, self.quantity)],
            [f"{level} confidence interval", f"{limits} ({self.interval.method})"],
            ["standard error", f"{self.std_error:.4g}"],
            ["degrees of freedom", str(self.df)],
            ["based on", f"{self.n:,} people standing for {self.population:,.0f}"],
            ["precision", self.precision],
            ["caveat", self.caveat or "none"],
        ]
        return _display.html_table(self.measure, ["", "value"], rows)

    def to_estimate(self) -> Estimate:
        """Return a share with its interval and counts for a table, its precision in the caveat.

        Raises
        ------
        ValueError
            For anything but a share: the counts of an `Estimate` are events.
        """
        if self.events is None:
            raise ValueError("only a share has a count of people with the event; print the others")
        caveat = "; ".join(part for part in (self.precision, self.caveat) if part)
        return Estimate(
            measure=self.measure,
            value=self.value,
            interval=self.interval,
            events=self.events,
            base=self.n,
            base_unit="persons",
            quantity=self.quantity,
            caveat=caveat,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields; the interval is a nested mapping."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row, the interval spread over four columns."""
        import pandas as pd

        row = self.to_dict()
        interval = row.pop("interval")
        return pd.DataFrame([row | interval])

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SurveyEstimate:
        """Return the estimate that `to_dict` described."""
        return cls(**{**values, "interval": Interval.from_dict(values["interval"])})
