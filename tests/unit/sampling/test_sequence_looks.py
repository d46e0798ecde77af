"""The conditions of a confidence sequence are enforced, each with its way out."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling import draw_sample
from dipoutcomes.sampling.sequential import (
    Look,
    proportion_confidence_sequence,
    sequence_from_looks,
)

WINDOW = "12 months after"
FRAME = pd.DataFrame({"person_id": [f"p{k:03}" for k in range(60)], "area": ["a", "b"] * 30})
DRAW = draw_sample(FRAME, Sample(size=6), rng=np.random.default_rng(7))
ORDER = [*DRAW.person_ids, *DRAW.reserve_ids]
SPRING, SUMMER = date(2015, 3, 31), date(2015, 6, 30)


def look(ids, outcomes, *, as_of=SPRING, closes="2015-03-31", window=WINDOW):
    people = pd.DataFrame(
        {
            "person_id": list(ids),
            "outcome": pd.array(list(outcomes), dtype=object),
            "window_closes": pd.Timestamp(closes),
        }
    )
    return Look(as_of=as_of, window=window, people=people)


def refused(looks, draw=DRAW):
    with pytest.raises(DesignError) as caught:
        sequence_from_looks(draw, looks)
    message = str(caught.value)
    assert not [person for person in ORDER if person in message]
    return message


def test_rows_in_any_order_are_put_in_the_order_of_the_draw_reserve_included():
    outcomes = [0, 1, 0, 0, 1, 1, 0, 1, 1]
    mixed = [4, 8, 0, 2, 6, 1, 3, 7, 5]
    found = sequence_from_looks(
        DRAW, [look([ORDER[k] for k in mixed], [outcomes[k] for k in mixed])]
    )
    plain = proportion_confidence_sequence(outcomes, 60)
    assert found.outcome.tolist() == outcomes
    assert found.low_people.tolist() == plain.low_people.tolist()
    assert found.high_people.tolist() == plain.high_people.tolist()


def test_more_people_at_a_later_look_are_more_sampling():
    first = look(ORDER[:4], [0, 1, 0, 1])
    later = look(ORDER[4:7], [1, 1, 0], as_of=SUMMER)
    resent = look(ORDER[:7], [0, 1, 0, 1, 1, 1, 0], as_of=SUMMER)
    for second in (later, resent):
        assert sequence_from_looks(DRAW, [first, second]).outcome.tolist() == [0, 1, 0, 1, 1, 1, 0]


def test_the_same_people_with_other_outcomes_are_refused():
    message = refused([look(ORDER[:4], [0, 0, 0, 1]), look(ORDER[:4], [0, 1, 1, 1], as_of=SUMMER)])
    assert "2 people have another outcome" in message
    assert "changing outcome, not more sampling" in message


def test_an_outcome_that_was_known_may_not_become_unknown():
    first, second = look(ORDER[:2], [0, 1]), look(ORDER[:2], [0, None], as_of=SUMMER)
    assert "1 people have another outcome" in refused([first, second])


def test_an_untraced_person_found_later_is_no_change():
    first = look(ORDER[:3], [0, None, 1])
    assert len(sequence_from_looks(DRAW, [first])) == 1
    assert sequence_from_looks(DRAW, [first], untraced="bounds").untraced == 1
    second = look(ORDER[1:2], [1], as_of=SUMMER)
    assert sequence_from_looks(DRAW, [first, second]).outcome.tolist() == [0, 1, 1]


def test_nobody_may_be_skipped():
    assert "1 of the first 4 people" in refused([look([*ORDER[:2], ORDER[3]], [0, 1, 1])])


def test_a_person_skipped_at_one_look_may_not_be_asked_for_at_the_next():
    first = look([ORDER[0], ORDER[2]], [0, 1])
    second = look([ORDER[1]], [1], as_of=SUMMER)
    assert "1 people were asked for before others" in refused([first, second])


def test_an_open_window_is_refused():
    assert "3 outcomes were taken before" in refused(
        [look(ORDER[:3], [0, 1, 0], closes="2015-4-1")]
    )
    assert "before the person's window" in refused([look(ORDER[:1], [0], closes=None)])


def test_all_faults_at_once():
    stratified = draw_sample(
        FRAME, Sample(size=6, design="stratified", strata=("area",)), rng=np.random.default_rng(7)
    )
    message = refused(
        [
            look(["nobody", "nobody"], [0, 7]),
            look(ORDER[:1], [0], window="3 months after"),
            Look(as_of=SUMMER, window=WINDOW, people=pd.DataFrame({"person_id": []})),
        ],
        stratified,
    )
    for words in (
        "the draw is stratified",
        "2 outcome windows",
        "1 looks are not after",
        "look 1 has 1 rows of people who are in it already",
        "look 1 has 2 people who are not in the frame",
        "look 1 has 1 outcomes that are neither",
        "look 3 has no column outcome, window_closes",
    ):
        assert words in message


def test_a_draw_with_replacement_is_refused():
    again = replace(DRAW, replacement=True)
    assert "draw without replacement" in refused([look(ORDER[:2], [0, 1])], again)


def test_no_look_is_no_answer():
    with pytest.raises(DesignError, match="no look"):
        sequence_from_looks(DRAW, [])


def test_a_look_says_how_many_and_never_who():
    assert repr(look(ORDER[:3], [0, 1, 0])) == (
        "Look(as_of=2015-03-31, window='12 months after', 3 people)"
    )
