"""Weights: non-response by class, what is joined, what is refused, from any draw."""

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling import (
    adjust_for_non_response,
    draw_sample,
    kish_design_effect,
    survey_mean,
)
from dipoutcomes.sampling.drawn_design import design_of_draw
from dipoutcomes.streams import random_stream

WEIGHTS, CLASSES = [2, 2, 2, 5, 5, 1, 1], list("aaabbcc")


def test_those_who_answered_stand_for_the_others_of_their_class():
    answered = np.array([True, True, False, True, False, True, True])
    found = adjust_for_non_response(WEIGHTS, CLASSES, answered)
    assert list(found.weights) == [3, 3, 0, 10, 0, 1, 1]
    assert found.factor == (1.5, 2, 1)
    table = found.table()
    assert table.column("answered") == [2, 1, 2]
    assert table.column("response") == pytest.approx([2 / 3, 1 / 2, 1])
    assert not found.notes


def test_an_empty_class_is_refused_or_joined_with_the_nearest_response():
    answered = np.array([True, False, False, False, False, True, True])
    with pytest.raises(DesignError, match="1 of 3 classes have fewer than 1 people"):
        adjust_for_non_response(WEIGHTS, CLASSES, answered)
    found = adjust_for_non_response(WEIGHTS, CLASSES, answered, too_few="merge")
    assert found.joined == (0, 0, 1)  # a third of a answered, all of c
    assert list(found.weights) == [16, 0, 0, 0, 0, 1, 1]
    assert "a, b were joined" in found.notes[0]


def test_classes_are_joined_until_each_has_enough():
    answered = np.array([True, False, False, True, False, False, True])
    found = adjust_for_non_response(WEIGHTS, CLASSES, answered, too_few="merge", minimum=3)
    assert set(found.joined) == {0}
    assert found.weights.sum() == pytest.approx(sum(WEIGHTS))
    few = adjust_for_non_response([1, 1], [0, 1], [True, False], too_few="merge", minimum=5)
    assert list(few.weights) == [2, 0]  # nobody is left to join


@pytest.mark.parametrize(
    ("weights", "classes", "answered", "says"),
    [
        ([1, 1], ["a", "b"], [False, False], "none of 2 people answered"),
        ([1, 0], ["a", "b"], [True, True], "1 of 2 weights"),
        ([1, 1], ["a", None], [True, True], "1 of 2 people have no class"),
        ([1, 1], ["a"], [True], "2 weights, 1 classes and 1 answers"),
    ],
)
def test_what_cannot_be_adjusted_is_refused(weights, classes, answered, says):
    with pytest.raises(DesignError, match=says):
        adjust_for_non_response(weights, classes, answered)


def test_weights_of_nothing_have_no_size():
    with pytest.raises(ValueError, match="finite numbers above 0"):
        kish_design_effect([1, 0])


PEOPLE = pd.DataFrame(
    {
        "person_id": [f"p{i:03}" for i in range(60)],
        "area": ["x"] * 40 + ["y"] * 12 + ["z"] * 8,
        "contacts": [1 + i % 5 for i in range(59)] + [500],
    }
)


def drawn(**section):
    return draw_sample(PEOPLE, Sample(**section), rng=random_stream(2014, "sampling"))


def test_a_stratified_draw_gives_its_strata_and_their_people():
    draw = drawn(design="stratified", size=15, strata=("area",))
    found = design_of_draw(draw).design
    assert list(found.population) == [40, 12, 8]
    assert list(found.units_by_stratum) == list(draw.drawn_by_stratum) == [10, 3, 2]
    assert found.weights.sum() == pytest.approx(60)
    endless = design_of_draw(draw, finite_population=False).design
    assert not endless.fraction.any()


def test_strata_that_were_hardly_followed_are_joined_with_their_people():
    draw = drawn(design="stratified", size=15, strata=("area",))
    followed = np.ones(15, dtype=bool)
    followed[-1] = (
        False  # one of two in z is left: joined with y (3 of 3) or x (10 of 10), as named
    )
    found = design_of_draw(draw, followed)
    assert found.adjustment.joined == (0, 1, 0)
    assert list(found.design.population) == [48, 12]
    assert found.design.weights.sum() == pytest.approx(60)
    assert "z" in found.adjustment.names
    assert "14 of 15 answered" in str(found)
    assert "p0" not in repr(found)


def test_clusters_of_a_draw_are_the_units():
    draw = drawn(design="cluster", size=2, cluster="area")
    found = design_of_draw(draw).design
    assert found.clustered
    assert (list(found.population), found.df) == ([3], 1)


def test_those_certain_to_be_drawn_add_no_variance():
    draw = drawn(design="proportional_to_size", size=10, size_measure="contacts")
    certain = draw.inclusion_probability == 1
    assert certain.sum() == 1
    design = design_of_draw(draw).design
    assert len(design.population) == 1  # alone: joined with the others, who respond alike
    two = PEOPLE.assign(contacts=[1 + i % 5 for i in range(58)] + [500, 600])
    section = Sample(design="proportional_to_size", size=10, size_measure="contacts")
    draw = draw_sample(two, section, rng=random_stream(1, "sampling"))
    design = design_of_draw(draw).design
    assert sorted(design.population) == [2, np.inf]
    assert (survey_mean(draw.inclusion_probability == 1, design).std_error) > 0


def test_a_draw_with_replacement_has_no_correction():
    draw = drawn(design="simple_random", size=20, replacement=True)
    assert not design_of_draw(draw).design.fraction.any()


def test_as_many_answers_as_people_are_needed():
    draw = drawn(size=5)
    with pytest.raises(DesignError, match="5 people were drawn, and 4"):
        design_of_draw(draw, [True] * 4)
    with pytest.raises(DesignError, match="none of 5"):
        design_of_draw(draw, [False] * 5)
