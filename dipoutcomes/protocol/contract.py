"""A contract file: text in, frozen sections out, or everything that is wrong with it at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol._messages import line_for
from dipoutcomes.protocol.lock import _plain, _text
from dipoutcomes.protocol.model.contract import Contract, Measure, Price, Term
from dipoutcomes.protocol.parse import _syntax

Found = TypeVar("Found", bound=BaseModel)


def parse_contract(text: str, *, name: str = "contract") -> Contract:
    r"""Return the contract that a file describes.

    Parameters
    ----------
    text : str
        The whole file, TOML 1.0. Decimals are read as decimals, never as floats.
    name : str, optional
        What to call the file where its TOML cannot be read.

    Returns
    -------
    Contract
        Frozen sections with every default filled in; terms that contradict each other have been
        refused.

    Raises
    ------
    ProtocolError
        With one line for every fault.

    Examples
    --------
    >>> text = '''
    ... schema_version = 1
    ... [contract]
    ... id = "example"
    ... title = "An example"
    ... standing = "illustration"
    ... [[measure]]
    ... name = "reconvicted"
    ... says = "share reconvicted"
    ... kind = "binary"
    ... event_type = "conviction"
    ... window_months = 12
    ... baseline = { kind = "fixed", value = 0.58 }
    ... [[term]]
    ... name = "bar"
    ... says = "5 points lower"
    ... measure = "reconvicted"
    ... test = "absolute_reduction"
    ... threshold = 0.05
    ... '''
    >>> parse_contract(text).term[0].threshold
    Decimal('0.05')
    >>> parse_contract(text.replace('"reconvicted"\ntest', '"convicted"\ntest'))
    Traceback (most recent call last):
    ...
    dipoutcomes.errors.ProtocolError: [[term]] 1 (bar) measure: there is no measure 'convicted';
    the measures are reconvicted
    """
    contract = read_sections(text, Contract, name, called="contract")
    problems = list(check_contract(contract))
    if problems:
        raise ProtocolError("\n".join(problems))
    return contract


def read_sections(text: str, model: type[Found], name: str, *, called: str) -> Found:
    """Return *model* from the text of a TOML file, or raise `ProtocolError` with every fault."""
    try:
        raw: dict[str, Any] = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(_syntax(str(error), text, name)) from None
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=True)
        # A list whose only entry has a fault is not empty, and is not called so.
        places = {fault["loc"][:depth] for fault in found for depth in range(len(fault["loc"]))}
        faults = [f for f in found if f["type"] != "too_short" or f["loc"] not in places]
        order = {"extra_forbidden": 0, "missing": 1}
        faults.sort(key=lambda f: (str(f["loc"][0]), order.get(f["type"], 2), str(f["loc"])))
        lines = [line_for(fault, raw, model) for fault in faults]
        lines = [line.replace("the protocol ", f"the {called} ", 1) for line in lines]
        raise ProtocolError("\n".join(dict.fromkeys(lines))) from None


def contract_text(contract: Contract) -> str:
    """Return the one text of a contract, whatever the layout of its file; defaults are in it."""
    return _text(_plain(contract.model_dump()))


def contract_sha256(contract: Contract) -> str:
    """Return the SHA-256 of `contract_text` in UTF-8, as 64 hexadecimal digits."""
    return sha256(contract_text(contract).encode()).hexdigest()


def check_contract(contract: Contract) -> Iterable[str]:
    """Yield a line for every rule that the parts of a contract break together."""
    yield from _names(contract)
    for number, measure in enumerate(contract.measure, start=1):
        for problem in _measure(measure):
            yield f"[[measure]] {number} ({measure.name}) {problem}"
    measures = {measure.name: measure for measure in contract.measure}
    for number, term in enumerate(contract.term, start=1):
        where = f"[[term]] {number} ({term.name})"
        if term.measure not in measures:
            yield (
                f"{where} measure: there is no measure '{term.measure}'; the measures are "
                f"{', '.join(measures)}"
            )
            continue
        for problem in _term(contract, term, measures[term.measure]):
            yield f"{where} {problem}"


def _names(contract: Contract) -> Iterable[str]:
    for section, entries in (("measure", contract.measure), ("term", contract.term)):
        names = [entry.name for entry in entries]
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield f"[[{section}]] the name '{name}' is given twice; names are unique"


def _measure(measure: Measure) -> Iterable[str]:
    if (measure.kind == "re_engagement") != (measure.within_days is not None):
        yield 'within_days belongs to kind = "re_engagement", which needs it'
    if (measure.kind == "re_engagement") != (measure.event_type == "re-engagement"):
        yield 'kind = "re_engagement" and event_type = "re-engagement" belong together'
    if (measure.kind == "cost_of_demand") != (measure.event_type == "demand"):
        yield 'kind = "cost_of_demand" and event_type = "demand" belong together'
    if measure.event_type == "proven reoffending" and not measure.waiting_period_months:
        yield (
            "waiting_period_months must be at least 1 for proven reoffending: an offence late in "
            "the window needs further time to be proven"
        )
    baseline = measure.baseline
    if baseline is None:
        return
    if baseline.kind == "fixed" and (baseline.value is None or baseline.standard_error):
        yield (
            'baseline: kind = "fixed" needs a value and has no standard_error; one that was '
            'estimated is a "historical_cohort" or "risk_adjusted_expected"'
        )
    if baseline.value is not None and measure.is_share and baseline.value > 1:
        yield f"baseline value must be a proportion from 0 to 1; got {baseline.value}"
    if (baseline.events is None) != (baseline.people is None):
        yield "baseline needs both people and events, or neither"
    elif baseline.events is not None and baseline.people is not None:
        yield from _baseline_counts(measure, baseline.events, baseline.people)


def _baseline_counts(measure: Measure, events: int, people: int) -> Iterable[str]:
    baseline = measure.baseline
    if baseline is None:
        return
    if measure.is_share and events > people:
        yield f"baseline has {events} people with an event among {people}"
    if measure.kind == "frequency_per_reoffender" and not baseline.reoffenders:
        yield "baseline needs reoffenders: this frequency is per person with an event"
    if baseline.value is not None:
        yield "baseline gives both a value and its counts; one of them follows from the other"


def _term(contract: Contract, term: Term, measure: Measure) -> Iterable[str]:
    known = {other.name: other for other in contract.term}
    for key in ("hurdle", "unless"):
        for name in getattr(term, key):
            if name == term.name or name not in known:
                yield f"{key}: '{name}' is no other term of the contract"
    if term.test == "none" and (term.threshold or term.significant_at):
        yield 'threshold and significant_at need a test other than "none"'
    if term.applies_to == "person":
        yield from _person_term(term, measure)
    elif term.test in {"relative_reduction", "absolute_reduction"} and measure.baseline is None:
        yield f"test = \"{term.test}\" needs a baseline of the measure '{measure.name}'"
    if term.test == "relative_reduction" and term.threshold > 1 and not measure.higher_is_better:
        yield f"threshold {term.threshold} is a reduction of more than everything; 10% is 0.10"
    if term.hurdle_only and (term.price or term.clawback):
        yield "hurdle_only and a price or a clawback exclude one another"
    if term.price is not None:
        yield from _price(term, term.price, measure)
    back = term.clawback
    if back is not None and back.amount is not None and back.share is not None:
        yield "clawback takes one of the keys 'amount' and 'share'"
    if back is not None and back.significant and term.significant_at is None:
        yield "clawback significant needs significant_at, the level"


def _person_term(term: Term, measure: Measure) -> Iterable[str]:
    if term.test != "none" or term.clawback is not None:
        yield 'a term for each person takes test = "none" and no clawback'
    own = measure.baseline is not None and measure.baseline.kind == "own_past"
    if measure.kind in {"time_to_first", "cost_of_demand", "frequency_per_reoffender"} or (
        measure.kind in {"frequency_per_person", "severity_weighted"} and not own
    ):
        yield (
            "a person is judged by a share (no event, or re-engaged), or by a frequency or "
            'severity below their own before (baseline kind = "own_past")'
        )
    if term.price is not None and term.price.per != "person":
        yield 'a term for each person is priced per = "person"'


def _price(term: Term, price: Price, measure: Measure) -> Iterable[str]:
    if (price.amount is None) == (price.share is None) and not price.tier:
        yield "price needs one of the keys 'amount' and 'share'"
    if price.share is not None and price.per not in {"cohort", "saving"}:
        yield 'price share belongs to per = "cohort" or "saving"'
    if price.per == "saving" and measure.kind != "cost_of_demand":
        yield 'price per = "saving" needs a measure of kind "cost_of_demand"'
    if price.per == "person" and term.applies_to != "person":
        yield 'price per = "person" needs applies_to = "person"'
    if price.per == "person_averted" and not measure.is_share:
        yield 'price per = "person_averted" needs a measure that is a share of people'
    if price.per == "event_averted" and measure.kind not in {
        "frequency_per_person", "severity_weighted",
    }:  # fmt: skip
        yield 'price per = "event_averted" needs a measure per person'
    reduction = term.test in {"relative_reduction", "absolute_reduction"}
    averted = price.per in {"person_averted", "event_averted", "point", "saving"}
    if averted and measure.baseline is None:
        yield f'price per = "{price.per}" needs a baseline'
    if (averted or price.tier or price.cap_reduction is not None) and not reduction:
        yield "price by the size of a reduction needs a test of the reduction"
    steps = [tier.at for tier in price.tier]
    if steps != sorted(set(steps)):
        yield "price tier: 'at' must rise from tier to tier"
    if price.tier and price.share is not None:
        yield "price tier needs an amount, not a share"
