"""Tens of thousands of made-up people have what the model asked for, to Monte Carlo error."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import nbinom

from dipoutcomes.simulate import CareerModel, Slots, simulate_careers, simulate_population
from dipoutcomes.simulate._calendar import DAYS_PER_YEAR, NO_DAY

pytestmark = pytest.mark.simulation

PEOPLE = 20_000
YEAR = 365 / DAYS_PER_YEAR


def model(rate=1.5, k=0.7, **sections):
    offending = {"offences_per_year": rate, "gamma_shape": k} | sections.pop("offending", {})
    return CareerModel.model_validate({"offending": offending} | sections)


def near(values, expected, errors=4.0):
    """Whether the mean is the expected one, to four standard errors of its own."""
    values = np.asarray(values, dtype=float)
    error = values.std() / np.sqrt(len(values))
    assert values.mean() == pytest.approx(expected, abs=errors * error)


def ratio_near(after, before, expected, errors=4.0):
    """Whether a ratio of two totals over the same people is the expected one."""
    after, before = np.asarray(after, dtype=float), np.asarray(before, dtype=float)
    ratio = after.sum() / before.sum()
    error = np.std(after - ratio * before) / before.mean() / np.sqrt(len(after))
    assert ratio == pytest.approx(expected, abs=errors * error)
    return error


def around(careers, before=365, after=365):
    """Arrests in the days before the entry and in those after it, the index arrest left out."""
    day = careers.entry_day.astype(np.int64)
    return careers.count(day - before, day), careers.count(day + 1, day + 1 + after)


SPREADS = {
    "gamma": ({"differ": "gamma", "gamma_shape": 0.7}, 1 + 1 / 0.7),
    "log_normal": ({"differ": "log_normal", "log_sd": 0.8}, np.exp(0.8**2)),
    "two_class": (
        {"differ": "two_class", "share_frequent": 0.2, "frequent_over_others": 8},
        (0.2 * 64 + 0.8) / (0.2 * 8 + 0.8) ** 2,
    ),
    "none": ({"differ": "none"}, 1.0),
    "never": ({"differ": "gamma", "gamma_shape": 1.4, "share_never": 0.3}, (1 + 1 / 1.4) / 0.7),
}


@pytest.mark.parametrize("name", SPREADS)
def test_the_population_and_those_reached_through_an_arrest_have_the_rates_of_theory(name):
    offending, second_over_square = SPREADS[name]
    chosen = model(offending=offending)
    people = simulate_population(chosen, PEOPLE, seed=2)
    near(people.rate_per_year, 1.5)
    near(people.rate_per_year**2, 1.5**2 * second_over_square)
    day = people.reference_day
    near(people.count(day - 365, day), 1.5 * YEAR)
    # Size bias: the mean among entrants is the mean square over the mean.
    entrants = simulate_careers(chosen, PEOPLE, seed=3)
    near(entrants.rate_per_year, 1.5 * second_over_square)


def test_counts_of_the_unselected_are_negative_binomial():
    people = simulate_population(model(), 60_000, seed=4)
    counts = people.count(people.reference_day, people.reference_day + 365)
    mean, k = 1.5 * YEAR, 0.7
    for n in range(8):
        expected = nbinom.pmf(n, k, k / (k + mean))
        near(counts == n, expected)


#: All that may shape a record before treatment has begun.
RICH = model(
    rate=4.0,
    k=0.8,
    offending={
        "follow_on_offences": 0.35, "mean_days_to_follow_on": 10, "share_of_time_active": 0.6,
        "mean_days_inactive": 120, "age_decline_per_year": 0.04,
    },
    detection={"share_arrested": 0.7, "share_charged": 0.8, "share_convicted": 0.9},
    custody={
        "share_sentenced": 0.5, "mean_days_sentence": 120, "share_remanded": 0.2,
        "share_recalled": 0.3,
    },
)  # fmt: skip


def test_entrants_are_the_people_of_arrests_picked_at_random_custody_bursts_and_all():
    # The definition itself: everybody's careers, then all arrests of one month, each an entrant.
    # Picked arrests must not be ones that lead inside, as that of an entrant does not.
    everybody = simulate_population(RICH, 60_000, seed=5, days_after=400)
    reference = int(everybody.reference_day[0])
    picked = np.flatnonzero(
        everybody.arrested & (everybody.day >= reference - 15) & (everybody.day < reference + 15)
    )
    entrants = simulate_careers(RICH, PEOPLE, seed=6, days_after=400)
    who, day = everybody.person[picked], everybody.day[picked]
    span = 10_000
    key = everybody.person[everybody.arrested] * np.int64(span) + everybody.day[everybody.arrested]
    key -= int(everybody.opens.min())
    own = who * np.int64(span) + day - int(everybody.opens.min())

    def theirs(opens, closes):
        return np.searchsorted(key, own + closes) - np.searchsorted(key, own + opens)

    index = entrants.entry_day.astype(np.int64)
    pairs = {
        "own rate": (everybody.rate_per_year[who], entrants.rate_per_year),
        "year before": (theirs(-365, 0), entrants.count(index - 365, index)),
        "month before": (theirs(-30, 0), entrants.count(index - 30, index)),
        "fortnight after": (theirs(1, 15), entrants.count(index + 1, index + 15)),
    }
    for name, (picks, mine) in pairs.items():
        # Three times the variance of the picks: a person is picked more than once, above all in a
        # burst.
        error = np.sqrt(3 * picks.var() / len(picks) + mine.var() / len(mine))
        if name != "fortnight after":  # theirs may have gone inside at once
            assert mine.mean() == pytest.approx(picks.mean(), abs=4 * error), name
        assert error < 0.04 * mine.mean(), name
    # Without the line of ancestors the month before would hold a third less.
    assert pairs["month before"][1].mean() > 1.5 * pairs["year before"][1].mean() / 12


def test_after_x_arrests_before_entrants_are_expected_to_have_t1_k_plus_1_plus_x():
    # Under no effect, index arrest excluded: E[after | x] = t1 (k + 1 + x) / (k / m + t0).
    before, after = around(simulate_careers(model(), 2 * PEOPLE, seed=7))
    for x in range(7):
        group = after[before == x]
        assert len(group) > 100
        near(group, YEAR * (0.7 + 1 + x) / (0.7 / 1.5 + YEAR))


CORNERS = list(product((1.0, 2.5), (0.8, 1.5)))
HALF = 183  # days; m is the mean of so many


def per_half_year(m, k, **sections):
    return model(rate=m * DAYS_PER_YEAR / HALF, k=k, **sections)


@pytest.mark.parametrize(("m", "k"), CORNERS)
def test_with_the_index_counted_no_effect_falls_by_one_in_one_plus_m_times_one_plus_one_over_k(
    m, k
):
    before, after = around(simulate_careers(per_half_year(m, k), PEOPLE, seed=8), HALF, HALF)
    fall = 1 / (1 + m * (1 + 1 / k))
    ratio_near(after, before + 1, 1 - fall)
    ratio_near(after, before, 1.0)  # the index left out: no change
    if (m, k) in ((2.5, 0.8), (1.0, 1.5)):  # the two corners printed as -15% and -38%
        assert round(100 * fall, 1) in (15.1, 37.5)


@pytest.mark.parametrize(("m", "k"), CORNERS)
def test_entry_at_the_first_arrest_after_a_day_looks_like_a_rise(m, k):
    # The gap back to the day is free of arrests, so "before" is too low. With accrual as long as
    # the window (t = 1): E[after] = E[x (1 - exp(-x))], E[before] = E[x - 1 + exp(-x)], x gamma.
    entry = {"by": "first_arrest", "accrual_days": HALF}
    careers = simulate_careers(per_half_year(m, k, entry=entry), PEOPLE, seed=9)
    day = careers.entry_day.astype(np.int64)
    before, after = careers.count(day - HALF, day), careers.count(day, day + HALF)
    at_zero, slope = (1 + m / k) ** -k, m * (1 + m / k) ** (-k - 1)
    expected = (m - slope) / (m - 1 + at_zero)
    error = ratio_near(after, before, expected)
    assert expected - 1 > 4 * error


@pytest.mark.parametrize(("m", "k"), CORNERS)
def test_people_picked_for_a_recent_count_fall_without_any_effect(m, k):
    entry = {"by": "recent_count", "minimum_arrests": 4, "within_days": HALF}
    careers = simulate_careers(per_half_year(m, k, entry=entry), 10_000, seed=10)
    day = careers.entry_day.astype(np.int64)
    before, after = careers.count(day - HALF, day), careers.count(day, day + HALF)
    counts = np.arange(4, 400)
    chance = nbinom.pmf(counts, k, k / (k + m))
    expected = ((k + counts) / (k / m + 1) * chance).sum() / (counts * chance).sum()
    ratio_near(after, before, expected)
    assert expected < 0.9


def test_a_trigger_offence_brings_people_in_where_the_entry_asks_for_one():
    kinds = [
        {"name": "theft", "share": 1, "trigger_from": "2013-01-01", "trigger_until": "2014-02-01"},
        {"name": "assault", "share": 3},
    ]
    entry = {"by": "first_arrest", "trigger_only": True}
    careers = simulate_careers(model(rate=6, offence_type=kinds, entry=entry), 2_000, seed=11)
    assert (careers.kind[careers.is_index] == 0).all()
    near(careers.kind == 0, 0.25, errors=12)  # entrants hold one of the rarer kind for certain
    from_day, to_day = 16_071, 16_102  # 2014-01-01 to 2014-02-01, when it leaves the list
    assert careers.entry_day.min() >= from_day
    assert careers.entry_day.max() == to_day - 1


def test_custody_takes_away_opportunity_and_not_the_rate_at_liberty():
    held = {"share_sentenced": 1.0, "mean_days_sentence": 100, "share_remanded": 0.3}
    free, inside = (
        simulate_careers(model(custody=custody), PEOPLE, seed=12) for custody in ({}, held)
    )
    opens, closes = free.entry_day + 30, free.entry_day + 395
    arrests = inside.count(opens, closes)
    assert arrests.sum() < 0.9 * free.count(opens, closes).sum()
    years = inside.days_at_liberty(opens, closes) / DAYS_PER_YEAR
    # Arrests less their expectation at liberty is a martingale with variance equal to its mean.
    expected = (inside.rate_per_year * years).sum()
    assert arrests.sum() == pytest.approx(expected, abs=4 * np.sqrt(expected))


EFFECTS = {
    "proportional": ({"rate_ratio_during": 0.5, "rate_ratio_after": 0.7}, 0.5, 0.7, 0.7),
    "ends": ({"rate_ratio_after": 0.4, "effect_lasts_days": 180}, 1.0, 0.4, 1.0),
    "harm": ({"rate_ratio_during": 1.5, "rate_ratio_after": 1.2}, 1.5, 1.2, 1.2),
    "delayed": ({"rate_ratio_during": 0.5, "days_until_effect": 400}, 1.0, 1.0, 1.0),
    "none": ({}, 1.0, 1.0, 1.0),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_treatment_changes_the_rate_while_it_works_and_not_beyond(name):
    treatment, during, after, later = EFFECTS[name]
    chosen = model(treatment={"planned_days": [100, 200]} | treatment)
    careers = simulate_careers(chosen, PEOPLE, seed=13)
    start, end = careers.start.astype(np.int64), careers.end.astype(np.int64)
    for ratio, opens, closes in (
        (1.0, start - 365, careers.entry_day.astype(np.int64)),
        (during, start, end),
        (after, end, end + 180),
        (later, end + 200, end + 500),
    ):
        arrests = careers.count(opens, closes).sum()
        expected = ratio * (careers.rate_per_year * (closes - opens)).sum() / DAYS_PER_YEAR
        assert arrests == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_an_effect_fades_by_its_half_life_and_one_on_a_few_stops_them_for_good():
    fading = model(treatment={"rate_ratio_after": 0.3, "effect_half_life_days": 120})
    careers = simulate_careers(fading, 2 * PEOPLE, seed=14)
    end = careers.end.astype(np.int64)
    for opens in (0, 120, 480):
        ratio = np.mean(0.3 ** (0.5 ** ((np.arange(opens, opens + 60)) / 120)))
        expected = ratio * careers.rate_per_year.sum() * 60 / DAYS_PER_YEAR
        arrests = careers.count(end + opens, end + opens + 60).sum()
        assert arrests == pytest.approx(expected, abs=4 * np.sqrt(expected))
    few = simulate_careers(model(rate=20, treatment={"share_desisting": 0.2}), 5_000, seed=15)
    start = few.start.astype(np.int64)
    near(few.count(start, start + 600) == 0, 0.2 + 0.8 * np.mean(
        np.exp(-few.rate_per_year * 600 / DAYS_PER_YEAR)), errors=5)  # fmt: skip


def test_age_and_the_drift_of_the_times_change_everybodys_rate():
    slots = Slots.alike(PEOPLE, days_before=1_096, days_after=1_096)
    for changes, factor in (
        ({"age_decline_per_year": 0.06}, 1 - 0.06),
        ({"drift_per_year": -0.04}, 1 - 0.04),
        ({"drift_per_year": 0.05}, 1.05),
    ):
        people = simulate_population(model(offending=changes), PEOPLE, seed=16, slots=slots)
        day = people.reference_day.astype(np.int64)
        for opens, middle in ((-1_000, -2.25), (0, 0.5), (800, 2.55)):
            closes = opens + round(2 * (middle * DAYS_PER_YEAR - opens))
            arrests = people.count(day + opens, day + closes).sum()
            years = np.arange(opens, closes) / DAYS_PER_YEAR
            older = people.age_years[:, None] + years[[0, -1]] > 18
            assert older.mean() > 0.97  # next to everybody is past the peak all along
            expected = people.rate_per_year.sum() * (factor**years).sum() / DAYS_PER_YEAR
            error = 4 * np.sqrt(expected) + 0.02 * expected * ("age_decline_per_year" in changes)
            assert arrests == pytest.approx(expected, abs=error)


def test_quiet_spells_keep_the_mean_and_make_people_look_as_if_they_had_stopped():
    quiet = {"share_of_time_active": 0.5, "mean_days_inactive": 200, "differ": "none"}
    people = simulate_population(model(rate=6, offending=quiet), PEOPLE, seed=17)
    day = people.reference_day.astype(np.int64)
    near(people.count(day, day + 365), 6 * YEAR)
    near(people.count(day - 500, day - 135), 6 * YEAR)
    # Nothing in 60 days: a quiet spell all along, or active and lucky.
    nothing = people.count(day, day + 60) == 0
    assert nothing.mean() > 0.5 * np.exp(-60 / 200)
    assert (people.count(day, day + 730)[nothing] > 0).mean() > 0.9  # false desistance


def test_bursts_keep_the_mean_and_bunch_offences_together():
    bursts = {"follow_on_offences": 0.5, "mean_days_to_follow_on": 5, "differ": "none"}
    people = simulate_population(model(rate=4, offending=bursts), PEOPLE, seed=18)
    day = people.reference_day.astype(np.int64)
    counts = people.count(day - 365, day)
    near(counts, 4 * YEAR)
    # Of a Poisson cluster process over a long window: variance over mean 1 / (1 - eta)^2.
    near((counts - counts.mean()) ** 2, counts.mean() / 0.5**2, errors=8)
    first = people.count(people.opens, people.opens + 30).mean()
    assert first == pytest.approx(4 * 30 / DAYS_PER_YEAR, rel=0.05)  # no start-up: it has run on


def test_some_stop_for_good_and_leave_and_engage_and_drop_out_as_the_model_says():
    stopping = model(rate=30, offending={"share_desisters": 0.6, "desistance_per_year": 1.0})
    people = simulate_population(stopping, PEOPLE, seed=19)
    day = people.reference_day.astype(np.int64)
    last_year = people.count(day + 731, day + 1_096) == 0
    stopped = 0.6 * (1 - np.exp(-731 / DAYS_PER_YEAR))
    assert last_year.mean() > stopped - 0.02
    leaving = model(exits={"deaths_per_year": 0.2, "left_country_per_year": 0.1})
    people = simulate_careers(leaving, PEOPLE, seed=20)
    gone = people.exit_day < people.entry_day + 366
    near(gone, 1 - np.exp(-0.3 * 365 / DAYS_PER_YEAR), errors=5)
    near(people.exit_kind[gone] == 1, 2 / 3)
    risky = model(treatment={"share_engaging": 0.5, "engagement_by_risk": -1.0})
    people = simulate_careers(risky, PEOPLE, seed=21)
    engaged = people.start < NO_DAY
    near(engaged - 1 / (1 + people.rate_per_year / 1.5), 0.0)
    dropping = model(treatment={"planned_days": [365, 365], "drop_out_per_year": 0.8})
    people = simulate_careers(dropping, PEOPLE, seed=22)
    near(people.closing == 2, 1 - np.exp(-0.8 * 364 / DAYS_PER_YEAR))


def test_arrest_ends_an_episode_and_contact_is_watched():
    closing = model(
        treatment={"planned_days": [365, 365], "share_closed_by_arrest": 0.5},
        detection={"share_arrested": 0.4, "share_arrested_in_contact": 0.8},
    )
    careers = simulate_careers(closing, PEOPLE, seed=23)
    who = careers.person
    contact = (careers.start[who] <= careers.day) & (careers.day < careers.end[who])
    outside = ~contact & ~careers.is_index
    near(careers.arrested[contact & ~careers.is_index], 0.8)
    near(careers.arrested[outside], 0.4)
    closed = careers.closing == 3
    last = careers.end[closed] - 1  # the day of the arrest that closed it
    on_it = careers.count(np.where(closed, careers.end - 1, 0), np.where(closed, careers.end, 0))
    assert (on_it[closed] >= 1).all()
    assert len(last) > 0.2 * PEOPLE
    chances = careers.outcome[careers.arrested]
    near(np.isin(chances, [3, 4]), 0.6)
    near(chances[np.isin(chances, [3, 4])] == 4, 0.75)
    near(chances[np.isin(chances, [1, 2])] == 2, 0.2)
    lag = (careers.day - careers.offence_day)[careers.arrested]
    near(lag, 1 / np.expm1(1 / 4))
    convicted = careers.outcome == 4
    near((careers.proof_day - careers.day)[convicted], 1 + 1 / np.expm1(1 / 75))


@pytest.mark.parametrize("mean_days", [60, 250])
def test_as_many_are_inside_when_the_record_opens_as_later(mean_days):
    custody = {"share_sentenced": 0.6, "mean_days_sentence": mean_days, "share_remanded": 0.2}
    people = simulate_population(model(rate=4, custody=custody), PEOPLE, seed=24)
    opens = people.opens.astype(np.int64)
    early, late = (people.count(opens + d, opens + d + 183) for d in (0, 900))
    near(early - late, 0.0)
    held = [people.days_in_custody(opens + d, opens + d + 30) for d in (0, 900)]
    near(held[0] - held[1], 0.0, errors=5)
    assert held[0].mean() > 1  # a month in which nobody was inside would tell nothing
