"""Arguments are refused with their name, what is wrong, and in how many places."""

import numpy as np
import pytest

from dipoutcomes._validate import check_positives


def test_numbers_above_zero_pass_as_they_are():
    assert check_positives("times", 2).shape == ()
    np.testing.assert_array_equal(check_positives("times", [1, 2.5]), [1.0, 2.5])


@pytest.mark.parametrize("wrong", [0, -1, np.nan, np.inf])
def test_one_of_three_is_counted_and_named(wrong):
    with pytest.raises(ValueError, match="`times` must be finite and above 0; 1 of 3 not so"):
        check_positives("times", [1, wrong, 3])
