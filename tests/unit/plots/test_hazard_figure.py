"""The hazard over time and the bands around curves, as a reader sees them."""

from dataclasses import replace

import pytest

from dipoutcomes.plots import describe_curves, plot_curves
from dipoutcomes.plots.hazard import describe_hazard, plot_hazard
from dipoutcomes.results import Curve

NAN = float("nan")


def hazard(label, value, *, high=None):
    return Curve(
        label=label,
        measure="events per person-year",
        time=(0.0, 90.0, 365.0),
        value=value,
        low=tuple(v / 2 for v in value),
        high=high or tuple(v * 2 for v in value),
        at_risk=(200, 150, 90),
        events=(0, 50, 60),
        censored=(0, 0, 0),
        time_unit="days",
        confidence_level=0.95,
        method="exact Poisson (Garwood)",
    )


@pytest.fixture
def pair():
    return hazard("aid", (1.2, 0.6, 0.6)), hazard("no $ aid", (0.8, NAN, NAN))


def test_each_stretch_is_level_and_the_numbers_are_those_of_the_edges(pair, read_words):
    ax = plot_hazard(pair)
    assert ax.get_xticks().tolist() == [0, 90, 365]
    said = read_words(ax)
    assert "150 (50)" in said
    assert "90 (110)" in said
    assert "no $ aid" in said
    assert ax.get_ylabel().startswith("Events per person-year (95%")
    assert any(line.get_drawstyle() == "steps-post" for line in ax.lines)
    assert not any(
        line.get_drawstyle() == "steps-post" for line in plot_hazard(pair, smooth=True).lines
    )


def test_limits_of_the_last_few_do_not_flatten_the_rest(pair):
    wild = hazard("all", (1.0, 1.0, 1.0), high=(2.0, 2.0, 900.0))
    assert plot_hazard((wild,)).get_ylim()[1] == pytest.approx(3)


def test_a_withheld_hazard_shows_nothing(pair, read_words):
    hidden = (pair[0].withhold("fewer than 10"), pair[1])
    assert "withheld" in read_words(plot_hazard(hidden))
    assert "aid: withheld." in describe_hazard(hidden)


def test_the_hazard_in_words(pair):
    said = describe_hazard(pair)
    assert "2 lines with 95% confidence intervals" in said
    assert "aid: 200 people, 110 events; 1.20 (0.60 to 2.40) from 0 to 90 days" in said
    assert "not available from 90 to 365 days" in said
    assert "at 0 days" in describe_hazard(pair, smooth=True)


def test_hazards_of_two_kinds_are_refused(pair):
    with pytest.raises(ValueError, match="differ in time_unit"):
        plot_hazard((pair[0], replace(pair[1], time_unit="weeks")))
    with pytest.raises(ValueError, match="nothing to draw"):
        describe_hazard(())


def band_of(curve):
    return replace(curve, low=(NAN, *curve.low[1:]), high=(NAN, 0.99, 0.98))


def test_a_band_is_drawn_dotted_and_said(curves, read_words):
    shown = curves[:2]
    plain, banded = plot_curves(shown), plot_curves(shown, bands=tuple(map(band_of, shown)))
    dotted = [line for line in banded.lines if line.get_linestyle() == ":"]
    assert len(dotted) == 4
    assert len(banded.lines) == len(plain.lines) + 4
    assert "dotted: band for the whole curve" in banded.get_ylabel().replace("\n", " ")
    assert "dotted" not in plain.get_ylabel()
    said = describe_curves(shown, bands=(band_of(shown[1]),))
    assert said.count("Dotted band for the whole curve from 90 to 365 days") == 1
    assert "2.0% to 68.6% at 365" in said


def test_a_band_of_another_curve_is_refused(curves):
    with pytest.raises(ValueError, match="no curve is"):
        plot_curves(curves[:1], bands=(band_of(curves[1]),))
    other = replace(band_of(curves[0]), value=(1.0, 0.9, 0.8))
    with pytest.raises(ValueError, match="of another curve"):
        plot_curves(curves[:1], bands=(other,))


def test_a_withheld_curve_has_no_band(curves, read_words):
    hidden = (curves[0].withhold("few"), curves[1])
    ax = plot_curves(hidden, bands=(band_of(curves[0]),))
    assert not [line for line in ax.lines if line.get_linestyle() == ":"]
    assert "withheld" in read_words(ax)
