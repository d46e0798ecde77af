"""What must hold of every regression of time to an event, whoever the people are."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dipoutcomes.errors import DesignError
from dipoutcomes.survival.regression import (
    RowOptions,
    cox_regression,
    parametric_regression,
    predicted_survival,
)

seeds = st.integers(0, 10_000)
sizes = st.integers(25, 80)


def people(seed, n):
    """Return durations with daily ties, events, and covariates of a group and a number."""
    rng = np.random.default_rng(seed)
    time = rng.integers(1, 40, n)
    covariates = {"group": rng.integers(0, 2, n), "age": rng.integers(18, 60, n)}
    return time, rng.random(n) < 0.7, covariates


def fitted(*args, **options):
    """Return a Cox model; skip people whose likelihood has no maximum."""
    try:
        return cox_regression(*args, penalty="none", **options)
    except DesignError:
        assume(False)


@given(seeds, sizes, st.sampled_from(["efron", "breslow", "exact"]))
def test_the_order_of_people_and_the_units_say_nothing(seed, n, ties):
    time, seen, covariates = people(seed, n)
    model = fitted(time, seen, covariates, ties=ties)
    order = np.random.default_rng(seed).permutation(n)
    turned = {"group": covariates["group"][order], "age": covariates["age"][order] * 365.25}
    other = fitted(time[order] * 86_400, seen[order], turned, ties=ties)
    assert other["group"].log_ratio == pytest.approx(model["group"].log_ratio, abs=1e-8)
    assert other["age"].log_ratio * 365.25 == pytest.approx(model["age"].log_ratio, abs=1e-8)
    assert other.log_likelihood == pytest.approx(model.log_likelihood, abs=1e-8)


@given(seeds, sizes)
def test_each_rule_for_ties_is_the_same_without_any(seed, n):
    time, seen, covariates = people(seed, n)
    apart = time + np.arange(n) / n
    models = [fitted(apart, seen, covariates, ties=t) for t in ("efron", "breslow", "exact")]
    for model in models[1:]:
        assert model["age"].log_ratio == pytest.approx(models[0]["age"].log_ratio, abs=1e-8)
        assert model["age"].std_error == pytest.approx(models[0]["age"].std_error, rel=1e-7)


@given(seeds, sizes, st.sampled_from(["efron", "breslow"]))
def test_a_row_cut_in_two_is_the_same_person(seed, n, ties):
    time, seen, covariates = people(seed, n)
    whole = fitted(time, seen, covariates, ties=ties, variance="robust")
    cut = time / 2
    rows = np.tile(np.arange(n), 2)
    halves = fitted(
        np.concatenate([cut, time]),
        np.concatenate([np.zeros(n, bool), seen]),
        {name: values[rows] for name, values in covariates.items()},
        rows=RowOptions(entry=np.concatenate([np.zeros(n), cut]), person=rows),
        ties=ties,
        variance="robust",
    )
    for one, two in zip(whole.terms, halves.terms, strict=True):
        assert two.log_ratio == pytest.approx(one.log_ratio, abs=1e-8)
        assert two.std_error == pytest.approx(one.std_error, rel=1e-6)
        assert (two.persons, two.events) == (one.persons, one.events)


@given(seeds, sizes, st.sampled_from(["weibull", "lognormal", "loglogistic"]))
def test_share_free_of_the_event_only_falls(seed, n, shape):
    time, seen, covariates = people(seed, n)
    profile = {"group": 1, "age": 30}
    models = [fitted(time, seen, covariates)]
    models.append(parametric_regression(time, seen, covariates, distribution=shape))
    for model in models:
        table = predicted_survival(model, profile, [2, 5, 10, 20, int(time.max())])
        values = [e.value for e in table.estimates]
        assert all(0 <= later <= earlier <= 1 for earlier, later in pairwise(values))
        for estimate in table.estimates:
            low, high = estimate.interval
            assert np.isnan(low) or low <= estimate.value <= high
