"""Who is known to be active, and when: quiet spells around an index arrest, by closed forms."""

import numpy as np
import pytest

from dipoutcomes.simulate import CareerModel, simulate_careers, simulate_population
from dipoutcomes.simulate._calendar import DAYS_PER_YEAR

pytestmark = pytest.mark.simulation

PER_YEAR, SHARE, QUIET = 12.0, 0.5, 120.0
ALIKE = {"offences_per_year": PER_YEAR, "differ": "none", "share_of_time_active": SHARE}


def expected(days_away):
    """Offences per day so many days from a time at which everybody is active.

    Active and quiet spells with means a and q alternate; the chance to be active t days later is
    s + (1 - s) exp(-t (1/a + 1/q)), with s = a / (a + q).
    """
    active = QUIET * SHARE / (1 - SHARE)
    chance = SHARE + (1 - SHARE) * np.exp(-days_away * (1 / QUIET + 1 / active))
    return PER_YEAR / DAYS_PER_YEAR / SHARE * chance


def test_those_released_were_active_when_arrested_and_not_always_when_they_come_out():
    model = CareerModel.model_validate(
        {
            "offending": {**ALIKE, "mean_days_inactive": QUIET},
            "entry": {"by": "release", "mean_days_inside": 60, "most_days_inside": 300},
        }
    )
    careers = simulate_careers(model, 20_000, seed=3)
    release = careers.reference_day.astype(np.int64)
    index = careers.day[careers.is_index].astype(np.int64)  # one a person, in their order
    assert len(index) == careers.people
    for first, last in ((0, 30), (30, 90)):
        away = (release - index)[:, None] + np.arange(first, last)
        count = careers.count(release + first, release + last)
        error = count.std() / np.sqrt(careers.people)
        assert count.mean() == pytest.approx(expected(away).sum(axis=1).mean(), abs=4 * error)
    before = careers.count(index - 30, index)
    error = before.std() / np.sqrt(careers.people)
    assert before.mean() == pytest.approx(expected(np.arange(1, 31)).sum(), abs=4 * error)


def test_what_began_a_burst_was_no_quiet_time_though_the_arrest_itself_may_be_in_one():
    # Bursts outlast quiet spells here. An entrant is an arrest of the population picked at random.
    offending = {
        **ALIKE, "mean_days_inactive": 20, "follow_on_offences": 0.6, "mean_days_to_follow_on": 40,
    }  # fmt: skip
    model = CareerModel.model_validate({"offending": offending})
    entrants = simulate_careers(model, 40_000, seed=3)
    everybody = simulate_population(model, 40_000, seed=4)
    reference = int(everybody.reference_day[0])
    picked = np.flatnonzero(np.abs(everybody.day - reference) <= 15)
    span, opens = np.int64(10_000), int(everybody.opens.min())
    key = everybody.person * span + everybody.day - opens
    for first, last in ((1, 11), (1, 31)):
        theirs = np.searchsorted(key, key[picked] + last) - np.searchsorted(
            key, key[picked] + first
        )
        mine = entrants.count(reference + first, reference + last)
        # A person is picked more than once: three times the variance, as bursts go.
        error = np.sqrt(3 * theirs.var() / len(picked) + mine.var() / len(mine))
        assert mine.mean() == pytest.approx(theirs.mean(), abs=4 * error)
