"""Arrests while inside do not happen; the array kernel agrees with taking people one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.simulate.custody import thin_by_custody

arrests = st.lists(
    st.tuples(
        st.integers(0, 3),  # person
        st.integers(0, 60),  # day
        st.booleans(),  # leads inside
        st.integers(1, 10),  # days to the start
        st.integers(1, 30),  # days inside
    ),
    max_size=40,
)


def one_by_one(rows):
    """Take each person's possible arrests in turn, as the definition reads."""
    happens, begins, spells = [], [], {}
    for person, day, leads, wait, length in rows:
        own = spells.setdefault(person, [])
        free = not any(start <= day < end for start, end in own)
        waiting = any(start > day for start, _ in own)
        goes = free and leads and not waiting
        if goes:
            own.append((day + wait, day + wait + length))
        happens.append(free)
        begins.append(goes)
    return happens, begins


@given(arrests)
def test_agrees_with_taking_people_one_by_one(rows):
    rows = sorted(rows, key=lambda row: row[:2])
    person, day, leads, wait, length = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    thinned = thin_by_custody(
        person, day, leads.astype(bool), day + wait, day + wait + length, people=4
    )
    happens, begins = one_by_one(rows)
    assert thinned.happens.tolist() == happens
    assert thinned.begins_spell.tolist() == begins


def test_the_day_out_is_the_first_day_at_liberty():
    day = np.array([0, 4, 5])
    leads = np.array([True, False, False])
    thinned = thin_by_custody(np.zeros(3, int), day, leads, day + 1, day + 5, people=1)
    assert thinned.happens.tolist() == [True, False, True]
    assert thinned.free_since[2] == 5
