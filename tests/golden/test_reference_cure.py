"""Split-population models of desistance: every row of the reference table.

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
from scipy.stats import norm

from dipoutcomes.survival.cure import mixture_cure_models, semiparametric_cure_model

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
TABLE = pd.read_csv(FOLDER / "f10_mixture_cure.csv")
#: The names of the table in the words of the models.
RENAMED = {"log scale mu (log time location)": "log time: (Intercept)", "log sigma": "log scale"}


@cache
def people(dataset):
    return pd.read_csv(FOLDER / "data" / f"cure_{dataset}.csv")


@cache
def models(dataset, model):
    frame = people(dataset)
    names = [] if model == "intercept only" else model.removeprefix("susceptible ~ ").split(" + ")
    return mixture_cure_models(frame["time"], frame["event"], frame[names] if names else None)


@cache
def semiparametric(dataset):
    frame = people(dataset)
    x = {"x": frame["treated"]}
    return semiparametric_cure_model(frame["time"], frame["event"], x, x)


def normal(value, error):
    """Return what the table holds of a number with a normal interval."""
    half = norm.ppf(0.975) * error
    return {"estimate": value, "std_error": error, "lower": value - half, "upper": value + half}


def answer(row):
    if row.method.startswith("semiparametric"):
        found = semiparametric(row.dataset)
        return {
            "estimate": {
                "logit susceptible: (Intercept)": found.intercept,
                "logit susceptible: x": found.susceptible_terms[0].log_ratio,
                "log hazard ratio latency: x": found.latency_terms[0].log_ratio,
            }[row.term]
        }
    model = models(row.dataset, row.model)[row.method.removeprefix("mixture_cure_")]
    if row.term == "log likelihood":
        return {"estimate": model.log_likelihood}
    fit = model.fit
    values = dict(zip(fit.names, fit.place, strict=True))
    errors = dict(zip(fit.names, np.sqrt(np.diag(fit.covariance)), strict=True))
    # The table's own limits are Wald's on the scale of each row; ours, of the share, are not.
    if row.term == "cured fraction (never reoffend)":
        share = model.cured_share.value
        return normal(share, share * (1 - share) * errors["logit susceptible: (Intercept)"])
    if row.term == "Weibull scale":
        scale = np.exp(values["log time: (Intercept)"])
        return normal(scale, scale * errors["log time: (Intercept)"])
    if row.term == "Weibull shape":
        shape = 1 / model.scale
        return normal(shape, shape * errors["log scale"])
    name = RENAMED.get(row.term, row.term)
    return normal(values[name], errors[name])


def test_every_row_agrees():
    compared, problems = Counter(), []
    for row in TABLE.itertuples():
        ours = answer(row)
        for column in ("estimate", "std_error", "lower", "upper"):
            theirs = getattr(row, column)
            if isnan(theirs):
                continue
            if column not in ours or not abs(ours[column] - theirs) <= row.abs_tolerance:
                problems.append(f"{row.case_id} {column}: {ours.get(column)!r}, {theirs!r}")
        compared[row.method] += 1
    lines = [f"{count:5d} {name}" for name, count in sorted(compared.items())]
    total = sum(compared.values())
    sys.stdout.write("\n".join([f"\nf10_mixture_cure: {total} of {len(TABLE)} rows", *lines, ""]))
    assert not problems, "\n".join(problems)
    assert total == len(TABLE) == 51


def test_the_two_tails_of_recid_disagree_about_who_desists():
    # methods.md, section 10: 0.6030 by a Weibull tail, 0.540 by a lognormal one, which fits better.
    both = models("recid", "intercept only")
    assert both.weibull.cured_share.value == pytest.approx(0.6030, abs=0.5e-4)
    assert both.lognormal.cured_share.value == pytest.approx(0.540, abs=0.5e-3)
    assert both.weibull.log_likelihood == pytest.approx(-3219.4994, abs=0.5e-4)
    assert both.lognormal.log_likelihood == pytest.approx(-3213.105, abs=0.5e-3)
    assert both.weibull.cured_share.value not in both.lognormal.cured_share.interval
    assert "60.3%" in both.caveat
    assert "54.0%" in both.caveat


def test_lifelines_agrees_on_the_weibull_tail():
    from lifelines import MixtureCureFitter, WeibullFitter

    frame = people("recid")
    theirs = MixtureCureFitter(base_fitter=WeibullFitter()).fit(frame["time"], frame["event"])
    ours = models("recid", "intercept only").weibull.cured_share.value
    assert ours == pytest.approx(theirs.cured_fraction_, abs=1e-4)
