"""The share of treated people who are compared, as facts of a study hold it."""

import pytest

from dipoutcomes.pipeline.comparisons.people import kept_in_tenths


@pytest.mark.parametrize(
    ("used", "treated", "kept"),
    [(200, 200, 1.0), (199, 200, 0.9), (151, 200, 0.7), (159, 200, 0.7), (160, 200, 0.8)],
)
def test_it_is_cut_off_and_never_rounded_up(used, treated, kept):
    # 159 of 200 is less than the four fifths that a grade asks for.
    assert kept_in_tenths(used, treated) == kept
