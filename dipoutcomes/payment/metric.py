"""One measure of a contract as counted: its exact value, its error, and how far it was reduced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import exp, inf, isnan, log, nan, sqrt
from typing import Any

from scipy.special import ndtri, stdtrit

from dipoutcomes import _display
from dipoutcomes.protocol.model.claim import Count
from dipoutcomes.protocol.model.contract import Baseline, Measure
from dipoutcomes.protocol.model.payment import Group
from dipoutcomes.results import Interval

#: Why a frequency from totals alone has no interval.
NO_SPREAD = (
    "no interval: the spread between people is not known, and one that took a person's events for "
    "independent would be far too short"
)
PERSON_LEVEL = "person-level, log scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A value with its error, of a cohort or of its baseline.

    Parameters
    ----------
    value : Fraction
        Exactly as counted or agreed, in the unit of the measure.
    low, high : float
        Confidence limits; nan where its error is not known; both the value where it has none.
    standard_error : float
        0 where the value has no error, nan where that is not known.
    events, people : int or None
        What the value is made of: people with an event or events, over their base.
    method : str
    caveat : str
    correlation : float
        Of a baseline that is the same people before: between a person's two values; 0 where it is
        not given.
    is_paired : bool
        Whether it is given.
    how : str
        How a value that is no plain count was come by.
    """

    value: Fraction
    low: float
    high: float
    standard_error: float
    events: int | None = None
    people: int | None = None
    method: str = ""
    caveat: str = ""
    correlation: float = 0.0
    is_paired: bool = False
    how: str = ""

    @property
    def is_known_exactly(self) -> bool:
        """Whether it is a number that was agreed, and has no error."""
        return self.standard_error == 0.0 and self.low == self.high

    def printed(self, is_share: bool) -> dict[str, str]:
        """Return counts, value, interval and caveat as a table prints them."""
        kind = "share" if is_share else "mean"
        digits = Decimal(repr(round(float(self.value), 6)))
        value = _display.quantity(float(self.value), kind) if is_share else f"{digits:,f}"
        counts = self.how or "as published"
        if self.is_known_exactly:
            counts = "as agreed"
        if self.events is not None and self.people:
            joint = "of" if is_share else "in"
            counts = f"{self.events:,} {joint} {self.people:,}"
        return {
            "counts": counts,
            "value": value,
            "interval": "" if self.is_known_exactly else _display.limits(self.low, self.high, kind),
            "caveat": self.caveat,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; the value also as a fraction, which is exact."""
        return {
            "value": float(self.value),
            "fraction": str(self.value),
            "low": self.low,
            "high": self.high,
            "standard_error": self.standard_error,
            "events": self.events,
            "people": self.people,
            "method": self.method,
            "caveat": self.caveat,
            "how": self.how,
        }


def measured(measure: Measure, group: Group, *, confidence_level: float = 0.95) -> Measured:
    """Return the value of *measure* in a group, with limits where its error is known.

    Parameters
    ----------
    measure : Measure
    group : Group
        Counts, or a published value, with what is known of the spread between people.
    confidence_level : float, default 0.95

    Notes
    -----
    Shares have Wilson limits. Frequencies, severity and days have limits from the spread between
    people, on the log scale for what cannot be below 0 (Student's t where the spread was counted);
    without that spread they have none. A cost is a total and not a sample; it has limits only where
    a standard error is given.
    """
    base = group.reoffenders if measure.kind == "frequency_per_reoffender" else group.people
    correlation, paired = float(group.correlation or 0), group.correlation is not None
    if measure.is_share:
        share = _share(group, confidence_level)
        return replace(share, correlation=correlation, is_paired=paired, how=group.how)
    events, value = group.events, group.value
    if events is not None and base:
        exact = Fraction(events, base)
    else:
        exact = Fraction(value if value is not None else 0)
    error, caveat = _error(measure, group, base)
    found = Measured(
        value=exact, low=nan, high=nan, standard_error=error, events=events, people=base,
        caveat=caveat, correlation=correlation, is_paired=paired, how=group.how,
    )  # fmt: skip
    if isnan(error) or exact <= 0:
        more = "no interval: with no event the spread between people cannot be seen"
        return replace(found, standard_error=nan, caveat=more if exact <= 0 else caveat)
    half = _critical(group, base, confidence_level) * error / float(exact)
    return replace(
        found,
        low=float(exact) * exp(-half),
        high=float(exact) * exp(half),
        method=PERSON_LEVEL if measure.kind != "cost_of_demand" else "standard error, log scale",
    )


def _critical(group: Group, base: int | None, level: float) -> float:
    """Return Student's quantile where the spread was counted among *base* people."""
    tail = (1 + level) / 2
    if base is None or base < 2 or group.assumed or group.standard_deviation is None:
        return float(ndtri(tail))
    return float(stdtrit(base - 1, tail))


def _error(measure: Measure, group: Group, base: int | None) -> tuple[float, str]:
    said = "the spread between people was assumed, not counted" if group.assumed else ""
    if group.standard_error is not None:
        return float(group.standard_error), said
    if group.standard_deviation is not None and base:
        return float(group.standard_deviation) / sqrt(base), said
    if group.standard_deviation is not None:
        return nan, "no interval: the standard deviation needs the number of people"
    if measure.kind == "cost_of_demand":
        return nan, "no interval: a total cost is no sample of people"
    return nan, NO_SPREAD


def _share(group: Group, level: float) -> Measured:
    from dipoutcomes.intervals import wilson_interval

    people, caveat = group.people, ""
    if group.events is not None and people:
        exact = Fraction(group.events, people)
        events: int | None = group.events
    else:
        exact = Fraction(group.value if group.value is not None else 0)
        events = None
        if people:
            events = round(exact * people)
            if Fraction(events, people) != exact:
                caveat = "people with an event: the whole number nearest to the published share"
    if events is not None and people:
        limits = wilson_interval(events, people, confidence_level=level)
        error = _share_error(events, people)
        return Measured(
            value=exact, low=limits.low, high=limits.high, standard_error=error, events=events,
            people=people, method=limits.method, caveat=caveat,
        )  # fmt: skip
    if group.standard_error is not None:
        return _normal(exact, float(group.standard_error), level)
    return Measured(
        value=exact, low=nan, high=nan, standard_error=nan,
        caveat="no interval: the number of people is not given",
    )  # fmt: skip


def _share_error(events: int, people: int) -> float:
    """Return the standard error of a share.

    Where nobody or everybody had the event the usual one is 0, as if nothing more could happen;
    two events and two people without are added then (Agresti and Coull 1998, The American
    Statistician 52, 119-126).
    """
    added = 0 if 0 < events < people else 2
    share = (events + added) / (people + 2 * added)
    return sqrt(share * (1 - share) / (people + 2 * added))


def _normal(exact: Fraction, error: float, level: float) -> Measured:
    half = float(ndtri((1 + level) / 2)) * error
    value = float(exact)
    return Measured(
        value=exact, low=max(value - half, 0.0), high=value + half, standard_error=error,
        method="normal",
    )  # fmt: skip


def baseline_of(
    measure: Measure, count: Count | None, *, confidence_level: float = 0.95
) -> Measured | None:
    """Return what the measure is compared with: from the cohort's counts, or the contract's own.

    Returns None where there is no value for it. A baseline of kind "fixed" has no error. One that
    was estimated carries its error; where that is not known its limits are nan and a caveat says
    so.
    """
    agreed = measure.baseline
    if agreed is None:
        return None
    group = count.baseline if count is not None else None
    if group is None:
        group = _group_of(agreed)
    if group is None:
        return None
    if agreed.kind == "fixed":
        value = Fraction(agreed.value if agreed.value is not None else 0)
        return Measured(
            value=value, low=float(value), high=float(value), standard_error=0.0,
            method="agreed, without error",
        )  # fmt: skip
    return measured(measure, group, confidence_level=confidence_level)


def _group_of(agreed: Baseline) -> Group | None:
    if agreed.value is None and agreed.events is None:
        return None
    return Group(
        people=agreed.people,
        events=agreed.events,
        reoffenders=agreed.reoffenders,
        value=agreed.value,
        standard_error=agreed.standard_error,
    )


def difference_error(treated: Measured, baseline: Measured) -> float:
    """Return the standard error of the difference; nan where either's is not known."""
    first, second = treated.standard_error, baseline.standard_error
    return sqrt(first**2 + second**2 - 2 * baseline.correlation * first * second)


def reduction_interval(
    measure: Measure,
    treated: Measured,
    baseline: Measured,
    *,
    relative: bool,
    confidence_level: float = 0.95,
) -> tuple[Interval, str]:
    """Return the interval of the reduction, and what weakens it.

    Parameters
    ----------
    measure : Measure
    treated, baseline : Measured
        With limits at *confidence_level*.
    relative : bool
        Of the reduction as a share of the baseline, or in the measure's own unit.
    confidence_level : float, default 0.95

    Returns
    -------
    (Interval, str)
        Positive is better. Limits are nan where the cohort's or an estimated baseline's error is
        not known: an interval that left out the one or the other would claim too much.

    Notes
    -----
    Limits are joined by recovery of variance (MOVER): of two independent values with limits
    (l1, u1) and (l2, u2) the difference has the lower limit
    d - sqrt((v1 - l1)^2 + (u2 - v2)^2), and the upper likewise; of two Wilson intervals that is
    Newcombe's method 10. For a ratio the same is done on the log scale. Where the baseline is the
    same people before, 2 r (v1 - l1) (u2 - v2) is taken off under the root.

    Measured in 4,000 cohorts of each kind, a nominal 95% interval held the true reduction: of
    shares, n of 28 to 300 against ten times as many, 94.9% to 95.5%; of frequencies whose rates
    have a gamma distribution (shape 0.5 to 2, mean 1.55), against ten times as many, 93.7% to
    94.8% at n = 28 and 94.6% to 95.4% from 100 on; against the same people before, 92.8% to 94.5%
    at n = 28 and 94.3% to 95.3% from 100 on. Without the correlation the last held it in 98.9% to
    100%: far too wide.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (method 10).
    .. [2] Zou, G. Y. and Donner, A. (2008). Statistics in Medicine 27, 1693-1702.
    """
    method = f"MOVER of {treated.method}" if treated.method else "MOVER"
    if baseline.is_known_exactly:
        method = treated.method or "none"
    none = Interval.none(confidence_level, "none")
    if any(isnan(x) for x in (treated.low, treated.high)):
        return none, treated.caveat
    if any(isnan(x) for x in (baseline.low, baseline.high)):
        return none, (
            "no interval: the baseline was estimated and its error is not known "
            "(its counts, or a standard error, would tell)"
        )
    if relative:
        if baseline.value == 0:
            return none, "no interval: the baseline is 0"
        sides = [_logs(group) for group in (treated, baseline)]
        first, second = _mover(*sides, correlation=baseline.correlation)
        ratios = _exp(first), _exp(second)
        low, high = (1 - ratios[1], 1 - ratios[0])
    else:
        sides = [(float(g.value), g.low, g.high) for g in (treated, baseline)]
        first, second = _mover(*sides, correlation=baseline.correlation)
        low, high = -second, -first
    if measure.higher_is_better:
        low, high = -high, -low
    return Interval(low, high, confidence_level, method), ""


def _logs(group: Measured) -> tuple[float, float, float]:
    return _log(float(group.value)), _log(group.low), _log(group.high)


def _mover(
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    *,
    correlation: float = 0.0,
) -> tuple[float, float]:
    (v1, l1, u1), (v2, l2, u2) = first, second
    if v1 == -inf:  # nothing was seen, so only the upper limit says anything
        return -inf, u1 - l2

    def joined(one: float, other: float) -> float:
        return sqrt(max(one**2 + other**2 - 2 * correlation * one * other, 0.0))

    difference = v1 - v2
    low = difference - joined(v1 - l1, u2 - v2) if l1 > -inf else -inf
    high = difference + joined(u1 - v1, v2 - l2) if l2 > -inf else inf
    return low, high


def _log(value: float) -> float:
    return log(value) if value > 0 else -inf


def _exp(value: float) -> float:
    return exp(value) if value < 700 else inf
