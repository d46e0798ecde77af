"""Results that users meet print a sentence, and give a frame and plain values."""

import json

import numpy as np
import pytest

from dipoutcomes.survival import survival_in_bulk
from dipoutcomes.survival.comparing import PublishedCurve
from dipoutcomes.survival.landmark import exposure_rows
from dipoutcomes.survival.regression import cox_regression


def test_rows_of_exposure_count_and_name_nobody():
    rows = exposure_rows([10, 30, 40], [1, 1, 0], [float("nan"), 12, 0])
    assert rows.to_dict() == {
        "persons": 3, "rows": 4, "events_exposed": 1, "events_unexposed": 1,
        "time_exposed": 58, "time_unexposed": 22,
    }  # fmt: skip
    assert str(rows) in rows._repr_html_()


def test_a_term_is_a_row_and_a_small_table():
    model = cox_regression([5, 8, 9, 12, 15, 21], [1, 1, 0, 1, 1, 0], {"<x>": [0, 1, 0, 1, 1, 0]})
    (term,) = model.terms
    row = term.to_frame().iloc[0]
    assert row["ratio"] == term.ratio
    assert row["low"] == term.interval.low
    assert "hazard ratio" in term._repr_html_()
    assert "<x>" not in term._repr_html_()


def test_cohorts_in_bulk_have_a_row_each():
    found = survival_in_bulk([[30, 60, 60, 90], [10, 20, 30, 400]], [[1, 1, 0, 1]] * 2, 20)
    assert found.value.tolist() == [1, 0.5]
    assert "2 cohorts at 20: share without the event 0.750 on average" in str(found)
    assert found.to_frame()["events"].tolist() == [0, 2]
    assert json.loads(json.dumps(found.to_dict()))["value"] == [1, 0.5]
    assert str(found) in found._repr_html_()


@pytest.mark.parametrize("errors", [None, [0.02, 0.03]])
def test_a_published_curve_prints_its_end_and_gives_itself_back(errors):
    curve = PublishedCurve([6, 12], [0.8, 0.6], errors, name="a & b")
    assert "a & b: share without the event 0.600 at 12, from 2 points" in str(curve)
    assert ("known for certain" in str(curve)) is (errors is None)
    assert "a &amp; b" in curve._repr_html_()
    assert curve.to_frame()["survival"].tolist() == [0.8, 0.6]
    again = PublishedCurve(**json.loads(json.dumps(curve.to_dict())))
    assert np.array_equal(again.times, curve.times)
    assert again.to_dict() == curve.to_dict()
