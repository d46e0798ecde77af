"""Split populations: edges, limits, invariances, and what is said of the tail."""

import json
from math import isnan

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.results import Interval
from dipoutcomes.survival import kaplan_meier
from dipoutcomes.survival.cure import (
    mixture_cure_models,
    semiparametric_cure_model,
    sufficient_follow_up,
)
from dipoutcomes.survival.cure._mixture import Split, split_likelihood
from dipoutcomes.survival.cure.mixture import _to_the_ends
from dipoutcomes.survival.regression._location_scale import DISTRIBUTIONS, Times
from dipoutcomes.survival.regression._maximum import profile_limit
from dipoutcomes.survival.regression.parametric import parametric_regression


def cohort(n, cured, *, end=400, seed=1, effect=0.0):
    rng = np.random.default_rng(seed)
    group = np.arange(n) % 2
    never = rng.random(n) < cured + effect * group
    time = np.where(never, np.inf, np.ceil(rng.weibull(1.3, n) * 100))
    return np.minimum(time, end), time <= end, group


@pytest.mark.parametrize("kind", ["weibull", "lognormal", "loglogistic"])
@pytest.mark.parametrize("late", [False, True])
def test_slope_and_curvature_are_derivatives(kind, late):
    time, seen, group = cohort(60, 0.4)
    start = np.where(group == 1, np.floor(time / 3), 0.0) if late else None
    ones = np.ones((60, 1))
    x = np.column_stack([ones, group])
    at = split_likelihood(Split(Times.of(time, seen, start), x, x, DISTRIBUTIONS[kind]))
    place = np.array([0.3, -0.2, 4.5, 0.1, 0.2])
    _, slope, curvature = at(place)
    steps = np.eye(5) * 1e-6
    by_value = [(at(place + s)[0] - at(place - s)[0]) / 2e-6 for s in steps]
    by_slope = [(at(place + s)[1] - at(place - s)[1]) / 2e-6 for s in steps]
    assert slope == pytest.approx(np.array(by_value), rel=1e-6, abs=1e-6)
    assert curvature == pytest.approx(np.array(by_slope), rel=1e-6, abs=1e-6)


def test_nobody_cured_gives_the_plain_distribution():
    rng = np.random.default_rng(3)
    time = np.ceil(rng.lognormal(4, 0.5, 300))
    for tail in ("weibull", "lognormal"):
        model = mixture_cure_models(time, np.ones(300))[tail]
        plain = parametric_regression(time, np.ones(300), distribution=tail)
        assert model.cured_share.value == pytest.approx(0, abs=1e-6)
        assert model.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
        assert model.cured_share.interval.low == 0
        assert 0 < model.cured_share.interval.high < 0.03  # 1 - 0.05 ** (1 / 300) is 0.01
        assert model.p_value == 1  # no sample could be less against it


def test_with_covariates_of_being_cured_there_is_no_p_value_of_nobody_cured():
    from scipy.stats import chi2

    time, seen, _ = cohort(200, 0.5)
    for model in mixture_cure_models(time, seen).models:
        ratio = 2 * (model.log_likelihood - model.log_likelihood_without)
        assert model.p_value == pytest.approx(chi2.sf(ratio, 1) / 2)
    for model in mixture_cure_models(time, seen, {"group": np.arange(200) % 2}).models:
        assert np.isnan(model.p_value)


def test_unit_of_time_and_order_of_people_change_no_share():
    time, seen, _ = cohort(200, 0.5)
    one = mixture_cure_models(time, seen)
    order = np.random.default_rng(1).permutation(200)
    two = mixture_cure_models(time[order] / 30.4375, seen[order])
    for a, b in zip(one.models, two.models, strict=True):
        assert a.cured_share.value == pytest.approx(b.cured_share.value, rel=1e-7)
        assert tuple(a.cured_share.interval) == pytest.approx(
            tuple(b.cured_share.interval), rel=1e-6
        )
        assert a.scale == pytest.approx(b.scale, rel=1e-7)


