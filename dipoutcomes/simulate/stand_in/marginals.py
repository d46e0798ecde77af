"""Coarse distributions that rest on people: what few people have is not in them.

Everywhere *fewest* is the smallest number of different people that a word, a heap or a bin may
rest on. Shares are of rows, and a person with very many rows counts no more than the cap on rows
allows (`weight`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_BINS = 20
_TRIES = 12

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """Words and their shares, without the rare ones.

    Parameters
    ----------
    kept : ndarray of int64, shape (m,)
        Codes held by at least *fewest* people.
    share : ndarray of float64, shape (m,)
        Adds up to 1 (empty where nothing is kept).
    left_out : int
        Codes held by fewer.
    people_left_out : int
        Different people who hold one of these.
    """

    kept: Ints
    share: Floats
    left_out: int
    people_left_out: int

    def draw(self, n: int, *, rng: np.random.Generator) -> Ints:
        """Return *n* codes; -1 where nothing is kept."""
        if not self.kept.size:
            return np.full(n, -1, dtype=np.int64)
        edges = np.cumsum(self.share)
        at = np.searchsorted(edges, rng.random(n) * edges[-1], side="right")
        return np.asarray(self.kept[np.minimum(at, len(edges) - 1)], dtype=np.int64)


def count_different(code: Ints) -> int:
    """Return how many different people or keys there are; each is a number from 0 on."""
    return int(np.count_nonzero(np.bincount(code))) if code.size else 0


def people_by_code(code: Ints, person: Ints) -> Ints:
    """Return how many different people hold each code from 0 on; negative codes are nothing."""
    import pandas as pd

    known = code >= 0
    if not known.any():
        return np.zeros(0, dtype=np.int64)
    width = int(person.max()) + 1
    pairs = pd.unique(code[known] * width + person[known])
    return np.bincount(pairs // width).astype(np.int64)


def _weighed(code: NDArray[np.integer], weight: Floats, length: int) -> Floats:
    return np.asarray(np.bincount(code, weights=weight, minlength=length), dtype=np.float64)


def fit_shares(code: Ints, person: Ints, weight: Floats, *, fewest: int) -> Shares:
    """Return the shares of the codes that at least *fewest* people hold."""
    people = people_by_code(code, person)
    known = code >= 0
    rows = _weighed(code[known], weight[known], len(people))
    common = people >= fewest
    rare = (people > 0) & ~common
    concerned = np.append(rare, False)[np.where(known, code, -1)]
    kept = np.flatnonzero(common)
    share = rows[kept] / rows[kept].sum() if kept.size else rows[kept]
    return Shares(
        kept=kept.astype(np.int64),
        share=share,
        left_out=int(rare.sum()),
        people_left_out=count_different(person[concerned]),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bins:
    """Heaps (single values that many people share) and bins, without the tails.

    Parameters
    ----------
    heaps, heap_share : ndarray, shape (h,)
    edges : ndarray, shape (b + 1,)
        Empty where there are no bins. The first lies above the smallest value and the last
        below the largest, each with people beyond it.
    bin_share : ndarray, shape (b,)
        With *heap_share* adds up to 1.
    decimals : int
        Places to which a draw is rounded.
    """

    heaps: Floats
    heap_share: Floats
    edges: Floats
    bin_share: Floats
    decimals: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw from."""
        return not self.heaps.size and not self.bin_share.size

    @property
    def low(self) -> float:
        """The smallest value that can be drawn; nan where there is nothing to draw from."""
        return min([*self.heaps.tolist(), *self.edges[:1].tolist()], default=float("nan"))

    @property
    def high(self) -> float:
        """The largest value that can be drawn; nan where there is nothing to draw from."""
        return max([*self.heaps.tolist(), *self.edges[-1:].tolist()], default=float("nan"))

    def draw(self, n: int, *, rng: np.random.Generator) -> Floats:
        """Return *n* values: the heaps as they are, within a bin evenly."""
        if self.empty:
            return np.full(n, np.nan)
        edges = np.cumsum(np.concatenate([self.heap_share, self.bin_share]))
        at = np.searchsorted(edges, rng.random(n) * edges[-1], side="right")
        at = np.minimum(at, len(edges) - 1)
        inside = at - len(self.heaps)
        out = np.empty(n)
        heap = inside < 0
        out[heap] = self.heaps[at[heap]]
        within = inside[~heap]
        if within.size:
            low, high = self.edges[within], self.edges[within + 1]
            drawn = np.round(low + rng.random(len(within)) * (high - low), self.decimals)
            out[~heap] = np.clip(drawn, self.edges[0], self.edges[-1])
        return out

    def draw_between(self, low: Floats, high: Floats, *, rng: np.random.Generator) -> Floats:
        """Return a value within [low, high] for each pair of limits, drawn again until it fits.

        What never fits is drawn evenly between the limits (where *high* is below *low*: *low*).
        """
        out = self.draw(len(low), rng=rng)
        for _ in range(_TRIES):
            wrong = np.flatnonzero(~((out >= low) & (out <= high)))
            if not wrong.size:
                return out
            out[wrong] = self.draw(len(wrong), rng=rng)
        wrong = np.flatnonzero(~((out >= low) & (out <= high)))
        top = np.minimum(high, self.high) if not self.empty else high
        top = np.where(top >= low, top, high)[wrong]
        bottom = low[wrong]
        even = np.round(bottom + rng.random(len(wrong)) * np.maximum(top - bottom, 0))
        out[wrong] = np.clip(even, bottom, np.maximum(bottom, top))
        return out


