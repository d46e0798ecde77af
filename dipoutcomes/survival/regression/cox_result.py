"""What a Cox model found: hazard ratios with limits and counts, tests of the whole, its doubts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import check_choice
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval
from dipoutcomes.survival._partial_likelihood import PartialFit, RiskSets
from dipoutcomes.survival.regression.covariates import Covariates, Term
from dipoutcomes.survival.regression.rows import Checked, Floats

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRatio:
    """One term of a Cox model.

    Parameters
    ----------
    term : Term
        Which covariate, and which level against which.
    log_hazard_ratio, std_error : float
        The coefficient and its error, on the log scale.
    hazard_ratio : float
        How many times the hazard of the event, at any time among those still at risk, for one
        more unit of a number, or for a level against its reference. It is not a ratio of shares
        ("risk") and not of mean times.
    interval : Interval
        Of *hazard_ratio*.
    p_value : float
        Two-sided, of a ratio of 1; agrees with *interval*.
    persons, events : int
        With the level or the value 1; of a number everybody.
    reference_persons, reference_events : int or None
        With the reference level or the value 0; None for a number.
    caveat : str
    """

    term: Term
    log_hazard_ratio: float
    std_error: float
    hazard_ratio: float
    interval: Interval
    p_value: float
    persons: int
    events: int
    reference_persons: int | None = None
    reference_events: int | None = None
    caveat: str = ""

    @property
    def name(self) -> str:
        """The name of the term."""
        return self.term.name

    @property
    def label(self) -> str:
        """As a figure prints it: "area: south (against north)"."""
        if self.term.level:
            return f"{self.name} (against {self.term.reference})"
        return self.name if self.term.indicator else f"{self.name} (one more)"

    def estimate(self) -> Estimate:
        """Return the ratio as an `Estimate`."""
        return Estimate(
            measure="hazard ratio",
            value=self.hazard_ratio,
            interval=self.interval,
            events=self.events,
            base=float(self.persons),
            base_unit="persons",
            quantity="ratio",
            reference_events=self.reference_events,
            reference_base=float(
                "nan" if self.reference_persons is None else self.reference_persons
            ),
            p_value=self.p_value,
            caveat=self.caveat,
        )

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        return (
            f"{self.label}: hazard ratio {self.hazard_ratio:.3f} ({self.interval}; "
            f"p = {self.p_value:.3f}; {self.estimate().counts}){note}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTest:
    """A test that every coefficient of a model is 0."""

    name: str
    statistic: float
    df: int
    p_value: float

    def __str__(self) -> str:
        return (
            f"{self.name} test: {self.statistic:.2f} on {self.df} df, "
            f"p = {_display.p_value(self.p_value)}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The rows behind a model, for predictions and residuals; never printed or stored."""

    sets: RiskSets
    fit: PartialFit
    covariance: Floats
    covariates: Covariates
    rows: Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxModel:
    """A fitted proportional hazards model.

    Parameters
    ----------
    terms : tuple of HazardRatio
        ``model["age"]`` finds one by name.
    tests : tuple of ModelTest
        Likelihood ratio, score and Wald test of all terms together. The likelihood ratio and the
        score test take events of different rows to be independent; the Wald test has the
        variance that the limits have.
    method : str
        Ties, penalty and errors in words.
    variance : {"model", "robust"}
    penalty : {"none", "firth"}
        What was used.
    log_likelihood, log_likelihood_null : float
        Of the partial likelihood (penalised where `penalty` says so).
    persons, rows, events : int
    strata : tuple of str
    time_unit : str
    caveat : str
        What weakens the whole model.
    fitted : Fitted or None
        The rows, for `predicted_survival` and `proportional_hazards_test`; left out of `to_dict`.
    """

    terms: tuple[HazardRatio, ...]
    tests: tuple[ModelTest, ...]
    method: str
    variance: str
    penalty: str
    log_likelihood: float
    log_likelihood_null: float
    persons: int
    rows: int
    events: int
    strata: tuple[str, ...] = ()
    time_unit: str = "days"
    caveat: str = ""
    fitted: Fitted | None = field(default=None, repr=False, compare=False)

    def __getitem__(self, name: str) -> HazardRatio:
        check_choice("name", name, self.names)
        return next(term for term in self.terms if term.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the terms."""
        return tuple(term.name for term in self.terms)

    @property
    def confidence_level(self) -> float:
        """Of every interval."""
        return self.terms[0].interval.confidence_level

    @property
    def title(self) -> str:
        """As a report prints it."""
        return f"Cox model, {self.method}: {self.events:,} events of {self.persons:,} people"

    def without_rows(self) -> CoxModel:
        """Return this model without the people's rows, as it may leave a secure room."""
        return replace(self, fitted=None)

    def estimates(self, terms: Sequence[str] | None = None) -> EstimateTable:
        """Return the hazard ratios of *terms* (default: all) as a table, one row a term."""
        chosen = self.terms if terms is None else [self[name] for name in terms]
        doubt = f"{self.caveat[:1].upper()}{self.caveat[1:]}." if self.caveat else ""
        return EstimateTable(
            name="hazard_ratios",
            caption=self.title,
            rows=tuple(EstimateRow(label=t.label, estimate=t.estimate()) for t in chosen),
            notes=(doubt,) if doubt else (),
            heading="Term",
        )

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        return "\n".join([f"{self.title}{note}", *map(str, self.terms), *map(str, self.tests)])

    def _repr_html_(self) -> str:
        return self.estimates()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a term, the interval spread over four columns."""
        import pandas as pd

        return pd.DataFrame([_plain(term) for term in self.terms])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; the terms and tests as lists of mappings, no rows of people."""
        plain = [
            "method", "variance", "penalty", "log_likelihood", "log_likelihood_null", "persons",
            "rows", "events", "time_unit", "caveat",
        ]  # fmt: skip
        return {f: getattr(self, f) for f in plain} | {
            "strata": list(self.strata),
            "terms": [_plain(term) for term in self.terms],
            "tests": [asdict(test) for test in self.tests],
        }


def _plain(term: HazardRatio) -> dict[str, Any]:
    fields = [
        "name", "log_hazard_ratio", "std_error", "hazard_ratio", "p_value", "persons", "events",
        "reference_persons", "reference_events", "caveat",
    ]  # fmt: skip
    plain = {f: getattr(term, f) for f in fields}
    return plain | {"reference": term.term.reference} | term.interval.to_dict()


def wald_test(name: str, estimate: Floats, covariance: Floats) -> ModelTest:
    """Return the test that every *estimate* is 0; as many degrees of freedom as the rank allows."""
    error = np.sqrt(np.diag(covariance))
    # In units of the errors, so that a covariate's unit cannot make it look redundant.
    alike = covariance / np.outer(error, error)
    z = estimate / error
    return chi_squared(
        name, z @ np.linalg.pinv(alike, 1e-10) @ z, int(np.linalg.matrix_rank(alike))
    )


def chi_squared(name: str, statistic: Any, df: int) -> ModelTest:
    """Return a `ModelTest` of a chi-squared *statistic*."""
    from scipy.special import chdtrc

    return ModelTest(
        name=name,
        statistic=float(statistic),
        df=df,
        p_value=float(chdtrc(df, max(float(statistic), 0.0))),
    )
