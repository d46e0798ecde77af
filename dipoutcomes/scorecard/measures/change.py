"""The change of a row since the last period, with an interval, or why there is none."""

from __future__ import annotations

from dataclasses import replace

from dipoutcomes._validate import check_confidence_level, check_count, check_positive
from dipoutcomes.intervals import difference_interval, rate_ratio_interval
from dipoutcomes.results import Estimate
from dipoutcomes.scorecard.measures.line import NO_CLEAR_CHANGE, CardLine, Change, Period

HIGHER, LOWER = "higher", "lower"
_NOT_JUDGED = {
    "stock": "not judged: the same people on both days",
    "sum": "not judged: several a person",
    "sample": "not judged",
}
_NONE = "not judged: there were none in either period"
_NOBODY = "not judged: there was nobody to ask of in one of the periods"


def change_in_number(
    count: int,
    previous: int,
    *,
    days: float,
    previous_days: float,
    label: str = "number a day",
    confidence_level: float = 0.95,
) -> Change:
    """Return the ratio of two numbers of entries a day, with an exact-score interval and a verdict.

    Parameters
    ----------
    count, previous : int
        Entries (referrals, closures) in the period and in the last one; 0 or more.
    days, previous_days : float
        Length of each period; above 0.
    label : str
        Of the row.
    confidence_level : float, default 0.95

    Returns
    -------
    Change
        "higher" or "lower" only if the interval leaves 1 out; else "no clear change", which does
        not say that nothing changed.

    Raises
    ------
    TypeError, ValueError
        If a count is no whole number, or a length not above 0.

    Notes
    -----
    The two numbers are taken as independent Poisson counts; given their sum the first is binomial,
    and the score interval of that share makes the interval of the ratio (the default of
    ``intervals.rate_ratio_interval``). Do not use it where one person may count several times in a
    period, or for a caseload, whose people may be in both.

    Examples
    --------
    >>> change = change_in_number(306, 266, days=182, previous_days=182)
    >>> change.estimate.printed, change.estimate.printed_interval, change.verdict
    ('1.15', '0.98 to 1.36', 'no clear change')
    """
    level = check_confidence_level(confidence_level)
    now, then = check_count("count", count), check_count("previous", previous)
    length, length_then = (
        check_positive("days", days),
        check_positive("previous_days", previous_days),
    )
    if not now and not then:
        return Change(estimate=None, verdict=_NONE)
    # Assumes that entries come one by one and independently of one another.
    interval = rate_ratio_interval(now, length, then, length_then, confidence_level=level)
    value = float("inf") if not then else (now / length) / (then / length_then)
    estimate = Estimate(
        measure=label, value=value, interval=interval, events=now, base=length,
        base_unit="days", quantity="ratio", reference_events=then, reference_base=length_then,
    )  # fmt: skip
    return Change(estimate=estimate, verdict=_verdict(estimate, 1.0))


def change_in_share(
    count: int,
    base: int,
    previous: int,
    previous_base: int,
    *,
    unit: str = "persons",
    label: str = "share",
    confidence_level: float = 0.95,
) -> Change:
    """Return the difference of two shares, with the score interval and a verdict.

    Parameters
    ----------
    count, base : int
        Cases and what they are some of, in the period.
    previous, previous_base : int
        The same in the last period.
    unit, label : str
    confidence_level : float, default 0.95

    Returns
    -------
    Change
        As in `change_in_number`; the difference is in proportions, the period less the last one.

    Raises
    ------
    TypeError, ValueError
        If a count is no whole number, or more than its base.

    Notes
    -----
    The interval is Miettinen and Nurminen's score interval for two independent shares (the default
    of ``intervals.difference_interval``). A census of a period has no sampling error: the interval
    speaks of what the programme's work gives in the long run, from which one period differs by
    chance. Do not use it where many of the same people are in both.

    Examples
    --------
    >>> change_in_share(30, 93, 20, 61).verdict
    'no clear change'
    """
    level = check_confidence_level(confidence_level)
    whole, whole_then = check_count("base", base), check_count("previous_base", previous_base)
    now = check_count("count", count, maximum=whole)
    then = check_count("previous", previous, maximum=whole_then)
    if not whole or not whole_then:
        return Change(estimate=None, verdict=_NOBODY)
    # Assumes that the episodes of the two periods are independent of one another.
    estimate = Estimate(
        measure=label, value=now / whole - then / whole_then,
        interval=difference_interval(now, whole, then, whole_then, confidence_level=level),
        events=now, base=whole, base_unit=unit, quantity="difference",
        reference_events=then, reference_base=whole_then,
    )  # fmt: skip
    return Change(estimate=estimate, verdict=_verdict(estimate, 0.0))


def _verdict(estimate: Estimate, none: float) -> str:
    low, high = estimate.interval
    if low > none:
        return HIGHER
    return LOWER if high < none else NO_CLEAR_CHANGE


def with_changes(
    lines: list[CardLine],
    before: list[CardLine],
    *,
    period: Period,
    previous: Period,
    confidence_level: float,
) -> list[CardLine]:
    """Return the rows of a period, each with its count in the last one and the change since."""
    then = {line.id: line for line in before}
    now = {line.id: line for line in lines}
    found = []
    for line in lines:
        old = then.get(line.id)
        if line.basis == "sample":
            change = Change(estimate=None, verdict=_NOT_JUDGED["sample"])
            found.append(replace(line, change=change))
            continue
        if old is None:
            found.append(replace(line, change=Change(estimate=None, verdict="not in both periods")))
            continue
        change = _change(line, old, now, then, period, previous, confidence_level)
        found.append(replace(line, previous_count=old.count, change=change))
    return found


def _change(
    line: CardLine,
    old: CardLine,
    now: dict[str, CardLine],
    then: dict[str, CardLine],
    period: Period,
    previous: Period,
    level: float,
) -> Change:
    if line.basis in _NOT_JUDGED:
        return Change(estimate=None, verdict=_NOT_JUDGED[line.basis])
    if not line.count and not old.count:
        return Change(estimate=None, verdict=_NONE)
    if line.basis == "entries":
        return change_in_number(
            line.count, old.count, days=period.days, previous_days=previous.days,
            label=line.label, confidence_level=level,
        )  # fmt: skip
    return change_in_share(
        line.count, now[line.of].count, old.count, then[old.of].count, unit=line.unit,
        label=line.label, confidence_level=level,
    )  # fmt: skip


def says(change: Change | None) -> str:
    """Return a change as a row prints it: "+5.2 points (-3.1 to +13.4 points)"."""
    if change is None or change.estimate is None:
        return ""
    estimate = change.estimate
    times = "times " if estimate.quantity == "ratio" else ""
    return f"{times}{estimate.printed} ({estimate.printed_interval})"
