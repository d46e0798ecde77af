"""The verdict: from a contract and the counts of a cohort to what is paid, every step shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import Any

import numpy as np

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.payment._pairs import exact_cohorts, measure_pairs
from dipoutcomes.payment._steps import term_steps, warnings_of, why
from dipoutcomes.payment.dates import check_claim_dates
from dipoutcomes.payment.metric import difference_error, reduction_interval
from dipoutcomes.payment.probability import (
    LOG_RATIO_PRIOR_SD,
    SharePrior,
    TrulyMet,
    probability_truly_met,
)
from dipoutcomes.payment.rule import Payments, pays
from dipoutcomes.payment.term_verdict import TermVerdict
from dipoutcomes.payment.verdict import MeasurePair, Verdict
from dipoutcomes.protocol.claim import check_counts_fit
from dipoutcomes.protocol.contract import contract_sha256
from dipoutcomes.protocol.model.claim import CohortCounts
from dipoutcomes.protocol.model.contract import Contract, Measure, Term
from dipoutcomes.results import Interval

_ONLY_REDUCTION = "no interval: only the reduction was published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """The priors of the probability that a threshold was truly met.

    Parameters
    ----------
    share : {"jeffreys", "uniform"}
        Of a share.
    log_ratio_sd : float, default 0.5
        Of the log of every other measure's ratio to its baseline: normal, mean 0.
    """

    share: SharePrior = "jeffreys"
    log_ratio_sd: float = LOG_RATIO_PRIOR_SD


def settle(
    contract: Contract,
    counts: CohortCounts,
    *,
    confidence_level: float = 0.95,
    prior: Prior | None = None,
) -> Verdict:
    """Return what *contract* pays for a cohort, with every step from the counts to the price.

    Parameters
    ----------
    contract : Contract
    counts : CohortCounts
        Of one cohort, or of all cohorts together (scope "pooled").
    confidence_level : float, default 0.95
        Of the intervals shown; a term that asks for significance has its own.
    prior : Prior, optional
        Of the probability that a threshold was truly met.

    Returns
    -------
    Verdict

    Raises
    ------
    ProtocolError
        If the counts do not belong to the contract, or cannot be; all faults at once.
    DesignError
        If the claim is too early or too late, or a term needs what is not given: a hurdle's
        measure, the error of a difference that must be more than chance.

    Notes
    -----
    Decisions and money are worked out in exact fractions by `rule.pays`, which also decides for
    simulated cohorts. A term whose measure was not counted is not judged, and a warning says so.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.protocol.claim import parse_counts
    >>> text = Path("protocols/contracts/peterborough-2010.toml").read_text(encoding="utf-8")
    >>> verdict = settle(parse_contract(text), parse_counts('''
    ... [cohort]
    ... name = "cohort 1"
    ... [[count]]
    ... measure = "reconvictions"
    ... value = 1.42
    ... baseline = { value = 1.55 }
    ... '''))
    >>> verdict.headline
    'HMP Peterborough Social Impact Bond, cohort 1: no payment.'
    >>> f"{verdict['each_cohort'].reduction:.5f}"
    '0.08387'
    """
    level = check_confidence_level(confidence_level)
    check_counts_fit(contract, counts)
    terms = _claimed(contract, counts)
    dated = check_claim_dates(contract, counts.cohort, _dated_as_a_cohort(counts, terms))
    pairs = tuple(measure_pairs(contract, counts, level))
    by_name = {pair.name: pair for pair in pairs}
    judged = _priced_as_known(contract, counts, terms)
    _refuse_unknown_chance(judged, counts, by_name)
    found = pays(
        judged,
        exact_cohorts(judged, counts, by_name),
        scope=counts.cohort.scope,
        already_met={t.name: t.name in counts.cohort.already_met for t in contract.term},
        contract_value=counts.cohort.contract_value,
        exact=True,
    )
    made = tuple(
        _term_verdict(judged, term, counts, by_name[term.measure], found, level, prior or Prior())
        for term in judged.term
    )
    steps = [
        step
        for term, verdict in zip(judged.term, made, strict=True)
        for step in term_steps(judged, term, verdict, by_name[term.measure], counts)
    ]
    return Verdict(
        contract_id=contract.id,
        contract_title=contract.contract.title,
        contract_sha256=contract_sha256(contract),
        cohort=counts.cohort.name,
        scope=counts.cohort.scope,
        terms=made,
        amount=_total(judged, made, found),
        currency=contract.money.currency,
        steps=tuple(steps),
        measured=pairs,
        confidence_level=level,
        warnings=tuple(
            dict.fromkeys(warnings_of(contract, counts, made, pairs, [dated] if dated else []))
        ),
        caution=contract.caution,
    )


def _claimed(contract: Contract, counts: CohortCounts) -> tuple[Term, ...]:
    """Return the terms of the cohort's scope and stage whose measure was counted."""
    cohort = counts.cohort
    terms = tuple(
        term
        for term in contract.term
        if (term.applies_to == "pooled") == (cohort.scope == "pooled")
        and cohort.stage in ("both", term.stage)
        and counts.of(term.measure) is not None
    )
    if not terms:
        raise DesignError(
            f"no term of '{contract.id}' can be judged from these counts (scope "
            f"'{cohort.scope}', stage '{cohort.stage}'). Terms look at: "
            + "; ".join(f"{t.name}: {t.measure} ({t.applies_to}, {t.stage})" for t in contract.term)
        )
    names = {term.name for term in terms} | set(cohort.already_met)
    lines = [
        f"term '{term.name}' has the hurdle '{hurdle}', whose measure was not counted"
        for term in terms
        for hurdle in term.hurdle
        if hurdle not in names
    ]
    if lines:
        raise DesignError("\n".join(lines))
    return terms


