"""Two parties' registers, laid side by side: where they agree, where they differ, and on what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes.errors import RecordError
from dipoutcomes.payment.term_verdict import money_says
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

#: Columns that a list must have to be reconciled; "term" and "reason" are used where they are.
NEEDED = ("number", "decision", "amount")
DECISIONS = ("pay", "no pay", "pending")
_SHOWN = 5
#: 400, 400.00, 1,400.00, £400, -£400; not 400,50 nor 1_400, which may be meant as something else.
_AMOUNT = re.compile(
    r"(?P<sign>-)?\s*(?:£|GBP)?\s*(?P<digits>(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reconciliation:
    """Where two registers agree and where they do not.

    Parameters
    ----------
    agree, differ, only_ours, only_theirs : int
        Claims (a number and a term).
    amount_ours, amount_theirs, amount_agreed : Decimal
        Money: of all of our list, of all of theirs, of the claims on which both agree.
    summary : Table
        A row a kind of difference, with counts and money of either side.
    details : DataFrame
        A row a claim that does not agree: ``number, term, what`` and both sides' decision, reason
        and amount. The shared number is the only thing that says who it is.
    currency : str
    """

    agree: int
    differ: int
    only_ours: int
    only_theirs: int
    amount_ours: Decimal
    amount_theirs: Decimal
    amount_agreed: Decimal
    summary: Table
    details: pd.DataFrame
    currency: str
    nearly: int = 0

    @property
    def in_full_agreement(self) -> bool:
        """Whether nothing differs."""
        return not (self.differ or self.only_ours or self.only_theirs)

    def __str__(self) -> str:
        ours, theirs = (
            money_says(a, self.currency) for a in (self.amount_ours, self.amount_theirs)
        )
        head = (
            f"{self.agree:,} claims agree, {self.differ:,} differ, {self.only_ours:,} are only in "
            f"ours and {self.only_theirs:,} only in theirs; ours come to {ours}, theirs to {theirs}"
        )
        note = (
            f"\n{self.nearly:,} of those only in ours have a number that one only in theirs has "
            "but for capitals, spaces or zeros in front. A spreadsheet may have changed it: mend "
            "the list and reconcile again"
        )
        return f"{head}\n{self.summary}{note if self.nearly else ''}"

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return the claims that do not agree."""
        return self.details.copy()

    def to_dict(self) -> dict[str, Any]:
        """Return counts and money as plain values; no number of a person."""
        return {
            "agree": self.agree,
            "differ": self.differ,
            "only_ours": self.only_ours,
            "only_theirs": self.only_theirs,
            "amount_ours": str(self.amount_ours),
            "amount_theirs": str(self.amount_theirs),
            "amount_agreed": str(self.amount_agreed),
            "nearly": self.nearly,
            "summary": [dict(row) for row in self.summary.rows],
        }


def reconcile(ours: pd.DataFrame, theirs: pd.DataFrame, *, currency: str = "GBP") -> Reconciliation:
    """Return where two registers agree and differ.

    Parameters
    ----------
    ours, theirs : DataFrame
        With the columns ``number``, ``decision`` ("pay", "no pay", "pending") and ``amount``, as
        texts or numbers; ``term`` and ``reason`` where there are any. Other columns are passed
        over. A number with a term may stand once in each.
    currency : str, default "GBP"

    Returns
    -------
    Reconciliation

    Raises
    ------
    RecordError
        If columns are missing, a claim is there twice, a number is empty, or a decision or amount
        is none: by row number, for both lists at once, and never with a value.

    Notes
    -----
    Claims are joined by number and term only: no names, no likeness. Two claims agree if decision
    and amount are the same; that the reasons differ is counted, and is no disagreement on money.

    Examples
    --------
    >>> import pandas as pd
    >>> ours = pd.DataFrame({"number": ["1", "2", "3"], "decision": ["pay", "pay", "pending"],
    ...                      "amount": ["400.00", "400.00", "0"]})
    >>> theirs = pd.DataFrame({"number": ["1", "2", "4"], "decision": ["pay", "no pay", "pay"],
    ...                        "amount": [400, 0, 400]})
    >>> found = reconcile(ours, theirs)
    >>> found.agree, found.differ, found.only_ours, found.only_theirs
    (1, 1, 1, 1)
    >>> found.amount_ours - found.amount_theirs
    Decimal('0.00')
    """
    faults: list[str] = []
    first, second = _claims(ours, "ours", faults), _claims(theirs, "theirs", faults)
    if faults:
        raise RecordError("the lists cannot be reconciled as they stand:", faults)
    both = first.merge(
        second, on=["number", "term"], how="outer", suffixes=("_ours", "_theirs"), indicator=True
    )
    both["what"] = _what(both)
    same = both["what"].isin(["agree", "agree, for different reasons"])
    details = both.loc[both["what"] != "agree"].sort_values(["what", "term", "number"])
    columns = [
        "number", "term", "what", "decision_ours", "decision_theirs", "reason_ours",
        "reason_theirs", "amount_ours", "amount_theirs",
    ]  # fmt: skip
    return Reconciliation(
        agree=int(same.sum()),
        differ=int(((both["_merge"] == "both") & ~same).sum()),
        only_ours=int((both["_merge"] == "left_only").sum()),
        only_theirs=int((both["_merge"] == "right_only").sum()),
        amount_ours=_money(first["amount"]),
        amount_theirs=_money(second["amount"]),
        amount_agreed=_money(both.loc[same, "amount_ours"]),
        summary=_summary(both, currency),
        details=details[columns].reset_index(drop=True),
        currency=currency,
        nearly=_nearly(both),
    )


