"""A count that two publications give of one period: how they differ, and through which rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.measures.line import Period
from dipoutcomes.scorecard.series.figures import CardFigures

if TYPE_CHECKING:
    import pandas as pd

#: Which day of an episode puts it into the row.
_DAYS = {"referrals": "start", "closures": "end"}
_LABELS = {"referrals": "Referrals", "closures": "Closures"}
UNTOLD = "two printed cards do not tell; the episodes behind them would"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One row of one period in two extracts, and what lies between the two counts.

    ``earlier + late_rows - removed + moved_in - moved_out == later``, always.

    Parameters
    ----------
    row : {"referrals", "closures"}
    period : Period
    earlier, later : int
        Counted from the earlier and from the later extract.
    late_rows, removed : int
        Episodes that only the later, and only the earlier, extract has.
    moved_in, moved_out : int
        Episodes in both, whose day was changed (or first entered) so that they came into the
        period, or left it.
    """

    row: str
    period: Period
    earlier: int
    later: int
    late_rows: int
    removed: int
    moved_in: int
    moved_out: int

    def __str__(self) -> str:
        if self.earlier == self.later and not (self.late_rows or self.moved_in):
            return f"{_LABELS[self.row]}, {self.period}: {self.earlier:,}, not revised"
        parts = [
            f"{sign}{count:,} {says}"
            for sign, count, says in (
                ("+", self.late_rows, "entered late"),
                ("-", self.removed, "taken out"),
                ("+", self.moved_in, "dated into the period"),
                ("-", self.moved_out, "dated out of it"),
            )
            if count
        ]
        return (
            f"{_LABELS[self.row]}, {self.period}: {self.earlier:,} then and {self.later:,} now "
            f"({', '.join(parts)})"
        )


def reconcile_episodes(
    earlier: pd.DataFrame, later: pd.DataFrame, period: Period
) -> tuple[Reconciled, Reconciled]:
    """Return why the referrals and the closures of a period differ between two extracts.

    Parameters
    ----------
    earlier, later : DataFrame
        One row an episode: person_id (pseudonyms of one key), start, end (NaT: open).
    period : Period

    Returns
    -------
    (Reconciled, Reconciled)
        Of referrals and of closures.

    Notes
    -----
    Episodes are matched by person and start; of those left over, the first of a person in one
    extract is taken for the first of the same person in the other, as re-dated. Somebody whose
    episode was deleted and who has another, new one is then called re-dated: the difference of the
    counts is right all the same, the reason may be the other of the two.

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> def frame(*rows):
    ...     made = pd.DataFrame(rows, columns=["person_id", "start", "end"])
    ...     return made.assign(start=pd.to_datetime(made.start), end=pd.to_datetime(made.end))
    >>> then = frame(("a", "2014-01-06", None), ("b", "2014-02-03", None))
    >>> now = frame(("a", "2014-01-06", "2014-03-03"), ("b", "2013-12-30", None),
    ...             ("c", "2014-03-24", None))
    >>> quarter = Period(first=date(2014, 1, 1), last=date(2014, 3, 31))
    >>> for found in reconcile_episodes(then, now, quarter):
    ...     print(found)
    Referrals, 1 January 2014 to 31 March 2014: 2 then and 2 now (+1 entered late, -1 dated out of
    it)
    Closures, 1 January 2014 to 31 March 2014: 0 then and 1 now (+1 dated into the period)
    """
    pairs = _pairs(earlier, later)
    found = [_reconciled(row, day, pairs, period) for row, day in _DAYS.items()]
    return found[0], found[1]


