"""Two groups made comparable while their outcomes are out of reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dipoutcomes.comparison.matching import (
    Balance,
    LockedDesign,
    MatchingRule,
    MatchPlan,
    Support,
    open_design,
)
from dipoutcomes.comparison.weighting import (
    WeightedDesign,
    entropy_balancing,
    propensity_weights,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.pipeline.covariates import as_categories, as_numbers, events_before
from dipoutcomes.pipeline.observed import Mask, Observed
from dipoutcomes.protocol.model import OtherPeople

TREATED = "treated:"  # no name of an attribute ends in a colon
ESTIMAND = {"att_weights": "ATT", "ate_weights": "ATE", "overlap": "ATO"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """The people of both groups whose outcome is known in every window compared.

    Parameters
    ----------
    who : ndarray of bool
        Of everybody in the study.
    treated : ndarray of bool
        Of those in *who*.
    asked, unknown : tuple of int
        People of each group (treated, others), and those of them who are not in *who*.
    """

    who: Mask
    treated: Mask
    asked: tuple[int, int]
    unknown: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """The locked design with what is known of it.

    Parameters
    ----------
    design : LockedDesign
    weighted : WeightedDesign or None
        The same, where the protocol asks for weights.
    by_score : WeightedDesign or None
        Weights from the score of the same covariates, settled at the same time, for the doubly
        robust analysis beside the protocol's own; None under entropy balancing.
    balance : Balance
    support : Support or None
    outcomes : DataFrame
        Opened after the lock.
    """

    design: LockedDesign
    weighted: WeightedDesign | None
    by_score: WeightedDesign | None
    balance: Balance
    support: Support | None
    outcomes: pd.DataFrame


def groups_of(section: OtherPeople, seen: Observed) -> Groups:
    """Return who is compared: known in each window, and one of the two values of the group."""
    group = seen.attribute(section.group)
    is_treated = group == section.treated
    is_other = group == section.comparison if section.comparison else ~is_treated
    either = is_treated | is_other
    for value, mask in ((section.treated, is_treated), (section.comparison or "others", is_other)):
        if not mask.any():
            raise DesignError(
                f'nobody has {section.group} = "{value}". Look at the values of that column'
            )
    names = [*section.windows, *([section.negative_control] if section.negative_control else [])]
    known = np.logical_and.reduce([seen.base(name) for name in names])
    who = either & known
    lost = [int((mask & ~known).sum()) for mask in (is_treated, is_other)]
    if not (who & is_treated).any() or not (who & is_other).any():
        raise DesignError(
            "nobody of one group could be seen to the end of every window that is compared. Name "
            "fewer windows or shorter ones"
        )
    return Groups(
        who=who,
        treated=is_treated[who],
        asked=(int(is_treated.sum()), int(is_other.sum())),
        unknown=(lost[0], lost[1]),
    )


def prepare(
    section: OtherPeople, seen: Observed, groups: Groups, outcomes: pd.DataFrame, *, seed: int
) -> Prepared:
    """Return the design, settled before any of *outcomes* is looked at."""
    frame = _covariates(section, seen, groups.who)
    plan = open_design(
        pd.concat([frame, outcomes], axis=1).assign(**{TREATED: groups.treated}),
        treated=TREATED,
        covariates=list(section.covariates),
        outcomes=list(outcomes.columns),
        exact=list(section.exact),
        missing="category",
        seed=seed,
    )
    weighted, by_score, support = None, None, None
    if section.method == "entropy":
        weighted = _entropy(plan)
    else:
        model = plan.fit_score()
        by_score = _by_score(plan, model.score, ESTIMAND.get(section.method, "ATT"))
        if section.method in ESTIMAND:
            weighted = by_score
        else:
            plan.match(_rule(section))
    if weighted is not None:
        plan.weigh(weighted.weights, estimand=weighted.estimand, method=weighted.method)
    if by_score is not None:
        support = plan.support()
    balance = plan.balance()
    design = plan.lock()
    return Prepared(
        design=design,
        weighted=weighted,
        by_score=by_score,
        balance=balance,
        support=support,
        outcomes=design.with_outcomes(),
    )


def _rule(section: OtherPeople) -> MatchingRule:
    if section.method == "radius":
        return MatchingRule(method="radius", caliper=float(section.caliper), replacement=True)
    return MatchingRule(
        caliper=float(section.caliper), ratio=section.ratio, replacement=section.replacement
    )


def _entropy(plan: MatchPlan) -> WeightedDesign:
    matrix = plan.matrix
    return entropy_balancing(
        plan.treated, matrix.columns, covariate_names=list(matrix.names), estimand="ATT"
    )


def _by_score(plan: MatchPlan, score: Any, estimand: str) -> WeightedDesign:
    matrix = plan.matrix
    return propensity_weights(
        plan.treated,
        score,
        estimand=estimand,
        covariates=matrix.columns,
        covariate_names=list(matrix.names),
    )


def _covariates(section: OtherPeople, seen: Observed, who: Mask) -> pd.DataFrame:
    found: dict[str, Any] = {}
    for name in dict.fromkeys([*section.covariates, *section.exact]):
        found[name] = _column(section, seen, name)[who]
    alike = [name for name, values in found.items() if pd.Series(values).nunique() < 2]
    if alike:
        raise DesignError(
            f"everybody who is compared has the same value of {' and of '.join(alike)}, so nothing "
            "can be made alike in that. Leave it out of covariates and exact"
        )
    return pd.DataFrame(found)


def _column(section: OtherPeople, seen: Observed, name: str) -> Any:
    if name == "age":
        return seen.people["age"].astype(float).to_numpy()
    if name == "events_before":
        return events_before(seen, section.events_before_months)
    if name in section.numbers:
        return as_numbers(seen.people[name])
    return as_categories(seen.people[name])
