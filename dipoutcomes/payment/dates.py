"""When an outcome can be known, and so when a claim for it can be made."""

from __future__ import annotations

from datetime import date

from dipoutcomes._display import date_in_words
from dipoutcomes.errors import DesignError
from dipoutcomes.protocol._dates import add_months
from dipoutcomes.protocol.model.claim import Cohort
from dipoutcomes.protocol.model.contract import Contract, Term


def first_claim_date(contract: Contract, term: Term, last_entry: date) -> date:
    """Return the first day on which *term* can be claimed for people who entered by *last_entry*.

    Parameters
    ----------
    contract : Contract
    term : Term
        Its measure's window, waiting period and the contract's time for processing are added up.
    last_entry : date
        Index date of the last person to enter (of one person, where each is paid for alone).

    Returns
    -------
    date
        The window is [entry, entry + window): a person who entered on 31 March is followed to
        30 March, and the first day on which the outcome can be known is 31 March, plus the waiting
        period. Months are calendar months.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> text = Path("protocols/contracts/peterborough-2010.toml").read_text(encoding="utf-8")
    >>> contract = parse_contract(text)
    >>> first_claim_date(contract, contract.term_named("each_cohort"), date(2012, 6, 30))
    datetime.date(2013, 12, 30)
    """
    measure = contract.measure_of(term)
    # The waiting period counts from the end of the window, as the windows of a study do: month by
    # month, so that 31 August + 6 months is 28 February and not lost in a longer sum.
    closes = add_months(last_entry, measure.window_months)
    known = add_months(closes, measure.waiting_period_months)
    return add_months(known, contract.claim.processing_months)


def check_claim_dates(contract: Contract, cohort: Cohort, terms: tuple[Term, ...]) -> str:
    """Refuse a claim that was made too early or too late; return a caveat where nothing is known.

    Parameters
    ----------
    contract : Contract
    cohort : Cohort
        Its last_entry, claimed_on and records_taken_on, as far as they are given.
    terms : tuple of Term
        The terms claimed.

    Returns
    -------
    str
        "" where the dates were checked, otherwise what could not be.

    Raises
    ------
    DesignError
        If the claim, or the day on which the records were taken, lies before the first day on which
        the outcome can be known; the message names that day. If somebody entered before the
        contract began, or the claim is made after its last day. All of it at once.
    """
    agreement, faults = contract.contract, []
    entered = cohort.first_entry or cohort.last_entry
    if agreement.first_day and entered and entered < agreement.first_day:
        faults.append(
            f"somebody entered on {date_in_words(entered)}, before the contract's first day "
            f"({date_in_words(agreement.first_day)}); leave them out"
        )
    for says, day in (
        ("was claimed on", cohort.claimed_on),
        ("rests on records taken on", cohort.records_taken_on),
    ):
        if day is None or cohort.last_entry is None:
            continue
        for term in terms:
            first = first_claim_date(contract, term, cohort.last_entry)
            if day < first:
                faults.append(_too_early(contract, term, says, day, first, cohort.last_entry))
    last = agreement.last_claim_day
    if last and cohort.claimed_on and cohort.claimed_on > last:
        faults.append(
            f"claimed on {date_in_words(cohort.claimed_on)}, after the contract's last day for "
            f"claims ({date_in_words(last)})"
        )
    if faults:
        raise DesignError(
            f"the claim for '{cohort.name}' cannot be made as it stands:\n"
            + "\n".join(f"  {fault}" for fault in faults)
        )
    if cohort.last_entry is None:
        return (
            "the day on which the last person entered is not given, so whether the outcome could"
            " be known by then was not checked"
        )
    if cohort.claimed_on is None and cohort.records_taken_on is None:
        if not terms:
            return ""
        first = max(first_claim_date(contract, term, cohort.last_entry) for term in terms)
        return f"no date of the claim is given; it can be made from {date_in_words(first)}"
    return ""


def _too_early(
    contract: Contract, term: Term, says: str, day: date, first: date, entry: date
) -> str:
    measure = contract.measure_of(term)
    parts = [f"{measure.window_months} months followed"]
    if measure.waiting_period_months:
        parts.append(f"{measure.waiting_period_months} to be proven")
    if contract.claim.processing_months:
        parts.append(f"{contract.claim.processing_months} for the records")
    return (
        f"term '{term.name}' {says} {date_in_words(day)}: too early. The last person entered on "
        f"{date_in_words(entry)} ({', '.join(parts)}); it can be claimed from "
        f"{date_in_words(first)}"
    )
