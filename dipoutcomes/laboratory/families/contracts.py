"""Trials of what a contract pays, what is believed of it, and of targets judged."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from dipoutcomes.laboratory.answers import NAN, Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import FloatArray, Scenario, Trial, Truth
from dipoutcomes.payment.contract import Contract, parse_contract
from dipoutcomes.payment.metric import measured, reduction_interval
from dipoutcomes.payment.operating_characteristics import (
    PaymentDesign,
    PeopleModel,
    operating_characteristics,
)
from dipoutcomes.payment.probability import probability_truly_met
from dipoutcomes.payment.settle import settle
from dipoutcomes.protocol.claim import parse_counts
from dipoutcomes.protocol.model.payment import Group
from dipoutcomes.scorecard.indicators import judge_count, judge_share
from dipoutcomes.scorecard.series import run_chart

#: Events a person in the contract's window without the programme, their gamma shape, and the bar.
MEAN, SHAPE, BAR = 1.5, 0.8, 0.10
#: People compared with, for each in the programme.
MATCHED = 10
#: Target for a share, and for a year's count; how much of the year is over.
TARGET, A_YEAR, GONE = 0.7, 400, 0.5
QUARTERS = 4

CONTRACT = f"""
schema_version = 1
[contract]
id = "made-up"
title = "A made-up contract"
standing = "illustration"
[[measure]]
name = "offences"
says = "offences a person"
kind = "frequency_per_person"
event_type = "conviction"
window_months = 12
baseline = {{ kind = "matched_group" }}
[[term]]
name = "bar"
says = "A reduction."
measure = "offences"
test = "relative_reduction"
threshold = {BAR}
price = {{ per = "cohort", amount = 1000 }}
"""


def trials() -> Iterator[Trial]:
    """Yield the trials of payments and of targets."""
    for effect in (0.0, 0.2):
        yield _paid(effect)
    yield _believed()
    yield _reduction()
    for share in (TARGET, 0.6):
        yield _judged(share)
    yield _year()
    yield _steady_quarters()


@lru_cache
def _contract() -> Contract:
    return parse_contract(CONTRACT)


@lru_cache
def _cohorts(effect: float) -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        def total(people: int, mean: float) -> FloatArray:
            # The sum of gamma rates with one scale is gamma, and the counts of people add up.
            return rng.poisson(rng.gamma(SHAPE * people, mean / SHAPE, replications))

        people = np.full(replications, n)
        return total(n, MEAN * (1 - effect)), people, total(MATCHED * n, MEAN), MATCHED * people

    return Scenario(
        name=f"a contract's cohort, {effect:.0%} fewer",
        says=f"n people and {MATCHED} n matched ones with gamma-distributed rates (shape "
        f"{SHAPE:g}), {MEAN:g} events a person in the contract's window; the programme makes them "
        f"{effect:.0%} fewer; the contract pays from {BAR:.0%} on",
        draw=draw,
    )


def _paid(effect: float) -> Trial:
    def truth(n: int) -> Truth:
        people = PeopleModel(events_per_person=MEAN, gamma_shape=SHAPE)
        design = PaymentDesign(
            contract=_contract(), n=n, people=people, comparison_per_person=MATCHED
        )
        found = operating_characteristics(design, [effect], rng=np.random.default_rng(n))
        row = found.rows[0]
        error = float(row.chance_error) if found.simulated else 0.0
        return Truth(value=float(row.chance_paid), source="operating_characteristics", error=error)

    def one(*counts: Any) -> Answer:
        events, people, others_events, others = (int(count) for count in counts)
        verdict = settle(
            _contract(),
            parse_counts(
                '[cohort]\nname = "cohort"\n[[count]]\nmeasure = "offences"\n'
                f"events = {events}\npeople = {people}\n"
                f"baseline = {{ events = {others_events}, people = {others} }}\n"
            ),
        )
        return float(verdict["bar"].met is True), NAN, NAN, NAN

    return Trial(
        family="payment",
        estimator="operating_characteristics",
        title="chance of a payment, against cohorts settled one by one",
        estimates="whether the contract pays; on average the chance of a payment",
        scenario=_cohorts(effect),
        truth=truth,
        apply=lambda columns: one_by_one(zip(*columns, strict=True), one, gives=("estimate",)),
        covers=("operating_characteristics", "settle"),
        judge_bias=True,
        cost="medium",
    )


def _believed() -> Trial:
    measure = _contract().measure[0].model_copy(update={"kind": "binary"})
    term = (
        _contract()
        .term[0]
        .model_copy(update={"test": "absolute_reduction", "threshold": Decimal("0.05")})
    )

    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        share, other = rng.beta(0.5, 0.5, (2, replications))
        return (
            rng.binomial(n, share),
            rng.binomial(MATCHED * n, other),
            np.full(replications, n),
            other - share >= 0.05,
        )

    def one(events: Any, others: Any, n: Any, truly: Any) -> Answer:
        ours = measured(measure, Group(people=int(n), events=int(events)))
        theirs = measured(measure, Group(people=MATCHED * int(n), events=int(others)))
        said = probability_truly_met(measure, term, ours, theirs).value
        return said - float(truly), NAN, NAN, NAN

    return Trial(
        family="payment",
        estimator="probability_truly_met",
        title="probability that the bar was truly met",
        estimates="probability said, less whether it was met",
        scenario=Scenario(
            name="shares drawn from their prior",
            says=f"n people and {MATCHED} n matched ones, whose true shares are drawn as the prior "
            "has them (Jeffreys); the bar is 5 points",
            draw=draw,
        ),
        truth=exactly(0.0, "by design"),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), one, gives=("estimate",)),
        covers=("probability_truly_met",),
        judge_bias=True,
        cost="light",
    )


def _reduction() -> Trial:
    measure = _contract().measure[0].model_copy(update={"kind": "binary"})

    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        people = np.full(replications, n)
        return (
            rng.binomial(n, 0.4, replications), people,
            rng.binomial(MATCHED * n, 0.5, replications), MATCHED * people,
        )  # fmt: skip

    def one(*counts: Any) -> Answer:
        events, people, others_events, others = (int(count) for count in counts)
        ours = measured(measure, Group(people=people, events=events))
        theirs = measured(measure, Group(people=others, events=others_events))
        interval, _ = reduction_interval(measure, ours, theirs, relative=False)
        return others_events / others - events / people, interval.low, interval.high, NAN

    return Trial(
        family="payment",
        estimator="reduction_interval",
        title="reduction of a share as a verdict prints it",
        estimates="share of the matched less share in the programme",
        scenario=Scenario(
            name="a contract's cohort, 40% and 50%",
            says=f"40% of n people and 50% of {MATCHED} n matched ones with the event",
            draw=draw,
        ),
        truth=exactly(0.1),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), one),
        covers=("settle",),
        judge_bias=True,
        cost="light",
    )


def _judged(share: float) -> Trial:
    def one(count: Any, n: Any) -> Answer:
        found = judge_share(int(count), int(n), TARGET)
        answer = of_estimate(found.achieved)
        # A word that the truth does not bear out counts as a rejection: "met" below the target,
        # "not met" at it.
        wrong = found.verdict == ("not met" if share >= TARGET else "met")
        return *answer[:3], float(not wrong)

    return Trial(
        family="payment",
        estimator="judge_share",
        title="a target met or not met, where it is not so",
        estimates="share in the long run; a wrong verdict counts as a rejection",
        scenario=Scenario(
            name=f"a target of {TARGET:.0%}, {share:.0%} in truth",
            says=f"n people, {share:.0%} of whom reach what at least {TARGET:.0%} should",
            draw=lambda rng, n, replications: (
                rng.binomial(n, share, replications), np.full(replications, n),
            ),
        ),
        truth=exactly(share),
        apply=lambda columns: one_by_one(
            zip(*columns, strict=True), one, gives=("estimate", "interval", "p_value")
        ),
        covers=("judge_share",),
        judge_bias=True,
        rejection="type I error",
        cost="medium",
    )  # fmt: skip


def _year() -> Trial:

    def one(so_far: Any, whole: Any) -> Answer:
        found = judge_count(int(so_far), A_YEAR, part_of_year=GONE).achieved
        away = float(whole)
        return found.value - away, found.interval.low - away, found.interval.high - away, NAN

    return Trial(
        family="payment",
        estimator="judge_count",
        title="what the year will come to",
        estimates="the year's count as predicted, less what it came to",
        scenario=Scenario(
            name="a year half gone",
            says=f"n events expected in a year, of which {GONE:.0%} is over",
            draw=_two_halves,
        ),
        truth=exactly(0.0, "by design"),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), one),
        covers=("judge_count",),
        judge_bias=True,
        cost="light",
    )


def _two_halves(rng: np.random.Generator, n: int, replications: int) -> Any:
    so_far = rng.poisson(n * GONE, replications)
    return so_far, so_far + rng.poisson(n * (1 - GONE), replications)


def _steady_quarters() -> Trial:
    def one(counts: Any, bases: Any) -> Answer:
        chart = run_chart(counts.tolist(), bases.tolist())
        return NAN, NAN, NAN, float(not chart.signals)

    return Trial(
        family="payment",
        estimator="run_chart",
        title="a quarter called changed in a series of four",
        estimates="nothing changes; a signal counts as a rejection",
        scenario=Scenario(
            name="four quarters alike",
            says=f"four quarters of about n people, {TARGET:.0%} of whom reach what is counted",
            draw=_four_quarters,
        ),
        truth=exactly(0.0, "by design"),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), one, gives=("p_value",)),
        covers=("run_chart",),
        rejection="type I error",
        cost="heavy",
    )


def _four_quarters(rng: np.random.Generator, n: int, replications: int) -> Any:
    bases = rng.integers(max(n // 2, 1), 2 * n, (replications, QUARTERS))
    return rng.binomial(bases, TARGET), bases
