"""Which rows of the records become events."""

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.outcomes import DEFINITIONS, event_codes, index_event_mask, select_events

PEOPLE = ["aa", "bb"]
START = pd.to_datetime(["2014-03-10", "2014-03-10"])


def events_of(*rows):
    names = ["person_id", "event_type", "offence_date", "arrest_date", "proof_date", "is_index"]
    frame = pd.DataFrame(rows, columns=names)
    for name in names[2:5]:
        frame[name] = pd.to_datetime(frame[name])
    return frame


def day(text):
    return (np.datetime64(text) - np.datetime64("1970-01-01")).astype(int)


RECORDS = events_of(
    ("aa", "arrest", "2014-03-01", "2014-03-09", None, True),
    ("aa", "conviction", "2014-03-01", None, "2014-05-01", False),  # of the index offence
    ("aa", "conviction", "2014-01-15", None, "2014-05-01", False),  # same court date
    ("aa", "arrest", "2014-02-01", "2014-02-01", None, False),
    ("aa", "arrest", "2014-08-01", "2014-08-02", None, True),  # brought in a later episode
    ("bb", "caution", "2014-06-01", None, "2014-06-20", False),
    ("bb", "arrest", None, None, None, False),
    ("zz", "arrest", "2014-03-01", "2014-03-01", "2014-05-01", True),
)


def test_arrests_are_counted_by_arrest_date_and_never_mixed_with_other_stages():
    chosen = select_events(RECORDS, PEOPLE, DEFINITIONS["arrest"])
    assert chosen.code.tolist() == [0, 0, 0]
    assert chosen.day.tolist() == [day("2014-03-09"), day("2014-02-01"), day("2014-08-02")]
    assert chosen.proof_day is None
    assert (chosen.other_people, chosen.undated, chosen.undated_code.tolist()) == (1, 1, [1])


def test_proven_reoffending_counts_by_offence_date_and_keeps_the_day_of_proof():
    chosen = select_events(RECORDS, PEOPLE, DEFINITIONS["proven reoffending"])
    assert chosen.code.tolist() == [0, 0, 1]
    assert chosen.day.tolist() == [day("2014-03-01"), day("2014-01-15"), day("2014-06-01")]
    assert chosen.proof_day.tolist() == [day("2014-05-01")] * 2 + [day("2014-06-20")]


def test_the_index_event_takes_its_offence_and_its_court_date_with_it_but_not_a_later_one():
    mask = index_event_mask(RECORDS, PEOPLE, START)
    assert mask.tolist() == [True, True, True, False, False, False, False, False]
    chosen = select_events(RECORDS, PEOPLE, DEFINITIONS["arrest"], exclude=mask)
    assert chosen.day.tolist() == [day("2014-02-01"), day("2014-08-02")]
    assert chosen.index_events == 1


def test_an_offence_after_the_start_is_new_even_if_sentenced_with_the_index_offence():
    records = events_of(
        ("aa", "arrest", "2014-03-01", "2014-03-09", None, True),
        ("aa", "conviction", "2014-03-01", "2014-03-09", "2014-05-01", False),  # index offence
        ("aa", "conviction", "2014-01-15", "2014-01-20", "2014-05-01", False),  # before, same court
        ("aa", "conviction", "2014-04-02", "2014-04-03", "2014-05-01", False),  # in treatment
        ("aa", "conviction", None, "2014-04-03", "2014-05-01", False),
        ("aa", "arrest", "2014-03-01", "2014-04-20", None, False),  # again for the index offence
    )
    mask = index_event_mask(records, PEOPLE, START)
    assert mask.tolist() == [True, True, True, False, False, True]
    proven = select_events(records, PEOPLE, DEFINITIONS["proven reoffending"], exclude=mask)
    assert proven.day.tolist() == [day("2014-04-02")]


@pytest.mark.parametrize("rule", ["is_index", "latest_on_or_before_start"])
def test_an_arrest_on_the_day_of_the_start_may_be_the_index_event(rule):
    records = events_of(
        ("aa", "arrest", "2014-03-01", "2014-03-10", None, True),
        ("bb", "arrest", "2014-03-11", "2014-03-11", None, True),
    )
    assert index_event_mask(records, PEOPLE, START, rule=rule).tolist() == [True, False]


def test_by_rule_the_latest_event_on_or_before_the_start_is_the_index():
    mask = index_event_mask(
        RECORDS.assign(is_index=False), PEOPLE, START, rule="latest_on_or_before_start"
    )
    assert np.flatnonzero(mask).tolist() == [0, 1, 2]


def test_by_rule_an_event_too_long_before_the_start_is_not_the_index():
    mask = index_event_mask(
        RECORDS.iloc[[3]], PEOPLE, START, rule="latest_on_or_before_start", within_days=36
    )
    assert not mask.any()
    assert index_event_mask(
        RECORDS.iloc[[3]], PEOPLE, START, rule="latest_on_or_before_start", within_days=37
    ).all()


def test_without_a_rule_nothing_is_left_out():
    assert not index_event_mask(RECORDS, PEOPLE, START, rule="none").any()
    assert index_event_mask(RECORDS.iloc[:0], PEOPLE, START).shape == (0,)


def test_an_empty_table_gives_no_events():
    chosen = select_events(RECORDS.iloc[:0], PEOPLE, DEFINITIONS["conviction"])
    assert len(chosen) == 0
    assert list(chosen.to_frame().columns) == ["code", "day", "proof_day"]


def test_codes_worked_out_before_change_nothing():
    code = event_codes(RECORDS, PEOPLE)
    assert set(code.tolist()) <= {-1, 0, 1}
    index = index_event_mask(RECORDS, PEOPLE, START, code=code)
    assert index.tolist() == index_event_mask(RECORDS, PEOPLE, START).tolist()
    with_codes, without = (
        select_events(RECORDS, PEOPLE, DEFINITIONS["arrest"], exclude=index, code=known)
        for known in (code, None)
    )
    pd.testing.assert_frame_equal(with_codes.to_frame(), without.to_frame())


def test_people_named_twice_are_refused():
    with pytest.raises(ValueError, match="unique"):
        select_events(RECORDS, ["aa", "aa"], DEFINITIONS["arrest"])


@pytest.mark.parametrize("measure", list(DEFINITIONS))
def test_every_definition_states_what_is_counted_by_which_date_and_what_is_not(measure):
    definition = DEFINITIONS[measure]
    sentence = definition.sentence(6)
    assert definition.measure == measure
    assert "counted on the date of" in sentence
    assert "Not counted:" in sentence
    assert ("within 6 months" in sentence) == definition.waiting


def test_a_definition_does_not_leave_out_an_index_event_that_the_protocol_counts():
    definition = DEFINITIONS["arrest"]
    assert "the event that brought the person in" in definition.sentence()
    counted = definition.sentence(index_event_counts=True)
    assert "brought the person in" not in counted
    assert counted.endswith("Not counted: offences that led to no arrest.")
