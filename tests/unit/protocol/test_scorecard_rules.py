"""What a protocol may ask of a scorecard, and what it is told where it asks too much."""

from pathlib import Path

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import parse_protocol

TEXT = (Path(__file__).parents[3] / "protocols/gwent-synthetic-scorecard.toml").read_text("utf-8")


def said(*changes):
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    with pytest.raises(ProtocolError) as error:
        parse_protocol(text)
    return str(error.value)


def test_the_committed_study_is_in_order():
    card = parse_protocol(TEXT).scorecard
    assert card.weeks == (12, 24)
    assert card.yes == ("Y", "Yes")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("period_from = 2014-01-01", "period_from = 2014-04-02", "is after period_to"),
        ("previous_to = 2013-12-31", "previous_to = 2014-01-01", "would count in both periods"),
        ("previous_from = 2013-10-01\n", "", "belong together"),
        ("period_to = 2014-03-31", "period_to = 2014-06-30", "is not on record"),
        ('extract_holds = "all_episodes"', 'extract_holds = "closures"', "closures"),
        ('extract_holds = "all_episodes" ', "# ", "extract_holds"),
        ("weeks = [12, 24]", "weeks = [24, 12]", "must rise"),
        ('disengaged = ["Dropped out"]', 'disengaged = ["Completed, drug free"]', "choose one"),
        ('closure_reason = "closure_reason"\n', "", "disengaged needs closure_reason"),
        ('interventions = "brief_interventions"\n', "", "signposted needs interventions"),
        ('primary_drug = "main_drug"\n', "", "further_drugs needs primary_drug"),
        ('modality = "modality"', 'modality = "modalty"', "is no attribute"),
        ('outcome_window = "12 months after the end"', 'outcome_window = "12 months"', "no window"),
    ],
)
def test_every_contradiction_is_told(old, new, words):
    # Attributes are named twice: in the records and in the section, which comes later.
    head, mark, tail = TEXT.partition("[scorecard]")
    if tail.count(old) == 1 and TEXT.count(old) != 1:
        with pytest.raises(ProtocolError, match=words):
            parse_protocol(head + mark + tail.replace(old, new))
        return
    assert words in said((old, new))


def test_a_word_cannot_be_yes_and_no():
    assert "stands under yes and under no" in said(("weeks = [12, 24]", 'weeks = [12]\nno = ["Y"]'))
