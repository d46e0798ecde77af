"""The same people before and after: reference values, edges, and what is always said."""

from math import inf, isnan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.comparison import (
    difference_between_groups,
    paired_shares,
    rate_ratio_before_after,
)
from dipoutcomes.comparison._conditional import conditional_poisson
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import before_after_interval, before_after_p_value

# Offences and years of 28 made-up people before and after.
# fmt: off
EVENTS_BEFORE = [
        4, 1, 2, 2, 1, 0, 0, 1, 0, 3, 5, 4, 0, 0, 5, 1, 1, 8, 0, 3, 0, 3, 0, 5, 0, 2, 5, 3,
]
YEARS_BEFORE = [
        1.37, 0.91, 0.65, 1.71, 1.38, 0.7, 0.78, 1.01, 1.3, 0.72, 1.84, 0.7, 1.03, 1.05, 1.24,
    1.67, 1.47, 1.87, 1.41, 1.08, 1.27, 1.74, 0.88, 1.17, 0.63, 1.4, 1.1, 1.82,
]
EVENTS_AFTER = [
        1, 1, 3, 3, 2, 0, 0, 1, 0, 5, 3, 0, 0, 0, 3, 1, 0, 3, 1, 0, 0, 1, 2, 0, 0, 1, 2, 0,
]
YEARS_AFTER = [
        0.54, 0.83, 0.66, 1.14, 1.49, 0.25, 1.32, 1.13, 1, 1.35, 1.29, 0.55, 0.28, 1.47, 1.41,
    1.25, 1.23, 1.31, 1.31, 0.22, 1.2, 0.98, 1.28, 1.16, 0.52, 1.32, 1.4, 0.79,
]
# fmt: on
before, years_before, after, years_after = (
    np.array(v, dtype=float) for v in (EVENTS_BEFORE, YEARS_BEFORE, EVENTS_AFTER, YEARS_AFTER)
)


def test_conditional_poisson_solves_the_fixed_effect_likelihood_of_r():
    estimate = conditional_poisson(before, years_before, after, years_after)
    assert estimate.value == pytest.approx(-0.4378010672304138, abs=1e-8)
    # The plain sandwich of R, 0.1857, is what the leverages widen a little.
    share = years_after * np.exp(estimate.value)
    share = share / (years_before + share)
    total = before + after
    scores, information = after - total * share, total * share * (1 - share)
    plain = sqrt((scores**2).sum()) / information.sum()
    assert plain == pytest.approx(0.185670587668357, abs=1e-8)
    assert plain < estimate.std_error < 1.15 * plain


def ratio_of(b, db, a, da, **options):
    return rate_ratio_before_after(b, db, a, da, **options)


def test_the_ratio_is_that_of_the_two_rates_of_everybody():
    ratio = ratio_of(before, years_before * 365.25, after, years_after * 365.25)
    assert ratio.value == pytest.approx((33 / 28.68) / (59 / 33.9), rel=1e-12)
    assert (ratio.events, ratio.reference_events, ratio.persons) == (33, 59, 28)
    assert (ratio.base, ratio.reference_base) == pytest.approx((28.68, 33.9))
    assert (ratio.p_value < 0.05) == (1 not in ratio.interval)


