"""Trials of the same people before and after: pairs, totals of events, changes in number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dipoutcomes.intervals import (
    METHODS,
    before_after_p_value,
    hodges_lehmann,
    mcnemar_p_value,
    paired_difference_p_value,
    paired_odds_ratio_p_value,
    paired_ratio_p_value,
    signed_rank_p_value,
)
from dipoutcomes.laboratory.answers import (
    Answer,
    each_table_once,
    of_interval,
    of_p_value,
    one_by_one,
)
from dipoutcomes.laboratory.families._interval_methods import (
    SLOW,
    Columns,
    IntervalFamily,
    exactly,
)
from dipoutcomes.laboratory.trial import FloatArray, Rejection, Replications, Scenario, Trial

#: Chances of the event in both windows, before only, after only, in neither.
CELLS = {
    "pairs, 50% before and after": (0.35, 0.15, 0.15, 0.35),
    "pairs, 60% before and 40% after": (0.3, 0.3, 0.1, 0.3),
    "pairs, 8% before and 4% after": (0.02, 0.06, 0.02, 0.9),
}
#: Events a person-year before and after.
TOTALS = ((1.0, 1.0), (1.5, 1.0), (0.1, 0.05))
#: McNemar's tests: title and public function of each.
_MCNEMAR = {
    "exact": ("McNemar exact", "mcnemar_exact_p_value"),
    "mid_p": ("McNemar mid-P", "mcnemar_mid_p_value"),
    "score": ("McNemar score", "mcnemar_score_p_value"),
    "score_corrected": ("McNemar with continuity correction", "mcnemar_corrected_p_value"),
}
_HODGES_SIZES = (28, 60, 200)
_HODGES_ONLY = f"{SLOW}: exact permutation limits take up to 300 tied changes, and 0.1 s at 1,000"


def _pair_difference(columns: Columns) -> FloatArray:
    return np.asarray((columns[1] - columns[2]) / sum(columns))


def _pair_ratio(columns: Columns) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((columns[0] + columns[1]) / (columns[0] + columns[2]))


def _pair_odds_ratio(columns: Columns) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(columns[1] / columns[2])


def _after_to_before(columns: Columns) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(columns[2] / columns[3] / (columns[0] / columns[1]))


_DIFFERENCE = IntervalFamily(
    name="paired_difference",
    estimates="difference of shares in the same people",
    estimate=_pair_difference,
    without_p_value=("newcombe", "bonett_price", "agresti_min", "newcombe_plain", "wald"),
)
_RATIO = IntervalFamily(
    name="paired_ratio",
    estimates="ratio of shares in the same people",
    estimate=_pair_ratio,
    scale="log",
    without_p_value=("bonett_price",),
)
_ODDS_RATIO = IntervalFamily(
    name="paired_odds_ratio",
    estimates="odds ratio within persons",
    estimate=_pair_odds_ratio,
    scale="log",
    takes=slice(1, 3),
)
_BEFORE_AFTER = IntervalFamily(
    name="before_after",
    estimates="ratio of the rate after to the rate before",
    estimate=_after_to_before,
    scale="log",
)


def trials() -> Iterator[Trial]:
    """Yield every method of the five families, McNemar's tests and the signed rank test."""
    for name, cells in CELLS.items():
        yield from _pairs(name, cells)
    for before, after in TOTALS:
        scenario = Scenario(
            name=f"totals, {before:g} before and {after:g} after",
            says=f"n people with {before:g} and {after:g} independent events a year each, a year "
            "before and a year after",
            draw=_poissons(before, after),
        )
        rejection: Rejection = "type I error" if before == after else "power"
        yield from _BEFORE_AFTER.trials(
            scenario, exactly(after / before), before_after_p_value, rejection
        )
    for changes in (_even_changes(), _whole_changes()):
        yield from _changes(changes)


