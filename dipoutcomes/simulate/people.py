"""Made-up people: dates of birth, names that nobody has, and the margins of a published table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import Days, add_months
from dipoutcomes.simulate.lives import Careers
from dipoutcomes.simulate.margins import deal
from dipoutcomes.simulate.recipe import Recipe
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
ATTRIBUTES = ("sex", "area", "referral_source", "main_drug")


@dataclass(frozen=True, slots=True, eq=False)
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


def name_people(recipe: Recipe, careers: Careers, standing: NDArray[np.object_]) -> People:
    """Draw names and attributes; each margin is kept among the people of one standing.

    Attributes are dealt independently of one another and of the career: a comparison of groups
    by them has no true difference to find in these data.
    """
    # Assumes independence because the published tables print margins only.
    rng = random_stream(recipe.seed, "simulate/people")
    n = len(standing)
    # References do not follow the order of the codes, so a code can never be read from one.
    refs = np.array([f"C{1001 + number}" for number in rng.permutation(n)], dtype=object)
    forename = rng.choice(np.array(FORENAMES, dtype=object), size=n)
    surname = rng.choice(np.array(SURNAMES, dtype=object), size=n)
    margins = {name: np.zeros(n, dtype=object) for name in ATTRIBUTES}
    for labels, margin in ((labels, getattr(recipe, name)) for name, labels in margins.items()):
        for group in dict.fromkeys(standing):
            of_group = standing == group
            labels[of_group] = deal(int(of_group.sum()), margin, rng=rng)
    return People(refs, forename, surname, _birth_days(careers), **margins)


def _birth_days(careers: Careers) -> Days:
    """Return dates of birth from the ages on the reference day."""
    whole = np.floor(careers.age_years).astype(np.int64)
    into_the_year = np.floor((careers.age_years - whole) * 365).astype(np.int64)
    return add_months(careers.reference_day - into_the_year, -12 * whole)
