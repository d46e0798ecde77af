"""Scores, balance and matching on the Lalonde people: every such row, against R.

MatchIt 4.5.1, which made the pairs, takes distances as whole numbers (the C function ``abs``): on
the score all distances are 0, on the logit all below 1. So it pairs people with the next lower
score and passes over nearer ones above, and its caliper of 0.2 lets everybody nearer than 1 in.
`matchit_pairs` does the same and finds every one of its pairs; ours are nearer by definition. What
is compared of the matching rows is therefore their balance, with the stored pairs as weights; that
ours are the pairs of the definition is shown in `tests/property/test_matching_properties.py`.
"""

import os
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.comparison.matching import (
    MatchingRule,
    balance_table,
    design_matrix,
    match,
    propensity_score,
)
from dipoutcomes.comparison.weighting import propensity_weights

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
FILE = "f11_balance_weighting_matching"
FORMULA = "age + educ + race + married + nodegree + re74 + re75"
TERMS = {"racehispan": "race: hispan", "racewhite": "race: white", "(Intercept)": "(constant)"}
LOGIT = "nearest_largest_logit_caliper_0.2sd_logit"


@cache
def table():
    return pd.read_csv(FOLDER / f"{FILE}.csv")


@cache
def people():
    return pd.read_csv(FOLDER / "data" / "lalonde.csv")


@cache
def expected():
    frame = pd.read_csv(FOLDER / "data" / "expected_lalonde_propensity_and_weights.csv")
    assert list(frame["id"]) == list(people()["id"])
    return frame


@cache
def model():
    return propensity_score(people(), treated(), FORMULA)


def treated():
    return people()["treat"].to_numpy() == 1


@cache
def pairs_of(word):
    """Return rows of treated people and of their matches, as MatchIt has them."""
    stored = pd.read_csv(FOLDER / "data" / "expected_lalonde_matched_pairs.csv")
    stored = stored[stored["matching"] == word]
    row = {name: k for k, name in enumerate(people()["id"])}
    return stored["treated_id"].map(row).to_numpy(), stored["control_id"].map(row).to_numpy()


@cache
def balance_of(weights, denominator):
    """Return balance under weights of the score ("att") or MatchIt's pairs ("nearest_...")."""
    if weights == "unweighted":
        w = np.ones(len(people()))
    elif weights in {"att", "ate", "overlap"}:
        w = propensity_weights(
            treated(), model().score, estimand={"overlap": "ATO"}.get(weights, weights.upper())
        ).weights
    else:
        ours, theirs = pairs_of(weights)
        w = np.zeros(len(people()))
        np.add.at(w, ours, 1.0)
        np.add.at(w, theirs, 1.0)
    return balance_table(design_matrix(people(), FORMULA), treated(), w, denominator=denominator)


def distance_balance(word):
    """Return balance of the distance: the score, or its logit where that was matched on."""
    ours, theirs = pairs_of(word)
    w = np.bincount(np.concatenate([ours, theirs]), minlength=len(people()))
    place = model().linear_predictor if "logit" in word else model().score
    return balance_table(place[:, None], treated(), w, denominator="treated").rows[0]


def answer(row):
    """Return our values under the names of the columns."""
    if row.method == "propensity_score_logistic":
        k = model().names.index(TERMS.get(row.term, _named(row.term)))
        return {"estimate": model().coefficients[k], "std_error": model().std_errors[k]}
    if row.method == "standardised_mean_difference":
        name = row.term.replace("=", ": ")
        found = balance_of(row.weights, row.denominator.removeprefix("unweighted sd, "))[name]
        return {
            "mean_treated": found.mean_treated_after, "mean_control": found.mean_comparison_after,
            "estimate": found.difference_after,
        }  # fmt: skip
    word = row.method.removeprefix("match_")
    ours, theirs = pairs_of(word)
    if row.term == "matched treated":
        return {"estimate": len(np.unique(ours))}
    if row.term == "distinct matched controls":
        return {"estimate": len(np.unique(theirs))}
    if row.term == "sum of absolute ps differences":
        return {"estimate": np.abs(model().score[ours] - model().score[theirs]).sum()}
    found = distance_balance(word) if row.term == "distance" else None
    found = found or balance_of(word, "treated")[_named(row.term)]
    # MatchIt divides a 0/1 column by the root of p (1 - p); ours has n - 1, as for any column.
    binary = np.isnan(found.variance_ratio)
    n = treated().sum()
    return {
        "mean_treated": found.mean_treated_after, "mean_control": found.mean_comparison_after,
        "estimate": found.difference_after * (np.sqrt(n / (n - 1)) if binary else 1.0),
    }  # fmt: skip


def _named(term):
    return f"race: {term.removeprefix('race')}" if term.startswith("race") else term


