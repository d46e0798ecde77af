"""Figures of time to the event as a notebook shows them and as files: never without words."""

import io
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from dipoutcomes.plots import describe_curves, plot_curves
from dipoutcomes.report import show
from dipoutcomes.report.images import alt_text_fault
from dipoutcomes.survival import curves_by_group
from dipoutcomes.survival.bands import survival_band
from dipoutcomes.survival.competing_risks import cumulative_incidence
from dipoutcomes.survival.recurrent import build_histories, mean_cumulative_functions_by_group

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def curves():
    rng = np.random.default_rng(2)
    time, group = rng.integers(1, 365, 80), np.repeat(["<aid> & care", "none"], 40)
    return curves_by_group(time, rng.integers(0, 2, 80), group, measure="share not yet arrested")


@pytest.fixture
def shown(monkeypatch):
    """Return the figures that were shown."""
    figures = []
    monkeypatch.setattr(show, "show_figure", figures.append)
    monkeypatch.setattr(show, "show_table", lambda _: None)
    return figures


def test_curves_with_bands_say_what_the_dots_are(curves, shown):
    show.show_curves(curves)
    show.show_curves(curves, bands=[survival_band(curve) for curve in curves])
    plain, banded = shown
    assert "dotted" not in plain.caption
    assert "dotted: a band for the whole curve" in banded.caption
    assert "Dotted band for the whole curve" in banded.alt


def test_one_curve_and_several_are_taken_alike(curves, shown):
    show.show_curves(curves[0])
    show.show_curves([curves[0]])
    assert shown[0] == shown[1]


def test_figures_of_causes_and_of_repeated_events_have_words_of_their_own(shown):
    found = cumulative_incidence(
        [5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0], names={1: "arrest", 2: "death"}
    )
    show.show_incidence(found)
    show.show_overstatement(found, "arrest")
    histories = build_histories([0] * 4, [9] * 4, event_person=[0, 1, 1, 3], event_day=[2, 3, 5, 6])
    show.show_mean_functions(mean_cumulative_functions_by_group(histories, list("aabb")))
    assert len(shown) == 3
    for figure in shown:
        assert alt_text_fault(figure.alt, caption=figure.caption) == ""
    assert "arrest 58.3%" in shown[0].alt
    assert "too high by 8.3 points" in shown[1].alt
    with pytest.raises(KeyError, match="no cause 'theft'"):
        show.show_overstatement(found, "theft")


def test_a_file_of_a_figure_holds_its_words_whatever_they_are(curves):
    alt = describe_curves(curves)
    svg = show.figure_file(lambda: plot_curves(curves), alt, kind="svg")
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == alt
    assert "<aid> & care" in alt
    png = show.figure_file(lambda: plot_curves(curves), alt)
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        assert image.info["Description"] == alt
        assert len(np.unique(np.asarray(image.convert("L")))) > 10  # something is drawn


def test_the_same_figure_is_the_same_file_and_no_setting_stays(curves):
    import matplotlib as mpl

    before = mpl.rcParams["svg.hashsalt"]
    for kind in ("png", "svg"):
        first, second = (
            show.figure_file(lambda: plot_curves(curves), "words", kind=kind) for _ in range(2)
        )
        assert first == second
    assert mpl.rcParams["svg.hashsalt"] == before


def test_another_kind_of_file_is_refused(curves):
    with pytest.raises(ValueError, match="png"):
        show.figure_file(lambda: plot_curves(curves), "words", kind="gif")
