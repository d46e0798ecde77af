"""Person by person: who is paid for, who is not, who cannot be judged yet, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.payment.dates import first_claim_date
from dipoutcomes.payment.term_verdict import money_says
from dipoutcomes.protocol.model.contract import Contract, Measure, Term
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

#: What a register holds, column by column.
COLUMNS = {
    "number": "Number that both parties share: a client number or a pseudonym; no name or date of "
    "birth",
    "term": "Name of the contract's term",
    "entered_on": "Index date (YYYY-MM-DD)",
    "claimable_from": "First day on which the outcome can be claimed",
    "decision": '"pay", "no pay" or "pending"',
    "reason": "One of the reasons below",
    "events": "Events in the window, as far as it was seen",
    "amount": "Money, with the contract's decimals; 0 where nothing is due",
}
#: Every reason, and the decision it goes with.
REASONS = {
    "no event in the window": "pay",
    "event in the window": "no pay",
    "came back in time": "pay",
    "did not come back in time": "no pay",
    "fewer than before": "pay",
    "not fewer than before": "no pay",
    "died or left the country before the window closed": "no pay or pending, as the contract says",
    "not found on police records": "pending or no pay, as the contract says",
    "follow-up not complete": "pending",
    "waiting period not over": "pending",
    "a record of theirs was rejected": "pending",
}
_DAY = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """What is known of each person, one array element a person.

    Parameters
    ----------
    number : array_like of str
        The number that both parties share, each once.
    entered_on : array_like of datetime64[D]
        Index date.
    events : array_like of int
        Events inside the window, as far as it was seen (for re-engagement: 1 for who came back in
        time); for severity: its sum.
    events_before : array_like of int, optional
        In their own window before, where the baseline is their own past.
    found : array_like of bool, optional
        Found on police records; everybody if omitted.
    left_on : array_like of datetime64[D], optional
        Day of death, or of leaving the country; NaT for everybody else.
    uncertain : array_like of bool, optional
        A record of theirs was rejected, so that their outcome is not known.
    followed : array_like of bool, optional
        Seen to the end of the window, or to their exit; by the dates alone if omitted.
    """

    number: ArrayLike
    entered_on: ArrayLike
    events: ArrayLike
    events_before: ArrayLike | None = None
    found: ArrayLike | None = None
    left_on: ArrayLike | None = None
    uncertain: ArrayLike | None = None
    followed: ArrayLike | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Register:
    """The claims of one term, a row a person.

    Parameters
    ----------
    contract_id, term : str
    frame : DataFrame
        The columns of `COLUMNS`, in the order of the numbers.
    currency : str
    """

    contract_id: str
    term: str
    frame: pd.DataFrame
    currency: str

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def persons_paid(self) -> int:
        """How many people are paid for."""
        return int((self.frame["decision"] == "pay").sum())

    @property
    def amount(self) -> Decimal:
        """What they come to."""
        return _sum(self.frame["amount"])

    def __str__(self) -> str:
        counts = self.frame["decision"].value_counts()
        said = ", ".join(f"{counts.get(word, 0):,} {word}" for word in ("pay", "no pay", "pending"))
        return (
            f"Register of '{self.term}': {len(self):,} people, {said}; "
            f"{money_says(self.amount, self.currency)} due"
        )

    def summary(self) -> Table:
        """Return a row a decision and reason: people and money."""
        rows = tuple(
            {
                "decision": decision,
                "reason": reason,
                "people": len(part),
                "amount": money_says(_sum(part["amount"]), self.currency),
            }
            for (decision, reason), part in self.frame.groupby(["decision", "reason"], sort=True)
        )
        return Table(
            name=f"register_summary_{self.term}",
            caption=f"Claims for '{self.term}', by decision and reason",
            columns=(
                Column(key="decision", heading="Decision", kind="label"),
                Column(key="reason", heading="Reason"),
                Column(key="people", heading="People", kind="persons"),
                Column(key="amount", heading="Amount"),
            ),
            rows=rows,
        )

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the register itself."""
        return self.frame.copy()

    def to_dict(self) -> dict[str, Any]:
        """Return counts by decision and reason; no person."""
        return {
            "contract": self.contract_id,
            "term": self.term,
            "people": len(self),
            "persons_paid": self.persons_paid,
            "amount": str(self.amount),
            "summary": [dict(row) for row in self.summary().rows],
        }


def _sum(amounts: pd.Series[Any]) -> Decimal:
    """Return the sum of amounts written as texts; each distinct one is read once."""
    counts = amounts.value_counts()
    return sum((Decimal(str(text)) * int(n) for text, n in counts.items()), Decimal(0))


