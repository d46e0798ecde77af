"""Every sample is equally likely: all subsets of a small frame are counted."""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling import draw_from_frame, sampling_frame
from dipoutcomes.streams import random_stream

PEOPLE = pd.DataFrame({"person_id": list("dbfaec"), "area": list("xyxyxx")})
REPLICATIONS = 4_000


def p_value(counts, cells):
    expected = REPLICATIONS / cells
    seen = np.array(list(counts.values()) + [0] * (cells - len(counts)))
    return chi2.sf(((seen - expected) ** 2 / expected).sum(), cells - 1)


def count(section, key):
    counts = {}
    frame = sampling_frame(PEOPLE, section.strata)
    for seed in range(REPLICATIONS):
        draw = draw_from_frame(frame, section, rng=random_stream(seed, "sampling"))
        name = key(draw.person_ids)
        counts[name] = counts.get(name, 0) + 1
    return counts


@pytest.mark.simulation
def test_every_subset_is_equally_likely():
    counts = count(Sample(size=3), lambda ids: tuple(sorted(ids)))
    assert set(counts) <= set(combinations("abcdef", 3))
    # Pearson's chi-square over all 20 subsets; the seeds are fixed, so the answer is too.
    assert p_value(counts, comb(6, 3)) > 0.001


@pytest.mark.simulation
def test_every_order_of_a_draw_is_equally_likely():
    counts = count(Sample(size=2), tuple)
    assert p_value(counts, 30) > 0.001


@pytest.mark.simulation
def test_every_stratified_subset_is_equally_likely():
    # Four people of area x and two of y: of three drawn, two are of x and one of y.
    section = Sample(design="stratified", size=3, strata=("area",))
    counts = count(section, lambda ids: tuple(sorted(ids)))
    area = dict(zip(PEOPLE["person_id"], PEOPLE["area"], strict=True))
    assert {sum(area[i] == "x" for i in ids) for ids in counts} == {2}
    assert len(counts) == comb(4, 2) * comb(2, 1)
    assert p_value(counts, 12) > 0.001


@pytest.mark.simulation
def test_the_weighted_total_is_unbiased_in_a_design_of_unequal_chances():
    # 1 of 1 from the small stratum, 2 of 9 from the large one: weights 1 and 4.5.
    people = pd.DataFrame({"person_id": list("abcdefghij"), "area": ["s"] + ["l"] * 9})
    value = dict(zip("abcdefghij", [10, 0, 1, 0, 3, 0, 0, 2, 0, 5], strict=True))
    section = Sample(design="stratified", size=3, strata=("area",))
    totals = []
    frame = sampling_frame(people, section.strata)
    for seed in range(2_000):
        draw = draw_from_frame(frame, section, rng=random_stream(seed, "sampling"))
        assert sorted(draw.drawn_by_stratum) == [1, 2]
        totals.append(sum(w * value[i] for w, i in zip(draw.weights, draw.person_ids, strict=True)))
    error = np.std(totals, ddof=1) / np.sqrt(len(totals))
    assert np.mean(totals) == pytest.approx(sum(value.values()), abs=4 * error)
