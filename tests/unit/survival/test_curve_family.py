"""Nelson-Aalen, quantiles, conditional survival, bands and weighted curves by hand."""

from dataclasses import replace

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import kaplan_meier, restricted_mean, survival_at
from dipoutcomes.survival.bands import survival_band
from dipoutcomes.survival.conditional import conditional_survival, conditional_survival_table
from dipoutcomes.survival.nelson_aalen import nelson_aalen
from dipoutcomes.survival.quantiles import event_time_quantiles
from dipoutcomes.survival.weighted import weighted_kaplan_meier

DAYS, SEEN = [30, 60, 60, 90, 365], [1, 1, 0, 1, 0]
Z = 1.959963984540054


def cohort(seed, n=60):
    rng = np.random.default_rng(seed)
    return rng.integers(1, 40, n), rng.integers(0, 2, n)


def test_cumulative_hazard_by_hand():
    curve = nelson_aalen(DAYS, SEEN)
    assert curve.value == pytest.approx((0, 0.2, 0.45, 0.95, 0.95))
    error = np.sqrt(1 / 25 + 1 / 16)
    assert curve.low[2] == pytest.approx(0.45 * np.exp(-Z * error / 0.45))
    plain = nelson_aalen(DAYS, SEEN, limits="plain")
    assert (plain.low[2], plain.high[2]) == pytest.approx((0, 0.45 + Z * error))
    # Nobody yet: as the beta product has it, 0.025^(1/5) while all five are followed.
    assert (curve.low[0], curve.high[0]) == pytest.approx((0, -np.log(0.025) / 5))


def test_lifelines_adds_up_the_same_hazard():
    from lifelines import NelsonAalenFitter

    days, seen = cohort(1)
    curve = nelson_aalen(days, seen)
    fitter = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(days, seen)
    assert curve.value == pytest.approx(fitter.cumulative_hazard_.iloc[:, 0].to_numpy())
    # Its limits take d (n - d) / n^3 for the variance; ours Aalen's d / n^2, by hand above.


def test_late_entry_leaves_the_start_of_the_hazard_without_limits():
    curve = nelson_aalen([10, 4, 12, 9], [1, 1, 0, 1], entry=[0, 0, 6, 4])
    assert curve.value[1] == pytest.approx(1 / 2)
    assert np.isnan(curve.low[0])
    assert "enter late" in curve.caveat


def test_the_median_is_the_ordinary_one_where_nobody_leaves():
    for n in (7, 8):
        days = np.random.default_rng(n).permutation(100)[:n] + 1
        (found,) = event_time_quantiles(kaplan_meier(days, np.ones(n))).estimates
        assert found.value == np.median(days)


def test_a_share_that_is_not_reached_has_a_lower_limit_only():
    days = np.arange(1, 41)
    curve = kaplan_meier(days, days <= 12)
    table = event_time_quantiles(curve, shares=(0.25, 0.5), event_says="arrested")
    assert table["25% arrested"].value == 10.5  # level at 3/4 from day 10 to day 11
    never = table["half arrested"]
    assert np.isnan(never.value)
    assert never.caveat == "not reached by 40 days, the end of follow-up"
    assert never.interval.low > 12 or never.interval.low == 12
    assert never.interval.high == np.inf


def test_conditional_survival_is_a_quotient():
    days, seen = cohort(2)
    curve = kaplan_meier(days, seen)
    later = conditional_survival(curve, 10)
    for ahead in (0, 5, 12):
        quotient = curve.at(10 + ahead)[0] / curve.at(10)[0]
        assert later.at(ahead)[0] == pytest.approx(quotient)
    alone = kaplan_meier(days[days > 10] - 10, seen[days > 10])
    assert later.low == alone.low
    assert later.at_risk == alone.at_risk
    assert f"the {(days > 10).sum()} still followed" in later.caveat


def test_no_condition_changes_nothing():
    curve = kaplan_meier([0, 3, 5], [1, 1, 0])
    assert conditional_survival(curve, 0) == curve


def test_a_table_of_what_comes_next():
    curve = kaplan_meier(DAYS, SEEN, measure="share not yet arrested")
    table = conditional_survival_table(curve, reached=[0, 60, 90], ahead=60)
    assert [e.value for e in table.estimates[:2]] == pytest.approx([0.4, 0.5])
    assert [e.base for e in table.estimates] == [5, 2, 1]
    assert table.estimates[2].value == 0
    with pytest.raises(DesignError, match="nobody is followed for longer than 365"):
        conditional_survival(curve, 365)


def test_a_band_by_its_equation():
    days, seen = cohort(3, n=80)
    curve = kaplan_meier(days, seen)
    band = survival_band(curve, between=(5, 20), scale="plain")
    value = float(band.method.rpartition(" ")[2])
    n, d = np.array(curve.at_risk), np.array(curve.events)
    spread = np.sqrt(np.cumsum(d / (n * np.maximum(n - d, 1))))
    at = curve.time.index(12.0)
    wide = value * spread[at] * curve.value[at]
    assert band.value[at] - band.low[at] == pytest.approx(wide, rel=1e-4)
    wider = survival_band(curve, between=(5, 20), scale="plain", kind="hall_wellner")
    k = float(wider.method.rpartition(" ")[2])
    wide = k * (1 + 80 * spread[at] ** 2) / np.sqrt(80) * curve.value[at]
    assert wider.value[at] - wider.low[at] == pytest.approx(wide, rel=1e-4)


