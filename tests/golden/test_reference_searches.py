"""Where the reference rows are off because a program stopped its search: the search run again.

bpcp finds mid-P and melded limits with R's `uniroot` and a tolerance of the fourth root of the
machine's precision, 1.2e-4. That is Brent's (1973) zero finder. With the same start and the same
tolerance it must give the rows; with none it must give ours.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaincinv

from dipoutcomes import intervals
from dipoutcomes.intervals.kaplan_meier import _meld, melded
from dipoutcomes.intervals.kaplan_meier._beta import beta_variables
from dipoutcomes.intervals.kaplan_meier._steps import check_steps

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location(
    "pairs_and_curves", HERE / "pairs_and_curves_reference.py"
)
assert _spec is not None
assert _spec.loader is not None
reference = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)

EPS = float(np.finfo(float).eps)
TOLERANCE = EPS**0.25


def brent(function, a, b, tolerance):
    """Return where *function* crosses zero by Brent's method, its last step within *tolerance*."""
    fa, fb = function(a), function(b)
    c, fc = a, fa
    for _ in range(1000):
        previous = b - a
        if abs(fc) < abs(fb):
            a, b, c = b, c, b
            fa, fb, fc = fb, fc, fb
        actual = 2 * EPS * abs(b) + tolerance / 2
        step = (c - b) / 2
        if abs(step) <= actual or fb == 0:
            break
        if abs(previous) >= actual and abs(fa) > abs(fb):
            gap, t1 = c - b, fb / fa
            if a == c:
                p, q = gap * t1, 1 - t1
            else:
                q, t1, t2 = fa / fc, fb / fc, fb / fa
                p = t2 * (gap * q * (q - t1) - (b - a) * (t1 - 1))
                q = (q - 1) * (t1 - 1) * (t2 - 1)
            p, q = (p, -q) if p > 0 else (-p, q)
            if p < 0.75 * gap * q - abs(actual * q) / 2 and p < abs(previous * q / 2):
                step = p / q
        if abs(step) < actual:
            step = actual if step > 0 else -actual
        a, fa = b, fb
        b += step
        fb = function(b)
        if (fb > 0 and fc > 0) or (fb < 0 and fc < 0):
            c, fc = a, fa
    return b


def rows_of(file, word):
    table = pd.read_csv(reference.FOLDER / f"{file}.csv")
    return table[table["method"].str.match(word)]


def mid_p_by_search(row, tolerance):
    """Return both limits by the program's search for the share of the level on either variable."""
    steps = check_steps(*reference.steps_of(row.dataset, row.group))
    betas = beta_variables(steps, np.asarray(float(row.time)))
    if betas.no_event or betas.nobody:
        return None
    below, above = (tuple(map(float, pair)) for pair in (betas.below, betas.above))
    found = []
    for tail in ((1 - row.confidence_level) / 2, (1 + row.confidence_level) / 2):

        def gap(x, tail=tail):
            return betaincinv(*below, tail - x) - betaincinv(*above, tail + x)

        half = (1 - row.confidence_level) / 2
        found.append(betaincinv(*below, tail - brent(gap, -half, half, tolerance)))
    return found


def test_the_programs_mid_p_limits_are_its_search_stopped_early():
    again, exact, stated = [], [], 0
    for row in rows_of("f06_kaplan_meier", "beta_product_mid_p$").itertuples():
        early = mid_p_by_search(row, TOLERANCE)
        if early is None:
            continue
        again.append(np.abs(np.subtract(early, (row.lower, row.upper))).max())
        found = intervals.beta_product_mid_p_interval(
            *reference.steps_of(row.dataset, row.group),
            at=row.time,
            confidence_level=row.confidence_level,
        )
        exact.append(np.abs(np.subtract(mid_p_by_search(row, 1e-15), tuple(found))).max())
        stated += abs(found.low - row.lower) > 1e-6 or abs(found.high - row.upper) > 1e-6
    assert len(again) == 100
    assert max(again) < 1e-12  # the program's own numbers, to the last digits
    assert max(exact) < 1e-11  # ours, when the search is not stopped
    assert stated > 90


MELDED = {w: m for w, m in reference.MELDED.items() if m != "event_ratio"}


@pytest.mark.parametrize("word", MELDED)
def test_the_programs_melded_limits_are_its_search_stopped_early(word):
    measure = MELDED[word]
    scale = _meld.MEASURES[measure]
    tried = 0
    for row in rows_of("f06_two_group_fixed_time_rmst", f"{word}$").itertuples():
        pair = [reference.steps_of(row.dataset, g) for g in (row.group_2, row.group_1)]
        variables = [
            beta_variables(check_steps(*steps), np.array([float(row.time)])) for steps in pair
        ]
        low_tail, high_tail, _ = melded._tails(*pair, row.time, measure, "beta_product")
        for tail, theirs, certain in [
            (low_tail, row.lower, variables[0].nobody | variables[1].no_event),
            (high_tail, row.upper, variables[1].nobody | variables[0].no_event),
        ]:
            if certain.any() or not np.isfinite(theirs):
                continue  # found without a search

            def excess(delta, tail=tail):
                return float(tail(np.array([delta]))[0]) + 1e-8 - 0.025

            start, end = scale.possible
            if end == np.inf:
                powers = (2.0**i for i in range(1, 51))
                end = next(e for e in powers if (excess(start) > 0) != (excess(e) > 0))
            # It cuts up to 1e-8 off the tails of its integral, which shows in large ratios.
            assert brent(excess, start, end, TOLERANCE) == pytest.approx(theirs, 2e-7, 2e-7), (
                row.case_id
            )
            tried += 1
    assert tried > 35


@pytest.mark.parametrize("word", reference.MELDED)
def test_melded_p_values_agree_at_the_stated_tolerance(word):
    rows = rows_of("f06_two_group_fixed_time_rmst", f"{word}$")
    for _, block in rows.groupby(["dataset", "group_1", "group_2"]):
        answer = reference.two_groups(word, block)
        gap = np.abs(answer["p_value"] - block["p_value"].to_numpy())
        assert np.all(gap <= block["abs_tolerance"].to_numpy())
    assert len(rows) == 33
