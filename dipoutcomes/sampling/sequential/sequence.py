"""A confidence sequence for a proportion, sampled without replacement from a finite frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import finite_population_interval
from dipoutcomes.results import Interval, IntervalArray
from dipoutcomes.sampling.sequential import _e_values
from dipoutcomes.sampling.sequential.result import ConfidenceSequence

#: The ways to bet, and what a report calls them.
METHODS = {
    "prior_posterior": "prior over posterior, uniform prior",
    "hedged_capital": "hedged capital, predictable plug-in bets",
}
UNTRACED = -1
_LARGEST = 10**9  # frame: beyond it the products of counts no longer fit, and nobody lives there


def proportion_confidence_sequence(
    outcomes_in_draw_order: Iterable[Any],
    population: int,
    *,
    confidence_level: float = 0.95,
    method: Literal["prior_posterior", "hedged_capital"] = "prior_posterior",
    untraced: Literal["stop", "bounds"] = "stop",
) -> ConfidenceSequence:
    """Return limits that hold after every person at once, so that anyone may look and stop.

    Parameters
    ----------
    outcomes_in_draw_order : iterable of bool, 0, 1 or missing; at least one
        One for each person in the order of the draw, nobody left out, the reserve following the
        sample. Missing (None or nan) is a person whom the police could not trace. With a `Draw`
        at hand use `sequence_from_looks`, which enforces the order.
    population : int
        Persons in the frame that the random order was made of, at most 10^9.
    confidence_level : float, default 0.95
        Chance, over random orders, that every one of the limits holds the truth.
    method : {"prior_posterior", "hedged_capital"}
        How to bet against each number of people. The default depends on counts alone.
    untraced : {"stop", "bounds"}
        Stop before the first untraced person, or count the untraced as both cases: without the
        event for the lower limits, with it for the upper ones.

    Returns
    -------
    ConfidenceSequence

    Raises
    ------
    DesignError
        If nobody can be counted, or more people are given than the frame holds, or the untraced
        are to enter as bounds of a method whose limits are not known to be monotone.
    ValueError, TypeError
        If an outcome is something else, or an argument is out of range.

    Notes
    -----
    For each number M of people with the event that the frame could hold, a gambler bets against M
    before each person, without knowing the outcome. If M is the truth the bets are fair, or worse,
    and by Ville's inequality the wealth ever reaches 1 / (1 - level) with a chance of at most
    1 - level. The limits are the hull of the M against which it has not; they only narrow.

    "prior_posterior": wealth is the uniform prior over the posterior of M, that is 1 / (n + 1) over
    the hypergeometric probability of x in n [1]_. The bets are fair as long as both outcomes can
    still happen, and lose where the prior backs what cannot. "hedged_capital": half the wealth
    bets on a larger share and half on a smaller, with stakes from the outcomes so far [2]_.

    Do not use it when the number of people was fixed and is looked at once: the exact
    hypergeometric limits are narrower. Do not use it when people came in any order but the random
    one, when the sample was stratified, when some people's outcome window is still open, or to
    look at the same people again each quarter: there the outcome changes, and not the sample.

    References
    ----------
    .. [1] Waudby-Smith, I. and Ramdas, A. (2020). Confidence sequences for sampling without
       replacement. Advances in Neural Information Processing Systems 33, 20204-20214, section 2.
    .. [2] Waudby-Smith, I. and Ramdas, A. (2024). Estimating means of bounded random variables by
       betting. Journal of the Royal Statistical Society B 86, 1-27, sections 4 and 5.

    Examples
    --------
    >>> print(proportion_confidence_sequence([0, 1, 1, 1] * 7, 210))
    21 of 28 people, from a frame of 210: 75.0%, 95% confidence sequence 48.6% to 91.0% (102 to 191
    people; prior over posterior, uniform prior). Had 28 been fixed in advance: 56.7% to 88.1%
    (exact, hypergeometric); the price of looking after every person is 1.35 times that width.
    """
    population = check_count("population", population, minimum=1, maximum=_LARGEST)
    level = check_confidence_level(confidence_level)
    check_choice("method", method, tuple(METHODS))
    check_choice("untraced", untraced, ("stop", "bounds"))
    outcome, stopped, not_counted = _usable(_coded(outcomes_in_draw_order), population, untraced)
    if method != "prior_posterior" and (outcome < 0).any():
        raise DesignError(
            f"{int((outcome < 0).sum())} people are untraced, and only limits that rise with every "
            "event can be bounded by the best and the worst case. Use method='prior_posterior'"
        )
    lowest, highest = best_and_worst(outcome)
    low, _ = _limits(lowest, population, level, method)
    _, high = _limits(highest, population, level, method)
    n = np.arange(1, len(outcome) + 1)
    least, most = np.cumsum(lowest), population - (n - np.cumsum(highest))
    low, high, conflict = _e_values.running(low, high, least, most)
    fixed_low, _ = _fixed(lowest, population, level)
    _, fixed_high = _fixed(highest, population, level)
    return ConfidenceSequence(
        population=population,
        outcome=outcome,
        low_people=low,
        high_people=high,
        fixed_low=fixed_low,
        fixed_high=fixed_high,
        confidence_level=level,
        method=method,
        title=METHODS[method],
        untraced_at=stopped,
        not_counted=not_counted,
        conflict_at=None if conflict is None else conflict + 1,
    )


def anytime_interval(
    events: int, n: int, population: int, *, confidence_level: float = 0.95
) -> Interval:
    """Return the limits at one look when the outcomes' order is not known: published counts.

    Parameters
    ----------
    events : int
        Persons asked for who have the event.
    n : int
        Persons asked for, the first of a random order of the frame.
    population : int
        Persons in the frame.
    confidence_level : float, default 0.95
        As for `proportion_confidence_sequence`.

    Returns
    -------
    Interval
        Whatever the order, the limits of `proportion_confidence_sequence` after these *n* lie
        inside it, unless they contradict earlier ones.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range.

    Notes
    -----
    The limits that a commissioner could have read on stopping here, had anybody looked after each
    person, before the earlier looks narrow them. Not for a sample whose size was fixed in advance.

    Examples
    --------
    >>> print(anytime_interval(21, 28, 210))
    95% CI 0.486 to 0.919, confidence sequence at one look, prior over posterior, uniform prior
    """
    population = check_count("population", population, minimum=1, maximum=_LARGEST)
    n = check_count("n", n, minimum=1, maximum=population)
    events = check_count("events", events, maximum=n)
    level = check_confidence_level(confidence_level)
    low, high = _e_values.prior_posterior_limits(
        np.array([events]), np.array([n]), population, level
    )
    title = f"confidence sequence at one look, {METHODS['prior_posterior']}"
    return Interval(float(low[0]) / population, float(high[0]) / population, level, title)


def best_and_worst(outcome: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the outcomes with the untraced counted without, and with, the event."""
    return np.where(outcome < 0, 0, outcome), np.where(outcome < 0, 1, outcome)


