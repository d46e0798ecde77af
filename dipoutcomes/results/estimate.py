"""One quantity with its interval and the counts a reader needs to judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes._validate import check_choice
from dipoutcomes.results.interval import Interval, as_float

if TYPE_CHECKING:
    import pandas as pd

NAN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One quantity with its interval and the counts a reader needs to judge it.

    Parameters
    ----------
    measure : str
        As a report prints it: "share arrested at least once".
    value : float
        In the unit of *quantity*: a share is a proportion in [0, 1], not a percentage.
    interval : Interval
        With the same unit.
    events : int or None
        Persons with the event for a share; events for a rate. ``None`` if withheld.
    base : float
        Persons, or person-years at liberty.
    base_unit : str
        "persons", "person-years at liberty".
    persons : int or None
        Persons behind the estimate, where *base* is not a count of persons.
    quantity : {"share", "difference", "rate", "mean", "ratio", "days", "count"}
        What kind of number it is; decides how it is printed.
    reference_events, reference_base : int, float or None
        The counts of the group or window compared with, for a difference or a ratio.
    p_value : float
        Of the named null hypothesis, two-sided; ``nan`` where none was tested.
    caveat : str
        What weakens the value, or why there is none.
    withheld : bool
        True where disclosure control has taken the numbers away.
    """

    measure: str
    value: float
    interval: Interval
    events: int | None
    base: float
    base_unit: str
    persons: int | None = None
    quantity: str = "share"
    reference_events: int | None = None
    reference_base: float = NAN
    p_value: float = NAN
    caveat: str = ""
    withheld: bool = False

    def __post_init__(self) -> None:
        check_choice("quantity", self.quantity, _display.QUANTITIES)
        for name in ("value", "base", "reference_base", "p_value"):
            object.__setattr__(self, name, float(getattr(self, name)))

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        if self.withheld:
            return f"{self.measure}: {_display.WITHHELD}{note}"
        return f"{self.measure}: {self.value:.3f} ({self.interval}; {self.counts}){note}"

    @property
    def counts(self) -> str:
        """The counts as a phrase: "22 of 84 people", "48 of 216 against 66 of 216 people"."""
        if self.withheld or self.events is None:
            return _display.WITHHELD
        # People with an event are some of their base; events are counted in it.
        joint = "of" if self.quantity in {"share", "difference"} else "in"
        unit = "people" if self.base_unit == "persons" else self.base_unit
        base = f"{self.base:,.1f}" if self.base % 1 else f"{self.base:,.0f}"
        if self.reference_events is None:
            return f"{self.events:,} {joint} {base} {unit}"
        other = self.reference_base
        against = f"{other:,.1f}" if other % 1 else f"{other:,.0f}"
        return (
            f"{self.events:,} {joint} {base} against {self.reference_events:,} {joint} {against} "
            f"{unit}"
        )

    @property
    def printed(self) -> str:
        """The value as a report prints it: "75.0%"."""
        return _display.WITHHELD if self.withheld else _display.quantity(self.value, self.quantity)

    @property
    def printed_interval(self) -> str:
        """The limits as a report prints them: "56.6% to 87.3%"."""
        if self.withheld:
            return _display.WITHHELD
        return _display.limits(self.interval.low, self.interval.high, self.quantity)

    def _repr_html_(self) -> str:
        level = _display.level(self.interval.confidence_level)
        rows = [
            ["estimate", self.printed],
            [f"{level} confidence interval", f"{self.printed_interval} ({self.interval.method})"],
            ["based on", self.counts],
            ["caveat", self.caveat or "none"],
        ]
        return _display.html_table(self.measure, ["", "value"], rows)

    def withhold(self, why: str) -> Estimate:
        """Return this estimate with every number taken away and the reason in its caveat."""
        return replace(
            self,
            value=NAN,
            interval=Interval.none(self.interval.confidence_level, self.interval.method),
            events=None,
            base=NAN,
            persons=None,
            reference_events=None,
            reference_base=NAN,
            p_value=NAN,
            caveat=why,
            withheld=True,
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
    def from_dict(cls, values: Mapping[str, Any]) -> Estimate:
        """Return the estimate that `to_dict` described."""
        fields = dict(values)
        fields["interval"] = Interval.from_dict(fields["interval"])
        for key in ("value", "base", "reference_base", "p_value"):
            fields[key] = as_float(fields[key])
        return cls(**fields)
