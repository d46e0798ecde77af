"""Mean cumulative functions and models of repeated events: every row, against R.

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

from dipoutcomes.survival.recurrent import (
    histories_from_rows,
    mean_cumulative_function,
    mean_cumulative_functions_by_group,
    recurrent_event_model,
    recurrent_rate_model,
)

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
COLUMNS = {
    "f09_mean_cumulative_function": (
        "persons", "events", "estimate", "std_error", "lower", "upper", "lower_plain",
        "upper_plain",
    ),
    "f09_recurrent_event_models": (
        "rows", "persons", "events", "log_estimate", "estimate", "std_error", "lower", "upper",
        "p_value",
    ),
}  # fmt: skip
COVARIATES = {"bladder2": ["treated", "number", "size"], "offences_custody": ["treated", "age"]}


@cache
def data(dataset):
    """Return histories, covariates of people, and the rows as the file has them."""
    rows = pd.read_csv(FOLDER / "data" / f"recurrent_{dataset}.csv").sort_values(["id", "start"])
    person = np.unique(rows["id"], return_inverse=True)[1]
    histories = histories_from_rows(person, rows["start"], rows["stop"], rows["event"])
    return histories, rows.groupby("id").first()[COVARIATES[dataset]], rows


@cache
def mean_functions(dataset, level, limits):
    histories, people, _ = data(dataset)
    options = {"confidence_level": level, "limits": limits}
    groups = mean_cumulative_functions_by_group(histories, people["treated"], **options)
    named = {f"treated={mean.label}": mean for mean in groups}
    return named | {"all": mean_cumulative_function(histories, **options)}


def mean_answer(row):
    level = 0.95 if isnan(row.confidence_level) else row.confidence_level
    logs, plain = (
        mean_functions(row.dataset, level, limits)[row.group] for limits in ("log", "plain")
    )
    step = logs.step_at(row.time)
    found = {
        "persons": logs.persons,
        "events": sum(logs.curve.events),
        "estimate": logs.curve.value[step],
        "std_error": logs.std_error[step],
        "lower": logs.curve.low[step],
        "upper": logs.curve.high[step],
        "lower_plain": plain.curve.low[step],
        "upper_plain": plain.curve.high[step],
    }
    if row.variance != "Poisson (Aalen)":
        return found
    # Poisson limits are never offered, for people differ; what they would be is checked here.
    from scipy.special import ndtri

    mean, error = found["estimate"], logs.poisson_std_error[step]
    half = float(ndtri((1 + level) / 2)) * error
    return found | {
        "std_error": error,
        "lower": mean * np.exp(-half / mean),
        "upper": mean * np.exp(half / mean),
        "lower_plain": mean - half,
        "upper_plain": mean + half,
    }


MODELS = {
    "andersen_gill_model_se": ("andersen_gill", "model"),
    "andersen_gill_robust_lwyy": ("andersen_gill", "robust"),
    "pwp_total_time": ("pwp_total_time", "robust"),
    "pwp_gap_time": ("pwp_gap_time", "robust"),
    "first_event": ("first_event", "robust"),
}
RATE_VARIANCES = {"model information": "model", "robust HC0": "HC0"}


@cache
def model(dataset, method, ties, variance, level):
    histories, people, _ = data(dataset)
    if method == "poisson_rate_ratio_person_totals":
        return recurrent_rate_model(
            histories, people[["treated"]], model="poisson", variance=RATE_VARIANCES[variance],
            confidence_level=level,
        )  # fmt: skip
    name, kind = MODELS[method]
    return recurrent_event_model(
        histories, people, model=name, variance=kind, ties=ties, confidence_level=level
    )


def model_answer(row):
    fit = model(row.dataset, row.method, row.ties, row.variance, row.confidence_level)
    term = fit[row.term]
    return {
        "rows": fit.rows, "persons": fit.persons, "events": fit.events,
        "log_estimate": term.log_ratio, "estimate": term.ratio, "std_error": term.std_error,
        "lower": term.interval.low, "upper": term.interval.high, "p_value": term.p_value,
    }  # fmt: skip


ANSWERS = {
    "f09_mean_cumulative_function": mean_answer,
    "f09_recurrent_event_models": model_answer,
}


@pytest.mark.parametrize("file", list(ANSWERS))
def test_every_row_of_repeated_events_agrees(file):
    table = pd.read_csv(FOLDER / f"{file}.csv")
    compared, problems, values = Counter(), [], 0
    for row in table.itertuples():
        ours = ANSWERS[file](row)
        for column in COLUMNS[file]:
            theirs = getattr(row, column)
            if isnan(theirs):
                continue
            if not abs(ours[column] - theirs) <= row.abs_tolerance:
                problems.append(f"{row.case_id} {column}: {ours[column]!r}, {theirs!r}")
            values += 1
        compared[row.method] += 1
    lines = [f"{count:5d} {name}" for name, count in sorted(compared.items())]
    sys.stdout.write("\n".join([f"\n{file}: {compared.total()} rows, {values} values", *lines, ""]))
    assert not problems, "\n".join(problems)
    assert compared.total() == len(table) > 0


@pytest.mark.parametrize("dataset", list(COVARIATES))
def test_order_and_gap_time_are_those_of_the_data(dataset):
    histories, _, rows = data(dataset)
    ours = histories.to_frame()
    for column, theirs in (("order", "enum"), ("gap_start", "gap_start"), ("gap_stop", "gap_stop")):
        np.testing.assert_array_equal(ours[column], rows[theirs])


def test_a_person_is_not_at_risk_twice_at_an_own_event():
    # methods.md 9: with the risk set [start, stop] the coefficient is -0.4524, with (start, stop]
    # -0.4598; R's robust error by person is 0.2580 (Breslow).
    fit = model("bladder2", "andersen_gill_robust_lwyy", "breslow", "robust", 0.95)["treated"]
    assert fit.log_ratio == pytest.approx(-0.4598, abs=0.5e-4)
    assert fit.std_error == pytest.approx(0.2580, abs=0.5e-4)
