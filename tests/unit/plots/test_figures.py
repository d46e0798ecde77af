"""Each figure says what it shows and on what it rests, hides what is withheld, touches no style."""

import matplotlib as mpl
import numpy as np
import pytest

from dipoutcomes import plots


@pytest.fixture(params=["estimates", "methods", "rates", "flow", "curves", "curves falling"])
def drawing(request, shares, rates, flow, curves):
    """Return a function that draws one of the figures, on given or new axes."""
    draw = {
        "estimates": lambda ax=None: plots.plot_estimates(shares, ax=ax),
        "methods": lambda ax=None: plots.plot_methods(shares, ax=ax),
        "rates": lambda ax=None: plots.plot_rates(rates, ax=ax),
        "flow": lambda ax=None: plots.plot_flow(flow, ax=ax),
        "curves": lambda ax=None: plots.plot_curves(curves, ax=ax),
        "curves falling": lambda ax=None: plots.plot_curves(curves, ax=ax, cumulative=False),
    }
    return draw[request.param]


def test_a_figure_says_what_is_withheld(drawing, read_words):
    assert "withheld" in read_words(drawing())


def test_global_style_stays_as_it_was(drawing, render):
    before = dict(mpl.rcParams)
    render(drawing())
    assert dict(mpl.rcParams) == before


def test_no_figure_is_kept_open(drawing):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    drawing()
    assert plt.get_fignums() == before


def test_a_figure_is_drawn_on_the_axes_given(drawing, render):
    from matplotlib.figure import Figure

    ax = Figure(figsize=(8, 8), layout="constrained").subplots()
    assert drawing(ax) is ax
    render(ax)


def test_nothing_is_cut_off(drawing, render):
    ax = drawing()
    figure = ax.figure
    box = figure.get_tightbbox(render(ax))
    width, height = figure.get_size_inches()
    assert box.x0 > -0.02
    assert box.y0 > -0.02
    assert box.x1 < width + 0.02
    assert box.y1 < height + 0.02


def test_no_two_texts_of_a_figure_overlap(drawing, render):
    ax = drawing()
    renderer = render(ax)
    texts = [t for t in ax.texts if t.get_text()]
    texts += [t for t in ax.get_yticklabels() + ax.get_xticklabels() if t.get_text()]
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    touching = [
        (a, b)
        for i, (a, first) in enumerate(boxes)
        for b, second in boxes[i + 1 :]
        if first.shrunk(0.98, 0.9).overlaps(second.shrunk(0.98, 0.9))
    ]
    assert not touching


def test_estimates_show_labels_counts_and_level(shares, read_words):
    ax = plots.plot_estimates(shares)
    said = read_words(ax)
    assert ax.get_xlabel() == "Share arrested at least once (95% confidence interval)"
    for words in ("21 of 28 people", "13 of 28 people", "75.0%", "(56.6% to 87.3%)", "100%"):
        assert words in said
    assert "not available" in said
    assert "custody removed" in said


def test_withheld_numbers_appear_in_no_text(shares, rates, read_words):
    said = read_words(plots.plot_estimates(shares)) + read_words(plots.plot_rates(rates))
    for hidden in ("17.9%", "7.9%", "35.6%", "5 in 28", "0.53", "17 in", "19.1"):
        assert hidden not in said


def test_points_are_drawn_only_where_there_are_values(shares):
    ax = plots.plot_estimates(shares)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert sorted(float(line.get_xdata()[0]) for line in dots) == [0.464, 0.75]


def test_one_axis_carries_one_measure(make_share, make_table):
    table = make_table(
        ("a", "", make_share(0.5, 0.3, 0.7, 14)),
        ("b", "", make_share(0.5, 0.3, 0.7, 14, measure="share charged")),
    )
    for draw in (plots.plot_estimates, plots.plot_methods, plots.plot_rates):
        with pytest.raises(ValueError, match="2 kinds of measure"):
            draw(table)


