"""The draw: exact lists for a seed, refusals, strata, weights."""

from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling import draw_sample, sampling_frame, verify_draw
from dipoutcomes.sampling.allocate import proportional_allocation
from dipoutcomes.streams import random_stream

# Caseload by area at the end of the fourth quarter, Gwent DIP Annual Report 2013/14.
CASELOAD = {
    "Blaenau Gwent": 9, "Caerphilly": 25, "Monmouthshire": 13, "Newport": 51, "Torfaen": 10,
}  # fmt: skip


def stream(seed=2014):
    return random_stream(seed, "sampling")


def caseload():
    areas = [area for area, count in CASELOAD.items() for _ in range(count)]
    return pd.DataFrame({"person_id": [f"{i:03d}" for i in range(108)], "area": areas})


GOLDEN = ("p13", "p14", "p02", "p17", "p03")
GOLDEN_RESERVE = ("p11", "p08", "p18")


def test_a_seed_gives_the_sample_that_it_always_gave():
    # If this changes, no sample drawn before can be drawn again: NumPy has changed its streams.
    people = pd.DataFrame({"person_id": [f"p{i:02d}" for i in range(20)]})
    draw = draw_sample(people, Sample(size=5), rng=stream())
    assert draw.person_ids == GOLDEN
    assert draw.reserve_ids[:3] == GOLDEN_RESERVE


def test_a_stratified_sample_takes_each_area_in_proportion():
    people = caseload()
    section = Sample(design="stratified", size=28, strata=("area",))
    draw = draw_sample(people, section, rng=stream())
    assert draw.strata == tuple((area,) for area in CASELOAD)
    # 28/108 of each: 2.33, 6.48, 3.37, 13.22, 2.59; whole parts 26, so two go to .59 and .48
    assert draw.drawn_by_stratum == (2, 7, 3, 13, 3)
    found = people["area"].iloc[draw.codes].value_counts()
    assert found.to_dict() == dict(zip(CASELOAD, draw.drawn_by_stratum, strict=True))
    assert draw.weights.sum() == pytest.approx(108)
    assert draw.inclusion_probability[0] == pytest.approx(2 / 9)
    assert len(draw) + len(draw.reserve) == 108
    reserve_areas = people["area"].iloc[draw.reserve].to_numpy()
    named = [draw.strata[s][0] for s in draw.reserve_stratum]
    assert list(reserve_areas) == named


def test_codes_and_pseudonyms_name_the_same_people():
    people = caseload().sample(frac=1, random_state=1).reset_index(drop=True)
    draw = draw_sample(people, Sample(size=10), rng=stream())
    assert tuple(people["person_id"].iloc[draw.codes]) == draw.person_ids
    assert tuple(people["person_id"].iloc[draw.reserve]) == draw.reserve_ids


@pytest.mark.parametrize(
    ("people", "section", "says"),
    [
        (["a", "b"], Sample(size=3), "3 people are to be drawn and the frame holds 2"),
        (["a", "b", "a"], Sample(size=1), "1 of 3 rows of the frame repeat a person"),
        ([], Sample(size=1), "the frame holds nobody"),
        (["a"], Sample(size=1, design="stratified"), "needs strata"),
        (["a"], Sample(size=1, design="stratified", strata=("area",)), "no column area"),
    ],
)
def test_a_frame_that_cannot_be_drawn_from_is_refused(people, section, says):
    with pytest.raises(DesignError, match=says):
        draw_sample(pd.DataFrame({"person_id": people}), section, rng=stream())


def test_everybody_can_be_drawn():
    draw = draw_sample(pd.DataFrame({"person_id": ["b", "a"]}), Sample(size=2), rng=stream())
    assert sorted(draw.person_ids) == ["a", "b"]
    assert draw.reserve_ids == ()
    assert list(draw.weights) == [1, 1]


def test_more_strata_than_people_is_said():
    people = pd.DataFrame({"person_id": list("abc"), "area": list("xyz")})
    section = Sample(design="stratified", size=2, strata=("area",))
    draw = draw_sample(people, section, rng=stream())
    assert sorted(draw.drawn_by_stratum) == [0, 1, 1]
    assert "nobody in the sample" in draw.notes[0]


def test_a_missing_attribute_is_a_stratum_and_no_way_out():
    people = pd.DataFrame({"person_id": list("abcd"), "area": ["x", None, "x", np.nan]})
    section = Sample(design="stratified", size=2, strata=("area",))
    draw = draw_sample(people, section, rng=stream())
    assert draw.strata == (("not known",), ("x",))
    assert draw.drawn_by_stratum == (1, 1)


def test_the_frame_hash_is_that_of_its_sorted_lines():
    people = pd.DataFrame({"person_id": ["b", "a"], "area": ["Newport", "Torfaen"]})
    assert sampling_frame(people).sha256 == sha256(b"a\nb").hexdigest()
    with_area = sampling_frame(people, ["area"]).sha256
    assert with_area == sha256(b"a\tTorfaen\nb\tNewport").hexdigest()


@pytest.mark.parametrize(
    ("sizes", "size", "expected"),
    [
        ([9, 25, 13, 51, 10], 28, [2, 7, 3, 13, 3]),
        ([50, 50], 5, [3, 2]),  # a tie goes to the first
        ([1, 1, 98], 10, [1, 1, 8]),  # nobody's stratum is forgotten
        ([1, 1, 98], 2, [0, 0, 2]),  # unless there are more strata than people
        ([0, 4, 6], 5, [0, 2, 3]),
        ([3, 2], 5, [3, 2]),
        ([3, 2], 0, [0, 0]),
    ],
)
def test_allocation_by_hand(sizes, size, expected):
    assert list(proportional_allocation(sizes, size)) == expected


def test_a_list_is_checked_by_drawing_again():
    people, section = caseload(), Sample(size=28)
    draw = draw_sample(people, section, rng=stream())
    drawn = list(draw.person_ids)

    def check(ids, sha=draw.frame_sha256, frame=people):
        return verify_draw(ids, frame, section, rng=stream(), frame_sha256=sha)

    assert check(drawn).same
    swapped = check([*drawn[:-1], draw.reserve_ids[0]])
    assert (swapped.same, swapped.missing, swapped.added) == (False, 1, 1)
    assert "1 people are missing and 1 were added" in str(swapped)
    turned = check(drawn[::-1])
    assert (turned.same, turned.reordered) == (False, True)
    other = check(drawn, frame=people.iloc[:-1])
    assert other.same_frame is False
    assert not other.same


def test_the_allocation_table_marks_persons_for_disclosure_control():
    section = Sample(design="stratified", size=28, strata=("area",))
    table = draw_sample(caseload(), section, rng=stream()).allocation_table()
    assert table.column("drawn") == [2, 7, 3, 13, 3]
    assert [c.kind for c in table.columns] == ["label", "persons", "persons"]
