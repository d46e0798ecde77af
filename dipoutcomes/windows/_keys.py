"""One sortable number for a person and a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Rows handled at a time, so that temporaries stay small beside the keys.
BLOCK = 1 << 18

Keys = NDArray[Any]


@dataclass(frozen=True, slots=True)
class KeySpace:
    """Maps (code, day) to ``code * span + (day - lowest)``, in 32 bits where they are enough.

    A day outside the data's range is moved just outside it: for counting before and after an
    edge that changes nothing, and it keeps every key within its own person.
    """

    lowest: int
    span: int
    n_people: int
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, lowest: int, highest: int, n_people: int) -> KeySpace:
        """Return the narrowest space for days from *lowest* to *highest* and one day beyond."""
        span = highest - lowest + 2
        # 32-bit keys sort twice as fast and take half the memory: 1e6 people over 11 years fit.
        fits = n_people * span < 2**32
        return cls(lowest, span, n_people, np.dtype(np.uint32 if fits else np.int64))

    def edges(self, day: ArrayLike, first_code: int = 0) -> Keys:
        """Return the keys of one day for each person, in the order of the codes from the first."""
        own = np.clip(np.asarray(day, dtype=np.int64), self.lowest, self.lowest + self.span - 1)
        own -= self.lowest
        own += np.arange(first_code, first_code + len(own), dtype=np.int64) * self.span
        return own.astype(self.dtype, copy=False)

    def keys(self, code: NDArray[Any], day: NDArray[Any]) -> Keys:
        """Return the keys of records, block by block; every day must lie in the range."""
        keys = np.empty(len(code), dtype=self.dtype)
        for at in range(0, len(code), BLOCK):
            block = code[at : at + BLOCK].astype(np.int64)
            block *= self.span
            block += day[at : at + BLOCK]
            block -= self.lowest
            keys[at : at + BLOCK] = block
        return keys


def check_records(name: str, code: ArrayLike, n_people: int, *days: ArrayLike) -> list[Keys]:
    """Return whole-number arrays of one length; refuse codes outside 0 to n_people - 1."""
    arrays = [np.asarray(values) for values in (code, *days)]
    arrays = [a.astype(np.int64) if a.size == 0 else a for a in arrays]
    if len({a.shape for a in arrays}) != 1 or arrays[0].ndim != 1:
        raise ValueError(f"the arrays of `{name}` must be one-dimensional and of one length")
    if not all(np.issubdtype(a.dtype, np.integer) for a in arrays):
        raise TypeError(f"the arrays of `{name}` must hold whole numbers")
    codes = arrays[0]
    if codes.size and (codes.min() < 0 or codes.max() >= n_people):
        wrong = int(((codes < 0) | (codes >= n_people)).sum())
        raise ValueError(
            f"{wrong} of {codes.size} codes of `{name}` lie outside 0 to {n_people - 1}; "
            "drop the records of people outside the cohort first"
        )
    return arrays


def is_sorted(keys: Keys) -> bool:
    """Return whether *keys* never fall; stops at the first block that does."""
    for at in range(0, len(keys) - 1, BLOCK):
        block = keys[at : at + BLOCK + 1]
        if not np.all(block[1:] >= block[:-1]):
            return False
    return True
