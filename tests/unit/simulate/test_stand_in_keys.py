"""New keys: different, nobody's, and in the pattern that many share."""

import numpy as np
import pytest

from dipoutcomes.errors import DisclosureError
from dipoutcomes.simulate.stand_in import keys as key_room
from dipoutcomes.simulate.stand_in.keys import (
    OTHERWISE,
    common_patterns,
    comparable,
    made_up_words,
    new_keys,
)


def patterns_of(labels, fewest=10):
    n = len(labels)
    return common_patterns(labels, np.arange(n), np.arange(n), fewest=fewest)


def test_the_common_pattern_is_kept_and_the_rare_one_is_not():
    labels = [f"C{i:04d}" for i in range(40)] + ["O'Brien/7"]
    assert patterns_of(labels) == {"A9999": 1.0}


def test_a_pattern_of_too_few_people_is_not_kept_however_many_keys():
    labels = [f"X-{i}" for i in range(100, 200)]
    found = common_patterns(labels, np.arange(100), np.zeros(100, dtype=int), fewest=10)
    assert found == {OTHERWISE: 1.0}


def test_numbers_have_numbers_for_keys():
    assert set("".join(patterns_of([11, 7, 3]))) == {"9"}


def test_keys_are_different_and_nobody_s():
    old = {f"c{i:04d}" for i in range(3000)}
    made = new_keys(3000, {"A9999": 1.0}, old, rng=np.random.default_rng(1))
    assert len(set(made)) == 3000
    assert not old & set(comparable(made))
    assert all(key[0].isalpha() and key[1:].isdigit() for key in made)


def test_a_pattern_with_too_few_keys_is_made_longer():
    made = new_keys(500, {"99": 0.5, "999": 0.5}, {str(i) for i in range(500)},
                    rng=np.random.default_rng(1))  # fmt: skip
    assert len(set(made)) == 500
    assert not {str(i) for i in range(500)} & set(made)
    assert all(key.isdigit() and key[0] != "0" for key in made)


def test_words_of_a_stand_in_of_a_stand_in_are_new_again():
    first = made_up_words(50, set(), rng=np.random.default_rng(4))
    again = made_up_words(50, set(comparable(first)), rng=np.random.default_rng(4))
    assert not set(comparable(first)) & set(comparable(again))


def test_where_no_key_is_free_nothing_is_made(monkeypatch):
    monkeypatch.setattr(key_room, "_long_enough", lambda pattern, n: pattern)
    with pytest.raises(DisclosureError, match="nobody's"):
        new_keys(1, {"9": 1.0}, {str(i) for i in range(10)}, rng=np.random.default_rng(1))


def test_cells_are_compared_without_case_and_spaces():
    assert comparable([" Ab1 ", 7.0, 7, "7"]) == ["ab1", "7", "7", "7"]
