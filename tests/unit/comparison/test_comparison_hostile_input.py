"""What no careful user gives: an answer that is right, or one sentence that says what is wrong."""

import warnings

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.comparison.areas import area_panel, intensive_against_other
from dipoutcomes.comparison.before_after import (
    before_after_both_ways,
    bootstrap_rate_ratio,
    distribution_of_change,
)
from dipoutcomes.comparison.benchmark import (
    how_printed,
    observed_over_expected,
    translate_definitions,
)
from dipoutcomes.comparison.data_lab import DataLabOutcomes
from dipoutcomes.comparison.effect import treatment_effect
from dipoutcomes.comparison.matching import (
    balance_table,
    common_support,
    design_matrix,
    open_design,
    propensity_score,
)
from dipoutcomes.comparison.rate_ratio import rate_ratio_before_after
from dipoutcomes.comparison.regression_to_mean import (
    adjusted_ratio,
    literature_grid,
    offending_spread,
    published_spread,
)
from dipoutcomes.comparison.self_controlled import ObservedSeries
from dipoutcomes.comparison.sensitivity import e_value, tipping_point
from dipoutcomes.comparison.series import published_series
from dipoutcomes.comparison.weighting import effective_sample_size, propensity_weights
from dipoutcomes.errors import DesignError

EVENTS, DAYS = np.array([2, 0, 4, 1] * 10), np.full(40, 365)
AFTER = np.array([1, 0, 2, 1] * 10)
KNOWN = published_spread(2.0, 1.0, source="illustrative")


@pytest.mark.parametrize(
    ("days", "error", "says"),
    [
        (np.array(["Jones"] * 40), TypeError, "must hold numbers"),
        (np.full(40, 1e12), ValueError, "not seconds or years"),
        (np.full(40, 1e-300), ValueError, "not seconds or years"),
        (np.full(40, 1 + 2j), TypeError, "must hold numbers"),
        (pd.Series([1] * 39 + [pd.NA], dtype="Int64"), ValueError, "must be finite"),
    ],
)
@pytest.mark.parametrize(
    "method", ["person_robust", "conditional_poisson", "exact_conditional_mid_p"]
)
def test_days_that_are_none_are_refused_without_quoting_them(days, error, says, method):
    with pytest.raises(error, match=says) as caught:
        rate_ratio_before_after(EVENTS, days, AFTER, DAYS, method=method)
    assert "Jones" not in str(caught.value)


def test_counts_beyond_what_a_float_can_count_are_refused():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="2\\^53"):
            rate_ratio_before_after([1e300, 1.0], [365, 365], [1, 0], [365, 365])
    with pytest.raises(ValueError, match="1,000,000 for one person"):
        offending_spread([10**12, 1, 0], [365] * 3, source="register")


def test_arguments_of_a_wrong_kind_are_named():
    pairs = EVENTS, DAYS, AFTER, DAYS
    with pytest.raises(TypeError, match="OffendingSpread"):
        adjusted_ratio(*pairs, reference=1.5)
    with pytest.raises(TypeError, match="Generator"):
        adjusted_ratio(*pairs, reference=KNOWN, interval="bootstrap", rng="seed")
    with pytest.raises(TypeError, match="Generator"):
        distribution_of_change(*pairs, reference=KNOWN, rng=None)
    with pytest.raises(ValueError, match="at most"):
        bootstrap_rate_ratio(*pairs, rng=np.random.default_rng(1), replicates=10**12)
    with pytest.raises(TypeError, match="`source`"):
        published_spread(2.0, 1.0, source=None)
    with pytest.raises(ValueError, match="one number, or have one for each person"):
        before_after_both_ways(*pairs, index_offences=[1, 1])
    with pytest.raises(ValueError, match="a value to try"):
        literature_grid(*pairs, offences_per_year=[], gamma_shape=[1])
    with pytest.raises(ValueError, match="plain number"):
        how_printed(1, 4, "a quarter")
    with pytest.raises(TypeError, match="text as printed"):
        how_printed(1, 4, 25)
    with pytest.raises(ValueError, match="at most"):
        tipping_point(10, 30, 10**12, 20, 35, 5)


def test_codes_and_days_that_are_missing_are_refused():
    with pytest.raises(TypeError, match="event_person"):
        ObservedSeries(opens=[0], closes=[9], entry_day=[1], event_person=[np.nan], event_day=[3])
    window = {"window": ([0, 0], [365, 365]), "proven_by": [548, 548], "observed_to": 600}
    days = {"offence": [3.0], "arrest": [np.nan], "proof": [9.0]}
    with pytest.raises(TypeError, match="whole days"):
        translate_definitions([0], ["conviction"], days=days | {"proof": [9.5]}, **window)
    with pytest.raises(TypeError, match="whole days"):
        translate_definitions([0], ["conviction"], days=days, **window | {"proven_by": [np.nan, 1]})
    with pytest.raises(ValueError, match="one element for each row"):
        translate_definitions([0], ["conviction"], days=days, is_index=[True, False], **window)
    with pytest.raises(ValueError, match="one day, or have one for each person"):
        translate_definitions([0], ["conviction"], days=days, **window | {"observed_to": [1, 2, 3]})


