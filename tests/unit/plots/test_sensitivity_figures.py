"""Figures of sensitivity: what is drawn is what the results say."""

import numpy as np
import pytest

from dipoutcomes.comparison import difference_between_groups, rate_ratio_before_after
from dipoutcomes.comparison.sensitivity import Specification, specification_curve, tipping_point
from dipoutcomes.plots.sensitivity import (
    describe_specification_curve,
    describe_tipping_point,
    plot_specification_curve,
    plot_tipping_point,
)


@pytest.fixture(scope="module")
def tipping():
    return tipping_point(40, 100, 20, 56, 100, 20)


def analyses(events=(66, 70, 74, 90, 96, 104)):
    windows, index = ("6 months", "12 months"), ("excluded", "included", "both ways")
    made = [{"window": w, "index offence": i} for w in windows for i in index]
    return specification_curve(
        [
            Specification(
                choices=choices, main=k == 3, estimate=difference_between_groups(x, 200, 100, 200)
            )
            for k, (choices, x) in enumerate(zip(made, events, strict=True))
        ]
    )


def test_fields_are_the_conclusions_and_marks_the_named_places(tipping, read_words):
    ax = plot_tipping_point(tipping)
    mesh = ax.collections[0]
    assert np.array_equal(np.asarray(mesh.get_array()).reshape(21, 21), tipping.conclusion)
    marks = {tuple(np.ravel(line.get_xydata()).astype(int)) for line in ax.lines}
    assert (tipping.expected_0, tipping.expected_1) in marks
    assert (
        tipping.expected_0, tipping.needed_1, tipping.needed_0, tipping.expected_1
    ) in marks  # fmt: skip
    words = read_words(ax)
    assert "40 of 100 against 56 of 100 people" in words
    assert "95% interval" in words


def test_one_group_without_unknown_people_is_drawn_too():
    ax = plot_tipping_point(tipping_point(40, 100, 0, 56, 100, 20))
    assert len(ax.collections) == 1  # no lines of equal difference along one row


def test_tipping_in_words(tipping):
    words = describe_tipping_point(tipping)
    assert "not equally likely" in words
    assert f"if {tipping.needed_1} of the 20" in words


def test_estimates_are_in_order_and_every_analysis_has_each_choice_once(read_words):
    curve = analyses()
    ax = plot_specification_curve(curve)
    drawn = np.concatenate([line.get_ydata() for line in ax.lines if line.get_marker() == "o"])
    assert sorted(drawn) == pytest.approx(list(curve.values))
    _, below = ax.figure.axes[0].child_axes
    marks = [k for line in below.lines for k in line.get_xdata()]
    assert sorted(marks) == sorted([*range(6), *range(6)])
    options = [t.get_text() for t in below.get_yticklabels()]
    assert set(options) == {"6 months", "12 months", "excluded", "included", "both ways"}
    assert "6 analyses" in read_words(ax)
    square = next(line for line in ax.lines if line.get_marker() == "s")
    assert square.get_ydata()[0] == pytest.approx(curve.main.estimate.value)


def test_ratios_have_a_log_axis():
    days = [365] * 4
    curve = specification_curve(
        [
            Specification(
                choices={"who": who}, estimate=rate_ratio_before_after([4, 6, 3, 5], days, x, days)
            )
            for who, x in (("all", [2, 3, 1, 4]), ("engaged", [4, 5, 3, 7]))
        ]
    )
    assert plot_specification_curve(curve).get_yscale() == "log"


def test_curve_in_words():
    curve = analyses()
    words = describe_specification_curve(curve)
    assert "Least: window: 6 months; index offence: excluded, -17.0 points." in words
    assert "moves it most is 'window'" in words


def test_too_many_analyses_are_refused():
    estimate = difference_between_groups(66, 200, 100, 200)
    curve = specification_curve(
        [Specification(choices={"seed": str(k)}, estimate=estimate) for k in range(401)]
    )
    with pytest.raises(ValueError, match="401 analyses"):
        plot_specification_curve(curve)
