"""Unknown outcomes, wrong records, wrong links: recounted by hand and turned round."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.comparison import difference_between_groups
from dipoutcomes.comparison.sensitivity import (
    corrected_difference,
    corrected_share,
    linkage_error_table,
    misclassification_table,
    tipping_point,
    tipping_point_share,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import newcombe_interval, proportion_interval


def test_every_cell_of_the_grid_is_a_comparison_of_everybody():
    found = tipping_point(9, 30, 4, 17, 28, 3)
    assert found.difference.shape == found.conclusion.shape == (5, 4)
    for i, a in enumerate(found.with_event_1):
        for j, b in enumerate(found.with_event_0):
            cell = difference_between_groups(9 + a, 34, 17 + b, 31)
            assert found.difference[i, j] == pytest.approx(cell.value)
            assert found.low[i, j] == pytest.approx(cell.interval.low)
            said = int(cell.interval.low > 0) - int(cell.interval.high < 0)
            assert found.conclusion[i, j] == said


def test_the_tipping_point_is_the_nearest_that_changes_the_conclusion():
    found = tipping_point(40, 100, 20, 56, 100, 20)
    assert (found.expected_1, found.expected_0) == (8, 11)

    def says(a, b):
        low, high = difference_between_groups(40 + a, 120, 56 + b, 120).interval
        return int(low > 0) - int(high < 0)

    assert says(found.needed_1, 11) != says(found.needed_1 - 1, 11) == -1
    assert says(8, found.needed_0) != says(8, found.needed_0 + 1) == -1
    assert f"if {found.needed_1} of the 20" in str(found)
    assert len(found.table) == 6
    assert found.table.rows[0]["difference"] == pytest.approx(-16)


def test_where_nothing_can_change_it_it_says_so():
    found = tipping_point(10, 100, 3, 60, 100, 3)
    assert found.needed_1 is None
    assert found.share_alike == 1
    assert "whatever they did" in str(found)
    one_sided = tipping_point(10, 100, 0, 60, 100, 3)
    assert one_sided.difference.shape == (1, 4)


def test_a_finding_of_nothing_can_tip_both_ways():
    found = tipping_point(20, 60, 25, 22, 60, 25)
    assert set(np.unique(found.conclusion)) == {-1, 0, 1}
    assert found.worst[0] < 0 < found.worst[1]


def test_many_unknown_people_are_thinned_but_the_named_ones_stay():
    found = tipping_point(300, 1000, 900, 400, 1000, 5)
    assert len(found.with_event_1) < 210
    assert {0, 900, found.expected_1, found.needed_1} <= set(found.with_event_1.tolist())
    # The neighbour that does not tip is not on the grid but was counted.
    _, high = difference_between_groups(300 + found.needed_1 - 1, 1900, 402, 1005).interval
    assert high < 0
    assert len(found.to_frame()) == found.difference.size
    assert found.to_dict()["needed_1"] == found.needed_1


def test_tipping_refuses_when_nobody_is_unknown():
    with pytest.raises(DesignError, match="everybody's outcome is known"):
        tipping_point(1, 10, 0, 2, 10, 0)
    with pytest.raises(DesignError, match="nobody is untraced"):
        tipping_point_share(1, 10, 0, reference=0.5)


@pytest.mark.parametrize(("events", "n", "untraced"), [(7, 28, 12), (7, 28, 30), (3, 40, 5)])
@pytest.mark.parametrize("claim", ["below", "above"])
def test_share_tips_at_the_least_number_that_does(events, n, untraced, claim):
    reference = 0.5 if claim == "below" else 0.04
    found = tipping_point_share(events, n, untraced, reference=reference, claim=claim)

    def holds(against):
        added = against if claim == "below" else untraced - against
        low, high = proportion_interval(events + added, n + untraced)
        return high < reference if claim == "below" else low > reference

    if not found.holds:
        assert found.needed is None
        assert "no claim" in str(found)
    elif found.needed is None:
        assert all(holds(k) for k in range(untraced + 1))
        assert "even if all" in str(found)
    else:
        assert not holds(found.needed)
        assert all(holds(k) for k in range(found.needed))
        assert f"if {found.needed} or more" in str(found)


def test_share_tipping_refuses_a_percentage():
    with pytest.raises(ValueError, match="between 0 and 1"):
        tipping_point_share(1, 10, 5, reference=61)


@given(st.floats(0.02, 0.98), st.floats(0.6, 1), st.floats(0.6, 1), st.integers(50, 5000))
def test_correction_undoes_the_error(true, sensitivity, specificity, n):
    recorded = true * sensitivity + (1 - true) * (1 - specificity)
    events = round(recorded * n)
    found = corrected_share(events, n, sensitivity=sensitivity, specificity=specificity)
    if isnan(found.value):
        assert "impossible" in found.caveat
        return
    back = found.value * sensitivity + (1 - found.value) * (1 - specificity)
    assert back == pytest.approx(events / n, abs=1e-9)
    assert found.interval.low - 1e-9 <= found.value <= found.interval.high + 1e-9


def test_right_records_change_nothing():
    found = corrected_share(7, 28, sensitivity=1, specificity=1)
    assert tuple(found.interval) == pytest.approx(tuple(proportion_interval(7, 28)))
    two = corrected_difference(40, 100, 50, 100, sensitivity=(1, 1), specificity=(1, 1))
    assert tuple(two.interval) == pytest.approx(tuple(newcombe_interval(40, 100, 50, 100)))


def test_records_better_kept_in_one_group_make_a_difference_of_nothing():
    # Truth 50% in both; found 50% against 40% because the second group's records miss a fifth.
    found = corrected_difference(500, 1000, 400, 1000, sensitivity=(1, 0.8), specificity=(1, 1))
    assert found.value == pytest.approx(0, abs=1e-12)
    assert 0 in found.interval


def test_impossible_rates_give_no_number():
    assert isnan(corrected_share(2, 100, sensitivity=0.9, specificity=0.9).value)
    table = misclassification_table(2, 100, sensitivities=[0.9], specificities=[0.9, 1])
    assert table.column("share") == [None, pytest.approx(0.02 / 0.9)]
    two = corrected_difference(2, 100, 50, 100, sensitivity=(0.9, 1), specificity=(0.9, 1))
    assert isnan(two.value)
    assert "impossible" in two.caveat


@pytest.mark.parametrize("rates", [(0.4, 0.5), (1.2, 1), (0.9, -0.1), (90, 1)])
def test_rates_of_error_are_shares_that_say_something(rates):
    with pytest.raises(ValueError, match=r"sensitivity|specificity"):
        corrected_share(5, 10, sensitivity=rates[0], specificity=rates[1])


def test_linkage_forward_and_back():
    n, true, missed, wrong, strangers = 100_000, 0.3, 0.08, 0.02, 0.5
    recorded = (1 - missed - wrong) * true + wrong * strangers
    table = linkage_error_table(
        round(recorded * n), n, missed=[missed], false_matches=[wrong],
        share_among_strangers=strangers,
    )  # fmt: skip
    assert table.column("share")[0] == pytest.approx(true, abs=1e-5)
    plain = linkage_error_table(
        7, 28, missed=[0], false_matches=[0], share_among_strangers=strangers
    )
    assert plain.column("high")[0] == pytest.approx(proportion_interval(7, 28).high)
    with pytest.raises(ValueError, match="sum to less than 1"):
        linkage_error_table(7, 28, missed=[0.6], false_matches=[0.4], share_among_strangers=0.5)
