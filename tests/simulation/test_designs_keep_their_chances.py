"""Long runs of every design: all samples as likely as they should be, chances and pairs kept."""

from collections import Counter
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling import draw_from_frame, frame_for_design, joint_inclusion_probabilities
from dipoutcomes.sampling.proportional_to_size import inclusion_probabilities
from dipoutcomes.streams import random_stream

SIZES = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 2, "f": 6}
PEOPLE = pd.DataFrame(
    {
        "person_id": list("dbfaec"),
        "area": list("xyxyxx"),
        "hostel": list("qrqqrs"),
        "contacts": [SIZES[i] for i in "dbfaec"],
    }
)
DRAWS = 4_000
TRUTH = {"a": 10, "b": 0, "c": 1, "d": 7, "e": 3, "f": 0}
DESIGNS = {
    "systematic": Sample(design="systematic", size=4, order_by="area"),
    "cluster": Sample(design="cluster", size=2, cluster="hostel"),
    "sampford": Sample(design="proportional_to_size", size=2, size_measure="contacts"),
    "sampford, one certain": Sample(design="proportional_to_size", size=3, size_measure="contacts"),
    "madow": Sample(
        design="proportional_to_size", size=3, size_measure="contacts", selection="systematic"
    ),
    "neyman": Sample(
        design="stratified",
        size=3,
        strata=("area",),
        allocation="neyman",
        standard_deviations={"x": 1, "y": 4},
    ),
    "fixed": Sample(
        design="stratified",
        size=3,
        strata=("area",),
        allocation="fixed",
        stratum_sizes={"x": 2, "y": 1},
    ),
    "simple, again": Sample(size=3, replacement=True),
    "strata, again": Sample(design="stratified", size=3, strata=("area",), replacement=True),
    "by size, again": Sample(
        design="proportional_to_size", size=3, size_measure="contacts", replacement=True
    ),
}


def many(section):
    frame = frame_for_design(PEOPLE, section)
    return frame, [
        draw_from_frame(frame, section, rng=random_stream(seed, "sampling"))
        for seed in range(DRAWS)
    ]


def p_value(counts, chances):
    """Return Pearson's chi-square against the chance of every possible outcome."""
    assert sum(chances.values()) == pytest.approx(1)
    assert set(counts) <= set(chances)
    terms = [(counts[k] - DRAWS * p) ** 2 / (DRAWS * p) for k, p in chances.items()]
    return chi2.sf(sum(terms), len(chances) - 1)


def subsets(draws):
    return Counter(tuple(sorted(d.person_ids)) for d in draws)


def equally(outcomes):
    cells = list(outcomes)
    return dict.fromkeys(cells, 1 / len(cells))


@pytest.mark.simulation
def test_every_ordered_draw_with_replacement_is_equally_likely():
    _, draws = many(Sample(size=2, replacement=True))
    counts = Counter(d.person_ids for d in draws)
    assert p_value(counts, equally(product("abcdef", repeat=2))) > 0.001


@pytest.mark.simulation
def test_every_set_of_clusters_is_equally_likely():
    _, draws = many(DESIGNS["cluster"])
    members = {"q": "dfa", "r": "be", "s": "c"}
    sets = [tuple(sorted(members[i] + members[j])) for i, j in combinations("qrs", 2)]
    assert p_value(subsets(draws), equally(sets)) > 0.001


