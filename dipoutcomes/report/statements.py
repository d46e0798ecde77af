"""What can and cannot be said, in plain English, from the numbers alone.

Sentences are made from results that have been through disclosure control, so that a withheld number
cannot come back in words. An inconclusive result is a verdict like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isnan
from typing import Literal

from dipoutcomes import _display
from dipoutcomes.results import Estimate, StudyResults

Verdict = Literal["lower", "higher", "inconclusive", "not available"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """Sentences for the front page of a write-up.

    Parameters
    ----------
    headline : str
        One sentence with the main figure, its interval and its base.
    can_say, cannot_say : tuple of str
        Each a sentence or two, ready to print.
    """

    headline: str
    can_say: tuple[str, ...]
    cannot_say: tuple[str, ...]

    def __str__(self) -> str:
        can = "\n".join(f"  - {line}" for line in self.can_say)
        cannot = "\n".join(f"  - {line}" for line in self.cannot_say)
        return f"{self.headline}\n\nWhat you can say\n{can}\n\nWhat you cannot say\n{cannot}"


def make_statements(results: StudyResults) -> Statements:
    """Return the statements that *results* support, for its kind of study."""
    from dipoutcomes.report import statements_by_kind as kinds

    makers: dict[str, Callable[[StudyResults], Statements]] = {
        "records": kinds.records_statements,
        "summary": kinds.summary_statements,
        "time_to_event": kinds.time_to_event_statements,
    }
    return makers[results.facts["kind"]](results)


def verdict(estimate: Estimate, *, null: float) -> Verdict:
    """Return on which side of *null* the whole interval lies, or that it lies on both.

    Examples
    --------
    >>> from dipoutcomes.results import Interval
    >>> change = Estimate(measure="change", value=-0.1, events=3, base=28, base_unit="persons",
    ...                   interval=Interval(-0.3, 0.1, 0.95, "Tango"), quantity="difference")
    >>> verdict(change, null=0)
    'inconclusive'
    """
    low, high = estimate.interval.low, estimate.interval.high
    if estimate.withheld or isnan(low) or isnan(high):
        return "not available"
    if high < null:
        return "lower"
    if low > null:
        return "higher"
    return "inconclusive"


def say_share(estimate: Estimate) -> str:
    """Return "21 of 28 (75.0%; 95% confidence interval 56.6% to 87.3%)"."""
    if estimate.withheld:
        return "a share that is withheld because it rests on a small count"
    if isnan(estimate.value):
        return "a share that these data cannot give"
    level = _display.level(estimate.interval.confidence_level)
    interval = f"{level} confidence interval {estimate.printed_interval}"
    if estimate.events is None or abs(estimate.events / estimate.base - estimate.value) > 1e-9:
        return f"an estimated {estimate.printed} ({interval})"  # from a curve: no ratio of counts
    return f"{estimate.events:,} of {estimate.base:,.0f} ({estimate.printed}; {interval})"


def say_change(estimate: Estimate, what: str) -> str:
    """Return a sentence on a difference of two shares, in percentage points."""
    found = verdict(estimate, null=0)
    if found == "not available":
        return f"The change in {what} is withheld or cannot be worked out from these data."
    low, high = estimate.interval.low, estimate.interval.high
    if found == "inconclusive":
        return (
            f"{_start(what)} {_either_way(low, high, _points)} ({_level(estimate)}): this number "
            "of people is too small to tell which. That is not evidence that nothing changed."
        )
    near, far = sorted((abs(low), abs(high)))
    return (
        f"{_start(what)} was {found} afterwards, by between {_points(near)} and {_points(far)} "
        f"({_level(estimate)})."
    )


def say_ratio(estimate: Estimate, what: str) -> str:
    """Return a sentence on a ratio of two rates, as a percentage change."""
    found = verdict(estimate, null=1)
    if found == "not available":
        return f"The change in {what} is withheld or cannot be worked out from these data."
    low, high = estimate.interval.low, estimate.interval.high
    if found == "inconclusive":
        return (
            f"{_start(what)} {_either_way(low - 1, high - 1, _percent)} ({_level(estimate)}): this "
            "number of people is too small to tell which. That is not evidence that nothing "
            "changed."
        )
    near, far = sorted((abs(1 - low), abs(high - 1)))
    if far == inf:
        return (
            f"{_start(what)} was {found} afterwards, by {_percent(near)} at least "
            f"({_level(estimate)})."
        )
    return (
        f"{_start(what)} was {found} afterwards, by between {_percent(near)} and {_percent(far)} "
        f"({_level(estimate)})."
    )


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def _level(estimate: Estimate) -> str:
    return f"{_display.level(estimate.interval.confidence_level)} confidence"


def _either_way(low: float, high: float, say: Callable[[float], str]) -> str:
    """Return what an interval about 0 allows; a limit of 0 itself leaves no change possible."""
    fell = f"fallen by up to {say(-low)}" if low < 0 else "stayed the same"
    if high == inf:
        return f"may have {fell} or risen by any amount"
    rose = f"risen by up to {say(high)}" if high > 0 else "stayed the same"
    return f"may have {fell} or {rose}" if fell != rose else f"may have {fell}"


def _points(difference: float) -> str:
    return f"{_some(difference * 100)} percentage points"


def _percent(share: float) -> str:
    return f"{_some(share * 100)}%"


def _some(size: float) -> str:
    """Return a size that is not nothing in whole numbers, and never as 0."""
    if size < 0.05:
        return "less than 0.1"
    return _display.number(size, 0 if size >= 0.95 else 1)