def _nearly(both: pd.DataFrame) -> int:
    """Return how many claims of one list alone differ only in how their number is written."""
    sides = []
    for side in ("left_only", "right_only"):
        part = both.loc[both["_merge"] == side, ["number", "term"]]
        plain = part["number"].str.replace(" ", "").str.casefold().str.lstrip("0")
        sides.append(set(zip(plain, part["term"], strict=True)))
    return len(sides[0] & sides[1])


def _claims(frame: pd.DataFrame, which: str, faults: list[str]) -> pd.DataFrame:
    """Return the claims of one list as texts and decimals, or add what is wrong to *faults*."""
    import pandas as pd

    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        faults.append(f"{which}: no column {', '.join(repr(name) for name in missing)}")
        return pd.DataFrame()
    rows = list(range(2, len(frame) + 2))  # as a spreadsheet counts them, the heading being row 1
    claims = pd.DataFrame(
        {
            name: _each(frame[name], _text) if name in frame.columns else ""
            for name in ("number", "term", "decision", "reason")
        },
        index=range(len(frame)),
    )
    claims["decision"] = claims["decision"].str.lower()
    claims["amount"] = pd.Series(_each(frame["amount"], _amount), dtype=object)
    repeated = claims.duplicated(["number", "term"], keep=False) & (claims["number"] != "")
    for rule, broken in (
        ("number is empty", claims["number"] == ""),
        ("the same number and term stand twice", repeated),
        (f"decision is none of {', '.join(DECISIONS)}", ~claims["decision"].isin(DECISIONS)),
        ("amount is no number", claims["amount"].isna()),
    ):
        found = [row for row, wrong in zip(rows, broken, strict=True) if wrong]
        if found:
            more = f" and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
            faults.append(f"{which}: {rule}: rows {', '.join(map(str, found[:_SHOWN]))}{more}")
    return claims


def _each(cells: pd.Series[Any], parse: Callable[[Any], Any]) -> Any:
    """Return every cell parsed; each distinct one once, however long the list."""
    import pandas as pd

    place, distinct = pd.factorize(cells.astype(object))
    parsed = np.empty(len(distinct) + 1, dtype=object)
    parsed[:] = [*(parse(cell) for cell in distinct), parse(None)]
    return parsed[place]


def _text(cell: Any) -> str:
    if cell is None or (isinstance(cell, float) and cell != cell):  # noqa: PLR0124
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _amount(cell: Any) -> Decimal | None:
    """Return an amount; None where it is none, or a comma may be meant as a decimal point."""
    if isinstance(cell, bool):
        return None
    found = _AMOUNT.fullmatch(cell.strip() if isinstance(cell, str) else _text(cell))
    if found is None:
        return None
    return Decimal((found["sign"] or "") + found["digits"].replace(",", ""))


def _what(both: pd.DataFrame) -> Any:
    """Return, for each claim, how the two lists stand to one another."""
    ours, theirs = both["decision_ours"], both["decision_theirs"]
    reasons = both["reason_ours"], both["reason_theirs"]
    given = (reasons[0].fillna("") != "") & (reasons[1].fillna("") != "")
    return np.select(
        [
            both["_merge"] == "left_only",
            both["_merge"] == "right_only",
            ours != theirs,
            both["amount_ours"] != both["amount_theirs"],
            given & (reasons[0] != reasons[1]),
        ],
        [
            "only in ours: " + ours.fillna(""),
            "only in theirs: " + theirs.fillna(""),
            "we say " + ours.fillna("") + ", they say " + theirs.fillna(""),
            "same decision, another amount",
            "agree, for different reasons",
        ],
        "agree",
    )


def _money(amounts: pd.Series[Any]) -> Decimal:
    """Return the sum; each distinct amount is multiplied by how often it stands there."""
    counts = amounts.dropna().value_counts()
    total = sum((Decimal(str(amount)) * int(n) for amount, n in counts.items()), Decimal(0))
    pence = total.quantize(Decimal("0.01"))
    return pence if pence == total else total


def _summary(both: pd.DataFrame, currency: str) -> Table:
    rows = []
    for what, part in both.groupby("what", sort=True):
        ours, theirs = _money(part["amount_ours"]), _money(part["amount_theirs"])
        rows.append(
            {
                "what": what,
                "claims": len(part),
                "ours": money_says(ours, currency),
                "theirs": money_says(theirs, currency),
                "difference": money_says(ours - theirs, currency),
            }
        )
    return Table(
        name="reconciliation",
        caption="Our claims against theirs",
        columns=(
            Column(key="what", heading="What was found", kind="label"),
            Column(key="claims", heading="Claims", kind="persons"),
            Column(key="ours", heading="Ours"),
            Column(key="theirs", heading="Theirs"),
            Column(key="difference", heading="Ours less theirs"),
        ),
        rows=tuple(rows),
    )
