"""A draw that is written down is repeated by whoever has the frame, under every design."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling import draw_sample
from dipoutcomes.sampling.record import draw_record, frame_columns, repeat_draw
from dipoutcomes.sampling.seed import LABEL, draw_seed, seed_from_public_number
from dipoutcomes.storage import canonical_json, csv_bytes, from_canonical_json
from dipoutcomes.streams import random_stream

DESIGNS = {
    "simple random": Sample(size=7),
    "with replacement": Sample(size=7, replacement=True),
    "stratified": Sample(size=9, design="stratified", strata=("area", "sex")),
    "Neyman": Sample(
        size=9, design="stratified", strata=("sex",), allocation="neyman",
        expected_shares={"F": "0.2", "M": "0.5", "not known": "0.3"},
    ),
    "systematic": Sample(size=6, design="systematic", order_by="area"),
    "cluster": Sample(size=2, design="cluster", cluster="area"),
    "in proportion to size": Sample(
        size=5, design="proportional_to_size", size_measure="contacts"
    ),
}  # fmt: skip


def people(n=40):
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "person_id": [f"{i:016x}" for i in rng.permutation(n)],
            "area": rng.choice(["Newport", "-Torfaen", "Cwmbrân, north", "Blaina"], n),
            "sex": rng.choice(np.array(["F", "M", None], dtype=object), n),
            "contacts": rng.integers(1, 6, n).astype(str),
            "not_used": "x",
        }
    )


def record_of(section, frame, seed=3):
    draw = draw_sample(frame, section, rng=random_stream(draw_seed(section, seed), "sampling"))
    record = draw_record(
        draw, section, list(frame["person_id"]), study="s", study_seed=seed, versions={}
    )
    return from_canonical_json(canonical_json(record))


@pytest.mark.parametrize("section", DESIGNS.values(), ids=DESIGNS.keys())
def test_every_design_is_repeated_from_its_record(section):
    frame = people()
    record = record_of(section, frame)
    columns = ["person_id", *frame_columns(section, frame)]
    assert "not_used" not in columns
    again = repeat_draw(record, frame[columns].sample(frac=1, random_state=2))
    assert again.same, str(again)
    assert (again.came, again.went, again.differences) == (0, 0, ())


@pytest.mark.parametrize("section", DESIGNS.values(), ids=DESIGNS.keys())
def test_a_frame_survives_its_csv_file(section, tmp_path):
    from dipoutcomes.study.request import frame_of_csv

    frame = people()
    place = tmp_path / "frame.csv"
    place.write_bytes(csv_bytes(frame[["person_id", *frame_columns(section, frame)]]))
    again = repeat_draw(record_of(section, frame), frame_of_csv(place))
    assert again.same, str(again)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seed": 4}, "places of the sample differ"),
        ({"n": 8}, "n = 8"),
        ({"stream": "bootstrap"}, "another algorithm or random stream"),
        ({"algorithm": {"name": "mine"}}, "another algorithm or random stream"),
        ({"reserve": []}, "the reserve"),
    ],
)
def test_every_altered_part_of_a_record_is_named(change, says):
    frame = people()
    again = repeat_draw(record_of(Sample(size=7), frame) | change, frame)
    assert not again.same
    assert says in str(again)


def test_the_places_that_differ_are_counted_person_by_person():
    frame = people()
    record = record_of(Sample(size=7), frame)
    drawn = list(record["sample"])
    record["sample"] = [drawn[1], drawn[0], *drawn[2:-1], record["reserve"][0]]
    again = repeat_draw(record, frame)
    assert [place for place, _, _ in again.differences] == [1, 2, 7]
    assert again.differences[2][1:] == (record["reserve"][0], drawn[6])
    assert "(1 recorded people were not drawn, 1 drawn people are not recorded)" in str(again)


def test_somebody_who_joined_the_frame_is_counted():
    frame = people()
    record = record_of(Sample(size=7), frame)
    later = pd.concat([frame.iloc[3:], pd.DataFrame({"person_id": ["new"]})])
    again = repeat_draw(record, later)
    assert (again.came, again.went) == (1, 3)
    assert "1 people came and 3 went (40 then, 38 now)" in str(again)


@pytest.mark.parametrize("broken", [{}, {"format": "other"}, {"format": "dipoutcomes draw 1"}])
def test_what_is_no_record_is_refused(broken):
    with pytest.raises(DesignError, match=r"recorded in another form|not the record of a draw"):
        repeat_draw(broken, people())


def test_the_seed_of_a_public_number_is_the_documented_hash():
    text = f"{LABEL}\nLotto of 5 April 2014\n03 11 19 24 41 52"
    by_hand = int(hashlib.sha256(text.encode()).hexdigest()[:13], 16)
    assert seed_from_public_number("03 11 19 24 41 52", "Lotto of 5 April 2014") == by_hand
    section = Sample(size=1, public_number="7", public_number_source="a die on television")
    assert draw_seed(section, 99) == seed_from_public_number("7", "a die on television")
    assert draw_seed(Sample(size=1), 99) == 99
    assert draw_seed(Sample(size=1, public_number=" "), 99) == 99
    with pytest.raises(ValueError, match="must both say"):
        seed_from_public_number(" ", "a die")


words = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)


@given(words, words, words)
def test_seeds_fit_a_json_number_and_do_not_hang_on_white_space(number, source, other):
    seed = seed_from_public_number(number, source)
    assert 0 <= seed < 2**52
    assert json.loads(json.dumps(float(seed))) == seed
    assert seed_from_public_number(f"  {number}\n", f"{source}\t") == seed
    if other != number:
        assert seed_from_public_number(other, source) != seed
