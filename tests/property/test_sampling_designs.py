"""What must hold of every design, whatever the frame and the seed."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling.allocate import neyman_allocation, proportional_allocation
from dipoutcomes.sampling.draw import draw_from_frame, draw_sample
from dipoutcomes.sampling.frame import frame_for_design
from dipoutcomes.sampling.pairs import joint_inclusion_probabilities
from dipoutcomes.sampling.proportional_to_size import (
    inclusion_probabilities,
    sampford_joint_probabilities,
)
from dipoutcomes.streams import random_stream

frames = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.sampled_from(["x", "y", "z", None]),
        st.one_of(st.integers(1, 30), st.floats(0.01, 1000)),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda row: row[0],
)
DESIGNS = {
    "systematic": {"order_by": "area"},
    "cluster": {"cluster": "area"},
    "proportional_to_size": {"size_measure": "contacts"},
    "madow": {"size_measure": "contacts", "selection": "systematic", "order_by": "area"},
    "simple_random": {"replacement": True},
    "stratified": {"strata": ("area",), "replacement": True},
    "hansen": {"size_measure": "contacts", "replacement": True},
}
ALIAS = {"madow": "proportional_to_size", "hansen": "proportional_to_size"}


def people_of(rows):
    return pd.DataFrame(
        {
            "person_id": [str(i) for i, _, _ in rows],
            "area": [area for _, area, _ in rows],
            "contacts": [contacts for _, _, contacts in rows],
        }
    )


def section_of(name, rows, data):
    most = len({area for _, area, _ in rows}) if name == "cluster" else len(rows)
    size = data.draw(st.integers(1, most))
    return Sample(design=ALIAS.get(name, name), size=size, **DESIGNS[name])


@given(frames, st.data(), st.sampled_from(sorted(DESIGNS)), st.integers(0, 2**32))
def test_the_order_of_the_rows_does_not_matter(rows, data, name, seed):
    section = section_of(name, rows, data)
    one = draw_sample(people_of(rows), section, rng=random_stream(seed, "sampling"))
    turned = data.draw(st.permutations(rows))
    other = draw_sample(people_of(turned), section, rng=random_stream(seed, "sampling"))
    assert one.person_ids == other.person_ids
    assert one.reserve_ids == other.reserve_ids
    assert one.frame_sha256 == other.frame_sha256
    assert np.array_equal(one.weights, other.weights)


@given(frames, st.data(), st.sampled_from(sorted(DESIGNS)), st.integers(0, 2**32))
def test_sample_and_reserve_are_the_frame_and_chances_are_chances(rows, data, name, seed):
    section = section_of(name, rows, data)
    draw = draw_sample(people_of(rows), section, rng=random_stream(seed, "sampling"))
    if name != "cluster":
        assert len(draw) == section.size
    everybody = sorted({*draw.person_ids} | {*draw.reserve_ids})
    assert everybody == sorted(str(i) for i, _, _ in rows)
    assert not {*draw.person_ids} & {*draw.reserve_ids}
    assert len(set(draw.reserve_ids)) == len(draw.reserve_ids)
    assert ((draw.inclusion_probability > 0) & (draw.inclusion_probability <= 1)).all()
    assert (draw.weights > 0).all()
    assert sum(draw.drawn_by_stratum) == len(draw)
    if not section.replacement:
        assert len(set(draw.person_ids)) == len(draw)
        assert draw.weights == pytest.approx(1 / draw.inclusion_probability)


@settings(deadline=None)
@given(frames, st.data(), st.sampled_from(["systematic", "proportional_to_size", "madow"]))
def test_chances_of_pairs_fit_those_of_people(rows, data, name):
    section = section_of(name, rows, data)
    frame = frame_for_design(people_of(rows), section)
    for seed in range(3):
        draw = draw_from_frame(frame, section, rng=random_stream(seed, "sampling"))
        joint = joint_inclusion_probabilities(draw, frame, section)
        own = draw.inclusion_probability
        assert np.diag(joint) == pytest.approx(own)
        assert np.allclose(joint, joint.T, atol=1e-12)
        # The bounds of Fréchet.
        assert (joint <= np.minimum(own[:, None], own[None, :]) + 1e-9).all()
        assert (joint >= own[:, None] + own[None, :] - 1 - 1e-9).all()
        # Whoever was drawn together had a chance to be.
        assert (joint > 0).all()


@settings(deadline=None)
@given(st.lists(st.floats(0.05, 20), min_size=2, max_size=7), st.data())
def test_sampford_chances_are_those_of_all_sets_added_up(sizes, data):
    size = data.draw(st.integers(1, len(sizes)))
    chance = inclusion_probabilities(sizes, size)
    assert chance.sum() == pytest.approx(size)
    certain = np.flatnonzero(chance >= 1)
    others = np.flatnonzero(chance < 1)
    n = size - len(certain)
    joint, total = np.zeros((len(sizes), len(sizes))), 0.0
    for chosen in combinations(others, n):
        p = chance[list(chosen)]
        # The design itself (Sampford 1967): a set's probability, up to a constant.
        weight = float((p / (1 - p)).prod() * (n - p.sum())) if n else 1.0
        members = [*certain, *chosen]
        joint[np.ix_(members, members)] += weight
        total += weight
    joint /= total
    assert np.diag(joint) == pytest.approx(chance, rel=1e-6)
    assert sampford_joint_probabilities(chance) == pytest.approx(joint, rel=1e-6, abs=1e-9)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.floats(0, 5)), min_size=1, max_size=3).filter(
        lambda strata: any(size for size, _ in strata)
    ),
    st.integers(1, 3),
    st.data(),
)
def test_no_allocation_has_less_variance_than_neyman(strata, minimum, data):
    sizes, spread = (np.array(values) for values in zip(*strata, strict=True))
    least = np.minimum(sizes, minimum)
    size = data.draw(st.integers(int(least.sum()), int(sizes.sum())))
    drawn = neyman_allocation(sizes, spread, size, minimum=minimum)
    assert drawn.sum() == size
    assert ((drawn >= least) & (drawn <= sizes)).all()

    def variance(allocation):
        taken = np.array(allocation)
        held = taken > 0
        return ((sizes * spread)[held] ** 2 / taken[held]).sum()

    possible = product(*(range(low, high + 1) for low, high in zip(least, sizes, strict=True)))
    best = min(variance(k) for k in possible if sum(k) == size)
    assert variance(drawn) == pytest.approx(best, rel=1e-9, abs=1e-12)


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=8).filter(any),
    st.integers(0, 5),
    st.booleans(),
    st.data(),
)
def test_a_minimum_is_kept_or_refused(sizes, minimum, replacement, data):
    size = data.draw(st.integers(1, 2 * sum(sizes) if replacement else sum(sizes)))
    least = [min(n, 1) * minimum if replacement else min(n, minimum) for n in sizes]
    if sum(least) > size and minimum > 1:
        with pytest.raises(DesignError, match="lower minimum_per_stratum"):
            proportional_allocation(sizes, size, minimum=minimum, replacement=replacement)
        return
    drawn = proportional_allocation(sizes, size, minimum=minimum, replacement=replacement)
    assert drawn.sum() == size
    if sum(least) <= size:
        assert (drawn >= least).all()
    if not replacement:
        assert (drawn <= sizes).all()
    assert all(k == 0 for k, n in zip(drawn, sizes, strict=True) if n == 0)
