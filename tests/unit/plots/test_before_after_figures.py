"""Figures of before and after: what is drawn where, and the same in words."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from dipoutcomes.comparison.before_after import distribution_of_change
from dipoutcomes.comparison.regression_to_mean import (
    adjusted_ratio,
    literature_grid,
    published_spread,
)
from dipoutcomes.outcomes import rate_per_person_year
from dipoutcomes.plots.before_after import (
    describe_distribution_of_change,
    describe_rates_before_after,
    plot_distribution_of_change,
    plot_rates_before_after,
)
from dipoutcomes.plots.regression_to_mean import (
    describe_literature_grid,
    describe_regression_to_mean,
    plot_literature_grid,
    plot_regression_to_mean,
)
from dipoutcomes.results import EstimateRow, EstimateTable

COLUMNS = ([2, 1, 4, 1, 3] * 20, [365] * 100, [1, 0, 2, 1, 4] * 20, [365] * 100)
SPREAD = published_spread(1.0, 1.0, source="illustrative")


@pytest.fixture
def adjusted():
    return adjusted_ratio(*COLUMNS, reference=SPREAD, index_counts=True)


@pytest.fixture
def change():
    return distribution_of_change(
        *COLUMNS, reference=SPREAD, index_counts=True, rng=np.random.default_rng(1), replicates=40
    )


@pytest.fixture
def grid():
    return literature_grid(
        *COLUMNS, offences_per_year=[0.5, 1.0, 4.0], gamma_shape=[0.5, 2.0], index_counts=True
    )


def rates():
    windows = {"before": COLUMNS[0], "during the intervention": COLUMNS[2], "after": COLUMNS[2]}
    rows = tuple(
        EstimateRow(label=name, estimate=rate_per_person_year(events, COLUMNS[1]))
        for name, events in windows.items()
    )
    return EstimateTable(name="rates", caption="Rates by window", rows=rows)


def test_three_ratios_stand_at_their_values_with_their_limits(adjusted):
    ax = plot_regression_to_mean(adjusted)
    assert ax.get_xscale() == "log"
    wanted = [adjusted.observed, adjusted.expected, adjusted.adjusted]
    points = [line for line in ax.lines if line.get_marker() != "None"]
    assert [float(p.get_xdata()[0]) for p in points] == [e.value for e in wanted]
    spans = [tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2][:3]
    assert spans == [tuple(e.interval) for e in wanted]
    low, high = ax.get_xlim()
    assert low < 1 < high
    words = " ".join(t.get_text() for t in ax.texts)
    assert all(e.printed_interval in words for e in wanted)
    assert "100 people" in ax.get_title(loc="left")
    text = describe_regression_to_mean(adjusted)
    assert all(e.printed in text for e in wanted)
    assert "100 people" in text


def test_a_ratio_of_nothing_is_drawn_without_a_point():
    none = adjusted_ratio([2, 1], [365] * 2, [0, 0], [365] * 2, reference=SPREAD)
    ax = plot_regression_to_mean(none)
    points = [line for line in ax.lines if line.get_marker() != "None"]
    assert len(points) == 1  # what no effect would give
    assert "0.00" in describe_regression_to_mean(none)


def test_bars_are_people_and_the_line_is_the_model(change):
    ax = plot_distribution_of_change(change)
    heights = {round(b.get_x() + b.get_width() / 2): b.get_height() for b in ax.patches[:-1]}
    seen = dict(zip(change.change, change.people_observed, strict=True))
    assert all(seen[c] == h for c, h in heights.items())
    assert sum(heights.values()) == change.persons
    stairs = ax.patches[-1].get_data()
    shown = dict(zip(change.change, change.people_expected, strict=True))
    assert list(stairs.values) == [shown[c] for c in sorted(heights)]
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert set(labels) == {"Observed", "With no effect (mean)"}
    text = describe_distribution_of_change(change)
    assert "Fell: 60% observed" in text


def test_every_pair_of_the_grid_has_its_number_and_those_apart_from_1_a_frame(grid):
    ax = plot_literature_grid(grid)
    numbers = [t.get_text() for t in ax.texts]
    assert numbers == [f"{v:.2f}" for v in grid.ratio.ravel()]
    apart = int(((grid.high < 1) | (grid.low > 1)).sum())
    assert len(ax.patches) == apart
    assert 0 < apart < grid.ratio.size
    assert f"For {apart} of 6 pairs" in describe_literature_grid(grid)


def test_windows_stand_in_order_with_events_below_and_the_rate_beside():
    table = rates()
    ax = plot_rates_before_after(table)
    labels = [t.get_text() for t in ax.get_xticklabels()]
    assert labels[0] == "before\n220 events"
    assert [t.get_text() for t in ax.texts] == [e.printed for e in table.estimates]
    assert ax.get_ylim()[0] == 0
    assert "during the intervention" in describe_rates_before_after(table)


def test_given_axes_are_used_and_a_withheld_row_shows_nothing(adjusted, change, grid):
    from matplotlib.figure import Figure

    for draw, result in (
        (plot_regression_to_mean, adjusted), (plot_distribution_of_change, change),
        (plot_literature_grid, grid), (plot_rates_before_after, rates()),
    ):  # fmt: skip
        ax = Figure().subplots()
        assert draw(result, ax=ax) is ax
    hidden = rates()
    rows = (
        EstimateRow(label="before", estimate=hidden.rows[0].estimate.withhold("too few people")),
        *hidden.rows[1:],
    )
    ax = plot_rates_before_after(EstimateTable(name="r", caption="Rates", rows=rows))
    assert ax.get_xticklabels()[0].get_text() == "before\nwithheld"
    assert len(ax.texts) == 2


def test_stored_ratios_without_their_people_name_none(adjusted):
    stored = SimpleNamespace(
        observed=replace(adjusted.observed, persons=None),
        expected=adjusted.expected,
        adjusted=adjusted.adjusted,
        entry="entry at an event like any other",
    )
    title = plot_regression_to_mean(stored).get_title(loc="left")
    assert title == "Entry at an event like any other"
    text = describe_regression_to_mean(stored)
    assert "people" not in text
    assert "intervals; entry at an event like any other." in text
