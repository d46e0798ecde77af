"""Models of repeated events: one against the other, their refusals and their words."""

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.outcomes import rate_model
from dipoutcomes.survival.recurrent import (
    build_histories,
    gamma_frailty_model,
    histories_from_rows,
    recurrent_event_model,
    recurrent_event_test,
    recurrent_rate_model,
)
from dipoutcomes.survival.recurrent._frailty import FrailtyData, likelihood

N = 60
GROUP = {"treated": np.arange(N) % 2}


def cohort(seed=3, *, shape=1.0, same_day="one"):
    rng = np.random.default_rng(seed)
    end = rng.integers(200, 700, N)
    counts = rng.poisson(rng.gamma(shape, 3 / shape, N))
    who = np.repeat(np.arange(N), counts)
    held = rng.integers(0, N, 30)
    first = rng.integers(0, 500, 30)
    return build_histories(
        [0] * N, end, event_person=who, event_day=rng.integers(0, 700, len(who)),
        custody_person=held, custody_start=first, custody_end=first + rng.integers(5, 120, 30),
        same_day=same_day,
    )  # fmt: skip


def test_the_score_test_of_the_proportional_means_model_is_the_robust_test():
    # At a ratio of 1 the sum of score terms by person, squared over their squares.
    histories = cohort()
    found = recurrent_event_test(histories, GROUP["treated"])
    fit = recurrent_event_model(histories, GROUP)["treated"]
    wald = (fit.log_ratio / fit.std_error) ** 2
    assert found.statistic == pytest.approx(wald, rel=0.1)


def test_the_frailty_model_without_cuts_is_the_negative_binomial():
    histories = cohort(same_day="each")
    people = GROUP | {"age": np.linspace(18, 50, N)}
    frailty = gamma_frailty_model(histories, people)
    rates = recurrent_rate_model(histories, people)
    for ours, theirs in zip(frailty.terms, rates.terms, strict=True):
        assert ours.name == theirs.name
        assert ours.log_ratio == pytest.approx(theirs.log_ratio, abs=1e-8)
        assert ours.std_error == pytest.approx(theirs.std_error, rel=1e-7)
    assert frailty.frailty_variance == pytest.approx(rates.frailty_variance, rel=1e-7)
    assert frailty.frailty_error == pytest.approx(rates.frailty_error, rel=1e-6)


def test_rates_are_those_of_the_model_of_totals():
    histories = cohort()
    events, days = histories.totals()
    for model, variance in (("poisson", "HC3"), ("negative_binomial", "joint")):
        ours = recurrent_rate_model(histories, GROUP, model=model, variance=variance)
        theirs = rate_model(events, days / 365.25, GROUP, model=model, variance=variance)
        assert ours.terms[0].name == "rate per year"
        assert ours.terms[0].ratio == pytest.approx(theirs.terms[0].ratio, rel=1e-9)
        assert ours["treated"].interval.low == pytest.approx(theirs["treated"].interval.low)
        assert ours["treated"].p_value == pytest.approx(theirs["treated"].p_value)


def test_slope_and_curvature_are_those_of_the_likelihood():
    rng = np.random.default_rng(1)
    data = FrailtyData(
        rng.uniform(1, 5, (30, 2)), rng.poisson(3, 30).astype(float), np.array([40.0, 50.0]),
        rng.normal(size=(30, 2)),
    )  # fmt: skip
    place, small = rng.normal(size=5) * 0.3, 1e-5
    _, slope, curvature = likelihood(data, place)
    for k, step in enumerate(np.eye(5) * small):
        up, down = likelihood(data, place + step), likelihood(data, place - step)
        assert (up[0] - down[0]) / (2 * small) == pytest.approx(slope[k], abs=1e-6)
        np.testing.assert_allclose((up[1] - down[1]) / (2 * small), curvature[k], atol=1e-6)


def test_a_rate_that_changes_in_steps_is_seen():
    rng = np.random.default_rng(9)
    n = 400
    spread = rng.gamma(2, 1 / 2, n)
    early, late = rng.poisson(spread * 2.0), rng.poisson(spread * 1.0)
    who = np.concatenate([np.repeat(np.arange(n), early), np.repeat(np.arange(n), late)])
    day = np.concatenate([rng.integers(0, 200, early.sum()), rng.integers(200, 400, late.sum())])
    histories = build_histories([0] * n, [400] * n, event_person=who, event_day=day)
    fit = gamma_frailty_model(histories, {"group": np.arange(n) % 2}, cut_points=[200])
    first, second, _ = fit.terms
    assert first.name == "rate per year, 0 to 200 days"
    assert second.name == "rate per year, 200 days on"
    # Followed alike, the ratio of the rates is that of the events.
    assert first.ratio / second.ratio == pytest.approx(early.sum() / late.sum(), rel=1e-6)
    assert fit.frailty_variance == pytest.approx(0.5, abs=4 * fit.frailty_error)


