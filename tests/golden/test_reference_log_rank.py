"""Every row of `f07_logrank.csv`: log-rank, weighted, stratified, exact and normal permutation."""

import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.survival import log_rank_test
from dipoutcomes.survival.comparing import permutation_log_rank_test, weighted_log_rank_test

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
TABLE = pd.read_csv(FOLDER / "f07_logrank.csv")
WEIGHTS = {
    "logrank": "log_rank",
    "gehan_breslow": "gehan_breslow",
    "tarone_ware": "tarone_ware",
    "peto_peto_modified_kaplan_meier": "peto_peto",
    "peto_peto": (1, 0),  # R's coin weighs by the pooled curve just before the time
    "peto_peto_g_rho_1": (1, 0),
    "fleming_harrington_1_0": (1, 0),
    "fleming_harrington_0_1": (0, 1),
    "fleming_harrington_1_1": (1, 1),
    "fleming_harrington_05_0": (0.5, 0),
}


def people(row):
    """Return times, events, groups and strata of a row; words in brackets say how it groups."""
    name, _, words = row.dataset.partition(" (")
    if not words:
        frame = pd.read_csv(FOLDER / "data" / f"survival_{name}.csv")
        return frame.time, frame.event, frame.group, None
    from lifelines.datasets import load_rossi

    frame = load_rossi()
    if words.startswith("groups: prio"):
        return frame.week, frame.arrest, frame.prio.clip(upper=4), None
    return frame.week, frame.arrest, frame.fin, frame.race


def result(row):
    """Return the test, and the weighted events seen in the first group less those expected."""
    time, event, groups, strata = people(row)
    if row.method.startswith("permutation_"):
        _, how, word = row.method.split("_", 2)
        return permutation_log_rank_test(
            time,
            event,
            groups,
            weight=WEIGHTS[word],
            ties=row.ties.lower().replace("-", "_"),
            how={"exact": "exact", "asymptotic": "normal"}[how],
        )
    if row.method in {"logrank_stratified", "logrank_k_sample"}:
        return weighted_log_rank_test(time, event, groups, strata=strata)
    word = row.method.removeprefix("weighted_")
    return weighted_log_rank_test(time, event, groups, weight=WEIGHTS[word])


def misses(row):
    found, said = result(row), []
    ours = {"statistic": found.statistic, "p_value": found.p_value}
    theirs = {"statistic": row.statistic, "p_value": row.p_value}
    if not np.isnan(row.df):
        ours["df"], theirs["df"] = found.df, row.df
    if not np.isnan(row.observed_group_1):
        # R's first group is ours too, or the second: with two groups the sum is 0.
        gap = row.observed_group_1 - row.expected_group_1
        ours["difference"] = abs(found.weighted_difference[0])
        theirs["difference"] = abs(gap)
    for name, value in theirs.items():
        if not abs(ours[name] - value) <= row.abs_tolerance * max(1, abs(value)):
            said.append(f"{row.case_id} {row.method} {name}: {ours[name]!r}, {value!r}")
    return said


def test_every_row_agrees():
    problems, compared = [], Counter()
    for row in TABLE.itertuples():
        problems += misses(row)
        compared[row.method] += 1
    lines = [f"{count:5d} {name}" for name, count in sorted(compared.items())]
    sys.stdout.write("\n".join([f"\nf07_logrank: {sum(compared.values())} rows compared", *lines]))
    assert not problems, "\n".join(problems)
    assert sum(compared.values()) == len(TABLE) == 193


def test_a_wrong_figure_would_be_noticed():
    row = next(TABLE.itertuples())
    assert not misses(row)
    assert misses(row._replace(statistic=row.statistic + 1e-6))


@pytest.mark.parametrize(
    "row", list(TABLE[TABLE.method == "logrank"].itertuples()), ids=lambda r: r.case_id
)
def test_the_plain_test_is_the_same(row):
    time, event, groups, _ = people(row)
    plain, weighted = log_rank_test(time, event, groups), result(row)
    assert weighted.statistic == pytest.approx(plain.statistic, rel=1e-12)
    assert weighted.expected == pytest.approx(plain.expected, rel=1e-12)
    assert (weighted.observed, weighted.persons) == (plain.observed, plain.persons)
