"""One made-up programme from end to end: clean frames, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import day_number, to_dates
from dipoutcomes.simulate.careers import Careers, entrants_careers
from dipoutcomes.simulate.episodes import Episodes, draw_episodes, with_reentries
from dipoutcomes.simulate.exits import Exits, draw_exits, stop_at_exit
from dipoutcomes.simulate.offences import Events, draw_events
from dipoutcomes.simulate.people import People, draw_people
from dipoutcomes.simulate.recipe import Recipe
from dipoutcomes.simulate.truth import true_values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class SyntheticCohort:
    """Made-up people as clean tables, with the truth that an analysis should come near to.

    The tables have the columns of the data dictionary; ``persons`` has also ``standing``
    ("eligible", or why not), ``forename`` and ``surname``, which no real table of the toolkit
    keeps. ``person_id`` is the client reference of the made-up office.
    """

    persons: pd.DataFrame
    episodes: pd.DataFrame
    events: pd.DataFrame  # of everybody found on the police's records
    custody: pd.DataFrame
    exits: pd.DataFrame
    linkage: pd.DataFrame
    truth: dict[str, Any]
    careers: Careers  # the arrests themselves, with everybody's own rate, by code


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

    Notes
    -----
    Entry is triggered by an arrest, so entrants offend more than the population they come from
    and, with no effect at all, go on doing so; see `careers.own_rates` and
    `careers.entrants_careers`. Not for studying how arrest ends an episode: here it does not.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.simulate import parse_recipe
    >>> cohort = make_cohort(parse_recipe(Path("synthetic/gwent.toml").read_text("utf-8")))
    >>> cohort.truth["people_in_extract"]["eligible"], len(cohort.persons)
    (210, 235)
    """
    drawn = draw_episodes(recipe)
    exits = draw_exits(recipe, drawn.end)
    episodes = with_reentries(recipe, drawn, exits.day)
    everything = entrants_careers(
        recipe, start=drawn.start, end=drawn.end, index_day=drawn.index_day
    )
    last_day = day_number(recipe.dates.extract_date)
    careers = stop_at_exit(everything, exits.day, last_day=last_day)
    people = draw_people(recipe, episodes)
    events = draw_events(recipe, careers, exits.day)
    return SyntheticCohort(
        persons=_persons(people, episodes),
        episodes=_episodes(people, episodes),
        events=_events(people, events, exits.found_on_pnc),
        custody=_custody(people, careers),
        exits=_exits(people, exits),
        linkage=_linkage(people, exits),
        truth=true_values(recipe, episodes, careers, exits),
        careers=careers,
    )


def _persons(people: People, episodes: Episodes) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(
        {
            "person_id": people.client_ref,
            "forename": people.forename,
            "surname": people.surname,
            "birth_date": to_dates(people.birth_day),
            "sex": people.sex,
            "area": people.area,
            "standing": episodes.standing,
        }
    )
    return table.sort_values("person_id", ignore_index=True)


def _episodes(people: People, episodes: Episodes) -> pd.DataFrame:
    import pandas as pd

    person = np.concatenate([np.arange(len(episodes.start)), episodes.again_person])
    table = pd.DataFrame(
        {
            "person_id": people.client_ref[person],
            "start": to_dates(np.concatenate([episodes.start, episodes.again_start])),
            "end": to_dates(np.concatenate([episodes.end, episodes.again_end])),
            "referral_source": people.referral_source[person],
            "main_drug": people.main_drug[person],
        }
    ).sort_values(["start", "person_id"], ignore_index=True)
    table.insert(1, "episode_id", _numbered("T", len(table)))
    return table


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


def _custody(people: People, careers: Careers) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(
        {
            "person_id": people.client_ref[careers.spell_person],
            "start": to_dates(careers.spell_start),
            "end": to_dates(careers.spell_end),
        }
    )
    return table.sort_values(["person_id", "start"], ignore_index=True)


def _exits(people: People, exits: Exits) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(
        {"person_id": people.client_ref, "date": to_dates(exits.day), "kind": exits.kind}
    )
    return table[table["date"].notna()].sort_values("person_id", ignore_index=True)


def _linkage(people: People, exits: Exits) -> pd.DataFrame:
    import pandas as pd

    status = np.where(exits.found_on_pnc, "found", "not_found").astype(object)
    table = pd.DataFrame({"person_id": people.client_ref, "status": status})
    return table.sort_values("person_id", ignore_index=True)


def _numbered(letter: str, size: int) -> list[str]:
    return [f"{letter}{number:05d}" for number in range(1, size + 1)]
