"""The figure of a confidence sequence: what it says, that it fits, and the same in words."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dipoutcomes.plots import describe_confidence_sequence, plot_confidence_sequence
from dipoutcomes.sampling.sequential import proportion_confidence_sequence

SEQUENCE = proportion_confidence_sequence([0, 1, 1, 1] * 7, 210)
LONG = proportion_confidence_sequence(
    [None, *([0, 1, 0, 0] * 49)], 12_345, untraced="bounds", confidence_level=0.9
)


def texts(ax):
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    return [ax.get_xlabel(), ax.get_ylabel(), *legend, *(text.get_text() for text in ax.texts)]


def test_it_says_the_level_the_counts_and_what_the_dashes_are():
    said = "\n".join(texts(plot_confidence_sequence(SEQUENCE, threshold=0.5)))
    for words in ("95% confidence sequence", "28 of a frame of 210", "21 with the event",
                  "one look fixed in advance", "threshold\n50.0%"):  # fmt: skip
        assert words in said


def test_the_lines_are_the_limits():
    ax = plot_confidence_sequence(SEQUENCE)
    drawn = [line.get_ydata()[:-1] for line in ax.lines]
    wanted = [SEQUENCE.low, SEQUENCE.high, SEQUENCE.fixed_low, SEQUENCE.fixed_high, SEQUENCE.share]
    assert len(drawn) == len(wanted)
    for line, values in zip(drawn, wanted, strict=True):
        assert np.array_equal(line, values)
    assert list(ax.lines[0].get_xdata()) == list(range(1, 30))


@pytest.mark.parametrize("sequence", [SEQUENCE, LONG], ids=["short", "long"])
def test_every_word_is_inside_the_figure(sequence):
    ax = plot_confidence_sequence(sequence, threshold=0.5)
    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    for artist in (ax.xaxis.label, ax.yaxis.label, ax.get_legend(), *ax.texts):
        box = artist.get_window_extent(canvas.get_renderer())
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height


def test_it_draws_where_it_is_told_and_with_one_person():
    ax = Figure().subplots()
    one = proportion_confidence_sequence([1], 5)
    assert plot_confidence_sequence(one, ax=ax) is ax
    assert "After person 1:" in describe_confidence_sequence(one)


def test_the_words_say_where_the_threshold_was_left_behind():
    assert "at or above the threshold of 40.0% from person 16 on" in describe_confidence_sequence(
        SEQUENCE, threshold=0.4
    )
    assert "still hold the threshold of 50.0%" in describe_confidence_sequence(
        SEQUENCE, threshold=0.5
    )
    nobody = proportion_confidence_sequence([0] * 12, 210)
    assert "below the threshold of 50.0% from person 8 on" in describe_confidence_sequence(
        nobody, threshold=0.5
    )
