"""People of the operating characteristics, and the exact distributions of their counts."""

from math import inf

import numpy as np
import pytest
from scipy import stats

from dipoutcomes.errors import DesignError
from dipoutcomes.payment.operating_characteristics import _counts, _sides
from dipoutcomes.payment.operating_characteristics.normal import normal_payment_chance
from dipoutcomes.payment.operating_characteristics.people import PeopleModel
from dipoutcomes.payment.operating_characteristics.scenario import Scenario

PEOPLE = PeopleModel.from_sd(1.55, 2.3)


def test_moments_share_and_frequency_agree_with_scipy():
    k = PEOPLE.gamma_shape
    witness = stats.nbinom(k, k / (k + PEOPLE.events_per_person))
    assert PEOPLE.sd == pytest.approx(witness.std())
    assert PEOPLE.share == pytest.approx(1 - witness.pmf(0))
    assert PEOPLE.events_per_reoffender == pytest.approx(witness.mean() / (1 - witness.pmf(0)))
    alike = PeopleModel(events_per_person=1.5, gamma_shape=inf)
    assert alike.share == pytest.approx(1 - np.exp(-1.5))


@pytest.mark.parametrize("name", ["share", "events_per_person", "events_per_reoffender"])
@pytest.mark.parametrize("shape", [0.3, 1.0, 5.0, inf])
def test_a_measure_asked_for_is_the_measure_had(name, shape):
    people = PeopleModel(events_per_person=1.2, gamma_shape=shape)
    wanted = 0.9 * people.measure(name)
    moved = people.with_measure(name, wanted)
    assert moved.measure(name) == pytest.approx(wanted, rel=1e-9)
    assert moved.gamma_shape == shape


@pytest.mark.parametrize(
    ("name", "value"), [("share", 0.0), ("events_per_person", -0.1), ("events_per_reoffender", 1.0)]
)
def test_an_impossible_effect_says_so(name, value):
    with pytest.raises(DesignError, match="smaller effect"):
        PEOPLE.with_measure(name, value)


def test_a_spread_below_chance_is_refused():
    with pytest.raises(ValueError, match="chance alone"):
        PeopleModel.from_sd(1.55, 1.0)


def test_who_stays_after_the_hardest_go_is_what_a_draw_of_people_gives():
    rng = np.random.default_rng(5)
    k, m = PEOPLE.gamma_shape, PEOPLE.events_per_person
    rate = rng.gamma(k, m / k, 2_000_000)
    # The chance of staying exp(-a r) with a so that a fifth go: E exp(-a r) = (1 + a m/k)**-k.
    a = (0.8 ** (-1 / k) - 1) / (m / k)
    stays = rng.random(len(rate)) < np.exp(-a * rate)
    assert stays.mean() == pytest.approx(0.8, abs=0.002)
    kept = PEOPLE.without_the_hardest(0.2)
    assert rate[stays].mean() == pytest.approx(kept.events_per_person, rel=0.01)
    assert rate[stays].var() == pytest.approx(kept.events_per_person**2 / k, rel=0.02)


@pytest.mark.parametrize("n", [1, 28, 100, 1000])
def test_the_events_of_a_cohort_are_one_negative_binomial(n):
    counts = _sides.Side.plain(n, PEOPLE).exactly("events")
    k = PEOPLE.gamma_shape * n
    witness = stats.nbinom(k, k / (k + n * PEOPLE.events_per_person))
    assert counts.chance == pytest.approx(witness.pmf(counts.values), rel=1e-7, abs=1e-15)
    assert counts.mean == pytest.approx(n * PEOPLE.events_per_person, rel=1e-7)


@pytest.mark.parametrize("n", [1, 7, 100])
def test_sums_by_fourier_transform_are_the_closed_form(n):
    closed = _counts.negative_binomial(n * PEOPLE.events_per_person, n * PEOPLE.gamma_shape)
    folded = _counts.of_sum(_counts.of_person(PEOPLE), n)
    stop = max(int(closed.values[-1]), int(folded.values[-1]))
    assert folded.on(0, stop) == pytest.approx(closed.on(0, stop), abs=1e-9)


def test_reoffenders_are_binomial():
    counts = _sides.Side.plain(60, PEOPLE).exactly("reoffenders")
    assert counts.chance == pytest.approx(
        stats.binom(60, PEOPLE.share).pmf(counts.values), abs=1e-9
    )


def test_the_highest_of_years_is_the_maximum():
    rng = np.random.default_rng(3)
    side = _sides.Side.plain(50, PEOPLE)
    worst = _counts.highest_of(side.exactly("reoffenders"), 5)
    seen = rng.binomial(50, PEOPLE.share, (200_000, 5)).max(axis=1)
    assert worst.mean == pytest.approx(seen.mean(), abs=0.03)


def test_drawn_counts_have_the_exact_distributions():
    rng = np.random.default_rng(11)
    side = _sides.Side.plain(28, PEOPLE)
    totals = _sides.draw(side, 200_000, frozenset({"events"}), rng=rng).events
    both = _sides.draw(side, 200_000, frozenset({"events", "reoffenders"}), rng=rng)
    exact = side.exactly("events")
    for drawn in (totals, both.events):
        assert drawn.mean() == pytest.approx(exact.mean, rel=0.005)
        below = (drawn <= 35).mean()
        assert below == pytest.approx(exact.on(0, 600)[:36].sum(), abs=0.005)
    assert both.reoffenders.mean() == pytest.approx(28 * PEOPLE.share, rel=0.005)
    # Squares carry the spread between people: n (var + mean**2).
    assert both.squares.mean() == pytest.approx(28 * (2.3**2 + 1.55**2), rel=0.01)


def test_cases_closed_early_are_those_with_early_events():
    scenario = Scenario(name="closed", closed_early=0.5, closed_within=0.25)
    rng = np.random.default_rng(2)
    k, m = PEOPLE.gamma_shape, PEOPLE.events_per_person
    rate = rng.gamma(k, m / k, 1_000_000)
    early, late = rng.poisson(rate * 0.25), rng.poisson(rate * 0.75)
    kept = (early == 0) | (rng.random(len(rate)) < 0.5)
    person, share = _sides.closed_early(PEOPLE, scenario)
    assert share == pytest.approx(kept.mean(), abs=0.002)
    assert person @ np.arange(len(person)) == pytest.approx((early + late)[kept].mean(), rel=0.01)
    assert 1 - person[0] == pytest.approx(((early + late)[kept] > 0).mean(), abs=0.002)


def test_normal_theory_falls_with_size_below_the_bar_and_is_a_half_at_it():
    options = {"events_per_person": 1.55, "sd": 2.3}
    none = [normal_payment_chance(n, 0, 0.1, **options) for n in (28, 100, 1000)]
    assert none == sorted(none, reverse=True)
    assert normal_payment_chance(28, 0.1, 0.1, **options) == 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"baseline_years": 0}, {"dropouts": 1.0}, {"closed_early": 1.2}, {"year_sd": 0.3},
        {"drift": -1.0}, {"entry": "by lot"}, {"matching_sees": -0.1},
    ],
)  # fmt: skip
def test_a_scenario_out_of_range_is_refused(wrong):
    with pytest.raises((ValueError, TypeError)):
        Scenario(**wrong)


def test_a_scenario_says_only_what_it_changes():
    assert Scenario().assumptions() == ()
    assert "+0.03" in Scenario(drift=0.03).assumptions()[0]
