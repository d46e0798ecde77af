"""Trials of effects in people made comparable: matched, weighted, doubly robust."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import expit, ndtr

from dipoutcomes.comparison import (
    MatchingRule,
    WeightedDesign,
    data_lab_from_counts,
    doubly_robust_effect,
    entropy_balancing,
    match,
    open_design,
    propensity_score,
    propensity_weights,
    treatment_effect,
)
from dipoutcomes.laboratory.answers import Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families import comparison
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import Cost, FloatArray, Rejection, Replications, Scenario, Trial

#: Everybody, for one person of the programme: a quarter of them are in it.
FOR_EACH = 4
#: The programme lowers everybody's chance by so much, so that all estimands have one truth.
EFFECTS = (0.0, -0.15)
ALL: tuple[Any, ...] = ("estimate", "interval", "p_value")

Ask = Callable[[FloatArray, FloatArray, FloatArray], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Confounded:
    """Two traits, who had the programme and who had an event: (replications, people, ...)."""

    traits: FloatArray
    treated: FloatArray
    event: FloatArray


def trials() -> Iterator[Trial]:
    """Yield the trials of the designs, and of the Data Lab's measure from counts."""
    for effect in EFFECTS:
        for estimator, title, ask, covers, cost in DESIGNS:
            yield Trial(
                family="other_people",
                estimator=estimator,
                title=title,
                estimates="difference in the share with an event that the programme made",
                scenario=confounded(effect),
                truth=exactly(effect),
                apply=each(ask),
                covers=covers,
                judge_bias=True,
                rejection="type I error" if effect == 0 else "power",
                cost=cost,
            )
    for shares in ((0.5, 0.5), (0.4, 0.55)):
        yield _data_lab(*shares)


@lru_cache
def confounded(effect: float) -> Scenario:
    """Return people of whom the riskier are likelier to have the programme."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> Confounded:
        shape = (replications, FOR_EACH * n)
        risk, trait = rng.normal(size=shape), rng.random(shape) < 0.4
        treated = rng.random(shape) < expit(-1.2 + 0.7 * risk - 0.5 * trait)
        chance = 0.3 + 0.5 * ndtr(0.8 * risk + 0.4 * trait) + effect * treated
        return Confounded(np.stack([risk, trait], axis=-1), treated, rng.random(shape) < chance)

    return Scenario(
        name=f"riskier people in the programme, effect {100 * effect:g} points",
        says=f"{FOR_EACH} n people, about a quarter of them in the programme, the riskier the "
        "likelier, which their two traits tell; an event in 30% to 80% without it, and the "
        f"programme changes everybody's chance by {100 * effect:g} points",
        draw=draw,
    )


def each(ask: Ask) -> Callable[[Confounded], Replications]:
    """Return what a design says of every cohort."""

    def one(traits: FloatArray, treated: FloatArray, event: FloatArray) -> Answer:
        return of_estimate(ask(traits, treated, event).estimate)

    return lambda data: one_by_one(
        zip(data.traits, data.treated, data.event, strict=True), one, gives=ALL
    )


def by_score(estimand: str) -> Ask:
    """Return the analysis with weights from the score."""
    return lambda traits, treated, event: treatment_effect(
        _weights(traits, treated, estimand), event
    )


def by_entropy(traits: FloatArray, treated: FloatArray, event: FloatArray) -> Any:
    """Return the effect with weights that balance the traits themselves."""
    return treatment_effect(entropy_balancing(treated, traits), event)


def doubly_robust(traits: FloatArray, treated: FloatArray, event: FloatArray) -> Any:
    """Return the effect by weights and an outcome model."""
    return doubly_robust_effect(_weights(traits, treated, "ATT"), event)


def in_pairs(traits: FloatArray, treated: FloatArray, event: FloatArray) -> Any:
    """Return the effect in pairs made before any outcome was seen."""
    import pandas as pd

    frame = pd.DataFrame(
        {"risk": traits[:, 0], "trait": traits[:, 1], "treated": treated, "event": event}
    )
    plan = open_design(
        frame, treated="treated", covariates=["risk", "trait"], outcomes=["event"], seed=1
    )
    plan.fit_score()
    plan.match(MatchingRule())
    plan.balance()
    return treatment_effect(plan.lock(), event)


def matched(rule: MatchingRule) -> Ask:
    """Return the analysis of people matched by a rule."""

    def ask(traits: FloatArray, treated: FloatArray, event: FloatArray) -> Any:
        score = propensity_score(traits, treated).score
        found = match(treated, score, rule)
        design = WeightedDesign(
            treated=treated,
            weights=found.weights,
            estimand="ATT",
            method="matching",
            matched_set=found.matched_set,
            pairs=found.pairs,
            score=score,
            covariates=traits,
        )
        return treatment_effect(design, event)

    return ask


def as_they_are(_traits: FloatArray, treated: FloatArray, event: FloatArray) -> Any:
    """Return the difference of the groups, with nothing done about who is in them."""
    design = WeightedDesign(
        treated=treated, weights=np.ones(len(treated)), estimand="ATT", method="none"
    )
    return treatment_effect(design, event)


#: Estimator, title, analysis, what it tries, cost.
DESIGNS: tuple[tuple[str, str, Ask, tuple[str, ...], Cost], ...] = (
    ("treatment_effect(att_weights)", "weights by the score, for the treated", by_score("ATT"),
     ("treatment_effect", "propensity_weights", "propensity_score"), "medium"),
    ("treatment_effect(overlap)", "overlap weights", by_score("ATO"),
     ("propensity_weights",), "medium"),
    ("treatment_effect(entropy)", "entropy balancing", by_entropy,
     ("entropy_balancing",), "medium"),
    ("treatment_effect(pairs)", "pairs, caliper of a fifth", in_pairs,
     ("open_design", "treatment_effect"), "medium"),
    ("treatment_effect(with replacement)", "two matches each, with replacement",
     matched(MatchingRule(replacement=True, ratio=2)), ("match",), "medium"),
    ("doubly_robust_effect", "weights and an outcome model", doubly_robust,
     ("doubly_robust_effect",), "medium"),
)  # fmt: skip


def _weights(traits: FloatArray, treated: FloatArray, estimand: str) -> Any:
    score = propensity_score(traits, treated).score
    return propensity_weights(treated, score, estimand=estimand, covariates=traits)


def _data_lab(first: float, second: float) -> Trial:
    def one(*counts: Any) -> Answer:
        report, _ = data_lab_from_counts(*(int(count) for count in counts))
        return of_estimate(report.measures[0].parity.estimate)

    rejection: Rejection = "type I error" if first == second else "power"
    return Trial(
        family="other_people",
        estimator="data_lab_from_counts",
        title="difference of two shares as a Data Lab report has it",
        estimates="difference in the one-year rate",
        scenario=comparison.two_groups(first, second),
        truth=exactly(first - second),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), one, gives=ALL),
        covers=("data_lab_from_counts",),
        judge_bias=True,
        rejection=rejection,
        cost="medium",
        sizes=(200, 1_000),
        only="no such report is made of fewer than 30 people with an event",
    )
