"""Small clean tables, as the records room hands them over."""

from types import SimpleNamespace

import pandas as pd
import pytest

PERSONS = ["person_id", "birth_date", "sex"]
EPISODES = ["person_id", "episode_id", "start", "end"]


def table(columns, rows, dates=()):
    frame = pd.DataFrame(rows, columns=list(columns))
    for name in dates:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[ns]")
    return frame


def tables(persons=(), episodes=(), custody=(), exits=(), linkage=(), uncertain=()):
    """Persons as (id, birth), episodes as (id, start, end); the rest as in the dictionary."""
    return SimpleNamespace(
        persons=table(PERSONS, [(p, b, "male") for p, b in persons], ["birth_date"]),
        episodes=table(
            EPISODES,
            [(p, i, s, e) for i, (p, s, e) in enumerate(episodes)],
            ["start", "end"],
        ),
        custody=table(["person_id", "start", "end"], custody, ["start", "end"]),
        exits=table(["person_id", "date", "kind"], exits, ["date"]),
        linkage=table(["person_id", "status"], linkage),
        uncertain=table(["person_id", "table", "date"], uncertain, ["date"]),
    )


@pytest.fixture(name="tables")
def tables_fixture():
    return tables
