"""What a self-controlled series found, and what it cannot find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dipoutcomes.results import EstimateTable

if TYPE_CHECKING:
    import pandas as pd

Form = Literal["after_entry", "whole_observation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfControlledSeries:
    """Ratios of people's rates in some periods to their own rates in the rest of their time.

    Parameters
    ----------
    ratios : EstimateTable
        One row a risk period.
    baseline : EstimateTable
        Ratios of age groups and bands of time since entry; empty where there are none.
    form : {"after_entry", "whole_observation"}
        Which time counts.
    people : int
        With an event and with time at risk both in a risk period and outside it, or in two age
        groups or bands: those who say something.
    people_given : int
    events : int
        Of the people who say something.
    left_out : tuple of str
        What was set aside, each with its count.
    share_inside : float
        Share of the observed days spent in custody, not at risk.
    """

    ratios: EstimateTable
    baseline: EstimateTable
    form: Form
    people: int
    people_given: int
    events: int
    left_out: tuple[str, ...]
    share_inside: float

    def __getitem__(self, period: str) -> Any:
        return self.ratios[period]

    def __str__(self) -> str:
        when = "after entry" if self.form == "after_entry" else "before and after entry"
        found = "; ".join(
            f"{row.label}: ratio {row.estimate.printed} ({row.estimate.printed_interval})"
            for row in self.ratios
        )
        return (
            f"people against themselves, time {when}: {found}. {self.people:,} of "
            f"{self.people_given:,} people say something, with {self.events:,} events"
        )

    def _repr_html_(self) -> str:
        tables = [self.ratios._repr_html_()]
        if len(self.baseline):
            tables.append(self.baseline._repr_html_())
        return "\n".join(tables)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "form": self.form,
            "ratios": self.ratios.to_dict(),
            "baseline": self.baseline.to_dict(),
            "people": self.people,
            "people_given": self.people_given,
            "events": self.events,
            "left_out": list(self.left_out),
            "share_inside": self.share_inside,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a risk period."""
        return self.ratios.to_frame().assign(form=self.form)


def sentences(left_out: tuple[str, ...]) -> tuple[str, ...]:
    """Return what was set aside as notes of a table."""
    return tuple(f"Set aside: {text}." for text in left_out)
