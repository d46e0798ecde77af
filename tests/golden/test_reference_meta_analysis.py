"""Areas put together: every row of the reference table.

Another folder of reference files is compared with ``DIPOUTCOMES_REFERENCE_DIR``.
"""

import os
import sys
from collections import Counter
from functools import cache
from math import isnan, log
from pathlib import Path

import pandas as pd

from dipoutcomes.comparison.areas import (
    leave_one_out,
    mantel_haenszel,
    meta_analysis,
    one_group_effects,
    peto_odds_ratio,
    rate_effects,
    two_group_effects,
)

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
TABLE = pd.read_csv(FOLDER / "f12_meta_analysis.csv")
AREAS = pd.read_csv(FOLDER / "data" / "meta_areas.csv")
TABLES = (AREAS["x1"], AREAS["n1"], AREAS["x2"], AREAS["n2"])
#: Words of the table that our measures answer to.
MEASURES = {
    "log risk ratio": "risk_ratio", "log odds ratio": "odds_ratio",
    "risk difference": "risk_difference", "RR": "risk_ratio", "OR": "odds_ratio",
    "RD": "risk_difference",
}  # fmt: skip


@cache
def effects_of(dataset):
    words = dataset.split(" (")[0]
    if words.startswith("dat_bcg"):
        bcg = pd.read_csv(FOLDER / "data" / "meta_dat_bcg.csv")
        treated, others = bcg["tpos"] + bcg["tneg"], bcg["cpos"] + bcg["cneg"]
        return two_group_effects(bcg["tpos"], treated, bcg["cpos"], others)
    words = words.removeprefix("areas ")
    if words in MEASURES:
        return two_group_effects(*TABLES, measure=MEASURES[words])
    if words == "log rate":
        return rate_effects(AREAS["events"], AREAS["years"])
    measure = "log_odds" if words.startswith("logit") else "double_arcsine"
    return one_group_effects(AREAS["x1"], AREAS["n1"], measure=measure)


def answer(row):
    if row.method in {"mantel_haenszel", "peto"}:
        words = row.dataset.removeprefix("areas, ")
        if row.method == "peto":
            found = peto_odds_ratio(*TABLES)
        else:
            found = mantel_haenszel(*TABLES, measure=MEASURES[words])
        change = log if words != "RD" else float
        low, high = (change(x) for x in found.interval)
        value = change(found.value)
        ours = {"estimate": value, "lower": low, "upper": high, "p_value": found.p_value}
        ours["std_error"] = (high - low) / (2 * 1.959963984540054)
        if not isnan(row.q_statistic):  # Q about the pooled value, areas' own effects
            own = two_group_effects(*TABLES, measure=MEASURES[words])
            ours["q_statistic"] = ((own.effects - value) ** 2 / own.variances).sum()
        return ours
    effects = effects_of(row.dataset)
    place = int(row.term.split()[-1]) - 1 if "study" in row.term else None
    if row.method == "study_effect":
        return {"estimate": effects.effects[place], "variance": effects.variances[place]}
    if row.method == "leave_one_out_dl":
        found = leave_one_out(effects, estimator="dl", test="normal").iloc[place]
        return {
            "estimate": found["value"], "std_error": found["std_error"], "lower": found["low"],
            "upper": found["high"], "tau2": found["tau2"],
        }  # fmt: skip
    estimator = row.method.split("_")[-1]
    test = "hartung_knapp" if str(row.test).startswith("Hartung") else "normal"
    found = meta_analysis(effects, estimator=estimator, test=test, prediction="as_test")
    if row.method.startswith("tau2"):
        low, high = found.tau2_interval
        return {"estimate": found.tau2, "lower": low, "upper": high}
    return {
        "estimate": found.value, "std_error": found.std_error, "lower": found.interval.low,
        "upper": found.interval.high, "p_value": found.p_value, "tau2": found.tau2,
        "i2_percent": 100 * found.i2, "h2": found.h2, "q_statistic": found.q,
        "q_p_value": found.q_p_value, "prediction_lower": found.prediction_interval.low,
        "prediction_upper": found.prediction_interval.high,
    }  # fmt: skip


COLUMNS = (
    "estimate", "std_error", "lower", "upper", "p_value", "variance", "tau2", "i2_percent", "h2",
    "q_statistic", "q_p_value", "prediction_lower", "prediction_upper",
)  # fmt: skip


def test_every_row_agrees():
    compared, problems = Counter(), []
    for row in TABLE.itertuples():
        ours = answer(row)
        for column in COLUMNS:
            theirs = getattr(row, column)
            if isnan(theirs):
                continue
            # A percentage is held to the tolerance of the share it is.
            scale = 100 if column == "i2_percent" else 1
            if column not in ours or not abs(ours[column] - theirs) <= scale * row.abs_tolerance:
                problems.append(f"{row.case_id} {column}: {ours.get(column)!r}, {theirs!r}")
            compared["values"] += 1
        compared["rows"] += 1
    sys.stdout.write(f"\nf12_meta_analysis: {dict(compared)}\n")
    assert not problems, "\n".join(problems)
    assert compared["rows"] == len(TABLE) == 209
