"""What the planner's formulas share: quantiles, checks, and searches along n."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, isfinite

from scipy.special import ndtri

from dipoutcomes._validate import check_confidence_level, check_positive
from dipoutcomes.errors import DesignError

LARGEST = 10**6  # people: beyond it the exact sums are neither needed nor quick


def check_share(name: str, value: float) -> float:
    """Return *value* as a float strictly between 0 and 1."""
    return check_confidence_level(value, name)


def check_power(power: float, confidence_level: float) -> float:
    """Return *power*, which must be more than the chance of a false alarm."""
    wanted = check_share("power", power)
    if wanted <= 1 - confidence_level:
        raise ValueError(
            f"`power` must be more than 1 - confidence_level ({1 - confidence_level:g}): no sample "
            f"at all gives that; got {wanted:g}"
        )
    return wanted


def critical(confidence_level: float) -> float:
    """Return the normal quantile that a two-sided test at the level exceeds."""
    return float(-ndtri((1 - check_confidence_level(confidence_level)) / 2))


def both_quantiles(confidence_level: float, power: float) -> float:
    """Return the sum of the quantiles of the two-sided test and of the power."""
    wanted = check_power(power, check_confidence_level(confidence_level))
    return critical(confidence_level) + float(ndtri(wanted))


def round_up(n: float) -> int:
    """Return the smallest whole number not below *n*, which rounding may have put just above."""
    return max(1, ceil(n - 1e-9 * max(1.0, n)))


def smallest_real(power_of: Callable[[float], float], power: float, largest: float = 1e9) -> float:
    """Return the real n at which a rising *power_of* reaches *power*."""
    from scipy.optimize import brentq

    low = high = 1e-6
    while power_of(high) < power:
        low, high = high, high * 2
        if high > largest:
            raise DesignError(
                f"more than {largest:,.0f} people would be needed; plan for a larger difference"
            )
    if low == high:
        return low
    return float(brentq(lambda n: power_of(n) - power, low, high, xtol=1e-12, rtol=1e-14))


def first_and_stable(
    enough: Callable[[int], bool], start: int, stop: int
) -> tuple[int | None, int | None]:
    """Return the first n of ``start..stop`` that is enough, and that from which all are.

    Either is ``None`` where there is none.
    """
    first: int | None = None
    stable: int | None = None
    for n in range(start, stop + 1):
        if enough(n):
            first = n if first is None else first
            stable = n if stable is None else stable
        else:
            stable = None
    return first, stable


def smallest_falling(width_of: Callable[[int], float], width: float, largest: int) -> int | None:
    """Return about the smallest n at which a falling *width_of* is not above *width*."""
    high = 1
    while width_of(high) > width:
        if high >= largest:
            return None
        high = min(2 * high, largest)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if width_of(middle) <= width else (middle, high)
    return high


def check_ratio(ratio: float) -> float:
    """Return how many people of group 2 there are for each of group 1."""
    value = check_positive("ratio", ratio)
    if not isfinite(value) or not 1e-4 <= value <= 1e4:
        raise ValueError(f"`ratio` must lie between 0.0001 and 10,000; got {value:g}")
    return value