def test_groups_head_their_rows(make_share, make_table, read_words):
    table = make_table(
        ("Newport", "Women", make_share(0.5, 0.3, 0.7, 14)),
        ("Newport", "Men", make_share(0.6, 0.4, 0.8, 17)),
    )
    said = read_words(plots.plot_estimates(table))
    assert "Women" in said
    assert "Men" in said


def test_methods_mark_the_published_value(make_share, make_table, read_words):
    table = make_table(
        ("Wilson score", "", make_share(0.75, 0.566, 0.873, 21)),
        ("Clopper-Pearson", "", make_share(0.75, 0.551, 0.893, 21)),
    )
    ax = plots.plot_methods(table)
    said = read_words(ax)
    assert "as counted: 75.0%" in said
    assert "all from 21 of 28 people" in ax.get_xlabel().replace("\n", " ")
    assert any(
        np.allclose(line.get_xdata(), 0.75) and len(line.get_xdata()) == 2 for line in ax.lines
    )


def test_rates_say_windows_counts_and_open_limits(rates, read_words):
    ax = plots.plot_rates(rates)
    said = read_words(ax)
    assert "Arrests per person-year at liberty (95% confidence interval)" in said
    for words in ("12 months before", "64 in 26.7 person-years at liberty", "2.40", "1.50"):
        assert words in said
    assert any(line.get_marker() == "^" for line in ax.lines)  # no upper limit
    assert ax.get_ylim()[0] == 0


def test_a_slope_joins_only_when_asked(make_rate, make_table):
    table = make_table(
        ("before", "", make_rate(2.0, 1.5, 2.5, 40, 20.0)),
        ("after", "", make_rate(1.0, 0.5, 1.5, 20, 20.0)),
    )

    def slopes(ax):
        return [
            ln for ln in ax.lines if list(ln.get_xdata()) == [0, 1] and ln.get_linestyle() != "None"
        ]

    assert not slopes(plots.plot_rates(table))
    assert len(slopes(plots.plot_rates(table, connect=True))) == 1


def test_flow_shows_every_step(flow, read_words):
    said = read_words(plots.plot_flow(flow))
    hidden = "number left out withheld: under 18"
    for words in ("1,284", "312 left out", hidden, "925 in the frame"):
        assert words in said
    assert "| 0 left out" not in said  # a step that lost nobody is left to the table
    assert "925 in the frame" in said


def test_flow_grows_with_its_steps(flow):
    from dataclasses import replace

    from dipoutcomes.plots.flow import flow_height

    assert flow_height(flow) > flow_height(replace(flow, rows=flow.rows[:1])) + 1
    assert plots.plot_flow(flow).figure.get_size_inches()[1] == pytest.approx(flow_height(flow))


def test_flow_text_stays_in_its_box(flow, render):
    ax = plots.plot_flow(flow)
    renderer = render(ax)
    boxes = [patch.get_window_extent(renderer) for patch in ax.patches]
    texts = [t for t in ax.texts if t.get_text()]
    assert len(boxes) == len(texts)
    for text in texts:
        inner = text.get_window_extent(renderer)
        assert any(
            box.x0 <= inner.x0 and inner.x1 <= box.x1 and box.y0 <= inner.y0 and inner.y1 <= box.y1
            for box in boxes
        ), text.get_text()


def test_flow_refuses_a_table_of_another_kind(flow):
    from dataclasses import replace

    with pytest.raises(ValueError, match="remaining"):
        plots.plot_flow(replace(flow, columns=flow.columns[:2]))


def test_curves_rise_from_nought_or_fall_from_one(curves):
    rising = plots.plot_curves(curves)
    falling = plots.plot_curves(curves, cumulative=False)
    assert rising.get_ylabel().startswith("Share arrested")
    assert falling.get_ylabel().startswith("Share not yet arrested")
    steps = [ln for ln in rising.lines if ln.get_linewidth() == 2 and len(ln.get_xdata()) == 3]
    assert list(steps[0].get_ydata()) == pytest.approx([0, 0.536, 0.786])
    assert rising.get_xlabel() == "Days from the start of follow-up"


