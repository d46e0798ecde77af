"""The distribution of how many of a mixed group have an event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Tails:
    """Tails of the sum of binomials whose odds are multiplied by one factor."""

    def __init__(self, size: Counts, share: Floats, *, mid_p: bool) -> None:
        from scipy.special import gammaln

        # People of one published share are one binomial.
        shares, group = np.unique(share[size > 0], return_inverse=True)
        self.log_odds = np.log(shares / (1 - shares))
        self.size = np.bincount(group, weights=size[size > 0]).astype(np.int64)
        self.mid_p = mid_p
        self.number = np.arange(int(self.size.max()) + 1, dtype=np.float64)
        # Logs of the binomial coefficients, computed once.
        self.ways = [
            gammaln(m + 1)
            - gammaln(self.number[: m + 1] + 1)
            - gammaln(m - self.number[: m + 1] + 1)
            for m in self.size
        ]

    def expected(self, log_factor: float) -> float:
        """Return the expected number with everybody's log odds moved by *log_factor*."""
        return float((self.size / (1 + np.exp(-self.log_odds - log_factor))).sum())

    def _mass(self, log_factor: float) -> Floats:
        moved = self.log_odds + log_factor
        yes, no = -np.logaddexp(0, -moved), -np.logaddexp(0, moved)
        parts = []
        for ways, p, q in zip(self.ways, yes, no, strict=True):
            number = self.number[: len(ways)]
            parts.append(np.exp(ways + number * p + number[::-1] * q))
        # In pairs, so that many people of a risk of their own stay quick.
        while len(parts) > 1:
            joined = [np.convolve(*pair) for pair in zip(parts[::2], parts[1::2], strict=False)]
            parts = joined + parts[len(joined) * 2 :]
        return np.asarray(parts[0])

    def tail(self, observed: int, log_factor: float, *, upper: bool) -> float:
        """Return the chance of so many (upper) or so few; half of the value itself for mid-P."""
        mass = self._mass(log_factor)
        chance = float(mass[observed:].sum() if upper else mass[: observed + 1].sum())
        return chance - 0.5 * float(mass[observed]) * self.mid_p

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