def test_what_is_steady_in_a_person_cancels():
    # Everybody falls by half, whatever their rate: the ratio is 0.5 and its spread is none, while
    # the rates themselves differ greatly between people.
    heavy = np.array([2, 40, 8, 4, 20, 2])
    ratio = ratio_of(heavy, [365] * 6, heavy // 2, [365] * 6)
    assert ratio.value == pytest.approx(0.5)
    assert "no spread between people was seen" in ratio.caveat


@pytest.mark.parametrize("method", ["person_robust", "conditional_poisson"])
def test_swapping_before_and_after_turns_the_ratio_over(method):
    forth = ratio_of(before, years_before, after, years_after, method=method)
    back = ratio_of(after, years_after, before, years_before, method=method)
    assert back.value == pytest.approx(1 / forth.value, rel=1e-9)
    assert back.interval.low == pytest.approx(1 / forth.interval.high, rel=1e-9)
    assert back.p_value == pytest.approx(forth.p_value, rel=1e-9)


@pytest.mark.parametrize("method", ["person_robust", "conditional_poisson"])
@pytest.mark.parametrize(
    ("b", "a", "value", "says"),
    [
        ([3, 2], [0, 0], 0.0, "no event in the window after"),
        ([0, 0], [3, 2], inf, "no event in the window before"),
    ],
)
def test_a_window_without_events_leaves_the_exact_interval_and_says_so(b, a, value, says, method):
    days = [365.25, 365.25]
    ratio = ratio_of(b, days, a, days, method=method)
    totals = (sum(b), 2.0, sum(a), 2.0)
    assert (ratio.value, *ratio.interval) == (value, *before_after_interval(*totals))
    assert ratio.p_value == before_after_p_value(*totals)
    assert says in ratio.caveat


def test_no_event_at_all_says_nothing_about_the_ratio():
    ratio = ratio_of([0, 0], [365, 365], [0, 0], [365, 365])
    assert isnan(ratio.value)
    assert (ratio.interval.low, ratio.interval.high, ratio.p_value) == (0, inf, 1)


def test_regression_to_the_mean_is_never_left_unsaid():
    says = "regression to the mean is not removed"
    assert says in ratio_of(before, years_before, after, years_after).caveat
    assert says in ratio_of([0], [1], [0], [1], method="exact_conditional").caveat
    assert says in paired_shares([True, False], [False, False]).caveat


def test_people_seen_in_one_window_only_are_left_out_of_both():
    ratio = ratio_of([5, 1, 2], [0, 100, 100], [1, 1, 1], [100, 100, 0])
    assert (ratio.events, ratio.reference_events, ratio.persons) == (1, 1, 1)
    assert "left out: 2 persons without a day at risk in both periods" in ratio.caveat
    with pytest.raises(DesignError, match="no person of 1 has"):
        ratio_of([5], [0], [1], [100])


# R ratesci and contingencytables: difference first minus second of (both, first, second, neither).
TANGO = [
    (12, 3, 9, 4, -0.4363669967, 0.0306470646, 0.09228515625),
    (0, 0, 7, 21, -0.4335567032, -0.099195869, 0.0078125),
    (5, 1, 8, 14, -0.4469602214, -0.0485190408, 0.021484375),
    (0, 5, 5, 0, -0.526813819, 0.526813819, 1.0),
]


@pytest.mark.parametrize(("both", "gained", "lost", "neither", "low", "high", "p"), TANGO)
def test_change_in_shares_is_after_minus_before_with_tangos_limits(
    both, gained, lost, neither, low, high, p
):
    pairs = [(True, True)] * both + [(False, True)] * gained
    pairs += [(True, False)] * lost + [(False, False)] * neither
    first, second = np.array(pairs).T
    change = paired_shares(first, second)
    assert change.value == pytest.approx((gained - lost) / len(pairs))
    assert tuple(change.interval) == pytest.approx((low, high), abs=1e-7)
    assert change.p_value == pytest.approx(p, abs=1e-11)
    assert (change.events, change.reference_events) == (both + gained, both + lost)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_looking_back_mirrors_the_change(pairs):
    first, second = np.array(pairs).T
    forth, back = paired_shares(first, second), paired_shares(second, first)
    assert back.value == -forth.value
    assert back.interval.low == pytest.approx(-forth.interval.high, abs=1e-9)
    assert back.p_value == forth.p_value


def test_misuse_is_refused():
    with pytest.raises(TypeError, match="True or False"):
        paired_shares([1, 0], [True, False])
    with pytest.raises(ValueError, match="each person"):
        paired_shares([True], [True, False])
    with pytest.raises(DesignError, match="nobody"):
        paired_shares([], [])
    with pytest.raises(ValueError, match="method"):
        ratio_of([1], [1], [1], [1], method="magic")
    with pytest.raises(ValueError, match="each person"):
        ratio_of([1], [1, 1], [1], [1])


def test_difference_between_groups_has_miettinen_and_nurminens_limits():
    # R ratesci 1.0.0 at 90% for 56/70 against 48/80.
    difference = difference_between_groups(56, 70, 48, 80, confidence_level=0.9)
    expected = (0.077019942273182, 0.316667210536251)
    assert tuple(difference.interval) == pytest.approx(expected, abs=1e-7)
    assert difference.value == pytest.approx(0.2)
    assert "may differ" in difference.caveat
    assert difference_between_groups(1, 2, 1, 2, randomised=True).caveat == ""
    with pytest.raises(ValueError, match="events_1"):
        difference_between_groups(3, 2, 1, 2)
