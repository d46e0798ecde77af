"""One group's share against a published one, as far as the two can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.comparison.benchmark.published import (
    Definition,
    PublishedRate,
    differences_table,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, Interval, Table

if TYPE_CHECKING:
    import pandas as pd

NO_COMPARISON = "not a comparison: the definitions differ"
OTHER_PEOPLE = "the published figure is of other people, at another time"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkComparison:
    """A share beside a published one.

    Parameters
    ----------
    share : Estimate
        Of the people here.
    difference : Estimate
        The share less the published one, with the benchmark's own error and rounding.
    benchmark : PublishedRate
    definitions : Table
        What differs, or is not stated.
    comparable : bool
        Whether event type and window agree.
    p_at_most, p_at_least : float
        Chance of so few, or so many, people with an event if the published share held here
        exactly (its own error left aside; at the end of its rounding nearer to this one).
    margin : float or None
        Differences smaller than this were declared not to matter.
    """

    share: Estimate
    difference: Estimate
    benchmark: PublishedRate
    definitions: Table
    comparable: bool
    p_at_most: float
    p_at_least: float
    margin: float | None = None

    @property
    def conclusion(self) -> str:
        """What the interval of the difference says, and what it does not."""
        if not self.comparable:
            return NO_COMPARISON
        low, high = self.difference.interval
        first, last = (_display.number(100 * abs(v), 1) for v in (low, high))
        if self.margin is not None and -self.margin <= low and high <= self.margin:
            points = _display.number(100 * self.margin, 1)
            return f"within {points} points of the published share, as the whole interval is"
        if high < 0:
            return f"lower than the published share by between {last} and {first} points"
        if low > 0:
            return f"higher than the published share by between {first} and {last} points"
        return (
            f"no difference shown; a share lower by up to {first} points or higher by up to "
            f"{last} points is compatible with these data, which is no evidence that there is none"
        )

    def __str__(self) -> str:
        published = _display.percent(self.benchmark.value)
        text = (
            f"{self.share.measure}: {self.share.printed} ({self.share.printed_interval}; "
            f"{self.share.counts}) beside a published {published} ({self.benchmark.name})"
        )
        if self.comparable:
            return f"{text}: {self.conclusion}. {_sentence(OTHER_PEOPLE)}"
        return (
            f"{text}. {_sentence(NO_COMPARISON)} ({self.differences_in_words}), so nothing "
            "follows from the distance between the two"
        )

    @property
    def differences_in_words(self) -> str:
        """The definitions that differ, as a phrase."""
        return "; ".join(
            f"{row['what']}: {row['ours']} here, {row['theirs']} there"
            for row in self.definitions.rows
        )

    def _repr_html_(self) -> str:
        return "\n".join(
            part._repr_html_() for part in (self.share, self.difference, self.definitions)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "share": self.share.to_dict(),
            "difference": self.difference.to_dict(),
            "benchmark": self.benchmark.name,
            "published": self.benchmark.value,
            "basis": self.benchmark.basis,
            "definitions": self.definitions.to_dict(),
            "comparable": self.comparable,
            "p_at_most": self.p_at_most,
            "p_at_least": self.p_at_least,
            "margin": self.margin,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row: the difference, with the two shares."""
        return self.difference.to_frame().assign(
            share=self.share.value, published=self.benchmark.value, comparable=self.comparable
        )


