"""Which episodes began, closed and were open in a period, and which values they have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.scorecard.measures.caseload import Caseload, Mask
from dipoutcomes.scorecard.measures.line import Period

_EPOCH = date(1970, 1, 1)
BLANK = "(blank)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sorted:
    """The episodes of a caseload by what they were in one period.

    Parameters
    ----------
    last : int
        The last day of the period.
    referred, closed, open_before, open_after : ndarray of bool
        Began in the period; closed in it; open when it began; open after its last day.
    """

    last: int
    referred: Mask
    closed: Mask
    open_before: Mask
    open_after: Mask

    @property
    def in_contact(self) -> Mask:
        """Episodes open at some time in the period."""
        return self.open_before | self.referred


def sort_episodes(caseload: Caseload, period: Period) -> Sorted:
    """Return which episodes began, closed and were open, by the days of the period.

    An episode is open from its start to the day before its closure; one that began and closed on
    one day did both. So open before + referred = closed + open after, always.
    """
    first, last = ((day - _EPOCH).days for day in (period.first, period.last))
    start, end = caseload.start, caseload.end
    return Sorted(
        last=last,
        referred=(start >= first) & (start <= last),
        closed=(end >= first) & (end <= last),
        open_before=(start < first) & (end >= first),
        open_after=(start <= last) & (end > last),
    )


def values_in(caseload: Caseload, periods: list[Period]) -> dict[str, list[str]]:
    """Return, by key, the values that episodes in contact in any of the periods have.

    Under `BLANK` stand the keys that are blank for some of them: their blanks have a row too.
    """
    known = np.zeros(len(caseload), dtype=bool)
    for period in periods:
        known |= sort_episodes(caseload, period).in_contact
    found = {
        key: sorted({str(v) for v in column[known] if v is not None})
        for key, column in caseload.words.items()
    }
    drugs = {str(v) for column in caseload.drugs for v in column[known] if v is not None}
    blank = [
        key
        for key, column in caseload.words.items()
        # A blank result is no test, and the row of tests says how many there are.
        if key != "test_result" and (known & ~filled(column)).any()
    ]
    return found | {"drugs": sorted(drugs), BLANK: blank}


def one_at_a_time(caseload: Caseload, chosen: Sorted) -> bool:
    """Return whether nobody had two episodes open when the period began, or after its last day."""
    return all(
        len(np.unique(caseload.person[mask])) == int(mask.sum())
        for mask in (chosen.open_before, chosen.open_after)
    )


def filled(column: NDArray[np.object_]) -> Mask:
    """Return where a column is not blank."""
    return np.asarray(column != None, dtype=bool)  # noqa: E711


def latest(caseload: Caseload, mask: Mask) -> Mask:
    """Return the mask with one episode a person: of several that are open, the latest begun."""
    where = np.flatnonzero(mask)
    found = np.zeros(len(mask), dtype=bool)
    # Episodes are in order of start: the first of the reversed ones is the latest.
    _, position = np.unique(caseload.person[where][::-1], return_index=True)
    found[where[::-1][position]] = True
    return found
