"""Identifiers that look like each other, or differ by one letter; all of them worked at once."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.object_]
_BETWEEN = "\x1f"
_ODD = np.uint64(0x9E3779B97F4A7C15)  # its powers modulo 2^64 are all different for long
_SAME = str.maketrans({"o": "0", "i": "1", "l": "1"})
_POINT_ZERO = re.compile(rf"\.0+(?={_BETWEEN}|$)")
_NO_LETTER = re.compile(rf"[^{_BETWEEN}0-9a-z\u0080-\U0010ffff]+")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+")


class Pairs(NamedTuple):
    """Positions in two lists that belong together."""

    unknown: NDArray[np.intp]
    known: NDArray[np.intp]


def looks(labels: Labels) -> list[str]:
    """Return what each identifier looks like: letters and digits, and no difference beside.

    Case, spaces, signs, leading zeros, a ".0" at the end, O for 0 and I or L for 1 are taken
    away. An identifier of which nothing is left looks like nothing.

    Examples
    --------
    >>> looks(np.array(["C0071", "c71.0", "C O71", "00"], dtype=object))
    ['c71', 'c71', 'c71', '']
    """
    text = _BETWEEN.join(labels)
    text = unicodedata.normalize("NFKC", text).lower()
    text = _NO_LETTER.sub("", _POINT_ZERO.sub("", text)).translate(_SAME)
    return _LEADING_ZEROS.sub("", text).split(_BETWEEN) if len(labels) else []


def same_look(unknown: Labels, known: Labels) -> Pairs:
    """Return the pairs that look the same."""
    import pandas as pd

    if not len(unknown) or not len(known):
        return _none()
    one = pd.DataFrame({"look": looks(unknown), "unknown": np.arange(len(unknown))})
    other = pd.DataFrame({"look": looks(known), "known": np.arange(len(known))})
    both = one[one["look"] != ""].merge(other, on="look")
    return Pairs(both["unknown"].to_numpy(dtype=np.intp), both["known"].to_numpy(dtype=np.intp))


def one_letter_apart(unknown: Labels, known: Labels) -> Pairs:
    """Return the pairs of equal length that differ in one letter.

    Examples
    --------
    >>> ids = [np.array(names, dtype=object) for names in (["A19", "B7"], ["A12", "B12", "B9"])]
    >>> pairs = one_letter_apart(*ids)
    >>> pairs.unknown.tolist(), pairs.known.tolist()
    ([0, 1], [0, 2])
    """
    if not len(unknown) or not len(known):
        return _none()
    letters = _letters(np.concatenate([unknown, known]))
    width, size = letters.shape[1], len(unknown)
    # The sum of all letters but one, each with a weight of its place, is equal wherever those
    # letters are. That sums clash costs time and nothing else, for the pairs are compared.
    weights = _ODD ** np.arange(1, width + 1, dtype=np.uint64)
    lengths = (letters != 0).sum(axis=1)
    total = (letters * weights).sum(axis=1, dtype=np.uint64)
    found = []
    for place in range(width):
        rest = total - letters[:, place] * weights[place]
        found.append(_equal(rest[:size], rest[size:]))
    pairs = np.unique(np.concatenate(found, axis=1), axis=1)
    apart = (letters[pairs[0]] != letters[size + pairs[1]]).sum(axis=1)
    same_length = lengths[pairs[0]] == lengths[size + pairs[1]]
    kept = pairs[:, (apart == 1) & same_length]
    return Pairs(kept[0], kept[1])


def _letters(labels: Labels) -> NDArray[np.uint64]:
    """Return the letters of each identifier as numbers, 0 beyond its end."""
    texts = labels.astype(str)
    width = max(texts.dtype.itemsize // 4, 1)
    return texts.view(np.uint32).reshape(len(texts), width).astype(np.uint64)


def _equal(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Return the positions of equal numbers in two arrays, as two rows."""
    import pandas as pd

    near = np.flatnonzero(np.isin(other, one))
    left = pd.DataFrame({"sum": one, "unknown": np.arange(len(one))})
    right = pd.DataFrame({"sum": other[near], "known": near})
    both = left.merge(right, on="sum")
    return both[["unknown", "known"]].to_numpy(dtype=np.intp).T


def _none() -> Pairs:
    return Pairs(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp))
