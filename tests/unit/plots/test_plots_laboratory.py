"""The laboratory's figures: what is drawn is what the rows say, and the words say it too."""

from dataclasses import dataclass, field
from math import nan

import pytest

from dipoutcomes.plots import laboratory as figures


@dataclass(frozen=True)
class Row:
    title: str = "Wilson"
    n: int = 28
    confidence_level: float = 0.95
    coverage: float = 0.94
    coverage_error: float = 0.002
    bias: float = 0.1
    bias_error: float = 0.01
    rmse: float = 0.5
    role: str = "offered"
    question: str = field(default="")


ROWS = [
    Row(),
    Row(n=200, coverage=0.95),
    Row(n=200, coverage=0.91),
    Row(title="Wald $x$", coverage=0.70, bias=-0.4),
    Row(title="a test", coverage=nan, rmse=0),
]


def points(ax):
    return {
        (round(float(x), 3), round(float(y)))
        for container in ax.containers
        for x, y in zip(*container[0].get_data(), strict=True)
    }


def test_coverage_shows_the_lowest_row_of_each_title_and_size():
    ax = figures.plot_trial_coverage(ROWS)
    assert points(ax) == {(0.94, 0), (0.91, 0), (0.70, 1)}
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Wilson", r"Wald \$x\$"]
    assert ax.get_xlim()[0] < 0.70
    assert "nominal 95%" in ax.get_xlabel()
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["28 people", "200 people"]


def test_a_given_axes_is_drawn_on():
    given = figures.plot_trial_coverage(ROWS[:1])
    assert figures.plot_trial_coverage(ROWS[:1], ax=given) is given


def test_bias_is_a_share_of_the_error():
    ax = figures.plot_trial_bias(ROWS)
    assert (-0.8, 1) in points(ax)
    assert (0.2, 0) in points(ax)


PAIRS = [
    Row(question="Index counted", role="popular practice", coverage=0.1, n=200),
    Row(question="Index counted", role="sound way", coverage=0.95, n=200),
    Row(question="Index counted", role="popular practice", coverage=0.4),
    Row(question="Index counted", role="sound way", coverage=0.96),
]


def test_practice_and_sound_way_stand_side_by_side():
    ax = figures.plot_popular_practice(PAIRS)
    marks = [
        line for line in ax.lines if len(line.get_xdata()) == 1 and line.get_marker() != "None"
    ]
    assert sorted(float(line.get_xdata()[0]) for line in marks) == [0.1, 0.4, 0.95, 0.96]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Index counted"]
    assert "10% against 95% at 200 people" in figures.describe_popular_practice(PAIRS)


def test_a_practice_without_a_sound_way_is_refused():
    with pytest.raises(ValueError, match="2 of 2 have none"):
        figures.plot_popular_practice(PAIRS[::2])
    with pytest.raises(ValueError, match="0 of 0"):
        figures.practice_pairs([])


def test_nothing_to_draw_is_said():
    with pytest.raises(ValueError, match="coverage"):
        figures.plot_trial_coverage(ROWS[-1:])
    with pytest.raises(ValueError, match="bias"):
        figures.plot_trial_bias(ROWS[-1:])
    with pytest.raises(ValueError, match="one confidence level"):
        figures.plot_trial_coverage([Row(), Row(title="b", confidence_level=0.9)])


def test_words_say_what_is_drawn_and_how_many_are_left_out():
    many = [Row(title=f"m{i}", coverage=0.9 + i / 1000) for i in range(15)]
    words = figures.describe_trial_coverage(many)
    assert "m0: 90.0% at 28." in words
    assert "3 further estimators" in words
    assert "Wald $x$ at 28 people -0.80" in figures.describe_trial_bias(ROWS)
