"""Whole-number arithmetic of printed figures: what is printed of a count, and what may lie behind.

A figure with *decimals* digits after the point is held as a whole number of its last digit
("units"): 25.8% printed with one decimal is 258. No float is compared, so that a tie is a tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice, check_count, check_counts

Rule = Literal["half_up", "half_even", "truncated"]
#: How a figure may have been cut to its digits, the usual one first.
RULES: tuple[Rule, ...] = ("half_up", "half_even", "truncated")
RULE_SAYS: dict[str, str] = {
    "half_up": "rounded, a half upwards",
    "half_even": "rounded, a half to the even digit",
    "truncated": "cut off without rounding",
}
#: Products above this would not fit into 64 bits.
_LARGEST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRange:
    """Whole numbers from *low* to *high*, both inside; *high* None: without end.

    Examples
    --------
    >>> str(WholeRange(low=209, high=213)), 210 in WholeRange(low=209, high=213)
    ('209 to 213', True)
    >>> str(WholeRange(low=28, high=28)), str(WholeRange(low=5, high=4))
    ('28 only', 'none')
    """

    low: int
    high: int | None

    def __contains__(self, number: int) -> bool:
        return self.low <= number and (self.high is None or number <= self.high)

    def __bool__(self) -> bool:
        return self.high is None or self.low <= self.high

    def __and__(self, other: WholeRange) -> WholeRange:
        tops = [high for high in (self.high, other.high) if high is not None]
        return WholeRange(low=max(self.low, other.low), high=min(tops, default=None))

    def __str__(self) -> str:
        if not self:
            return "none"
        if self.high is None:
            return f"{self.low:,} or more"
        return f"{self.low:,} only" if self.low == self.high else f"{self.low:,} to {self.high:,}"

    @property
    def only(self) -> int | None:
        """The one number in it, or None where there are none or several."""
        return self.low if self.low == self.high else None


NOTHING = WholeRange(low=1, high=0)


def printed_units(
    count: ArrayLike, of: ArrayLike, *, per: int = 100, decimals: int = 0, rule: Rule = "half_up"
) -> NDArray[np.int64]:
    """Return what would be printed of ``per * count / of``, in units of its last digit.

    Parameters
    ----------
    count, of : int or array of int
        Counts, 0 or more, and what they are divided by, 1 or more; shapes as broadcast.
    per : int, default 100
        100 for a percentage or a rate per 100, 1 for a mean.
    decimals : int, default 0
        Digits after the point.
    rule : {"half_up", "half_even", "truncated"}

    Returns
    -------
    ndarray of int64
        25 for "25%"; with one decimal 258 for "25.8%".

    Raises
    ------
    TypeError, ValueError
        If an argument is no whole number, out of range, or too large for 64 bits.

    Examples
    --------
    >>> printed_units([79, 61], [306, 210])
    array([26, 29])
    >>> int(printed_units(79, 306, rule="truncated"))
    25
    >>> int(printed_units(54462, 20934, decimals=1, rule="truncated"))  # 260.1 per 100
    2601
    """
    check_choice("rule", rule, RULES)
    counts, bases = check_counts("count", count), check_counts("of", of, minimum=1)
    factor = check_count("per", per, minimum=1) * 10 ** check_count("decimals", decimals, maximum=9)
    largest = max(int(counts.max(initial=0)) * factor, int(bases.max(initial=1)))
    if 2 * largest >= _LARGEST:
        raise ValueError("`count` is too large for exact arithmetic with so many decimals")
    whole, rest = np.divmod(counts * factor, bases)
    if rule == "truncated":
        return np.asarray(whole)
    up = 2 * rest >= bases if rule == "half_up" else 2 * rest > bases
    if rule == "half_even":
        up = up | ((2 * rest == bases) & (whole % 2 == 1))
    return np.asarray(whole + up)


def reproduces(
    count: ArrayLike,
    of: ArrayLike,
    units: ArrayLike,
    *,
    per: int = 100,
    decimals: int = 0,
    rule: Rule = "half_up",
) -> NDArray[np.bool_]:
    """Return whether ``per * count / of`` is printed as *units*.

    Parameters
    ----------
    count, of, per, decimals, rule
        As for `printed_units`.
    units : int or array of int
        The printed figures as whole numbers of their last digit.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> reproduces(79, [306, 310, 322, 323], 25)
    array([False,  True,  True, False])
    """
    made = printed_units(count, of, per=per, decimals=decimals, rule=rule)
    return np.asarray(made == check_counts("units", units))


@dataclass(frozen=True, slots=True)
class Bounds:
    """The true values behind one printed figure, in its own scale; ends open or closed."""

    low: Fraction
    high: Fraction
    low_inside: bool
    high_inside: bool

    def __contains__(self, value: Fraction) -> bool:
        above = value > self.low or (self.low_inside and value == self.low)
        return above and (value < self.high or (self.high_inside and value == self.high))

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(
            self.low + other.low,
            self.high + other.high,
            self.low_inside and other.low_inside,
            self.high_inside and other.high_inside,
        )


def values_behind(units: int, *, decimals: int = 0, rule: Rule = "half_up") -> Bounds:
    """Return the values that are printed as *units*, as exact fractions.

    Examples
    --------
    >>> bounds = values_behind(25)
    >>> str(bounds.low), str(bounds.high), bounds.low_inside, bounds.high_inside
    ('49/2', '51/2', True, False)
    """
    one = Fraction(1, 10**decimals)
    if rule == "truncated":
        return Bounds(units * one, (units + 1) * one, low_inside=True, high_inside=False)
    low, high = (units - Fraction(1, 2)) * one, (units + Fraction(1, 2)) * one
    if rule == "half_up":
        return Bounds(low, high, low_inside=True, high_inside=False)
    even = units % 2 == 0
    return Bounds(low, high, even, even)


def denominators_that_fit(
    count: int, units: int, *, per: int = 100, decimals: int = 0, rule: Rule = "half_up"
) -> WholeRange:
    """Return every denominator of which *count* is printed as *units*: a range without gaps.

    Parameters
    ----------
    count : int
        0 or more.
    units, per, decimals, rule
        As for `printed_units`.

    Returns
    -------
    WholeRange
        Empty if there is none; without end where the figure is printed as 0.

    Notes
    -----
    The printed figure falls as the denominator grows, so that the answer has no gaps. It is the
    printed count that is taken to be right: a denominator in the range is possible, not proven.

    Examples
    --------
    >>> str(denominators_that_fit(9, 32)), str(denominators_that_fit(53, 26))
    ('28 only', '201 to 207')
    >>> str(denominators_that_fit(79, 25)), str(denominators_that_fit(2, 0))
    ('310 to 322', '401 or more')
    """
    check_choice("rule", rule, RULES)
    if count == 0:
        return WholeRange(low=1, high=None) if units == 0 else NOTHING
    behind = values_behind(units, decimals=decimals, rule=rule)
    top = Fraction(per * count)
    # low <= top / n gives n <= top / low; top / n <= high gives n >= top / high.
    low = max(1, _from(top / behind.high, behind.high_inside))
    high = None if behind.low <= 0 else _up_to(top / behind.low, behind.low_inside)
    found = WholeRange(low=low, high=high)
    return found if found else NOTHING


def counts_that_fit(
    of: int, units: int, *, per: int = 100, decimals: int = 0, rule: Rule = "half_up"
) -> WholeRange:
    """Return every count that is printed as *units* of the denominator *of*.

    Parameters
    ----------
    of : int
        1 or more.
    units, per, decimals, rule
        As for `printed_units`.

    Returns
    -------
    WholeRange
        Empty if no whole number gives the figure: it cannot be a percentage, or a mean, of *of*.

    Notes
    -----
    The test of granularity of Brown and Heathers (2017), Social Psychological and Personality
    Science 8, 363-369: a mean of whole numbers is a whole number over n.

    Examples
    --------
    >>> str(counts_that_fit(306, 25)), str(counts_that_fit(28, 34))
    ('75 to 78', 'none')
    >>> str(counts_that_fit(28, 519, per=1, decimals=2))  # a mean of 5.19 in 28 people
    'none'
    """
    check_choice("rule", rule, RULES)
    behind = values_behind(units, decimals=decimals, rule=rule)
    low = max(0, _from(behind.low * of / per, behind.low_inside))
    found = WholeRange(low=low, high=_up_to(behind.high * of / per, behind.high_inside))
    return found if found else NOTHING


def _from(value: Fraction, inside: bool) -> int:
    """Return the least whole number at or above *value*, above it where it is not inside."""
    least = -((-value.numerator) // value.denominator)
    return least + 1 if least == value and not inside else least


def _up_to(value: Fraction, inside: bool) -> int:
    most = value.numerator // value.denominator
    return most - 1 if most == value and not inside else most
