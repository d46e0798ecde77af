"""A share held to a target: an exact verdict, and how long until there is one."""

from __future__ import annotations

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import (
    check_choice,
    check_confidence_level,
    check_count,
    check_positive,
)
from dipoutcomes.intervals import clopper_pearson_interval
from dipoutcomes.results import Estimate
from dipoutcomes.scorecard.indicators._exact import at_least, at_most, least_above, most_below
from dipoutcomes.scorecard.indicators.judged import CANNOT_TELL, MET, NOT_MET, Judged

#: The chance of a verdict that "how many more people" aims at.
CHANCE = 0.8
#: More people than any programme will see: beyond them the answer is that it cannot be told.
MOST_PEOPLE = 100_000
#: How far every number is tried, before the steps grow; and how long a chance must be kept.
_STEP, _KEPT = 200, 101
DIRECTIONS = ("at_least", "at_most")


def judge_share(
    count: int,
    base: int,
    target: float,
    *,
    name: str = "share",
    direction: str = "at_least",
    confidence_level: float = 0.95,
    people_per_month: float | None = None,
    base_unit: str = "persons",
) -> Judged:
    """Return whether a share meets its target, does not, or cannot be told from it yet.

    Parameters
    ----------
    count, base : int
        People counted, and people asked of; ``base >= 1``.
    target : float
        The share to be reached, a proportion in (0, 1) and not a percentage.
    name : str
        Of the indicator.
    direction : {"at_least", "at_most"}
        Whether more or fewer is better.
    confidence_level : float, default 0.95
    people_per_month : float, optional
        How fast the base grows; turns people into months.
    base_unit : str, default "persons"

    Returns
    -------
    Judged

    Raises
    ------
    TypeError, ValueError
        If a count is no whole number or out of range, or the target no proportion.

    Notes
    -----
    The verdict is about the share that the programme's work gives in the long run, not about the
    people counted: those are what they are. It is "met" or "not met" only where the exact interval
    of Clopper and Pearson (1934) lies wholly on one side of the target, so that either word is
    wrong in no more than half of what the level leaves (2.5% at 95%), whatever the true share.
    That holds for one look; who judges every month uses `cumulative_chart`. Do not use it for a
    whole year's people where the contract is about exactly those: then the count itself decides.

    References
    ----------
    .. [1] Clopper, C. J. and Pearson, E. S. (1934). Biometrika 26, 404-413.
    .. [2] Bird, S. M. et al. (2005). Journal of the Royal Statistical Society A 168, 1-27
       (performance indicators: good, bad, and ugly).

    Examples
    --------
    >>> print(judge_share(60, 80, 0.70, name="Assessed"))
    Assessed: cannot tell yet (target at least 70%; 60 of 80 people, 75.0%, 95% interval 64.1% to
    84.0%); 561 more people would tell with a chance of 80% at this share
    >>> judge_share(600, 800, 0.70).verdict, judge_share(20, 80, 0.70).verdict
    ('met', 'not met')
    """
    people = check_count("base", base, minimum=1)
    having = check_count("count", count, maximum=people)
    goal = check_proportion(target)
    check_choice("direction", direction, DIRECTIONS)
    level = check_confidence_level(confidence_level)
    interval = clopper_pearson_interval(having, people, confidence_level=level)
    low, high = interval
    above, below = low >= goal, high < goal
    if direction == "at_most":
        above, below = low > goal, high <= goal
    good, bad = (above, below) if direction == "at_least" else (below, above)
    verdict = MET if good else NOT_MET if bad else CANNOT_TELL
    needed = None
    if verdict == CANNOT_TELL:
        needed = people_needed(having, people, goal, confidence_level=level)
    months = None
    if needed is not None and people_per_month is not None:
        months = needed / check_positive("people_per_month", people_per_month)
    shown = _display.level(level)
    return Judged(
        name=name,
        target=goal,
        direction=direction,
        achieved=Estimate(
            measure=name,
            value=having / people,
            interval=interval,
            events=having,
            base=people,
            base_unit=base_unit,
            persons=people if base_unit == "persons" else None,
        ),
        verdict=verdict,
        rule=(
            f"met or not met where the exact {shown} interval lies wholly on one side of the "
            "target, else it cannot be told yet"
        ),
        needed=needed,
        months=months,
    )


