"""Sizes and power: every row, against R.

Another folder of reference files is compared with ``DIPOUTCOMES_REFERENCE_DIR``.
"""

import os
import sys
import tomllib
from collections import Counter
from math import isfinite, isnan
from pathlib import Path

import pandas as pd
import pytest

from dipoutcomes.sampling import size

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", HERE / "reference"))
FILE = "f14_sample_size_power"


def excused():
    """Return the case_ids that `exceptions.toml` excuses in this file."""
    exceptions = tomllib.loads((HERE / "exceptions.toml").read_text(encoding="utf-8"))
    entries = [e for e in exceptions.get("artefact", []) if e["file"] == FILE]
    return {case for entry in entries for case in entry["case_ids"]}


def of_precision(row):
    frame = int(row.population_size) if isfinite(row.population_size) else None
    method = "wald" if "_wald_" in row.method else "wilson"
    return size.plan_proportion(
        row.proportion_1, 2 * row.half_width, population=frame, method=method,
        criterion="planned", confidence_level=row.confidence_level,
    )  # fmt: skip


def of_two_groups(row):
    method = {"r": "normal", "arcsine": "arcsine"}[row.method.rsplit("_", 1)[1]]
    return size.plan_difference(
        row.proportion_1, row.proportion_2, power=row.power, method=method,
        confidence_level=1 - row.alpha,
    )  # fmt: skip


def of_events(row):
    return size.plan_log_rank(
        row.hazard_ratio, allocation=row.allocation, power=row.power,
        method=row.method.rsplit("_", 1)[1], confidence_level=1 - row.alpha,
    )  # fmt: skip


def of_rates(row):
    return size.plan_rate_ratio(
        row.rate_1, row.rate_2, years_each=row.years_each, dispersion=row.dispersion,
        power=row.power, confidence_level=1 - row.alpha,
    )  # fmt: skip


def of_one_group(row):
    return size.plan_one_group(
        row.proportion_2, row.proportion_1, power=row.power, confidence_level=1 - row.alpha
    )


def power_of(row):
    """Return the exact power of a row."""
    level = 1 - row.alpha
    if row.method == "exact_power_one_proportion_central":
        return size.exact_power_one_group(
            int(row.n_1), row.proportion_2, row.proportion_1, confidence_level=level
        )
    return size.exact_power_two_groups(
        row.proportion_1, row.proportion_2, int(row.n_1), int(row.n_2),
        test=row.method.removeprefix("exact_power_"), confidence_level=level,
    )  # fmt: skip


PLANS = {
    "n_for_proportion_precision_wald_fpc": of_precision,
    "n_for_proportion_precision_wilson_fpc": of_precision,
    "n_per_group_two_proportions_r": of_two_groups,
    "n_per_group_two_proportions_arcsine": of_two_groups,
    "logrank_events_schoenfeld": of_events,
    "logrank_events_freedman": of_events,
    "n_per_group_poisson_rate_log": of_rates,
    "n_per_group_negative_binomial_rate": of_rates,
    "n_one_proportion_exact_central_first": of_one_group,
    "n_one_proportion_exact_central_stable": of_one_group,
}


def answer(row):
    """Return our values under the names of the columns that a row answers."""
    if row.method.startswith("exact_power_"):
        return {"power": power_of(row)}
    plan = PLANS[row.method](row)
    n = plan.stable_n if row.method.endswith("_stable") else plan.n[0]
    if row.method.startswith("logrank"):
        return {"events_required": n, "events_unrounded": plan.n_unrounded}
    return {"n_required": n, "n_unrounded": plan.n_unrounded}


ANSWERS = ("n_unrounded", "n_required", "events_unrounded", "events_required")


@pytest.mark.parametrize("file", [FILE])
def test_every_row_agrees(file):
    table = pd.read_csv(FOLDER / f"{file}.csv")
    excuses, compared, problems = excused(), Counter(), []
    for row in table.itertuples():
        ours = answer(row)
        columns = ("power",) if "power" in ours else ANSWERS
        asked = [c for c in columns if not isnan(getattr(row, c))]
        assert asked, row.case_id
        off = []
        for column in asked:
            theirs = getattr(row, column)
            # A whole number of people is right or wrong, whatever the tolerance of the formula.
            near = 0 if column.endswith("required") else row.abs_tolerance
            if ours.get(column) is None or not abs(ours[column] - theirs) <= near:
                off.append(f"{row.case_id} {column}: {ours.get(column)!r}, {theirs!r}")
        if (row.case_id in excuses) != bool(off):
            problems += off or [f"{row.case_id} is excused and agrees"]
        compared[row.method] += 1
    lines = [f"{count:5d} {name}" for name, count in sorted(compared.items())]
    total = sum(compared.values())
    sys.stdout.write("\n".join([f"\n{file}: {total} of {len(table)} rows", *lines, ""]))
    assert not problems, "\n".join(problems)
    assert total == len(table) > 0
