import numpy as np
import pytest

from dipoutcomes.results import (
    Column,
    Curve,
    Estimate,
    EstimateRow,
    EstimateTable,
    Interval,
    Table,
)

WHY = "fewer than 10 persons"
LONG = "During the intervention (from the first to the last day of contact, custody removed)"


def share(value, low, high, events, *, measure="share arrested at least once"):
    interval = Interval(low, high, 0.95, "Wilson score")
    return Estimate(
        measure=measure,
        value=value,
        interval=interval,
        events=events,
        base=28.0,
        base_unit="persons",
    )


def rate(value, low, high, events, years):
    return Estimate(
        measure="arrests per person-year at liberty",
        value=value,
        interval=Interval(low, high, 0.95, "robust"),
        events=events,
        base=years,
        base_unit="person-years at liberty",
        persons=28,
        quantity="rate",
    )


def estimate_table(*rows):
    rows = tuple(EstimateRow(label=label, estimate=e, group=group) for label, group, e in rows)
    return EstimateTable(name="shares", caption="Shares arrested, by window", rows=rows)


@pytest.fixture
def shares():
    return estimate_table(
        ("12 months before", "", share(0.75, 0.566, 0.873, 21)),
        (LONG, "", share(0.464, 0.295, 0.642, 13)),
        ("3+ months after", "", share(0.179, 0.079, 0.356, 5).withhold(WHY)),
        ("12 to 24 months after", "", share(np.nan, np.nan, np.nan, 0)),
    )


@pytest.fixture
def rates():
    return estimate_table(
        ("12 months before", "", rate(2.4, 1.7, 3.3, 64, 26.7)),
        ("During", "", rate(1.5, 0.9, np.inf, 14, 9.3)),
        ("12+ months after", "", rate(0.53, 0.31, 1.57, 17, 19.1).withhold(WHY)),
    )


@pytest.fixture
def flow():
    columns = [
        Column(key="says", heading="Step"),
        Column(key="lost", heading="Lost", kind="persons"),
        Column(key="remaining", heading="Remaining", kind="persons"),
    ]
    rows = [
        ["people with an episode in the extract", None, 1284],
        [f"{LONG}, which nobody could have foreseen when the extract was asked for", 312, 972],
        ["under 18 at the index date", "withheld", "withheld"],
        ["not traced", 0, 925],
        ["in the frame", None, 925],
    ]
    return Table.of("flow", "How the sample was reached", columns, rows)


def curve(label, value, *, at_risk=(28, 28, 13), events=(0, 15, 7)):
    value = np.asarray(value)
    return Curve(
        label=label,
        measure="share not yet arrested",
        time=(0.0, 90.0, 365.0),
        value=tuple(value.tolist()),
        low=tuple((value * 0.8).tolist()),
        high=tuple(np.minimum(value * 1.2, 1).tolist()),
        at_risk=at_risk,
        events=events,
        censored=(0, 0, 6),
        time_unit="days",
        confidence_level=0.95,
        method="log-log (Greenwood)",
    )


@pytest.fixture
def curves():
    return (
        curve("Drug Rehabilitation Requirement with daily supervision", [1, 0.464, 0.214]),
        curve("Comparison", [1, 0.643, 0.393], events=(0, 10, 7), at_risk=(28, 28, 18)),
        curve("Custody", [1, 0.543, 0.321], events=(0, 9, 7), at_risk=(31, 31, 19)).withhold(WHY),
    )


def drawn(ax):
    """Draw the figure for its text to be laid out and ticks filled; return the renderer."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()
    return canvas.get_renderer()


def words(ax):
    """Return every text of the figure, ticks and legend too, as a reader sees them."""
    from matplotlib.text import Text

    drawn(ax)
    texts = [t.get_text() for t in ax.figure.findobj(Text) if t.get_visible()]
    return " | ".join(texts).replace("\n", " ").replace("\\$", "$")


@pytest.fixture
def read_words():
    return words


@pytest.fixture
def render():
    return drawn


@pytest.fixture
def make_share():
    return share


@pytest.fixture
def make_rate():
    return rate


@pytest.fixture
def make_table():
    return estimate_table
