"""Weights, effective sample sizes and effects on the Lalonde people: every such row, against R.

Another folder of reference files is compared with ``DIPOUTCOMES_REFERENCE_DIR``.
"""

import os
import sys
from collections import Counter
from functools import cache
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.comparison.effect import treatment_effect
from dipoutcomes.comparison.effect._outcome_models import fit_outcome
from dipoutcomes.comparison.weighting import (
    WeightedDesign,
    effective_sample_size,
    propensity_weights,
)

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
FILE = "f11_balance_weighting_matching"
ESTIMANDS = {"att": "ATT", "ate": "ATE", "overlap": "ATO"}
COLUMNS = ("estimate", "std_error", "lower", "upper", "p_value")


@cache
def people():
    frame = pd.read_csv(FOLDER / "data" / "lalonde.csv")
    frame["hispan"], frame["white"] = frame["race"] == "hispan", frame["race"] == "white"
    return frame


@cache
def score_and_columns():
    frame = people()
    names = ["age", "educ", "hispan", "white", "married", "nodegree", "re74", "re75"]
    columns = frame[names].to_numpy(float)
    everybody = np.ones(len(frame), dtype=bool)
    model = fit_outcome(
        "logistic", np.column_stack([np.ones(len(frame)), columns]),
        frame["treat"].to_numpy(float), everybody, "any",
    )  # fmt: skip
    return model.fitted, columns


def treated():
    return people()["treat"].to_numpy() == 1


@cache
def weighted(word):
    score, columns = score_and_columns()
    if word == "unweighted":
        return WeightedDesign(
            treated=treated(), weights=np.ones(len(score)), estimand="ATT", method="nothing"
        )
    return propensity_weights(treated(), score, estimand=ESTIMANDS[word], covariates=columns)


@cache
def matched(word):
    """Return the design of the pairs that MatchIt made, which are not ours to find here."""
    pairs = pd.read_csv(FOLDER / "data" / "expected_lalonde_matched_pairs.csv")
    pairs = pairs[pairs["matching"] == word]
    row = {name: k for k, name in enumerate(people()["id"])}
    ours = pairs["treated_id"].map(row).to_numpy()
    theirs = pairs["control_id"].map(row).to_numpy()
    weights, sets = np.zeros(len(row)), np.full(len(row), -1)
    np.add.at(weights, ours, 1.0)
    np.add.at(weights, theirs, 1.0)
    sets[ours], sets[theirs] = np.arange(len(pairs)), np.arange(len(pairs))
    score, columns = score_and_columns()
    return WeightedDesign(
        treated=treated(), weights=weights, estimand="ATT", method=word, covariates=columns,
        score=score, pairs=(ours, theirs),
        matched_set=None if word == "nearest_replacement" else sets,
    )  # fmt: skip


def answer(row):
    """Return our values under the names of the columns."""
    if row.method == "effective_sample_size_kish":
        design, side = weighted(row.weights), treated() == (row.term == "treat=1")
        return {"estimate": effective_sample_size(design.weights[side])}
    if row.method == "weighted_difference_in_means_hajek":
        design, words = weighted(row.weights), row.variance
        name = "stacked" if words.startswith("stacked") else f"sandwich_{words[9:12].lower()}"
    else:
        design, name = matched(row.method.removeprefix("match_")), row.variance
    found = treatment_effect(
        design, people()["re78"].to_numpy(), variance=name, quantiles="normal",
        confidence_level=row.confidence_level,
    )  # fmt: skip
    return {
        "estimate": found.value, "std_error": found.std_error, "lower": found.interval.low,
        "upper": found.interval.high, "p_value": found.p_value,
    }  # fmt: skip


def ours(table):
    """Return the rows of weights and effects; balance and pairs are compared elsewhere."""
    effects = table["term"].fillna("").str.startswith("ATT re78")
    methods = ["weighted_difference_in_means_hajek", "effective_sample_size_kish"]
    return table[effects | table["method"].isin(methods)]


@pytest.mark.parametrize("file", [FILE])
def test_every_row_of_weights_and_effects_agrees(file):
    table = ours(pd.read_csv(FOLDER / f"{file}.csv"))
    compared, problems = Counter(), []
    for row in table.itertuples():
        found = answer(row)
        for column in COLUMNS:
            theirs = getattr(row, column)
            if isnan(theirs):
                continue
            if column not in found or not abs(found[column] - theirs) <= row.abs_tolerance:
                problems.append(f"{row.case_id} {column}: {found.get(column)!r}, {theirs!r}")
            compared["values"] += 1
        compared[row.method] += 1
    sys.stdout.write("\n".join(f"{count:5d} {name}" for name, count in compared.items()) + "\n")
    assert not problems, "\n".join(problems)
    assert len(table) == 15 + 8 + 11
    assert compared["values"] >= 100


@pytest.mark.parametrize(
    ("column", "how"),
    [
        ("weight_att", {"estimand": "ATT"}),
        ("weight_ate", {"estimand": "ATE"}),
        ("weight_overlap", {"estimand": "overlap"}),
        ("weight_ate_stabilised", {"estimand": "ATE", "stabilised": True}),
    ],
)
def test_every_persons_weight_agrees(column, how):
    expected = pd.read_csv(FOLDER / "data" / "expected_lalonde_propensity_and_weights.csv")
    assert list(expected["id"]) == list(people()["id"])
    found = propensity_weights(treated(), score_and_columns()[0], **how)
    np.testing.assert_allclose(found.weights, expected[column], rtol=1e-6)
