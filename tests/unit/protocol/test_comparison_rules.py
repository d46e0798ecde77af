"""What the sections of [comparison] must agree on with the rest of a protocol."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import parse_protocol

PROTOCOLS = Path(__file__).parents[3] / "protocols"
RECORDS = (PROTOCOLS / "gwent-synthetic-reoffending.toml").read_text("utf-8")
COUNTS = (PROTOCOLS / "gwent-2013-14.toml").read_text("utf-8")

REGRESSION = """
[comparison.regression_to_mean]
before = "12 months before"
after = "12 to 24 months after"
entry = "at_an_event"
events_per_year = 2.6
shape = 1.2
source = "a national extract"
"""
PEOPLE = """
[comparison.other_people]
group = "area"
treated = "Newport"
windows = ["12 to 24 months after"]
covariates = ["age", "sex", "events_before"]
treated_says = "case management"
comparison_says = "nothing further"
"""
AREAS = """
[comparison.areas]
area = "area"
intensive = ["Newport"]
before = "12 months before"
after = "12 to 24 months after"
"""
BENCHMARK = """
[[comparison.benchmark]]
says = "a national cohort"
source = "Hansard"
share = 0.61
people = 20934
window = "12 to 24 months after"
event = "conviction"
months = 12
differs = ["convictions, not arrests"]
"""


def faults(text: str, base: str = RECORDS) -> str:
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(base + text)
    return str(caught.value)


def test_all_four_are_read_together():
    found = parse_protocol(RECORDS + REGRESSION + PEOPLE + AREAS + BENCHMARK).comparison
    assert found.other_people.caliper == Decimal("0.2")
    assert [b.people for b in found.benchmark] == [20934]


def test_a_study_without_them_has_none():
    assert parse_protocol(RECORDS).comparison is None


@pytest.mark.parametrize(
    ("section", "old", "new", "expected"),
    [
        (REGRESSION, '"12 months before"', '"a year before"', "no window 'a year before'"),
        (REGRESSION, 'after = "12 to 24 months after"', 'after = "during"', "not equally long"),
        (REGRESSION, 'after = "12 to 24', 'after = "3+ months after"#', "not equally long"),
        (REGRESSION, '"12 to 24 months after"', '"12 months before"', "against itself"),
        (REGRESSION, '"at_an_event"', '"count"', "count_at_least belongs to"),
        (REGRESSION, "shape = 1.2", "", "belong together"),
        (REGRESSION, 'source = "a national extract"', "", "need a source"),
        (
            REGRESSION,
            "shape = 1.2",
            'shape = 1.2\nreference = "area"\nreference_value = "Newport"',
            "take one of them out",
        ),
        (
            REGRESSION,
            'events_per_year = 2.6\nshape = 1.2\nsource = "a national extract"',
            "",
            "cannot come from the people who entered",
        ),
        (REGRESSION, "events_per_year = 2.6", "events_per_year = -1", "greater than 0"),
        (REGRESSION, "shape = 1.2", 'shape = 1.2\nearlier = "12 months before"', "name a third"),
        (PEOPLE, 'group = "area"', 'group = "ward"', "'ward' is no attribute"),
        (PEOPLE, '"age", "sex"', '"age", "tattoos"', "'tattoos' is no attribute"),
        (PEOPLE, '"age", "sex"', '"age", "area"', "cannot be a covariate too"),
        (PEOPLE, "treated_says", 'comparison = "Newport"\ntreated_says', "nobody is left"),
        (PEOPLE, "treated_says", 'numbers = ["visits"]\ntreated_says', "'visits'"),
        (
            PEOPLE,
            "treated_says",
            'exact = ["sex"]\nmethod = "entropy"\ntreated_says',
            "exact is for matching",
        ),
        (
            PEOPLE,
            "treated_says",
            'negative_control = "12 to 24 months after"\ntreated_says',
            "one of the windows that are compared",
        ),
        (AREAS, 'area = "area"', 'area = "county"', "'county' is no attribute"),
        (BENCHMARK, 'window = "12 to', 'window = "13 to', "no window"),
        (BENCHMARK, "window =", 'finding_event = "arrest"\nwindow =', "are for a finding"),
        ("\n[comparison]\n", "[comparison]", "[comparison]\ndefinitions_window = 'x'", "no window"),
        (BENCHMARK, "window =", "finding =", "needs the key window"),
        (BENCHMARK, "share = 0.61", "share = 61", "share: must be at most 1"),
        (BENCHMARK, 'differs = ["convictions, not arrests"]', "differs = []", "must not be empty"),
    ],
)
def test_what_does_not_agree_is_refused(section: str, old: str, new: str, expected: str):
    assert old in section
    assert expected in faults(section.replace(old, new, 1))


def test_a_drawn_sample_and_other_people_do_not_go_together():
    drawn = "\n[sample]\nsize = 28\n"
    assert "do not go together" in faults(drawn + PEOPLE)
    assert parse_protocol(RECORDS + drawn + AREAS).sample.size == 28


def test_published_counts_take_a_benchmark_of_a_finding_and_nothing_else():
    asked = BENCHMARK.replace(
        'window = "12 to 24 months after"', 'finding = "not_arrested"\nfinding_event = "arrest"'
    )
    assert parse_protocol(COUNTS + asked).comparison.benchmark[0].finding == "not_arrested"
    silent = asked.replace('finding_event = "arrest"', "")
    assert "needs the key finding_event" in faults(silent, COUNTS)
    assert "no finding 'arrested_not'" in faults(
        asked.replace("not_arrested", "arrested_not"), COUNTS
    )
    assert "needs records of people" in faults(AREAS, COUNTS)
