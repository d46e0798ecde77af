"""What a small count is, and how it is kept out of a sentence."""

from __future__ import annotations

import re

_COUNTED = re.compile(
    r"(?<![\d.,])(\d{1,3}) "
    r"((?:of (?:the|these) )?(?:treated |comparison )?"
    r"(?:persons?|people|clients?|offenders?|prisoners?|events?|arrests?"
    r"|charges?|convictions?|cautions?|spells?|rows?|dates?|deaths?|draws?|could be)\b)"
)
_OF_SO_MANY = re.compile(
    r"(?<![\d.,])(\d{1,3})"
    r"(?= of (?:the )?[\d,]+ (?:persons?|people|clients?|offenders?|prisoners?))"
)
_AFTER_A_COLON = re.compile(
    r"(?<=: )(\d{1,3})(?=[;.,](?!\d)|$)"
)  # "overlap: 2;", not "1,003" or "1.5"
_PLURALS = {"person": "people", "persons": "people"}  # "1 person" is "fewer than 5 people"


def is_small(count: float | None, threshold: int) -> bool:
    """Return whether a count is from 1 to one less than *threshold*; 0 and ``nan`` are not.

    Examples
    --------
    >>> [is_small(c, 5) for c in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return count is not None and 0 < count < threshold


def scrub(text: str, threshold: int) -> str:
    """Return *text* with small counts of people or of what they did put into words.

    Examples
    --------
    >>> scrub("2 persons left out; 30 people kept; within 3 months", 5)
    'fewer than 5 people left out; 30 people kept; within 3 months'
    >>> scrub("4 treated people are in the analysis", 5)
    'fewer than 5 treated people are in the analysis'
    >>> scrub("2 of 40 people died in follow-up", 5)
    'fewer than 5 of 40 people died in follow-up'
    >>> scrub("spells that overlap: 2; their days count once", 5)
    'spells that overlap: fewer than 5; their days count once'
    >>> scrub("spells that overlap: 1,003; persons: 1,204 rows have no ward", 5)
    'spells that overlap: 1,003; persons: 1,204 rows have no ward'
    """

    def put(found: re.Match[str]) -> str:
        if not is_small(int(found[1]), threshold):
            return found[0]
        return f"fewer than {threshold} {_PLURALS.get(found[2], _as_plural(found[2]))}"

    def put_bare(found: re.Match[str]) -> str:
        return f"fewer than {threshold}" if is_small(int(found[1]), threshold) else found[0]

    text = _OF_SO_MANY.sub(put_bare, _COUNTED.sub(put, text))
    return _AFTER_A_COLON.sub(put_bare, text)


def _as_plural(noun: str) -> str:
    return noun if noun.endswith(("s", "people", "could be")) else f"{noun}s"


def why(threshold: int) -> str:
    """Return the reason that stands where a number is withheld."""
    return f"rests on a count of fewer than {threshold}"
