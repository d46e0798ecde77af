"""Systematic, cluster and proportional to size: lists for a seed, values by hand, refusals."""

from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling.draw import draw_from_frame, draw_sample
from dipoutcomes.sampling.frame import frame_for_design, sampling_frame
from dipoutcomes.sampling.proportional_to_size import (
    inclusion_probabilities,
    sampford_joint_probabilities,
    select_systematic_proportional,
)
from dipoutcomes.sampling.systematic import order_of_frame, select_systematic
from dipoutcomes.sampling.verify import verify_draw
from dipoutcomes.streams import random_stream

SIZES = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4]
PEOPLE = pd.DataFrame(
    {
        "person_id": [f"p{i:02d}" for i in range(20)],
        "area": ["x"] * 4 + ["y"] * 6 + ["z"] * 10,
        "hostel": [f"h{i % 6}" for i in range(20)],
        "contacts": SIZES,
    }
)
SECTIONS = {
    "simple, again": Sample(size=5, replacement=True),
    "systematic": Sample(design="systematic", size=6),
    "systematic by area": Sample(design="systematic", size=6, order_by="area"),
    "cluster": Sample(design="cluster", size=2, cluster="hostel"),
    "sampford": Sample(design="proportional_to_size", size=5, size_measure="contacts"),
    "madow": Sample(
        design="proportional_to_size", size=5, size_measure="contacts", selection="systematic"
    ),
    "by size, again": Sample(
        design="proportional_to_size", size=5, size_measure="contacts", replacement=True
    ),
    "neyman": Sample(
        design="stratified",
        size=8,
        strata=("area",),
        allocation="neyman",
        expected_shares={"x": 0.5, "y": 0.2, "z": 0.1},
    ),
    "fixed": Sample(
        design="stratified",
        size=6,
        strata=("area",),
        allocation="fixed",
        stratum_sizes={"x": 2, "y": 2, "z": 2},
    ),
    "strata, again": Sample(design="stratified", size=6, strata=("area",), replacement=True),
}
#: Written down once; who is drawn, in order, for seed 2014.
GOLDEN = {
    "simple, again": "16 01 16 08 08",
    "systematic": "02 06 09 12 16 19",
    "systematic by area": "02 06 09 12 16 19",
    "cluster": "04 10 16 02 08 14",
    "sampford": "15 06 05 11 14",
    "madow": "00 05 10 12 15",
    "by size, again": "03 10 05 15 08",
    "neyman": "02 01 06 08 04 16 13 18",
    "fixed": "02 01 06 08 16 13",
    "strata, again": "03 04 09 14 14 11",
}


def drawn(section, people=PEOPLE, seed=2014):
    return draw_sample(people, section, rng=random_stream(seed, "sampling"))


@pytest.mark.parametrize("name", SECTIONS)
def test_a_seed_gives_the_sample_that_it_always_gave(name):
    # If one changes, no sample of that design can be drawn again: raise its algorithm's version.
    assert " ".join(i[1:] for i in drawn(SECTIONS[name]).person_ids) == GOLDEN[name]


def test_a_systematic_sample_steps_through_the_list_evenly():
    draw = drawn(SECTIONS["systematic by area"])
    found = PEOPLE["area"].iloc[draw.codes].value_counts()
    # 6 of 20: a step of 3 1/3, so 1.2, 1.8 and 3 of 4, 6 and 10, to the next person.
    assert all(abs(found[area] - share) < 1 for area, share in {"x": 1.2, "y": 1.8, "z": 3}.items())
    assert draw.inclusion_probability == pytest.approx(np.full(6, 0.3))
    assert "ordered by 'area'" in draw.notes[0]
    assert "without naming strata" in draw.notes[0]
    assert "order of the pseudonyms" in drawn(SECTIONS["systematic"]).notes[0]


def test_a_list_is_ordered_by_number_where_all_are_numbers():
    texts = np.array(["10", "9", "not known", "9"], dtype=object)
    assert list(order_of_frame(texts, 4)) == [1, 3, 0, 2]
    texts[0] = "ten"
    assert list(order_of_frame(texts, 4)) == [1, 3, 0, 2]
    assert list(order_of_frame(np.array(["b", "not known", "a"], dtype=object), 3)) == [2, 0, 1]


