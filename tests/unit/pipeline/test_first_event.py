"""Days to the first event at every edge: the day of origin, of death, of closing."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.outcomes import SelectedEvents
from dipoutcomes.pipeline.first_event import by_months, days_of_months, first_events

START = date(2014, 1, 1)
CLOSES = days_of_months(12)


def day(n):
    return pd.NaT if n is None else pd.Timestamp(START + timedelta(days=n))


def run(events=(), exits=(), kinds=(), *, last=2000, people=1):
    """Return the first events of people who all start on one day; *events* are (person, day)."""
    since = (START - date(1970, 1, 1)).days
    exits = list(exits) or [None] * people
    frame = pd.DataFrame(
        {
            "end": [day(0)] * people,
            "exit_date": pd.to_datetime([day(n) for n in exits]),
            "exit_kind": pd.Series(list(kinds) or [None] * people, dtype=object),
        }
    )
    selected = SelectedEvents(
        np.array([p for p, _ in events], dtype=np.int64),
        np.array([since + n for _, n in events], dtype=np.int64),
        None, np.empty(0, np.int64), 0, 0, 0,
    )  # fmt: skip
    return first_events(
        frame, selected, origin="end", maximum_months=12, last_day=since + last,
        waiting_period_months=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "gone", "kind", "duration", "event", "left"),
    [
        ([], None, None, CLOSES, False, ""),
        ([(0, 0)], None, None, 1, True, ""),  # on the day of origin
        ([(0, CLOSES - 1)], None, None, CLOSES, True, ""),  # on the last day inside
        ([(0, CLOSES)], None, None, CLOSES, False, ""),  # on the first day outside
        ([], 0, "death", -1, False, "death"),  # gone by the origin: never at risk
        ([], 1, "death", 1, False, "death"),
        ([], CLOSES - 1, "death", CLOSES - 1, False, "death"),
        ([], CLOSES, "death", CLOSES, False, ""),  # outside the curve
        ([(0, 49)], 50, "death", 50, True, ""),  # arrested on the last day alive
        ([(0, 50)], 50, "death", 50, False, "death"),  # what is dated on the day is not counted
        ([], 50, "re-entry", 50, False, "re-entry"),
    ],
)
def test_edges(events, gone, kind, duration, event, left):
    found = run(events, [gone], [kind])
    assert (found.durations[0], found.event[0], found.gone[0]) == (duration, event, left)


def test_the_last_day_counted_ends_follow_up():
    found = run([(0, 31)], last=30)
    assert (found.durations[0], found.event[0]) == (31, False)


def test_causes_are_numbered_as_the_protocol_names_them():
    found = run([(0, 5)], [None, 40, 50, 60, None], [None, "death", "left_country", "re-entry",
                None], people=5)  # fmt: skip
    assert found.causes(["death", "left_country"]).tolist() == [1, 2, 3, 0, 0]
    assert found.causes(["left_country"]).tolist() == [1, 0, 2, 0, 0]
    assert found.causes([]).tolist() == [1, 0, 0, 0, 0]


def test_one_month_and_several():
    assert [by_months(m) for m in (1, 12)] == ["by 1 month (30 days)", "by 12 months (365 days)"]
