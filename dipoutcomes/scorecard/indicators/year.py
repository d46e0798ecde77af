"""A number to be reached in a year, judged while the year goes on."""

from __future__ import annotations

from collections.abc import Callable

from scipy.special import bdtr, bdtrc

from dipoutcomes import _display
from dipoutcomes._validate import (
    check_choice,
    check_confidence_level,
    check_count,
    check_positive,
)
from dipoutcomes.results import Estimate, Interval
from dipoutcomes.scorecard.indicators.judged import CANNOT_TELL, MET, NOT_MET, Judged
from dipoutcomes.scorecard.indicators.share import DIRECTIONS

METHOD = "exact prediction, conditional binomial"


def judge_count(
    count: int,
    target: int,
    *,
    part_of_year: float,
    name: str = "count",
    direction: str = "at_least",
    confidence_level: float = 0.95,
    unit: str = "commencements",
) -> Judged:
    """Return whether a yearly number is or will be reached, or cannot be told yet.

    Parameters
    ----------
    count : int
        So far.
    target : int
        For the whole year, 1 or more.
    part_of_year : float
        How much of it is gone, in (0, 1]; days gone over days of the year.
    name : str
        Of the indicator.
    direction : {"at_least", "at_most"}
    confidence_level : float, default 0.95
        Of the prediction.
    unit : str, default "commencements"

    Returns
    -------
    Judged
        ``achieved`` is what the year comes to at this pace, with the limits of the prediction;
        ``months`` how long until it can be told, if the year goes on at this pace.

    Raises
    ------
    TypeError, ValueError
        If a count is no whole number, or the part of the year lies outside (0, 1].

    Notes
    -----
    Assumes a Poisson count: events apart from each other, at one pace all year. Given the year's
    total, the count so far is binomial with the part gone as its share; the limits are the rests
    that this does not reject (Nelson 1970). They hold the true rest at least as often as the level
    says. Where people come in groups, or more in some months, the limits are too narrow.

    References
    ----------
    .. [1] Nelson, W. (1970). Confidence intervals for the ratio of two Poisson means and Poisson
       predictor intervals. IEEE Transactions on Reliability R-19, 42-49.

    Examples
    --------
    >>> print(judge_count(20, 65, part_of_year=0.5, name="Commencements"))
    Commencements: not met (target at least 65; 20 so far with 50.0% of the year gone, 40 in the
    year at this pace, 95% prediction 29 to 55)
    >>> judge_count(28, 65, part_of_year=0.5).waiting
    'about 3.5 more months at this pace would tell'
    >>> judge_count(65, 65, part_of_year=0.8).verdict
    'met'
    """
    so_far, goal = check_count("count", count), check_count("target", target, minimum=1)
    part = check_positive("part_of_year", part_of_year)
    if part > 1:
        raise ValueError(f"`part_of_year` must be at most 1, the whole year; got {part:g}")
    check_choice("direction", direction, DIRECTIONS)
    level = check_confidence_level(confidence_level)
    low, high = rest_of_year(so_far, part, level)
    least, most = so_far + low, so_far + high
    verdict = _verdict(least, most, goal, direction)
    months = None
    if verdict == CANNOT_TELL:
        months = _months_until_told(so_far / part, goal, part, direction, level)
    shown = _display.level(level)
    return Judged(
        name=name,
        target=float(goal),
        direction=direction,
        achieved=Estimate(
            measure=f"{unit} in the year at this pace",
            value=so_far / part,
            interval=Interval(float(least), float(most), level, METHOD),
            events=so_far,
            base=part,
            base_unit="years",
            quantity="count",
            caveat="holds where events come apart from each other and at one pace",
        ),
        verdict=verdict,
        rule=(
            f"met or not met where every total within the {shown} prediction for the year is on "
            "one side of the target, else it cannot be told yet"
        ),
        months=months,
    )


def _verdict(least: int, most: int, target: int, direction: str) -> str:
    """Return the verdict on a year that comes to between *least* and *most*."""
    good, bad = least >= target, most < target
    if direction == "at_most":
        good, bad = most <= target, least > target
    return MET if good else NOT_MET if bad else CANNOT_TELL


def _months_until_told(
    pace: float, target: int, part: float, direction: str, level: float
) -> float:
    """Return the months until there is a verdict if the year goes on at its pace, by the week."""
    weeks = int((1 - part) * 52)
    for week in range(1, weeks + 1):
        later = part + week / 52
        count = round(pace * later)
        low, high = rest_of_year(count, later, level)
        if _verdict(count + low, count + high, target, direction) != CANNOT_TELL:
            return 12 * week / 52
    return 12 * (1 - part)


def rest_of_year(count: int, part_of_year: float, confidence_level: float) -> tuple[int, int]:
    """Return the least and the most that may yet come in the rest of the year.

    Parameters
    ----------
    count : int
        So far.
    part_of_year : float
        In (0, 1]; at 1 nothing comes.
    confidence_level : float

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> rest_of_year(20, 0.5, 0.95), rest_of_year(20, 1.0, 0.95)
    ((9, 35), (0, 0))
    """
    if part_of_year >= 1:
        return 0, 0
    tail = (1 - confidence_level) / 2

    def too_many(rest: int) -> bool:  # so many to come that so few so far would be rare
        return bool(bdtr(count, count + rest, part_of_year) <= tail)

    def enough(rest: int) -> bool:  # not so few to come that so many so far would be rare
        return count == 0 or bool(bdtrc(count - 1, count + rest, part_of_year) > tail)

    return _first(enough), _first(too_many) - 1


def _first(holds: Callable[[int], bool]) -> int:
    """Return the least whole number from 0 on for which a monotone condition holds."""
    high = 1
    while not holds(high):
        high *= 2
    low = 0
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
