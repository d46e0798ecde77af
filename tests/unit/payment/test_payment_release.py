"""What counts few people is withheld, with everything that would give it back."""

import pytest

from dipoutcomes.payment.release import show_verdict
from dipoutcomes.payment.settle import settle
from dipoutcomes.protocol.claim import parse_counts
from dipoutcomes.study.payment import read_contract

COUNTS = """
[cohort]
name = "c"
[[count]]
measure = "free_for_6_months"
people = {people}
events = {first}
[[count]]
measure = "free_for_12_months"
people = {people}
events = {second}
"""


def shown(first, second, people=60, below=10):
    counts = parse_counts(COUNTS.format(first=first, second=second, people=people))
    return show_verdict(settle(read_contract("drug-recovery-illustration"), counts),
                        suppress_below=below)  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "withheld"),
    [
        (20, 40, ()),
        (20, 29, ("free_for_12_months",)),  # nine people offended in between
        (20, 30, ()),
        (20, 20, ()),
        (9, 40, ("free_for_6_months",)),
        (0, 40, ()),  # that nobody offended is no few people
        (20, 51, ("free_for_12_months",)),  # nine of them are left
    ],
)
def test_what_is_withheld(first, second, withheld):
    found = shown(first, second)
    assert found.withheld == withheld
    text = str(found.to_dict())
    for name, events in (("free_for_6_months", first), ("free_for_12_months", second)):
        assert (f"{events} of 60" in text) == (name not in withheld)
    if withheld:
        assert "GBP" not in text  # the sum and the others would give the withheld one back
        assert "amounts are withheld" in found.headline
        assert all(row["amount"] == "withheld" for row in found.terms.rows)
    else:
        assert "GBP" in text
    assert found.whole == (not withheld)


def test_a_working_copy_withholds_nothing():
    found = shown(1, 2, below=None)
    assert "1 of 60" in str(found.measures)
    assert found.whole