def test_every_start_of_a_systematic_sample_takes_everybody_n_times_of_N():
    class Start:
        def __init__(self, value):
            self.value = value

        def integers(self, frame_size):
            assert 0 <= self.value < frame_size
            return self.value

        def permutation(self, places):
            return places

    for frame_size, size in [(10, 4), (7, 7), (9, 1), (12, 5)]:
        taken = np.zeros(frame_size, dtype=int)
        for start in range(frame_size):
            found = select_systematic(
                frame_size, size, order=np.arange(frame_size), rng=Start(start)
            )
            assert len(set(found.sample)) == size
            taken[found.sample] += 1
        assert set(taken) == {size}


def test_a_cluster_sample_is_everybody_of_some_clusters():
    draw = drawn(SECTIONS["cluster"])
    hostels = PEOPLE["hostel"].iloc[draw.codes]
    assert hostels.nunique() == 2
    assert len(draw) == PEOPLE["hostel"].isin(set(hostels)).sum()
    assert draw.weights == pytest.approx(np.full(len(draw), 3.0))
    assert [draw.clusters[k] for k in draw.cluster] == list(hostels)
    # The reserve is cluster by cluster: no cluster comes a second time.
    reserve = PEOPLE["hostel"].iloc[draw.reserve].to_numpy()
    assert 1 + (reserve[1:] != reserve[:-1]).sum() == 4
    assert "2 of 6 clusters" in str(draw)


def test_one_cluster_of_several_says_that_nothing_shows_how_they_differ():
    people = PEOPLE.assign(hostel="h")
    whole = drawn(Sample(design="cluster", size=1, cluster="hostel"), people)
    assert len(whole) == 20
    assert whole.reserve_ids == ()
    one = drawn(Sample(design="cluster", size=1, cluster="hostel"))
    assert "single cluster" in one.notes[1]


def test_chances_in_proportion_to_size_by_hand():
    # 2 of sizes 1, 1, 2, 12: 12 is certain (24/16 > 1); of 1, 1, 2 one more, 1/4, 1/4, 1/2.
    assert inclusion_probabilities([1, 1, 2, 12], 2) == pytest.approx([0.25, 0.25, 0.5, 1])
    # Then of 1, 1, 2 two more: 2 has 4/4 = 1 and is certain too.
    assert inclusion_probabilities([1, 1, 2, 12], 3) == pytest.approx([0.5, 0.5, 1, 1])
    assert list(inclusion_probabilities([1, 7, 2], 3)) == [1, 1, 1]
    assert inclusion_probabilities([5, 5, 5, 5], 1) == pytest.approx([0.25] * 4)


def test_the_largest_are_in_every_sample_with_weight_one():
    people = PEOPLE.assign(contacts=[100, 90, *[1] * 18])
    for selection in ("sampford", "systematic"):
        section = Sample(
            design="proportional_to_size", size=5, size_measure="contacts", selection=selection
        )
        draw = drawn(section, people)
        assert {"p00", "p01"} <= set(draw.person_ids)
        assert sorted(draw.weights) == pytest.approx([1, 1, 6, 6, 6])
        assert "in every sample" in draw.notes[0]


def test_weights_with_replacement_count_each_draw():
    draw = drawn(SECTIONS["by size, again"])
    share = np.array(SIZES)[draw.codes] / sum(SIZES)
    assert draw.weights == pytest.approx(1 / (5 * share))
    assert draw.inclusion_probability == pytest.approx(1 - (1 - share) ** 5)
    many = drawn(Sample(size=200, replacement=True))
    assert len(many) == 200
    assert many.weights == pytest.approx(np.full(200, 0.1))
    assert str(many) == "200 draws from 20 people, simple random, with replacement"
    strata = drawn(SECTIONS["strata, again"])
    assert strata.weights.sum() == pytest.approx(20)


