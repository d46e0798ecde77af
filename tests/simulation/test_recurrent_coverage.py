"""Repeated events in the long run: people who differ, custody, deaths, against a known truth."""

import numpy as np
import pytest
from scipy.special import ndtri

from dipoutcomes.survival.recurrent import (
    build_histories,
    gamma_frailty_model,
    mean_cumulative_function,
    mean_cumulative_function_with_death,
    recurrent_event_model,
    recurrent_event_test,
)

YEAR = 365
MEAN = 1.5  # events a year at liberty


def offences(rng, rates, days):
    """Return people and days of events at *rates* a year over *days*."""
    who = np.repeat(np.arange(len(rates)), rng.poisson(rates * days / YEAR))
    return who, rng.integers(0, days, len(who))


def spells(rng, n, share):
    """Return custody for a *share* of people, of 30 to 300 days, whatever their offending."""
    held = np.flatnonzero(rng.random(n) < share)
    start = rng.integers(0, 500, len(held))
    return held, start, start + rng.integers(30, 300, len(held))


def cohort(rng, n, *, shape=1.0, custody=0.3, same_day="each", removed=True):
    """Return histories of people with gamma rates; nobody offends in custody."""
    rates = rng.gamma(shape, MEAN / shape, n)
    who, day = offences(rng, rates, 1_000)
    held, start, end = spells(rng, n, custody)
    first, last = np.full(n, 2_000), np.full(n, 2_000)
    first[held], last[held] = start, end
    free = (day < first[who]) | (day >= last[who])
    inside = {"custody_person": held, "custody_start": start, "custody_end": end}
    return build_histories(
        np.zeros(n, int), rng.integers(400, 900, n), event_person=who[free], event_day=day[free],
        same_day=same_day, **(inside if removed else {}),
    )  # fmt: skip


def held_by(mean, truth, at=YEAR):
    """Return whether the limits hold the truth, and whether Poisson ones on the log scale do."""
    step = mean.step_at(at)
    value, poisson = mean.curve.value[step], mean.poisson_std_error[step]
    near = abs(np.log(value / truth)) <= ndtri(0.975) * poisson / value if value else False
    return mean.curve.low[step] <= truth <= mean.curve.high[step], near, value


def coverage(n, runs, *, limits="log_t", seed=1, **options):
    rng = np.random.default_rng([n, seed])
    return np.array(
        [held_by(mean_cumulative_function(cohort(rng, n, **options), limits=limits), MEAN)
         for _ in range(runs)]
    ).T  # fmt: skip


def margin(share, runs):
    return 4 * np.sqrt(share * (1 - share) / runs)


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "runs", "shape"), [(28, 400, 1.0), (28, 400, 0.5), (200, 300, 1.0)])
def test_robust_limits_hold_the_truth_and_poisson_limits_do_not(n, runs, shape):
    held, poisson, value = coverage(n, runs, shape=shape)
    assert held.mean() == pytest.approx(0.95, abs=margin(0.95, runs))
    assert poisson.mean() < 0.87  # and no better for more people
    assert value.mean() == pytest.approx(MEAN, abs=4 * value.std() / np.sqrt(runs))


@pytest.mark.simulation
def test_custody_ignored_understates_and_removed_does_not():
    runs = 150
    _, _, removed = coverage(200, runs, custody=0.9, seed=2)
    held, _, ignored = coverage(200, runs, custody=0.9, seed=2, removed=False)
    assert removed.mean() == pytest.approx(MEAN, abs=4 * removed.std() / np.sqrt(runs))
    assert ignored.mean() < 0.85 * MEAN
    assert held.mean() < 0.6


@pytest.mark.simulation
def test_custody_that_follows_offending_leaves_the_less_active_at_risk():
    # Every offence leads to custody for 120 days with probability one half: what removal cannot
    # mend, and the docstring says so. It is still nearer than custody ignored.
    rng = np.random.default_rng(17)
    n, found = 4_000, {}
    rates = rng.gamma(1.0, MEAN, n)
    who, day = offences(rng, rates, 500)
    order = np.lexsort((day, who))
    who, day = who[order], day[order]
    out = np.zeros(n, int)
    kept, taken = [], []
    for person, when in zip(who, day, strict=True):
        if when < out[person]:
            continue
        kept.append((person, when))
        if rng.random() < 0.5:
            out[person] = when + 120
            taken.append((person, when, when + 120))
    events, custody = np.array(kept).T, np.array(taken).T
    for removed in (True, False):
        inside = dict(zip(("custody_person", "custody_start", "custody_end"), custody, strict=True))
        histories = build_histories(
            np.zeros(n, int), np.full(n, 500), event_person=events[0], event_day=events[1],
            **(inside if removed else {}),
        )  # fmt: skip
        mean = mean_cumulative_function(histories)
        found[removed] = mean.curve.value[mean.step_at(YEAR)]
    assert found[False] < found[True] < 0.97 * MEAN


