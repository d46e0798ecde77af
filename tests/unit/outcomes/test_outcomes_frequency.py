"""Events per person and per person-year: reference values, edges, and what is refused."""

from math import inf, log

import numpy as np
import pytest

from dipoutcomes._models import LogEstimate, fit_negative_binomial, log_rate_influence
from dipoutcomes.errors import DesignError
from dipoutcomes.outcomes import events_per_person, rate_per_person_year
from dipoutcomes.outcomes.frequency import DAYS_PER_YEAR

# Offences and years at risk of 60 made-up people, half of them treated.
# fmt: off
COUNTS = [
        2, 0, 1, 0, 2, 1, 0, 7, 2, 2, 1, 6, 1, 1, 0, 0, 0, 1, 0, 1, 2, 0, 0, 0, 2, 0, 3, 0, 0,
    1, 5, 2, 1, 6, 0, 0, 2, 0, 2, 2, 7, 0, 0, 2, 4, 2, 1, 1, 0, 4, 0, 2, 2, 0, 2, 1, 0, 0, 3, 1,
]
YEARS = [
        1.88, 0.57, 2.26, 1.54, 2.01, 0.64, 1.15, 1.97, 1.32, 1.76, 2.37, 2.25, 2.17, 1.25,
    0.97, 2.02, 1.85, 1.68, 2.15, 2.49, 0.68, 1.4, 0.73, 1.37, 0.92, 0.98, 1.02, 1.83, 2.05,
    2.46, 1.03, 1.53, 2.04, 1.85, 1.29, 0.68, 1.32, 0.4, 1.76, 1.93, 2.24, 1.44, 0.62, 0.97,
    1.58, 2.19, 1.66, 2.33, 0.62, 2.39, 2.19, 1.29, 2.17, 0.91, 0.81, 1.39, 0.92, 2.01, 1.48,
    1.55,
]
TREATED = [
        0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0,
    1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
]
# fmt: on
counts, years, treated = (np.array(values, dtype=float) for values in (COUNTS, YEARS, TREATED))
untreated = treated == 0


def test_person_level_error_is_that_of_r_sandwich_hc3():
    # R sandwich 3.0.2, vcovHC(glm poisson, type="HC3"), intercept = log rate of the untreated.
    influence = log_rate_influence(counts[untreated], years[untreated])
    rate = counts[untreated].sum() / years[untreated].sum()
    estimate = LogEstimate.of(rate, influence)
    assert estimate.value == pytest.approx(-0.005761150435071529, abs=1e-8)
    assert estimate.std_error == pytest.approx(0.21316909903198172, abs=1e-8)


def test_negative_binomial_agrees_with_joint_maximum_likelihood_in_r():
    fit = fit_negative_binomial(counts, years, treated[:, None])
    assert fit.converged
    assert fit.coefficients == pytest.approx([0.04259621436130681, -0.16855303441604744], abs=2e-6)
    assert fit.std_errors == pytest.approx([0.21305712508395885, 0.3031580494467674], abs=2e-6)
    assert fit.dispersion == pytest.approx(0.6405844132723998, abs=1e-5)
    assert fit.log_likelihood == pytest.approx(-96.60773512402281, abs=1e-6)


@pytest.mark.parametrize("interval", ["person_robust", "garwood"])
def test_rate_is_all_events_over_all_years(interval):
    rate = rate_per_person_year(counts, years * DAYS_PER_YEAR, interval=interval)
    assert rate.value == pytest.approx(counts.sum() / years.sum(), rel=1e-12)
    assert rate.base == pytest.approx(years.sum(), rel=1e-12)
    assert (rate.events, rate.persons, rate.quantity) == (int(counts.sum()), 60, "rate")
    assert rate.value in rate.interval


def test_person_level_limits_are_wider_than_garwoods_where_people_differ():
    days = years * DAYS_PER_YEAR
    wide = rate_per_person_year(counts, days).interval
    narrow = rate_per_person_year(counts, days, interval="garwood").interval
    assert wide.low < narrow.low
    assert narrow.high < wide.high


def test_degrees_of_freedom_are_n_less_one_for_a_normal_like_spread_and_fewer_for_a_skew_one():
    even = LogEstimate.of(1.0, np.array([-1.0, 1.0] * 10))
    one_person = LogEstimate.of(1.0, np.array([19.0] + [-1.0] * 19))
    assert even.df == 19
    assert one_person.df < 3


def test_an_estimate_and_its_p_value_agree():
    influence = np.array([0.3, -0.1, -0.4, 0.2, 0.0])
    estimate = LogEstimate.of(0.5, influence)
    low, high = estimate.limits(1 - estimate.p_value())
    assert high == pytest.approx(1, abs=1e-9)
    assert log(low) == pytest.approx(2 * log(0.5), abs=1e-9)


def test_nobody_at_risk_is_a_design_error():
    with pytest.raises(DesignError, match="no person of 3 has a day at risk"):
        rate_per_person_year([0, 1, 0], [0, 0, 0])


def test_people_without_a_day_at_risk_are_left_out_and_counted_with_their_events():
    with_them = rate_per_person_year([1, 0, 2, 3], [365, 365, 200, 0])
    without = rate_per_person_year([1, 0, 2], [365, 365, 200])
    assert (with_them.value, with_them.interval) == (without.value, without.interval)
    assert "left out: 1 person without a day at risk, with 3 events" in with_them.caveat


@pytest.mark.parametrize("interval", ["person_robust", "negative_binomial"])
def test_no_event_at_all_falls_back_to_garwood_and_says_so(interval):
    rate = rate_per_person_year([0] * 10, [365.25] * 10, interval=interval)
    assert rate.interval.low == 0
    assert rate.interval.high == pytest.approx(-log(0.025) / 10, rel=1e-9)
    assert "no event was seen" in rate.caveat


def test_equal_people_are_not_given_an_interval_of_no_width():
    rate = rate_per_person_year([2] * 5, [365] * 5)
    assert rate.interval.width > 1
    assert "no spread between people" in rate.caveat


def test_a_single_person_gives_no_limits():
    rate = rate_per_person_year([2], [365])
    assert (rate.interval.low, rate.interval.high) == (0, inf)
    assert "one person" in rate.caveat


def test_negative_binomial_without_extra_spread_falls_back_to_the_person_level():
    days = np.full(40, 365.25)
    even = np.tile([1, 1, 1, 2], 10)  # less spread than Poisson's
    rate = rate_per_person_year(even, days, interval="negative_binomial")
    assert "did not converge" in rate.caveat
    assert rate.interval.low == rate_per_person_year(even, days).interval.low


def test_negative_binomial_rate_of_people_with_equal_time_is_the_mean():
    rate = rate_per_person_year(counts, np.full(60, 365.25), interval="negative_binomial")
    assert rate.value == pytest.approx(counts.mean(), rel=1e-6)
    assert "negative binomial" in rate.interval.method


def test_events_per_person_keeps_those_without_an_event_in_the_base():
    mean = events_per_person([0, 0, 3, 1])
    assert (mean.value, mean.events, mean.base, mean.quantity) == (1.0, 4, 4, "mean")


@pytest.mark.parametrize(
    ("events", "days", "error"),
    [
        ([1, -1], [1, 1], ValueError),
        ([0.5, 1], [1, 1], TypeError),
        ([1, 1], [1], ValueError),
        ([1, 1], [1, -1], ValueError),
        ([1, 1], [1, np.nan], ValueError),
    ],
)
def test_misuse_is_refused(events, days, error):
    with pytest.raises(error):
        rate_per_person_year(events, days)
