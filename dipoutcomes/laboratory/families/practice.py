"""What is often done, beside what should be done, on the same made-up people and with one truth.

Each question has a scenario, a popular practice and a sound way. The practice is not judged: its
failure is known, and the page shows how large it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from dipoutcomes.comparison import rate_ratio_before_after
from dipoutcomes.intervals import difference_interval, wald_interval, wilson_interval
from dipoutcomes.laboratory.answers import NAN, Answer, each_table_once, of_estimate, one_by_one
from dipoutcomes.laboratory.families import _lives, outcomes
from dipoutcomes.laboratory.families._both_ways import RIGHT, WRONG, both_ways
from dipoutcomes.laboratory.families._competing import competing, share_seen_by
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.families.competing import naive_share_by, per_cohort, share_by
from dipoutcomes.laboratory.families.proportions import binomial
from dipoutcomes.laboratory.trial import FloatArray, Replications, Scenario, Trial
from dipoutcomes.outcomes import bounds_for_unknown, rate_per_person_year, share_with_event


def trials() -> Iterator[Trial]:
    """Yield the six questions, each answered both ways."""
    yield from _wald()
    yield from _competing()
    yield from _untraced()
    yield from _index_counted()
    yield from _custody()
    yield from _completers()


def _wald() -> Iterator[Trial]:
    share = 0.05

    def by(limits: Callable[..., Any]) -> Callable[[Any], Replications]:
        return lambda columns: each_table_once(
            limits, *columns, estimate=np.asarray(columns[0] / columns[1])
        )

    scenario = Scenario(
        name=f"practice, share {share:.0%}",
        says=f"each of n people has the event with chance {share:.0%}",
        draw=binomial(share),
    )
    yield from both_ways(
        "Limits that are the share plus or minus two standard errors (Wald)",
        "share with the event",
        scenario,
        exactly(share),
        (
            (WRONG, "wald", "Wald limits", by(wald_interval)),
            (RIGHT, "wilson", "Wilson limits", by(wilson_interval)),
        ),
        "table",
    )


def _competing() -> Iterator[Trial]:
    yield from both_ways(
        "1 - Kaplan-Meier where death or long custody comes first",
        "share arrested within a year",
        competing(),
        exactly(share_seen_by()),
        (
            (WRONG, "one_less_kaplan_meier", "1 - Kaplan-Meier, the others as leavers",
             per_cohort(naive_share_by)),
            (RIGHT, "cumulative_incidence", "cumulative incidence (Aalen-Johansen)",
             per_cohort(partial(share_by, "log_log", "greenwood"))),
        ),
        "medium",
    )  # fmt: skip


def _untraced() -> Iterator[Trial]:
    truth = (
        outcomes.UNTRACED * outcomes.UNTRACED_SHARE
        + (1 - outcomes.UNTRACED) * outcomes.TRACED_SHARE
    )

    def clean(events: FloatArray, known: FloatArray) -> Answer:
        return of_estimate(share_with_event(events, np.ones(len(known), dtype=bool)))

    def bounds(events: FloatArray, known: FloatArray) -> Answer:
        interval = bounds_for_unknown(events, known).interval
        return NAN, interval.low, interval.high, NAN

    def by(ask: Callable[..., Answer], *gives: Any) -> Callable[[Any], Replications]:
        return lambda data: one_by_one(zip(*data, strict=True), ask, gives=gives)

    yield from both_ways(
        "The untraced counted as people without an event",
        "share with the event, everybody included",
        outcomes.untraced(),
        exactly(truth),
        (
            (WRONG, "untraced_as_clean", "untraced counted as clean",
             by(clean, "estimate", "interval")),
            (RIGHT, "bounds_for_unknown", "best to worst case", by(bounds, "interval")),
        ),
        "light",
    )  # fmt: skip


def _index_counted() -> Iterator[Trial]:
    def by(before: str) -> Callable[[_lives.BeforeAfter], Replications]:
        def ask(first: FloatArray, after: FloatArray) -> Answer:
            days = np.full(len(after), _lives.HALF_YEAR)
            return of_estimate(rate_ratio_before_after(first, days, after, days))

        return lambda data: one_by_one(
            zip(getattr(data, before), data.after, strict=True),
            ask,
            gives=("estimate", "interval", "p_value"),
        )

    for mean, shape in _lives.CORNERS:
        yield from both_ways(
            "Before and after entry with the index offence counted in before, "
            f"{mean:g} in half a year",
            "ratio of arrests in half a year after entry to half a year before, no effect",
            _lives.entry_by_arrest(mean, shape),
            exactly(1.0, "no effect, by design"),
            (
                (WRONG, "index_counted", "index offence counted in before", by("with_index")),
                (RIGHT, "index_excluded", "index offence left out", by("without_index")),
            ),
            "medium",
            "log",
        )


def _custody() -> Iterator[Trial]:
    def ask(events: FloatArray, days: FloatArray) -> Answer:
        return of_estimate(rate_per_person_year(events, days))

    def by(days: str) -> Callable[[_lives.Custody], Replications]:
        return lambda data: one_by_one(zip(data.events, getattr(data, days), strict=True), ask)

    yield from both_ways(
        "Days in custody counted as days at risk",
        "arrests per person-year at liberty in the year after entry",
        _lives.with_custody(),
        exactly(_lives.CUSTODY_RATE),
        (
            (WRONG, "calendar_days", "rate over all days", by("calendar_days")),
            (RIGHT, "days_at_liberty", "rate over days at liberty", by("days_at_liberty")),
        ),
        "medium",
    )


def _completers() -> Iterator[Trial]:
    def compared(columns: tuple[FloatArray, ...]) -> Replications:
        with np.errstate(invalid="ignore", divide="ignore"):
            estimate = columns[0] / columns[1] - columns[2] / columns[3]
        return each_table_once(difference_interval, *columns, estimate=np.asarray(estimate))

    def by(which: str) -> Callable[[_lives.Completion], Replications]:
        return lambda data: compared(getattr(data, which))

    yield from both_ways(
        "Those who completed against those who left early",
        "difference in the share arrested within a year, stayers less leavers, no effect",
        _lives.with_drop_out(),
        exactly(0.0, "no effect, by design"),
        (
            (WRONG, "completers", "completers less the others, from the start of treatment",
             by("completers")),
            (RIGHT, "landmark", "still in treatment less dropped out, from a landmark on",
             by("landmark")),
        ),
        "medium",
    )  # fmt: skip
