"""What must hold of every sample, whatever the frame and the seed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling import draw_sample
from dipoutcomes.sampling.allocate import proportional_allocation
from dipoutcomes.streams import random_stream

frames = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from(["x", "y", "z", None])),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[0],
)
DESIGNS = st.sampled_from(["simple_random", "stratified"])


def draw(rows, size, design, seed):
    people = pd.DataFrame(
        {"person_id": [str(i) for i, _ in rows], "area": [area for _, area in rows]}
    )
    strata = ("area",) if design == "stratified" else ()
    section = Sample(design=design, size=size, strata=strata)
    return draw_sample(people, section, rng=random_stream(seed, "sampling"))


@given(frames, st.data(), DESIGNS, st.integers(0, 2**32))
def test_the_order_of_the_rows_does_not_matter(rows, data, design, seed):
    size = data.draw(st.integers(1, len(rows)))
    one = draw(rows, size, design, seed)
    other = draw(data.draw(st.permutations(rows)), size, design, seed)
    assert one.person_ids == other.person_ids
    assert one.reserve_ids == other.reserve_ids
    assert one.frame_sha256 == other.frame_sha256
    assert np.array_equal(one.weights, other.weights)


@given(frames, st.data(), DESIGNS, st.integers(0, 2**32))
def test_sample_and_reserve_are_the_frame_and_nobody_is_in_both(rows, data, design, seed):
    size = data.draw(st.integers(1, len(rows)))
    drawn = draw(rows, size, design, seed)
    assert len(drawn) == size
    assert sorted(drawn.person_ids + drawn.reserve_ids) == sorted(str(i) for i, _ in rows)
    covered = [
        k for k, taken in zip(drawn.frame_by_stratum, drawn.drawn_by_stratum, strict=True) if taken
    ]
    assert drawn.weights.sum() == pytest.approx(sum(covered))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8).filter(any), st.data())
def test_an_allocation_is_whole_fits_and_forgets_nobody(sizes, data):
    size = data.draw(st.integers(0, sum(sizes)))
    drawn = proportional_allocation(sizes, size)
    assert drawn.sum() == size
    assert all(0 <= k <= n for k, n in zip(drawn, sizes, strict=True))
    occupied = sum(n > 0 for n in sizes)
    if size >= occupied:
        assert all(k >= 1 for k, n in zip(drawn, sizes, strict=True) if n)
        lifted = any(size * n < sum(sizes) for n in sizes if n)
    else:
        lifted = False
    if not lifted:  # then plain largest remainder: within one of the quota (quota rule)
        quotas = [size * n / sum(sizes) for n in sizes]
        assert all(abs(k - q) < 1 for k, q in zip(drawn, quotas, strict=True))
