"""Mean functions and timelines: counts beside lines, limits, what is hidden, what is refused."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest

from dipoutcomes.plots.recurrent import describe_mean_functions, plot_mean_functions
from dipoutcomes.plots.timelines import Timelines, describe_timelines, plot_timelines
from dipoutcomes.results import Curve

WHY = "fewer than 10 persons"


def mean_curve(label, value=(0.0, 0.5, 1.75), *, at_risk=(28, 20, 26)):
    return Curve(
        label=label, measure="mean number of arrests per person", time=(0.0, 90.0, 365.0),
        value=value, low=(np.nan, 0.25, 1.0), high=(np.nan, 1.0, 3.0), at_risk=at_risk,
        events=(0, 14, 35), censored=(0, 0, 26), time_unit="days", confidence_level=0.95,
        method="robust by person, log scale, t",
    )  # fmt: skip


@pytest.fixture
def means():
    return (
        mean_curve("Intervention at $50"),
        mean_curve("Comparison", (0.0, 0.75, 2.5)),
        mean_curve("Custody").withhold(WHY),
    )


@pytest.fixture
def lines():
    return Timelines(
        episode_start=[0, 0, 0], episode_end=[90, 200, 10], observed_from=[-365] * 3,
        observed_to=[365, 300, 400], event_person=[0, 0, 0, 1], event_day=[-20, 30, 90, 250],
        custody_person=[0, 2], custody_start=[120, -500], custody_end=[180, -400],
        events_noun="arrests",
    )  # fmt: skip


@pytest.fixture(params=["means", "lines"])
def draw(request, means, lines):
    return {
        "means": lambda ax=None: plot_mean_functions(means, ax=ax),
        "lines": lambda ax=None: plot_timelines(lines, ax=ax),
    }[request.param]


def test_nothing_is_cut_off_or_set_for_the_session(draw, render):
    before = dict(mpl.rcParams)
    ax = draw()
    box = ax.figure.get_tightbbox(render(ax))
    width, height = ax.figure.get_size_inches()
    assert box.x0 > -0.02
    assert box.y0 > -0.02
    assert box.x1 < width + 0.02
    assert box.y1 < height + 0.02
    assert dict(mpl.rcParams) == before


def test_it_is_drawn_on_the_axes_given(draw, render):
    from matplotlib.figure import Figure

    ax = Figure(figsize=(8, 8), layout="constrained").subplots()
    assert draw(ax) is ax
    render(ax)


def test_mean_functions_stand_over_people_at_risk_and_events(means, read_words):
    said = read_words(plot_mean_functions(means))
    assert "At risk (events so far)" in said
    assert "20 (0)" in said  # just before day 60
    assert "26 (14)" in said
    assert "95% confidence interval shaded" in said
    assert "Custody: withheld" in said
    assert "$50" in said


def test_the_line_has_the_values_of_the_curve(means):
    ax = plot_mean_functions(means[:1])
    thick = next(line for line in ax.lines if line.get_linewidth() == 2)
    assert thick.get_ydata().tolist() == [0, 0.5, 1.75]
    assert ax.get_ylim() == pytest.approx((0, 1.06 * 3))


def test_a_limit_far_above_the_mean_does_not_flatten_it(means):
    wild = replace(means[0], high=(np.nan, 400.0, 3.0))
    assert plot_mean_functions((wild,)).get_ylim()[1] == pytest.approx(1.06 * 3 * 1.75)


def test_the_words_for_mean_functions(means):
    said = describe_mean_functions(means)
    assert "mean number of arrests per person over time, 3 curves" in said
    assert "28 at risk at the start, 49 events; 0.50 at 182.5 days (0.25 to 1.00)" in said
    assert "1.75 at 365 days (1.00 to 3.00)" in said
    assert "Custody: withheld" in said


def test_curves_of_two_kinds_are_refused(means):
    for function in (plot_mean_functions, describe_mean_functions):
        with pytest.raises(ValueError, match="differ in measure"):
            function((means[0], replace(means[1], measure="share")))
        with pytest.raises(ValueError, match="empty"):
            function(())


def test_curves_all_withheld_have_no_axis(means):
    ax = plot_mean_functions(means[2:])
    assert ax.get_yticks().size == 0


def test_timelines_draw_every_event_and_the_custody_that_was_observed(lines):
    ax = plot_timelines(lines)
    strokes = next(c for c in ax.collections if c.get_label() == "arrests")
    assert sorted(s[0][0] for s in strokes.get_segments()) == [-20, 30, 90, 250]
    custody = next(c for c in ax.containers if c.get_label() == "in custody")
    assert [(b.get_x(), b.get_width()) for b in custody] == [(120, 60)]  # the other was unseen
    bars = next(c for c in ax.containers if c.get_label() == "in the intervention")
    top = max(bars, key=lambda b: b.get_y())
    assert top.get_width() == 200


@pytest.mark.parametrize(("sort_by", "top"), [("episode", 1), ("events", 0), ("observed", 2)])
def test_lines_are_sorted(lines, sort_by, top):
    assert lines.order(sort_by)[-1] == top
    assert plot_timelines(lines, sort_by=sort_by).get_yticks().size == 0


def test_timelines_are_for_the_working_copy_and_say_so(lines, read_words):
    assert lines.working_only
    ax = plot_timelines(lines)
    assert ax.get_gid() == "working-copy-only"
    assert "Not for release" in read_words(ax)
    said = describe_timelines(lines)
    assert "3 people, one line each" in said
    assert "4 arrests: 1 before the intervention, 1 during it and 2 after it; 1 people have" in said
    assert "Not for release" in said
    with pytest.raises(TypeError):
        Timelines(episode_start=[], working_only=False)


def test_timelines_without_events_or_custody(render):
    quiet = Timelines(episode_start=[0], episode_end=[9], observed_from=[0], observed_to=[20],
                      event_person=[], event_day=[])  # fmt: skip
    render(plot_timelines(quiet))
    assert "1 person, one line each" in describe_timelines(quiet)


def test_too_many_people_and_bad_days_are_refused(lines):
    many = {name: np.zeros(41) for name in ("episode_start", "observed_from")}
    many |= {name: np.ones(41) for name in ("episode_end", "observed_to")}
    with pytest.raises(ValueError, match="at most 40"):
        plot_timelines(Timelines(**many, event_person=[], event_day=[]))
    given = {name: getattr(lines, name) for name in lines.__slots__ if name != "working_only"}
    for change, message in (
        ({"event_person": [0, 0, 0, 3]}, "1 values outside 0 to 2"),
        ({"event_day": [1]}, "one value for an event each"),
        ({"event_day": [1, np.nan, 2, 3]}, "1 missing"),
        ({"episode_end": [90, -1, 10]}, "1 episodes, observations or spells"),
    ):
        with pytest.raises(ValueError, match=message):
            Timelines(**given | change)
    with pytest.raises(ValueError, match="sort_by"):
        plot_timelines(lines, sort_by="name")
    with pytest.raises(ValueError, match="nobody"):
        plot_timelines(Timelines(**dict.fromkeys(given, ()) | {"events_noun": "x"}))
