"""What must hold of every cohort, and a slow reading of the same rules to compare with."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.cohort import select_cohort
from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Cohort

ORIGIN = date(2013, 1, 1)
SECTION = Cohort(
    accrual_from=date(2013, 1, 11),
    accrual_to=date(2013, 1, 21),
    exclude=("in_custody_at_index_date",),
)
LAST = date(2014, 1, 1)

people = st.sampled_from("abcde")
days = st.integers(0, 30)
spans = st.tuples(people, days, st.none() | st.integers(0, 20))


def frame(columns, rows):
    return pd.DataFrame(rows, columns=columns)


def dated(column):
    return pd.to_datetime(pd.Series(column, dtype=object)).astype("datetime64[ns]")


def spell_frame(spans):
    start = [ORIGIN + timedelta(days=s) for _, s, _ in spans]
    end = [None if long is None else ORIGIN + timedelta(days=s + long) for _, s, long in spans]
    return pd.DataFrame(
        {"person_id": [p for p, _, _ in spans], "start": dated(start), "end": dated(end)}
    )


def records_of(episodes, custody, order):
    persons = pd.DataFrame({"person_id": list("abcde"), "sex": "male"})
    persons["birth_date"] = pd.Timestamp("1980-01-01")
    table = spell_frame(episodes)
    table.insert(1, "episode_id", range(len(table)))
    rng = np.random.default_rng(order)
    return SimpleNamespace(
        persons=persons.iloc[rng.permutation(len(persons))],
        episodes=table.iloc[rng.permutation(len(table))],
        custody=spell_frame(custody),
        exits=pd.DataFrame({"person_id": [], "date": dated([]), "kind": []}),
        linkage=frame(["person_id", "status"], []),
        uncertain=frame(["person_id", "table", "date"], []),
    )


def by_hand(episodes, custody):
    """Return the start of each person's index episode, read off person by person."""
    chosen = {}
    for person in "abcde":
        starts = sorted(s for p, s, _ in episodes if p == person)
        for s in starts:
            inside = any(p == person and b <= s and (n is None or s < b + n) for p, b, n in custody)
            if 10 <= s <= 20 and not inside:
                chosen[person] = ORIGIN + timedelta(days=s)
                break
    return chosen


@given(st.lists(spans, max_size=12), st.lists(spans, max_size=8), st.integers(0, 99))
def test_the_cohort_is_what_a_slow_reading_of_the_rules_gives(episodes, custody, order):
    expected = by_hand(episodes, custody)
    try:
        result = select_cohort(
            records_of(episodes, custody, order), SECTION, last_offence_date=LAST
        )
    except DesignError:
        assert expected == {}
        return
    found = dict(zip(result.people["person_id"], result.people["start"].dt.date, strict=True))
    assert found == expected
    assert sum(step.lost for step in result.flow) + len(result) == 5
    assert result.people["person_id"].is_monotonic_increasing


@given(st.lists(spans, min_size=1, max_size=12), st.integers(0, 99), st.integers(0, 99))
def test_the_order_of_the_rows_does_not_matter(episodes, one, other):
    results = []
    for order in (one, other):
        try:
            results.append(
                select_cohort(records_of(episodes, [], order), SECTION, last_offence_date=LAST)
            )
        except DesignError:
            return
    pd.testing.assert_frame_equal(results[0].people, results[1].people)
    assert results[0].flow == results[1].flow
