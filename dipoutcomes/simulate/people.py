"""Made-up people: dates of birth, names that nobody has, and the margins of a published table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import Days, add_months, day_number
from dipoutcomes.simulate.episodes import ELIGIBLE, REASONS, Episodes
from dipoutcomes.simulate.margins import deal
from dipoutcomes.simulate.recipe import Age, Recipe
from dipoutcomes.streams import random_stream

# Forenames in use, some with letters beyond ASCII; surnames coined from words for "made up",
# so that a client is plainly nobody and a search of an output for them finds nothing by chance.
FORENAMES = (
    "Siân", "Zoë", "Renée", "André", "Chloë", "Gwenllian", "Rhydian", "Owain", "Carys", "Dilwyn",
    "Eirlys", "Gethin", "Heulwen", "Idris", "Lowri", "Meirion", "Nerys", "Olwen", "Padrig",
    "Tegwen", "Ulric", "Ysolde", "Barnaby", "Clementine", "Desmond", "Euphemia", "Ferdinand",
    "Griselda", "Horatio", "Jocasta",
)  # fmt: skip
SURNAMES = (
    "Ffuglennol", "Dychmygol", "Esiamplwr", "Chwedlau", "Fictonbury", "Samplewood", "Mockridge",
    "Madeupton", "Inventham", "Nonesuchley", "Pretendergast", "Imaginall", "Fablestone",
    "Dummerton", "Pseudworth", "Concoctley", "Figmentham", "Storiman", "Placeholden", "Testerby",
    "Whimsington", "Notrealson", "Fabricant-Rees", "O'Fiction", "Specimenne",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class People:
    """One entry a person, in order of the code."""

    client_ref: NDArray[np.object_]
    forename: NDArray[np.object_]
    surname: NDArray[np.object_]
    birth_day: Days
    sex: NDArray[np.object_]
    area: NDArray[np.object_]
    referral_source: NDArray[np.object_]
    main_drug: NDArray[np.object_]


def draw_people(recipe: Recipe, episodes: Episodes) -> People:
    """Draw names, ages and attributes; each margin is kept among the eligible.

    Attributes are dealt independently of one another and of the career: a comparison of groups
    in these data has no true difference to find.
    """
    # Assumes independence because the published tables print margins only.
    rng = random_stream(recipe.seed, "simulate/people")
    n = len(episodes.standing)
    # References do not follow the order of the codes, so a code can never be read from one.
    refs = np.array([f"C{1001 + number}" for number in rng.permutation(n)], dtype=object)
    forename = rng.choice(np.array(FORENAMES, dtype=object), size=n)
    surname = rng.choice(np.array(SURNAMES, dtype=object), size=n)
    birth_day = _birth_days(recipe, episodes, rng=rng)
    margins = {
        name: np.zeros(n, dtype=object) for name in ("sex", "area", "referral_source", "main_drug")
    }
    for labels, margin in ((labels, getattr(recipe, name)) for name, labels in margins.items()):
        for group in (ELIGIBLE, *REASONS):
            of_group = episodes.standing == group
            labels[of_group] = deal(int(of_group.sum()), margin, rng=rng)
    return People(refs, forename, surname, birth_day, **margins)


def _birth_days(recipe: Recipe, episodes: Episodes, *, rng: np.random.Generator) -> Days:
    """Draw dates of birth from the age at the end of the episode, or at the close of the period."""
    at = np.minimum(episodes.end, day_number(recipe.dates.closed_to))
    u = rng.random(len(at))
    youngest = recipe.age.youngest_years
    # Under age: in the two years before the youngest age that the programme takes.
    years = np.where(episodes.standing == "under_age", youngest - 2 + 2 * u, _ages(recipe.age, u))
    whole = np.floor(years).astype(np.int64)
    into_the_year = np.floor((years - whole) * 365).astype(np.int64)
    return add_months(at - into_the_year, -12 * whole)


def _ages(age: Age, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ages in years for even numbers *u*: a normal distribution cut off at both ends."""
    from scipy.special import ndtr, ndtri

    low, high = (
        ndtr((years - age.mean_years) / age.sd_years)
        for years in (age.youngest_years, age.oldest_years)
    )
    years = age.mean_years + age.sd_years * ndtri(low + u * (high - low))
    # The last bit of the two functions may step over a limit.
    return np.clip(years, age.youngest_years, np.nextafter(age.oldest_years, 0))
