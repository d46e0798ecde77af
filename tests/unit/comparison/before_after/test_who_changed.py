"""Who fell and who rose, beside what no effect would give."""

import numpy as np
import pytest

from dipoutcomes.comparison.before_after import distribution_of_change
from dipoutcomes.comparison.regression_to_mean import (
    EntryRule,
    expected_change_without_effect,
    published_spread,
)
from dipoutcomes.errors import DesignError

HALF = 182.625
YEAR = 365.25


def of(before, after, days=HALF, **options):
    n = len(before)
    given = {"reference": published_spread(2.0, 0.8, source="illustrative"),
             "rng": np.random.default_rng(1), "replicates": 60}  # fmt: skip
    return distribution_of_change(before, [days] * n, after, [days] * n, **(given | options))


def test_people_and_events_are_counted_by_the_direction_of_change():
    found = of([4, 2, 2, 0, 1], [1, 2, 5, 0, 0])
    assert (found.people_fell, found.people_same, found.people_rose) == (2, 2, 1)
    assert found["volume_of_fallers"].observed == pytest.approx(5 / 9)
    assert found["change_of_fallers"].observed == pytest.approx(1 / 5 - 1)
    assert found["change_of_others"].observed == pytest.approx(7 / 4 - 1)
    assert found["change_in_all"].observed == pytest.approx(8 / 9 - 1)
    assert sum(found.people_observed) == 5
    assert found.people_observed[found.change.index(-3)] == 1
    assert sum(found.people_expected) == pytest.approx(5)


def test_rates_are_compared_where_time_differs():
    found = distribution_of_change(
        [2, 2], [365, 365], [1, 4], [365, 730], rng=np.random.default_rng(1),
        reference=published_spread(2, 1, source="x"), replicates=20,
    )  # fmt: skip
    assert (found.people_fell, found.people_same, found.people_rose) == (1, 1, 0)


@pytest.mark.parametrize(
    ("rule", "days_rule"),
    [
        (EntryRule(by="random_offence"), EntryRule(by="random_offence")),
        (
            EntryRule(by="first_offence", accrual_time=1.5),
            EntryRule(by="first_offence", accrual_time=1.5 * YEAR),
        ),
        (
            EntryRule(by="recent_count", minimum_count=2, count_time=0.5),
            EntryRule(by="recent_count", minimum_count=2, count_time=0.5 * YEAR),
        ),
        (EntryRule(by="none"), EntryRule(by="none")),
    ],
    ids=str,
)
def test_the_made_up_cohorts_are_those_of_the_closed_form(rule, days_rule):
    n = 4_000
    found = of(np.full(n, 3), np.full(n, 1), days=YEAR, entry=days_rule, replicates=40)
    closed = expected_change_without_effect(2.0, 0.8, entry=rule)
    # 40 cohorts of 4,000: errors of shares 0.0012, of changes some 0.005; four of them.
    for name in ("share_fell", "share_same", "share_rose"):
        assert found[name].expected == pytest.approx(getattr(closed, name), abs=0.005)
    assert found["change_of_fallers"].expected == pytest.approx(closed.change_of_fallers, abs=0.01)
    assert found["change_in_all"].expected == pytest.approx(closed.change, abs=0.02)
    figure = found["share_fell"]
    assert figure.low < figure.expected < figure.high


def test_with_an_index_offence_counted():
    n = 4_000
    found = of(np.full(n, 3), np.full(n, 1), days=HALF, index_counts=True, replicates=40)
    closed = expected_change_without_effect(1.0, 0.8, index_counts=True)
    assert found["share_fell"].expected == pytest.approx(closed.share_fell, abs=0.005)
    assert found["change_in_all"].expected == pytest.approx(closed.change, abs=0.01)


def test_a_cohort_that_nothing_has_changed_lies_within_the_range():
    rng = np.random.default_rng(21)
    own = rng.gamma(1.8, 2 / 0.8, 500)
    found = of(rng.poisson(own / 2), rng.poisson(own / 2), rng=rng, replicates=200)
    for name in ("share_fell", "share_rose", "change_of_fallers", "change_in_all"):
        assert found[name].low <= found[name].observed <= found[name].high


def test_the_warning_is_in_every_form_and_a_model_must_be_given():
    found = of([4, 2, 2, 0, 1], [1, 2, 5, 0, 0])
    assert "guarantees" in str(found)
    assert "guarantees" in str(found.table())
    assert "guarantees" in found._repr_html_()
    assert len(found.to_frame()) == 7
    assert found.to_dict()["persons"] == 5
    with pytest.raises(KeyError, match="there are"):
        found["half"]
    with pytest.raises(DesignError, match="no reference"):
        of([1], [1], reference=None)
    with pytest.raises(ValueError, match="range_level"):
        of([1], [1], range_level=95)
    with pytest.raises(ValueError, match="replicates"):
        of([1], [1], replicates=1)


def test_a_group_without_events_before_has_no_change():
    found = of([0, 0], [0, 0])
    assert np.isnan(found["change_of_fallers"].observed)
    assert found.table().rows[4]["observed"] is None
