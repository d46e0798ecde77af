"""How numbers are printed."""

import pytest

from dipoutcomes import _display


@pytest.mark.parametrize(
    ("value", "digits", "printed"),
    [
        (2.5, 0, "3"),
        (3.5, 0, "4"),
        (0.145, 2, "0.15"),
        (-0.04, 1, "0.0"),
        (1234567.0, 0, "1,234,567"),
    ],
)
def test_a_half_is_rounded_away_from_zero_and_never_printed_minus_zero(value, digits, printed):
    assert _display.number(value, digits) == printed


def test_a_share_is_printed_as_a_percentage():
    assert _display.percent(21 / 28) == "75.0%"
    assert _display.percent(79 / 306, 0) == "26%"  # the report printed 25%: truncated


def test_a_difference_is_printed_in_points_with_its_sign():
    assert _display.quantity(0.083, "difference") == "+8.3 points"
    assert _display.quantity(-0.083, "difference") == "-8.3 points"
    assert _display.quantity(0, "difference") == "0.0 points"


def test_a_limit_that_only_just_misses_zero_is_not_printed_as_zero():
    assert _display.quantity(-0.0002, "difference") == "-0.020 points"


def test_what_is_not_there_is_said_in_words():
    assert _display.quantity(float("nan"), "share") == "not available"
    assert _display.number(float("inf"), 1) == "no upper limit"


@pytest.mark.parametrize(("level", "printed"), [(0.95, "95%"), (0.999, "99.9%"), (0.9, "90%")])
def test_a_confidence_level_is_never_rounded_up(level, printed):
    assert _display.level(level) == printed


@pytest.mark.parametrize(
    ("p", "printed"),
    [(0.0004, "less than 0.001"), (0.0497, "0.0497"), (0.051, "0.051"), (0.83, "0.83")],
)
def test_p_values(p, printed):
    assert _display.p_value(p) == printed


def test_what_goes_into_html_is_escaped_and_headers_have_scope():
    html = _display.html_table("a < b", ["x", "y"], [["<script>", "1"]])
    assert "<script>" not in html
    assert 'scope="row"' in html
    assert 'scope="col"' in html
    assert "<caption>a &lt; b</caption>" in html


def test_a_table_for_a_terminal_is_aligned_with_numbers_to_the_right():
    assert _display.text_table(["what", "n"], [["persons", "28"], ["x", "1,234"]]).splitlines() == [
        "what         n",
        "-------  -----",
        "persons     28",
        "x        1,234",
    ]