def outcome_register(
    contract: Contract, term: Term, people: People, *, records_taken_on: date
) -> Register:
    """Return the register of a term that pays for each person.

    Parameters
    ----------
    contract : Contract
    term : Term
        With ``applies_to = "person"``.
    people : People
        Everybody who entered: those who were lost too, or the denominator moves.
    records_taken_on : datetime.date
        Day on which the records were taken: who cannot be known by then is pending.

    Returns
    -------
    Register
        Sorted by number.

    Raises
    ------
    ValueError
        If the term is not for each person, arrays differ in length, or a number is there twice.

    Notes
    -----
    An event that was seen decides at once, also before the window closes. Otherwise the order is:
    record rejected, not found, died or left, follow-up, waiting period. Nobody whose outcome cannot
    be known is counted as free of events.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> text = Path("protocols/contracts/drug-recovery-illustration.toml").read_text("utf-8")
    >>> contract = parse_contract(text)
    >>> people = People(number=["C1", "C2", "C3"],
    ...                 entered_on=["2013-01-10", "2013-02-01", "2014-11-01"], events=[0, 2, 0])
    >>> print(outcome_register(contract, contract.term_named("final"), people,
    ...                        records_taken_on=date(2015, 6, 30)))
    Register of 'final': 3 people, 1 pay, 1 no pay, 1 pending; GBP 400.00 due
    """
    import pandas as pd

    if term.applies_to != "person":
        raise ValueError(f"the term '{term.name}' is not for each person, so it has no register")
    known = _Known.of(people)
    measure = contract.measure_of(term)
    entered = known.entered_on
    claimable = _each_day(entered, lambda day: first_claim_date(contract, term, day))
    closes = _each_day(entered, lambda day: _closes(measure, day))
    taken = np.datetime64(records_taken_on, "D")
    decision, reason = _judge(contract, measure, known, closes, claimable, taken)
    price = term.price.amount if term.price is not None else None
    unit = (price or Decimal(0)).quantize(Decimal(1).scaleb(-contract.money.decimals))
    frame = pd.DataFrame(
        {
            "number": known.number,
            "term": term.name,
            "entered_on": entered.astype("datetime64[s]"),
            "claimable_from": claimable.astype("datetime64[s]"),
            "decision": decision,
            "reason": reason,
            "events": known.events,
            "amount": np.where(decision == "pay", str(unit), str(unit * 0)),
        }
    )
    return Register(
        contract_id=contract.id,
        term=term.name,
        frame=frame.sort_values("number", kind="stable", ignore_index=True),
        currency=contract.money.currency,
    )


def _closes(measure: Measure, day: date) -> date:
    from dipoutcomes.protocol._dates import add_months

    return add_months(day, measure.window_months)


def _each_day(days: NDArray[np.datetime64], moved: Any) -> NDArray[np.datetime64]:
    """Return each day moved; every distinct day once, however many people share it."""
    distinct, place = np.unique(days, return_inverse=True)
    return np.array([moved(day) for day in distinct.tolist()], dtype="datetime64[D]")[place]


def _judge(
    contract: Contract,
    measure: Measure,
    known: _Known,
    closes: NDArray[np.datetime64],
    claimable: NDArray[np.datetime64],
    taken: np.datetime64,
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return decision and reason of each person; the first rule that applies decides."""
    good, bad = {
        "re_engagement": ("came back in time", "did not come back in time"),
        "binary": ("no event in the window", "event in the window"),
    }.get(measure.kind, ("fewer than before", "not fewer than before"))
    achieved = known.achieved(measure)
    # What was seen settles it early only where more records cannot change it back.
    settled = achieved if measure.higher_is_better else ~achieved
    if known.events_before is not None:  # before may have been more than was seen of it
        settled = settled & known.found & ~known.uncertain
    died = "no pay" if contract.claim.died == "no_pay" else "pending"
    lost = "no pay" if contract.claim.not_found == "no_pay" else "pending"
    rules = [
        (settled, REASONS[good if measure.higher_is_better else bad],
         good if measure.higher_is_better else bad),
        (known.uncertain, "pending", "a record of theirs was rejected"),
        (~known.found, lost, "not found on police records"),
        (known.left_on < closes, died, "died or left the country before the window closed"),
        (~known.followed | (taken < closes), "pending", "follow-up not complete"),
        (taken < claimable, "pending", "waiting period not over"),
    ]  # fmt: skip
    last = bad if measure.higher_is_better else good
    masks = [mask for mask, _, _ in rules]
    decision = np.select(masks, [said for _, said, _ in rules], REASONS[last])
    reason = np.select(masks, [why for _, _, why in rules], last)
    return decision.astype(object), reason.astype(object)


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """The arrays of `People`, checked and filled in."""

    number: NDArray[np.object_]
    entered_on: NDArray[np.datetime64]
    events: NDArray[Any]
    events_before: NDArray[Any] | None
    found: NDArray[np.bool_]
    left_on: NDArray[np.datetime64]
    uncertain: NDArray[np.bool_]
    followed: NDArray[np.bool_]

    @classmethod
    def of(cls, people: People) -> _Known:
        number = np.asarray(people.number, dtype=object)
        n = len(number)
        repeated = n - len(set(number.tolist()))
        if repeated:
            raise ValueError(f"`number` must hold each person once; {repeated} are repeated")
        none = np.full(n, np.datetime64("NaT"), dtype="datetime64[D]")
        known = cls(
            number,
            np.asarray(people.entered_on, dtype="datetime64[D]"),
            np.asarray(people.events),
            None if people.events_before is None else np.asarray(people.events_before),
            np.ones(n, bool) if people.found is None else np.asarray(people.found, bool),
            none if people.left_on is None else np.asarray(people.left_on, "datetime64[D]"),
            np.zeros(n, bool) if people.uncertain is None else np.asarray(people.uncertain, bool),
            np.ones(n, bool) if people.followed is None else np.asarray(people.followed, bool),
        )
        for name in (
            "entered_on",
            "events",
            "events_before",
            "found",
            "left_on",
            "uncertain",
            "followed",
        ):
            values = getattr(known, name)
            if values is not None and np.shape(values) != (n,):
                raise ValueError(f"`{name}` must have one element for each of the {n} numbers")
        if np.isnat(known.entered_on).any():
            raise ValueError("`entered_on` must hold a date for everybody")
        return known

    def achieved(self, measure: Measure) -> NDArray[np.bool_]:
        """Return who has the outcome, as far as was seen."""
        if measure.kind == "re_engagement":
            return np.asarray(self.events > 0)
        if measure.kind == "binary":
            return np.asarray(self.events == 0)
        if self.events_before is None:
            raise ValueError("`events_before` is needed: the baseline is the people's own past")
        return np.asarray(self.events < self.events_before)
