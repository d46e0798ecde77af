"""Exact chances against simulated cohorts, people one by one, and made-up careers."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from dipoutcomes.payment.operating_characteristics import (
    PeopleModel,
    Scenario,
    characteristics_from_people,
    operating_characteristics,
)
from dipoutcomes.simulate import CareerModel, simulate_population

pytestmark = pytest.mark.simulation

_spec = importlib.util.spec_from_file_location(
    "payment_designs", Path(__file__).parents[1] / "unit" / "payment" / "payment_designs.py"
)
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)

COHORTS = 100_000
OLD = {"baseline": 'kind = "historical_cohort"', "baseline_people": 300}
DESIGNS = {
    "a share, fixed": made.share_design(60, more=made.ONE_SUM),
    "a share, counted": made.share_design(60, more=made.ONE_SUM, **OLD),
    "a share, worst of years": made.share_design(
        60, more=made.ONE_SUM, scenario=Scenario(baseline_years=5, year_sd=0.05), **OLD
    ),
    "a share, closed early": made.share_design(
        60, more=made.ONE_SUM, scenario=Scenario(closed_early=0.5), **OLD
    ),
    "events, matched": made.frequency_design(60, more=made.TIERED),
    "events, worst of years": made.frequency_design(
        60, more=made.TIERED, scenario=Scenario(baseline_years=3, year_sd=0.05), **OLD
    ),
    "events, closed early": made.frequency_design(
        60, more=made.TIERED, scenario=Scenario(closed_early=0.5)
    ),
    "events, choice": made.frequency_design(
        60, more=made.TIERED, scenario=Scenario(hardest_not_started=0.2, matching_sees=0.5)
    ),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_simulated_cohorts_agree_with_the_exact_chances(name):
    design = DESIGNS[name]
    effects = [0.0, 0.10]
    exact = operating_characteristics(design.replace(method="exact"), effects)
    drawn = operating_characteristics(
        design.replace(method="simulated", simulated_cohorts=COHORTS),
        effects,
        rng=np.random.default_rng(20140818),
    )
    for known, seen in zip(exact.rows, drawn.rows, strict=True):
        assert seen.chance_error > 0
        assert known.chance_paid == pytest.approx(seen.chance_paid, abs=4.5 * seen.chance_error)
        assert known.expected_payment == pytest.approx(
            seen.expected_payment, abs=4.5 * seen.payment_error + 1e-9
        )


def one_by_one(n, effect, level_z, cohorts, rng):
    """Return the share of cohorts, person by person, that a significance rule pays."""
    k, m = made.PEOPLE.gamma_shape, made.PEOPLE.events_per_person
    treated = rng.poisson(rng.gamma(k, m * (1 - effect) / k, (cohorts, n)))
    matched = rng.poisson(rng.gamma(k, m / k, (cohorts, 10 * n)))
    gap = matched.mean(axis=1) - treated.mean(axis=1)
    error = np.sqrt(treated.var(axis=1, ddof=1) / n + matched.var(axis=1, ddof=1) / (10 * n))
    return np.mean((gap >= level_z * error) & (gap > 0))


def test_a_rule_on_the_spread_between_people_is_that_of_people_drawn_one_by_one():
    design = made.frequency_design(40, bar="0.0", more="significant_at = 0.95")
    rng = np.random.default_rng(7)
    for effect in (0.0, 0.5):
        found = operating_characteristics(design, [effect], rng=rng).rows[0]
        plain = one_by_one(40, effect, 1.959964, 10_000, rng)
        error = np.sqrt(plain * (1 - plain) / 10_000 + found.chance_error**2)
        assert found.chance_paid == pytest.approx(plain, abs=4 * error)


def test_events_per_reoffender_are_those_of_people_drawn_one_by_one():
    design = made.published("transforming-rehabilitation-2015", n=80, baseline_people=500)
    design = design.replace(terms=("fewer_offences",))
    found = operating_characteristics(design, [0.1], rng=np.random.default_rng(3)).rows[0]
    # The effect is one on offences per reoffender; the share falls with the same rates.
    after = made.PEOPLE.with_measure(
        "events_per_reoffender", 0.9 * made.PEOPLE.events_per_reoffender
    )
    rng, cohorts = np.random.default_rng(4), 20_000
    counts = [
        rng.poisson(rng.gamma(p.gamma_shape, p.events_per_person / p.gamma_shape, (cohorts, size)))
        for p, size in ((after, 80), (made.PEOPLE, 500))
    ]
    share = [(c > 0).mean(axis=1) for c in counts]
    each = [c.sum(axis=1) / (c > 0).sum(axis=1) for c in counts]
    plain = np.mean((share[0] <= share[1] + 1e-12) & (each[0] < each[1] - 1e-12))
    assert found.chance_paid == pytest.approx(plain, abs=4 * np.sqrt(0.25 / cohorts))


@pytest.mark.parametrize(
    ("entry", "index"), [("unselected", False), ("offence", False), ("offence", True)]
)
@pytest.mark.parametrize("kind", ["frequency_per_person", "binary"])
def test_their_own_past_is_that_of_people_drawn_one_by_one(kind, entry, index):
    scenario = Scenario(entry=entry, index_in_baseline=index)
    options = {"baseline": 'kind = "own_past"', "scenario": scenario}
    if kind == "binary":
        design = made.share_design(50, **options).replace(people=made.PEOPLE)
    else:
        design = made.frequency_design(50, **options)
    found = operating_characteristics(design, [0.0], rng=np.random.default_rng(5)).rows[0]
    rng, cohorts = np.random.default_rng(6), 40_000
    k, m = made.PEOPLE.gamma_shape, made.PEOPLE.events_per_person
    shape = k + (entry == "offence")  # those who offend more come more: weighted by the rate
    rate = rng.gamma(shape, m / k, (cohorts, 50))
    before, after = rng.poisson(rate) + index, rng.poisson(rate)
    if kind == "binary":
        plain = np.mean((before > 0).mean(axis=1) - (after > 0).mean(axis=1) >= 0.05 - 1e-12)
    else:
        plain = np.mean(1 - after.sum(axis=1) / before.sum(axis=1) >= 0.10 - 1e-12)
    assert found.chance_paid == pytest.approx(plain, abs=4.5 * np.sqrt(0.25 / cohorts + 2.5e-6))


def test_careers_with_bursts_and_quiet_spells_are_near_the_gamma_model_of_their_spread():
    careers = simulate_population(
        CareerModel(
            offending={
                "offences_per_year": 1.6, "gamma_shape": 0.7, "follow_on_offences": 0.3,
                "share_of_time_active": 0.7,
            }
        ),
        30_000, seed=20, days_before=0, days_after=366,
    )  # fmt: skip
    start = careers.reference_day
    events = careers.count(start, start + 365, counted="offence")
    people = PeopleModel.from_counts(events)
    design = made.frequency_design(100, people=people)
    real = characteristics_from_people(design, events, events, effect=0.0)
    model = operating_characteristics(design, [0.0]).rows[0]
    # Not the same distribution: the same mean and spread, which is what a total feels.
    assert real.chance_paid == pytest.approx(model.chance_paid, abs=0.02)
    poisson = PeopleModel(events_per_person=people.events_per_person, gamma_shape=float("inf"))
    alike = operating_characteristics(design.replace(people=poisson), [0.0]).rows[0]
    assert real.chance_paid > alike.chance_paid + 0.05
