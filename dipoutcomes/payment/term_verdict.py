"""What one term of a contract decided, and the steps that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import isnan
from typing import Any

from dipoutcomes import _display
from dipoutcomes.payment.probability import TrulyMet
from dipoutcomes.results import Interval


def money_says(amount: Decimal, currency: str = "GBP") -> str:
    """Return an amount as a report prints it.

    Examples
    --------
    >>> money_says(Decimal("-12345.60"))
    '-GBP 12,345.60'
    """
    sign = "-" if amount < 0 else ""
    return f"{sign}{currency} {abs(amount):,}"


_WORDS = {">=": "at least", ">": "more than", "<=": "at most", "<": "below"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the arithmetic, as it is shown.

    Parameters
    ----------
    term : str
        Name of the term; "" for a step that all share.
    what : str
        "counted", "baseline", "reduction", "threshold", "price" ...
    says : str
        The arithmetic in words and numbers.
    rests_on : str
        Where the numbers stand: the measure of the file of counts, the section of the contract.
    """

    term: str
    what: str
    says: str
    rests_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermVerdict:
    """What one term decided and pays.

    Parameters
    ----------
    name, says : str
    measure : str
        Name of the measure.
    met : bool
        Whether it pays: its own test, its hurdles and exclusions.
    own_test : bool
        Its own test alone.
    reduction : float
        In the unit of *test*; nan where it is not defined.
    threshold : Decimal
    comparison : str
    test : str
    in_points : bool
        Whether the measure is a share, so that a distance is in percentage points.
    interval : Interval
        Of the reduction, the baseline's error in it.
    truly_met : TrulyMet
    units : Decimal or None
    amount : Decimal or None
        Money; negative is paid back. None where the price is not known (*why* says so).
    gross : Decimal or None
        What the units would cost with no threshold, cap or repayment.
    pays_nothing_itself : bool
        A hurdle.
    person_by_person : bool
        Each person is judged alone.
    why : str
        The decision in a sentence.
    """

    name: str
    says: str
    measure: str
    met: bool
    own_test: bool
    reduction: float
    threshold: Decimal
    comparison: str
    test: str
    in_points: bool
    interval: Interval
    truly_met: TrulyMet
    units: Decimal | None
    amount: Decimal | None
    gross: Decimal | None
    pays_nothing_itself: bool
    person_by_person: bool
    why: str

    @property
    def printed_reduction(self) -> str:
        """The reduction in its unit: "8.4%", with digits enough to tell it from the threshold."""
        needed = float(self.threshold)
        for digits in range(1, 7):
            said, other = (
                reduction_says(x, self.test, in_points=self.in_points, digits=digits)
                for x in (self.reduction, needed)
            )
            if said != other:
                return said
        return reduction_says(self.reduction, self.test, in_points=self.in_points)

    @property
    def printed_interval(self) -> str:
        """Its limits."""
        low, high = self.interval.low, self.interval.high
        if isnan(low) or isnan(high):
            return _display.NOT_AVAILABLE
        first = reduction_says(low, self.test, in_points=self.in_points)
        return f"{first.removesuffix(' points')} to " + reduction_says(
            high, self.test, in_points=self.in_points
        )

    @property
    def printed_threshold(self) -> str:
        """What the test needs, in words and its unit: "at least 10.0%"."""
        needed = reduction_says(float(self.threshold), self.test, in_points=self.in_points)
        return f"{_WORDS[self.comparison]} {needed}"

    @property
    def printed_probability(self) -> str:
        """The probability that the threshold was truly met."""
        value = self.truly_met.value
        if isnan(value):
            return _display.NOT_AVAILABLE
        if 0 < value < 0.005 or 0.995 < value < 1:
            return "below 1%" if value < 0.5 else "above 99%"
        return _display.percent(value, 0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; money and thresholds as texts, so that no digit is lost."""
        return {
            "name": self.name,
            "says": self.says,
            "measure": self.measure,
            "met": self.met,
            "own_test": self.own_test,
            "test": self.test,
            "reduction": self.reduction,
            "threshold": str(self.threshold),
            "comparison": self.comparison,
            "interval": {
                "low": self.interval.low,
                "high": self.interval.high,
                "confidence_level": self.interval.confidence_level,
                "method": self.interval.method,
            },
            "probability_truly_met": self.truly_met.value,
            "prior": self.truly_met.prior,
            "probability_caveat": self.truly_met.caveat,
            "units": None if self.units is None else str(self.units),
            "amount": None if self.amount is None else str(self.amount),
            "gross": None if self.gross is None else str(self.gross),
            "pays_nothing_itself": self.pays_nothing_itself,
            "person_by_person": self.person_by_person,
            "why": self.why,
        }


def reduction_says(value: float, test: str, *, in_points: bool = True, digits: int = 1) -> str:
    """Return a reduction in its unit: a share of the baseline, points, or the measure's own.

    Examples
    --------
    >>> reduction_says(0.08387, "relative_reduction"), reduction_says(0.057, "absolute_reduction")
    ('8.4%', '5.7 points')
    """
    if isnan(value):
        return _display.NOT_AVAILABLE
    if test == "relative_reduction" or (test == "level" and in_points):
        return _display.percent(value, digits)
    if test == "absolute_reduction" and in_points:
        return f"{_display.number(value * 100, digits)} points"
    text = _display.number(value, digits + 2)
    return text.rstrip("0").rstrip(".") if "." in text else text
