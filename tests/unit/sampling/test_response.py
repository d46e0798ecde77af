"""What comes back is compared with what was asked, whatever the police did to the rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.response import FOUND, NOT_FOUND, STATES, Row, compare_return

ASKED = ["a", "b", "c", "d"]


def record(**change):
    return {
        "design": "stratified",
        "section": {"replacement": False},
        "allocation": [{"stratum": ["North"]}, {"stratum": ["South"]}],
        "sample": ASKED,
        "sample_stratum": [0, 0, 1, 1],
        "reserve": ["e", "f", "g"],
        "reserve_stratum": [0, 0, 1],
        "request": {"person_ids": ASKED, "row_digests": ["1a", "1b", "1c", "1d"]},
    } | change


def rows(*answers):
    return [
        Row(number=i, digest=f"1{ASKED[i - 1]}", answer=a) for i, a in enumerate(answers, start=1)
    ]


def test_a_worked_return():
    found = compare_return(record(), rows("yes", "No", "NO ", "no"))
    assert found.states == (FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND)
    assert [(s["replaces"], s["comes_in"]) for s in found.replacements] == [
        ("b", "e"), ("c", "g"), ("d", ""),
    ]  # fmt: skip
    assert "used up" in found.replacements[2]["because"]
    table = found.response_table().to_frame()
    assert table["response"].tolist() == [0.5, 0.0]
    assert table["asked"].tolist() == [2, 2]


@pytest.mark.parametrize(
    "change",
    [{"design": "cluster"}, {"design": "systematic"}, {"section": {"replacement": True}}],
)
def test_nobody_comes_in_where_the_design_has_no_replacement(change):
    assert compare_return(record(**change), rows("no", "no", "no", "no")).replacements == ()


def test_a_record_without_a_request_is_refused():
    bare = record()
    del bare["request"]
    with pytest.raises(DesignError, match="no request"):
        compare_return(bare, [])


any_row = st.builds(
    Row,
    number=st.one_of(st.none(), st.integers(0, 6)),
    digest=st.sampled_from(["1a", "1b", "1c", "1d", "other"]),
    answer=st.sampled_from(["yes", "no", "", "maybe", " Yes "]),
)


@given(st.lists(any_row, max_size=9), st.randoms())
def test_everybody_is_accounted_for_and_the_order_of_rows_is_of_no_account(returned, random):
    found = compare_return(record(), returned)
    assert sum(found.count(state) for state in STATES) == len(ASKED)
    asked_rows = [row for row in returned if row.number in range(1, 5)]
    assert found.extra == len(returned) - len(asked_rows)
    assert sum(found.response_table().to_frame()["asked"]) == len(ASKED)
    for state, number in zip(found.states, range(1, 5), strict=True):
        if state in {FOUND, NOT_FOUND}:  # an answer counts on the very row that was sent, once
            (row,) = [row for row in asked_rows if row.number == number]
            assert row.digest == f"1{ASKED[number - 1]}"
    random.shuffle(returned)
    assert compare_return(record(), returned) == found


@given(st.lists(st.sampled_from(["yes", "no", ""]), min_size=4, max_size=4))
def test_the_reserve_is_used_from_its_front_without_a_gap(answers):
    found = compare_return(record(), rows(*answers))
    came = [step["comes_in"] for step in found.replacements if step["comes_in"]]
    assert [p for p in came if p in "ef"] == ["e", "f"][: answers[:2].count("no")]
    assert [p for p in came if p == "g"] == ["g"][: answers[2:].count("no")]
    assert len(found.replacements) == answers.count("no")
