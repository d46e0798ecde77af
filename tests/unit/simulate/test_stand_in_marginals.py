"""Coarse distributions: every word, heap and bin rests on enough people, and the ends are cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.simulate.stand_in.marginals import (
    NO_BINS,
    Bins,
    fit_bins,
    fit_shares,
    people_by_code,
)

FEWEST = 10


def ones(n):
    return np.ones(n)


def test_people_are_counted_and_not_rows():
    code = np.array([0, 0, 0, 1, 1, -1])
    person = np.array([5, 5, 5, 1, 2, 3])
    assert people_by_code(code, person).tolist() == [1, 2]


def test_a_word_of_one_person_in_a_thousand_rows_is_left_out():
    code = np.array([0] * 1000 + [1] * 12)
    person = np.array([99] * 1000 + list(range(12)))
    shares = fit_shares(code, person, ones(1012), fewest=FEWEST)
    assert shares.kept.tolist() == [1]
    assert shares.share.tolist() == [1.0]
    assert (shares.left_out, shares.people_left_out) == (1, 1)
    assert set(shares.draw(50, rng=np.random.default_rng(1)).tolist()) == {1}


def test_where_nothing_is_common_nothing_is_drawn():
    shares = fit_shares(np.arange(9), np.arange(9), ones(9), fewest=FEWEST)
    assert shares.draw(4, rng=np.random.default_rng(1)).tolist() == [-1] * 4


def test_worked_bins_of_the_numbers_from_1_to_100():
    # 100 people with a number each. Five lie beyond each end: the inner range is 6 to 95. Tenths
    # end at 10, 20 ..., but only nine people are below 10, so the first two are one bin.
    values = np.arange(1.0, 101.0)
    bins = fit_bins(values, np.arange(100), ones(100), fewest=FEWEST)
    assert (bins.low, bins.high) == (6.0, 95.0)
    assert bins.edges.tolist() == [6, 20, 30, 40, 50, 60, 70, 80, 90, 95]
    assert bins.bin_share.sum() == pytest.approx(1)
    held = np.histogram(np.clip(values, 6, 95), bins.edges)[0]
    assert held.min() >= FEWEST


def test_a_value_that_enough_people_share_is_a_heap_even_at_the_end():
    values = np.array([52.0] * 30 + list(range(1, 41)))
    bins = fit_bins(values, np.arange(70), ones(70), fewest=FEWEST)
    assert bins.heaps.tolist() == [52.0]
    assert bins.heap_share[0] == pytest.approx(30 / 70)
    assert bins.edges[-1] < 40


def test_too_few_people_have_no_distribution():
    values = np.arange(500.0)
    person = np.arange(500) % 9  # many rows, nine people
    assert fit_bins(values, person, ones(500), fewest=FEWEST).empty


def test_one_person_with_most_rows_does_not_make_a_bin():
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(100, 1, 5000), np.arange(60.0)])
    person = np.concatenate([np.zeros(5000, dtype=int), np.arange(60)])
    bins = fit_bins(values, person, ones(5060), fewest=FEWEST)
    # Only one person is near 100: the upper end is among the others.
    assert bins.high < 60


@given(
    values=st.lists(st.integers(-1000, 1000), min_size=1, max_size=150),
    people=st.integers(1, 80),
    seed=st.integers(0, 2**32),
)
def test_every_draw_has_people_beyond_it_or_is_shared_by_enough(values, people, seed):
    rng = np.random.default_rng(seed)
    numbers = np.array(values, dtype=float)
    person = rng.integers(people, size=len(numbers))
    bins = fit_bins(numbers, person, ones(len(numbers)), fewest=FEWEST)
    for drawn in np.unique(bins.draw(200, rng=rng)):
        if np.isnan(drawn):
            assert bins.empty
            continue
        shared = len(set(person[numbers == drawn]))
        below = len(set(person[numbers < drawn]))
        above = len(set(person[numbers > drawn]))
        assert shared >= FEWEST or (below >= FEWEST // 2 and above >= FEWEST // 2)


@given(st.integers(10, 200), st.integers(0, 2**32))
def test_every_bin_holds_enough_people(n, seed):
    rng = np.random.default_rng(seed)
    values = np.round(rng.gamma(2.0, 50.0, n))
    person = rng.integers(max(n // 2, 1), size=n)
    bins = fit_bins(values, person, ones(n), fewest=FEWEST)
    if not bins.bin_share.size:
        return
    loose = ~np.isin(values, bins.heaps)
    inside = np.clip(values[loose], bins.edges[0], bins.edges[-1])
    place = np.clip(np.searchsorted(bins.edges, inside, "right") - 1, 0, len(bins.edges) - 2)
    assert people_by_code(place, person[loose]).min(initial=FEWEST) >= FEWEST


def test_limits_are_kept_by_every_draw():
    bins = fit_bins(np.arange(200.0), np.arange(200), ones(200), fewest=FEWEST)
    low, high = np.full(500, 150.0), np.full(500, 160.0)
    drawn = bins.draw_between(low, high, rng=np.random.default_rng(5))
    assert ((drawn >= 150) & (drawn <= 160)).all()
    # Where no draw can fit, it lies between the limits all the same.
    outside = bins.draw_between(np.full(9, 400.0), np.full(9, 410.0), rng=np.random.default_rng(5))
    assert ((outside >= 400) & (outside <= 410)).all()


def test_nothing_to_draw_from_gives_nothing():
    assert np.isnan(NO_BINS.draw(2, rng=np.random.default_rng(1))).all()
    assert np.isnan(NO_BINS.low)
    assert isinstance(NO_BINS, Bins)
