"""What a contract pays for the people of a study: counted in its own windows, person by person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError, ProtocolError
from dipoutcomes.payment.register import People, Register, outcome_register
from dipoutcomes.payment.release import show_verdict
from dipoutcomes.payment.settle import settle
from dipoutcomes.payment.verdict import Verdict
from dipoutcomes.pipeline.payment_counts import (
    counted,
    counted_before,
    counted_by_weight,
)
from dipoutcomes.pipeline.payment_matched import MatchedGroup, matched_group
from dipoutcomes.pipeline.payment_occasions import COUNTED_FROM, SAYS, window_for
from dipoutcomes.pipeline.payment_rows import base_of, rows_of_people
from dipoutcomes.protocol.contract import contract_sha256
from dipoutcomes.protocol.model import Payment, PaymentMeasure, Protocol, Window
from dipoutcomes.protocol.model.claim import CohortCounts
from dipoutcomes.protocol.model.contract import Contract, Measure, Term
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.pipeline.observed import Observed

#: What the windows of a study can count; a cost, a severity or a return comes as counts in a file.
COUNTED = ("binary", "frequency_per_person", "frequency_per_reoffender", "time_to_first")
_UNMATCHED = (
    "counted against a matched group are only people seen to the end of every period compared who "
    'found a match; "Who is compared" says how many did not'
)
_EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyPayment:
    """What a contract pays for the people of a study.

    Parameters
    ----------
    contract : Contract
    counts : CohortCounts
        As counted in the study's windows: the same file settles to the same verdict.
    verdict : Verdict
    registers : tuple of Register
        One for each term that pays for single people.
    people : DataFrame
        One row a person and measure: pseudonym, group ("cohort", or "matched" for who stands for
        others), whether in the base, events, weight; they add up to the counts, so that every
        figure can be traced to its rows.
    """

    contract: Contract
    counts: CohortCounts
    verdict: Verdict
    registers: tuple[Register, ...]
    people: pd.DataFrame

    def tables(self, *, protect: bool) -> dict[str, Table]:
        """Return tables for the results; what holds counts or money is for the working copy."""
        shown = show_verdict(self.verdict)
        whole = {
            "payment_terms": shown.terms,
            "payment_measures": shown.measures,
            "payment_steps": shown.steps,
            **{f"payment_claims_{r.term}": r.summary() for r in self.registers},
        }
        named = {
            name: replace(table, name=name, working_only=protect) for name, table in whole.items()
        }
        return {"payment_decisions": self._decisions(), **named}

    def facts(self) -> dict[str, Any]:
        """Return what the words need; no count and no amount, for it stands in every copy."""
        return {
            "title": self.verdict.contract_title,
            "caution": self.verdict.caution,
            "warnings": list(self.verdict.warnings),
        }

    def _decisions(self) -> Table:
        rows = tuple(
            {"term": row["term"], "threshold": row["threshold"], "decision": row["decision"]}
            for row in self.verdict.terms_table().rows
        )
        return Table(
            name="payment_decisions",
            caption=f"What each term of the contract decides: {self.verdict.contract_title}",
            columns=(
                Column(key="term", heading="Term", kind="label"),
                Column(key="threshold", heading="Needed"),
                Column(key="decision", heading="Decision"),
            ),
            rows=rows,
            notes=(self.verdict.caution,) if self.verdict.caution else (),
        )


def payment_of(
    protocol: Protocol,
    contract: Contract | None,
    seen: Observed,
    everybody: Observed | None = None,
) -> StudyPayment | None:
    """Return what *contract* pays for the people of a study; None where nothing is asked.

    *seen* holds those whom the programme took on, *everybody* the others too.

    Raises
    ------
    ProtocolError
        If contract and study do not fit one another: event type, waiting period, length of a
        window, a measure that no window can count. All faults at once.
    DesignError
        As `settle` raises it: a claim that is too early.
    """
    section = protocol.payment
    if section is None or contract is None:
        return None
    check_contract_fits(protocol, contract)
    chosen = {m.name: m for m in section.measure}
    registers = tuple(
        _register(protocol, contract, term, chosen[term.measure], seen)
        for term in contract.term
        if term.applies_to == "person" and term.measure in chosen
    )
    matched = matched_group(protocol, seen if everybody is None else everybody)
    counts = _counts(protocol, section, contract, seen, registers, matched)
    return StudyPayment(
        contract=contract,
        counts=counts,
        verdict=settle(
            contract, counts, confidence_level=float(protocol.analysis.confidence_level)
        ),
        registers=registers,
        people=rows_of_people(contract, section, seen, matched),
    )


def check_contract_fits(protocol: Protocol, contract: Contract) -> None:
    """Refuse a contract and a study that do not fit one another; all faults at once.

    Raises
    ------
    ProtocolError
        Event type, waiting period, length of a window, a measure that no window can count, a
        contract that is not the one that was agreed.
    """
    problems = (
        [] if protocol.payment is None else list(_faults(protocol, protocol.payment, contract))
    )
    if problems:
        raise ProtocolError("\n".join(problems))


def _faults(protocol: Protocol, section: Payment, contract: Contract) -> Iterable[str]:
    outcome, windows = protocol.outcome, {w.name: w for w in protocol.window}
    if section.contract_sha256 and section.contract_sha256 != contract_sha256(contract):
        yield (
            f"[payment] contract_sha256: the contract '{contract.id}' is not the one that was "
            f"agreed; its fingerprint is now {contract_sha256(contract)}"
        )
    measures = {measure.name: measure for measure in contract.measure}
    for number, asked in enumerate(section.measure, start=1):
        where = f"[[payment.measure]] {number} ({asked.name})"
        measure = measures.get(asked.name)
        if measure is None:
            yield f"{where}: the contract has no such measure; it has {', '.join(measures)}"
            continue
        if measure.kind not in COUNTED:
            yield (
                f"{where}: a measure of kind '{measure.kind}' is not counted in the windows of a "
                "study; settle it from a file of counts (dipoutcomes payment settle)"
            )
        counted_from = COUNTED_FROM.get(measure.event_type, measure.event_type)
        if outcome is not None and outcome.measure != counted_from:
            yield (
                f"{where}: the contract counts '{measure.event_type}' and this study "
                f"'{outcome.measure}'; different outcomes are never mixed"
            )
        if outcome is not None and outcome.waiting_period_months != measure.waiting_period_months:
            yield (
                f"{where}: the contract waits {measure.waiting_period_months} months for an event "
                f"to be proven and this study {outcome.waiting_period_months}"
            )
        for name in filter(None, (asked.window, asked.before)):
            yield from _length(where, windows[name], measure)
        kind = measure.baseline.kind if measure.baseline is not None else ""
        if asked.matched and kind != "matched_group":
            yield f"{where}: 'matched' belongs to a baseline of kind \"matched_group\""
        if not (asked.matched or asked.baseline):
            yield from _no_baseline(where, measure)
        own = kind == "own_past"
        if own != bool(asked.before):
            yield (
                f"{where}: 'before' belongs to a baseline of kind \"own_past\", and is needed there"
            )


def _no_baseline(where: str, measure: Measure) -> Iterable[str]:
    agreed = measure.baseline
    if agreed is None or agreed.kind in {"fixed", "own_past"}:
        return
    if agreed.value is None and agreed.events is None:
        says = agreed.says or agreed.kind.replace("_", " ")
        more = ", or matched = true" if agreed.kind == "matched_group" else ""
        yield (
            f"{where}: the contract compares with {says} and sets no value. Give "
            f"[payment.measure.baseline]{more}"
        )


def _length(where: str, window: Window, measure: Measure) -> Iterable[str]:
    if window.span != (measure.window_months, 0):
        months, days = window.span or (0, 0)
        yield (
            f"{where}: '{window.name}' is {months} months and {days} days long, and the contract's "
            f"window {measure.window_months} months"
        )


def _counts(
    protocol: Protocol,
    section: Payment,
    contract: Contract,
    seen: Observed,
    registers: tuple[Register, ...],
    matched: MatchedGroup | None,
) -> CohortCounts:
    study = protocol.study
    entered = _entered(seen)
    data = {"real": "real", "synthetic": "synthetic"}.get(study.data, "published")
    if protocol.disclosure.protect:
        data = "real"
    paid = {register.term: register.persons_paid for register in registers}
    persons = {t.measure: paid[t.name] for t in contract.term if t.name in paid}
    rows = []
    for asked in section.measure:
        measure = contract.measure_named(asked.name)
        if asked.matched and matched is not None:
            rows.append({"measure": asked.name, **_against_matched(measure, asked, matched)})
            continue
        base = base_of(asked, seen)
        if not base.any():
            raise DesignError(
                f"[[payment.measure]] {asked.name}: nobody was seen to the end of "
                f"'{asked.window}', so there is nothing to pay for. Close accrual earlier, or take "
                "the records later"
            )
        row = {
            "measure": asked.name,
            **counted(measure, window_for(measure, seen, asked.window), base),
        }
        if asked.before:
            after, before = (
                window_for(measure, seen, name) for name in (asked.window, asked.before)
            )
            row["baseline"] = counted_before(measure, after, before, base)
        elif asked.baseline is not None:
            row["baseline"] = asked.baseline.model_dump()
        if asked.name in persons:
            row["persons"] = persons[asked.name]
        rows.append(row)
    return CohortCounts.model_validate(
        {
            "cohort": {
                "name": section.cohort or study.title,
                "contract": contract.id,
                "first_entry": entered.min().item(),
                "last_entry": entered.max().item(),
                "claimed_on": section.claimed_on,
                "records_taken_on": study.extract_date,
                "contract_value": section.contract_value,
                "data": data,
                "suppress_below": protocol.disclosure.suppress_below,
                "notes": _notes(section, contract, matched),
            },
            "count": rows,
        }
    )


def _notes(section: Payment, contract: Contract, matched: MatchedGroup | None) -> tuple[str, ...]:
    types = {contract.measure_named(asked.name).event_type for asked in section.measure}
    occasions = (SAYS,) if "reconviction event" in types else ()
    return (*occasions, *((_UNMATCHED,) if matched is not None else ()))


def _against_matched(
    measure: Measure, asked: PaymentMeasure, matched: MatchedGroup
) -> dict[str, Any]:
    """Return the counts of the people compared, and of those who stand for them."""
    window = window_for(measure, matched.seen, asked.window)
    return counted(measure, window, matched.cohort) | {
        "baseline": counted_by_weight(measure, window, matched.others, matched.weights)
    }


def _entered(seen: Observed) -> NDArray[np.datetime64]:
    return seen.people["index_date"].dropna().to_numpy(dtype="datetime64[D]")


def _register(
    protocol: Protocol, contract: Contract, term: Term, asked: PaymentMeasure, seen: Observed
) -> Register:
    measure = contract.measure_of(term)
    window, people = window_for(measure, seen, asked.window), seen.people
    known = people["index_date"].notna().to_numpy()
    left = people["exit_date"].to_numpy(dtype="datetime64[D]")
    closes = _EPOCH + window.ledger.closes.astype("timedelta64[D]")
    followed = window.ledger.observed_to_end | (left < closes) | ~seen.traced
    before = window_for(measure, seen, asked.before).events if asked.before else None
    taken = protocol.study.extract_date
    if taken is None:
        raise ProtocolError("[study] needs extract_date")
    return outcome_register(
        contract,
        term,
        People(
            number=people["person_id"].to_numpy()[known],
            entered_on=people["index_date"].to_numpy(dtype="datetime64[D]")[known],
            events=window.events[known],
            events_before=None if before is None else before[known],
            found=seen.traced[known],
            left_on=left[known],
            uncertain=seen.uncertain[known],
            followed=followed[known],
        ),
        records_taken_on=taken,
    )