def _coded(outcomes: Iterable[Any]) -> NDArray[np.int64]:
    """Return 1, 0 and -1 for outcomes that may be bool, number or missing."""
    import pandas as pd

    values = pd.Series(list(outcomes), dtype=object)
    missing = values.isna()
    known = values.isin([0, 1])  # True and False are 1 and 0
    wrong = int((~missing & ~known).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(values)} outcomes are neither 1 (with the event), 0 (without) nor "
            "missing (untraced); a count of events is not an outcome of a share"
        )
    return np.asarray(values.where(~missing, UNTRACED).astype(np.int64))


def _usable(
    outcome: NDArray[np.int64], population: int, untraced: str
) -> tuple[NDArray[np.int64], int | None, int]:
    """Return the outcomes that count, the place of who stopped them, and how many came after."""
    if len(outcome) > population:
        raise DesignError(
            f"{len(outcome):,} people were asked for and the frame holds {population:,}: somebody "
            "is counted twice, or the frame is another one"
        )
    if not len(outcome):
        raise DesignError("nobody was asked for yet, so there is nothing to limit; ask for one")
    missing = np.flatnonzero(outcome < 0)
    if untraced == "bounds" or not missing.size:
        return outcome, None, 0
    first = int(missing[0])
    if first == 0:
        raise DesignError(
            "the first person is untraced, and nobody may be skipped: trace them, or count the "
            "untraced as both cases (untraced='bounds')"
        )
    return outcome[:first], first + 1, len(outcome) - first - 1


def _limits(
    outcome: NDArray[np.int64], population: int, level: float, method: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if method == "hedged_capital":
        return _e_values.hedged_limits(outcome, population, level)
    n = np.arange(1, len(outcome) + 1)
    return _e_values.prior_posterior_limits(np.cumsum(outcome), n, population, level)


def _fixed(
    outcome: NDArray[np.int64], population: int, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n = np.arange(1, len(outcome) + 1)
    found = finite_population_interval(
        np.cumsum(outcome), n, population, confidence_level=level, method="hypergeometric"
    )
    assert isinstance(found, IntervalArray)  # noqa: S101 (arrays in, array out; for the type)
    return found.low, found.high
