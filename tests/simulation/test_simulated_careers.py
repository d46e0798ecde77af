"""Twenty thousand made-up people have the rates that the recipe asked for, to Monte Carlo error."""

from pathlib import Path

import numpy as np
import pytest

from dipoutcomes.simulate import make_cohort, parse_recipe, reference_careers
from dipoutcomes.simulate._calendar import DAYS_PER_YEAR
from dipoutcomes.simulate.careers import entrants_careers
from dipoutcomes.simulate.truth import days_in_custody

pytestmark = pytest.mark.simulation

TEXT = (Path(__file__).parents[2] / "synthetic/gwent.toml").read_text(encoding="utf-8")
GWENT = parse_recipe(TEXT)
MEAN, SHAPE = GWENT.offending.mean_arrests_per_year, GWENT.offending.gamma_shape
PEOPLE = 20_000
START, END = 15_400, 15_600  # days since 1970-01-01


def recipe(*, custody=0.0, days_inside=75, during=1.0, after=1.0, lasts=24, **update):
    """The Gwent recipe with another effect and other custody: none of either by default."""
    effect = {
        "rate_ratio_during": during, "rate_ratio_after": after, "effect_lasts_months": lasts,
    }  # fmt: skip
    return GWENT.model_copy(
        update={
            "offending": GWENT.offending.model_copy(update=effect),
            "custody": GWENT.custody.model_copy(
                update={"share_of_arrests": custody, "mean_days": days_inside}
            ),
        }
        | update
    )


def days(value, people=PEOPLE):
    return np.full(people, value, dtype=np.int64)


def entrants(chosen, people=PEOPLE):
    return entrants_careers(
        chosen, start=days(START, people), end=days(END, people), index_day=days(START - 10, people)
    )


def counts(careers, opens, closes, people=PEOPLE):
    inside = (careers.day >= opens) & (careers.day < closes) & ~careers.is_index
    return np.bincount(careers.person[inside], minlength=people)


def test_the_unselected_population_has_the_mean_and_overdispersion_of_the_recipe():
    careers = reference_careers(
        recipe(), people=PEOPLE, opens=days(START), closes=days(START + 731)
    )
    arrests = np.bincount(careers.person, minlength=PEOPLE)
    mean = MEAN * 731 / DAYS_PER_YEAR
    variance = mean + mean**2 / SHAPE  # negative binomial
    assert arrests.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / PEOPLE))
    fourth = np.mean((arrests - arrests.mean()) ** 4)
    error = np.sqrt((fourth - arrests.var() ** 2) / PEOPLE)
    assert arrests.var() == pytest.approx(variance, abs=4 * error)
    assert variance > 2 * mean  # so a Poisson process would have failed above


def test_entry_through_an_arrest_is_size_biased():
    rates = entrants(recipe()).rate_per_year
    # A gamma with shape k + 1 and scale m / k: mean m (k + 1) / k.
    error = np.sqrt(SHAPE + 1) * MEAN / SHAPE / np.sqrt(PEOPLE)
    assert rates.mean() == pytest.approx(MEAN * (SHAPE + 1) / SHAPE, abs=4 * error)
    assert rates.mean() > 2 * MEAN


def test_entrants_are_the_people_of_arrests_picked_at_random_custody_and_all():
    # The definition itself: everybody's careers, then all arrests of one month, each an entrant.
    chosen, everybody = recipe(custody=0.4, days_inside=150), 400_000
    careers = reference_careers(
        chosen, people=everybody, opens=days(START - 730, everybody), closes=days(START, everybody)
    )
    picked = np.flatnonzero((careers.day >= START - 30) & (careers.day < START - 5))
    key = careers.person * 10_000 + (careers.day - (START - 730))
    own = careers.person[picked] * 10_000 + (careers.day[picked] - (START - 730))
    before = np.searchsorted(key, own) - np.searchsorted(key, own - 365)
    ours = entrants(chosen)
    ours_before = counts(ours, START - 10 - 365, START - 10)
    for theirs, mine in (
        (careers.rate_per_year[careers.person[picked]], ours.rate_per_year),
        (before, ours_before),
    ):
        # Twice the variance of the picks: a person may be picked more than once.
        error = np.sqrt(2 * theirs.var() / len(theirs) + mine.var() / len(mine))
        assert mine.mean() == pytest.approx(theirs.mean(), abs=4 * error)
        assert error < 0.02
    # Forgetting that frequent offenders are inside more often would miss by eight such errors.
    assert ours.rate_per_year.mean() < MEAN * (SHAPE + 1) / SHAPE - 0.08


