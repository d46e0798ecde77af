"""Errors a user can put right. Each has an exit code; anything else is a fault of ours.

A message says what was found, what the rule is and what to do. It names rows and rules and
never quotes a person's data, so that it may be pasted into an email.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class DipOutcomesError(Exception):
    """The base of every error that a user can put right."""

    exit_code: ClassVar[int] = 1


class ProtocolError(DipOutcomesError):
    """The protocol cannot be read, or its parts contradict each other."""

    exit_code = 10


class RecordError(DipOutcomesError):
    """An input table breaks the data dictionary in a way that a run cannot stand.

    Parameters
    ----------
    message : str
        What was found (with a count), the rule and the remedy; no value from a record.
    problems : sequence of str, optional
        One line for each fault, when several are reported together.
    """

    exit_code = 11

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *(f"  {line}" for line in self.problems)]))


class DesignError(DipOutcomesError):
    """The data are sound but cannot answer the question asked; the message says what would."""

    exit_code = 12


class DisclosureError(DipOutcomesError):
    """Something that may identify a person was about to leave the secure side."""

    exit_code = 13


class StorageError(DipOutcomesError):
    """A file cannot be found, read or written."""

    exit_code = 14


#: Every error and its exit code, for the README, the command line's help and the tests.
EXIT_CODES: dict[str, int] = {
    error.__name__: error.exit_code
    for error in (ProtocolError, RecordError, DesignError, DisclosureError, StorageError)
}
