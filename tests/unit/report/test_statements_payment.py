"""Page one says what a contract decides, and that a decision is no finding."""

from dipoutcomes.report.statements_payment import can_say, cannot_say
from dipoutcomes.results import Column, StudyResults, Table


def results(decisions, warnings=()):
    table = Table.of(
        "payment_decisions",
        "What each term decides",
        [
            Column(key="term", heading="Term", kind="label"),
            Column(key="threshold", heading="Needed"),
            Column(key="decision", heading="Decision"),
        ],
        [[term, "", decision] for term, decision in decisions],
    )
    facts = {"payment": {"title": "A contract", "warnings": list(warnings)}}
    return StudyResults(facts=facts, tables={"payment_decisions": table})


def test_each_term_is_said_with_its_decision():
    found = results([("Ten per cent fewer.", "not met"), ("Each client.", "by person")])
    assert can_say(found) == [
        "By the contract “A contract”: “Ten per cent fewer”: not met; “Each client”: by person."
    ]


def test_a_decision_is_no_finding_and_warnings_are_counted():
    (one,) = cannot_say(results([("A.", "met")], ["chance alone"]))
    assert one.endswith("1 warning stands beside the decisions.")
    (two,) = cannot_say(results([("A.", "met")], ["a", "b"]))
    assert two.endswith("2 warnings stand beside the decisions.")
    (none,) = cannot_say(results([("A.", "met")]))
    assert none.endswith("as well.")


def test_a_study_without_a_contract_says_nothing():
    empty = StudyResults(facts={})
    assert can_say(empty) == cannot_say(empty) == []
    assert can_say(results([])) == []
