"""One made-up programme from end to end: clean frames, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import NO_DAY, Days, add_months, day_number, to_dates
from dipoutcomes.simulate.casework import add_casework
from dipoutcomes.simulate.episodes import ELIGIBLE, NOT_ENGAGED, draw_calendar
from dipoutcomes.simulate.events import Events, recorded_events
from dipoutcomes.simulate.lives import Careers, simulate_careers
from dipoutcomes.simulate.lives.careers import EXITS
from dipoutcomes.simulate.lives.slots import Slots
from dipoutcomes.simulate.people import People, name_people
from dipoutcomes.simulate.recipe import Group, Recipe
from dipoutcomes.simulate.truth import true_values
from dipoutcomes.streams import random_stream

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticCohort:
    """Made-up people as clean tables, with the truth that an analysis should come near to.

    The tables have the columns of the data dictionary; ``persons`` has also ``standing``
    ("eligible", or why not), ``group``, ``iom``, ``forename`` and ``surname``, which no real table
    of the toolkit keeps, and ``custody`` the kind of each spell. ``person_id`` is the client
    reference of the made-up office.
    """

    persons: pd.DataFrame
    episodes: pd.DataFrame
    events: pd.DataFrame  # of everybody found on the police's records
    custody: pd.DataFrame
    exits: pd.DataFrame
    linkage: pd.DataFrame
    truth: dict[str, Any]
    careers: Careers  # the lives themselves, with everybody's own rate, by code
    group: NDArray[np.object_]  # one entry a person, in order of the code; "" without groups


def make_cohort(recipe: Recipe) -> SyntheticCohort:
    """Return the people whom *recipe* describes.

    Parameters
    ----------
    recipe : Recipe
        From `parse_recipe`.

    Returns
    -------
    SyntheticCohort
        The same for the same recipe. Each part draws from a random stream of its own, so that
        another death rate, say, leaves everybody's name and dates of treatment as they were.

    Raises
    ------
    DesignError
        If next to nobody would enter in the way that the recipe describes.

    Notes
    -----
    People enter because they were arrested, so they offend more than the population they come
    from, and with no effect at all go on doing so; see `lives.draws.own_rates`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.simulate import parse_recipe
    >>> cohort = make_cohort(parse_recipe(Path("synthetic/gwent.toml").read_text("utf-8")))
    >>> cohort.truth["people_in_extract"]["eligible"], len(cohort.persons)
    (210, 235)
    """
    calendar = draw_calendar(recipe)
    careers, group = _lives_of_groups(recipe, calendar.slots)
    standing = calendar.standing.copy()
    standing[(standing == ELIGIBLE) & (careers.start == NO_DAY)] = NOT_ENGAGED
    rng = random_stream(recipe.seed, "simulate/tracing")
    lost = rng.permutation(careers.people) < round(recipe.tracing.share_not_found * careers.people)
    people = name_people(recipe, careers, standing)
    return SyntheticCohort(
        persons=_persons(people, standing, group, _iom(recipe, careers)),
        episodes=_episodes(recipe, people, careers, standing),
        events=_events(people, recorded_events(recipe, careers), ~lost),
        custody=_custody(recipe, people, careers),
        exits=_exits(people, careers),
        linkage=_linkage(people, ~lost),
        truth=_truth(careers, standing, ~lost, group),
        careers=careers,
        group=group,
    )


def draw_lives(recipe: Recipe) -> tuple[Careers, NDArray[np.object_]]:
    """Return everybody's career and group, without names, tables or truth."""
    return _lives_of_groups(recipe, draw_calendar(recipe).slots)


def _lives_of_groups(recipe: Recipe, slots: Slots) -> tuple[Careers, NDArray[np.object_]]:
    """Return everybody's career and group, group by group."""
    if not recipe.group:
        careers = simulate_careers(
            _for_the_period(recipe), len(slots), seed=recipe.seed, slots=slots
        )
        return careers, np.full(len(slots), "", dtype=object)
    parts, opens = [], 0
    for group in recipe.group:
        own = slots.of(slice(opens, opens + group.people))
        # A number of its own for each group, so that another size of one leaves the others.
        seed = int(random_stream(recipe.seed, f"simulate/group/{group.name}").integers(2**32))
        model = _for_the_period(_of_group(recipe, group))
        parts.append(simulate_careers(model, group.people, seed=seed, slots=own))
        opens += group.people
    names = np.array([group.name for group in recipe.group], dtype=object)
    return Careers.joined(parts), np.repeat(names, [group.people for group in recipe.group])


def _of_group(recipe: Recipe, group: Group) -> Recipe:
    """Return the recipe as it is for one group."""
    offending = recipe.offending
    rate = offending.offences_per_year * group.rate_ratio
    age = recipe.age.model_copy(update={"mean_years": recipe.age.mean_years + group.years_older})
    update: dict[str, Any] = {
        "offending": offending.model_copy(update={"offences_per_year": rate}),
        "age": age,
    }
    if not group.treated:
        update["treatment"] = recipe.treatment.model_copy(
            update={"rate_ratio_during": 1.0, "rate_ratio_after": 1.0, "share_desisting": 0.0}
        )
    return recipe.model_copy(update=update)


