"""Who can be followed to the end of a window, worked by hand."""

from datetime import date

import pandas as pd

from dipoutcomes.cohort import FollowUpGate, follow_up_gates
from dipoutcomes.protocol.model import Bound, Window

YEAR = Window(
    name="second year", opens=Bound(at="end", months=12), closes=Bound(at="end", months=24)
)
LATER = Window(name="12+", opens=Bound(at="end", months=12), closes=Bound(at="last_offence_date"))


def people(*rows):
    frame = pd.DataFrame(rows, columns=["end", "exit_date", "traced"])
    frame["start"] = "2013-01-01"
    for name in ("start", "end", "exit_date"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[ns]")
    return frame


COHORT = people(
    ("2014-03-31", None, True),  # closes 2016-03-31, the last day counted: seen to 30 March
    ("2014-04-01", None, True),  # closes on the day after the last: all of it is seen
    ("2014-04-02", None, True),  # a day short
    ("2015-04-01", None, True),  # opens on the day after the last
    (None, None, True),
    ("2014-01-01", "2015-12-31", True),  # leaves a day early
    ("2014-01-01", "2016-01-01", True),  # leaves on the first day outside
    ("2014-01-01", None, False),
)


def test_reasons_of_a_window_with_an_end():
    (gate,) = follow_up_gates(COHORT, [YEAR], last_offence_date=date(2016, 3, 31))
    assert gate == FollowUpGate(
        window="second year",
        people=8,
        open_episode=1,
        untraced=1,
        opens_too_late=1,
        closes_too_late=1,
        left=1,
        followed=3,
    )


def test_an_open_ended_window_closes_too_late_for_nobody():
    (gate,) = follow_up_gates(COHORT, [LATER], last_offence_date=date(2016, 3, 31))
    assert gate.closes_too_late == 0
    assert gate.opens_too_late == 1
    assert gate.left == 2
    assert gate.followed == 3


def test_the_reasons_add_up():
    for gate in follow_up_gates(COHORT, [YEAR, LATER], last_offence_date=date(2015, 1, 1)):
        reasons = gate.open_episode + gate.untraced + gate.opens_too_late
        assert gate.people == reasons + gate.closes_too_late + gate.left + gate.followed
