"""From a fitted partial likelihood to a model that says what it rests on and what weakens it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dipoutcomes.results import Interval
from dipoutcomes.survival._partial_likelihood import PartialFit, RiskSets
from dipoutcomes.survival.regression.covariates import Covariates, Term
from dipoutcomes.survival.regression.cox_result import CoxModel, Fitted, HazardRatio, ModelTest
from dipoutcomes.survival.regression.rows import Checked, Floats

#: What `cox_regression(ties=...)` takes, and what a report prints.
TIES = {"efron": "Efron ties", "breslow": "Breslow ties", "exact": "exact ties"}
#: Fewer events than this for each term: the normal limits are rough (Peduzzi et al. 1995).
_FEW_EVENTS = 10
#: Fewer people or clusters than this: the sandwich is too small.
_FEW_CLUSTERS = 40


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
    low: Floats
    high: Floats
    p_value: Floats
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
        by = " by person" if checked.person is not None else ""
        method += ", robust errors" + (" by cluster" if checked.cluster is not None else by)
    terms = _terms(found, checked, table, choice.level, f"Cox model, {method}")
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


def _terms(
    found: Found, checked: Checked, table: Covariates, level: float, method: str
) -> tuple[HazardRatio, ...]:
    error = np.sqrt(np.diag(found.covariance))
    with np.errstate(over="ignore"):
        low, ratio, high = np.exp([found.low, found.fit.coefficients, found.high])
    terms = []
    for k, term in enumerate(table.terms):
        counts = _counts(term, table, checked)
        none = 0 in (counts["events"], counts.get("reference_events"))
        terms.append(
            HazardRatio(
                term=term,
                log_hazard_ratio=float(found.fit.coefficients[k]),
                std_error=float(error[k]),
                hazard_ratio=float(ratio[k]),
                interval=Interval(float(low[k]), float(high[k]), level, method),
                p_value=float(found.p_value[k]),
                caveat="one of the two groups has no event" if none else "",
                **counts,  # type: ignore[arg-type]
            )
        )
    return tuple(terms)


def _counts(term: Term, table: Covariates, checked: Checked) -> dict[str, int | None]:
    """Return people and events with the level, and with its reference."""
    if not term.indicator:
        return {"persons": checked.persons, "events": int(checked.event.sum())}
    own = [k for k, other in enumerate(table.terms) if other.source == term.source]
    has = table.columns[:, table.terms.index(term)] == 1
    has_not = (table.columns[:, own] == 0).all(axis=1)
    return {
        "persons": checked.persons_where(has),
        "events": int(checked.event[has].sum()),
        "reference_persons": checked.persons_where(has_not),
        "reference_events": int(checked.event[has_not].sum()),
    }


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
    events, terms = int(checked.event.sum()), len(found.low)
    if events < _FEW_EVENTS * terms:
        parts.append(
            f"{events} events for {terms} term{'s' if terms > 1 else ''}, fewer than "
            f"{_FEW_EVENTS} a term: limits are rough, and ratios far from 1 tend to be too far"
        )
    if robust and checked.units < _FEW_CLUSTERS:
        by = "people" if checked.person is not None else "rows"
        whose = "clusters" if checked.cluster is not None else by
        parts.append(f"robust errors of {checked.units} {whose} are somewhat too small")
    if checked.repeats and not robust and not found.penalised:
        parts.append("some people have several events, which the errors take for independent")
    return "; ".join(parts)
