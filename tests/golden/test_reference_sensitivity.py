"""E-values and Rosenbaum bounds: every row, against R.

Another folder of reference files is compared with ``DIPOUTCOMES_REFERENCE_DIR``.
"""

import os
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from dipoutcomes.comparison.sensitivity import e_value, rosenbaum_binary, rosenbaum_signed_rank

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
E_VALUES = list(pd.read_csv(FOLDER / "f11_e_values.csv").itertuples())
BINARY = list(pd.read_csv(FOLDER / "f11_rosenbaum_binary.csv").itertuples())
MATCHING = pd.read_csv(FOLDER / "f11_balance_weighting_matching.csv")
RANKS = list(MATCHING[MATCHING["method"].str.startswith("rosenbaum_signed_rank")].itertuples())
KINDS = {
    "RR": ("risk_ratio", False),
    "OR_rare": ("odds_ratio", True),
    "OR_common": ("odds_ratio", False),
    "HR_rare": ("hazard_ratio", True),
    "HR_common": ("hazard_ratio", False),
}


def test_every_table_is_there():
    assert (len(E_VALUES), len(BINARY), len(RANKS)) == (30, 20, 30)


@pytest.mark.parametrize("row", E_VALUES, ids=lambda row: row.case_id)
def test_e_values(row):
    kind, rare = KINDS[row.measure]
    found = e_value(row.input_estimate, row.input_lower, row.input_upper, kind=kind, rare=rare)
    assert found.value == pytest.approx(row.e_value_estimate, abs=row.abs_tolerance)
    assert found.limit == pytest.approx(row.e_value_limit_closest_to_null, abs=row.abs_tolerance)
    assert found.risk_ratio == pytest.approx(row.rr_scale_estimate, abs=row.abs_tolerance)


@pytest.mark.parametrize("row", BINARY, ids=lambda row: row.case_id)
def test_bounds_of_binary_pairs(row):
    counts = row.discordant_favouring, row.discordant_against
    found = rosenbaum_binary(*counts, gammas=[row.gamma])
    assert found.lower[0] == pytest.approx(row.lower, abs=row.abs_tolerance)
    assert found.upper[0] == pytest.approx(row.upper, abs=row.abs_tolerance)


@cache
def differences(matching):
    pairs = pd.read_csv(FOLDER / "data" / "expected_lalonde_matched_pairs.csv")
    earned = pd.read_csv(FOLDER / "data" / "lalonde.csv").set_index("id")["re78"]
    pairs = pairs[pairs["matching"] == matching]
    return earned[pairs["treated_id"]].to_numpy() - earned[pairs["control_id"]].to_numpy()


@pytest.mark.parametrize("row", RANKS, ids=lambda row: row.case_id)
def test_bounds_of_the_signed_rank_test(row):
    matching = row.method.removeprefix("rosenbaum_signed_rank_").removeprefix("own_")
    found = rosenbaum_signed_rank(
        differences(matching), alternative=row.side, gammas=[row.gamma], exact=False
    )
    if "_own_" in row.method:
        bound = {"upper": found.upper, "lower": found.lower}[row.bound][0]
        assert bound == pytest.approx(row.p_value, abs=row.abs_tolerance)
    else:
        assert found.lower[0] == pytest.approx(row.lower, abs=row.abs_tolerance)
        assert found.upper[0] == pytest.approx(row.upper, abs=row.abs_tolerance)