def test_a_band_says_nothing_outside_its_range():
    curve = kaplan_meier(*cohort(4))
    band = survival_band(curve, between=(5, 20))
    inside = [not np.isnan(low) for low in band.low]
    times = [t for t, there in zip(band.time, inside, strict=True) if there]
    assert min(times) >= 4
    assert max(times) <= 20
    whole = survival_band(curve)
    ends = [t for t, low in zip(whole.time, whole.low, strict=True) if not np.isnan(low)][-1]
    assert curve.at_risk_at([ends])[0] >= 10


def test_a_band_claims_no_more_than_it_holds():
    curve = kaplan_meier(np.arange(10, 40), np.ones(30))
    band = survival_band(curve, between=(2, 39))
    assert "from 10 to 38 days" in band.method  # before day 10 nothing is seen, at day 39 nobody
    assert np.isnan([band.low[0], band.low[-1]]).all()


def test_where_there_is_no_band():
    with pytest.raises(DesignError, match="no event lies between"):
        survival_band(kaplan_meier([10, 20, 30], [1, 0, 0]), between=(1, 5))
    with pytest.raises(DesignError, match="10 people still followed"):
        survival_band(kaplan_meier(DAYS, SEEN))
    with pytest.raises(DesignError, match="withheld"):
        survival_band(kaplan_meier(DAYS, SEEN).withhold("few"))
    with pytest.raises(DesignError, match="follow-up ends at 365"):
        survival_band(kaplan_meier(DAYS, SEEN), between=(30, 400))
    with pytest.raises(ValueError, match="increasing"):
        survival_band(kaplan_meier(DAYS, SEEN), between=(30, 30))


def test_a_weighted_curve_by_hand():
    curve = weighted_kaplan_meier(DAYS, SEEN, [1, 2, 1, 1, 1])
    assert curve.value == pytest.approx((1, 5 / 6, 5 / 6 * 3 / 5, 0.25, 0.25))
    assert curve.at_risk == (5, 5, 4, 2, 1)
    # Day 30: D = 1, R = 6; the influence is 1/30 of each weight, -1/6 in all for the one arrested.
    variance = (1 / 30 - 1 / 5) ** 2 + (4 + 1 + 1 + 1) / 30**2
    z = Z * np.sqrt(variance) / abs(np.log(5 / 6))
    assert curve.low[1] == pytest.approx((5 / 6) ** np.exp(z))


def test_the_robust_variance_is_the_sum_of_squared_influences():
    days, seen = cohort(5, n=30)
    weights = np.random.default_rng(6).uniform(0.2, 3, 30)
    h, at = 1e-6, 20

    def log_survival(w):
        return np.log(weighted_kaplan_meier(days, seen, w).at(at)[0])

    bent = []
    for i in range(30):
        step = h * (np.arange(30) == i)
        slope = (log_survival(weights + step) - log_survival(weights - step)) / (2 * h)
        bent.append(slope * weights[i])
    error = np.sqrt(np.sum(np.square(bent)))
    value, low, _ = weighted_kaplan_meier(days, seen, weights).at(at)
    assert np.log(np.log(low) / np.log(value)) == pytest.approx(
        Z * error / abs(np.log(value)), rel=1e-5
    )


def test_fractions_in_the_entry_times_alone_do_not_move_the_rows():
    days, entry = np.array([3, 4, 5, 6]), np.array([0, 2.5, 0, 1.5])
    weights, seen = np.array([1.0, 2.0, 0.5, 1.0]), [1, 1, 0, 1]
    one = weighted_kaplan_meier(days, seen, weights, entry=entry)
    other = weighted_kaplan_meier(days * 2, seen, weights, entry=entry * 2)
    assert one.value == other.value
    assert one.low == pytest.approx(other.low, nan_ok=True)


def test_weights_of_nought_leave_people_out():
    days, seen = cohort(7)
    weights = np.where(np.arange(60) < 50, 2.0, 0.0)
    curve = weighted_kaplan_meier(days, seen, weights)
    assert curve == kaplan_meier(days[:50], seen[:50])


def test_a_weighted_mean_time_lies_under_the_weighted_curve():
    days, seen = cohort(8)
    weights = np.random.default_rng(9).uniform(0.5, 2, 60)
    curve = weighted_kaplan_meier(days, seen, weights)
    inside = [k for k, t in enumerate(curve.time) if t < 25]
    ends = [*(curve.time[k] for k in inside[1:]), 25]
    area = sum(curve.value[k] * (end - curve.time[k]) for k, end in zip(inside, ends, strict=True))
    found = restricted_mean(days, seen, horizon=25, weights=weights)
    assert found.value == pytest.approx(area)
    assert found.interval.method == "normal, robust"
    assert restricted_mean(days, seen, horizon=25, weights=np.full(60, 3.0)) == restricted_mean(
        days, seen, horizon=25
    )


@pytest.mark.parametrize(
    ("weights", "error", "said"),
    [
        ([1, 2], ValueError, "one value a person"),
        ([1, -2, 1, 1, np.nan], ValueError, "1 missing or infinite.*1 negative"),
        ([0] * 5, DesignError, "all 5 weights are 0"),
        (list("abcde"), TypeError, "numbers"),
    ],
)
def test_what_is_no_weight_is_refused(weights, error, said):
    with pytest.raises(error, match=said):
        weighted_kaplan_meier(DAYS, SEEN, weights)


def test_shares_are_read_from_a_weighted_curve_too():
    curve = weighted_kaplan_meier(DAYS, SEEN, [1, 2, 1, 1, 1])
    (found,) = survival_at(curve, [60]).estimates
    assert found.value == pytest.approx(0.5)
    assert "count as 4.5" in found.caveat
    with pytest.raises(ValueError, match="weighted"):
        event_time_quantiles(replace(curve, label="x"))
