"""Numbers of which nearly everybody has one of their own: identifiers, and fine measures.

Such a number points to a person as a name does, whatever its heading says.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.stand_in.marginals import Bins, people_by_code

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_FEW_CODES = 12  # so few different numbers are codes
_COMMON = 10  # a number that so many people share is nobody's own
_MOSTLY = 0.8
_EXACT = 2.0**53  # from here on two whole numbers may be one and the same as a float
_LEAST_DIGITS = 4
_SELDOM = 0.05  # chance of so few repeats among numbers drawn evenly
_NOT_EVEN = 1.95  # 99.9% point of Kolmogorov's distance times the root of n
_ROUND = 0.3  # of measures end in 0, where people round; of serial numbers a tenth
_ONE_IN = 8
_LEAST_CHOICE = 12
_ROUNDS = 30


def why_identifier(values: Floats, person: Ints) -> str:
    """Return why whole numbers are taken for an identifier; nothing where they are not.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Without nan.
    person : ndarray of int64, shape (n,)
        Whose each is, from 0 on.

    Notes
    -----
    Nearly all must differ between people, and besides: they repeat less often than numbers drawn
    evenly from their range would (any other distribution repeats more often; the 5% point of a
    Poisson count of pairs), or they have one number of digits and lie in a narrow block or evenly
    in their range, as issued numbers do. A skewed measure, or one that people round, such as
    earnings, is none.

    Examples
    --------
    >>> why_identifier(np.arange(1_000_003.0, 1_002_003, 5), np.arange(400))
    'nearly all differ between people, and they repeat less than by chance'
    """
    from scipy.special import pdtr

    if values.size and np.abs(values).max() >= _EXACT:
        return "they are too long for a measure"
    own, people = _own(values, person, fewest=_COMMON)
    if not _mostly_own(own, people):
        return ""
    differ = "nearly all differ between people"
    n, width = float(people.sum()), float(np.ptp(own)) + 1
    repeats, expected = float((people * (people - 1)).sum()) / 2, n * (n - 1) / 2 / width
    if pdtr(repeats, expected) < _SELDOM:
        return f"{differ}, and they repeat less than by chance"
    digits = len(f"{own.min():.0f}")
    if own.min() <= 0 or digits < _LEAST_DIGITS or digits != len(f"{own.max():.0f}"):
        return ""
    if (own % 10 == 0).mean() >= _ROUND:
        return ""
    if own.max() < 2 * own.min() or _is_even(own):
        return f"{differ}, and all have {digits} digits"
    return ""


def numbers_of_their_own(values: Floats, person: Ints, *, fewest: int, decimals: int) -> Floats:
    """Return the numbers that fewer than *fewest* people have, where nearly everybody has one.

    Parameters
    ----------
    values, person : ndarray, shape (n,)
        As for `why_identifier`; *values* may hold nan.
    fewest : int
    decimals : int
        As the numbers are written.

    Returns
    -------
    ndarray of float64
        Empty where people share their numbers, and where there are so few numbers to choose
        from that one says nothing about who has it (ages, scores).
    """
    known = ~np.isnan(values)
    own, people = _own(values[known], person[known], fewest=fewest)
    if not _mostly_own(own, people):
        return np.empty(0)
    free = float(np.ptp(own)) * 10.0**decimals - len(own)
    return own if free >= _ONE_IN * _LEAST_CHOICE else np.empty(0)


def draw_apart(
    bins: Bins, own: Floats, n: int, *, decimals: int, rng: np.random.Generator
) -> Floats:
    """Return *n* draws from *bins*, none of which is in *own*.

    One number in every eight that follow one another can be drawn, chosen by chance: were all
    but the real ones possible, the gaps between very many draws would be the real ones.
    """
    scale = 10.0**decimals
    taken = np.unique(np.rint(own * scale).astype(np.int64))
    salt = np.uint64(rng.integers(2**63))
    out = bins.draw(n, rng=rng)
    even = Bins(
        heaps=np.empty(0), heap_share=np.empty(0), edges=bins.edges, bin_share=bins.bin_share,
        decimals=decimals,
    )  # fmt: skip
    open_ = np.flatnonzero(~np.isin(out, bins.heaps))
    low, high = np.rint(bins.edges[[0, -1]] * scale) if open_.size else (0.0, 0.0)
    for _ in range(_ROUNDS):
        if not open_.size:
            return out
        units, good = _one_of_eight(np.rint(out[open_] * scale), taken, (low, high), salt)
        out[open_] = np.round(units / scale, decimals)
        open_ = open_[~good]
        out[open_] = even.draw(len(open_), rng=rng)
    out[open_] = np.nan
    known = out[~np.isnan(out)]
    if known.size:
        out[open_] = rng.choice(known, size=len(open_))
    return out


def _one_of_eight(
    units: Floats, taken: Ints, limits: tuple[float, float], salt: np.uint64
) -> tuple[Ints, NDArray[np.bool_]]:
    """Return for each whole number the one of its block of eight that may be drawn, if any."""
    first = units.astype(np.int64) // _ONE_IN * _ONE_IN
    start = (_mixed(first.view(np.uint64) + salt) % np.uint64(_ONE_IN)).astype(np.int64)
    chosen, good = first.copy(), np.zeros(len(first), dtype=bool)
    for step in range(_ONE_IN):
        at = np.flatnonzero(~good)
        chosen[at] = first[at] + (start[at] + step) % _ONE_IN
        inside = (chosen[at] >= limits[0]) & (chosen[at] <= limits[1])
        place = np.minimum(np.searchsorted(taken, chosen[at]), len(taken) - 1)
        good[at] = inside & (taken[place] != chosen[at])
    return chosen, good


def _own(values: Floats, person: Ints, *, fewest: int) -> tuple[Floats, Ints]:
    """Return the different numbers that fewer than *fewest* people have, and how many do."""
    import pandas as pd

    code, distinct = pd.factorize(values)
    people = people_by_code(code.astype(np.int64), person)
    rare = people < fewest
    return np.asarray(distinct, dtype=np.float64)[rare], people[rare]


def _mostly_own(own: Floats, people: Ints) -> bool:
    return len(own) > _FEW_CODES and len(own) >= _MOSTLY * float(people.sum())


def _is_even(own: Floats) -> bool:
    """Return whether numbers may be spread evenly from the smallest to the largest."""
    at = (np.sort(own) - own.min()) / np.ptp(own)
    distance = np.abs(at - np.linspace(0, 1, len(at))).max()
    return bool(distance * np.sqrt(len(at)) < _NOT_EVEN)


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return words whose bits look like chance: the finaliser of Steele, Lea and Flood (2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        words = (words ^ (words >> np.uint64(shift))) * np.uint64(factor)
    return words ^ (words >> np.uint64(31))
