"""From a draw and the police's answers, look by look, to a confidence sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.draw import Draw
from dipoutcomes.sampling.sequential.result import ConfidenceSequence
from dipoutcomes.sampling.sequential.sequence import proportion_confidence_sequence

_COLUMNS = ("person_id", "outcome", "window_closes")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """What was known on one day about the people asked for.

    Parameters
    ----------
    as_of : date
        The day on which the police's records were taken: they cover the days before it.
    window : str
        Name of the outcome window, as the protocol has it: "12 months after".
    people : DataFrame
        ``person_id`` (pseudonym), ``outcome`` (1 with the event, 0 without, missing for an
        untraced person) and ``window_closes`` (the first day outside the person's window, any
        waiting period included). People of earlier looks may be in it again, unchanged.
    """

    as_of: date
    window: str
    people: pd.DataFrame

    def __repr__(self) -> str:
        """Say how many, never who."""
        return f"Look(as_of={self.as_of}, window={self.window!r}, {len(self.people):,} people)"


def sequence_from_looks(
    draw: Draw,
    looks: Sequence[Look],
    *,
    confidence_level: float = 0.95,
    method: Literal["prior_posterior", "hedged_capital"] = "prior_posterior",
    untraced: Literal["stop", "bounds"] = "stop",
) -> ConfidenceSequence:
    """Return the confidence sequence of a draw, once its conditions are seen to hold.

    Parameters
    ----------
    draw : Draw
        A simple random draw; its sample and then its reserve are the random order.
    looks : sequence of Look
        In the order of their dates, at least one.
    confidence_level, method, untraced
        As for `proportion_confidence_sequence`.

    Returns
    -------
    ConfidenceSequence
        Of everybody looked at so far.

    Raises
    ------
    DesignError
        All faults at once: the draw is not a simple random one; the looks differ in their window
        or do not follow one another; a look lacks a column, or has somebody twice or from outside
        the frame; somebody was skipped; somebody's window was still open; an outcome that was
        known has changed.

    Notes
    -----
    More people may be looked at each quarter. The same people looked at again over a longer time
    is another outcome, not a larger sample: no limit here holds for it, and it is refused. A
    person untraced at one look and traced at a later one is no change of outcome.

    Examples
    --------
    >>> from dipoutcomes.protocol.model import Sample
    >>> from dipoutcomes.sampling import draw_sample
    >>> frame = pd.DataFrame({"person_id": [f"{k:02}" for k in range(40)]})
    >>> draw = draw_sample(frame, Sample(size=8), rng=np.random.default_rng(1))
    >>> people = pd.DataFrame({"person_id": draw.person_ids, "outcome": [0, 0, 0, 1, 0, 0, 0, 0],
    ...     "window_closes": pd.Timestamp("2015-03-31")})
    >>> look = Look(as_of=date(2015, 6, 30), window="12 months after", people=people)
    >>> print(sequence_from_looks(draw, [look]).interval)
    95% CI 0.025 to 0.575, confidence sequence, prior over posterior, uniform prior
    """
    if not looks:
        raise DesignError("there is no look at any outcome yet; ask for the first people drawn")
    _refuse(_faults_of_design(draw, looks) + _faults_of_tables(draw, looks))
    rows = pd.concat([_typed(look, number) for number, look in enumerate(looks)])
    _refuse(_faults_of_rows(rows, draw))
    known = rows.groupby("person_id", sort=False)["outcome"].last()  # the last that is not missing
    outcomes = known.reindex(pd.Index(_order(draw)[: len(known)]))
    return proportion_confidence_sequence(
        outcomes.tolist(),
        draw.frame_size,
        confidence_level=confidence_level,
        method=method,
        untraced=untraced,
    )


def _refuse(faults: list[str]) -> None:
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise DesignError(f"these outcomes cannot be a confidence sequence:\n{lines}")


def _order(draw: Draw) -> list[str]:
    return [*draw.person_ids, *draw.reserve_ids]


def _faults_of_design(draw: Draw, looks: Sequence[Look]) -> list[str]:
    faults = []
    order = _order(draw)
    if draw.design != "simple_random":
        faults.append(
            f"the draw is {draw.design.replace('_', ' ')}, and only the order of a simple random "
            "one is a random order of the frame; draw again without strata"
        )
    if draw.replacement or len(set(order)) != len(order):
        faults.append("the draw can hold people twice; draw without replacement")
    windows = {look.window for look in looks}
    if len(windows) > 1:
        faults.append(
            f"the looks have {len(windows)} outcome windows ({', '.join(sorted(windows))}); one "
            "window, fixed in advance, is one question: make one sequence of each"
        )
    late = sum(first.as_of >= second.as_of for first, second in pairwise(looks))
    if late:
        faults.append(
            f"{late} looks are not after the one before them; give the looks in order of date, "
            "and one for each date"
        )
    return faults


def _faults_of_tables(draw: Draw, looks: Sequence[Look]) -> list[str]:
    faults = []
    frame = pd.Index(_order(draw))
    for number, look in enumerate(looks, start=1):
        missing = [name for name in _COLUMNS if name not in look.people.columns]
        if missing:
            faults.append(f"look {number} has no column {', '.join(missing)}; each look needs it")
            continue
        ids = pd.Index(look.people["person_id"].astype(str))
        twice, outside = int(ids.duplicated().sum()), int((~ids.isin(frame)).sum())
        wrong = int((~look.people["outcome"].dropna().isin([0, 1])).sum())
        if twice:
            faults.append(f"look {number} has {twice} rows of people who are in it already")
        if outside:
            faults.append(
                f"look {number} has {outside} people who are not in the frame that was drawn from; "
                "leave them out"
            )
        if wrong:
            faults.append(f"look {number} has {wrong} outcomes that are neither 1, 0 nor missing")
    return faults


def _typed(look: Look, number: int) -> pd.DataFrame:
    closes = pd.to_datetime(look.people["window_closes"])
    return pd.DataFrame(
        {
            "person_id": look.people["person_id"].astype(str),
            "outcome": pd.to_numeric(look.people["outcome"]).astype(float),
            # An open or unknown end is not complete; the untraced have no outcome to complete.
            "open": ~(closes <= pd.Timestamp(look.as_of)) & look.people["outcome"].notna(),
            "look": number,
        }
    )


def _faults_of_rows(rows: pd.DataFrame, draw: Draw) -> list[str]:
    faults = []
    unfinished = int(rows["open"].sum())
    if unfinished:
        faults.append(
            f"{unfinished} outcomes were taken before the person's window had closed; who has no "
            "event yet may still have one: wait until the window of everybody counted is complete"
        )
    faults.extend(_faults_of_order(rows, draw))
    traced = rows.dropna(subset=["outcome"])
    by_person = traced.groupby("person_id")["outcome"]
    changed = int((by_person.min() < by_person.max()).sum()) + _lost(rows)
    if changed:
        faults.append(
            f"{changed} people have another outcome than at an earlier look. Looking again at the "
            "same people is a changing outcome, not more sampling: keep the first complete "
            "outcome of the window, or compare periods with paired methods"
        )
    return faults


def _lost(rows: pd.DataFrame) -> int:
    """Return the number of people whose outcome was known and at a later look was not."""
    known = rows["outcome"].notna()
    first_known = rows["look"].where(known).groupby(rows["person_id"]).min()
    last_missing = rows["look"].where(~known).groupby(rows["person_id"]).max()
    return int((last_missing > first_known).sum())


def _faults_of_order(rows: pd.DataFrame, draw: Draw) -> list[str]:
    order = _order(draw)
    place = pd.Series(np.arange(len(order)), index=order)
    first = rows.groupby("person_id")["look"].min()
    asked = pd.DataFrame({"look": first, "place": place.reindex(first.index)}).sort_values("place")
    reached = int(asked["place"].max()) + 1
    skipped = reached - len(asked)
    early = int((asked["look"] < asked["look"].cummax()).sum())
    faults = []
    if skipped:
        faults.append(
            f"{skipped} of the first {reached} people of the draw were skipped. Nobody may be: ask "
            "for them; an untraced person has a row with a missing outcome"
        )
    if early:
        faults.append(
            f"{early} people were asked for before others who come earlier in the draw; each look "
            "must go on where the one before it ended"
        )
    return faults
