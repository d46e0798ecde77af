"""The partial likelihood against its definition, written out event by event."""

import numpy as np
import pytest

from dipoutcomes.survival._partial_likelihood import (
    baseline_hazard,
    fit_partial_likelihood,
    hazard_influence,
    martingale_residuals,
    redundant_columns,
    risk_sets,
    sandwich,
    schoenfeld_residuals,
    score_residuals,
)
from dipoutcomes.survival._partial_likelihood.newton import likelihood_of


def made_up(rows=60, *, late=True, strata=True, weighted=True, seed=1):
    """Return rows with ties, late entry, strata and weights."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, 2, rows), rng.normal(50, 10, rows)])
    stop = rng.integers(2, 12, rows).astype(float)
    start = np.where(rng.random(rows) < 0.4, np.floor(stop * rng.random(rows)), 0.0)
    return {
        "stop": stop,
        "event": rng.random(rows) < 0.6,
        "x": x,
        "start": start if late else None,
        "strata": rng.integers(0, 3, rows) if strata else None,
        "weights": rng.integers(1, 5, rows) / 2 if weighted else None,
    }


def by_definition(rows, beta, ties):
    """Return the log partial likelihood, one event time and one tied event after the other."""
    n = len(rows["stop"])
    start = np.full(n, -1.0) if rows["start"] is None else rows["start"]
    strata = np.zeros(n) if rows["strata"] is None else rows["strata"]
    weight = np.ones(n) if rows["weights"] is None else rows["weights"]
    eta = rows["x"] @ beta
    total = 0.0
    for stratum in np.unique(strata):
        for time in np.unique(rows["stop"][rows["event"] & (strata == stratum)]):
            at_risk = (strata == stratum) & (start < time) & (rows["stop"] >= time)
            died = at_risk & rows["event"] & (rows["stop"] == time)
            d = int(died.sum())
            total += weight[died] @ eta[died]
            for k in range(d):
                share = k / d if ties == "efron" else 0.0
                risk = weight * np.exp(eta)
                left = risk[at_risk].sum() - share * risk[died].sum()
                total -= weight[died].mean() * np.log(left)
    return total


def gradient(function, place, size=1e-5):
    """Return central differences."""
    steps = np.eye(len(place)) * size
    return np.array([(function(place + s) - function(place - s)) / (2 * size) for s in steps])


KINDS = [
    {"late": late, "strata": strata, "weighted": weighted}
    for late in (False, True)
    for strata in (False, True)
    for weighted in (False, True)
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_likelihood_slope_and_information_follow_the_definition(ties, kind):
    rows = made_up(**kind)
    sets = risk_sets(**rows)
    at, place = likelihood_of(sets, ties), np.array([0.4, -0.02])
    value, slope, information = at(place * sets.scale)

    def definition(beta):
        return by_definition(rows, beta, ties)

    def slope_at(beta):
        return at(beta * sets.scale)[1] * sets.scale

    zero = np.zeros(2)
    assert value - at(zero)[0] == pytest.approx(definition(place) - definition(zero), abs=1e-9)
    assert slope * sets.scale == pytest.approx(gradient(definition, place), rel=1e-5, abs=1e-6)
    expected = -gradient(slope_at, place)
    assert information * np.outer(sets.scale, sets.scale) == pytest.approx(expected, rel=1e-6)


def test_exact_ties_compare_with_every_subset():
    from itertools import combinations

    rows = made_up(14, late=True, strata=False, weighted=False, seed=3)
    place = np.array([0.4, -0.02])
    eta = rows["x"] @ place
    expected = 0.0
    for time in np.unique(rows["stop"][rows["event"]]):
        at_risk = np.flatnonzero((rows["start"] < time) & (rows["stop"] >= time))
        died = rows["event"] & (rows["stop"] == time)
        subsets = combinations(at_risk, int(died.sum()))
        expected += eta[died].sum() - np.log(sum(np.exp(eta[list(s)].sum()) for s in subsets))
    sets = risk_sets(**rows)
    assert likelihood_of(sets, "exact")(place * sets.scale)[0] == pytest.approx(expected, abs=1e-10)


def test_exact_slope_and_information_are_derivatives():
    sets = risk_sets(**made_up(40, late=True, strata=True, weighted=False, seed=5))
    at, place = likelihood_of(sets, "exact"), np.array([0.3, -0.2])
    _, slope, information = at(place)
    assert slope == pytest.approx(gradient(lambda b: at(b)[0], place), rel=1e-6)
    assert information == pytest.approx(-gradient(lambda b: at(b)[1], place), rel=1e-6)


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_the_score_is_zero_at_the_estimate(ties):
    sets = risk_sets(**made_up(200, weighted=ties != "exact"))
    fit = fit_partial_likelihood(sets, ties=ties)
    assert fit.converged
    slope = likelihood_of(sets, ties)(fit.standardised)[1]
    assert np.abs(slope).max() < 1e-9


def test_without_ties_the_three_rules_are_one():
    rows = made_up(80, weighted=False)
    rows["stop"] = rows["stop"] + np.arange(80) / 1000
    fits = [
        fit_partial_likelihood(risk_sets(**rows), ties=t) for t in ("efron", "breslow", "exact")
    ]
    for fit in fits[1:]:
        assert fit.coefficients == pytest.approx(fits[0].coefficients, rel=1e-9)
        assert fit.covariance == pytest.approx(fits[0].covariance, rel=1e-9)
        assert fit.log_likelihood == pytest.approx(fits[0].log_likelihood, abs=1e-9)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_weighted_score_residuals_add_up_to_the_score_and_give_the_jackknife(ties, kind):
    rows = made_up(120, **kind, seed=2)
    sets = risk_sets(**rows)
    fit = fit_partial_likelihood(sets, ties=ties)
    weights = np.ones(120) if rows["weights"] is None else rows["weights"]
    residuals = score_residuals(sets, fit)
    assert np.abs(weights @ residuals).max() < 1e-7
    # A little more weight on one row moves the estimate by its influence.
    for row in (3, 17, 64, 99):
        moved = dict(rows, weights=weights + 1e-5 * (np.arange(120) == row))
        change = fit_partial_likelihood(risk_sets(**moved), ties=ties).coefficients
        influence = residuals[row] @ fit.covariance
        assert (change - fit.coefficients) / 1e-5 == pytest.approx(influence, rel=2e-3, abs=1e-7)


def test_copies_by_weight_are_copies_by_row_with_breslow():
    rows = made_up(60, weighted=True, seed=7)
    copies = np.repeat(np.arange(60), (2 * rows["weights"]).astype(int))
    twice = {k: v[copies] for k, v in rows.items() if k != "weights"}
    one = fit_partial_likelihood(
        risk_sets(**(rows | {"weights": 2 * rows["weights"]})), ties="breslow"
    )
    other = fit_partial_likelihood(risk_sets(**twice), ties="breslow")
    assert one.coefficients == pytest.approx(other.coefficients, rel=1e-10)
    assert one.covariance == pytest.approx(other.covariance, rel=1e-10)


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_splitting_a_row_changes_nothing(ties):
    rows = made_up(100, weighted=ties != "exact", seed=4)
    cut = np.where(np.arange(100) % 2, (rows["start"] + rows["stop"]) / 2, np.nan)
    split = ~np.isnan(cut)
    person = np.concatenate([np.arange(100), np.flatnonzero(split)])
    halves = {k: None if v is None else v[person] for k, v in rows.items()}
    halves["stop"] = np.concatenate([np.where(split, cut, rows["stop"]), rows["stop"][split]])
    halves["event"] = np.concatenate([rows["event"] & ~split, rows["event"][split]])
    halves["start"] = np.concatenate([rows["start"], cut[split]])
    one, two = risk_sets(**rows), risk_sets(**halves)
    whole, parts = fit_partial_likelihood(one, ties=ties), fit_partial_likelihood(two, ties=ties)
    assert parts.coefficients == pytest.approx(whole.coefficients, rel=1e-9)
    assert parts.covariance == pytest.approx(whole.covariance, rel=1e-9)
    if ties != "exact":
        by_row = sandwich(one, whole, weights=rows["weights"])
        by_person = sandwich(two, parts, weights=halves["weights"], clusters=person)
        assert by_person == pytest.approx(by_row, rel=1e-9)


def test_martingale_residuals_add_up_to_nothing_in_each_stratum():
    rows = made_up(100, seed=6)
    sets = risk_sets(**rows)
    left = martingale_residuals(sets, fit_partial_likelihood(sets)) * rows["weights"]
    assert np.bincount(rows["strata"], left) == pytest.approx(0, abs=1e-9)


def test_schoenfeld_residuals_add_up_to_the_score():
    rows = made_up(100, weighted=False, seed=8)
    sets = risk_sets(**rows)
    found = schoenfeld_residuals(sets, fit_partial_likelihood(sets))
    assert len(found.row) == rows["event"].sum()
    assert np.array_equal(found.time, rows["stop"][found.row])
    assert found.residual.sum(axis=0) == pytest.approx(0, abs=1e-8)


def test_baseline_without_covariates_effects_is_nelson_aalen():
    stop, event = np.array([1.0, 2, 2, 3, 4]), np.array([1, 1, 0, 1, 0], bool)
    x = np.array([[1.0], [-1], [1], [-1], [1]])
    sets = risk_sets(stop, event, x)
    fit = fit_partial_likelihood(sets, ties="breslow")
    at = float(np.log(1.0))
    by_hand = []
    risk = np.exp(x[:, 0] * fit.coefficients[0])
    total = 0.0
    for time in (1, 2, 3):
        total += 1 / risk[stop >= time].sum()
        by_hand.append(total)
    found = baseline_hazard(sets, fit, np.array([at]))
    assert found.cumulative == pytest.approx(by_hand)
    assert (found.variance > 0).all()


def test_columns_that_say_nothing_new_are_named():
    rows = made_up(60, strata=True, weighted=False)
    x = rows["x"]
    rows["x"] = np.column_stack([x, x @ [1, 2], np.ones(60), rows["strata"]])
    assert redundant_columns(risk_sets(**rows)) == [2, 3, 4]


def test_a_group_without_events_is_runaway():
    sets = risk_sets([1, 2, 3, 4, 5, 6], [1, 0, 1, 0, 1, 0], [[1], [0], [1], [0], [1], [0]])
    fit = fit_partial_likelihood(sets)
    assert not fit.converged
    assert fit.runaway.all()
    assert np.isnan(fit.covariance).all()


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("kind", KINDS[::3], ids=str)
def test_influence_on_the_hazard_is_what_a_little_weight_does(ties, kind):
    rows = made_up(90, **kind, seed=12)
    weights = np.ones(90) if rows["weights"] is None else rows["weights"]
    at = np.array([1.0, 45.0])

    def hazard(change):
        sets = risk_sets(**(rows | {"weights": weights + change}))
        fit = fit_partial_likelihood(sets, ties=ties)
        return sets, fit, baseline_hazard(sets, fit, at)

    sets, fit, _ = hazard(0.0)
    place = sets.event_times // 2
    influence = hazard_influence(sets, fit, at, place, score_residuals(sets, fit))
    for row in (2, 30, 61, 88):
        little = 1e-5 * (np.arange(90) == row)
        up, down = (hazard(sign * little)[2].cumulative[place] for sign in (1, -1))
        assert (up - down) / 2e-5 == pytest.approx(influence[row], rel=1e-4, abs=1e-7)


def test_variance_of_the_hazard_by_hand():
    # One group of 4, no covariate to speak of: Breslow's variance is the sum of d / n squared.
    stop, event = np.array([1.0, 2, 3, 4] * 2), np.array([1, 1, 0, 1] * 2, bool)
    x = np.repeat([[0.0], [1.0]], 4, axis=0)
    sets = risk_sets(stop, event, x)
    fit = fit_partial_likelihood(sets, ties="breslow")
    assert fit.coefficients == pytest.approx([0], abs=1e-12)
    middle = baseline_hazard(sets, fit, np.array([0.5]))  # where the coefficient adds nothing
    assert middle.cumulative == pytest.approx(np.cumsum([2 / 8, 2 / 6, 2 / 2]))
    assert middle.variance == pytest.approx(np.cumsum([2 / 64, 2 / 36, 2 / 4]))
    edge = baseline_hazard(sets, fit, np.array([0.0]))
    moved = (0.5 * middle.cumulative) ** 2 * fit.covariance[0, 0]
    assert edge.variance == pytest.approx(middle.variance + moved)
