"""What `fine_gray` returns: subdistribution and cause-specific hazard ratios, never one alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import exp, isnan
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval

if TYPE_CHECKING:
    import pandas as pd

#: What the reader of a subdistribution hazard ratio must be told.
WARNING = (
    "A subdistribution hazard ratio says which group ends up with more people who had the event, "
    "other events in place. It is not how fast the event comes to those still at risk, and it "
    "moves when only the other events do: read it with the cause-specific hazard ratios of every "
    "cause."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRatio:
    """The ratio of one covariate: per unit of it, the others held.

    Parameters
    ----------
    term : str
    log_ratio, std_error : float
        nan where the data give no finite estimate.
    interval : Interval
        Of the ratio.
    p_value : float
        Two-sided, of a ratio of 1.
    """

    term: str
    log_ratio: float
    std_error: float
    interval: Interval
    p_value: float

    @property
    def ratio(self) -> float:
        """Above 1: more of it with more of the covariate."""
        return exp(self.log_ratio)

    def __str__(self) -> str:
        if isnan(self.log_ratio):
            return f"{self.term}: {_display.NOT_AVAILABLE}"
        return f"{self.term}: ratio {self.ratio:.3f} ({self.interval})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseSpecific:
    """Cox's hazard ratios of one cause, people leaving the comparison at any other."""

    cause: str
    events: int
    terms: tuple[HazardRatio, ...]
    caveat: str = ""

    def __getitem__(self, term: str) -> HazardRatio:
        """Return the ratio of one covariate."""
        return _find(self.terms, term)


@dataclass(frozen=True, slots=True, kw_only=True)
class FineGrayModel:
    """Subdistribution hazard ratios of one cause, with the cause-specific ones of every cause.

    Parameters
    ----------
    cause : str
        Whose incidence is modelled.
    terms : tuple of HazardRatio
        Subdistribution hazard ratios, robust standard errors.
    cause_specific : tuple of CauseSpecific
        One a cause, the modelled one among them; nan with a caveat where there is no estimate.
    log_likelihood, log_likelihood_null : float
        Pseudo log likelihood; not for a likelihood ratio test.
    events, competing_events, persons : int
    confidence_level : float
    warning : str
        What a subdistribution hazard ratio does not mean; printed with it.
    caveat : str
    """

    cause: str
    terms: tuple[HazardRatio, ...]
    cause_specific: tuple[CauseSpecific, ...]
    log_likelihood: float
    log_likelihood_null: float
    events: int
    competing_events: int
    persons: int
    confidence_level: float
    warning: str = WARNING
    caveat: str = ""

    def __getitem__(self, term: str) -> HazardRatio:
        """Return the subdistribution hazard ratio of one covariate."""
        return _find(self.terms, term)

    def __str__(self) -> str:
        lines = [
            f"Fine-Gray, {self.cause}: {self.events:,} events and {self.competing_events:,} of "
            f"other causes in {self.persons:,} people"
            + (f" [{self.caveat}]" if self.caveat else "")
        ]
        lines += [f"  subdistribution hazard, {term}" for term in self.terms]
        for model in self.cause_specific:
            note = f" [{model.caveat}]" if model.caveat else ""
            lines += [f"  hazard of {model.cause}, {term}{note}" for term in model.terms]
        return "\n".join([*lines, self.warning])

    def to_table(self, *, name: str = "fine_gray", caption: str = "") -> EstimateTable:
        """Return one row a covariate: subdistribution first, then every cause-specific model."""
        about = f"subdistribution hazard of {self.cause}"
        rows = [self._row(about, term, self.events, self.caveat) for term in self.terms]
        for model in self.cause_specific:
            about = f"cause-specific hazard of {model.cause}"
            rows += [self._row(about, term, model.events, model.caveat) for term in model.terms]
        return EstimateTable(
            name=name,
            caption=caption or f"Hazard ratios for {self.cause} and what competes with it",
            rows=tuple(rows),
            notes=(self.warning,),
        )

    def _row(self, about: str, term: HazardRatio, events: int, caveat: str) -> EstimateRow:
        estimate = Estimate(
            measure="hazard ratio",
            value=term.ratio,
            interval=term.interval,
            events=events,
            base=float(self.persons),
            base_unit="persons",
            quantity="ratio",
            p_value=term.p_value,
            caveat=caveat,
        )
        return EstimateRow(label=term.term, group=about, estimate=estimate)

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a ratio."""
        return self.to_table().to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def _find(terms: tuple[HazardRatio, ...], name: str) -> HazardRatio:
    for term in terms:
        if term.term == name:
            return term
    raise KeyError(f"no term '{name}'; the terms: {', '.join(term.term for term in terms)}")
