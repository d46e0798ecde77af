"""The share of people with at least one event, and how far the unknown could move it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice, check_count, check_counts
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, Interval


def share_with_event(
    events: ArrayLike,
    observed_to_end: ArrayLike,
    *,
    measure: str = "share with at least one event",
    unobserved: Literal["refuse", "leave_out"] = "refuse",
    method: str = "wilson",
    confidence_level: float = 0.95,
    population: int | None = None,
) -> Estimate:
    """Return the share of people with at least one event in the window.

    Parameters
    ----------
    events : array_like of int, shape (n,)
        Events of each person in the window.
    observed_to_end : array_like of bool, shape (n,)
        Whether each person was observed for the whole window.
    measure : str
        As the report prints it: "share arrested at least once".
    unobserved : {"refuse", "leave_out"}
        What to do if anyone was not observed to the end. "leave_out" takes them out of the base,
        events or not, and says how many; it is right only if those left are like those lost.
    method : str, default "wilson"
        Of `dipoutcomes.intervals.proportion_interval`, or with *population* of
        `dipoutcomes.intervals.finite_population_interval` ("hypergeometric", ...).
    confidence_level : float, default 0.95
    population : int, optional
        The people from whom these were drawn at random without replacement. The interval is then
        for the share of them all, and is narrower. Not for a part of the sample whose size in
        the population is unknown.

    Returns
    -------
    Estimate
        Of quantity "share".

    Raises
    ------
    DesignError
        If nobody is left, or with "refuse" if anyone was not observed to the end: leaving them
        in would count the unseen as people without an event.

    Examples
    --------
    >>> print(share_with_event([0, 2, 1, 0], [True] * 4))
    share with at least one event: 0.500 (95% CI 0.150 to 0.850, Wilson score; 2 of 4 people)
    """
    check_choice("unobserved", unobserved, ("refuse", "leave_out"))
    counts, observed = _persons(events, observed_to_end)
    if not len(counts):
        raise DesignError("the window holds nobody; see the table of losses")
    short = int((~observed).sum())
    if short and unobserved == "refuse":
        raise DesignError(
            f"{short} of {len(counts)} persons were not observed to the end of the window. "
            "Close accrual earlier, move the last offence date later, leave them out and say so "
            "(unobserved='leave_out'), give bounds (bounds_for_unknown), or use kaplan_meier, "
            "which allows for censoring."
        )
    if short == len(counts):
        raise DesignError(
            f"none of {short} persons was observed to the end of the window. Move the last offence "
            "date later, choose a shorter window, or use kaplan_meier, which allows for censoring."
        )
    n, having = len(counts) - short, int((counts[observed] > 0).sum())
    caveat = f"{short} of {len(counts)} persons not observed to the end are left out" * bool(short)
    return Estimate(
        measure=measure,
        value=having / n,
        interval=_share_interval(having, n, population, method, confidence_level),
        events=having,
        base=n,
        base_unit="persons",
        persons=n,
        caveat=caveat,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The least and the most that the share could be, and one interval for both together.

    Parameters
    ----------
    best : Estimate
        Nobody of the unknown has the event.
    worst : Estimate
        Everybody of the unknown has it.
    interval : Interval
        From the lower limit of *best* to the upper limit of *worst*.
    unknown : int
        Persons about whom the records cannot tell.
    """

    best: Estimate
    worst: Estimate
    interval: Interval
    unknown: int

    def __str__(self) -> str:
        return (
            f"{self.best.measure}: between {self.best.value:.3f} and {self.worst.value:.3f} "
            f"({self.interval}; {self.unknown} of {self.best.base:g} persons unknown)"
        )


def bounds_for_unknown(
    events: ArrayLike,
    known: ArrayLike,
    *,
    measure: str = "share with at least one event",
    method: str = "wilson",
    confidence_level: float = 0.95,
    population: int | None = None,
) -> Bounds:
    """Return the best and the worst case for people about whom the records cannot tell.

    Parameters
    ----------
    events : array_like of int, shape (n,)
        Events seen of each person in the window.
    known : array_like of bool, shape (n,)
        Whether a person with no event seen is known to have none: traced, observed to the end,
        and no incomplete record. A person with an event is known whatever stands here.
    measure : str
    method, confidence_level, population
        As for `share_with_event`.

    Returns
    -------
    Bounds
        Both estimates have everybody in the base.

    Raises
    ------
    DesignError
        If there is nobody.

    Notes
    -----
    Nothing is assumed about the unknown (Manski's bounds). The joined interval covers the whole
    range from best to worst with at least the level, and the share itself with more: with a wide
    range only one end can be missed at a time, so that limits at a one-sided level would do
    (Imbens and Manski). The wider ones are given, since they hold without that argument.

    References
    ----------
    .. [1] Manski, C. F. (1989). Journal of Human Resources 24, 343-360.
    .. [2] Imbens, G. W. and Manski, C. F. (2004). Econometrica 72, 1845-1857.

    Examples
    --------
    >>> print(bounds_for_unknown([1, 0, 0, 0], [True, True, True, False]))
    share with at least one event: between 0.250 and 0.500 (95% CI 0.046 to 0.850, Wilson score,
    best to worst case; 1 of 4 persons unknown)
    """
    counts, told = _persons(events, known)
    if not len(counts):
        raise DesignError("the window holds nobody; see the table of losses")
    n, having = len(counts), int((counts > 0).sum())
    unknown = int(((counts == 0) & ~told).sum())

    def case(number: int, says: str) -> Estimate:
        return Estimate(
            measure=measure,
            value=number / n,
            interval=_share_interval(number, n, population, method, confidence_level),
            events=number,
            base=n,
            base_unit="persons",
            persons=n,
            caveat=f"{says} of the {unknown} persons unknown counted with the event",
        )

    best, worst = case(having, "none"), case(having + unknown, "all")
    joined = Interval(
        best.interval.low,
        worst.interval.high,
        best.interval.confidence_level,
        f"{best.interval.method}, best to worst case",
    )
    return Bounds(best=best, worst=worst, interval=joined, unknown=unknown)


def _persons(events: ArrayLike, mask: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    counts, flags = check_counts("events", np.atleast_1d(np.asarray(events))), np.asarray(mask)
    if counts.size == 0:
        flags = flags.astype(bool)
    if flags.dtype != bool:
        raise TypeError("the second argument must hold True or False for each person")
    if counts.ndim != 1 or flags.shape != counts.shape:
        raise ValueError("both arguments must have one element for each person")
    return counts, flags


def _share_interval(
    events: int, n: int, population: int | None, method: str, confidence_level: float
) -> Interval:
    from dipoutcomes.intervals.finite_population import finite_population_interval
    from dipoutcomes.intervals.proportion import proportion_interval

    if population is None:
        return proportion_interval(events, n, method=method, confidence_level=confidence_level)
    size = check_count("population", population, minimum=n)
    chosen = "hypergeometric" if method == "wilson" else method
    return finite_population_interval(
        events, n, size, method=chosen, confidence_level=confidence_level
    )