def against_benchmark(
    events: int,
    n: int,
    *,
    benchmark: PublishedRate,
    definition: Definition,
    allow_different_definitions: bool = False,
    method: Literal["mid_p", "exact"] = "mid_p",
    margin: float | None = None,
    confidence_level: float = 0.95,
) -> BenchmarkComparison:
    """Return a share beside a published one, with what differs in their definitions.

    Parameters
    ----------
    events, n : int
        People with an event, and people, all of them observed for the whole window.
    benchmark : PublishedRate
    definition : Definition
        What *events* counts; there is no default.
    allow_different_definitions : bool, default False
        Whether to show the figures side by side although event type or window differ; the result
        then says that it is not a comparison.
    method : {"mid_p", "exact"}, default "mid_p"
        Of the interval and p-value where the benchmark has no error of its own: mid-P, or
        Clopper-Pearson with the central exact p-value.
    margin : float, optional
        A difference of shares that would not matter, fixed beforehand.
    confidence_level : float, default 0.95

    Returns
    -------
    BenchmarkComparison

    Raises
    ------
    DesignError
        If event type or window differ, or are not stated, and that is not allowed.
    TypeError, ValueError
        If an argument is out of range.

    Notes
    -----
    A benchmark without error: the one-sample interval of the share, moved by the benchmark. One of
    *n* people: two samples, Miettinen-Nurminen. One with a standard error: the limits of both
    joined (MOVER, Wilson for the share), the p-value from the same limits. Rounding widens each:
    the limits hold for every share that would be printed so, and the p-value is the greatest.
    Adjusting for who the people are is `observed_over_expected`.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226.
    .. [2] Berry, G. and Armitage, P. (1995). The Statistician 44, 417-423 (mid-P).
    .. [3] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (MOVER).

    Examples
    --------
    >>> convicted = Definition(event_type="conviction", window_months=12,
    ...     waiting_period_months=6, population="people who tested positive")
    >>> published = PublishedRate(name="England, 2008", share=0.61, n=20_934, rounding=0.005,
    ...     definition=convicted)
    >>> found = against_benchmark(14, 28, benchmark=published, definition=convicted)
    >>> print(found.difference.printed, found.difference.printed_interval)
    -11.0 points -28.9 to +6.9 points
    """
    level = check_confidence_level(confidence_level)
    check_choice("method", method, ("mid_p", "exact"))
    n = check_count("n", n, minimum=1)
    events = check_count("events", events, maximum=n)
    if margin is not None and not 0 < margin < 1:
        raise ValueError(f"`margin` must lie strictly between 0 and 1; got {margin}")
    comparable = _comparable(definition, benchmark.definition)
    if not comparable and not allow_different_definitions:
        raise DesignError(_refusal(definition, benchmark.definition))
    share, low, high, p_value, name = _compare(events, n, benchmark, method, level)
    caveat = OTHER_PEOPLE if comparable else f"{NO_COMPARISON}; {OTHER_PEOPLE}"
    known_counts = benchmark.basis == "counts"
    reference = round(benchmark.value * benchmark.n) if known_counts and benchmark.n else None
    difference = Estimate(
        measure="share here less the published share",
        value=events / n - benchmark.value,
        interval=Interval(low, high, level, name),
        events=events,
        base=n,
        base_unit="persons",
        persons=n,
        quantity="difference",
        reference_events=reference,
        reference_base=float(benchmark.n or "nan") if known_counts else float("nan"),
        p_value=p_value,
        caveat=caveat,
    )
    at_most, at_least = _tails(events, n, benchmark)
    return BenchmarkComparison(
        share=share,
        difference=difference,
        benchmark=benchmark,
        definitions=differences_table(definition, benchmark.definition),
        comparable=comparable,
        p_at_most=at_most,
        p_at_least=at_least,
        margin=margin,
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _comparable(ours: Definition, theirs: Definition) -> bool:
    stated = ours.window_months is not None and ours.window_months == theirs.window_months
    return stated and ours.event_type == theirs.event_type


def _refusal(ours: Definition, theirs: Definition) -> str:
    told = "; ".join(f"{what}: {a} here, {b} there" for what, a, b in ours.differences(theirs))
    return (
        f"the published share counts something else ({told}). Shares of different events, or in "
        "windows of different length, are never compared: arrests exceed convictions. Count the "
        "same event in the same window (see `translate_definitions`), or allow different "
        "definitions, and the two stand side by side with a caution."
    )


def _compare(
    events: int, n: int, benchmark: PublishedRate, method: str, level: float
) -> tuple[Estimate, float, float, float, str]:
    from dipoutcomes.intervals.proportion import proportion_interval

    kind = "mid_p" if method == "mid_p" else "clopper_pearson"
    own = proportion_interval(events, n, method=kind, confidence_level=level)
    share = Estimate(
        measure="share with at least one event",
        value=events / n,
        interval=own,
        events=events,
        base=n,
        base_unit="persons",
    )
    if benchmark.basis == "counts":
        return share, *_two_samples(events, n, benchmark, level)
    if benchmark.basis == "standard_error":
        return share, *_joined(events, n, benchmark, level)
    return share, *_one_sample(events, n, benchmark, own, kind)


def _within(value: float, ends: tuple[float, float]) -> bool:
    return ends[0] <= value <= ends[1]


def _one_sample(
    events: int, n: int, benchmark: PublishedRate, own: Interval, kind: str
) -> tuple[float, float, float, str]:
    from dipoutcomes.intervals.proportion import proportion_p_value

    ends = benchmark.range
    p_values = [float(proportion_p_value(events, n, end, method=kind)) for end in ends]
    p_value = 1.0 if _within(events / n, ends) else max(p_values)
    name = f"{own.method}, one sample against a published share"
    return own.low - ends[1], own.high - ends[0], p_value, name


def _two_samples(
    events: int, n: int, benchmark: PublishedRate, level: float
) -> tuple[float, float, float, str]:
    from dipoutcomes.intervals.difference import difference_interval, difference_p_value

    ends, others = benchmark.count_range, benchmark.n or 1
    found = [
        difference_interval(events, n, end, others, confidence_level=level) for end in set(ends)
    ]
    p_values = [float(difference_p_value(events, n, end, others)) for end in set(ends)]
    alike = _within(events / n, (ends[0] / others, ends[1] / others))
    p_value = 1.0 if alike else max(p_values)
    low, high = min(i.low for i in found), max(i.high for i in found)
    return low, high, p_value, f"{found[0].method}, two samples"


def _joined(
    events: int, n: int, benchmark: PublishedRate, level: float
) -> tuple[float, float, float, str]:
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    from dipoutcomes.intervals.proportion import wilson_interval

    error, share, ends = benchmark.standard_error or 0.0, events / n, benchmark.range

    def sides(z: float) -> tuple[float, float]:
        own = wilson_interval(events, n, confidence_level=float(2 * ndtr(z) - 1))
        return (
            share - ends[1] - sqrt((share - own.low) ** 2 + (z * error) ** 2),
            share - ends[0] + sqrt((own.high - share) ** 2 + (z * error) ** 2),
        )

    low, high = sides(float(ndtri((1 + level) / 2)))
    if _within(share, ends):
        p_value = 1.0
    else:
        side = 0 if share > ends[1] else 1
        most = 8.0  # beyond it a p-value is below 1e-15
        start = 1e-9
        reached = sides(most)[side] * sides(start)[side] < 0
        z = float(brentq(lambda v: sides(v)[side], start, most)) if reached else most
        p_value = float(2 * ndtr(-z))
    return low, high, p_value, "MOVER, Wilson score and a published standard error"


def _tails(events: int, n: int, benchmark: PublishedRate) -> tuple[float, float]:
    from scipy.stats import binom

    low, high = benchmark.range
    nearest = min(max(events / n, low), high)
    return float(binom.cdf(events, n, nearest)), float(binom.sf(events - 1, n, nearest))
