"""From a fitted partial likelihood to a model that says what it rests on and what weakens it."""

from __future__ import annotations

from dataclasses import dataclass

from dipoutcomes.survival._partial_likelihood import PartialFit, RiskSets
from dipoutcomes.survival.regression.covariates import Covariates
from dipoutcomes.survival.regression.cox_result import CoxModel, Fitted
from dipoutcomes.survival.regression.rows import Checked, Floats
from dipoutcomes.survival.regression.terms import (
    Coefficients,
    ModelTest,
    doubts,
    errors_say,
    ratio_terms,
)

#: What `cox_regression(ties=...)` takes, and what a report prints.
TIES = {"efron": "Efron ties", "breslow": "Breslow ties", "exact": "exact ties"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for."""

    ties: str
    level: float
    robust: bool


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a plain and a penalised fit have in common."""

    fit: PartialFit
    covariance: Floats
    coefficients: Coefficients
    tests: tuple[ModelTest, ...]
    penalised: bool
    runaway: tuple[str, ...] = ()


def cox_model(
    found: Found, sets: RiskSets, checked: Checked, table: Covariates, choice: Choice
) -> CoxModel:
    """Return the model with its terms, counts and caveats."""
    robust = choice.robust and not found.penalised
    method = TIES[choice.ties]
    if found.penalised:
        method += ", Firth's penalty, profile likelihood"
    elif robust:
        method += errors_say(checked, robust=True)
    says = f"Cox model, {method}"
    terms = ratio_terms(found.coefficients, table, checked, choice.level, says, "hazard ratio")
    return CoxModel(
        terms=terms,
        tests=found.tests,
        method=method,
        variance="robust" if robust else "model",
        penalty="firth" if found.penalised else "none",
        log_likelihood=found.fit.log_likelihood,
        log_likelihood_null=found.fit.log_likelihood_null,
        persons=checked.persons,
        rows=len(checked.stop),
        events=int(checked.event.sum()),
        strata=checked.strata,
        caveat=_caveat(found, checked, choice, robust=robust),
        fitted=Fitted(sets, found.fit, found.covariance, table, checked),
    )


def _caveat(found: Found, checked: Checked, choice: Choice, *, robust: bool) -> str:
    parts = []
    if found.runaway:
        parts.append(
            f"the likelihood has no maximum ({', '.join(found.runaway)} always sets those with an "
            "event apart from those still at risk, as a group without events does), so Firth's "
            "penalty was used"
        )
    if found.penalised and choice.robust:
        parts.append("the penalised limits are the model's, not robust")
    return "; ".join(parts + doubts(checked, len(found.coefficients.value), robust=robust))
