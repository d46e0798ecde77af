"""Parts of a protocol that contradict each other are refused, with the remedy."""

from datetime import date

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import parse_protocol, template_text
from dipoutcomes.protocol._dates import add_months

RECORDS = template_text()
HEAD = """
schema_version = 1
[study]
id = "s"
kind = "{kind}"
title = "A study"
data = "published"
"""
SUMMARY = (
    HEAD.format(kind="summary")
    + """
[[finding]]
name = "not_arrested"
says = "had not been arrested"
base_says = "clients"
count = 21
base = 28
[[finding]]
name = "later"
says = "had not been arrested lately"
base_says = "the others"
count = 4
base = 7
part_of = "not_arrested"
"""
)
DURATIONS = (
    HEAD.format(kind="time_to_event")
    + """
[time_to_event]
file = "x.csv"
duration = "week"
event = "arrest"
group = "fin"
time_unit = "weeks"
horizon = 52
event_says = "arrested"
"""
)


def said(text: str) -> str:
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text)
    return str(caught.value)


def changed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def test_the_three_examples_are_sound():
    for text in (RECORDS, SUMMARY, DURATIONS):
        parse_protocol(text)


@pytest.mark.parametrize(
    ("text", "pairs", "expected"),
    [
        (RECORDS, [("last_offence_date = 2016-03-31\n", "")],
         "kind = \"records\" needs the key 'last_offence_date' in [study]"),
        (RECORDS, [("extract_date = 2016-10-14", "extract_date = 2016-01-14")],
         "[study] last_offence_date (2016-03-31) is after extract_date (2016-01-14)"),
        (RECORDS, [('measure = "arrest"', 'measure = "proven reoffending"')],
         "waiting_period_months must be at least 1 for proven reoffending"),
        (RECORDS, [('measure = "arrest"', 'measure = "proven reoffending"'),
                   ("#waiting_period_months = 0", "waiting_period_months = 7")],
         "is before 2016-10-31, which is last_offence_date (2016-03-31) and the waiting period of "
         "7 months: late offences had no time to be proven. Take the records later, or set "
         "last_offence_date to 2016-03-14 or earlier"),
        (RECORDS, [('name = "during"', 'name = "12 months before"')],
         "[[window]] 2 (12 months before): window 1 has this name too"),
        (RECORDS, [('after = "12 to 24 months after"', 'after = "12 to 24 month after"')],
         "[[analysis.contrast]] 1 after: there is no window '12 to 24 month after'; did you mean "
         "'12 to 24 months after'?"),
        (RECORDS, [('after = "12 to 24 months after"', 'after = "3+ months after"')],
         "compares shares of people over unequal lengths: '12 months before' (12 months) and '3+ "
         "months after' (to the last offence date)"),
        (RECORDS, [('after = "12 to 24 months after"', 'after = "12 months before"')],
         "sets '12 months before' against itself"),
        (RECORDS, [('opens = { at = "end", months = 3 }', 'opens = { at = "end", months = 4 }')],
         "the band '3 to 12 months after (band)' must open where the band '0 to 3 months after "
         "(band)' closes (3 months after the end), or they do not add up; it opens 4 months after "
         "the end"),
        (RECORDS, [('opens = { at = "end", months = 12 }', 'opens = { at = "end", months = 40 }')],
         "(12+ months after): nobody can reach it. It opens on 2016-08-01"),
        (RECORDS, [('closes = { at = "end", months = 24 }',
                    'closes = { at = "end", months = 37 }')],
         "(12 to 24 months after): nobody can be followed to its end. It closes on 2016-05-01"),
        (RECORDS, [('closes = { at = "start" }', 'closes = { at = "start", months = -12 }')],
         "[[window]] 1 (12 months before) closes before it opens, or on the same day"),
        (RECORDS, [('closes = { at = "last_offence_date" }',
                    'closes = { at = "last_offence_date", months = 1 }')],
         "takes no months or days"),
        (RECORDS, [('opens = { at = "start" }', 'opens = { at = "last_offence_date" }')],
         'opens: counts from "start" or "end"'),
        (RECORDS, [('data = "synthetic"', 'data = "real"')],
         'pseudonym_key = "demonstration" is refused for data = "real"'),
        (RECORDS, [('data = "synthetic"', 'data = "published"')], "has no records of people"),
        (RECORDS, [("#protect = true", "protect = false")],
         "[disclosure] protect = false needs a reason"),
        (RECORDS, [('data = "synthetic"', 'data = "real"'), ("#protect = true", "protect = false")],
         '[disclosure] protect = false is refused for data = "real"'),
        (RECORDS, [('columns.end = "Closed"', 'columns.end = "First contact"')],
         "[records.episodes] reads the heading 'First contact' as both 'start' and 'end'"),
        (RECORDS, [("attributes.area", "attributes.traced")],
         "attribute 'traced' has the name of a column"),
        (RECORDS, [('#group = "area"', 'group = "aera"')],
         "[time_to_first] group: 'aera' is no attribute of [records.persons] or "
         "[records.episodes]; did you mean 'area'?"),
        (RECORDS, [("#[sample]", "[sample]"), ("\n#size", "\nsize"), ("#strata", "strata")],
         '[sample] strata needs design = "stratified"'),
        (RECORDS, [("#maximum_months = 24", "maximum_months = 6")],
         "[time_to_first] report_at_months goes to 12, beyond maximum_months (6)"),
        (RECORDS, [("accrual_to = 2014-03-31", "accrual_to = 2017-03-31")],
         "later entrants are not on record"),
        (RECORDS, [("[report]", "[report]\n[[finding]]\nname = 'a'\nsays = 'b'\nbase_says = 'c'\n"
                    "count = 1\nbase = 2\n")],
         '[[finding]] has no meaning where kind = "records"; take it out'),
        (RECORDS, [("#[[amendment]]", "[[amendment]]"), ("#date = 2016", "date = 2016"),
                   ('#key = "outcome', 'key = "outcmoe'),
                   ('#reason = "Courts', 'reason = "Courts')],
         "[[amendment]] 1 key: there is no section 'outcmoe'; did you mean 'outcome'?"),
        (SUMMARY, [("count = 21", "count = 29")],
         "[[finding]] 1 (not_arrested) count: 29 is more than the base, 28"),
        (SUMMARY, [("base = 7", "base = 8")],
         "[[finding]] 2 (later) base: 8 is not the 28 - 21 = 7 others of 'not_arrested'"),
        (SUMMARY, [('part_of = "not_arrested"', 'part_of = "not_arested"')],
         "there is no other finding 'not_arested'; did you mean 'not_arrested'?"),
        (SUMMARY, [('name = "later"', 'name = "not_arrested"')],
         "another finding has this name"),
        (SUMMARY, [("base = 28", "base = 28\nframe = [{ says = 'the half year', size = 20 }]")],
         "28 persons cannot come from a frame of 20"),
        (SUMMARY, [('data = "published"', 'data = "published"\nextract_date = 2016-01-01')],
         '[study] extract_date has no meaning where kind = "summary"'),
        (HEAD.format(kind="summary"), [], 'kind = "summary" needs the section [[finding]]'),
        (HEAD.format(kind="time_to_event"), [],
         'kind = "time_to_event" needs the section [time_to_event]'),
        (DURATIONS, [("horizon = 52", "horizon = 52\nreport_at = [13, 60]")],
         "[time_to_event] report_at goes to 60, beyond the horizon (52 weeks)"),
        (DURATIONS, [('group = "fin"', "randomised = true")],
         "[time_to_event] randomised needs the key 'group'"),
        (DURATIONS, [('group = "fin"', 'group = "week"')], "must be different columns"),
    ],
)  # fmt: skip
def test_a_contradiction_is_refused(text, pairs, expected):
    assert expected in said(changed(text, *pairs))


