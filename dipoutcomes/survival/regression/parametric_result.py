"""What a parametric regression found; it needs no rows of people to predict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.results import EstimateTable
from dipoutcomes.survival.regression._location_scale import DISTRIBUTIONS
from dipoutcomes.survival.regression._maximum import Floats
from dipoutcomes.survival.regression.covariates import Covariates
from dipoutcomes.survival.regression.terms import ModelTest, RatioTerm, ratio_table

if TYPE_CHECKING:
    import pandas as pd

PIECEWISE = "piecewise_exponential"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParametricModel:
    """A fitted regression whose hazard has a shape.

    Parameters
    ----------
    distribution : {"weibull", "lognormal", "loglogistic", "piecewise_exponential"}
    terms : tuple of RatioTerm
        Time ratios; hazard ratios of the piecewise exponential. ``model["age"]`` finds one.
    tests : tuple of ModelTest
        Of all terms together; empty without covariates.
    scale : float
        Spread of the log time: above 1 a Weibull hazard falls along follow-up, below 1 it rises
        (its shape is 1 / scale). nan for the piecewise exponential.
    cuts : tuple of float
        Where the piecewise hazard may change.
    hazards : tuple of float
        Of each piece, per unit of time, for someone whose covariates are all 0.
    log_likelihood : float
    parameters : int
        How many were estimated.
    method, variance : str
    confidence_level : float
    persons, rows, events : int
    last_follow_up : float
    caveat : str
    place, covariance : ndarray
        Estimates (location and coefficients, log scale; or log hazards and coefficients).
    covariates : Covariates
        Names and levels, without rows.
    """

    distribution: str
    terms: tuple[RatioTerm, ...]
    tests: tuple[ModelTest, ...]
    scale: float
    cuts: tuple[float, ...]
    hazards: tuple[float, ...]
    log_likelihood: float
    parameters: int
    method: str
    variance: str
    confidence_level: float
    persons: int
    rows: int
    events: int
    last_follow_up: float
    caveat: str = ""
    place: Floats = field(repr=False, compare=False)
    covariance: Floats = field(repr=False, compare=False)
    covariates: Covariates = field(repr=False, compare=False)

    def __getitem__(self, name: str) -> RatioTerm:
        check_choice("name", name, self.names)
        return next(term for term in self.terms if term.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the terms."""
        return tuple(term.name for term in self.terms)

    @property
    def aic(self) -> float:
        """Akaike's criterion, for comparing shapes on the same people: lower is closer."""
        return 2 * self.parameters - 2 * self.log_likelihood

    @property
    def title(self) -> str:
        """As a report prints it."""
        return f"{self.method}: {self.events:,} events of {self.persons:,} people"

    def estimates(self, terms: Sequence[str] | None = None) -> EstimateTable:
        """Return the ratios of *terms* (default: all) as a table, one row a term."""
        chosen = self.terms if terms is None else [self[name] for name in terms]
        name = "hazard_ratios" if self.distribution == PIECEWISE else "time_ratios"
        return ratio_table(chosen, name=name, caption=self.title, caveat=self.caveat)

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        shape = "" if np.isnan(self.scale) else f", scale {self.scale:.3f}"
        fit = f"log likelihood {self.log_likelihood:.3f}, AIC {self.aic:.1f}{shape}"
        return "\n".join([f"{self.title}{note}", *map(str, self.terms), *map(str, self.tests), fit])

    def _repr_html_(self) -> str:
        return self.estimates()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a term."""
        import pandas as pd

        return pd.DataFrame([term.to_dict() for term in self.terms])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        plain = [
            "distribution", "log_likelihood", "parameters", "aic", "method", "variance",
            "confidence_level", "persons", "rows", "events", "last_follow_up", "caveat",
        ]  # fmt: skip
        return {f: getattr(self, f) for f in plain} | {
            "scale": None if np.isnan(self.scale) else self.scale,
            "cuts": list(self.cuts),
            "hazards": list(self.hazards),
            "terms": [term.to_dict() for term in self.terms],
            "tests": [
                {"name": t.name, "statistic": t.statistic, "df": t.df, "p_value": t.p_value}
                for t in self.tests
            ],
        }

    def survival_at(self, at: Floats, time: float, z: float) -> tuple[float, float, float]:
        """Return the share free of the event at *time* > 0 for covariates *at*, and limits.

        *z* is the normal quantile of the limits, which are normal where survival is a fixed
        function of the quantity: (log time - location) / scale, or the log cumulative hazard.
        """
        if self.distribution == PIECEWISE:
            value, gradient = self._log_hazard(at, time)
            half = z * float(np.sqrt(gradient @ self.covariance @ gradient))
            return tuple(float(np.exp(-np.exp(v))) for v in (value, value + half, value - half))  # type: ignore[return-value]
        scale = float(np.exp(self.place[-1]))
        x = np.concatenate([[1.0], at])
        value = (float(np.log(time)) - float(x @ self.place[:-1])) / scale
        gradient = -np.append(x / scale, value)
        half = z * float(np.sqrt(gradient @ self.covariance @ gradient))
        log_survival = DISTRIBUTIONS[self.distribution].log_survival
        values, _, _ = log_survival(np.array([value, value + half, value - half]))
        return tuple(np.exp(values).tolist())

    def _log_hazard(self, at: Floats, time: float) -> tuple[float, Floats]:
        """Return the log cumulative hazard of the pieces up to *time*, and its slope."""
        pieces = len(self.cuts) + 1
        edges = np.concatenate([[0.0], self.cuts, [np.inf]])
        inside = np.clip(time - edges[:-1], 0.0, np.diff(edges))
        each = inside * np.exp(self.place[:pieces])
        total = float(each.sum())
        value = float(np.log(total)) + float(at @ self.place[pieces:])
        return value, np.concatenate([each / total, at])
