"""The figure of width against people: what it marks is what the planner says."""

import numpy as np
import pytest

from dipoutcomes.plots import describe_precision, plot_precision
from dipoutcomes.sampling.size import interval_width, plan_proportion, precision_curve


@pytest.fixture(scope="module")
def curve():
    plan = plan_proportion(0.75, 0.2, population=210)
    return precision_curve(0.75, population=210, chosen_n=plan.n[0], wanted=plan.wanted)


def test_the_chosen_point_lies_on_the_curve_at_its_own_width(curve):
    ax = plot_precision(curve)
    point = next(line for line in ax.lines if line.get_marker() == "o")
    (n,), (width,) = point.get_data()
    assert n == curve.chosen_n
    assert width == pytest.approx(interval_width(int(n), 0.75, population=210), abs=1e-12)
    assert f"{curve.chosen_n} people" in ax.texts[0].get_text()


def test_lines_differ_in_more_than_colour_and_the_level_is_on_the_axis(curve):
    ax = plot_precision(curve)
    expected, worst = ax.lines[:2]
    assert expected.get_linestyle() != worst.get_linestyle()
    assert "95%" in ax.get_ylabel()
    assert np.all(curve.worst >= curve.expected - 1e-12)
    assert len(ax.get_legend().get_texts()) == 3


def test_without_a_choice_nothing_is_marked():
    ax = plot_precision(precision_curve(0.5, largest=50))
    assert not ax.texts
    assert not [line for line in ax.lines if line.get_marker() == "o"]


def test_the_text_alternative_says_what_is_marked(curve):
    words = describe_precision(curve)
    assert f"Marked: {curve.chosen_n} people, 19.9 points expected" in words
    assert "210" in words
    assert "asked for, 20.0 points" in words
