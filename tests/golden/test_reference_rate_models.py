"""Poisson with robust errors, quasi-Poisson and negative binomial: every row, against R.

Another folder of reference files is compared with ``DIPOUTCOMES_REFERENCE_DIR``.
"""

import os
import sys
from collections import Counter
from math import inf, isnan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.outcomes import rate_model

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
FILE = "f03_overdispersed_rate_models"
VARIANCES = {
    "model": {
        "poisson": "model", "quasi_poisson": "model", "negative_binomial": "known_dispersion",
    },
    "joint observed information with dispersion estimated": {"negative_binomial": "joint"},
    "sandwich_HC0": {"poisson": "HC0"},
    "sandwich_HC1": {"poisson": "HC1"},
    "sandwich_HC3": {"poisson": "HC3"},
}  # fmt: skip


def fitted(row):
    """Return the model of a row, with or without the offences before."""
    people = pd.read_csv(FOLDER / "data" / "offence_counts_overdispersed.csv")
    crude = row.method.endswith("_crude")
    covariates = people[["treated"] if crude else ["treated", "prior_offences"]]
    model = row.method.removesuffix("_crude").replace("quasipoisson", "quasi_poisson")
    variance = VARIANCES[row.variance][model] if isinstance(row.variance, str) else None
    level = 0.95 if isnan(row.confidence_level) else row.confidence_level
    return rate_model(
        people["offences"], people["years_at_risk"], covariates,
        model=model, variance=variance, confidence_level=level,
    )  # fmt: skip


def answer(row):
    """Return our values under the names of the columns."""
    fit = fitted(row)
    if row.term == "log likelihood":
        return {"estimate": fit.log_likelihood}
    if row.term == "dispersion (Pearson)":
        return {"estimate": fit.dispersion}
    if row.term == "alpha = 1/theta":
        return {"estimate": fit.dispersion, "std_error": fit.dispersion_error}
    if row.term == "theta (size)":
        return {"estimate": 1 / fit.dispersion, "std_error": fit.size_error}
    term = fit[row.term]
    return {
        "log_estimate": term.log_ratio, "estimate": term.ratio, "std_error": term.std_error,
        "lower": term.interval.low, "upper": term.interval.high, "p_value": term.p_value,
        "df": np.nan if term.df == inf else term.df,
    }  # fmt: skip


COLUMNS = ("log_estimate", "estimate", "std_error", "lower", "upper", "p_value", "df")


@pytest.mark.parametrize("file", [FILE])
def test_every_row_agrees(file):
    table = pd.read_csv(FOLDER / f"{file}.csv")
    compared, problems = Counter(), []
    for row in table.itertuples():
        ours = answer(row)
        for column in COLUMNS:
            theirs = getattr(row, column)
            if isnan(theirs):
                continue
            if column not in ours or not abs(ours[column] - theirs) <= row.abs_tolerance:
                problems.append(f"{row.case_id} {column}: {ours.get(column)!r}, {theirs!r}")
            compared[row.method, "values"] += 1
        compared[row.method] += 1
    rows = {key: count for key, count in compared.items() if isinstance(key, str)}
    lines = [f"{count:5d} {name}" for name, count in sorted(rows.items())]
    sys.stdout.write(
        "\n".join([f"\n{file}: {sum(rows.values())} of {len(table)} rows", *lines, ""])
    )
    assert not problems, "\n".join(problems)
    assert sum(rows.values()) == len(table) > 0


def test_the_maximum_is_nearer_than_where_statsmodels_stops():
    table = pd.read_csv(FOLDER / f"{FILE}.csv")
    people = pd.read_csv(FOLDER / "data" / "offence_counts_overdispersed.csv")
    fit = fitted(next(table[table["method"] == "negative_binomial"].itertuples()))
    beta = np.array([term.log_ratio for term in fit.terms])
    design = np.column_stack([np.ones(len(people)), people[["treated", "prior_offences"]]])
    mean = people["years_at_risk"].to_numpy() * np.exp(design @ beta)
    slope = design.T @ ((people["offences"] - mean) / (1 + fit.dispersion * mean))
    assert np.abs(slope).max() < 1e-9
