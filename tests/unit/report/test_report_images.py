"""A figure's words: what a machine can refuse."""

import struct

import pytest

from dipoutcomes.report.images import alt_text_fault, data_uri, svg_to_png

GOOD = "The share arrested fell from 62% in the year before to 41% in the year after contact."


@pytest.mark.parametrize(
    ("alt", "fault"),
    [
        ("", "is missing"),
        ("   \n", "is missing"),
        ("figure-01.png", "is a file name"),
        ("figure-01", "is a file name"),
        ("no alternative text was provided", "is a stock sentence"),
        ("An image of the results", "is a stock sentence"),
        ("Chart", "is a stock sentence"),
        ("Chart. Chart. Chart. Chart. Chart. Chart. Chart. Chart. Chart.", "is a stock sentence"),
        ("See the caption of the figure for a full description of it", "is a stock sentence"),
        ("62% then 41%", "has 4 letters, fewer than 40"),
        ("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21", "has 0 letters, fewer than 40"),
    ],
)
def test_what_cannot_serve_is_refused(alt, fault):
    assert alt_text_fault(alt, name="figure-01.png") == fault


def test_a_copy_of_the_caption_is_refused_and_a_description_is_not():
    assert alt_text_fault(GOOD, name="figure-01.png", caption="Arrests") == ""
    assert alt_text_fault(GOOD, caption=GOOD.upper()) == "repeats the caption"


def test_forty_letters_are_enough_and_thirty_nine_are_not():
    assert alt_text_fault("word " * 10) == ""
    assert "39 letters" in alt_text_fault("word " * 9 + "wor")


def test_svg_becomes_a_png_of_its_own_size():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="144" height="72"></svg>'
    png = svg_to_png(svg, pixels_per_inch=72)
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert width == 2 * height
    assert data_uri("a.png", png).startswith("data:image/png;base64,iVBOR")
