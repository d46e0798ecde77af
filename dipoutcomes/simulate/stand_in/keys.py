"""New keys: nobody's, in the letter and digit pattern of the old ones where many share it."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DisclosureError
from dipoutcomes.simulate.stand_in.cells import text_of
from dipoutcomes.simulate.stand_in.marginals import people_by_code

#: The pattern of keys where no pattern is common: 9 a digit, A a capital, a a small letter.
OTHERWISE = "AA999999"
OTHERWISE_A_NUMBER = "99999999"
_ROOM = 8  # keys of a pattern are at most one in so many
_LONGEST = 40
_MADE_UP = "Made-up "
_ROUNDS = 30
_DIGITS, _CAPITALS, _SMALL = "0123456789", "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz"
_SLOTS = {"9": _DIGITS, "A": _CAPITALS, "a": _SMALL}
SHAPE = {
    **{ord(x): "9" for x in "0123456789"},
    **dict.fromkeys(range(ord("A"), ord("Z") + 1), "A"),
    **dict.fromkeys(range(ord("a"), ord("z") + 1), "a"),
}

Keys = NDArray[np.object_]


def comparable(cells: Collection[object]) -> list[str]:
    """Return cells as they are compared with one another: as text, without case."""
    if set(map(type, cells)) == {str}:  # millions of keys: without a call for each
        return [cell.strip().casefold() for cell in cells]  # type: ignore[attr-defined]
    return [text_of(cell).casefold() for cell in cells]


def common_patterns(
    labels: Sequence[object], code: NDArray[np.int64], person: NDArray[np.int64], *, fewest: int
) -> dict[str, float]:
    """Return the patterns that the keys of at least *fewest* people have, and their shares.

    Parameters
    ----------
    labels : sequence
        Distinct keys.
    code : ndarray of int64, shape (n,)
        The key of each row; -1 for none.
    person : ndarray of int64, shape (n,)
    """
    import pandas as pd

    texts = labels if set(map(type, labels)) == {str} else [text_of(label) for label in labels]
    shapes = [str(text).strip().translate(SHAPE) for text in texts]
    place, patterns = pd.factorize(np.array(shapes, dtype=object))
    of_row = np.append(place, -1)[code].astype(np.int64)
    people = people_by_code(of_row, person)
    keys = np.bincount(place, minlength=len(patterns))
    found = {
        str(patterns[i]): float(keys[i])
        for i in np.flatnonzero(people >= fewest)
        if len(str(patterns[i])) <= _LONGEST and set(str(patterns[i])) & set(_SLOTS)
    }
    found = {pattern: n for pattern, n in found.items() if pattern.isascii()}
    numbers = all(not isinstance(label, str) for label in labels)
    found = found or {OTHERWISE_A_NUMBER if numbers else OTHERWISE: 1.0}
    total = sum(found.values())
    return {pattern: n / total for pattern, n in found.items()}


def new_keys(
    n: int,
    patterns: dict[str, float],
    avoid: Set[str],
    *,
    rng: np.random.Generator,
) -> Keys:
    """Return *n* different keys in the shares of *patterns*, none of which is in *avoid*.

    Parameters
    ----------
    n : int
    patterns : dict of str to float
        From `common_patterns`. One that has too few keys is made longer by digits.
    avoid : set of str
        Keys that are somebody's, as `comparable` gives them.

    Raises
    ------
    DisclosureError
        If no such keys are found.
    """
    shares: dict[str, float] = {}
    for pattern, share in patterns.items():
        longer = _long_enough(pattern, n + len(avoid))
        shares[longer] = shares.get(longer, 0.0) + share
    counts = rng.multinomial(n, np.array(list(shares.values())) / sum(shares.values()))
    parts = [
        _of_pattern(wanted, pattern, avoid, rng=rng)
        for pattern, wanted in zip(shares, counts.tolist(), strict=True)
    ]
    keys = np.concatenate(parts) if parts else np.empty(0, dtype=object)
    return np.asarray(keys[rng.permutation(len(keys))], dtype=object)


def _of_pattern(n: int, pattern: str, avoid: Set[str], *, rng: np.random.Generator) -> Keys:
    found: dict[str, None] = {}
    for _ in range(_ROUNDS):
        short = n - len(found)
        if short <= 0:
            return np.array(list(found)[:n], dtype=object)
        fresh = _texts(short + short // 8 + 16, pattern, rng=rng).tolist()
        found.update(dict.fromkeys(key for key in fresh if key.casefold() not in avoid))
    raise DisclosureError(
        f"no {n:,} new keys could be made that are nobody's. Nothing was written; make fewer "
        "people with --people"
    )


def _texts(n: int, pattern: str, *, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return random texts of a pattern; the first digit of all-digit keys is not 0."""
    letters = np.empty((n, len(pattern)), dtype="U1")
    for place, sign in enumerate(pattern):
        choice = _SLOTS.get(sign)
        if choice is None:
            letters[:, place] = sign
            continue
        if place == 0 and choice is _DIGITS:
            choice = _DIGITS[1:]
        letters[:, place] = np.array(list(choice))[rng.integers(len(choice), size=n)]
    return letters.view(f"U{len(pattern)}").ravel().astype(object)


def _long_enough(pattern: str, n: int) -> str:
    room = float(np.prod([len(_SLOTS[sign]) - 1.0 for sign in pattern if sign in _SLOTS] or [1.0]))
    while room < _ROOM * n:
        pattern += "9"
        room *= 10
    return pattern


def made_up_words(n: int, avoid: Set[str], *, rng: np.random.Generator) -> Keys:
    """Return *n* different words that are plainly made up, for names, addresses and notes."""
    prefix = _MADE_UP.casefold()
    endings = {word.removeprefix(prefix) for word in avoid if word.startswith(prefix)}
    words = new_keys(n, {"aaaaaa": 1.0}, endings, rng=rng)
    return np.asarray(_MADE_UP + words, dtype=object)