def _pairs(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Return one row an episode of either extract, matched where it is in both."""
    first, second = (_numbered(frame, ["person_id", "start"]) for frame in (earlier, later))
    exact = first.merge(
        second, on=["person_id", "start", "turn"], how="outer", suffixes=("_earlier", "_later"),
        indicator=True,
    )  # fmt: skip
    both = exact[exact["_merge"] == "both"].copy()
    both["start_earlier"] = both["start_later"] = both["start"]
    left = [
        exact.loc[exact["_merge"] == side, ["person_id", "start", end]].rename(columns={end: "end"})
        for side, end in (("left_only", "end_earlier"), ("right_only", "end_later"))
    ]
    rest = _numbered(left[0], ["person_id"]).merge(
        _numbered(left[1], ["person_id"]), on=["person_id", "turn"], how="outer",
        suffixes=("_earlier", "_later"), indicator=True,
    )  # fmt: skip
    import pandas as pd

    columns = ["start_earlier", "end_earlier", "start_later", "end_later", "_merge"]
    return pd.concat([both[columns], rest[columns]], ignore_index=True)


def _numbered(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    ordered = frame[["person_id", "start", "end"]].sort_values(["person_id", "start", "end"])
    return ordered.assign(turn=ordered.groupby(keys, dropna=False).cumcount())


def _reconciled(row: str, day: str, pairs: pd.DataFrame, period: Period) -> Reconciled:
    first, last = (np.datetime64(d, "ns") for d in (period.first, period.last))
    then, now = (
        ((pairs[f"{day}_{when}"] >= first) & (pairs[f"{day}_{when}"] <= last)).to_numpy()
        for when in ("earlier", "later")
    )
    merged = pairs["_merge"].astype(str).to_numpy()
    both = merged == "both"
    return Reconciled(
        row=row,
        period=period,
        earlier=int(then.sum()),
        later=int(now.sum()),
        late_rows=int((now & (merged == "right_only")).sum()),
        removed=int((then & (merged == "left_only")).sum()),
        moved_in=int((now & ~then & both).sum()),
        moved_out=int((then & ~now & both).sum()),
    )


def revisions_table(cards: Sequence[CardFigures], reconciled: Sequence[Reconciled] = ()) -> Table:
    """Return the rows that a later card gives otherwise than the card of the period itself did.

    Parameters
    ----------
    cards : sequence of CardFigures
        In order of time. A card that prints the last period's counts beside its own revises them.
    reconciled : sequence of Reconciled
        Why, where the episodes behind both are at hand.

    Returns
    -------
    Table
        For the working copy: its differences are counts of few people.
    """
    reasons = {(r.row, r.period): str(r).partition(" (")[2].removesuffix(")") for r in reconciled}
    rows = []
    for card in cards:
        for later in cards:
            if later is card or later.previous != card.period:
                continue
            for name, row in card.rows.items():
                again = later.rows.get(name)
                if again is None or again.previous is None or row.count is None:
                    continue
                if again.previous != row.count:
                    why = reasons.get((name, card.period), UNTOLD)
                    rows.append([str(card.period), row.section, row.label, row.count,
                                 again.previous, again.previous - row.count, why])  # fmt: skip
    columns = [
        Column(key="period", heading="Period", kind="text"),
        Column(key="section", heading="Section", kind="text"),
        Column(key="label", heading="Row", kind="label"),
        Column(key="first", heading="As first published", kind="persons"),
        Column(key="later", heading="As published later", kind="persons"),
        Column(key="difference", heading="Revised by", kind="number", decimals=0),
        Column(key="why", heading="Through", kind="number"),
    ]
    notes = [] if rows else ["No count was revised between the cards."]
    return Table.of(
        "scorecard_revisions", "Counts that a later card gives otherwise", columns, rows,
        notes=notes, working_only=True,
    )  # fmt: skip


def plain(reconciled: Reconciled) -> dict[str, Any]:
    """Return plain values."""
    return {
        "row": reconciled.row, "period_from": reconciled.period.first.isoformat(),
        "period_to": reconciled.period.last.isoformat(), "earlier": reconciled.earlier,
        "later": reconciled.later, "late_rows": reconciled.late_rows,
        "removed": reconciled.removed, "moved_in": reconciled.moved_in,
        "moved_out": reconciled.moved_out,
    }  # fmt: skip
