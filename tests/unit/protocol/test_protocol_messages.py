"""What an evaluator reads when a protocol file is wrong: word for word, and all at once."""

import re
import tomllib
from pathlib import Path

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import parse_protocol, template_text

RECORDS = template_text()
SUMMARY = """
schema_version = 1
[study]
id = "s"
kind = "summary"
title = "A summary"
data = "published"
[[finding]]
name = "not_arrested"
says = "had not been arrested"
base_says = "clients"
count = 21
base = 28
"""


def changed(old: str, new: str, text: str = RECORDS) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def lines(text: str) -> list[str]:
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text)
    return str(caught.value).splitlines()


def test_a_misspelt_key_names_the_nearest_and_everything_is_said_at_once():
    text = changed('measure = "arrest"', 'measur = "arrest"\nfollow_up = 12')
    assert lines(text) == [
        "[outcome] has no key 'follow_up'; the keys are measure, waiting_period_months, "
        "exclude_days_in_custody; the length of follow-up is set by the [[window]] tables",
        "[outcome] has no key 'measur'; did you mean 'measure'?",
        "[outcome] needs the key 'measure'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "exclude_days_in_custody = true",
            "waiting_period_month = 6",
            "[outcome] has no key 'waiting_period_month'; did you mean 'waiting_period_months'?",
        ),
        (
            "[disclosure]",
            "[disclosur]",
            "the protocol has no section [disclosur]; did you mean 'disclosure'?",
        ),
        (
            "schema_version = 1",
            "schema_version = 1\nversion = 2",
            "the protocol has no key 'version'; did you mean 'schema_version'?",
        ),
        ("schema_version = 1", "", "the protocol needs the key 'schema_version'"),
        (
            "accrual_from = 2013-04-01",
            'accrual_from = "1 April 2013"',
            "[cohort] accrual_from: '1 April 2013' is not a date; write it as 2013-04-01, with no "
            "quotes",
        ),
        (
            "accrual_from = 2013-04-01",
            "accrual_from = 20130401",
            "[cohort] accrual_from: 20130401 is not a date; write it as 2013-04-01, with no quotes",
        ),
        (
            "accrual_from = 2013-04-01",
            "accrual_from = 2013-04-01T09:30:00",
            "[cohort] accrual_from: 2013-04-01T09:30:00 has a time of day; write the date alone, "
            "as in 2013-04-01",
        ),
        (
            'measure = "arrest"',
            'measure = "arest"',
            "[outcome] measure: 'arest' is not a choice; did you mean 'arrest'? The choices: "
            "arrest, charge, conviction, caution, proven reoffending",
        ),
        (
            'exclude = ["in_custody_at_index_date"]',
            'exclude = ["in_custody"]',
            "[cohort] exclude (entry 1): 'in_custody' is not a choice; the choices: "
            "in_custody_at_index_date, open_episode",
        ),
        (
            "confidence_level = 0.95",
            "confidence_level = 95",
            "[analysis] confidence_level: must be at most 0.9999; got 95 (95% is written 0.95)",
        ),
        (
            "suppress_below = 10",
            "suppress_below = 10.5",
            "[disclosure] suppress_below: must be a whole number, without quotes; got 10.5",
        ),
        (
            "suppress_below = 10",
            "suppress_below = 1",
            "[disclosure] suppress_below: must be at least 2; got 1",
        ),
        (
            "exclude_days_in_custody = true",
            'exclude_days_in_custody = "yes"',
            "[outcome] exclude_days_in_custody: must be true or false, without quotes; got 'yes'",
        ),
        (
            "opens = { at = \"end\", months = 3, days = 0 }",
            "opens = { at = \"end\", month = 3 }",
            "[[window]] 3 (3+ months after) opens has no key 'month'; did you mean 'months'?",
        ),
        (
            "opens = { at = \"end\", months = 3, days = 0 }",
            "",
            "[[window]] 3 (3+ months after) needs the key 'opens'",
        ),
        (
            'columns.start = "First contact"',
            "columns.start = 3",
            "[records.episodes.columns] start: must be text in quotes; got 3",
        ),
        ('id = "my-study"', 'id = "My study"', "[study] id: must be small letters, digits, hyphens "
         "and underscores; got 'My study'"),
    ],
)  # fmt: skip
def test_a_fault_is_one_plain_line(old, new, expected):
    assert expected in lines(changed(old, new))


def test_a_table_that_is_no_list_is_said_plainly():
    assert lines(SUMMARY.replace("[[finding]]", "[finding]")) == [
        "finding: must be a list in square brackets, or [[...]] tables; got a table"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\nb = \n", "x.toml, line 2, column 5: Invalid value"),
        ("[study]\nid = 'a'\n[study]\n", "x.toml, line 3, column 7: [study] is headed twice"),
        ("a = 1\na = 2\n", "x.toml, line 2, column 6: this key is given twice"),
        ("a = 1\nb = 'x", "x.toml, line 2 (the last): "),
    ],
)
def test_broken_toml_names_the_line(text, expected):
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text, name="x.toml")
    assert str(caught.value).startswith(expected)


def test_no_word_of_the_library_behind_is_printed():
    text = re.sub(r"^([a-z_]+) = [^{\n]+$", r"\1 = [{}]", RECORDS, flags=re.MULTILINE)
    said = "\n".join(lines(text))
    assert "pydantic" not in said
    assert "http" not in said
    assert "Input should" not in said
    assert len(said.splitlines()) > 15


def test_a_byte_order_mark_is_no_fault():
    assert parse_protocol("\ufeff" + SUMMARY).study.id == "s"


def test_the_committed_protocols_are_sound():
    folder = Path(__file__).parents[3] / "protocols"
    kinds = {
        path.stem: parse_protocol(path.read_text("utf-8")).study.kind
        for path in folder.glob("*.toml")
        # Scorecards to audit and targets stand among the studies, and have no such section.
        if "study" in tomllib.loads(path.read_text("utf-8"))
    }
    assert kinds["template"] == "records"
    assert kinds["gwent-2013-14"] == "summary"
    assert kinds["rossi-1980"] == "time_to_event"


def test_reading_problems_and_contradictions_are_reported_together():
    text = changed("accrual_to = 2014-03-31", "accrual_to = 2012-03-31")
    text = changed('measure = "arrest"', 'measur = "arrest"', text)
    said = lines(text)
    assert "[outcome] has no key 'measur'; did you mean 'measure'?" in said
    assert "[cohort] accrual_from (2013-04-01) is after accrual_to (2012-03-31)" in said
