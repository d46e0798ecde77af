"""No note on rows tells a count of few people in a release copy."""

import re

import pytest

from dipoutcomes import disclosure
from dipoutcomes.records.notes import DOUBTS, Note
from dipoutcomes.results import StudyResults

T = 10
# The further sentences, as `records.notes`, `records.quality` and the pipeline put them.
OTHERS = (
    "linkage: {n} people have no row: nobody answered for them, and they count as untraced.",
    "linkage: {n} people were not found on police records, and the events table has rows of "
    "theirs.",
    "events: {n} rows have a code in type, such as -1, 0 or 999, that often stands for "
    "'not known'.",
    "persons: {n} rows have nothing in ward, or a word for nothing.",
    "events (arrest_date): the column holds both day-first and month-first dates; {n} could be "
    "either.",
    "events (arrest_date): {n} dates have a day and month that could be exchanged.",
    "episodes (start): years of two digits: {n}; 69 to 99 were read as 19xx, 00 to 68 as 20xx.",
    "episodes (end): cells from which a time of day was dropped: {n}.",
    "{n} events without the date they are counted by make their people's outcome unknown.",
    "People were drawn with replacement, 300 times; {n} of these draws met somebody drawn before.",
)
SENTENCES = [
    *(str(Note(table=d.tables[0], what=d.what, count=0, says=d.says)) for d in DOUBTS),
    *OTHERS,
]


def released(note, *, below=T):
    results = StudyResults(
        facts={"data": "real", "title": "t", "data_notes": [note]},
        tables={}, estimates={}, curves={},
    )  # fmt: skip
    found = disclosure.protect_results(results, protect=True, suppress_below=below)
    return found.facts["data_notes"][0]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("n", [1, 9])
def test_a_small_count_of_a_note_is_withheld(sentence, n):
    note = released(sentence.format(n=n))
    assert f"fewer than {T}" in note
    assert not re.search(rf"(?<![\d.]){n} (?!or)", note)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_other_counts_and_the_rest_of_a_note_stay(sentence):
    for n in ("10", "1,003"):
        assert released(sentence.format(n=n)) == sentence.format(n=n)
