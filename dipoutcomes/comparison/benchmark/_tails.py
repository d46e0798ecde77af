"""The distribution of how many of a mixed group have an event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_LONG = 4_000  # from here on by Fourier transform, right to about 1e-16
_REACH = 12.0  # standard deviations, and as much again where few events are expected


def _of_sum(one: Floats, two: Floats) -> Floats:
    """Return the chances of a sum of two independent numbers."""
    if min(len(one), len(two)) < _LONG:
        return np.convolve(one, two)
    length = len(one) + len(two) - 1
    size = 1 << (length - 1).bit_length()
    both = np.fft.rfft(one, size) * np.fft.rfft(two, size)
    return np.asarray(np.maximum(np.fft.irfft(both, size)[:length], 0.0), dtype=np.float64)


class Tails:
    """Tails of the sum of binomials whose odds are multiplied by one factor."""

    def __init__(self, size: Counts, share: Floats, *, mid_p: bool) -> None:
        from scipy.special import gammaln

        # People of one published share are one binomial.
        shares, group = np.unique(share[size > 0], return_inverse=True)
        self.log_odds = np.log(shares / (1 - shares))
        self.size = np.bincount(group, weights=size[size > 0]).astype(np.int64)
        self.mid_p = mid_p
        # Logs of factorials, computed once.
        self.factorial = gammaln(np.arange(int(self.size.max()) + 1, dtype=np.float64) + 1)

    def expected(self, log_factor: float) -> float:
        """Return the expected number with everybody's log odds moved by *log_factor*."""
        return float((self.size / (1 + np.exp(-self.log_odds - log_factor))).sum())

    def _mass(self, log_factor: float) -> tuple[int, Floats]:
        """Return the first number with any chance worth the name, and the chances from it on."""
        moved = self.log_odds + log_factor
        yes, no = -np.logaddexp(0, -moved), -np.logaddexp(0, moved)
        parts = []
        for size, p, q in zip(self.size, yes, no, strict=True):
            # Beyond this reach a binomial has less than 1e-30: many people need no more numbers.
            reach = _REACH * (np.sqrt(size * np.exp(p + q)) + _REACH)
            first = max(0, int(size * np.exp(p) - reach))
            number = np.arange(first, min(int(size), int(size * np.exp(p) + reach) + 1) + 1)
            ways = self.factorial[size] - self.factorial[number] - self.factorial[size - number]
            parts.append((first, np.exp(ways + number * p + (size - number) * q)))
        # In pairs, so that many people of a risk of their own stay quick.
        while len(parts) > 1:
            joined = [
                (one[0] + two[0], _of_sum(one[1], two[1]))
                for one, two in zip(parts[::2], parts[1::2], strict=False)
            ]
            parts = joined + parts[len(joined) * 2 :]
        return parts[0]

    def tail(self, observed: int, log_factor: float, *, upper: bool) -> float:
        """Return the chance of so many (upper) or so few; half of the value itself for mid-P."""
        first, mass = self._mass(log_factor)
        place = observed - first
        if not 0 <= place < len(mass):
            return float((place < 0) == upper)
        chance = float(mass[place:].sum() if upper else mass[: place + 1].sum())
        return chance - 0.5 * float(mass[place]) * self.mid_p

    def p_value(self, observed: int) -> float:
        """Return twice the smaller tail at the published shares, at most 1."""
        tails = [self.tail(observed, 0.0, upper=upper) for upper in (True, False)]
        return min(1.0, 2 * min(tails))

    def limit(self, observed: int, miss: float, *, upper: bool) -> float:
        """Return the upper or lower limit of the expected number, missed with chance *miss*."""
        from scipy.optimize import brentq

        most = int(self.size.sum())
        if observed == (most if upper else 0):
            return float(observed)

        def distance(log_factor: float) -> float:
            return self.tail(observed, log_factor, upper=not upper) - miss

        return self.expected(float(brentq(distance, -40, 40, xtol=1e-11)))
