"""People are shared out as the published table says, as nearly as whole people allow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.simulate.margins import apportion, deal

margins = st.lists(st.integers(0, 600), min_size=1, max_size=25).filter(any)


def test_the_bands_of_weeks_fill_exactly():
    assert apportion(210, [97, 16, 97]).tolist() == [97, 16, 97]


def test_the_largest_remainders_get_the_last_places():
    # 210 x (9, 25, 13, 51, 10) / 108 = 17.50, 48.61, 25.28, 99.17, 19.44: two places are left.
    assert apportion(210, [9, 25, 13, 51, 10]).tolist() == [18, 49, 25, 99, 19]


@given(st.integers(0, 5_000), margins)
def test_each_part_is_the_exact_share_rounded_and_the_parts_add_up(people, counts):
    parts = apportion(people, counts)
    exact = people * np.array(counts) / sum(counts)
    assert parts.sum() == people
    assert np.all(np.abs(parts - exact) < 1)


def test_nothing_to_share_by_is_refused():
    with pytest.raises(ValueError, match="more than 0"):
        apportion(5, [0, 0])


def test_labels_are_dealt_in_random_order():
    labels = deal(1_000, {"a": 1, "b": 1}, rng=np.random.default_rng(1))
    assert (labels == "a").sum() == 500
    assert 200 < (labels[:500] == "a").sum() < 300
