"""A confidence sequence: the published example, by hand, exact fairness, and its edges."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import hypergeometric_interval
from dipoutcomes.sampling.sequential import (
    METHODS,
    anytime_interval,
    coverage_under_looking,
    proportion_confidence_sequence,
    stop_when,
)
from dipoutcomes.sampling.sequential import _e_values as kernel
from dipoutcomes.sampling.sequential.sequence import _limits as kernel_limits

QUARTER_OFF = [0, 1, 1, 1] * 7  # 21 of 28
EXACT = 1e-12


def test_21_of_28_from_210_is_49_to_92_per_cent_against_57_to_88():
    interval = anytime_interval(21, 28, 210)
    assert (round(100 * interval.low), round(100 * interval.high)) == (49, 92)
    fixed = hypergeometric_interval(21, 28, 210)
    assert (round(100 * fixed.low), round(100 * fixed.high)) == (57, 88)


def test_the_limits_are_those_of_the_definition_counted_with_whole_numbers():
    # M is rejected where the hypergeometric probability, times n + 1, is 1/20 or less.
    n, x, population = 28, 21, 210
    left = [
        m
        for m in range(x, population - (n - x) + 1)
        if 20 * (n + 1) * comb(m, x) * comb(population - m, n - x) > comb(population, n)
    ]
    interval = anytime_interval(x, n, population)
    assert (left[0], left[-1]) == (102, 193)
    assert (interval.low * population, interval.high * population) == pytest.approx((102, 193))


def test_the_price_is_the_fixed_limits_and_the_ratio_of_widths():
    found = proportion_confidence_sequence(QUARTER_OFF, 210)
    fixed = hypergeometric_interval(21, 28, 210)
    assert (found.fixed_low[-1], found.fixed_high[-1]) == (fixed.low, fixed.high)
    assert found.width_ratio[-1] == pytest.approx(found.interval.width / fixed.width)
    assert "56.7% to 88.1%" in str(found)
    assert "1.35 times" in str(found)


def test_three_without_the_event_by_hand():
    # n = 1, 2, 3 and x = 0 from N = 4: (n + 1) C(4 - M, n) / C(4, n) against 1/2, M = 0 to 4.
    # n = 1: 2 (4 - M)/4 = 2, 1.5, 1, .5, 0: M <= 2. n = 2: 3 {6, 3, 1}/6: M <= 1 (0.5 rejects).
    # n = 3: 4 {4, 1}/4 = 4, 1: M <= 1.
    found = proportion_confidence_sequence([0, 0, 0], 4, confidence_level=0.5)
    assert found.low_people.tolist() == [0, 0, 0]
    assert found.high_people.tolist() == [2, 2 - (3 * 1 / 6 <= 0.5), 1]


def frames(population, marked):
    """Yield every order of a frame as 0 and 1; each is equally likely."""
    for order in product((0, 1), repeat=population):
        if sum(order) == marked:
            yield np.array(order)


def log_e_values(method, order, population):
    if method == "hedged_capital":
        return kernel.log_hedged_capital(order, population)
    n = np.arange(1, len(order) + 1)[:, None]
    x = np.cumsum(order)[:, None]
    return kernel.log_prior_over_posterior(x, n, np.arange(population + 1), population)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("population", [1, 2, 3, 5, 8, 10])
def test_the_bets_against_the_truth_are_fair_at_every_step_of_every_order(method, population):
    for marked in range(population + 1):
        wealth = {(): 1.0}
        for order in frames(population, marked):
            evidence = np.exp(log_e_values(method, order, population)[:, marked])
            wealth |= {tuple(order[: n + 1]): evidence[n] for n in range(population)}
        for history, value in wealth.items():
            if len(history) == population:
                continue
            chance = (marked - sum(history)) / (population - len(history))
            after = sum(
                p * wealth[(*history, k)] for k, p in ((1, chance), (0, 1 - chance)) if p > 0
            )
            # Wealth that the uniform prior puts on what cannot happen is lost: worse than fair.
            if method == "prior_posterior" and chance in {0, 1}:
                assert after < value
            else:
                assert after == pytest.approx(value, rel=1e-9)


def misses(method, population, level, limits):
    """Return, for every truth, the chance over all orders that it is ever excluded."""
    found = []
    for marked in range(population + 1):
        bounds = (limits(order, population, level, method) for order in frames(population, marked))
        ever = sum(bool(((low > marked) | (high < marked)).any()) for low, high in bounds)
        found.append(ever / comb(population, marked))
    return np.array(found)


def people(order, population, level, method):
    found = proportion_confidence_sequence(order, population, confidence_level=level, method=method)
    return found.low_people, found.high_people


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
@pytest.mark.parametrize(("population", "limits"), [(1, people), (6, people), (10, kernel_limits)])
def test_the_chance_of_ever_excluding_the_truth_is_within_the_level(
    method, level, population, limits
):
    assert misses(method, population, level, limits).max() <= 1 - level + EXACT


@pytest.mark.parametrize("method", METHODS)
def test_something_is_missed_at_a_low_level_so_that_the_count_of_orders_can_fail(method):
    assert misses(method, 10, 0.5, kernel_limits).max() > 0.05


def test_exact_coverage_agrees_with_counting_every_order():
    population, level = 9, 0.6
    exact = coverage_under_looking(population, confidence_level=level)
    for marked in range(population + 1):
        held = total = 0
        for order in frames(population, marked):
            n = np.arange(1, population + 1)
            low, high = kernel.prior_posterior_limits(np.cumsum(order), n, population, level)
            held += bool(((low <= marked) & (marked <= high)).all())
            total += 1
        assert exact.coverage[marked] == pytest.approx(held / total, abs=EXACT)
    assert exact.coverage.min() < 1  # at this level something is missed, so the test can fail


def test_looking_after_everybody_holds_at_210_and_fixed_limits_do_not():
    for level in (0.8, 0.95, 0.99):
        assert coverage_under_looking(210, confidence_level=level).coverage.min() >= level
    fixed = coverage_under_looking(210, method="fixed_sample")
    assert fixed.coverage.min() < 0.6
    after_28 = coverage_under_looking(210, 28, method="fixed_sample").coverage.min()
    assert round(100 * (1 - after_28)) == 15  # as the README says
    assert coverage_under_looking(210, 1, method="fixed_sample").coverage.min() >= 0.95


@pytest.mark.parametrize("method", METHODS)
def test_the_end_of_the_frame_is_the_truth(method):
    found = proportion_confidence_sequence([1, 0, 0, 1, 0, 1, 0, 0, 0], 9, method=method)
    assert (found.low_people[-1], found.high_people[-1]) == (3, 3)
    assert "nothing left to estimate" in str(found)
    assert np.isnan(found.width_ratio[-1])


@pytest.mark.parametrize("method", METHODS)
def test_an_order_that_cannot_be_random_is_said_and_ends_in_the_truth(method):
    found = proportion_confidence_sequence([1] * 30 + [0] * 70, 100, method=method)
    assert found.conflict_at is not None
    assert (found.low <= found.high).all()
    assert found.high_people[-1] == found.low_people[-1] == 30
    assert "order of the draw" in str(found)


def test_an_untraced_person_stops_the_sequence():
    found = proportion_confidence_sequence([0, 1, None, 1, 1], 20)
    assert (len(found), found.untraced_at, found.not_counted) == (2, 3, 2)
    assert "before person 3" in str(found)


def test_the_untraced_enter_as_both_cases():
    outcomes = [0, 1, None, 1, 1, 0, float("nan"), 1]
    bounds = proportion_confidence_sequence(outcomes, 40, untraced="bounds")
    best, worst = (
        proportion_confidence_sequence([k if o not in (0, 1) else o for o in outcomes], 40)
        for k in (0, 1)
    )
    assert bounds.low_people.tolist() == best.low_people.tolist()
    assert bounds.high_people.tolist() == worst.high_people.tolist()
    assert (bounds.untraced, int(bounds.events[-1])) == (2, 4)
    assert "4 of 6 people" in str(bounds)


@pytest.mark.parametrize(
    ("outcomes", "population", "options", "error", "words"),
    [
        ([], 10, {}, DesignError, "nobody was asked"),
        ([None, 1], 10, {}, DesignError, "the first person is untraced"),
        ([1] * 11, 10, {}, DesignError, "11 people .* holds 10"),
        ([1, None], 10, {"untraced": "bounds", "method": "hedged_capital"}, DesignError, "prior_p"),
        ([1, 3, 0.5], 10, {}, ValueError, "2 of 3 outcomes"),
        ([1], 10, {"untraced": "skip"}, ValueError, "untraced"),
        ([1], 10, {"method": "wilson"}, ValueError, "hedged_capital"),
        ([1], 0, {}, ValueError, "population"),
        ([1], 10**9 + 1, {}, ValueError, "population"),
        ([1], 10**8, {"method": "hedged_capital"}, ValueError, "needs none"),
    ],
)
def test_what_cannot_be_is_refused(outcomes, population, options, error, words):
    with pytest.raises(error, match=words):
        proportion_confidence_sequence(outcomes, population, **options)


def test_a_frame_of_millions_takes_a_moment():
    found = proportion_confidence_sequence([0, 1] * 500, 5_000_000)
    assert 0.44 < found.low[-1] < 0.46
    assert found.high[-1] == pytest.approx(1 - found.low[-1], abs=1e-2)


# Each logarithm of a factorial near 1e6 is rounded at 1e-10, and one near 2e10 at 4e-6.
@pytest.mark.parametrize(("population", "rounding"), [(10**5, 1e-9), (10**9, 1e-5)])
def test_the_e_value_is_that_of_whole_numbers_in_a_large_frame(population, rounding):
    n, x, marked = 60, 21, population // 3
    exact = Fraction(
        comb(population, n), (n + 1) * comb(marked, x) * comb(population - marked, n - x)
    )
    found = kernel.log_prior_over_posterior(
        np.array([x]), np.array([n]), np.array([marked]), population
    )
    assert np.exp(found[0]) == pytest.approx(float(exact), rel=rounding)


def test_eight_of_eight_without_the_event_answer_the_question():
    # The share is 50% or more with 105 or more: 9 C(105, 8) / C(210, 8) = 0.0311 is below 1/20,
    # and after seven 8 C(105, 7) / C(210, 7) = 0.0566 is not.
    found = stop_when(proportion_confidence_sequence([0] * 12, 210), 0.5)
    assert (found.answer, found.person, found.events) == ("below", 8, 0)
    assert found.p_below[7] == pytest.approx(9 * comb(105, 8) / comb(210, 8))
    assert found.p_below[6] == pytest.approx(8 * comb(105, 7) / comb(210, 7))
    assert "other 4 of 12 people were not needed" in str(found)


def test_a_threshold_that_is_a_whole_number_of_people_belongs_to_the_upper_side():
    assert kernel.first_at_or_above(0.07, 100) == 7
    assert kernel.first_at_or_above(0.5, 211) == 106
    whole = proportion_confidence_sequence([1, 0, 1, 0], 4)
    assert stop_when(whole, 0.5).answer == "at or above"
    assert stop_when(whole, 0.51).answer == "below"


def test_results_say_how_many_and_never_who_had_what():
    found = proportion_confidence_sequence(QUARTER_OFF, 210)
    assert "[" not in repr(found)
    assert found.to_table().working_only
    assert len(found.to_frame()) == len(found.to_table()) == 28
    assert found.to_dict()["events"] == 21
    assert "Limits after each person" in found._repr_html_()
    evidence = stop_when(found, 0.5)
    assert evidence.to_dict()["answer"] == ""
    assert "not answered after 28 people" in str(evidence)
    assert len(evidence.to_frame()) == 28
    assert "anytime-valid p" in evidence._repr_html_()
