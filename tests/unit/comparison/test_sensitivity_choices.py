"""Negative controls and the curve of all analyses."""

from math import exp, log, nan

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm, t

from dipoutcomes.comparison import difference_between_groups, rate_ratio_before_after
from dipoutcomes.comparison.sensitivity import (
    Specification,
    calibrate_ratio,
    specification_curve,
    systematic_error,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, Interval

VALUES = np.array([0.31, -0.12, 0.22, 0.55, 0.05, 0.4, 0.18, -0.3])
ERRORS = np.array([0.1, 0.2, 0.15, 0.1, 0.3, 0.12, 0.2, 0.25])


def test_mean_and_spread_have_the_greatest_likelihood():
    def loss(theta):
        return -norm.logpdf(VALUES, theta[0], np.sqrt(np.exp(theta[1]) + ERRORS**2)).sum()

    best = minimize(loss, [0.1, -3], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    found = systematic_error(VALUES, ERRORS)
    assert found.mean == pytest.approx(best.x[0], abs=1e-5)
    assert found.sd == pytest.approx(exp(best.x[1] / 2), abs=1e-5)
    assert "few" in found.caveat


def test_controls_that_agree_have_no_spread():
    found = systematic_error([0.1, 0.11, 0.09, 0.1], [0.2] * 4)
    assert found.sd == 0
    assert found.mean == pytest.approx(0.1)
    assert found.share_wrongly_significant == 0


def test_published_calibration_is_the_normal_with_both_variances():
    error = systematic_error(VALUES, ERRORS)
    se = 0.13
    limits = exp(log(0.7) - norm.ppf(0.975) * se), exp(log(0.7) + norm.ppf(0.975) * se)
    found = calibrate_ratio(0.7, *limits, error, method="plug_in")
    spread = (se**2 + error.sd**2) ** 0.5
    assert found.p_value == pytest.approx(2 * norm.sf(abs(log(0.7) - error.mean) / spread))
    low, high = norm.interval(0.95, log(0.7) - error.mean, spread)
    assert tuple(found.interval) == pytest.approx((exp(low), exp(high)))
    wider = calibrate_ratio(0.7, *limits, error)
    assert wider.interval.low < found.interval.low < found.interval.high < wider.interval.high
    assert found.p_value < wider.p_value
    assert (1 in wider.interval) == (wider.p_value > 0.05)
    assert "calibrated by 8" in str(wider)
    assert "as estimated" in wider._repr_html_()
    assert wider.to_frame().loc[0, "calibrated_high"] == wider.interval.high


def test_predictive_calibration_by_hand():
    error = systematic_error(VALUES, ERRORS)
    z = norm.ppf(0.975)
    found = calibrate_ratio(0.7, 0.7 * exp(-z * 0.13), 0.7 * exp(z * 0.13), error)
    # Seven degrees of freedom for the spread between eight controls.
    spread = (0.13**2 + error.sd**2 * 8 / 7 + error.mean_std_error**2) ** 0.5
    low, high = t.interval(0.95, 7, log(0.7) - error.mean, spread)
    assert tuple(found.interval) == pytest.approx((exp(low), exp(high)))
    assert found.p_value == pytest.approx(2 * t.sf(abs(log(0.7) - error.mean) / spread, 7))


def test_no_systematic_error_changes_nothing_in_the_published_form():
    error = systematic_error([0.0, 0.001, -0.001], [0.1] * 3)
    found = calibrate_ratio(0.7, 0.56, 0.875, error, method="plug_in")
    assert tuple(found.interval) == pytest.approx((0.56, 0.875), rel=1e-6)


def test_too_few_controls_are_refused():
    with pytest.raises(DesignError, match="2 negative-control outcomes"):
        systematic_error([0.1, 0.2], [0.1, 0.1])
    with pytest.raises(ValueError, match="one element for each"):
        systematic_error([0.1, 0.2], [0.1])
    with pytest.raises(ValueError, match="without events"):
        systematic_error([0.1, -np.inf, 0.2], [0.1, 0.1, 0.1])
    with pytest.raises(ValueError, match="within its limits"):
        calibrate_ratio(0.7, 0.8, 0.9, systematic_error(VALUES, ERRORS))


def analysis(window, index, events, *, main=False):
    return Specification(
        choices={"window": window, "index offence": index},
        estimate=difference_between_groups(events, 200, 100, 200),
        main=main,
    )


ANALYSES = [
    analysis("6 months", "excluded", 70),
    analysis("12 months", "excluded", 90, main=True),
    analysis("6 months", "included", 66),
    analysis("12 months", "included", 104),
]


def test_curve_is_in_order_and_described():
    curve = specification_curve(ANALYSES)
    assert curve.values.tolist() == sorted(a.estimate.value for a in ANALYSES)
    assert curve.median == pytest.approx((-0.15 - 0.05) / 2)
    assert curve.range == pytest.approx((-0.17, 0.02))
    assert curve.share_same_sign == 0.75
    assert curve.share_excluding_no_effect == 0.5
    assert curve.main.choices["window"] == "12 months"


def test_the_choice_that_moves_it_most_comes_first():
    influence = specification_curve(ANALYSES).influence
    assert influence.column("choice") == ["window", "index offence"]
    first = influence.rows[0]
    assert (first["option_low"], first["option_high"]) == ("6 months", "12 months")
    assert first["low"] == pytest.approx(-0.16)
    assert first["high"] == pytest.approx(-0.015)
    assert "'window'" in str(specification_curve(ANALYSES))


def test_curve_of_ratios_is_measured_on_the_log_scale():
    def ratio(after, **choices):
        days = [365, 365, 365, 365]
        estimate = rate_ratio_before_after([4, 6, 3, 5], days, after, days)
        return Specification(choices=choices, estimate=estimate)

    curve = specification_curve(
        [ratio([2, 3, 1, 4], who="all"), ratio([4, 5, 3, 7], who="engaged")]
    )
    assert curve.no_effect == 1
    assert curve.share_same_sign == 0.5
    assert len(curve.to_frame()) == 2
    assert curve.to_frame().loc[0, "who"] == "all"


def test_choices_that_move_a_ratio_are_ordered_by_factors():
    def analysis_of(value, a, b):
        estimate = Estimate(
            measure="ratio", value=value, interval=Interval(value / 2, value * 2, 0.95, "none"),
            events=30, base=100, base_unit="years", quantity="ratio",
        )  # fmt: skip
        return Specification(choices={"b": b, "a": a}, estimate=estimate)

    # Medians 0.1 and 0.7 (7 times, 0.6 apart) against 0.25 and 1 (4 times, 0.75 apart).
    curve = specification_curve(
        [analysis_of(0.1, "1", "1"), analysis_of(0.4, "2", "1"), analysis_of(1.0, "2", "2")]
    )
    assert curve.influence.column("choice") == ["a", "b"]


def test_analyses_without_an_estimate_are_left_out_and_counted():
    none = Estimate(
        measure="x", value=nan, interval=Interval.none(0.95, "none"), events=0, base=0,
        base_unit="persons", quantity="difference",
    )  # fmt: skip
    given = [*ANALYSES, Specification(choices={"window": "1", "index offence": "2"}, estimate=none)]
    curve = specification_curve(given)
    assert curve.left_out == 1
    assert "1 without an estimate" in str(curve)
    with pytest.raises(DesignError, match="a curve needs two"):
        specification_curve([ANALYSES[0], given[-1]])


def test_what_cannot_stand_in_one_curve_is_said_at_once():
    other = Specification(
        choices={"who": "all"},
        estimate=rate_ratio_before_after([4, 3], [365, 365], [2, 1], [365, 365]),
        main=True,
    )
    with pytest.raises(ValueError, match=r"differences or all ratios.*same choices.*main") as error:
        specification_curve([*ANALYSES, other])
    assert "repeat" not in str(error.value)
    with pytest.raises(ValueError, match="1 analyses repeat"):
        specification_curve([*ANALYSES, ANALYSES[0]])


def test_curve_as_tables():
    curve = specification_curve(ANALYSES)
    assert len(curve.table) == 4
    assert curve.table.rows[2].group == "main analysis"
    assert curve.to_dict()["specifications"][2]["main"]
    assert "12 months" in curve._repr_html_()
