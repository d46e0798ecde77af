"""What the first page of a claim says, before any table."""

from dipoutcomes._display import NOT_AVAILABLE, WITHHELD
from dipoutcomes.payment.release import show_verdict
from dipoutcomes.report.payment import ClaimPage, _decision, _parts
from dipoutcomes.study.payment import settle_files

ROW = {
    "term": "At least 10% fewer.",
    "reduction": "25.0%",
    "interval": "-14.4% to 50.8%",
    "threshold": "at least 10.0%",
    "truly_met": "76%",
    "decision": "met",
    "amount": "GBP 6,750.00",
}


def test_a_term_is_said_with_how_sure_one_can_be():
    assert _decision(ROW, "95%") == (
        "At least 10% fewer. Met: 25.0%, needed at least 10.0%. Chance leaves the truth between "
        "-14.4% and 50.8% (95% interval; a minus is a change for the worse); the probability that "
        "it reaches what is needed is 76%. Amount: GBP 6,750.00."
    )
    better = _decision(ROW | {"interval": "4.4% to 50.8%"}, "95%")
    assert "a minus" not in better


def test_what_is_not_known_or_withheld_is_not_made_into_a_sentence():
    for hidden in (NOT_AVAILABLE, WITHHELD):
        said = _decision(ROW | {"interval": hidden, "truly_met": hidden}, "95%")
        assert said == (
            "At least 10% fewer. Met: 25.0%, needed at least 10.0%. Amount: GBP 6,750.00."
        )
    hurdle = ROW | {"interval": "", "amount": "a hurdle"}
    assert _decision(hurdle, "95%").endswith("It pays nothing itself; another term needs it.")
    each = ROW | {"decision": "by person", "reduction": "", "interval": ""}
    assert (
        _decision(each, "95%")
        == "At least 10% fewer. Judged person by person. Amount: GBP 6,750.00."
    )


def test_warnings_come_before_the_first_table():
    (verdict,) = settle_files("drug-recovery-illustration", ["illustration-counts"])
    words = "\n".join(_parts(ClaimPage(verdict=verdict, shown=show_verdict(verdict)), {}))
    first = words[: words.index("## What each term decides")]
    assert "chance alone may have decided" in first
    assert first.count("compares with nobody") == 3
    assert "An illustration" in first
