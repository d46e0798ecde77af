"""Times to re-offending of made-up people, recounted a person at a time from their records."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.simulate import make_cohort, parse_recipe
from dipoutcomes.study import made_up_people
from dipoutcomes.study.made_up import ACQUISITIVE

RECIPE = Path(__file__).parents[3] / "synthetic" / "gwent.toml"
LAST = date(2015, 3, 31)


def lives():
    """Return start, end, last day, arrests, spells and exit of each person in the study."""
    made = make_cohort(parse_recipe(RECIPE.read_text("utf-8")))
    found = set(made.linkage.loc[made.linkage["status"] == "found", "person_id"])
    eligible = set(made.persons.loc[made.persons["standing"] == "eligible", "person_id"])
    exits = {row.person_id: row.date.date() for row in made.exits.itertuples()}
    people = []
    for person in sorted(found & eligible):
        own = made.episodes[made.episodes["person_id"] == person]
        ends = [
            (row.end.date(), row.start.date())
            for row in own.itertuples()
            if pd.notna(row.end) and date(2012, 10, 1) <= row.end.date() <= date(2013, 3, 31)
        ]
        end, start = min(ends)
        until = min(exits.get(person, date.max), LAST + timedelta(1))
        if until <= end:
            continue
        arrests = made.events[
            (made.events["person_id"] == person)
            & (made.events["event_type"] == "arrest")
            & ~made.events["is_index"]
        ]
        days = sorted((row.arrest_date.date(), row.offence_code) for row in arrests.itertuples())
        spells = [
            (row.start.date(), date.max if pd.isna(row.end) else row.end.date())
            for row in made.custody[made.custody["person_id"] == person].itertuples()
        ]
        people.append((start, end, until, days, spells, person in exits))
    return people


@pytest.fixture(scope="module")
def recounted():
    return lives()


@pytest.fixture(scope="module")
def people():
    return made_up_people(RECIPE)


def test_first_arrest_after_the_end(people, recounted):
    times, events = [], []
    for _, end, until, days, _, _ in recounted:
        first = next((day for day, _ in days if end <= day < until), None)
        times.append(((until if first is None else first + timedelta(1)) - end).days)
        events.append(int(first is not None))
    assert people.after.time.tolist() == times
    assert people.after.event.tolist() == events
    assert 100 < sum(events) < len(events)


@pytest.mark.parametrize("long_custody_days", [90, 1])
def test_what_came_first(recounted, long_custody_days):
    found = made_up_people(RECIPE, long_custody_days=long_custody_days).first_of_several
    times, causes = [], []
    for _, end, until, days, spells, gone in recounted:
        first = next((day for day, _ in days if end <= day < until), None)
        long = [a for a, b in spells if end <= a < until and (b - a).days >= long_custody_days]
        if first is not None and (not long or first <= min(long)):
            kinds = {kind for day, kind in days if day == first}
            causes.append(1 if kinds & set(ACQUISITIVE) else 2)
            times.append((first - end).days + 1)
        elif long:
            causes.append(3)
            times.append((min(long) - end).days + 1)
        else:
            causes.append(3 if gone and until <= LAST else 0)
            times.append((until - end).days)
    assert found.cause.tolist() == causes
    assert found.time.tolist() == times
    assert set(causes) == {0, 1, 2, 3}


def test_retained_until_the_first_arrest_from_the_start(people, recounted):
    found = people.from_start
    for k, (start, end, until, days, _, _) in enumerate(recounted):
        first = next((day for day, _ in days if start <= day < until), None)
        time = ((until if first is None else first + timedelta(1)) - start).days
        assert found.time[k] == time
        assert found.event[k] == (first is not None)
        retained = (end - start).days >= 168 and time >= 168
        assert (found.exposure_time[k] == 168) == retained
        assert np.isnan(found.exposure_time[k]) != retained


def test_every_arrest_at_liberty_and_every_day_of_it(people, recounted):
    arrests, days_at_risk, days_in_all = 0, 0, 0
    for _, end, until, days, spells, _ in recounted:
        span = [end + timedelta(k) for k in range((until - end).days)]
        inside = {day for day in span for a, b in spells if a <= day < b}
        days_at_risk += len(span) - len(inside)
        days_in_all += len(span)
        received = {a for a, _ in spells}
        arrests += sum(
            end <= day < until and (day not in inside or day in received) for day, _ in days
        )
    assert people.histories.events == arrests
    assert np.sum(people.histories.stop - people.histories.start) == days_at_risk
    whole = people.histories_ignoring_custody
    assert np.sum(whole.stop - whole.start) == days_in_all
    assert days_at_risk < days_in_all


def test_who_they_are_is_not_printed(people):
    assert repr(people) == f"MadeUpPeople({people})"
    assert str(people).startswith(f"{len(people)} made-up people, ")


def test_a_recipe_without_closures_is_refused():
    other = Path(__file__).parents[3] / "synthetic" / "national-2008.toml"
    with pytest.raises(DesignError, match="no period of closures"):
        made_up_people(other)
