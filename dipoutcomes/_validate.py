"""Checks of arguments, in SciPy's manner: errors that name the argument and its range."""

from __future__ import annotations

from numbers import Real
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LARGEST_COUNT = 2.0**53  # above it a float does not tell whole numbers apart


def check_confidence_level(value: Any, name: str = "confidence_level") -> float:
    """Return *value* as a float strictly between 0 and 1."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"`{name}` must be a number, not {type(value).__name__}")
    level = float(value)
    if not 0 < level < 1:
        hint = " (95% is written 0.95)" if 1 < level <= 100 else ""
        raise ValueError(f"`{name}` must lie strictly between 0 and 1{hint}; got {level:g}")
    return level


def check_count(name: str, value: Any, *, minimum: int = 0, maximum: int | None = None) -> int:
    """Return *value* as an int; refuse fractions, booleans and anything out of range."""
    if isinstance(value, bool | np.bool_):
        raise TypeError(f"`{name}` must be a whole number, not a bool")
    try:
        number = index(value)
    except TypeError:
        if isinstance(value, Real) and float(value).is_integer():
            number = int(float(value))
        else:
            raise TypeError(f"`{name}` must be a whole number; got {value!r}") from None
    if number < minimum:
        raise ValueError(f"`{name}` must be at least {minimum}; got {number}")
    if maximum is not None and number > maximum:
        raise ValueError(f"`{name}` must be at most {maximum}; got {number}")
    return number


def check_counts(name: str, value: Any, *, minimum: int = 0) -> NDArray[np.int64]:
    """Return *value* as an int64 array (0-d for a scalar); refuse fractions and negatives."""
    array = np.asarray(value)
    if array.dtype == bool or not np.issubdtype(array.dtype, np.number):
        raise TypeError(f"`{name}` must hold whole numbers, not {array.dtype}")
    if not np.issubdtype(array.dtype, np.integer):
        if not np.all(np.isfinite(array)) or np.any(array != np.floor(array)):
            raise TypeError(f"`{name}` must hold whole numbers; found a fraction, nan or infinity")
        if array.size and np.abs(array).max() > _LARGEST_COUNT:
            raise ValueError(f"`{name}` must hold counts; found one above 2^53, which is none")
        array = array.astype(np.int64)
    if array.size and array.min() < minimum:
        raise ValueError(f"`{name}` must be at least {minimum}; got {array.min()}")
    return array.astype(np.int64)


def check_positive(name: str, value: Any) -> float:
    """Return *value* as a finite float greater than 0."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"`{name}` must be a number, not {type(value).__name__}")
    number = float(value)
    if not (np.isfinite(number) and number > 0):
        raise ValueError(f"`{name}` must be a finite number greater than 0; got {number:g}")
    return number


def check_numbers(name: str, value: Any) -> NDArray[np.float64]:
    """Return *value* as a float array; refuse what holds no numbers, without quoting it."""
    array = np.asarray(value)
    if array.dtype.kind != "c":
        try:
            return array.astype(np.float64)
        except (TypeError, ValueError):
            pass
    raise TypeError(f"`{name}` must hold numbers, not {array.dtype}")


def check_generator(rng: Any, name: str = "rng") -> np.random.Generator:
    """Return *rng*, or refuse what is no generator of random numbers."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"`{name}` must be a numpy.random.Generator of the study's own stream, not "
            f"{type(rng).__name__}"
        )
    return rng


def check_text(name: str, value: Any, says: str) -> str:
    """Return *value* if it is a text that says something."""
    if not isinstance(value, str):
        raise TypeError(f"`{name}` must be a text, not {type(value).__name__}")
    if not value.strip():
        raise ValueError(f"`{name}` must say {says}")
    return value


def check_positives(name: str, value: Any, because: str = "") -> NDArray[np.float64]:
    """Return *value* as a float array (0-d for a scalar) of finite numbers greater than 0."""
    array = check_numbers(name, value)
    wrong = array.size - int(np.count_nonzero(np.isfinite(array) & (array > 0)))
    if wrong:
        raise ValueError(
            f"`{name}` must be finite and above 0{because}; {wrong} of {array.size} not so"
        )
    return array


def check_choice(name: str, value: str, choices: tuple[str, ...] | list[str]) -> str:
    """Return *value* if it is one of *choices*; otherwise name the nearest ones."""
    from difflib import get_close_matches

    if value not in choices:
        near = get_close_matches(str(value), choices, n=1)
        hint = f"did you mean '{near[0]}'? The" if near else "the"
        raise ValueError(f"`{name}` has no choice '{value}'; {hint} choices: {', '.join(choices)}")
    return value
