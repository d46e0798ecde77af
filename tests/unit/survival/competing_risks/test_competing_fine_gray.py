"""Fine-Gray: equal to Cox where nothing competes, and its variance by case weights."""

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival._partial_likelihood import fit_partial_likelihood, risk_sets, sandwich
from dipoutcomes.survival.competing_risks import cumulative_incidence, fine_gray
from dipoutcomes.survival.competing_risks._subdistribution import (
    fit_subdistribution,
    prepare,
    residuals,
    sums_at,
)

NAMES = {1: "arrest", 2: "death"}


def people(n=80, seed=2, *, tied=True):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.arange(n) % 2, rng.normal(size=n)])
    time = rng.exponential(10 * np.exp(-0.4 * x[:, 0]), n)
    stop = rng.uniform(2, 25, n)
    kind = np.where(time <= stop, 1 + (rng.random(n) < 0.4), 0)
    time = np.minimum(time, stop)
    return (np.ceil(time / 3).astype(int) if tied else time), kind, x


def test_with_one_cause_it_is_cox_with_breslow_ties_and_its_robust_error():
    time, kind, x = people()
    found = fine_gray(time, kind > 0, x, cause=1)
    sets = risk_sets(time, kind > 0, x)
    fit = fit_partial_likelihood(sets, ties="breslow")
    assert [t.log_ratio for t in found.terms] == pytest.approx(fit.coefficients, abs=1e-9)
    errors = np.sqrt(np.diag(sandwich(sets, fit)))
    assert [t.std_error for t in found.terms] == pytest.approx(errors, abs=1e-9)
    assert found.competing_events == 0


@pytest.mark.parametrize("leaving", ["crr", "events_first"])
def test_with_nobody_leaving_the_dead_stay_for_ever(leaving):
    time, kind, x = people()
    kind = np.maximum(kind, 1)
    found = fine_gray(time, kind, x, cause=1, leaving=leaving)
    sets = risk_sets(np.where(kind == 2, 1000, time), kind == 1, x)
    fit = fit_partial_likelihood(sets, ties="breslow")
    assert [t.log_ratio for t in found.terms] == pytest.approx(fit.coefficients, abs=1e-9)
    errors = np.sqrt(np.diag(sandwich(sets, fit)))
    assert [t.std_error for t in found.terms] == pytest.approx(errors, abs=1e-9)


def test_without_covariates_it_is_the_aalen_johansen_estimate():
    time, kind, x = people()
    data = prepare(time, kind, x, events_first=True)
    jump = sums_at(data, np.zeros(2)).jump
    found = cumulative_incidence(time, kind, names=NAMES)["arrest"]
    at = [found.at(t)[0] for t in np.unique(time)]
    assert 1 - np.cumprod(1 - jump) == pytest.approx(at, abs=1e-12)


def weighted_slope(time, kind, x, beta, weights, *, events_first):
    """The weighted estimating equation by loops; every count and sum carries case weights."""
    times = np.unique(time)
    staying, share = {}, 1.0
    for t in times:
        staying[t] = share
        here = time == t
        n = weights[time >= t].sum() - (weights[here & (kind > 0)].sum() if events_first else 0)
        gone = weights[here & (kind == 0)].sum()
        share *= 1 - gone / n if gone else 1.0
    risk = weights * np.exp(x @ beta)
    total = np.zeros(x.shape[1])
    for t in times:
        kept = np.array([staying[t] / staying[s] for s in time])
        held = np.where(time >= t, 1.0, np.where(kind == 2, kept, 0.0)) * risk
        mean = held @ x / held.sum()
        had = (time == t) & (kind == 1)
        total += weights[had] @ (x[had] - mean)
    return total


@pytest.mark.parametrize("tied", [True, False])
def test_each_persons_influence_is_the_change_with_the_persons_weight(tied):
    events_first = True
    time, kind, x = people(50, tied=tied)
    data = prepare(time, kind, x, events_first=events_first)
    fit = fit_subdistribution(data)
    ours = residuals(data, sums_at(data, fit.coefficients * data.scale)) * data.scale[:, None]
    step = 1e-5
    for person in range(0, 50, 3):
        ends = []
        for sign in (1, -1):
            weights = np.ones(50)
            weights[person] += sign * step
            ends.append(
                weighted_slope(time, kind, x, fit.coefficients, weights, events_first=events_first)
            )
        wanted = (ends[0] - ends[1]) / (2 * step)
        assert ours[:, person] == pytest.approx(wanted, abs=1e-8)


