"""The episodes that a scorecard counts: days as numbers, flags as yes, no or not recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import RecordError
from dipoutcomes.protocol.model import Card

if TYPE_CHECKING:
    import pandas as pd

Days = NDArray[np.int64]
Mask = NDArray[np.bool_]
#: The day of an episode that has not ended, and of what never happened: after every other.
NEVER = np.iinfo(np.int64).max
YES, NO, NOT_RECORDED = 1, 0, -1
_DATES = ("assessed_on", "care_plan_on", "engaged_on")
_FLAGS = ("iom", "prescribed")
_NUMBERS = ("interventions", "signposted", "positive_outcomes")
_WORDS = ("area", "referral_source", "test_result", "modality", "closure_reason", "primary_drug")

#: What cannot be counted without an attribute, besides its own rows.
_NEEDED_BY = {
    "interventions": ("signposted",),
    "closure_reason": ("completed", "disengaged"),
    "primary_drug": ("further_drugs",),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Caseload:
    """Episodes, an entry each, in order of start; what is not mapped is absent.

    Parameters
    ----------
    person : ndarray of int, shape (n,)
        Code of the person; an episode has one, a person may have several.
    start, end : ndarray of int, shape (n,)
        Days since 1970-01-01; `NEVER` for an episode that is still open. The end is the day of
        closure.
    dates, flags, numbers, words : dict
        By key of ``[scorecard]``: days (`NEVER` where blank), yes, no or not recorded, numbers
        (-1 where blank), and texts (None where blank).
    drugs : tuple of ndarray
        The primary drug and the further ones.
    """

    person: NDArray[np.int64]
    start: Days
    end: Days
    dates: dict[str, Days]
    flags: dict[str, NDArray[np.int8]]
    numbers: dict[str, NDArray[np.int64]]
    words: dict[str, NDArray[np.object_]]
    drugs: tuple[NDArray[np.object_], ...]

    def __len__(self) -> int:
        return len(self.start)


def caseload_from(
    episodes: pd.DataFrame,
    persons: pd.DataFrame,
    card: Card,
    *,
    date_formats: Sequence[str] = ("%Y-%m-%d",),
) -> Caseload:
    """Return the episodes as arrays, with every attribute that the section names.

    Parameters
    ----------
    episodes : DataFrame
        person_id, start, end (NaT: still open) and attributes, as ``records`` gives them.
    persons : DataFrame
        person_id (unique) and attributes.
    card : Card
        Which attribute holds what.
    date_formats : sequence of str
        ``strptime`` formats of days in attributes; 2014-03-31, with or without a time of day, is
        always read.

    Returns
    -------
    Caseload

    Raises
    ------
    RecordError
        If a cell that should hold a day, a whole number, yes or no holds anything else, or a
        person has no row. All faults at once, with counts and no content.
    """
    import pandas as pd

    ordered = episodes.sort_values("start", kind="stable", ignore_index=True)
    position = pd.Index(persons["person_id"]).get_indexer(ordered["person_id"])
    faults = []
    if (position < 0).any():
        faults.append(f"{int((position < 0).sum())} episodes belong to nobody in the persons table")
    start, end = _known_days(ordered["start"]), _known_days(ordered["end"])
    for wrong, says in (
        (start == NEVER, "have no start"),
        ((end < start) & (start < NEVER), "ended before they began"),
    ):
        if wrong.any():
            faults.append(f"{int(wrong.sum())} episodes {says}")
    columns = _columns(ordered, persons, position, card)
    if "closure_reason" in columns:
        faults += _nearly_named(columns["closure_reason"], card)
    formats = [*date_formats, "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"]
    dates = {k: _days(k, columns[k], formats, faults) for k in _DATES if k in columns}
    flags = {k: _flags(k, columns[k], card, faults) for k in _FLAGS if k in columns}
    numbers = {k: _numbers(k, columns[k], faults) for k in _NUMBERS if k in columns}
    if {"interventions", "signposted"} <= numbers.keys():
        more = int((numbers["signposted"] > np.maximum(numbers["interventions"], 0)).sum())
        if more:
            faults.append(f"{more} episodes are signposted more often than interventions are")
    if faults:
        raise RecordError(
            "[scorecard] cannot be counted from these records:\n"
            + "\n".join(f"  {fault}" for fault in faults)
            + "\nPut the cells right, or take the attribute out of [scorecard]: it is then "
            "printed as not recorded"
        )
    names = [name for name in (card.primary_drug, *card.further_drugs) if name]
    return Caseload(
        person=position.astype(np.int64),
        start=start,
        end=end,
        dates=dates,
        flags=flags,
        numbers=numbers,
        words={k: columns[k] for k in _WORDS if k in columns},
        drugs=tuple(_column(name, ordered, persons, position) for name in names),
    )


def recorded(card: Card, episodes: pd.DataFrame, persons: pd.DataFrame) -> Card:
    """Return the section without the attributes that are blank in every episode of the extract.

    A column that nobody filled is not recorded: a count of 0 from it would be false.
    """
    if not len(episodes):
        return card
    held = persons[persons["person_id"].isin(episodes["person_id"])]
    tables = (episodes, held)
    blank = {
        key
        for key, name in card.attributes
        if name and next(t[name].isna().all() for t in tables if name in t.columns)
    }
    update: dict[str, Any] = dict.fromkeys(blank - {"further_drugs"}, "")
    for key, needing in _NEEDED_BY.items():
        if key in blank:
            update |= {name: type(getattr(card, name))() for name in needing}
    return card.model_copy(update=update) if update else card


def _nearly_named(reasons: NDArray[np.object_], card: Card) -> list[str]:
    """Return what is wrong where reasons differ from those of the section in their writing alone.

    Such a closure would be counted among those for other reasons, and the completions be too few.
    """
    import pandas as pd

    named = [*card.completed, *card.disengaged]
    alike = {_plainly(reason) for reason in named}
    times = pd.Series(reasons, dtype=object).value_counts()
    wrong = sum(
        int(count)
        for reason, count in times.items()
        if reason not in named and _plainly(reason) in alike
    )
    if not wrong:
        return []
    return [
        f"closure_reason: {wrong} cells differ from a reason under [scorecard] in capitals, spaces "
        "or punctuation alone; write them alike, by [records.episodes.values]"
    ]


def _plainly(text: object) -> str:
    return "".join(letter for letter in str(text).casefold() if letter.isalnum())


def _columns(
    episodes: pd.DataFrame, persons: pd.DataFrame, position: NDArray[Any], card: Card
) -> dict[str, NDArray[np.object_]]:
    return {
        key: _column(name, episodes, persons, position)
        for key, name in card.attributes
        if name and key != "further_drugs"
    }


def _column(
    name: str, episodes: pd.DataFrame, persons: pd.DataFrame, position: NDArray[Any]
) -> NDArray[np.object_]:
    """Return an attribute for each episode, from whichever of the two tables has it."""
    if name in episodes.columns:
        cells = episodes[name]
    else:
        cells = persons[name].iloc[np.maximum(position, 0)]
    texts = np.array(cells.to_numpy(dtype=object), dtype=object)
    texts[cells.isna().to_numpy()] = None
    return texts


def _known_days(column: pd.Series[Any]) -> Days:
    days = column.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), NEVER, days.astype(np.int64)).astype(np.int64)


def _days(key: str, cells: NDArray[np.object_], formats: Sequence[str], faults: list[str]) -> Days:
    import pandas as pd

    from dipoutcomes.records.dates import type_dates

    read = type_dates(pd.Series(cells, dtype=object), formats=tuple(dict.fromkeys(formats)))
    wrong = int((read.unreadable | read.impossible).sum())
    if wrong:
        faults.append(f"{key}: {wrong} cells hold no day of the calendar in the formats given")
    return np.where(read.missing | read.unreadable | read.impossible, NEVER, read.days)


def _flags(key: str, cells: NDArray[np.object_], card: Card, faults: list[str]) -> NDArray[np.int8]:
    import pandas as pd

    texts = pd.Series(cells, dtype=object)
    blank = texts.isna().to_numpy()
    yes, no = texts.isin(card.yes).to_numpy(), texts.isin(card.no).to_numpy()
    other = int((~(blank | yes | no)).sum())
    if other:
        faults.append(f"{key}: {other} cells hold a word that is neither yes nor no")
    return np.select([yes, no], [YES, NO], NOT_RECORDED).astype(np.int8)


def _numbers(key: str, cells: NDArray[np.object_], faults: list[str]) -> NDArray[np.int64]:
    import pandas as pd

    texts = pd.Series(cells, dtype=object)
    blank = texts.isna().to_numpy()
    whole = texts.astype(str).str.fullmatch(r"\d{1,6}(?:\.0)?", na=False).to_numpy()
    wrong = int((~(blank | whole)).sum())
    if wrong:
        faults.append(f"{key}: {wrong} cells hold no whole number from 0 on")
    found = np.full(len(cells), -1, dtype=np.int64)
    found[whole] = texts[whole].astype(float).astype(np.int64)
    return found