def _pairs(name: str, cells: tuple[float, float, float, float]) -> Iterator[Trial]:
    both, before_only, after_only, _ = cells
    before, after = both + before_only, both + after_only
    scenario = Scenario(
        name=name,
        says=f"n people, {before:.0%} with the event before and {after:.0%} after, {both:.0%} in "
        "both",
        draw=_multinomial(cells),
    )
    rejection: Rejection = "type I error" if before_only == after_only else "power"
    for family, truth, p_value in (
        (_DIFFERENCE, before - after, paired_difference_p_value),
        (_RATIO, before / after, paired_ratio_p_value),
        (_ODDS_RATIO, before_only / after_only, paired_odds_ratio_p_value),
    ):
        yield from family.trials(scenario, exactly(truth), p_value, rejection)
    for method, (title, function) in _MCNEMAR.items():
        yield Trial(
            family="tests",
            estimator=f"mcnemar_p_value({method})",
            title=title,
            estimates="whether a share changed in the same people",
            scenario=scenario,
            truth=exactly(0.0),
            apply=_mcnemar(method),
            covers=("mcnemar_p_value", function),
            rejection=rejection,
        )


def _changes(scenario: Scenario) -> Iterator[Trial]:
    for method in METHODS["signed_rank"]:
        yield Trial(
            family="signed_rank",
            estimator=method.name,
            title=method.title,
            estimates="median change in the number of events",
            scenario=scenario,
            truth=exactly(-1.0, "by symmetry"),
            apply=_hodges_lehmann(method.name),
            covers=(f"METHODS:signed_rank:{method.name}", "hodges_lehmann"),
            standing=method.standing,
            cost="heavy" if method.name == "permutation" else "medium",
            judge_bias=True,
            sizes=_HODGES_SIZES,
            only=_HODGES_ONLY,
        )
    for method_name in ("exact", "normal"):
        yield Trial(
            family="tests",
            estimator=f"signed_rank_p_value({method_name})",
            title=f"signed rank test, {method_name}",
            estimates="whether the number of events changed, taken against the true change",
            scenario=scenario,
            truth=exactly(-1.0, "by symmetry"),
            apply=_signed_rank(method_name),
            covers=("signed_rank_p_value",),
            rejection="type I error",
            cost="light",
            sizes=_HODGES_SIZES,
            only=_HODGES_ONLY,
        )


def _multinomial(
    cells: tuple[float, ...],
) -> Callable[[np.random.Generator, int, int], Columns]:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Columns:
        return tuple(rng.multinomial(n, cells, replications).T)

    return draw


def _poissons(before: float, after: float) -> Callable[[np.random.Generator, int, int], Columns]:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Columns:
        years = np.full(replications, float(n))
        first, second = rng.poisson(n * before, replications), rng.poisson(n * after, replications)
        return first, years, second, years

    return draw


def _even_changes() -> Scenario:
    return Scenario(
        name="changes, no ties",
        says="changes in n people spread evenly about -1 (Laplace, scale 2), no two alike",
        draw=lambda rng, n, replications: rng.laplace(-1, 2, (replications, n)),
    )


def _whole_changes() -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> FloatArray:
        own = rng.gamma(1.0, 2.0, (replications, n))  # people differ; each is as likely to rise
        return np.asarray(rng.poisson(own) - rng.poisson(own) - 1.0)

    return Scenario(
        name="changes, whole numbers",
        says="changes in the number of events of n people who differ, spread evenly about -1, "
        "with ties",
        draw=draw,
    )


def _hodges_lehmann(method: str) -> Callable[[FloatArray], Replications]:
    def ask(differences: FloatArray) -> Answer:
        found = hodges_lehmann(differences, method=method)
        return of_interval(found.interval, found.estimate)

    return lambda cohorts: one_by_one(((row,) for row in cohorts), ask)


def _signed_rank(method: str) -> Callable[[FloatArray], Replications]:
    def ask(differences: FloatArray) -> Answer:
        return of_p_value(signed_rank_p_value(differences, null_shift=-1.0, method=method))

    return lambda cohorts: one_by_one(((row,) for row in cohorts), ask, gives=("p_value",))


def _mcnemar(method: str) -> Callable[[Columns], Replications]:
    def p_value(first_only: FloatArray, second_only: FloatArray) -> Any:
        return mcnemar_p_value(first_only, second_only, method=method)

    return lambda columns: each_table_once(None, *columns[1:3], p_value=p_value)
