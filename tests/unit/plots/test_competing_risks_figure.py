"""The figures of competing events: what they say, that they fit, and the same in words."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dipoutcomes.plots.competing_risks import (
    describe_cumulative_incidence,
    describe_overstatement,
    plot_cumulative_incidence,
    plot_overstatement,
)
from dipoutcomes.survival.competing_risks import (
    cumulative_incidence,
    incidence_by_group,
    naive_incidence,
)

NAMES = {
    1: "arrest",
    2: "death",
    3: "custody of $1,000 days or more, deportation, or transfer abroad",
}
rng = np.random.default_rng(210)
DAYS, CAUSES = rng.integers(1, 400, 210), rng.integers(0, 4, 210)
FOUND = cumulative_incidence(DAYS, CAUSES, names=NAMES, confidence_level=0.9)
LONG = cumulative_incidence(
    rng.integers(1, 40, 30), rng.integers(0, 7, 30), time_unit="months",
    names={k: f"cause number {k} of a long list of many" for k in range(1, 7)},
)  # fmt: skip
HIDDEN = FOUND.withhold("fewer than 10 persons")


def shown(ax):
    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()
    return canvas


def bands(ax):
    """Return lower and upper edge of each area at each step."""
    found = []
    for area in ax.collections:
        path = area.get_paths()[0].vertices
        found.append((path[:, 0], path[:, 1]))
    return found


def test_the_areas_are_the_shares_and_fill_the_axes():
    ax = plot_cumulative_incidence(FOUND)
    assert len(ax.collections) == 4
    tops = np.cumsum([curve.value for curve in FOUND.curves], axis=0)
    for line, top in zip(ax.lines, tops, strict=True):
        assert line.get_ydata() == pytest.approx(top)
    for (_, heights), top in zip(bands(ax), [*tops, np.ones(len(tops[0]))], strict=True):
        assert heights.max() == pytest.approx(max(top), abs=1e-12)
    assert bands(ax)[-1][1].max() == 1


def test_each_area_has_its_own_hatch_and_grey():
    ax = plot_cumulative_incidence(LONG)
    hatches = [area.get_hatch() for area in ax.collections]
    assert len(set(hatches)) == 7
    assert hatches[-1] is None


def test_the_words_give_count_level_shares_and_who_is_followed():
    ax = plot_cumulative_incidence(FOUND)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend[0].startswith("none of these: ")
    assert legend[-1].startswith("arrest: ")
    assert all("90% CI" in text.replace("\n", " ") for text in legend)
    assert "210 people" in ax.get_ylabel().replace("\n", " ")
    assert "210 (0)" in [text.get_text() for text in ax.texts]
    assert ax.get_legend().get_title().get_text() == f"By {max(DAYS)} days, what came first"


@pytest.mark.parametrize("found", [FOUND, LONG, HIDDEN], ids=["short", "long", "hidden"])
def test_every_word_is_inside_the_figure(found):
    ax = plot_cumulative_incidence(found)
    canvas = shown(ax)
    width, height = canvas.get_width_height()
    legend = [ax.get_legend()] if ax.get_legend() else []
    for artist in (ax.xaxis.label, ax.yaxis.label, *legend, *ax.texts):
        box = artist.get_window_extent(canvas.get_renderer())
        if box.width:
            assert box.x0 >= 0
            assert box.y0 >= 0
            assert box.x1 <= width + 1
            assert box.y1 <= height + 1


def test_withheld_numbers_are_nowhere():
    ax = plot_cumulative_incidence(HIDDEN)
    said = " ".join(text.get_text() for text in ax.texts)
    assert "withheld" in said
    assert not ax.collections
    assert describe_cumulative_incidence(HIDDEN).endswith("The numbers are withheld.")


def test_a_group_is_named_and_axes_are_used():
    ax = Figure().subplots()
    group = incidence_by_group(DAYS, CAUSES, np.where(DAYS % 2, "odd", "even"), names=NAMES)[1]
    assert plot_cumulative_incidence(group, ax=ax) is ax
    assert ", odd" in ax.get_ylabel().replace("\n", " ")
    assert "over time, odd, " in describe_cumulative_incidence(group)


def test_the_words_of_the_stack_add_up():
    words = describe_cumulative_incidence(FOUND)
    last = words.rsplit("By ", 1)[1]
    for curve in FOUND.curves:
        assert f"{100 * curve.value[-1]:.1f}%" in last
    assert f"none of these {100 * FOUND.event_free.value[-1]:.1f}%" in last


def test_the_naive_curve_is_named_too_high():
    right, naive = FOUND["arrest"], naive_incidence(FOUND)[0]
    ax = plot_overstatement(right, naive)
    shown(ax)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == [
        "Share of people with it (Aalen-Johansen)",
        "One minus Kaplan-Meier: too high",
    ]
    gap = f"{100 * (naive.value[-1] - right.value[-1]):.1f} points"
    assert gap in ax.texts[-1].get_text()
    words = describe_overstatement(right, naive)
    assert words.endswith(f"is too high by {gap}.")
    assert f"{100 * naive.value[-1]:.1f}% at {max(DAYS)} days" in words


def test_curves_of_different_people_are_refused_and_withheld_ones_say_nothing():
    with pytest.raises(ValueError, match="must have the same times"):
        plot_overstatement(FOUND["arrest"], naive_incidence(LONG)[0])
    right, naive = (curve.withhold("too few") for curve in (FOUND.curves[0], FOUND.curves[1]))
    naive = replace(naive, measure=right.measure)
    assert "points" not in describe_overstatement(right, naive)
    assert not any("points" in text.get_text() for text in plot_overstatement(right, naive).texts)