def test_a_list_drawn_with_replacement_is_checked_with_its_repeats():
    section = SECTIONS["simple, again"]
    ids = drawn(section).person_ids
    assert len(set(ids)) < len(ids)

    def check(listed):
        return verify_draw(listed, PEOPLE, section, rng=random_stream(2014, "sampling"))

    assert (check(ids).same, check(ids).added) == (True, 0)
    once = check(list(dict.fromkeys(ids)))
    assert (once.same, once.missing, once.added) == (False, 2, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", SECTIONS)
def test_a_frame_of_a_million_is_drawn_from_in_seconds(name):
    n, rng = 1_000_000, np.random.default_rng(1)
    people = pd.DataFrame(
        {
            "person_id": rng.permutation(n).astype(str),
            "area": rng.choice(["x", "y", "z"], n),
            "hostel": rng.integers(0, 5_000, n),
            "contacts": rng.lognormal(size=n).round(3) + 0.001,
        }
    )
    section = SECTIONS[name]
    frame = frame_for_design(people, section)
    begun = perf_counter()
    draw = draw_from_frame(frame, section, rng=random_stream(1, "sampling"))
    assert perf_counter() - begun < 10  # it takes about one
    assert len(set(draw.person_ids)) + len(draw.reserve) == n


def test_sampford_pairs_of_a_published_kind():
    # Two of three: only pairs, so a pair's chance is 1 less the chance of the one left out.
    joint = sampford_joint_probabilities([0.4, 0.7, 0.9])
    assert joint[0, 1] == pytest.approx(0.1, abs=1e-12)
    assert joint[0, 2] == pytest.approx(0.3, abs=1e-12)
    assert joint[1, 2] == pytest.approx(0.6, abs=1e-12)
    assert np.diag(joint) == pytest.approx([0.4, 0.7, 0.9])


def test_a_grid_of_step_one_takes_whose_piece_it_hits():
    class Start:
        def random(self):
            return 0.35

        def standard_exponential(self, size):
            return np.ones(size)

    chance = np.array([0.2, 0.4, 0.6, 0.8])  # ends at 0.2, 0.6, 1.2, 2; hit at 0.35 and 1.35
    found = select_systematic_proportional(chance, sizes=chance, order=np.arange(4), rng=Start())
    assert list(found.sample) == [1, 3]
    assert found.weights == pytest.approx([2.5, 1.25])


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ([1, 0, -2, None], "1 have no size, 1 have a size that is zero, 1 have a negative size"),
        ([1, "many", "inf", "nan"], "3 have one that is no finite number"),
        ([1, 2, 1e300, 1e16], "2 have a size beyond a thousand million million"),
    ],
)
def test_sizes_that_are_none_are_refused_all_at_once(sizes, says):
    people = pd.DataFrame({"person_id": list("abcd"), "size": pd.Series(sizes, dtype=object)})
    section = Sample(design="proportional_to_size", size=1, size_measure="size")
    with pytest.raises(DesignError, match=says):
        drawn(section, people)


@pytest.mark.parametrize(
    ("section", "says"),
    [
        (Sample(design="cluster", size=1), "needs clusters"),
        (Sample(design="proportional_to_size", size=1), "needs size_measure"),
        (Sample(design="cluster", size=7, cluster="hostel"), "7 clusters .* the frame holds 6"),
        (Sample(design="cluster", size=1, cluster="street"), "no column street"),
        (Sample(design="systematic", size=21), "the frame holds 20"),
        (Sample(design="systematic", size=2, replacement=True), "without replacement"),
        (
            Sample(design="stratified", strata=("area",), size=9, minimum_per_stratum=4),
            "at least 4 people from each stratum makes 12, and 9",
        ),
        (
            Sample(
                design="stratified",
                strata=("area",),
                size=9,
                allocation="fixed",
                stratum_sizes={"x": 5, "y": 2, "z": 2},
            ),
            "1 of 3 strata hold fewer",
        ),
        (
            Sample(
                design="stratified",
                strata=("area",),
                size=9,
                allocation="neyman",
                standard_deviations={"x": 1, "w": 1},
            ),
            "no value for 2 of 3 strata .* names 1 strata that the frame does not have: 'w'",
        ),
    ],
)
def test_a_design_that_the_frame_cannot_give_is_refused(section, says):
    with pytest.raises(DesignError, match=says):
        drawn(section)


def test_a_frame_made_for_another_design_is_refused():
    with pytest.raises(DesignError, match="made without 'hostel'"):
        draw_from_frame(
            sampling_frame(PEOPLE), SECTIONS["cluster"], rng=random_stream(1, "sampling")
        )


def test_the_hash_of_a_frame_covers_what_the_draw_looks_at():
    section = SECTIONS["sampford"]
    one = frame_for_design(PEOPLE, section)
    other = frame_for_design(PEOPLE.assign(contacts=[4, *SIZES[1:]]), section)
    assert one.sha256 != other.sha256
    assert one.sha256 != sampling_frame(PEOPLE).sha256


def test_every_draw_says_its_algorithm():
    says = {name: drawn(section).algorithm for name, section in SECTIONS.items()}
    assert all(says.values())
    assert says["sampford"] == "Sampford, by conditional Poisson draws"
    assert {drawn(section).algorithm_version for section in SECTIONS.values()} == {1}
