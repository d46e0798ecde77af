"""With late entry a curve says how many people it rests on, and a band why there is none."""

import pytest

from dipoutcomes.disclosure.curves import coarsened
from dipoutcomes.results import Curve
from dipoutcomes.survival import (
    curves_by_group,
    kaplan_meier,
    nelson_aalen,
    piecewise_hazard,
    survival_band,
    weighted_kaplan_meier,
)
from dipoutcomes.survival.competing_risks import cumulative_incidence

TIMES, SEEN, ENTRY = [2, 10, 11, 12], [1, 1, 0, 1], [0, 3, 3, 3]


def test_people_who_enter_late_are_counted():
    curve = kaplan_meier(TIMES, SEEN, entry=ENTRY)
    assert curve.at_risk[0] == 1
    assert curve.n == sum(curve.events) + sum(curve.censored) == 4
    assert "all: 4 people, 3 events" in str(curve)


def test_every_curve_with_late_entry_counts_the_same_people():
    found = cumulative_incidence(TIMES, [1, 2, 0, 1], entry=ENTRY)
    curves = [
        nelson_aalen(TIMES, SEEN, entry=ENTRY),
        weighted_kaplan_meier(TIMES, SEEN, [1, 2, 1, 1], entry=ENTRY),
        piecewise_hazard(TIMES, SEEN, (0, 6, 12), entry=ENTRY),
        found.event_free,
        *found.curves,
    ]
    assert [curve.n for curve in curves] == [4] * len(curves)


def test_in_each_group_the_late_ones_are_its_own():
    groups = ["a", "a", "b", "b", "b"]
    one, two = curves_by_group([5, 9, 4, 8, 9], [1, 1, 1, 1, 0], groups, entry=[0, 2, 0, 1, 1])
    assert (one.n, two.n) == (2, 3)


def test_without_late_entry_nothing_changes():
    curve = kaplan_meier(TIMES, SEEN)
    assert curve.n == 4
    assert "persons" not in curve.to_dict()


def test_the_count_is_stored_and_goes_when_withheld():
    curve = kaplan_meier(TIMES, SEEN, entry=ENTRY)
    assert Curve.from_dict(curve.to_dict()) == curve
    assert curve.withhold("few").n == 0
    assert coarsened(curve, [0], 10).n == 0  # rounded to tens, as the other counts


def test_a_band_says_in_words_that_nobody_may_enter_late():
    curve = kaplan_meier(list(range(20, 60)), [1] * 40, entry=[0] * 20 + [7] * 20)
    with pytest.raises(ValueError, match="20 people enter this curve after time 0") as caught:
        survival_band(curve)
    assert "at_risk" not in str(caught.value)
    assert "pointwise" in str(caught.value)
