"""The figure of coverage says its design, and what falls off it."""

import pytest

from dipoutcomes import plots
from dipoutcomes.intervals import coverage_curve


def test_the_design_and_the_level_are_on_the_axes():
    ax = plots.plot_coverage([coverage_curve(28, population=210)])
    assert ax.get_xlabel() == "True share (28 people of a frame of 210)"
    assert "nominal 95%" in ax.get_ylabel()


def test_a_method_that_falls_off_the_figure_says_how_far():
    ax = plots.plot_coverage([coverage_curve(28), coverage_curve(28, method="wald")])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels[0] == "Wilson score"
    assert "falls to" in labels[1]


def test_curves_of_different_designs_are_refused():
    with pytest.raises(ValueError, match="one sample"):
        plots.plot_coverage([coverage_curve(28), coverage_curve(29)])
    with pytest.raises(ValueError, match="at least one"):
        plots.plot_coverage([])


def test_the_words_hold_the_average_and_the_lowest():
    said = plots.describe_coverage([coverage_curve(28)])
    assert len(said) > 40
    assert "95.2% on average" in said
