"""What `cumulative_incidence` returns: a curve a cause, and those without any event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import Column, Curve, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeIncidence:
    """The share of people for whom each cause came first, by each time.

    Parameters
    ----------
    group : str
        Or "all".
    causes : tuple of str
    curves : tuple of Curve
        One a cause, rising from 0. `Curve.events` are those of the cause, `Curve.censored` people
        whose follow-up ended with no event; the rest of those who go have had another cause.
    std_errors : tuple of tuple of float
        One a cause, at the times of the curve.
    event_free : Curve
        Share with none of the events yet: Kaplan-Meier of any event. With the curves it adds up
        to 1 at every time.
    variance : str
        In words.
    late_entries : int
        People who came under observation after time 0.
    caveat : str
    withheld : bool
    """

    group: str
    causes: tuple[str, ...]
    curves: tuple[Curve, ...]
    std_errors: tuple[tuple[float, ...], ...]
    event_free: Curve
    variance: str
    late_entries: int = 0
    caveat: str = ""
    withheld: bool = False

    def __post_init__(self) -> None:
        if not len(self.causes) == len(self.curves) == len(self.std_errors):
            raise ValueError("`causes`, `curves` and `std_errors` must have one entry a cause")

    def __getitem__(self, cause: str) -> Curve:
        """Return the curve of one cause by its name."""
        if cause not in self.causes:
            raise KeyError(f"no cause '{cause}'; the causes: {', '.join(self.causes)}")
        return self.curves[self.causes.index(cause)]

    @property
    def n(self) -> int:
        """People, those who came under observation after time 0 among them."""
        return self.event_free.n

    @property
    def time_unit(self) -> str:
        """Of the times of every curve."""
        return self.event_free.time_unit

    @property
    def confidence_level(self) -> float:
        """Of the limits of every curve, at one time each."""
        return self.event_free.confidence_level

    def std_error_at(self, cause: str, time: float) -> float:
        """Return the standard error of one cause's incidence at *time*."""
        from bisect import bisect_right

        curve = self[cause]
        position = bisect_right(curve.time, time) - 1
        if position < 0:
            raise ValueError(f"`time` must be at least {curve.time[0] if curve.time else 0}")
        return self.std_errors[self.causes.index(cause)][position]

    def __str__(self) -> str:
        if self.withheld:
            return f"cumulative incidence, {self.group}: {_display.WITHHELD}"
        end = self.event_free.time[-1]
        parts = [
            f"{cause} {_display.percent(curve.value[-1])} ({sum(curve.events):,} events)"
            for cause, curve in zip(self.causes, self.curves, strict=True)
        ]
        note = f" [{self.caveat}]" if self.caveat else ""
        return (
            f"cumulative incidence by {end:g} {self.time_unit}, {self.group}, {self.n:,} people: "
            f"{', '.join(parts)}, none of these {_display.percent(self.event_free.value[-1])}{note}"
        )

    def to_table(self, *, name: str = "cumulative_incidence", caption: str = "") -> Table:
        """Return one row a cause at the end of follow-up, with the event-free share last."""
        columns = (
            Column(key="cause", heading="What came first", kind="label"),
            Column(key="events", heading="People with it", kind="persons"),
            Column(key="value", heading="Share by the end", kind="share"),
            Column(key="limits", heading=f"{_display.level(self.confidence_level)} interval"),
        )
        rows: list[list[Any]] = []
        for cause, curve in [*zip(self.causes, self.curves, strict=True), ("none", None)]:
            shown = curve or self.event_free
            if self.withheld:
                rows.append([cause, *[_display.WITHHELD] * 3])
                continue
            events = sum(shown.events) if curve else self.n - sum(self.event_free.events)
            limits = _display.limits(shown.low[-1], shown.high[-1], "share")
            rows.append([cause, events, shown.value[-1], limits])
        end = "" if self.withheld else f" by {self.event_free.time[-1]:g} {self.time_unit}"
        notes = ["Aalen-Johansen: people who left are counted while they were followed."]
        if self.caveat:
            notes.append(self.caveat)
        text = caption or f"What came first{end}, {self.group}"
        return Table.of(name, text, columns, rows, notes=notes)

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def withhold(self, why: str) -> CumulativeIncidence:
        """Return this result with every number taken away."""
        return replace(
            self,
            curves=tuple(curve.withhold(why) for curve in self.curves),
            std_errors=tuple(() for _ in self.causes),
            event_free=self.event_free.withhold(why),
            late_entries=0,
            caveat=why,
            withheld=True,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a cause and time, those of the event-free share last."""
        import pandas as pd

        frames = []
        for cause, curve, errors in zip(self.causes, self.curves, self.std_errors, strict=True):
            frame = curve.to_frame().drop(columns="label")
            frames.append(frame.assign(std_error=list(errors), cause=cause))
        rest = self.event_free.to_frame().drop(columns="label")
        frames.append(rest.assign(std_error=float("nan"), cause="none"))
        frame = pd.concat(frames, ignore_index=True)
        frame.insert(0, "cause", frame.pop("cause"))
        frame.insert(0, "group", self.group)
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "group": self.group,
            "causes": list(self.causes),
            "curves": [curve.to_dict() for curve in self.curves],
            "std_errors": [list(errors) for errors in self.std_errors],
            "event_free": self.event_free.to_dict(),
            "variance": self.variance,
            "late_entries": self.late_entries,
            "caveat": self.caveat,
            "withheld": self.withheld,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> CumulativeIncidence:
        """Return the result that `to_dict` described."""
        fields = dict(values)
        fields["causes"] = tuple(fields["causes"])
        fields["curves"] = tuple(Curve.from_dict(curve) for curve in fields["curves"])
        fields["std_errors"] = tuple(tuple(float(e) for e in row) for row in fields["std_errors"])
        fields["event_free"] = Curve.from_dict(fields["event_free"])
        return cls(**fields)
