"""What a Cox model found, and the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dipoutcomes._validate import check_choice
from dipoutcomes.results import EstimateTable
from dipoutcomes.survival._partial_likelihood import PartialFit, RiskSets
from dipoutcomes.survival.regression.covariates import Covariates
from dipoutcomes.survival.regression.rows import Checked, Floats
from dipoutcomes.survival.regression.terms import ModelTest, RatioTerm, ratio_table

if TYPE_CHECKING:
    import pandas as pd


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
    terms : tuple of RatioTerm
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
    caveat : str
        What weakens the whole model.
    fitted : Fitted or None
        The rows, for `predicted_survival` and `proportional_hazards_test`; left out of `to_dict`.
    """

    terms: tuple[RatioTerm, ...]
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
    caveat: str = ""
    fitted: Fitted | None = field(default=None, repr=False, compare=False)

    def __getitem__(self, name: str) -> RatioTerm:
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
        return ratio_table(chosen, name="hazard_ratios", caption=self.title, caveat=self.caveat)

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        return "\n".join([f"{self.title}{note}", *map(str, self.terms), *map(str, self.tests)])

    def _repr_html_(self) -> str:
        return self.estimates()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a term, the interval spread over four columns."""
        import pandas as pd

        return pd.DataFrame([term.to_dict() for term in self.terms])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; the terms and tests as lists of mappings, no rows of people."""
        plain = [
            "method", "variance", "penalty", "log_likelihood", "log_likelihood_null", "persons",
            "rows", "events", "caveat",
        ]  # fmt: skip
        return {f: getattr(self, f) for f in plain} | {
            "strata": list(self.strata),
            "terms": [term.to_dict() for term in self.terms],
            "tests": [asdict(test) for test in self.tests],
        }