def test_contrasts_of_rates_may_have_unequal_windows():
    text = changed(
        RECORDS,
        ('after = "12 to 24 months after"', 'after = "3+ months after"'),
        ('compare = ["shares", "rates"]', 'compare = ["rates"]'),
    )
    assert parse_protocol(text).analysis.contrast[0].compare == ("rates",)


def test_a_proven_outcome_may_be_extracted_on_the_last_day_of_the_waiting_period():
    text = changed(
        RECORDS,
        ('measure = "arrest"', 'measure = "proven reoffending"\nwaiting_period_months = 6'),
        ("extract_date = 2016-10-14", "extract_date = 2016-09-30"),
    )
    assert parse_protocol(text).study.extract_date == date(2016, 9, 30)
    assert "extract_date" in said(changed(text, ("2016-09-30", "2016-09-29")))


def test_a_window_before_the_start_is_unknown_where_accrual_counts_the_end():
    # The start may lie any time before an index date at the end: the rule must not guess.
    text = changed(
        RECORDS,
        ('#index_date = "start"', 'index_date = "end"'),
        ('opens = { at = "start" }', 'opens = { at = "start", months = 40 }'),
    )
    parse_protocol(text)


@pytest.mark.parametrize(
    ("day", "months", "days", "expected"),
    [
        (date(2013, 1, 31), 1, 0, date(2013, 2, 28)),
        (date(2012, 1, 31), 1, 0, date(2012, 2, 29)),
        (date(2013, 3, 31), -1, 0, date(2013, 2, 28)),
        (date(2013, 12, 31), 2, 1, date(2014, 3, 1)),
        (date(2013, 1, 15), -13, 0, date(2011, 12, 15)),
        (date(9999, 12, 31), 1, 0, date.max),
        (date(9999, 12, 31), 0, 1, date.max),
        (date(1, 1, 1), -1, 0, date.min),
    ],
)
def test_calendar_months(day, months, days, expected):
    assert add_months(day, months, days) == expected
