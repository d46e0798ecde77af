"""Survey estimates: values by hand, what is refused, what is said without spread."""

import math

import numpy as np
import pytest
from scipy.stats import beta, t

from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import clopper_pearson_interval
from dipoutcomes.sampling import (
    PROPORTION_METHODS,
    SurveyEstimate,
    kish_effective_size,
    survey_design,
    survey_mean,
    survey_proportion,
    survey_ratio,
    survey_total,
)

STRATA = ["a", "a", "a", "b", "b"]


def test_a_stratified_mean_by_hand():
    # Weights 2 and 5, so 6 + 10 people; mean (2 * 6 + 5 * 10) / 16. Variance of the total: in a
    # 2^2 * (1 + 0 + 1) * 3/2 = 12, in b 5^2 * (1 + 1) * 2/1 = 100, before the corrections.
    design = survey_design([2, 2, 2, 5, 5], strata=STRATA, population=[6, 6, 6, 10, 10])
    found = survey_mean([1, 2, 3, 4, 6], design)
    error = math.sqrt(12 * (1 - 3 / 6) + 100 * (1 - 2 / 10)) / 16
    assert found.value == pytest.approx(62 / 16)
    assert found.std_error == pytest.approx(error)
    assert found.df == 3
    assert found.interval.high == pytest.approx(62 / 16 + t.ppf(0.975, 3) * error)
    assert found.population == 16


def test_clusters_are_the_units_and_a_name_in_two_strata_is_two():
    design = survey_design([1] * 6, strata=list("aaaabb"), clusters=[1, 1, 2, 3, 1, 2])
    assert (len(design.cluster_stratum), design.df, design.clustered) == (5, 3, True)
    # Totals of a: 3, 0, 1 (mean 4/3); of b: 0, 2.
    found = survey_total([1, 2, 0, 1, 0, 2], design)
    spread_a = ((3 - 4 / 3) ** 2 + (4 / 3) ** 2 + (1 / 3) ** 2) * 3 / 2
    assert found.std_error == pytest.approx(math.sqrt(spread_a + 2 * 2))


def test_a_domain_keeps_the_whole_design():
    design = survey_design([4] * 4)
    found = survey_total([1, 1, math.nan, 1], design, domain=np.array([True, True, False, False]))
    assert (found.value, found.df, found.n) == (8, 3, 2)
    # As if those outside had nothing: scores 4, 4, 0, 0.
    assert found.std_error == pytest.approx(math.sqrt(4 / 3 * 4 * 2**2))


def test_a_single_unit_is_refused_or_centred():
    weights, strata = [2, 2, 3], ["a", "a", "b"]
    with pytest.raises(DesignError, match="1 of 2 strata have one unit"):
        survey_design(weights, strata=strata)
    design = survey_design(weights, strata=strata, single_unit="centre")
    found = survey_total([1, 2, 4], design)
    # a: (2 - 3)^2 + (4 - 3)^2 times 2; b: 12 from the mean of 2, 4 and 12.
    assert found.std_error == pytest.approx(math.sqrt(4 + 36))
    assert found.df == 1
    assert survey_design(weights, strata=strata, population=[4, 4, 1]).df == 1  # all there was


def test_no_degree_of_freedom_gives_no_interval_and_says_why():
    found = survey_proportion([1], survey_design([9], single_unit="centre"))
    assert math.isnan(found.interval.low)
    assert "no degrees of freedom" in found.caveat


@pytest.mark.parametrize("method", PROPORTION_METHODS)
@pytest.mark.parametrize(("events", "says"), [(0, "nobody"), (7, "everybody")])
def test_without_spread_beta_limits_stand_on_the_weights_alone(method, events, says):
    weights = [1, 1, 1, 1, 1, 4, 4]
    found = survey_proportion([events > 0] * 7, survey_design(weights), method=method)
    effective = kish_effective_size(weights)
    assert found.effective_n == effective == pytest.approx(13**2 / 37)
    limit = 0.025 ** (1 / effective)
    expected = (0, 1 - limit) if events == 0 else (limit, 1)
    assert tuple(found.interval) == pytest.approx(expected)
    assert found.caveat.startswith(says)


