"""What no effect gives: published corners, hand-worked values, and two routes to one number."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma, nbinom

from dipoutcomes.comparison.regression_to_mean import (
    EntryRule,
    expected_after_given_before,
    expected_change_without_effect,
    take_apart_headline,
)
from dipoutcomes.comparison.regression_to_mean._closed_forms import null_means, records
from dipoutcomes.errors import DesignError

CORNERS = list(product((1.0, 2.5), (0.8, 1.5)))


def test_the_corners_of_the_no_effect_model_are_those_printed():
    least = expected_change_without_effect(2.5, 0.8, index_counts=True)
    most = expected_change_without_effect(1.0, 1.5, index_counts=True)
    assert round(100 * least.change) == -15
    assert most.change == pytest.approx(-0.375)
    corners = [expected_change_without_effect(m, k, index_counts=True) for m, k in CORNERS]
    assert [round(100 * c.share_fell) for c in corners] == [63, 64, 58, 59]
    falls = [-c.change_of_fallers for c in corners]
    assert (round(100 * min(falls)), round(100 * max(falls))) == (42, 67)


@pytest.mark.parametrize(("m", "k"), CORNERS)
def test_the_index_left_out_there_is_no_change_and_counted_it_is_the_formula(m, k):
    assert expected_change_without_effect(m, k).change == pytest.approx(0, abs=1e-12)
    counted = expected_change_without_effect(m, k, index_counts=True)
    assert counted.change == pytest.approx(-1 / (1 + m * (1 + 1 / k)), rel=1e-12)
    # With k in the place of k + 1 it would be another number.
    assert abs(counted.change + 1 / (1 + m)) > 0.02


def test_the_range_at_a_first_offence_and_by_a_count_is_that_printed():
    rises = [
        expected_change_without_effect(
            m, k, entry=EntryRule(by="first_offence", accrual_time=accrual)
        ).change
        for (m, k), accrual in product(CORNERS, (0.5, 1.0, 2.0))
    ]
    assert min(rises) < 0.20
    assert max(rises) > 0.71
    count = EntryRule(by="recent_count", minimum_count=4, count_time=1.0)
    falls = [expected_change_without_effect(m, k, entry=count).change for m, k in CORNERS]
    assert min(falls) < -0.29 < max(falls)


RULES = [
    EntryRule(by="none"),
    EntryRule(by="random_offence"),
    EntryRule(by="first_offence", accrual_time=0.4),
    EntryRule(by="first_offence", accrual_time=1.0),
    EntryRule(by="first_offence", accrual_time=3.0),
    EntryRule(by="recent_count", minimum_count=3, count_time=1.0),
    EntryRule(by="recent_count", minimum_count=2, count_time=0.3),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
@given(m=st.floats(0.1, 8), k=st.floats(0.2, 6), after=st.floats(0.2, 3))
def test_records_one_by_one_add_up_to_the_closed_means(rule, m, k, after):
    found = records(m, k, rule, 1.0)
    assert found.weight.sum() == pytest.approx(1, abs=1e-9)
    before, later = null_means(m, k, rule, 1.0, after)
    assert (found.weight * found.count).sum() == pytest.approx(float(before), rel=1e-8)
    expected = after * found.shape / found.inverse_scale
    assert (found.weight * expected).sum() == pytest.approx(float(later), rel=1e-8)


def test_a_first_offence_by_brute_integration():
    # E[before], E[after] over the rate and the gap, none of the algebra used.
    m, k, accrual, t0, t1 = 1.3, 0.9, 0.7, 1.0, 0.5
    rates = gamma(k, scale=m / k)

    def over_rates(value):
        return quad(lambda r: value(r) * rates.pdf(r), 0, 60, limit=400)[0]

    entered = over_rates(lambda r: 1 - np.exp(-r * accrual))
    before = over_rates(
        lambda r: quad(lambda g: r * np.exp(-r * g) * r * max(t0 - g, 0), 0, accrual)[0]
    )
    after = over_rates(lambda r: (1 - np.exp(-r * accrual)) * r * t1)
    rule = EntryRule(by="first_offence", accrual_time=accrual)
    found = expected_change_without_effect(m, k, entry=rule, time_before=t0, time_after=t1)
    assert found.events_before == pytest.approx(before / entered, rel=1e-6)
    assert found.events_after == pytest.approx(after / entered, rel=1e-6)


def test_a_count_that_lets_people_in_by_summing_it():
    m, k, least = 2.0, 0.7, 4
    x = np.arange(least, 600)
    chance = nbinom.pmf(x, k, k / (k + m))
    ratio = ((k + x) / (k / m + 1) * chance).sum() / (x * chance).sum()
    rule = EntryRule(by="recent_count", minimum_count=least, count_time=1.0)
    found = expected_change_without_effect(m, k, entry=rule)
    assert found.rate_ratio == pytest.approx(ratio, rel=1e-9)


def test_who_falls_by_drawing_people():
    rng = np.random.default_rng(11)
    n, m, k = 400_000, 1.2, 0.9
    own = rng.gamma(k + 1, m / k, n)
    before, after = rng.poisson(own) + 1, rng.poisson(own * 2)
    found = expected_change_without_effect(m, k, time_after=2.0, index_counts=True)
    fell, rose = after < 2 * before, after > 2 * before
    assert found.share_fell == pytest.approx(fell.mean(), abs=0.003)
    assert found.share_rose == pytest.approx(rose.mean(), abs=0.003)
    change = after[fell].sum() / 2 / before[fell].sum() - 1
    assert found.change_of_fallers == pytest.approx(change, abs=0.004)
    change = after[~fell].sum() / 2 / before[~fell].sum() - 1
    assert found.change_of_others == pytest.approx(change, abs=0.006)
    assert found.share_fell + found.share_same + found.share_rose == pytest.approx(1)


def test_expectation_given_the_record_has_k_plus_1_only_where_an_offence_is_unseen():
    given = {"mean_rate": 2.0, "gamma_shape": 0.5}
    x = np.array([0, 3])
    out = expected_after_given_before(x, 1.0, 2.0, **given)
    assert out == pytest.approx(2 * (0.5 + 1 + x) / (0.25 + 1))
    inside = expected_after_given_before(x + 1, 1.0, 2.0, **given, index_counts=True)
    assert inside == pytest.approx(out)
    count = EntryRule(by="recent_count")
    assert expected_after_given_before(x, 1.0, 2.0, **given, entry=count) == pytest.approx(
        2 * (0.5 + x) / 1.25
    )
    gap = expected_after_given_before(
        0, 1.0, 1.0, **given, entry=EntryRule(by="first_offence"), gap_time=3.0
    )
    assert gap == pytest.approx(1.5 / 3.25)


def test_a_headline_taken_apart_has_the_printed_rise_of_the_rest():
    apart = take_apart_headline(-0.26, change_of_fallers=-0.79)
    assert [round(100 * rest + 1e-9) for _, rest in apart.implied] == [27, 54, 98]
    for null in apart.without_effect:
        assert null.change == pytest.approx(-0.26, abs=1e-12)
        # The total is had with no effect; "half fell by 79%" is not.
        assert null.change_of_fallers > -0.70
    text = str(apart)
    assert "+27%" in text
    implied, populations = apart.tables()
    assert "guarantees" in str(implied)
    assert len(populations) == len(apart.without_effect) == len(apart.to_frame())
    assert apart.to_dict()["total_change"] == -0.26
    assert apart._repr_html_().count("<caption>") == 2


def test_a_headline_that_cannot_be_is_refused():
    with pytest.raises(DesignError, match="Check both"):
        take_apart_headline(-0.9, change_of_fallers=-0.1, volumes=[0.8, 0.9])
    with pytest.raises(ValueError, match="total_change"):
        take_apart_headline(0.2)
    with pytest.raises(ValueError, match="change_of_fallers"):
        take_apart_headline(-0.2, change_of_fallers=0.3)
    with pytest.raises(ValueError, match="volumes"):
        take_apart_headline(-0.2, change_of_fallers=-0.3, volumes=[1.0])
    with pytest.raises(ValueError, match="share_fell"):
        take_apart_headline(-0.2, share_fell=1.2)


def test_numbers_that_a_mechanism_needs_are_asked_for_and_others_refused():
    with pytest.raises(DesignError, match="accrual_time"):
        expected_change_without_effect(1, 1, entry="first_offence")
    with pytest.raises(DesignError, match="minimum_count and count_time"):
        expected_change_without_effect(1, 1, entry="recent_count")
    with pytest.raises(DesignError, match="does not show why"):
        expected_change_without_effect(
            1, 1, entry=EntryRule(by="recent_count", minimum_count=2, count_time=2.0)
        )
    with pytest.raises(ValueError, match="says nothing of entry"):
        EntryRule(by="random_offence", accrual_time=1.0)
    with pytest.raises(ValueError, match="no index offence"):
        expected_change_without_effect(1, 1, entry="none", index_counts=True)
    with pytest.raises(ValueError, match="first_offence"):
        EntryRule(by="first_ofence")
    with pytest.raises(ValueError, match="mean_rate"):
        expected_change_without_effect(0, 1)


def test_a_null_change_says_what_it_is():
    null = expected_change_without_effect(1, 1.5, index_counts=True)
    assert "With no effect at all the rate would change by -37.5%" in str(null)
    assert null.to_frame()["rate_ratio"][0] == pytest.approx(0.625)
    assert null.to_dict()["share_fell"] == null.share_fell
    assert "64.1%" in null._repr_html_()
