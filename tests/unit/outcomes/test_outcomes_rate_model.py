"""Rate models: what each variance means, invariances, edges, and what is refused."""

from math import inf, isnan, log

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.outcomes import rate_model

rng = np.random.default_rng(28)
YEARS = rng.uniform(0.4, 2.5, 60)
GROUP = np.arange(60) % 2
COUNTS = rng.poisson(YEARS * rng.gamma(1.2, 1.1, 60))


def two_groups(**options):
    return rate_model(COUNTS, YEARS, {"treated": GROUP}, **options)


def test_a_poisson_ratio_is_the_ratio_of_the_two_rates():
    rates = [COUNTS[g == GROUP].sum() / YEARS[g == GROUP].sum() for g in (0, 1)]
    fit = two_groups(variance="model")
    assert fit["(Intercept)"].ratio == pytest.approx(rates[0], rel=1e-12)
    assert fit["treated"].ratio == pytest.approx(rates[1] / rates[0], rel=1e-12)
    events = [COUNTS[g == GROUP].sum() for g in (0, 1)]
    assert fit["treated"].std_error == pytest.approx((1 / events[0] + 1 / events[1]) ** 0.5)


def test_errors_that_know_people_differ_are_larger_where_they_do():
    poisson = two_groups(variance="model")["treated"].std_error
    errors = {
        "HC3": two_groups(),
        "HC0": two_groups(variance="HC0"),
        "quasi": two_groups(model="quasi_poisson"),
        "joint": two_groups(model="negative_binomial"),
    }
    errors = {name: fit["treated"].std_error for name, fit in errors.items()}
    assert min(errors.values()) > 1.2 * poisson
    assert errors["HC3"] > errors["HC0"]


@pytest.mark.parametrize(
    ("model", "variance"),
    [("poisson", "HC3"), ("poisson", "model"), ("quasi_poisson", None),
     ("negative_binomial", "joint"), ("negative_binomial", "known_dispersion")],
)  # fmt: skip
def test_turning_the_groups_round_inverts_the_ratio(model, variance):
    there = two_groups(model=model, variance=variance)["treated"]
    back = rate_model(COUNTS, YEARS, {"not": 1 - GROUP}, model=model, variance=variance)["not"]
    assert back.ratio == pytest.approx(1 / there.ratio, rel=1e-9)
    assert back.interval.low == pytest.approx(1 / there.interval.high, rel=1e-9)
    assert back.p_value == pytest.approx(there.p_value, rel=1e-9)


@pytest.mark.parametrize("model", ["poisson", "quasi_poisson", "negative_binomial"])
def test_the_unit_of_time_changes_the_rate_alone(model):
    years, days = two_groups(model=model), rate_model(
        COUNTS, 365.25 * YEARS, {"treated": GROUP}, model=model
    )  # fmt: skip
    assert days["(Intercept)"].ratio * 365.25 == pytest.approx(years["(Intercept)"].ratio, rel=1e-8)
    assert days["treated"].ratio == pytest.approx(years["treated"].ratio, rel=1e-8)
    assert days.dispersion == pytest.approx(years.dispersion, rel=1e-8)


@pytest.mark.parametrize("model", ["poisson", "quasi_poisson", "negative_binomial"])
def test_the_interval_agrees_with_the_p_value(model):
    p = two_groups(model=model)["treated"].p_value
    term = two_groups(model=model, confidence_level=1 - p)["treated"]
    assert min(abs(log(limit)) for limit in term.interval) < 1e-9


def test_quasi_poisson_has_no_likelihood_and_uses_t():
    fit = two_groups(model="quasi_poisson")
    assert isnan(fit.log_likelihood)
    assert fit["treated"].df == 58
    assert two_groups()["treated"].df == inf


def test_people_without_time_are_left_out_and_counted():
    with_them = rate_model([*COUNTS, 3], [*YEARS, 0], {"treated": [*GROUP, 1]})
    assert with_them.terms == two_groups().terms
    assert with_them.caveat == "left out: 1 without time at risk, with 3 events"
    assert "left out" in str(with_them)


def test_a_frame_of_covariates_and_the_results_on_show():
    frame = pd.DataFrame({"treated": GROUP, "prior": rng.poisson(3, 60)})
    fit = rate_model(COUNTS, YEARS, frame)
    assert list(fit.to_frame()["name"]) == ["(Intercept)", "treated", "prior"]
    assert fit.to_dict()["terms"][1]["ratio"] == fit["treated"].ratio
    assert "HC3 errors" in fit._repr_html_()
    assert str(fit).startswith("Poisson model, HC3 errors: ")


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: rate_model(COUNTS * 0, YEARS), DesignError, "no event was seen"),
        (lambda: rate_model(COUNTS[:2], YEARS[:2], {"a": [0, 1]}), DesignError, "too few"),
        (lambda: rate_model(COUNTS * GROUP, YEARS, {"a": GROUP}), DesignError, "separates"),
        (lambda: rate_model(COUNTS, YEARS, {"a": GROUP, "b": GROUP}), DesignError, "twice"),
        (lambda: rate_model(COUNTS, YEARS, {"a": GROUP * 0}), DesignError, "the same"),
        (
            lambda: rate_model(COUNTS + 1, YEARS, {"a": np.arange(60) == 0}),
            DesignError,
            "one person alone",
        ),
        (
            lambda: rate_model([2] * 20, [1.0] * 20, model="negative_binomial"),
            DesignError,
            "no more than",
        ),
        (lambda: rate_model(COUNTS, -YEARS), ValueError, "not below 0"),
        (lambda: rate_model(COUNTS, YEARS[1:]), ValueError, "one element for each person"),
        (lambda: rate_model(COUNTS, YEARS, {"a": [0, 1]}), ValueError, "covariate 'a'"),
        (lambda: rate_model(COUNTS, YEARS, {"a": YEARS * np.nan}), ValueError, "60 people"),
        (lambda: rate_model(COUNTS, YEARS, {"a": ["x"] * 60}), TypeError, "code groups"),
        (lambda: rate_model(COUNTS, YEARS, model="poison"), ValueError, "did you mean 'poisson'"),
        (lambda: rate_model(COUNTS, YEARS, variance="joint"), ValueError, "no choice 'joint'"),
        (lambda: two_groups()["treted"], ValueError, "did you mean 'treated'"),
    ],
)
def test_misuse_says_what_is_wrong(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_a_search_that_would_leave_the_range_of_the_dispersion_comes_to_an_end():
    # Hardly more spread than Poisson's: full steps went below zero, where the likelihood's
    # functions never returned.
    events = [3, 2, 0, 3, 1, 1, 0, 3, 2, 0, 2, 1, 0, 2, 1, 0, 1, 0, 0, 1, 2, 1, 2, 1, 3, 1, 3, 2]
    days = [
        231, 640, 564, 607, 538, 484, 315, 580, 887, 215, 823, 755, 650, 697, 533, 266, 276, 202,
        479, 863, 636, 865, 259, 492, 526, 433, 576, 378,
    ]  # fmt: skip
    half = {"second": np.arange(28) % 2}
    with pytest.raises(DesignError, match="negative binomial"):
        rate_model(events, days, half, model="negative_binomial")
