"""Adjusted p-values: every row of the reference table."""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from dipoutcomes.comparison.multiplicity import adjust_p_values

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
TABLE = pd.read_csv(FOLDER / "f13_multiplicity.csv")


def test_every_row_agrees():
    compared, problems = 0, []
    for (method, _), group in TABLE.groupby(["method", "set"], sort=False):
        rows = group.sort_values("position")
        assert len(rows) == rows["count"].iloc[0]
        ours = adjust_p_values(rows["raw_p_value"].to_numpy(), method=method).adjusted
        gap = np.abs(np.array(ours) - rows["adjusted_p_value"])
        problems += list(rows["case_id"][~(gap <= rows["abs_tolerance"])])
        compared += len(rows)
    assert not problems
    assert compared == len(TABLE) == 210