def rejections(n, runs, seed, test):
    rng = np.random.default_rng([n, seed])
    group = np.arange(n) % 2
    return np.mean([test(cohort(rng, n, same_day="one"), group) for _ in range(runs)])


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "runs"), [(28, 250), (200, 250)])
def test_the_robust_test_keeps_its_size(n, runs):
    share = rejections(n, runs, 3, lambda h, g: recurrent_event_test(h, g).p_value < 0.05)
    assert share == pytest.approx(0.05, abs=margin(0.05, runs))


@pytest.mark.simulation
@pytest.mark.parametrize(("variance", "n", "low", "high"), [
    ("robust", 200, 0.0, 0.11), ("robust", 28, 0.03, 0.15), ("model", 200, 0.18, 0.43),
])  # fmt: skip
def test_proportional_means_keep_their_size_and_independent_events_do_not(variance, n, low, high):
    def rejected(histories, group):
        fit = recurrent_event_model(histories, {"group": group}, variance=variance)
        return fit["group"].p_value < 0.05

    assert low <= rejections(n, 200, 4, rejected) <= high


@pytest.mark.simulation
def test_the_ratio_of_mean_functions_is_recovered():
    rng = np.random.default_rng(5)
    runs, n, truth = 120, 200, 0.6
    group = np.arange(n) % 2
    found = []
    for _ in range(runs):
        rates = rng.gamma(1.0, MEAN, n) * truth**group
        who, day = offences(rng, rates, 700)
        histories = build_histories(
            np.zeros(n, int), rng.integers(300, 700, n), event_person=who, event_day=day,
            same_day="one",
        )  # fmt: skip
        term = recurrent_event_model(histories, {"treated": group})["treated"]
        frailty = gamma_frailty_model(histories, {"treated": group})["treated"]
        found.append((term.log_ratio, truth in term.interval,
                      frailty.log_ratio, truth in frailty.interval))  # fmt: skip
    log_ratio, held, log_frailty, held_frailty = np.array(found).T
    for values, inside in ((log_ratio, held), (log_frailty, held_frailty)):
        assert values.mean() == pytest.approx(np.log(truth), abs=4 * values.std() / np.sqrt(runs))
        assert inside.mean() == pytest.approx(0.95, abs=margin(0.95, runs))


def mortal(rng, n):
    """Return histories and deaths where those who offend more also die more."""
    frailty = rng.gamma(1.0, 1.0, n)
    who, day = offences(rng, MEAN * frailty, 1_000)
    death = np.floor(rng.exponential(YEAR / (0.4 * np.maximum(frailty, 1e-6)))).clip(max=10**6)
    last = rng.integers(400, 900, n)
    end = np.minimum(death.astype(int) + 1, last)
    histories = build_histories(np.zeros(n, int), end, event_person=who, event_day=day)
    return histories, death < last


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "runs"), [(28, 300), (200, 200)])
def test_with_death_the_limits_hold_the_mean_of_those_who_may_die(n, runs):
    # The mean of rate x survival over the year; the transform of the exponential is 1 / (1 + t).
    truth = MEAN / 0.4 * (1 - 1 / (1 + 0.4))
    rng = np.random.default_rng([n, 6])
    found, plain = [], []
    for _ in range(runs):
        histories, died = mortal(rng, n)
        found.append(held_by(mean_cumulative_function_with_death(histories, died), truth))
        mean = mean_cumulative_function(histories)
        plain.append(mean.curve.value[mean.step_at(YEAR)])
    held, _, value = np.array(found).T
    assert held.mean() == pytest.approx(0.95, abs=margin(0.95, runs) + 0.005)
    assert value.mean() == pytest.approx(truth, abs=4 * value.std() / np.sqrt(runs) + 0.002)
    assert np.mean(plain) > 1.1 * truth  # the dead taken for people who left


@pytest.mark.validation
@pytest.mark.parametrize("n", [28, 200])
def test_limits_with_death_in_the_long_run(n):
    truth = MEAN / 0.4 * (1 - 1 / (1 + 0.4))
    rng = np.random.default_rng([n, 7])
    found = [held_by(mean_cumulative_function_with_death(*mortal(rng, n)), truth)
             for _ in range(4_000)]  # fmt: skip
    held, _, _ = np.array(found).T
    assert held.mean() == pytest.approx(0.95, abs=margin(0.95, 4_000))


@pytest.mark.validation
@pytest.mark.parametrize("n", [28, 200])
@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0])
def test_the_figures_of_the_docstring(n, shape):
    runs = 4_000
    held, poisson, _ = coverage(n, runs, shape=shape, custody=0.0)
    usual, _, _ = coverage(n, runs, shape=shape, custody=0.0, limits="log")
    plain, _, _ = coverage(n, runs, shape=shape, custody=0.0, limits="plain")
    assert 0.94 - margin(0.95, runs) < held.mean() < 0.965
    assert usual.mean() < held.mean()
    assert plain.mean() < usual.mean() + margin(0.95, runs)
    assert poisson.mean() < 0.88
