"""A locked protocol cannot be changed unseen."""

from datetime import date
from hashlib import sha256

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import (
    canonical_text,
    deviations,
    make_lock,
    parse_protocol,
    protocol_sha256,
    read_lock,
    template_text,
)

TEXT = template_text()
LOCK = make_lock(parse_protocol(TEXT))
AMENDMENT = """
[[amendment]]
date = 2016-11-02
key = "{key}"
reason = "The records came later than agreed."
"""


def changed(*pairs, extra=""):
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_protocol(text + extra)


def keys(protocol, lock=LOCK):
    return [d.key for d in deviations(protocol, read_lock(lock))]


def test_the_canonical_text_has_one_form_of_each_value_and_every_default():
    text = canonical_text(parse_protocol(TEXT))
    assert '"confidence_level": "0.95"' in text
    assert '"last_offence_date": "2016-03-31"' in text
    assert '"maximum_reject_percent": "2"' in text  # a default, written out


def test_an_unchanged_protocol_does_not_deviate():
    assert keys(parse_protocol(TEXT)) == []
    assert make_lock(parse_protocol(TEXT)) == LOCK  # no clock in it
    assert (
        read_lock(LOCK).sha256 == sha256(canonical_text(parse_protocol(TEXT)).encode()).hexdigest()
    )
    assert read_lock(LOCK).sha256 == protocol_sha256(parse_protocol(TEXT))
    assert read_lock(LOCK).locked_on is None


def test_the_day_of_the_lock_is_kept_where_it_is_given():
    day = date(2014, 4, 1)
    assert read_lock(make_lock(parse_protocol(TEXT), locked_on=day)).locked_on == day


def test_every_changed_field_is_listed_with_both_values():
    now = changed(
        ("accrual_to = 2014-03-31", "accrual_to = 2014-02-28"),
        ("confidence_level = 0.95", "confidence_level = 0.90"),
        ('opens = { at = "end", months = 3, days = 0 }', 'opens = { at = "end", months = 4 }'),
    )
    found = deviations(now, read_lock(LOCK))
    assert [(d.key, d.locked, d.current, d.declared) for d in found] == [
        ("analysis.confidence_level", "0.95", "0.9", False),
        ("cohort.accrual_to", "2014-03-31", "2014-02-28", False),
        ("window.3+ months after.opens.months", "3", "4", False),
    ]


@pytest.mark.parametrize(
    ("key", "declared"),
    [
        ("cohort.accrual_to", True),
        ("cohort", True),
        ("cohort.accrual_from", False),  # a key beside it
        ("outcome", False),
    ],
)
def test_an_amendment_declares_its_key_or_its_section(key, declared):
    now = changed(
        ("accrual_to = 2014-03-31", "accrual_to = 2014-02-28"), extra=AMENDMENT.format(key=key)
    )
    (found,) = deviations(now, read_lock(LOCK))
    assert found.declared is declared
    assert found.reason == ("The records came later than agreed." if declared else "")
    assert found.date == ("2016-11-02" if declared else "")


def test_an_amendment_that_was_locked_declares_no_later_change():
    extra = AMENDMENT.format(key="cohort.accrual_to")
    lock = make_lock(changed(extra=extra))
    now = changed(("accrual_to = 2014-03-31", "accrual_to = 2014-02-28"), extra=extra)
    assert [d.declared for d in deviations(now, read_lock(lock))] == [False]


def test_an_amendment_alone_is_no_deviation():
    assert keys(changed(extra=AMENDMENT.format(key="outcome"))) == []


def test_a_section_or_window_that_comes_or_goes_is_listed():
    now = changed(
        ("#[sample]", "[sample]"),
        ("\n#size = 250", "\nsize = 250"),
        ('name = "during"', 'name = "while engaged"'),
    )
    found = keys(now)
    assert "sample.size" in found
    assert "window.during.opens.at" in found
    assert "window.while engaged.opens.at" in found


def test_another_order_of_windows_is_a_change():
    blocks = TEXT.split("[[window]]\n")
    blocks[1], blocks[2] = blocks[2], blocks[1]
    assert keys(parse_protocol("[[window]]\n".join(blocks))) == ["window (order)"]


def test_the_reference_group_is_part_of_the_promise():
    text = """
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
    group_labels = { "0" = "without", "1" = "with" }
    time_unit = "weeks"
    horizon = 52
    event_says = "arrested"
    """
    lock = make_lock(parse_protocol(text))
    turned = text.replace('"0" = "without", "1" = "with"', '"1" = "with", "0" = "without"')
    assert keys(parse_protocol(turned), lock) == ["time_to_event.group_labels (order)"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"2014-03-31"', '"2014-04-30"', "altered after it was made"),
        ('"sha256": "', '"sha256": "0', "altered after it was made"),
        ('"lock_schema": 1', '"lock_schema": 2', "format 2"),
        ('"sha256"', '"sha1"', "cannot be read"),
        ("{", "", "cannot be read"),
    ],
)
def test_a_lock_that_was_tampered_with_is_refused(old, new, says):
    assert old in LOCK
    with pytest.raises(ProtocolError, match=says):
        read_lock(LOCK.replace(old, new, 1))