def test_limits_are_where_the_profile_is_low_enough():
    from scipy.stats import chi2

    from dipoutcomes.survival.cure._mixture import held

    time, seen, _ = cohort(150, 0.5)
    model = mixture_cure_models(time, seen).weibull
    at = split_likelihood(model.fit.split)
    for limit in model.cured_share.interval:
        fixed = held(at, 0, np.log(1 / limit - 1), model.fit.place)
        assert 2 * (model.log_likelihood - fixed.value) == pytest.approx(
            chi2.ppf(0.95, 1), abs=1e-5
        )


def test_survival_starts_at_one_and_comes_down_to_the_cured_share():
    time, seen, group = cohort(200, 0.4, effect=0.2)
    for model in mixture_cure_models(time, seen, {"group": group}, {"group": group}).models:
        curve = model.survival([0, 50, 100, 1e12])
        assert curve[0] == pytest.approx(1)
        assert np.all(np.diff(curve) < 0)
        assert curve[-1] == pytest.approx(model.cured_share.value, abs=1e-6)
        at_150 = kaplan_meier(time, seen).at(150)[0]
        assert model.survival([150])[0] == pytest.approx(at_150, abs=0.05)


def test_follow_up_that_ends_too_soon_shows_in_the_limits():
    full = mixture_cure_models(*cohort(300, 0.5, end=600)[:2])
    short = mixture_cure_models(*cohort(300, 0.5, end=90)[:2])
    for a, b in zip(full.models, short.models, strict=True):
        assert b.cured_share.interval.width > 2 * a.cured_share.interval.width
        assert b.seen_by_the_end < 0.8
        assert a.seen_by_the_end > 0.97


def test_late_entry_is_allowed_for():
    rng = np.random.default_rng(11)
    n = 4000
    never = rng.random(n) < 0.5
    time = np.where(never, np.inf, rng.weibull(1.3, n) * 100)
    entry = rng.uniform(0, 80, n)
    kept = time > entry  # those with an earlier event are never seen
    stop, seen = np.minimum(time, 500)[kept], (time <= 500)[kept]
    right = mixture_cure_models(stop, seen, entry=entry[kept]).weibull.cured_share
    wrong = mixture_cure_models(stop, seen).weibull.cured_share
    assert 0.5 in right.interval
    assert 0.5 not in wrong.interval


def test_results_are_plain_and_both_tails_are_always_there():
    models = mixture_cure_models(*cohort(80, 0.5)[:2], event_says="arrested")
    stored = json.loads(json.dumps(models.to_dict()))
    assert {"weibull", "lognormal", "follow_up"} <= set(stored)
    table = models.cured_shares()
    assert table.labels == ("Weibull tail", "lognormal tail")
    assert "share never arrested" in str(models)
    assert "no gate" in str(models)
    assert list(models.to_frame()["tail"]) == ["weibull", "lognormal"]


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        (([1, 2, 3], [0, 0, 0]), DesignError, "no event"),
        (([0, 2, 3], [1, 1, 0]), ValueError, "time 0"),
        (([5, 5, 5, 9], [1, 1, 1, 0]), DesignError, "3 events at one time"),
        (
            ([*range(1, 11), *[20] * 10], [1] * 10 + [0] * 10, {"g": [1] * 12 + [0] * 8}),
            DesignError,
            "no maximum",
        ),
        (([1, 2, 3, 4], [1, 0, 1, 0], {"x": [1, 1, 1, 1]}), DesignError, "without variation"),
        (([1, 2, -3], [1, 0, 0]), ValueError, "negative"),
    ],
)
def test_what_cannot_be_fitted_says_so(given, error, says):
    with pytest.raises(error, match=says):
        mixture_cure_models(*given)


# Without a shape


def test_without_covariates_the_share_is_where_the_curve_ends():
    time, seen, _ = cohort(120, 0.5)
    found = semiparametric_cure_model(time, seen)
    assert found.cured_share.value == pytest.approx(kaplan_meier(time, seen).value[-1], abs=1e-6)
    assert isnan(found.cured_share.interval.low)


