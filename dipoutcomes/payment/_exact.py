"""Numbers of a rule in two forms: floats for thousands of cohorts, fractions for a verdict."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.protocol.model.contract import Rounding

Values = NDArray[Any]  # float64, or object holding fractions

#: Two floats nearer than this (relative to the larger of 1 and either) are one number to a rule:
#: far above the error of a few operations, far below the step between two counts' ratios.
TIE = 1e-12
#: The same for a number scaled up to whole units of money before it is rounded.
TIE_SCALED = 1e-9


def values(name: str, given: ArrayLike, *, exact: bool) -> Values:
    """Return *given* as float64, or where *exact* as an object array of fractions.

    Raises
    ------
    TypeError
        If *exact* and a value is a float: what it was meant as is then not known.
    """
    if not exact:
        return np.asarray(given, dtype=np.float64)
    array = np.asarray(given, dtype=object)
    flat = [_fraction(name, value) for value in array.ravel()]
    out = np.empty(array.size, dtype=object)
    out[:] = flat
    return out.reshape(array.shape)


def constant(value: Decimal | int, *, exact: bool) -> Any:
    """Return a number of the contract in the same form as the values."""
    return Fraction(value) if exact else float(value)


def at_least(found: Values, bound: Any, *, strict: bool = False) -> NDArray[np.bool_]:
    """Return whether *found* reaches *bound* (strictly: passes it); a tie is a tie in floats too.

    An undefined value (nan) reaches nothing.
    """
    if np.asarray(found).dtype == object:
        reached = found > bound if strict else found >= bound
        return np.asarray(reached, dtype=bool)
    with np.errstate(invalid="ignore"):
        slack = TIE * np.maximum(1.0, np.maximum(np.abs(found), np.abs(bound)))
        reached = found > bound + slack if strict else found >= bound - slack
    return np.asarray(reached, dtype=bool)


def rounded(found: Values, decimals: int, how: Rounding) -> Values:
    """Return *found* rounded to *decimals* in the contract's way; ``"none"`` leaves it as it is."""
    if how == "none":
        return found
    scale = 10**decimals
    if np.asarray(found).dtype == object:
        whole = np.frompyfunc(lambda value: Fraction(_whole(value * scale, how), scale), 1, 1)
        return np.asarray(whole(found), dtype=object)
    scaled = np.asarray(found, dtype=np.float64) * scale
    # 0.145 x 100 is 14.499999999999998: what is a whole or a half by hand is one here.
    halves = np.rint(scaled * 2) / 2
    near = np.abs(scaled - halves) <= TIE_SCALED * np.maximum(1.0, np.abs(scaled))
    return np.asarray(_whole_floats(np.where(near, halves, scaled), how) / scale)


def _fraction(name: str, value: Any) -> Fraction:
    if isinstance(value, float | np.floating | bool | np.bool_):
        raise TypeError(
            f"`{name}` must hold whole numbers, decimals or fractions where exact; got a "
            f"{type(value).__name__}"
        )
    return Fraction(int(value)) if isinstance(value, np.integer) else Fraction(value)


def _whole(value: Fraction, how: Rounding) -> int:
    size, sign = abs(value), -1 if value < 0 else 1
    floor = size.numerator // size.denominator
    rest = size - floor
    half = Fraction(1, 2)
    more = {
        "down": False,
        "up": rest > 0,
        "half_up": rest >= half,
        "half_even": rest > half or (rest == half and floor % 2 == 1),
    }[how]
    return sign * (floor + more)


def _whole_floats(scaled: NDArray[np.float64], how: Rounding) -> NDArray[np.float64]:
    size = np.abs(scaled)
    if how == "half_even":
        whole = np.rint(size)
    elif how == "half_up":
        whole = np.floor(size + 0.5)
    else:
        whole = np.ceil(size) if how == "up" else np.floor(size)
    return np.asarray(np.copysign(whole, scaled) + 0.0)
