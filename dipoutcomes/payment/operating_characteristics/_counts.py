"""Distributions of the counts of a cohort, exactly: a start and a chance for each number."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from dipoutcomes.payment.operating_characteristics.people import PeopleModel

Floats = NDArray[np.float64]

#: What is left out of each tail. No printed chance can feel it.
TAIL = 1e-11


@dataclass(frozen=True, slots=True)
class Counts:
    """Whole numbers from *start* on, with the chance of each; all but `TAIL` of the mass."""

    start: int
    chance: Floats

    @property
    def values(self) -> NDArray[np.int64]:
        """The numbers."""
        return self.start + np.arange(len(self.chance))

    @property
    def mean(self) -> float:
        """Expected number."""
        return float(self.values @ self.chance)

    def on(self, start: int, stop: int) -> Floats:
        """Return the chances on ``start..stop``, 0 where there is none."""
        found = np.zeros(stop - start + 1)
        first, last = max(start, self.start), min(stop, self.start + len(self.chance) - 1)
        if first <= last:
            part = self.chance[first - self.start : last - self.start + 1]
            found[first - start : last - start + 1] = part
        return found


def trimmed(chance: Floats, start: int = 0) -> Counts:
    """Return the counts without their tails, made to add up to 1."""
    below, above = np.cumsum(chance), np.cumsum(chance[::-1])
    first = int(np.searchsorted(below, TAIL))
    last = len(chance) - int(np.searchsorted(above, TAIL))
    kept = chance[first:last]
    return Counts(start + first, kept / kept.sum())


def fixed(value: int) -> Counts:
    """Return a number that is known."""
    return Counts(value, np.ones(1))


def binomial(n: int, share: float) -> Counts:
    """Return how many of *n* people have the event."""
    middle, width = n * share, 12 * sqrt(n * share * (1 - share)) + 30
    first, last = max(0, int(middle - width)), min(n, int(middle + width) + 1)
    x = np.arange(first, last + 1.0)
    log = gammaln(n + 1.0) - gammaln(x + 1) - gammaln(n - x + 1)
    return trimmed(np.exp(log + xlogy(x, share) + xlog1py(n - x, -share)), first)


def negative_binomial(mean: float, shape: float) -> Counts:
    """Return the events of people whose rates together are gamma of this mean and shape."""
    spread = sqrt(mean * (1 + mean / shape))
    # The tail falls by the factor mean / (mean + shape) a step, slower than a normal one.
    width = 12 * spread + 30 * (1 + (0.0 if isinf(shape) else mean / shape))
    first, last = max(0, int(mean - 12 * spread)), int(mean + width) + 1
    x = np.arange(first, last + 1.0)
    if isinf(shape):
        log = xlogy(x, mean) - mean - gammaln(x + 1)
    else:
        log = gammaln(x + shape) - gammaln(shape) - gammaln(x + 1)
        log += xlog1py(-(x + shape), mean / shape) + xlogy(x, mean / shape)
    return trimmed(np.exp(log), first)


def of_person(people: PeopleModel) -> Floats:
    """Return the chances of 0, 1, 2, ... events of one person."""
    counts = negative_binomial(people.events_per_person, people.gamma_shape)
    return counts.on(0, int(counts.values[-1]))


def of_sum(person: Floats, n: int) -> Counts:
    """Return the events of *n* people, each with the chances *person*, by Fourier transform."""
    x = np.arange(len(person))
    mean = float(x @ person)
    spread = sqrt(max(float(x**2 @ person) - mean**2, 0.0))
    most = n * (len(person) - 1)
    length = min(most, int(n * mean + 14 * sqrt(n) * spread + 2 * len(person))) + 1
    size = 1 << (length - 1).bit_length()  # what lies beyond would be folded back
    folded = np.fft.irfft(np.fft.rfft(person, size) ** n, size)
    return trimmed(np.clip(folded[:length], 0.0, None))


def mixed(parts: list[tuple[float, Counts]]) -> Counts:
    """Return the mixture of counts, each with its weight."""
    start = min(c.start for _, c in parts)
    stop = max(int(c.values[-1]) for _, c in parts)
    total = sum((w * c.on(start, stop) for w, c in parts), np.zeros(stop - start + 1))
    return trimmed(total, start)


def highest_of(counts: Counts, draws: int) -> Counts:
    """Return the largest of several independent draws."""
    if draws == 1:
        return counts
    below = np.minimum(np.cumsum(counts.chance), 1.0) ** draws
    return trimmed(np.diff(below, prepend=0.0), counts.start)