def test_after_x_arrests_before_entrants_are_expected_to_have_t1_k_plus_1_plus_x():
    # Under no effect, index arrest excluded: E[after | x] = t1 (k + 1 + x) / (k / m + t0).
    careers = entrants(recipe())
    before = counts(careers, START - 375, START - 10)
    after = counts(careers, END, END + 365)
    t = 365 / DAYS_PER_YEAR
    for x in range(6):
        group = after[before == x]
        expected = t * (SHAPE + 1 + x) / (SHAPE / MEAN + t)
        assert len(group) > 100
        assert group.mean() == pytest.approx(expected, abs=4 * group.std() / np.sqrt(len(group)))


def test_custody_takes_away_opportunity_and_not_the_rate_at_liberty():
    free, held = entrants(recipe()), entrants(recipe(custody=0.5))
    opens, closes = days(END), days(END + 365)
    assert counts(held, END, END + 365).sum() < 0.9 * counts(free, END, END + 365).sum()
    years = (365 - days_in_custody(held, opens, closes)) / DAYS_PER_YEAR
    arrests = counts(held, END, END + 365).sum()
    expected = (held.rate_per_year * years).sum()
    # Arrests less their expectation at liberty is a martingale with variance equal to its mean.
    assert arrests == pytest.approx(expected, abs=4 * np.sqrt(expected))


@pytest.mark.parametrize(
    ("opens", "closes", "ratio"),
    [(START, END, 0.5), (END, END + 180, 0.8), (END + 190, END + 550, 1.0)],
    ids=["during", "after", "beyond six months"],
)
def test_treatment_changes_the_rate_while_it_lasts_and_not_beyond(opens, closes, ratio):
    careers = entrants(recipe(during=0.5, after=0.8, lasts=6))
    arrests = counts(careers, opens, closes).sum()
    expected = ratio * careers.rate_per_year.sum() * (closes - opens) / DAYS_PER_YEAR
    assert arrests == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_a_whole_cohort_keeps_its_margins_deaths_and_convictions():
    cohort = make_cohort(recipe(custody=0.12, people=PEOPLE))
    people = cohort.persons[cohort.persons["standing"] == "eligible"]
    for label, count in GWENT.area.items():
        share = (people["area"] == label).mean()
        assert share == pytest.approx(count / sum(GWENT.area.values()), abs=1 / PEOPLE)
    lost = (cohort.linkage["status"] == "not_found").mean()
    assert lost == pytest.approx(0.03, abs=1 / PEOPLE)
    window = cohort.truth["windows"]["12 to 24 months after"]
    # Two to one: deaths and departures at 0.015 and 0.005 a year, over two years.
    stayed = np.exp(-0.02 * 730 / DAYS_PER_YEAR)
    observed = window["people_observed_to_the_end"] / PEOPLE
    assert observed == pytest.approx(stayed, abs=4 * np.sqrt(stayed * (1 - stayed) / PEOPLE))
    arrested = cohort.events["event_type"].value_counts()
    charged = arrested["charge"] / arrested["arrest"]
    error = np.sqrt(0.6 * 0.4 / arrested["arrest"])
    assert charged == pytest.approx(0.6, abs=4 * error)