def people_needed(
    count: int,
    base: int,
    target: float,
    *,
    share: float | None = None,
    confidence_level: float = 0.95,
    chance: float = CHANCE,
) -> int | None:
    """Return how many more people until a target can be judged, if the share stays as it is.

    Parameters
    ----------
    count, base : int
        So far; both may be 0, and *share* is then needed.
    target : float
        A proportion in (0, 1).
    share : float, optional
        The true share from now on; what was achieved so far if omitted.
    confidence_level : float, default 0.95
    chance : float, default 0.8
        That there is a verdict then, on the side where *share* lies.

    Returns
    -------
    int or None
        0 where it can be judged already; None where *share* is the target itself, or no number up
        to 100,000 is enough.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range, or no share is known.

    Notes
    -----
    Exact: the chance that the count so far and a binomial count of those to come lie where the
    exact interval excludes the target. It rises in teeth; the first number is given from which on
    the next hundred keep the chance. What was achieved so far is itself uncertain, so that the
    answer is an order of size.

    Examples
    --------
    >>> people_needed(0, 0, 0.70, share=0.80), people_needed(0, 0, 0.70, share=0.75)
    (167, 662)
    >>> people_needed(35, 50, 0.70) is None
    True
    """
    people = check_count("base", base)
    having = check_count("count", count, maximum=people)
    goal = check_proportion(target)
    tail = (1 - check_confidence_level(confidence_level)) / 2
    wanted = check_confidence_level(chance, "chance")
    if share is None and people == 0:
        raise ValueError("`share` is needed where nobody was seen yet")
    true = having / people if share is None else float(share)
    if not 0 <= true <= 1:
        raise ValueError(f"`share` must be a proportion in [0, 1]; got {true:g}")
    if true == goal:
        return None
    start, found = 0, _first_kept(having, people, (0, _STEP), goal, true, tail, wanted)
    while found is None and start < MOST_PEOPLE:
        start, end = max(_STEP, start), int(1.25 * max(_STEP, start))
        # The chance grows but for its teeth: where it is kept at the end, it began on the way.
        if _first_kept(having, people, (end, end + 1), goal, true, tail, wanted) is not None:
            found = _first_kept(having, people, (start, end + 1), goal, true, tail, wanted)
        start = end
    return None if found is None or found > MOST_PEOPLE else found


def _first_kept(
    count: int,
    base: int,
    span: tuple[int, int],
    target: float,
    share: float,
    tail: float,
    wanted: float,
) -> int | None:
    """Return the first number in *span* from which on the next hundred keep the chance."""
    grid = np.arange(span[0], span[1] + _KEPT - 1, dtype=np.int64)
    enough = _chance(count, base, grid, target, share, tail) >= wanted
    kept = np.lib.stride_tricks.sliding_window_view(enough, _KEPT).all(axis=1)
    return span[0] + int(np.argmax(kept)) if kept.any() else None


def _chance(
    count: int, base: int, more: np.ndarray, target: float, share: float, tail: float
) -> np.ndarray:
    """Return the chance of a verdict on the side of *share* once *more* people are seen."""
    n = base + more
    if share > target:
        return at_least(least_above(n, target, tail) - count, more, share)
    return at_most(most_below(n, target, tail) - count, more, share)


def check_proportion(target: float) -> float:
    """Return a target as a proportion in (0, 1); refuse a percentage, and say how it is written."""
    value = check_positive("target", target)
    if value >= 1:
        hint = " (70% is written 0.70)" if value <= 100 else ""
        raise ValueError(f"`target` must be a proportion below 1{hint}; got {value:g}")
    return value
