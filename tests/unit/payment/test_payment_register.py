"""Person by person: every reason, the dates, and what two parties make of their lists."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import RecordError
from dipoutcomes.payment.contract import parse_contract
from dipoutcomes.payment.reconcile import reconcile
from dipoutcomes.payment.register import COLUMNS, REASONS, People, outcome_register
from dipoutcomes.study.payment import read_contract

CONTRACT = (
    Path(__file__).parents[3] / "protocols" / "contracts" / "drug-recovery-illustration.toml"
).read_text(encoding="utf-8")
TAKEN = date(2015, 6, 30)


def register(term="final", contract=CONTRACT, taken=TAKEN, **people):
    agreed = parse_contract(contract)
    return outcome_register(
        agreed, agreed.term_named(term), People(**people), records_taken_on=taken
    )


def test_every_reason_of_a_share():
    found = register(
        number=["a", "b", "c", "d", "e", "f", "g", "h"],
        entered_on=["2013-12-31"] * 6 + ["2014-07-01", "2014-01-01"],
        events=[0, 1, 0, 0, 0, 1, 0, 0],
        found=[True, True, False, True, True, True, True, True],
        left_on=["NaT", "NaT", "NaT", "2014-12-30", "2014-12-31", "2014-06-01", "NaT", "NaT"],
        uncertain=[False] * 8,
    )
    got = dict(zip(found.frame["number"], found.frame["reason"], strict=True))
    assert got == {
        "a": "no event in the window",  # followed to 30 December 2014, proven by 30 June 2015
        "b": "event in the window",
        "c": "not found on police records",
        "d": "died or left the country before the window closed",
        "e": "no event in the window",  # left on the first day outside
        "f": "event in the window",  # what was seen decides, also of the dead
        "g": "follow-up not complete",
        "h": "waiting period not over",  # one day later than a
    }
    assert found.frame["decision"].tolist() == [
        "pay", "no pay", "pending", "no pay", "pay", "no pay", "pending", "pending",
    ]  # fmt: skip
    assert (found.persons_paid, found.amount) == (2, Decimal("800.00"))
    assert list(found.frame.columns) == list(COLUMNS)
    assert set(found.frame["reason"]) <= set(REASONS)
    assert sum(row["people"] for row in found.summary().rows) == 8


def test_a_rejected_record_never_makes_a_person_look_clean():
    found = register(
        number=["a", "b"], entered_on=["2013-01-01"] * 2, events=[0, 1], uncertain=[True, True]
    )
    assert found.frame["decision"].tolist() == ["pending", "no pay"]


def test_what_the_contract_says_of_the_dead_and_of_those_not_found():
    other = CONTRACT.replace("[money]", '[claim]\ndied = "pending"\nnot_found = "no_pay"\n[money]')
    found = register(
        contract=other, number=["a", "b"], entered_on=["2013-01-01"] * 2, events=[0, 0],
        found=[True, False], left_on=["2013-03-01", "NaT"],
    )  # fmt: skip
    assert found.frame["decision"].tolist() == ["pending", "no pay"]


def test_who_came_back_is_paid_for_as_soon_as_it_is_seen():
    found = register(
        "back_in_treatment", number=["a", "b", "c"],
        entered_on=["2015-01-01", "2015-01-01", "2013-01-01"], events=[1, 0, 0],
    )  # fmt: skip
    assert found.frame["decision"].tolist() == ["pay", "pending", "no pay"]
    assert found.frame["amount"].tolist() == ["100.00", "0.00", "0.00"]


OWN_PAST = """
schema_version = 1
[contract]
id = "own"
title = "Own past"
standing = "illustration"
[[measure]]
name = "m"
says = "convictions per person"
kind = "frequency_per_person"
event_type = "conviction"
window_months = 12
baseline = { kind = "own_past" }
[[term]]
name = "fewer"
says = "fewer than in the year before"
measure = "m"
applies_to = "person"
price = { per = "person", amount = 10.005 }
"""


def test_fewer_than_before_and_nothing_is_settled_where_the_records_are_doubtful():
    found = register(
        "fewer", OWN_PAST, number=["a", "b", "c", "d"], entered_on=["2013-01-01"] * 4,
        events=[1, 2, 2, 2], events_before=[2, 2, 2, 2],
        uncertain=[False, False, True, False], found=[True, True, True, False],
    )  # fmt: skip
    assert found.frame["reason"].tolist() == [
        "fewer than before", "not fewer than before", "a record of theirs was rejected",
        "not found on police records",
    ]  # fmt: skip


def test_arrays_that_do_not_fit_are_refused():
    for wrong, message in (
        ({"number": ["a", "a"], "events": [0, 0]}, "1 are repeated"),
        ({"number": ["a", "b"], "events": [0]}, "one element for each of the 2"),
    ):
        with pytest.raises(ValueError, match=message):
            register(entered_on=["2013-01-01"] * 2, **wrong)
    with pytest.raises(ValueError, match="has no register"):
        register("fewer_offences", number=["a"], entered_on=["2013-01-01"], events=[0])


def frame(rows, columns=("number", "term", "decision", "reason", "amount")):
    return pd.DataFrame(rows, columns=list(columns))


def test_two_lists_by_hand():
    ours = frame([
        ("1", "final", "pay", "no event in the window", "400.00"),
        ("2", "final", "pay", "no event in the window", "400.00"),
        ("3", "final", "pending", "waiting period not over", "0"),
        ("4", "final", "pay", "x", "400.00"),
        ("5", "final", "no pay", "event in the window", "0"),
        ("5", "interim", "pay", "no event in the window", "200"),
    ])  # fmt: skip
    theirs = frame([
        (1.0, "final", "Pay", "no event in the window", 400),
        (2, "final", "no pay", "event in the window", 0),
        (6, "final", "pay", "no event in the window", 400),
        (4, "final", "pay", "x", 350.5),
        (5, "final", "no pay", "not found on police records", 0),
    ])  # fmt: skip
    found = reconcile(ours, theirs)
    assert (found.agree, found.differ, found.only_ours, found.only_theirs) == (2, 2, 2, 1)
    assert (found.amount_ours, found.amount_theirs) == (Decimal("1400.00"), Decimal("1150.50"))
    assert found.amount_agreed == Decimal("400.00")
    rows = {row["what"]: row for row in found.summary.rows}
    assert rows["we say pay, they say no pay"]["difference"] == "GBP 400.00"
    assert rows["same decision, another amount"]["difference"] == "GBP 49.50"
    assert rows["agree, for different reasons"]["claims"] == 1
    assert sum(row["claims"] for row in found.summary.rows) == 7
    assert len(found.details) == 6
    assert not found.in_full_agreement
    assert "1" not in found.details["number"].tolist()


def test_a_list_agrees_with_itself_and_the_two_sides_are_mirrored():
    rng = np.random.default_rng(3)
    lists = []
    for _ in range(2):
        numbers = rng.permutation(300)[:200]
        decision = rng.choice(["pay", "no pay", "pending"], 200)
        lists.append(frame(
            np.column_stack([numbers, decision, np.where(decision == "pay", 400, 0)]),
            ("number", "decision", "amount"),
        ))  # fmt: skip
    assert reconcile(lists[0], lists[0]).in_full_agreement
    one, other = reconcile(*lists), reconcile(*lists[::-1])
    assert (one.agree, one.differ) == (other.agree, other.differ)
    assert (one.only_ours, one.amount_ours) == (other.only_theirs, other.amount_theirs)
    assert one.agree + one.differ + one.only_ours == 200


def test_faults_of_both_lists_are_told_by_row_and_no_value_is_quoted():
    ours = frame([("SECRET", "t", "perhaps", "", "much"), ("", "t", "pay", "", "1")])
    theirs = frame([("7", "t", "pay", "", "1"), ("7", "t", "pay", "", "1")])
    with pytest.raises(RecordError) as caught:
        reconcile(ours, theirs)
    said = str(caught.value)
    for part in (
        "ours: number is empty: rows 3", "ours: decision is none of", "ours: amount is no number: "
        "rows 2", "theirs: the same number and term stand twice: rows 2, 3",
    ):  # fmt: skip
        assert part in said
    assert "SECRET" not in said
    with pytest.raises(RecordError, match="no column 'decision', 'amount'"):
        reconcile(ours[["number"]], theirs)


def test_the_summaries_of_two_registers_have_names_of_their_own():
    """Both are written to one folder of a pack, a file each."""
    contract = read_contract("drug-recovery-illustration")
    people = People(number=["C1"], entered_on=["2013-01-10"], events=[0])
    names = {
        outcome_register(
            contract, contract.term_named(term), people, records_taken_on=date(2015, 6, 30)
        )
        .summary()
        .name
        for term in ("interim", "final")
    }
    assert names == {"register_summary_interim", "register_summary_final"}
