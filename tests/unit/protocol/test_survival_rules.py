"""Rules of the sections on time to re-offending: each fault has its line and its remedy."""

import re

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import canonical_text, parse_protocol, template_text

RECORDS = template_text()
DURATIONS = """
schema_version = 1
[study]
id = "s"
kind = "time_to_event"
title = "A study"
data = "public"
[time_to_event]
file = "x.csv"
duration = "week"
event = "arrest"
group = "fin"
time_unit = "weeks"
horizon = 52
event_says = "arrested"
"""


def said(text):
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text)
    return str(caught.value)


def first(keys):
    """Return the template with more keys under [time_to_first]."""
    return RECORDS.replace("[time_to_first]", f"[time_to_first]\n{keys}", 1)


def more(section):
    return f"{RECORDS}\n{section}\n"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("mean_time_months = 36", "mean_time_months is 36, beyond maximum_months (24)"),
        ("still_free_months = [6, 13]", "13 months free and as many ahead go beyond"),
        ('competing = ["death", "death"]', "competing names an event twice"),
        ('compare = "log_rank"', "compare needs the key 'group'"),
        ('reference = "Newport"', "reference needs the key 'group'"),
        ('group = "hostel"', "[time_to_first] group: 'hostel' is no attribute"),
        ('competing = ["death"]', "competing needs the table [records.exits]"),
        ('competing = ["custody"]', "competing"),
    ],
)
def test_keys_of_the_first_event(keys, line):
    assert line in said(first(keys))


def test_groups_by_sex_need_no_attribute_but_a_column():
    assert parse_protocol(first('group = "sex"')).time_to_first.group == "sex"
    without = first('group = "sex"').replace('columns.sex = "Sex"\n', "")
    without = without.replace('values.sex = { "M" = "male", "F" = "female" }', "")
    assert "'sex' is no attribute" in said(without)


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("[repeated]\nreport_at_months = [36]", "[repeated] report_at_months goes to 36"),
        ("[repeated]\ncompare = true", "[repeated] compare needs the key 'group'"),
        ("[repeated]\nreport_at_months = []", "report_at_months: must not be empty"),
        ('[regression]\ncovariates = ["age", "age"]', "covariates names one twice"),
        ('[regression]\ncovariates = ["hostel"]', "covariates: 'hostel' is no attribute"),
        ('[regression]\ncovariates = ["age"]\nnumbers = ["area"]', "'area' is none of the"),
        ('[regression]\ncovariates = ["sex"]\nnumbers = ["sex"]', "'sex' is a category"),
        (
            '[regression]\ncovariates = ["area"]\nnumbers = ["area"]\nreference = { area = "N" }',
            "'area' is a number and has no value to compare with",
        ),
        (
            '[regression]\ncovariates = ["age", "sex"]\nlabels = { age = "x", sex = "x" }',
            "labels gives one name to two covariates",
        ),
        ('[landmark]\nmonth = 3\nexposure = "weeks_in_treatment"', "needs the key 'weeks'"),
        (
            '[landmark]\nmonth = 3\nexposure = "still_in_treatment"\nweeks = 12',
            'weeks needs exposure = "weeks_in_treatment"',
        ),
        (
            '[landmark]\nmonth = 3\nexposure = "weeks_in_treatment"\nweeks = 24',
            "nobody can have been in treatment for 24 weeks at month 3",
        ),
        ('[landmark]\nmonth = 0\nexposure = "still_in_treatment"', "everybody is in treatment"),
        ('[landmark]\nmonth = 3\nexposure = "area"', "needs the key 'value'"),
        ('[landmark]\nmonth = 3\nexposure = "hostel"\nvalue = "x"', "'hostel' is no attribute"),
        (
            '[landmark]\nmonth = 3\nexposure = "still_in_treatment"\nvalue = "yes"',
            "value has no meaning",
        ),
        (
            '[landmark]\nmonth = 3\nexposure = "still_in_treatment"\nknown_at = "start"',
            "is known at the end of the episode only",
        ),
        ("[desistance]\nmaximum_months = 0", "maximum_months: must be at least 1"),
    ],
)
def test_the_other_sections_of_records(section, line):
    assert line in said(more(section))


def test_a_regression_needs_the_event_that_it_explains():
    a, b = RECORDS.index("[time_to_first]"), RECORDS.index("[analysis]")
    text = RECORDS[:a] + RECORDS[b:] + '\n[regression]\ncovariates = ["age"]\n'
    assert "[regression] needs the section [time_to_first]" in said(text)


@pytest.mark.parametrize("section", ["[repeated]", "[desistance]", "[landmark]\nmonth = 3"])
def test_none_of_them_has_a_meaning_for_published_counts(section):
    text = DURATIONS.replace('"time_to_event"', '"summary"')
    assert f"{section.split()[0]} has no meaning" in said(f"{text}\n{section}\n")


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ('cause = "what"', "cause and cause_labels belong together"),
        ('cause = "what"\ncause_labels = { "1" = "arrest" }', "nothing competes with one"),
        ('cause = "what"\ncause_labels = { "0" = "a", "2" = "b" }', "1 codes are not whole"),
        ('cause = "what"\ncause_labels = { "1" = "a", "2" = "a" }', "one name to two causes"),
        ('cause = "arrest"\ncause_labels = { "1" = "a", "2" = "b" }', "must be different columns"),
        ('[regression]\ncovariates = ["week"]', "'week' is what the regression explains"),
        ("[desistance]\nmaximum_months = 12", "[desistance] has no keys where kind"),
        ("[repeated]", "[repeated] has no meaning where kind"),
    ],
)
def test_sections_of_durations(keys, line):
    assert line in said(DURATIONS + keys)


def test_weights_need_groups():
    text = DURATIONS.replace('group = "fin"\n', "") + 'weights = "early"\n'
    assert "[time_to_event] weights needs the key 'group'" in said(text)


def test_the_order_of_the_causes_is_part_of_what_was_agreed():
    keys = 'cause = "what"\ncause_labels = {{ "{}" = "{}", "{}" = "{}" }}\n'
    one = parse_protocol(DURATIONS + keys.format(1, "arrest", 2, "death"))
    other = parse_protocol(DURATIONS + keys.format(2, "death", 1, "arrest"))
    assert canonical_text(one) != canonical_text(other)


def test_what_is_left_out_asks_for_nothing():
    section = parse_protocol(RECORDS).time_to_first
    assert (section.competing, section.still_free_months, section.bands) == ((), (), False)
    assert (section.compare, section.mean_time_months) == ("none", None)
    protocol = parse_protocol(RECORDS)
    assert [protocol.repeated, protocol.regression, protocol.landmark, protocol.desistance] == [
        None
    ] * 4


def test_every_fault_is_told_at_once():
    text = first('mean_time_months = 36\ncompare = "log_rank"') + "\n[repeated]\ncompare = true\n"
    assert len(re.findall(r"^\[", said(text), re.MULTILINE)) == 3