def own_rows():
    """Return the rows of scores, balance and pairs; effects and bounds are compared elsewhere."""
    rows = table()
    effects = rows["term"].fillna("").str.startswith("ATT re78")
    single = rows["method"].isin(["propensity_score_logistic", "standardised_mean_difference"])
    return rows[single | (rows["method"].str.startswith("match_") & ~effects)]


def test_every_row_of_scores_balance_and_pairs_agrees():
    compared, problems = Counter(), []
    for row in own_rows().itertuples():
        found = answer(row)
        for column in ("mean_treated", "mean_control", "estimate", "std_error"):
            theirs = getattr(row, column)
            if np.isnan(theirs):
                continue
            if not abs(found[column] - theirs) <= row.abs_tolerance:
                problems.append(f"{row.case_id} {row.term} {column}: {found[column]!r}, {theirs!r}")
            compared[row.method] += 1
    assert not problems, "\n".join(problems)
    assert len(own_rows()) == 9 + 72 + 6 * 13
    assert sum(compared.values()) == 2 * 9 + 3 * 72 + 6 * (3 + 3 * 10)


def test_every_persons_score_and_logit_agree():
    np.testing.assert_allclose(model().score, expected()["propensity_score"], rtol=1e-9)
    np.testing.assert_allclose(
        model().linear_predictor, expected()["logit_propensity_score"], rtol=0, atol=1e-9
    )


def matchit_pairs(place, turns, *, reuse=False, caliper=np.inf):
    """Return pairs by the plain definition, but with distances cut to whole numbers."""
    order = np.argsort(place, kind="stable")
    at = {person: k for k, person in enumerate(order)}
    free = ~treated()
    made = []
    for i in turns:
        below = next((j for j in order[: at[i]][::-1] if free[j]), None)
        above = next((j for j in order[at[i] + 1 :] if free[j]), None)
        near = [
            (int(abs(place[i] - place[j])), side, j)
            for side, j in enumerate([below, above])
            if j is not None
        ]
        near = [n for n in near if n[0] <= caliper]
        if near:
            j = min(near)[2]
            made.append((i, j))
            free[j] = reuse
    return set(made)


WORDS = {
    "nearest_largest": {"order": "largest"},
    "nearest_smallest": {"order": "smallest"},
    "nearest_data_order": {"order": "data"},
    "nearest_largest_caliper_0.2sd_ps": {"order": "largest"},
    "nearest_replacement": {"replacement": True},
    LOGIT: {"scale": "logit"},
}


@pytest.mark.parametrize("word", WORDS)
def test_the_stored_pairs_are_those_of_distances_in_whole_numbers(word):
    score = expected()["propensity_score"].to_numpy()
    place = expected()["logit_propensity_score"].to_numpy() if word == LOGIT else score
    cases = np.flatnonzero(treated())
    sign = {"nearest_smallest": 1, "nearest_data_order": 0}.get(word, -1)
    turns = cases[np.argsort(sign * score[cases], kind="stable")]
    found = matchit_pairs(
        place, turns, reuse=word == "nearest_replacement",
        caliper=0.2 if "caliper" in word else np.inf,
    )  # fmt: skip
    assert found == set(zip(*pairs_of(word), strict=True))


def test_with_replacement_ours_are_the_nearest_and_the_stored_ones_are_not():
    score = expected()["propensity_score"].to_numpy()
    ours = match(treated(), score, MatchingRule(scale="score", caliper=None, replacement=True))
    gap = np.abs(score[treated()][:, None] - score[~treated()]).min(axis=1)
    assert np.abs(score[ours.pairs.treated] - score[ours.pairs.comparison]) == pytest.approx(gap)
    stored = np.abs(np.subtract(*(score[rows] for rows in pairs_of("nearest_replacement"))))
    assert gap.sum() == pytest.approx(0.5443949710)
    assert stored.sum() == pytest.approx(1.0580761204)


def test_our_caliper_holds_and_the_stored_one_does_not():
    logit = expected()["logit_propensity_score"].to_numpy()
    ours = match(treated(), expected()["propensity_score"], MatchingRule())
    groups = logit[treated()], logit[~treated()]
    caliper = 0.2 * np.sqrt(sum(g.var(ddof=1) for g in groups) / 2)
    assert ours.caliper == pytest.approx(caliper)
    gap = np.abs(logit[ours.pairs.treated] - logit[ours.pairs.comparison])
    assert gap.max() <= caliper == pytest.approx(0.26929, abs=5e-6)
    stored = np.abs(np.subtract(*(logit[rows] for rows in pairs_of(LOGIT))))
    assert stored.max() == pytest.approx(0.99946, abs=5e-6)