@pytest.mark.simulation
def test_every_start_of_a_systematic_draw_is_equally_likely():
    _, draws = many(DESIGNS["systematic"])
    order = "cdefab"  # area x, then y; by pseudonym within
    starts = Counter(tuple(sorted(order[(r + i * 6) // 4] for i in range(4))) for r in range(6))
    assert p_value(subsets(draws), {k: n / 6 for k, n in starts.items()}) > 0.001


@pytest.mark.simulation
@pytest.mark.parametrize("name", ["neyman", "fixed"])
def test_every_set_within_the_strata_is_equally_likely(name):
    _, draws = many(DESIGNS[name])
    assert {d.drawn_by_stratum for d in draws} == {(1, 2) if name == "neyman" else (2, 1)}
    x, y = draws[0].drawn_by_stratum
    sets = [tuple(sorted(i + j)) for i in combinations("cdef", x) for j in combinations("ab", y)]
    assert p_value(subsets(draws), equally(sets)) > 0.001


@pytest.mark.simulation
def test_every_sampford_set_has_the_chance_of_the_design():
    _, draws = many(DESIGNS["sampford"])
    chance = dict(zip("abcdef", np.array(list(SIZES.values())) * 2 / 18, strict=True))
    weight = {}
    for chosen in combinations("abcdef", 2):
        p = np.array([chance[i] for i in chosen])
        weight[chosen] = float((p / (1 - p)).prod() * (2 - p.sum()))
    total = sum(weight.values())
    assert p_value(subsets(draws), {k: w / total for k, w in weight.items()}) > 0.001


@pytest.mark.simulation
def test_every_draw_by_size_with_replacement_has_the_chance_of_its_sizes():
    _, draws = many(Sample(design="proportional_to_size", size=2, size_measure="contacts",
                           replacement=True))  # fmt: skip
    share = {i: size / 18 for i, size in SIZES.items()}
    chances = {(i, j): share[i] * share[j] for i, j in product("abcdef", repeat=2)}
    assert p_value(Counter(d.person_ids for d in draws), chances) > 0.001


@pytest.mark.simulation
@pytest.mark.parametrize("name", DESIGNS)
def test_people_are_drawn_as_often_as_their_chance_says(name):
    _, draws = many(DESIGNS[name])
    stated = {
        i: chance
        for d in draws
        for i, chance in zip(d.person_ids, d.inclusion_probability, strict=True)
    }
    for person in "abcdef":
        often = np.mean([person in d.person_ids for d in draws])
        spread = np.sqrt(stated[person] * (1 - stated[person]) / DRAWS)
        assert often == pytest.approx(stated[person], abs=4 * spread + 1e-12)


@pytest.mark.simulation
@pytest.mark.parametrize("name", DESIGNS)
def test_the_weighted_total_is_unbiased(name):
    _, draws = many(DESIGNS[name])
    totals = [
        sum(w * TRUTH[i] for w, i in zip(d.weights, d.person_ids, strict=True)) for d in draws
    ]
    error = np.std(totals, ddof=1) / np.sqrt(DRAWS)
    assert np.mean(totals) == pytest.approx(sum(TRUTH.values()), abs=4 * error + 1e-9)


@pytest.mark.simulation
@pytest.mark.parametrize("name", [n for n, s in DESIGNS.items() if not s.replacement])
def test_pairs_are_drawn_as_often_as_their_chance_says(name):
    frame, draws = many(DESIGNS[name])
    counts = Counter(pair for d in draws for pair in combinations(sorted(d.person_ids), 2))
    stated = {}
    for d in draws[:300]:
        joint = joint_inclusion_probabilities(d, frame, DESIGNS[name])
        for i, j in combinations(range(len(d)), 2):
            pair = tuple(sorted((d.person_ids[i], d.person_ids[j])))
            assert stated.setdefault(pair, joint[i, j]) == pytest.approx(joint[i, j])
    assert set(stated) == set(counts)
    for pair, chance in stated.items():
        spread = np.sqrt(chance * (1 - chance) / DRAWS)
        assert counts[pair] / DRAWS == pytest.approx(chance, abs=4 * spread + 1e-12)


@pytest.mark.simulation
def test_sampford_keeps_its_chances_where_they_are_large_and_uneven():
    sizes = np.array([1, 1, 2, 3, 5, 8, 13, 21, 34, 55.0])
    people = pd.DataFrame({"person_id": list("abcdefghij"), "contacts": sizes})
    section = Sample(design="proportional_to_size", size=6, size_measure="contacts")
    frame = frame_for_design(people, section)
    taken = np.zeros(10)
    for seed in range(DRAWS):
        taken[draw_from_frame(frame, section, rng=random_stream(seed, "sampling")).codes] += 1
    chance = inclusion_probabilities(sizes, 6)
    assert (chance == 1).sum() >= 2
    spread = np.sqrt(chance * (1 - chance) / DRAWS)
    assert (np.abs(taken / DRAWS - chance) <= 4 * spread + 1e-12).all()
