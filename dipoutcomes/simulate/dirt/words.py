"""What the loader must say of a spoilt row, in its own words, and what becomes of the person.

These are copies on purpose: a test compares them with what the loader says, and neither room may
lean on the other.
"""

from __future__ import annotations

from typing import Literal

MISSING = "is missing"
NEEDED_BY_ARREST = "is missing and its event type needs it (arrest or charge)"
UNREADABLE = "cannot be read in the declared date formats"
IMPOSSIBLE = "is not a day of the calendar"
OUT_OF_RANGE = "lies before 1900-01-01 or after the extract date"
NOT_LISTED = "has a code that is not in the protocol's list"
NOT_A_CHOICE = "is not one of the words that the dictionary allows"
BEFORE_START = "is before the start"
BEFORE_BIRTH = "is before the person's birth"
BEFORE_OFFENCE = "is before the offence date"
COPY = "is a copy of an earlier row"
STORED_TWICE = "is an earlier row under another identifier"
HEADINGS = "repeats the headings"
TOTAL = "is a total and no record"
UNKNOWN_PERSON = "names a person who is not in the persons table"
REJECTED_PERSON = "names a person whose row of the persons table was rejected"

#: What a fault does to a study whose protocol declares what it needs.
Effect = Literal[
    "none",  # every value is read as if the file were clean
    "uncertain",  # the person's outcome is not known: best and worst case, never "no offence"
    "custody",  # the person's days inside are not known: no rate per year at liberty
    "untraced",  # as uncertain: somebody whom the police did not find or answer for
    "attribute",  # an area or a drug is another, or not known; no outcome changes
    "outside",  # only people who are not in the true cohort are hit
    "counted",  # a row that may be there twice counts, and the count of such rows is said
    "unseen",  # another day is read, and nothing in the file shows it
]
EFFECTS: dict[Effect, str] = {
    "none": "no count changes",
    "uncertain": "the person's outcome is not known: best and worst case, never “no offence”",
    "custody": "the person's days in custody are not known: in no rate per year at liberty",
    "untraced": "the person is untraced: best and worst case, never “no offence”",
    "attribute": "no outcome changes; an attribute does",
    "outside": "hits only people outside the cohort",
    "counted": "the second row counts; the note says how many there are",
    "unseen": "another day is read: not seen",
}
