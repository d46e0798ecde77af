"""A protocol is refused where its tables cannot bring what the rest of it needs."""

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import parse_protocol, template_text

TEXT = template_text()
CASES = {
    "the index event is not marked": (
        [('columns.is_index = "Led to referral"\n', "")],
        ["index_event", "is_index", "latest_on_or_before_start"],
    ),
    "age without a date of birth": (
        [("#minimum_age = 18", "minimum_age = 18"), ('columns.birth_date = "Date of birth"\n', "")],
        ["minimum_age", "birth_date"],
    ),
    "custody is to be left out and there is none": (
        [
            ("[records.custody]\n", ""),
            ('file = "custody.csv"\n', ""),
            ('columns.person_id = "Client number"\ncolumns.start = "Received"\n', ""),
            ('columns.end = "Released"\n', ""),
        ],
        ["in_custody_at_index_date", "[records.custody]", "nobody would be left out"],
    ),
    "the date that the measure counts by is not there": (
        [('columns.arrest_date = "Date of arrest"\n', "")],
        ['measure = "arrest" needs arrest_date'],
    ),
    "no code leads to what the measure counts": (
        [('measure = "arrest"', 'measure = "caution"')],
        ["caution", "everybody would look clean"],
    ),
    "a level for its complement": (
        [("confidence_level = 0.95", "confidence_level = 0.05")],
        ["at least 0.5; got 0.05", "95% is written 0.95"],
    ),
    "a level that is 1 to a computer": (
        [("confidence_level = 0.95", "confidence_level = 0.99999999999999999999")],
        ["at most 0.9999"],
    ),
    "a year mistyped": (
        [("accrual_from = 2013-04-01", "accrual_from = 0213-04-01")],
        ["[cohort] accrual_from: must be at least 1900-01-01; got 0213-04-01"],
    ),
    "a date as it is spoken": (
        [("accrual_from = 2013-04-01", "accrual_from = 01/04/2013")],
        ["line ", "no date", "2013-04-01"],
    ),
    "a thirteenth month": (
        [("accrual_from = 2013-04-01", "accrual_from = 2013-13-01")],
        ["line ", "no date"],
    ),
    "one bracket too few": (
        [('[[window]]\nname = "during"', '[window]\nname = "during"')],
        ["write [[window]], with two brackets"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_would_run_and_be_wrong_is_refused(case):
    text, (changes, words) = TEXT, CASES[case]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text)
    for word in words:
        assert word in str(caught.value)


def test_far_dates_may_stand_for_open_ended():
    text = TEXT.replace("#open_ended_dates = [2099-12-31]", "open_ended_dates = [9999-12-31]")
    assert text != TEXT
    records = parse_protocol(text).records
    assert records is not None
    assert records.open_ended_dates[0].year == 9999