def test_group_alone_among_the_susceptible_ends_in_each_groups_curve():
    time, seen, group = cohort(400, 0.4, effect=0.3, end=2000)
    found = semiparametric_cure_model(time, seen, {"group": group})
    for value in (0, 1):
        logit = found.intercept + value * found.susceptible_terms[0].log_ratio
        end = kaplan_meier(time[group == value], seen[group == value]).value[-1]
        assert 1 / (1 + np.exp(logit)) == pytest.approx(end, abs=0.01)


def test_resamples_give_limits_and_repeat_with_their_seed():
    time, seen, group = cohort(60, 0.4, effect=0.2)
    one, two = (
        semiparametric_cure_model(
            time, seen, {"group": group}, resamples=30, rng=np.random.default_rng(4)
        )
        for _ in range(2)
    )
    assert tuple(one.cured_share.interval) == tuple(two.cured_share.interval)
    assert one.cured_share.value in one.cured_share.interval
    with pytest.raises(ValueError, match="need `rng`"):
        semiparametric_cure_model(time, seen, resamples=30)


def test_a_group_without_events_is_refused():
    with pytest.raises(DesignError, match="a group of `g` has no event"):
        semiparametric_cure_model(
            [*range(1, 11), *[20] * 10], [1] * 10 + [0] * 10, {"g": [1] * 12 + [0] * 8}
        )


def test_nobody_followed_beyond_the_last_event_is_refused():
    with pytest.raises(DesignError, match="beyond the last event"):
        semiparametric_cure_model([1, 2, 3], [1, 0, 1])


# Sufficient follow-up


def test_maller_zhou_by_hand():
    # Last event 60, last follow-up 80: events in (40, 60] are those at 50 and 60.
    found = sufficient_follow_up([10, 40, 50, 60, 80, 80, 75, 30], [1, 1, 1, 1, 0, 0, 0, 0])
    assert (found.plateau, found.events_before, found.quantity) == (20, 2, 0.25)
    assert found.level == pytest.approx(0.75**8)


def test_no_plateau_says_that_nothing_is_known():
    found = sufficient_follow_up([1, 2, 3], [1, 1, 1])
    assert (found.plateau, found.level) == (0, 1)
    assert "coincide (at 3)" in str(found)
    assert "level" not in str(found)
    assert isnan(sufficient_follow_up([1, 2], [0, 0]).level)


def test_a_limit_that_cannot_be_found_is_said_in_words():
    rng = np.random.default_rng(0)
    time = rng.integers(1, 400, 60)
    entry = np.maximum(0, time - rng.integers(1, 6, 60))
    models = mixture_cure_models(time, np.ones(60, int), entry=entry)
    for model in models.models:
        assert model.cured_share.value == 0
        assert isnan(model.cured_share.interval.high)
        assert "no upper limit can be found" in model.cured_share.caveat


def test_a_profile_without_a_crossing_gives_no_limit():
    assert isnan(profile_limit(lambda _: -5.0, 0.0, -2.0, 1.0))
    assert profile_limit(lambda v: -(v**2), 0.0, -4.0, 1.0) == pytest.approx(2)


def test_limits_not_found_are_the_ends_of_what_is_possible():
    both, notes = _to_the_ends(Interval(float("nan"), 0.4, 0.95, "profile likelihood"))
    assert (both.low, both.high) == (0, 0.4)
    assert notes == ["the lower limit could not be found and is set to 0"]
    assert _to_the_ends(both) == (both, [])


def test_people_counted_beside_a_cured_share_are_those_without_the_event():
    time, seen, _ = cohort(300, 0.6)
    models = mixture_cure_models(time, seen)
    share = models.weibull.cured_share
    assert share.counts == f"{int((~seen).sum())} of 300 people"
    assert "without the event when their follow-up ended" in str(models.cured_shares())
    assert semiparametric_cure_model(time, seen).cured_share.events == int((~seen).sum())


def test_one_tail_shows_itself():
    time, seen, _ = cohort(120, 0.5)
    model = mixture_cure_models(time, seen).lognormal
    assert "lognormal tail" in model._repr_html_()
    assert model.to_frame()["value"].item() == model.cured_share.value
