"""Trials of one share: of people like these, and of a known frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dipoutcomes.intervals import finite_population_p_value, proportion_p_value
from dipoutcomes.laboratory.families._interval_methods import Columns, IntervalFamily, exactly
from dipoutcomes.laboratory.trial import FloatArray, Scenario, Trial, Truth

#: A rare event, the share arrested of the published sample (7 of 28), and a half.
SHARES = (0.03, 0.25, 0.5)
#: People of the frame for each of the sample: 210 closures for 28 clients.
FRAME = 7.5


def _share(columns: Columns) -> FloatArray:
    return np.asarray(columns[0] / columns[1])


_PROPORTION = IntervalFamily(
    name="proportion",
    estimates="share with the event",
    estimate=_share,
    without_p_value=("wang", "jeffreys", "jeffreys_adjusted", "agresti_coull", "wald"),
)
_FINITE = IntervalFamily(
    name="finite_population",
    estimates="share of the frame with the event",
    estimate=_share,
    without_p_value=("wang", "katz", "wald"),
    limited={"wang": ((28, 60, 200), "frame times sample is at most 2,000,000")},
)


def trials() -> Iterator[Trial]:
    """Yield every method of both families in each scenario."""
    for share in SHARES:
        people = Scenario(
            name=f"share {share:.0%}",
            says=f"each of n people has the event with chance {share:.0%}",
            draw=binomial(share),
        )
        frame = Scenario(
            name=f"frame, share {share:.0%}",
            says=f"n people drawn without replacement from a frame {FRAME:g} times as large, "
            f"{share:.0%} of it with the event",
            draw=_hypergeometric(share),
        )
        against = _against(proportion_p_value, share)
        yield from _PROPORTION.trials(people, exactly(share), against, "type I error")
        yield from _FINITE.trials(
            frame, _share_of_frame(share), _against_frame(share), "type I error"
        )


def binomial(share: float) -> Callable[[np.random.Generator, int, int], Columns]:
    """Return what draws events and people of cohorts with this chance of the event."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> Columns:
        return rng.binomial(n, share, replications), np.full(replications, n)

    return draw


def frame_size(n: int) -> int:
    """Return the people of the frame from which *n* are drawn."""
    return int(FRAME * n)


def _marked(share: float, n: int) -> int:
    return max(1, round(share * frame_size(n)))


def _share_of_frame(share: float) -> Callable[[int], Truth]:
    return lambda n: Truth(value=_marked(share, n) / frame_size(n), source="the frame")


def _hypergeometric(share: float) -> Callable[[np.random.Generator, int, int], Columns]:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Columns:
        marked, size = _marked(share, n), frame_size(n)
        events = rng.hypergeometric(marked, size - marked, n, replications)
        return events, np.full(replications, n), np.full(replications, size)

    return draw


def _against(p_value: Callable[..., Any], null: float) -> Callable[..., Any]:
    return lambda events, n, *, method: p_value(events, n, null, method=method)


def _against_frame(share: float) -> Callable[..., Any]:
    def p_value(events: FloatArray, n: FloatArray, size: FloatArray, *, method: str) -> Any:
        marked = _marked(share, int(n[0]))
        return finite_population_p_value(events, n, size, marked, method=method)

    return p_value