def test_court_days_not_given_are_those_of_the_proof():
    """Convictions proven on different days are so many occasions, court named or not."""
    table = translate_definitions(
        [0, 0, 0], ["conviction"] * 3,
        days={"offence": [3, 4, 5], "arrest": [np.nan] * 3, "proof": [50, 90, 90],
              "court": [np.nan, np.nan, 90]},
        window=([0], [365]), proven_by=[548], observed_to=600,
    )  # fmt: skip
    events = {row["definition"]: row["events"] for row in table.rows}
    assert (events["conviction"], events["reconviction event"]) == (3, 2)


def test_a_category_of_one_level_is_refused_as_a_constant_is():
    people = {"area": ["north"] * 6, "age": [20, 30, 40, 50, 35, 45]}
    assert design_matrix(people).names == ("area: north", "age")
    with pytest.raises(DesignError, match="`area: north` is the same for everybody"):
        propensity_score(people, [True, False, True, False, False, True])


def test_two_columns_of_one_name_are_refused():
    frame = pd.DataFrame([[1.0, True, 0, 2.0]] * 4, columns=["age", "treated", "again", "age"])
    with pytest.raises(ValueError, match="more than one column `age`"):
        open_design(frame, treated="treated", covariates=["age"], outcomes=["again"])


def test_no_limits_of_a_difference_can_be_printed():
    """Two of five areas: no difference however large is ruled out, and the words say so."""
    found = intensive_against_other(
        [30, 28, 41, 44, 39], [100] * 5, ["A", "B"], areas=list("ABCDE"), scale="share"
    )
    assert found.estimate.interval.low == -np.inf
    assert found.estimate.printed_interval == "no lower limit to no upper limit"
    assert "no upper limit" in found.estimate._repr_html_()


def test_errors_that_come_with_published_values_count_in_either_interval():
    pairs = EVENTS, DAYS, AFTER, DAYS
    unsure = published_spread(2.0, 1.0, source="a review", log_rate_error=0.5, log_shape_error=0.5)
    assert "taken as known" not in str(unsure)
    width = {}
    for name, reference in (("known", KNOWN), ("unsure", unsure)):
        for interval in ("analytic", "bootstrap"):
            found = adjusted_ratio(
                *pairs, reference=reference, interval=interval, rng=np.random.default_rng(4)
            ).adjusted.interval
            width[name, interval] = np.log(found.high / found.low)
    for interval in ("analytic", "bootstrap"):
        assert width["unsure", interval] > 1.3 * width["known", interval]
    m, k = unsure.resampled(20_000, np.random.default_rng(1))
    assert np.log(m).std() == pytest.approx(0.5, rel=0.03)
    assert np.median(k) == pytest.approx(1.0, rel=0.03)


def test_events_over_expected_of_a_million_people_take_no_time():
    """Held to the normal limits, which are right to four digits at this size."""
    n, share = [200_000] * 5, np.array([0.3, 0.31, 0.32, 0.33, 0.34])
    found = observed_over_expected([60_000] * 5, n, share).ratio
    expected = 200_000 * share.sum()
    assert found.value == pytest.approx(300_000 / expected)
    # The limits move all odds by one factor: at the observed total the spread is that of 0.3.
    half = 1.959964 * np.sqrt(1_000_000 * 0.3 * 0.7) / expected
    assert found.interval.low == pytest.approx(found.value - half, abs=2e-5)
    assert found.interval.high == pytest.approx(found.value + half, abs=2e-5)


def test_no_value_of_a_person_is_quoted():
    """Texts in the place of numbers are named by their column, never by what they say."""
    names = np.array(["Jones"] * 8)
    treated = np.array([True, False] * 4)
    design = propensity_weights(treated, np.full(8, 0.5))
    tasks = [
        lambda: balance_table(names[:, None], treated),
        lambda: balance_table(np.ones((8, 1)), treated, names),
        lambda: common_support(treated, np.full(8, 0.5), names),
        lambda: treatment_effect(design, names),
        lambda: treatment_effect(design, np.arange(8), exposure_years=names),
        lambda: effective_sample_size(names),
        lambda: DataLabOutcomes.of(np.arange(8), days_to_first=names),
        lambda: area_panel(list("AABBAABB"), names, names, names, intensive=["A"], starts="x"),
        lambda: published_series(names, np.ones(8)),
    ]
    for task in tasks:
        with pytest.raises(TypeError, match="must hold numbers") as caught:
            task()
        assert "Jones" not in str(caught.value)


def test_weights_must_be_finite_and_periods_must_have_an_order():
    treated = np.array([True, False] * 4)
    endless = np.array([np.inf] + [1.0] * 7)
    for task in (
        lambda: balance_table(np.arange(8.0)[:, None], treated, endless),
        lambda: common_support(treated, np.full(8, 0.5), endless),
    ):
        with pytest.raises(ValueError, match="1 are not"):
            task()
    with pytest.raises(TypeError, match="none missing"):
        area_panel(list("AABB"), [None, 1, None, 1], [1] * 4, [9] * 4, intensive=["A"], starts=1)


def test_an_e_value_does_not_say_that_nothing_weaker_would_do():
    """One association may be weaker where the other is stronger (VanderWeele and Ding 2017)."""
    found = e_value(0.5, 0.3, 0.8, kind="risk_ratio")
    strong, weak = 10.0, 2.3
    assert weak < found.value < strong
    # Their bounding factor: such a confounder moves the ratio of 2 all the way to 1.
    assert strong * weak / (strong + weak - 1) > 2
    assert "only" not in str(found)
    assert "the other must be stronger" in str(found)