def _dated_as_a_cohort(counts: CohortCounts, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the terms whose dates stand for everybody; of the others a register says who waits."""
    return tuple(
        term
        for term in terms
        if term.applies_to != "person"
        or (count := counts.of(term.measure)) is None
        or count.persons is None
    )


def _priced_as_known(contract: Contract, counts: CohortCounts, terms: tuple[Term, ...]) -> Contract:
    """Return the contract with the terms claimed; a price that cannot be worked out is left out."""
    kept = []
    for term in terms:
        count = counts.of(term.measure)
        per = term.price.per if term.price is not None else "cohort"
        published = count is not None and count.reduction is not None
        no_people = count is not None and count.people is None
        averted = per in {"person_averted", "event_averted"}
        if (published and (averted or per == "saving")) or (averted and no_people):
            kept.append(term.model_copy(update={"price": None}))
        else:
            kept.append(term)
    return contract.model_copy(update={"term": tuple(kept)})


def _refuse_unknown_chance(
    contract: Contract, counts: CohortCounts, pairs: Mapping[str, MeasurePair]
) -> None:
    lines = []
    for term in contract.term:
        pair = pairs[term.measure]
        if term.significant_at is None:
            continue
        known = (
            pair.treated is not None
            and pair.baseline is not None
            and not isnan(difference_error(pair.treated, pair.baseline))
        )
        if not known:
            lines.append(
                f"term '{term.name}' asks whether the difference of '{term.measure}' is more than "
                "chance, and its error is not known. Give people and events, or a standard_error, "
                "for the cohort and for the baseline"
            )
    if lines:
        raise DesignError(f"{counts.cohort.name}:\n" + "\n".join(f"  {line}" for line in lines))


def _term_verdict(
    contract: Contract,
    term: Term,
    counts: CohortCounts,
    pair: MeasurePair,
    found: Payments,
    level: float,
    prior: Prior,
) -> TermVerdict:
    measure = contract.measure_of(term)
    interval, truly = _chance(measure, term, pair, level, prior)
    name, judged = term.name, term.test != "none"
    undefined = (
        term.test == "relative_reduction" and pair.baseline is not None and pair.baseline.value == 0
    )
    verdict = TermVerdict(
        name=name,
        says=term.says,
        measure=term.measure,
        met=_one(found.met[name], bool),
        own_test=_one(found.own_test[name], bool),
        reduction=float("nan") if undefined or not judged else _one(found.reduction[name], float),
        threshold=term.threshold,
        comparison=_comparison(measure, term),
        test=term.test,
        in_points=measure.is_share,
        interval=interval,
        truly_met=truly,
        units=_decimal(found.units.get(name)),
        amount=_money(contract, found.amount.get(name)),
        gross=_money(contract, found.gross.get(name)),
        pays_nothing_itself=term.hurdle_only,
        person_by_person=term.applies_to == "person",
        why="",
    )
    worse = _one(found.worse[name], bool)
    return why(contract, term, verdict, worse=worse, cohort=counts.cohort)


def _comparison(measure: Measure, term: Term) -> str:
    """Return the sign as printed: a level that must not be passed reads the other way."""
    if term.test == "level" and not measure.higher_is_better:
        return {">=": "<=", ">": "<"}[term.comparison]
    return term.comparison


def _chance(
    measure: Measure, term: Term, pair: MeasurePair, level: float, prior: Prior
) -> tuple[Interval, TrulyMet]:
    if term.applies_to == "person":
        return Interval.none(level, "none"), TrulyMet(value=float("nan"), prior="")
    if pair.treated is None:
        return (
            Interval.none(level, "none"),
            TrulyMet(value=float("nan"), prior="", caveat=_ONLY_REDUCTION),
        )
    truly = probability_truly_met(
        measure, term, pair.treated, pair.baseline,
        share_prior=prior.share, log_ratio_prior_sd=prior.log_ratio_sd,
    )  # fmt: skip
    if term.test == "level" or pair.baseline is None:
        treated = pair.treated
        return Interval(treated.low, treated.high, level, treated.method or "none"), truly
    interval, _ = reduction_interval(
        measure, pair.treated, pair.baseline,
        relative=term.test == "relative_reduction", confidence_level=level,
    )  # fmt: skip
    return interval, truly


def _one(values: Any, kind: type[Any]) -> Any:
    return kind(np.asarray(values).ravel()[0])


def _decimal(values: Any) -> Decimal | None:
    """Return units as a decimal with at most six places."""
    if values is None:
        return None
    value = Fraction(np.asarray(values).ravel()[0])
    return Decimal(round(value * 10**6)).scaleb(-6).normalize() + Decimal(0)


def _money(contract: Contract, values: Any) -> Decimal | None:
    if values is None:
        return None
    scale = 10**contract.money.decimals
    value = Fraction(np.asarray(values).ravel()[0])
    return Decimal(round(value * scale)).scaleb(-contract.money.decimals)


def _total(contract: Contract, terms: Sequence[TermVerdict], found: Payments) -> Decimal | None:
    if found.total is not None:
        return _money(contract, found.total)
    unknown = [t for t in terms if not t.pays_nothing_itself and t.amount is None]
    due = any(t.met or "paid back" in t.why for t in unknown)
    known = sum((t.amount for t in terms if t.amount is not None), Decimal(0))
    return None if due else known.quantize(Decimal(1).scaleb(-contract.money.decimals))