def test_the_unit_of_a_covariate_changes_its_ratio_alone():
    histories = cohort()
    for fit in (recurrent_event_model, recurrent_rate_model, gamma_frailty_model):
        age = np.linspace(18, 50, N)
        years, decades = (fit(histories, {"age": a} | GROUP) for a in (age, age / 10))
        assert decades["age"].log_ratio == pytest.approx(10 * years["age"].log_ratio, rel=1e-6)
        assert decades["treated"].std_error == pytest.approx(years["treated"].std_error, rel=1e-6)


@pytest.mark.parametrize("model", ["andersen_gill", "pwp_total_time", "pwp_gap_time"])
def test_events_of_one_day_are_refused_where_order_matters(model):
    histories = build_histories([0] * 3, [9] * 3, event_person=[0, 0, 1], event_day=[2, 2, 5])
    with pytest.raises(DesignError, match="same_day='one'"):
        recurrent_event_model(histories, {"treated": [0, 1, 0]}, model=model)


def test_what_has_no_estimate_is_refused_with_a_remedy():
    histories = histories_from_rows(range(8), [0] * 8, [5, 6, 7, 8, 9, 9, 9, 9],
                                    [1, 1, 1, 1, 0, 0, 0, 0])  # fmt: skip
    group = {"treated": [0] * 4 + [1] * 4}
    with pytest.raises(DesignError, match=r"treated.*separates"):
        recurrent_event_model(histories, group)
    with pytest.raises(DesignError, match="separates"):
        recurrent_rate_model(histories, group, model="poisson")
    with pytest.raises(DesignError, match="no more than"):
        recurrent_rate_model(histories, group)
    with pytest.raises(DesignError, match="no more than chance"):
        gamma_frailty_model(histories, {"treated": [0, 1] * 4})
    with pytest.raises(DesignError, match="add nothing"):
        recurrent_event_model(histories, {"everybody": [1] * 8})
    with pytest.raises(DesignError, match="same thing"):
        recurrent_rate_model(histories, {"everybody": [1] * 8})
    with pytest.raises(DesignError, match="no event fell in the period 20 days on"):
        gamma_frailty_model(histories, {"treated": [0, 1] * 4}, cut_points=[20])
    with pytest.raises(DesignError, match="too few"):
        recurrent_rate_model(histories_from_rows([0, 1], [0, 0], [5, 5], [1, 1]), {"a": [0, 1]})
    quiet = histories_from_rows(range(8), [0] * 8, [9] * 8, [0] * 8)
    for model in (recurrent_event_model, recurrent_rate_model, gamma_frailty_model):
        with pytest.raises(DesignError, match="none of the 8 people had an event"):
            model(quiet, {"treated": [0, 1] * 4})


def test_faults_of_covariates_and_cuts_are_named():
    histories = cohort()
    with pytest.raises(
        ValueError, match=r"'a' needs one value.*'b' is missing or not finite for 1"
    ):
        recurrent_event_model(histories, {"a": [1], "b": [np.nan, *range(N - 1)]})
    with pytest.raises(TypeError, match="must hold numbers"):
        recurrent_event_model(histories, {"a": ["x"] * N})
    with pytest.raises(ValueError, match="is empty"):
        recurrent_event_model(histories, {})
    with pytest.raises(ValueError, match="each later than the last"):
        gamma_frailty_model(histories, GROUP, cut_points=[30, 30])
    with pytest.raises(ValueError, match="did you mean 'pwp_gap_time'"):
        recurrent_event_model(histories, GROUP, model="pwp_gap")


def test_a_model_says_what_it_rests_on():
    fit = recurrent_event_model(cohort(), GROUP, model="pwp_total_time", orders_apart=3)
    assert len(fit.events_by_order) == 3
    assert sum(fit.events_by_order) == fit.events
    assert str(fit).startswith("Prentice-Williams-Peterson, total time, robust by person:")
    assert "days at risk" in fit._repr_html_()
    assert fit.to_dict()["terms"][0]["name"] == "treated"
    few = histories_from_rows(range(6), [0] * 6, [5, 6, 7, 8, 9, 9], [1, 1, 1, 1, 1, 0])
    assert "6 people are few" in recurrent_event_model(few, {"a": [0, 1] * 3}).caveat


@pytest.mark.parametrize(("people", "said"), [(28, True), (60, False)])
def test_a_negative_binomial_model_of_few_people_says_so(people, said):
    rng = np.random.default_rng(3)
    counts = rng.poisson(rng.gamma(0.7, 3, people))
    histories = histories_from_rows(range(people), [0] * people, [365] * people, counts)
    group = {"treated": np.arange(people) % 2}
    model = recurrent_rate_model(histories, group)
    assert ("28 people are few for a negative binomial model" in str(model)) is said
    assert recurrent_rate_model(histories, group, model="poisson").caveat == ""
