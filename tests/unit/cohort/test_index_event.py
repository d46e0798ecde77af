"""The event that brought a person in is not offending before."""

from datetime import date

import pandas as pd
import pytest

from dipoutcomes.cohort import mark_index_events
from dipoutcomes.protocol.model import Cohort

PEOPLE = pd.DataFrame({"person_id": ["a", "b"], "start": pd.to_datetime(["2014-06-10"] * 2)})
DATES = ["offence_date", "arrest_date", "proof_date"]


def section(rule, days=31):
    return Cohort(
        accrual_from=date(2014, 1, 1),
        accrual_to=date(2014, 12, 31),
        index_event=rule,
        index_event_within_days=days,
    )


def events(*rows):
    frame = pd.DataFrame(rows, columns=["person_id", *DATES, "is_index"])
    for name in DATES:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[ns]")
    return frame


def marked(frame, rule="latest_on_or_before_start", days=31):
    return list(mark_index_events(frame, PEOPLE, section(rule, days)))


@pytest.mark.parametrize(
    ("arrested", "found"),
    [
        ("2014-06-10", True),  # on the day of the start
        ("2014-06-11", False),
        ("2014-05-10", True),  # 31 days before
        ("2014-05-09", False),
        (None, False),
    ],
)
def test_the_index_event_lies_on_or_before_the_start_and_not_long_before(arrested, found):
    assert marked(events(("a", None, arrested, None, False))) == [found]


def test_only_the_latest_is_marked():
    frame = events(
        ("a", "2014-05-20", "2014-05-20", None, False),
        ("a", "2014-06-01", "2014-06-02", None, False),
        ("b", "2014-05-20", "2014-05-20", None, False),
    )
    assert marked(frame) == [False, True, True]


def test_events_of_the_same_arrest_offence_or_court_date_go_with_it():
    frame = events(
        ("a", "2014-06-01", "2014-06-02", "2014-09-01", False),  # the index
        ("a", "2013-01-01", "2013-01-02", "2014-09-01", False),  # the same court date
        ("a", "2014-05-30", "2014-06-02", None, False),  # the same arrest
        ("a", "2014-06-01", None, "2014-12-01", False),  # the same offence, its conviction
        ("a", "2013-01-01", None, None, False),  # shares a day only with one that was drawn in
        ("b", "2013-01-01", None, "2014-09-01", False),  # another person in the same court
    )
    assert marked(frame) == [True, True, True, True, False, False]


def test_the_day_of_an_event_is_the_arrest_else_the_offence_else_the_proof():
    frame = events(
        ("a", "2014-05-15", "2014-06-20", None, False),  # arrested after the start: not the index
        ("a", "2014-05-14", None, None, False),
        ("b", None, None, "2014-06-09", False),
    )
    assert marked(frame) == [False, True, True]


def test_the_marked_events_of_the_records_are_taken_as_they_stand():
    frame = events(
        ("a", "2012-01-01", "2012-01-01", None, True),
        ("a", "2014-06-09", "2014-06-09", None, False),
        ("b", "2012-01-01", "2012-01-01", None, False),  # shares its day with a stranger's
    )
    assert marked(frame, "is_index") == [True, False, False]


def test_without_an_index_event_nothing_is_marked():
    assert marked(events(("a", "2014-06-09", "2014-06-09", None, True)), "none") == [False]


@pytest.mark.parametrize("rule", ["is_index", "latest_on_or_before_start", "none"])
def test_people_outside_the_cohort_and_empty_tables(rule):
    assert marked(events(("z", "2014-06-09", "2014-06-09", None, True)), rule) == [False]
    assert marked(events(), rule) == []
    nobody = PEOPLE.iloc[:0]
    frame = events(("a", "2014-06-09", "2014-06-09", None, True))
    assert list(mark_index_events(frame, nobody, section(rule))) == [False]