def _for_the_period(recipe: Recipe) -> Recipe:
    """Return the recipe with entry by first arrest open for the period and no longer."""
    if recipe.entry.by != "first_arrest":
        return recipe
    days = (recipe.dates.closes - recipe.dates.opens).days + 1
    return recipe.model_copy(
        update={"entry": recipe.entry.model_copy(update={"accrual_days": days})}
    )


def _truth(
    careers: Careers,
    standing: NDArray[np.object_],
    found: NDArray[np.bool_],
    group: NDArray[np.object_],
) -> dict[str, Any]:
    """Return the truth about everybody eligible, and about each group."""
    whole = true_values(careers, standing, found, ELIGIBLE)
    names = [name for name in dict.fromkeys(group) if name]
    if names:
        whole["groups"] = {
            name: true_values(
                careers.of(group == name), standing[group == name], found[group == name], ELIGIBLE
            )
            for name in names
        }
    return whole


def _iom(recipe: Recipe, careers: Careers) -> NDArray[np.object_]:
    """Return who is managed as a prolific offender: "Y", "N", or nothing if nobody asks."""
    if recipe.iom is None:
        return np.full(careers.people, "", dtype=object)
    entry = careers.entry_day.astype(np.int64)
    entered = entry < NO_DAY
    until = np.where(entered, entry, 0)
    recent = careers.count(add_months(until, -recipe.iom.within_months), until + 1, index=True)
    prolific = entered & (recent >= recipe.iom.minimum_arrests)
    return np.where(prolific, "Y", "N").astype(object)


def _persons(
    people: People,
    standing: NDArray[np.object_],
    group: NDArray[np.object_],
    iom: NDArray[np.object_],
) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(
        {
            "person_id": people.client_ref,
            "forename": people.forename,
            "surname": people.surname,
            "birth_date": to_dates(people.birth_day),
            "sex": people.sex,
            "area": people.area,
            "standing": standing,
            "group": group,
            "iom": iom,
        }
    )
    return table.sort_values("person_id", ignore_index=True)


def _episodes(
    recipe: Recipe, people: People, careers: Careers, standing: NDArray[np.object_]
) -> pd.DataFrame:
    import pandas as pd

    last = day_number(recipe.dates.extract_date)
    first, again = (np.flatnonzero(d <= last) for d in (careers.start, careers.again_start))
    if recipe.dates.by_closing:
        # A second episode of somebody who closed before the period could close inside it, and the
        # true cohort would have one more: theirs are not in the records.
        again = again[standing[again] == ELIGIBLE]
    person = np.concatenate([first, again])
    start = np.concatenate([careers.start[first], careers.again_start[again]])
    end = np.concatenate([careers.end[first], careers.again_end[again]])
    table = pd.DataFrame(
        {
            "person_id": people.client_ref[person],
            "start": to_dates(start.astype(np.int64)),
            "end": to_dates(_seen(end, last)),
            "referral_source": people.referral_source[person],
            "main_drug": people.main_drug[person],
        }
    ).sort_values(["start", "person_id"], ignore_index=True)
    table.insert(1, "episode_id", _numbered("T", len(table)))
    return add_casework(table, recipe)


def _events(people: People, events: Events, found: NDArray[np.bool_]) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(
        {
            "person_id": people.client_ref[events.person],
            "event_type": events.event_type,
            "offence_date": to_dates(events.offence_day),
            "arrest_date": to_dates(events.arrest_day),
            "proof_date": to_dates(events.proof_day),
            "offence_code": events.offence_code,
            "is_index": events.is_index,
        }
    ).loc[found[events.person]]
    # Stable, so that the rows of one arrest stay in the order arrest, charge, conviction.
    table = table.sort_values(["person_id", "arrest_date"], kind="stable", ignore_index=True)
    table.insert(1, "event_id", _numbered("E", len(table)))
    return table


def _custody(recipe: Recipe, people: People, careers: Careers) -> pd.DataFrame:
    import pandas as pd

    from dipoutcomes.simulate.lives.careers import SPELLS

    last = day_number(recipe.dates.extract_date)
    table = pd.DataFrame(
        {
            "person_id": people.client_ref[careers.spell_person],
            "start": to_dates(careers.spell_start.astype(np.int64)),
            "end": to_dates(_seen(careers.spell_end, last)),
            "kind": np.array(SPELLS, dtype=object)[careers.spell_kind],
        }
    )
    return table.sort_values(["person_id", "start"], ignore_index=True)


def _exits(people: People, careers: Careers) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(
        {
            "person_id": people.client_ref,
            "date": to_dates(careers.exit_day.astype(np.int64)),
            "kind": np.array(EXITS, dtype=object)[careers.exit_kind],
        }
    )
    return table[table["date"].notna()].sort_values("person_id", ignore_index=True)


def _linkage(people: People, found: NDArray[np.bool_]) -> pd.DataFrame:
    import pandas as pd

    status = np.where(found, "found", "not_found").astype(object)
    table = pd.DataFrame({"person_id": people.client_ref, "status": status})
    return table.sort_values("person_id", ignore_index=True)


def _seen(days: NDArray[np.int32], last: int) -> Days:
    """Return ends as the extract knows them: one after its day is still to come."""
    return np.where(days > last, NO_DAY, days).astype(np.int64)


def _numbered(letter: str, size: int) -> list[str]:
    return [f"{letter}{number:05d}" for number in range(1, size + 1)]
