"""The rate of each cause among those still at risk, group by group, and whether it differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import garwood_interval
from dipoutcomes.results import Column, Table
from dipoutcomes.survival._counts import Integers
from dipoutcomes.survival._units import UNITS_PER_YEAR
from dipoutcomes.survival.compare import LogRankResult, log_rank_test
from dipoutcomes.survival.competing_risks._causes import check_people
from dipoutcomes.survival.curves import group_codes


def cause_specific_hazards(
    durations: Any,
    causes: Any,
    groups: Any = None,
    *,
    names: Mapping[int, str] | None = None,
    entry: Any = None,
    time_unit: str = "days",
    confidence_level: float = 0.95,
) -> Table:
    """Return the rate of each cause among people still at risk of every event, by group.

    In a report: "while alive, at liberty and not yet arrested, the treated were arrested at a
    rate of 0.62 a year (0.43 to 0.86)". It is about those still at risk, not about a share of
    the people who started: for that, `cumulative_incidence`.

    Parameters
    ----------
    durations, causes, names, entry
        As in `cumulative_incidence`.
    groups : array_like, shape (people,), optional
        The group of each person; omitted: all together.
    time_unit : {"days", "weeks", "months", "years"}
        Of the durations; rates are per year (of 365.25 days, or 12 months).
    confidence_level : float, default 0.95

    Returns
    -------
    Table
        One row a group and cause: people, events, years at risk, events per year with Garwood
        limits, and the limits as numbers. nan where a group has no time at risk.

    Raises
    ------
    TypeError, ValueError, DesignError
        As in `cumulative_incidence`; or if *time_unit* is none of the four.

    Notes
    -----
    Each person has one first event at most, so that the counts are Poisson-like; but an average
    rate with these limits stands for the whole follow-up only where the rate does not change over
    it. Rates usually fall with time since the start, and groups followed for different times are
    then not alike: compare them by `cause_specific_test`, which sets people of one time beside each
    other.

    Examples
    --------
    >>> table = cause_specific_hazards([50, 80, 80, 120, 200, 200], [1, 2, 1, 0, 1, 0],
    ...     names={1: "arrest", 2: "death"})
    >>> [round(rate, 2) for rate in table.column("rate")]
    [1.5, 0.5]
    """
    level = check_confidence_level(confidence_level)
    if time_unit not in UNITS_PER_YEAR:
        raise ValueError(f"`time_unit` must be one of {', '.join(UNITS_PER_YEAR)}, not {time_unit}")
    people = check_people(durations, causes, entry=entry, names=names)
    n, kinds = len(people.time), len(people.causes) + 1
    codes: Integers = np.zeros(n, dtype=np.int64)
    labels: tuple[str, ...] = ("all",)
    if groups is not None:
        codes, labels = group_codes(groups, n)
    spent = people.time if people.entry is None else people.time - people.entry
    years = np.bincount(codes, spent, len(labels)) / UNITS_PER_YEAR[time_unit]
    shape = (len(labels), kinds)
    events = np.bincount(codes * kinds + people.ending, minlength=shape[0] * kinds).reshape(shape)
    columns = (
        Column(key="group", heading="Group", kind="label"),
        Column(key="cause", heading="Event", kind="text"),
        Column(key="persons", heading="People", kind="persons"),
        Column(key="events", heading="Events", kind="persons", out_of="persons"),
        Column(key="years", heading="Years at risk", kind="number"),
        Column(key="rate", heading="Events per year", kind="rate", decimals=3),
        Column(key="limits", heading=f"{_display.level(level)} interval"),
        Column(key="low", heading="Lower limit", kind="rate", decimals=3),
        Column(key="high", heading="Upper limit", kind="rate", decimals=3),
    )
    rows: list[list[Any]] = []
    for g, label in enumerate(labels):
        for place, cause in enumerate(people.causes, start=1):
            count, time = int(events[g, place]), float(years[g])
            numbers = [float("nan")] * 3
            if time > 0:
                found = garwood_interval(count, time, confidence_level=level)
                numbers = [count / time, float(found.low), float(found.high)]
            words = " to ".join(_display.number(v, 3) for v in numbers[1:])
            persons = int(events[g].sum())
            rows.append([label, cause, persons, count, time, numbers[0], words, *numbers[1:]])
    note = "Garwood limits; a rate that changes over the follow-up is averaged over it."
    return Table.of(
        "cause_specific_hazards",
        "Rate of each event among people still at risk of all of them",
        columns,
        rows,
        notes=(note,),
    )


def cause_specific_test(
    durations: Any,
    causes: Any,
    groups: Any,
    *,
    cause: int | str,
    names: Mapping[int, str] | None = None,
    entry: Any = None,
) -> LogRankResult:
    """Test whether groups differ in the rate of one cause among those still at risk.

    The log-rank test with people taken out of the comparison when another cause comes first. It
    answers another question than `gray_test`: the rate while at risk, not the share of people the
    event reaches. Show both, for every cause.

    Parameters
    ----------
    durations, causes, names, entry
        As in `cumulative_incidence`.
    groups : array_like, shape (people,)
        Two groups at least.
    cause : int or str
        Code or name.

    Returns
    -------
    LogRankResult

    Raises
    ------
    TypeError, ValueError, DesignError
        As in `log_rank_test` and `cumulative_incidence`.

    Examples
    --------
    >>> days = [5, 8, 8, 12, 20, 20, 3, 4, 6, 9]
    >>> first = [1, 2, 1, 0, 1, 0, 1, 1, 1, 2]
    >>> print(cause_specific_test(days, first, list("aaaaaabbbb"), cause=1))
    log-rank test: chi-squared 2.47 on 1 df, p 0.12 (a 3 events against 4.6 expected in 6 persons,
    b 3 events against 1.4 expected in 4 persons)
    """
    people = check_people(durations, causes, entry=entry, names=names)
    wanted = people.number(cause)
    had = people.ending == wanted
    if not had.any():
        raise DesignError(
            f"none of the {len(had):,} people had {people.causes[wanted - 1]} first: there is "
            "nothing to compare; show the upper limits of each group"
        )
    return log_rank_test(people.time, had, groups, entry=people.entry)