def test_the_slope_is_zero_at_the_estimate():
    time, kind, x = people()
    for events_first in (True, False):
        fit = fit_subdistribution(prepare(time, kind, x, events_first=events_first))
        slope = weighted_slope(
            time, kind, x, fit.coefficients, np.ones(80), events_first=events_first
        )
        assert np.abs(slope).max() < 1e-8
        assert fit.log_likelihood > fit.log_likelihood_null


def test_the_order_of_people_and_the_units_do_not_matter():
    time, kind, x = people()
    first = fine_gray(time, kind, x, cause=1)
    order = np.random.default_rng(1).permutation(80)
    other = fine_gray(time[order] * 7, kind[order], x[order] * [1, 1000] + [0, 5], cause=1)
    assert other["x1"].log_ratio == pytest.approx(first["x1"].log_ratio, abs=1e-9)
    assert other["x2"].log_ratio * 1000 == pytest.approx(first["x2"].log_ratio, abs=1e-9)
    assert other["x2"].p_value == pytest.approx(first["x2"].p_value, rel=1e-6)


def test_the_cause_specific_ratios_of_all_causes_come_with_it():
    time, kind, x = people()
    frame = pd.DataFrame(x, columns=["treated", "score"])
    found = fine_gray(time, kind, frame, cause="death", names=NAMES)
    assert [m.cause for m in found.cause_specific] == ["arrest", "death"]
    for k, model in enumerate(found.cause_specific, start=1):
        fit = fit_partial_likelihood(risk_sets(time, kind == k, x), ties="efron")
        assert [t.log_ratio for t in model.terms] == pytest.approx(fit.coefficients)
    said = str(found)
    assert "not how fast the event comes to those still at risk" in said
    assert said.count("hazard of arrest, ") == 2
    table = found.to_table()
    assert len(table) == 6
    assert found.warning in table.notes
    assert found.warning in found._repr_html_()
    assert found.to_dict()["terms"][0]["term"] == "treated"
    assert len(found.to_frame()) == 6
    with pytest.raises(KeyError, match="the terms: treated, score"):
        found["age"]


def test_a_competing_cause_without_an_estimate_is_said():
    time, kind, x = people()
    kind = np.where((kind == 2) & (x[:, 0] == 0), 0, kind)  # only the treated die
    found = fine_gray(time, kind, x, cause="arrest", names=NAMES | {3: "deported"})
    deaths, deported = found.cause_specific[1:]
    assert np.isnan(deaths["x1"].ratio)
    assert "the ratio of x1 has no finite estimate" in deaths.caveat
    assert deported.caveat == "no events"
    assert "not available" in str(found)
    with pytest.raises(DesignError, match="x1 for death has no finite estimate"):
        fine_gray(time, kind, x, cause="death", names=NAMES)


def test_few_events_are_said():
    time, kind, x = people(30)
    events = int((kind == 2).sum())
    assert events < 20
    found = fine_gray(time, kind, x, cause=2)
    assert found.caveat == f"{events} events for 2 covariates: read the limits as rough"


@pytest.mark.parametrize(
    ("covariates", "error", "said"),
    [
        ([[1.0], [1.0], [1.0]], DesignError, "x1 is the same for all 3 people"),
        ([[1, 2], [2, 4], [4, 8]], DesignError, "say the same thing twice"),
        ([[1.0], [np.nan], [2.0]], ValueError, r"missing or infinite values: x1 \(1\)"),
        ([[1.0], [2.0]], ValueError, "found 2 rows and 1 columns for 3 people"),
        (np.zeros((3, 1, 1)), ValueError, "must be a table"),
        (pd.DataFrame({"sex": ["f", "m", "f"]}), TypeError, "sex does not"),
        (pd.DataFrame([[1, 2], [2, 1], [0, 3]], columns=["a", "a"]), ValueError, "one name"),
    ],
)
def test_covariates_that_say_nothing_are_refused(covariates, error, said):
    with pytest.raises(error, match=said):
        fine_gray([1, 2, 3], [1, 2, 0], covariates, cause=1)


def test_what_is_no_cause_or_choice_is_refused():
    time, kind, x = people()
    with pytest.raises(DesignError, match="none of the 80 people had deported first"):
        fine_gray(time, kind, x, cause=3, names=NAMES | {3: "deported"})
    with pytest.raises(ValueError, match="events_first"):
        fine_gray(time, kind, x, cause=1, leaving="events_fist")
    frame = pd.Series(x[:, 1], name="score")
    assert fine_gray(time, kind, frame, cause=1).terms[0].term == "score"
