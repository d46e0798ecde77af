"""What must hold of every survey estimate, whatever the design."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling import (
    PROPORTION_METHODS,
    adjust_for_non_response,
    draw_sample,
    survey_design,
    survey_mean,
    survey_proportion,
    survey_ratio,
    survey_total,
)
from dipoutcomes.sampling.drawn_design import design_of_draw
from dipoutcomes.streams import random_stream


@st.composite
def samples(draw):
    """Return a design with at least two units a stratum, as arguments, and a value a person."""
    sizes = draw(st.lists(st.integers(2, 8), min_size=1, max_size=4))
    strata = np.repeat(np.arange(len(sizes)), sizes)
    n = len(strata)
    weights = draw(st.lists(st.floats(0.5, 20), min_size=n, max_size=n))
    values = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    return np.array(weights), strata, np.array(values)


@given(samples(), st.floats(0.01, 100))
def test_means_shares_and_ratios_do_not_depend_on_the_scale_of_weights(sample, scale):
    weights, strata, values = sample
    one, other = (survey_design(w, strata=strata) for w in (weights, weights * scale))
    event = values > 2
    for a, b in (
        (survey_mean(values, one), survey_mean(values, other)),
        (survey_proportion(event, one), survey_proportion(event, other)),
        (survey_ratio(values, values + 1, one), survey_ratio(values, values + 1, other)),
    ):
        assert b.value == pytest.approx(a.value, abs=1e-12)
        assert b.std_error == pytest.approx(a.std_error, rel=1e-6, abs=1e-12)
        assert tuple(b.interval) == pytest.approx(tuple(a.interval), rel=1e-6, abs=1e-9)
    total, scaled = survey_total(values, one), survey_total(values, other)
    assert scaled.value == pytest.approx(scale * total.value)
    assert scaled.std_error == pytest.approx(scale * total.std_error, rel=1e-6, abs=1e-9)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=30), st.floats(0.5, 20))
def test_equal_weights_give_the_plain_mean_and_its_plain_error(values, weight):
    found = survey_mean(values, survey_design([weight] * len(values)))
    assert found.value == pytest.approx(np.mean(values))
    assert found.std_error == pytest.approx(np.std(values, ddof=1) / len(values) ** 0.5, abs=1e-9)
    if len(set(values)) > 1:
        assert found.design_effect == pytest.approx(1)
        assert found.effective_n == pytest.approx(len(values))


@given(samples(), st.sampled_from([m for m in PROPORTION_METHODS if m != "mean"]))
def test_the_limits_of_a_share_are_possible_hold_it_and_turn_round(sample, method):
    weights, strata, values = sample
    design, event = survey_design(weights, strata=strata), values > 1
    found = survey_proportion(event, design, method=method)
    low, high = found.interval
    assert 0 <= low <= found.value + 1e-12
    assert found.value - 1e-12 <= high <= 1
    assert low < high
    other = survey_proportion(~event, design, method=method)
    assert tuple(other.interval) == pytest.approx((1 - high, 1 - low), abs=1e-7)


@given(samples(), st.randoms())
def test_the_order_of_the_people_does_not_matter(sample, random):
    weights, strata, values = sample
    order = list(range(len(weights)))
    random.shuffle(order)
    one = survey_mean(values, survey_design(weights, strata=strata))
    other = survey_mean(values[order], survey_design(weights[order], strata=strata[order]))
    assert other.value == pytest.approx(one.value)
    assert other.std_error == pytest.approx(one.std_error, rel=1e-6, abs=1e-12)


@given(samples())
def test_each_alone_in_a_cluster_is_a_draw_of_people(sample):
    weights, strata, values = sample
    one = survey_design(weights, strata=strata)
    other = survey_design(weights, strata=strata, clusters=np.arange(len(weights)))
    assert other.df == one.df
    expected = survey_mean(values, one).std_error
    assert survey_mean(values, other).std_error == pytest.approx(expected, abs=1e-12)


@given(samples())
def test_a_mean_is_the_ratio_to_one_and_domains_add_up_to_the_total(sample):
    weights, strata, values = sample
    design = survey_design(weights, strata=strata)
    mean, ratio = survey_mean(values, design), survey_ratio(values, np.ones(len(values)), design)
    assert ratio.value == pytest.approx(mean.value)
    assert ratio.std_error == pytest.approx(mean.std_error, rel=1e-6, abs=1e-12)
    domain = values > 1
    assume(domain.any() and not domain.all())
    parts = [survey_total(values, design, domain=d).value for d in (domain, ~domain)]
    assert sum(parts) == pytest.approx(survey_total(values, design).value)


@given(samples(), st.data(), st.integers(1, 3))
def test_weights_adjusted_for_non_response_add_up_to_what_they_did(sample, data, minimum):
    weights, strata, _ = sample
    n = len(weights)
    answered = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    assume(answered.any())
    found = adjust_for_non_response(weights, strata, answered, too_few="merge", minimum=minimum)
    assert found.weights.sum() == pytest.approx(weights.sum())
    assert not found.weights[~answered].any()
    assert (found.weights[answered] >= weights[answered] * (1 - 1e-12)).all()
    for group in set(found.group):
        there = found.group == group
        assert found.weights[there].sum() == pytest.approx(weights[there].sum())
        assert answered[there].sum() >= min(minimum, answered.sum())


@given(st.integers(0, 2**32), st.integers(6, 30), st.data())
def test_weights_of_a_stratified_draw_add_up_to_the_frame(seed, size, data):
    areas = data.draw(st.lists(st.sampled_from("xyz"), min_size=30, max_size=40))
    people = pd.DataFrame({"person_id": [f"p{i}" for i in range(len(areas))], "area": areas})
    section = Sample(design="stratified", size=size, strata=("area",))
    draw = draw_sample(people, section, rng=random_stream(seed, "sampling"))
    followed = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    assume(followed.any())
    design = design_of_draw(draw, followed).design
    assert design.weights.sum() == pytest.approx(len(people))
    assert design.population.sum() == pytest.approx(len(people))
