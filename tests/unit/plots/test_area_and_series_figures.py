"""Figures of areas and series: what is drawn is what the results say."""

import numpy as np
import pytest

from dipoutcomes.comparison.areas import (
    AreaEffects,
    area_panel,
    event_study,
    funnel,
    meta_analysis,
    two_group_effects,
)
from dipoutcomes.comparison.series import segmented_regression
from dipoutcomes.plots.areas import (
    describe_event_study,
    describe_forest,
    describe_funnel,
    plot_event_study,
    plot_forest,
    plot_funnel,
)
from dipoutcomes.plots.series import describe_series, plot_series

NAMES = ["North", "South of the $ valley", "East", "West", "Hill"]


@pytest.fixture(scope="module")
def pooled():
    tables = ([7, 9, 4, 11, 0], [28, 24, 18, 31, 10], [12, 11, 9, 15, 3], [29, 25, 20, 30, 12])
    return meta_analysis(two_group_effects(*tables, areas=NAMES))


@pytest.fixture(scope="module")
def study():
    events = [[50, 52, 51, 30], [48, 47, 48, 33], [52, 53, 52, 50], [61, 60, 62, 60]]
    panel = area_panel(
        np.repeat(list("ABCD"), 4), np.tile(np.arange(2010, 2014), 4), np.ravel(events),
        np.full(16, 100.0), intensive=["A", "B"], starts=2013,
    )  # fmt: skip
    return event_study(panel)


@pytest.fixture(scope="module")
def series():
    rng = np.random.default_rng(1)
    rates = 40 * np.exp(-0.3 * (np.arange(40) >= 20))
    return segmented_regression(rng.poisson(rates), 20, labels=[f"m{k}" for k in range(40)])


def test_the_forest_draws_ratios_and_the_mean(pooled):
    ax = plot_forest(pooled)
    ax.figure.draw_without_rendering()
    assert ax.get_xscale() == "log"
    labels = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert labels[-2:] == ["All areas together", "One more such area"]
    assert labels[1] == r"South of the \$ valley"
    squares = [line for line in ax.lines if line.get_marker() == "s"]
    drawn = [float(line.get_xdata()[0]) for line in squares]
    assert drawn == pytest.approx(list(np.exp(pooled.effects)))
    biggest = max(squares, key=lambda line: line.get_markersize())
    assert biggest is squares[int(np.argmax(pooled.weights))]
    diamond = ax.patches[0].get_path().vertices[:, 0]
    assert diamond.min() == pytest.approx(np.exp(pooled.interval.low))
    assert "0.60 (0.28 to 1.31)" in [text.get_text() for text in ax.texts]
    text = describe_forest(pooled)
    assert all(name in text for name in NAMES)
    assert "5 areas together" in text


def test_a_mean_without_limits_is_drawn_and_said():
    same = AreaEffects(
        areas=("a", "b"), effects=np.array([0.2, 0.2]), variances=np.array([0.1, 0.1]),
        measure="difference", is_log=False,
    )  # fmt: skip
    ax = plot_forest(meta_analysis(same))
    assert "0.20 (no limits)" in [text.get_text() for text in ax.texts]


def test_the_funnel_names_only_those_outside():
    found = funnel([7, 9, 4, 11, 10], [28, 24, 18, 31, 10], areas=NAMES)
    ax = plot_funnel(found)
    ax.figure.draw_without_rendering()
    assert [text.get_text() for text in ax.texts] == ["Hill"]
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    assert dots.get_ydata() == pytest.approx(found.values)
    assert "Hill: 100.0% of 10" in describe_funnel(found)
    assert "1 of 5 areas outside the 95% limits" in describe_funnel(found)
    rates = funnel([7, 9, 4], [20.5, 30.1, 8.0], kind="rate")
    assert plot_funnel(rates).get_ylabel() == "Rate"


def test_the_event_study_shows_before_after_and_the_start(study):
    ax = plot_event_study(study)
    ax.figure.draw_without_rendering()
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [float(dot.get_ydata()[0]) for dot in dots] == pytest.approx(list(study.differences))
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == [True, True, True, False]
    assert ax.get_title(loc="left") == "2 intensive areas against 2 others"
    text = describe_event_study(study)
    assert "Last period before: 2012, 0 by definition" in text
    assert f"2013 {study.differences[3]:.3f}" in text.replace("\u2212", "-")


def test_the_series_goes_on_as_before_only_after_the_break(series):
    ax = plot_series(series)
    ax.figure.draw_without_rendering()
    expected = next(x for x in ax.lines if x.get_label() == "Expected without a break")
    assert list(expected.get_xdata()) == list(range(20, 40))
    assert expected.get_ydata() == pytest.approx(series.expected[20:])
    counts = next(x for x in ax.lines if x.get_label() == "Count")
    assert counts.get_ydata() == pytest.approx(series.counts)
    text = describe_series(series)
    assert "40 months, 20 before the break" in text
    assert series.level_change.printed_interval in text


def test_figures_draw_where_they_are_told(pooled, study, series):
    from dipoutcomes.plots.style import new_axes

    for plot, result in ((plot_forest, pooled), (plot_event_study, study), (plot_series, series)):
        ax = new_axes(5, 3)
        assert plot(result, ax=ax) is ax