def test_curves_count_who_is_still_followed(curves, read_words):
    said = read_words(plots.plot_curves(curves))
    assert "28 (0)" in said
    assert "13 (15)" in said  # just before day 180, 15 events so far
    for hidden in ("31 (", "19 ("):
        assert hidden not in said


def test_curves_differ_in_line_and_mark_not_in_colour_alone(curves):
    ax = plots.plot_curves(curves[:2])
    ends = [ln for ln in ax.lines if ln.get_label() in {c.label for c in curves}]
    assert len({ln.get_marker() for ln in ends}) == 2
    steps = [ln for ln in ax.lines if ln.get_linewidth() == 2 and len(ln.get_xdata()) == 3]
    assert len({str(ln._dash_pattern) for ln in steps}) == 2


def test_the_legend_covers_no_curve(curves, render):
    ax = plots.plot_curves(curves)
    render(ax)
    legend = ax.get_legend().get_window_extent()
    assert legend.y0 >= ax.get_window_extent().y1 - 1


def test_a_lone_withheld_curve_shows_nothing(curves, read_words):
    ax = plots.plot_curves(curves[2:])
    assert "withheld" in read_words(ax)
    assert not [ln for ln in ax.lines if len(ln.get_xdata())]


def test_curves_of_different_measures_are_refused(curves):
    from dataclasses import replace

    with pytest.raises(ValueError, match="differ in time_unit"):
        plots.plot_curves((curves[0], replace(curves[1], time_unit="weeks")))
    with pytest.raises(ValueError, match="empty"):
        plots.plot_curves(())


def test_big_numbers_get_fewer_ticks(curves):
    from dataclasses import replace

    big = replace(curves[0], at_risk=(2_000_000, 1_900_000, 900_000))
    assert len(plots.plot_curves((big,)).get_xticks()) < len(plots.plot_curves(curves).get_xticks())


def test_the_palette_stays_apart_in_grey():
    from matplotlib.colors import to_rgb

    from dipoutcomes.plots.style import COLOURS

    grey = [np.dot(to_rgb(colour), [0.299, 0.587, 0.114]) for colour in COLOURS[:4]]
    assert min(np.diff(sorted(grey))) > 0.1


def test_a_long_word_is_cut_to_fit():
    from dipoutcomes.plots.style import text_inches, wrap

    lines = wrap("a " + "x" * 80 + " end", 1.0).split("\n")
    assert max(text_inches(line) for line in lines) <= 1.0
    assert "".join(lines).replace(" ", "") == "a" + "x" * 80 + "end"


def test_a_dollar_is_a_dollar(make_share, make_table, read_words):
    table = make_table(("cost under $5 or over $9", "", make_share(0.5, 0.3, 0.7, 14)))
    assert "cost under $5 or over $9" in read_words(plots.plot_estimates(table))


def test_a_ratio_has_a_line_at_no_effect_and_room_for_no_upper_limit(read_words):
    from dataclasses import replace

    from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval

    ratio = Estimate(
        measure="ratio of arrest rates",
        value=0.5,
        interval=Interval(0.3, np.inf, 0.95, "conditional"),
        events=20,
        base=30.5,
        base_unit="person-years",
        quantity="ratio",
        reference_events=41,
        reference_base=28.0,
    )
    rows = (EstimateRow(label="All", estimate=ratio),)
    ax = plots.plot_estimates(EstimateTable(name="ratio", caption="Ratio", rows=rows))
    assert ax.get_xscale() == "log"
    assert any(list(line.get_xdata()) == [1, 1] for line in ax.lines)
    assert any(line.get_marker() == ">" for line in ax.lines)
    said = read_words(ax)
    assert "20 in 30.5 against 41 in 28 person-years" in said
    assert "no upper limit" in said
    interval = Interval(-0.05, 0.25, 0.95, "Newcombe")
    gap = replace(ratio, quantity="difference", value=0.1, interval=interval)
    rows = (EstimateRow(label="All", estimate=gap),)
    ax = plots.plot_estimates(EstimateTable(name="d", caption="Difference", rows=rows))
    assert "percentage points" in ax.get_xlabel()
    assert any(list(line.get_xdata()) == [0, 0] for line in ax.lines)