NO_BINS = Bins(heaps=np.empty(0), heap_share=np.empty(0), edges=np.empty(0), bin_share=np.empty(0))


def fit_bins(
    values: Floats,
    person: Ints,
    weight: Floats,
    *,
    fewest: int,
    heap_share: float = 0.0,
    decimals: int = 0,
    steps: tuple[tuple[float, float], ...] = (),
) -> Bins:
    """Return heaps and bins of *values* (no nan), or `NO_BINS` where too few people have one.

    Parameters
    ----------
    values, person, weight : ndarray, shape (n,)
    fewest : int
        People that each heap and each bin rests on at least; half as many lie beyond each end.
    heap_share : float
        Share of the people who have a value that a heap needs besides.
    decimals : int
        Places to which the values are written.
    steps : tuple of (range, step)
        Edges are rounded to the step of the first range that the values span.
    """
    import pandas as pd

    codes, distinct = pd.factorize(values)
    people = people_by_code(codes.astype(np.int64), person)
    everybody = count_different(person)
    is_heap = people >= max(fewest, heap_share * everybody)
    in_heap = is_heap[codes] if len(codes) else np.zeros(0, dtype=bool)
    heaps = distinct[is_heap].astype(np.float64)
    heap_weight = _weighed(codes, weight, len(people))[is_heap]
    edges, bin_weight = _bins(
        values[~in_heap], person[~in_heap], weight[~in_heap], fewest, decimals, steps
    )
    total = heap_weight.sum() + bin_weight.sum()
    if not total:
        return NO_BINS
    order = np.argsort(heaps)
    return Bins(
        heaps=heaps[order],
        heap_share=heap_weight[order] / total,
        edges=edges,
        bin_share=bin_weight / total,
        decimals=decimals,
    )


def _bins(
    values: Floats,
    person: Ints,
    weight: Floats,
    fewest: int,
    decimals: int,
    steps: tuple[tuple[float, float], ...],
) -> tuple[Floats, Floats]:
    nothing = np.empty(0), np.empty(0)
    n_people = count_different(person)
    if n_people < fewest:
        return nothing
    beyond = fewest - fewest // 2
    low, high = _inner(values, person, beyond), -_inner(-values, person, beyond)
    if not low <= high:
        return nothing
    inside = np.clip(values, low, high)
    wanted = int(min(MOST_BINS, n_people // fewest))
    order = np.argsort(inside, kind="stable")
    ranks = np.cumsum(weight[order]) / weight.sum()
    at = np.searchsorted(ranks, np.arange(1, wanted) / wanted)
    quantiles = inside[order][np.minimum(at, len(order) - 1)]
    edges = np.unique(np.concatenate([[low], quantiles, [high]]))
    edges = _rounded(edges, decimals, steps)
    place = _places(inside, edges)
    while len(edges) > 2:
        held = people_by_code(place, person)
        held = np.pad(held, (0, len(edges) - 1 - len(held)))
        few = np.flatnonzero(held < fewest)
        if not few.size:
            break
        edges = np.asarray(np.delete(edges, few[0] if few[0] > 0 else 1), dtype=np.float64)
        place = _places(inside, edges)
    return edges, _weighed(place, weight, max(len(edges) - 1, 1))


def _inner(values: Floats, person: Ints, beyond: int) -> float:
    """Return the smallest value that at least *beyond* people undercut; nan without one.

    Each person counts with the smallest of their values.
    """
    import pandas as pd

    smallest = np.sort(pd.Series(values).groupby(person, sort=False).min().to_numpy())
    undercut = smallest[beyond - 1]
    above = values[values > undercut]
    return float(above.min()) if above.size else float("nan")


def _rounded(edges: Floats, decimals: int, steps: tuple[tuple[float, float], ...]) -> Floats:
    """Return edges on a grid, so that none is somebody's value; the ends are moved inwards."""
    span = float(edges[-1] - edges[0])
    step = next((step for least, step in steps if span >= least), 0.0)
    if not steps and span > 0:
        step = max(10.0 ** np.floor(np.log10(span / 20)), 10.0**-decimals)
    if not step:
        return edges if len(edges) > 1 else np.repeat(edges, 2)
    inner = np.round(edges[1:-1] / step) * step
    low, high = np.ceil(edges[0] / step) * step, np.floor(edges[-1] / step) * step
    if not low < high:
        return np.array([edges[0], edges[-1]])
    return np.unique(np.concatenate([[low], inner[(inner > low) & (inner < high)], [high]]))


def _places(values: Floats, edges: Floats) -> Ints:
    at = np.searchsorted(edges, values, side="right") - 1
    return np.clip(at, 0, max(len(edges) - 2, 0)).astype(np.int64)