def test_no_event_in_clusters_says_that_they_are_not_allowed_for():
    design = survey_design([1] * 4, clusters=[1, 1, 2, 2])
    found = survey_proportion([0] * 4, design)
    assert "clusters could not be allowed for" in found.caveat
    assert found.interval.high > clopper_pearson_interval(0, 4).high  # few degrees of freedom


def test_a_census_is_its_value():
    found = survey_proportion([1, 0, 0, 1], survey_design([1] * 4, population=[4] * 4))
    assert tuple(found.interval) == (0.5, 0.5)
    assert "everybody in the frame" in found.caveat


def test_a_small_domain_of_a_large_design_gains_no_people():
    event, domain = np.zeros(50), np.zeros(50, dtype=bool)
    domain[:3] = True
    event[0] = 1
    found = survey_proportion(event, survey_design([2] * 50), domain=domain)
    assert found.effective_n == pytest.approx(3)
    assert found.design_effect == pytest.approx(1)
    assert found.interval.width > 0.7


def test_clusters_that_happen_to_agree_count_no_more_people_than_there_are():
    event = [1, 0, 0, 1] * 3 + [0]
    design = survey_design([2] * 13, clusters=[0] * 4 + [1] * 4 + [2] * 5)
    free = survey_proportion(event, design)
    held = survey_proportion(event, design, at_most_n=True)
    assert held.effective_n == free.effective_n > 13
    assert held.interval.width > free.interval.width
    factor = (t.ppf(0.975, 12) / t.ppf(0.975, 2)) ** 2
    x, n = 6 * factor, 13 * factor
    expected = beta.ppf(0.025, x, n - x + 1), beta.ppf(0.975, x + 1, n - x)
    assert tuple(held.interval) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"weights": []}, "holds nobody"),
        ({"weights": [1, 0, -1]}, "2 of 3 weights"),
        ({"weights": [1, math.nan]}, "1 of 2 weights"),
        ({"weights": [1, 1], "strata": ["a"]}, "strata has"),
        ({"weights": [1, 1], "strata": ["a", None]}, "1 of 2 people have no value in strata"),
        ({"weights": [1, 1], "population": [4, 5]}, "population of 1 of 1 strata"),
        ({"weights": [1, 1], "population": [1, 1]}, "more units in the sample than in the frame"),
    ],
)
def test_a_design_that_cannot_be_is_refused(arguments, says):
    with pytest.raises(DesignError, match=says):
        survey_design(**arguments)


def test_all_faults_of_a_design_are_said_at_once():
    with pytest.raises(DesignError) as refused:
        survey_design([1, 0], strata=["a"], population=[1, 2, 3])
    assert len(str(refused.value).splitlines()) == 3


def test_values_that_cannot_be_are_refused():
    design = survey_design([1, 1, 1])
    with pytest.raises(DesignError, match="1 of 3 values are missing"):
        survey_mean([1, math.nan, 2], design)
    with pytest.raises(DesignError, match="neither 0 nor 1"):
        survey_proportion([0, 1, 2], design)
    with pytest.raises(DesignError, match="nobody of the sample"):
        survey_mean([1, 2, 3], design, domain=[False] * 3)
    with pytest.raises(DesignError, match="denominator"):
        survey_ratio([1, 2, 3], [0, 0, 0], design)
    with pytest.raises(DesignError, match="3 people"):
        survey_mean([1, 2], design)
    with pytest.raises(ValueError, match="did you mean 'logit'"):
        survey_proportion([0, 1, 1], design, method="logitt")


def test_a_result_prints_converts_and_comes_back():
    design = survey_design([5, 5, 5, 5, 2, 2], strata=list("aaaabb"))
    found = survey_proportion([1, 0, 0, 1, 0, 1], design, measure="share arrested")
    assert str(found).startswith("share arrested: 0.500 (95% CI ")
    assert "design effect" in str(found)
    assert "Korn-Graubard" in found._repr_html_()
    assert SurveyEstimate.from_dict(found.to_dict()) == found
    assert len(found.to_frame()) == 1
    estimate = found.to_estimate()
    assert (estimate.events, estimate.base, estimate.value) == (3, 6, found.value)
    with pytest.raises(ValueError, match="only a share"):
        survey_mean([1] * 6, design).to_estimate()
    assert "6 people, 2 strata" in repr(design)
