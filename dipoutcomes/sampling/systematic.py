"""Systematic samples: every so many people down an ordered list, from a random start."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.sampling.frame import NOT_KNOWN
from dipoutcomes.sampling.selection import Places, Selection, not_in

_ORDERED = (
    "The sample was spread evenly over people ordered by '{attribute}', which stratifies by it "
    "without naming strata: if the outcome goes with that order, the interval of a simple random "
    "sample is too long. No interval can be found without bias from one random start, and an "
    "order with a rhythm near the step of the draw would make every such interval too short."
)
_BY_PSEUDONYM = (
    "The list that the systematic sample steps through is in the order of the pseudonyms, which "
    "has nothing to do with the people, so the sample may be taken for a simple random one."
)


def order_of_frame(values: NDArray[np.object_] | None, frame_size: int) -> Places:
    """Return the places of a frame by an attribute, and by pseudonym among equals.

    Parameters
    ----------
    values : ndarray of str, shape (N,), or None
        The attribute, in the order of the pseudonyms; None for that order itself.
    frame_size : int

    Notes
    -----
    By number where every value that is known is one (so that 9 stands before 10), otherwise by
    letter; what is not known stands last.
    """
    if values is None:
        return np.arange(frame_size)
    # Missing values have been given a word of their own in the frame; only numbers pass here.
    numbers = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float)
    unknown = np.asarray(values == NOT_KNOWN, dtype=bool)
    if bool((np.isfinite(numbers) | unknown).all()):
        return np.argsort(np.where(unknown, np.inf, numbers), kind="stable")
    codes = pd.Series(np.where(unknown, "", values), dtype=object).rank(method="dense")
    return np.argsort(np.where(unknown, np.inf, codes.to_numpy(dtype=float)), kind="stable")


def select_systematic(
    frame_size: int, size: int, *, order: Places, attribute: str = "", rng: np.random.Generator
) -> Selection:
    """Return every ``frame_size / size``-th place of an ordered frame from a random start.

    Parameters
    ----------
    frame_size, size : int
        N and n.
    order : ndarray of int, shape (N,)
        The places in the order to step through.
    attribute : str, optional
        What the order goes by, for the note.
    rng : numpy.random.Generator

    Notes
    -----
    The step ``N / n`` need not be whole. With u uniform on [0, N/n), the places are ``floor(u + i
    N/n)``; they depend on the whole part r of ``n u`` alone, so that one whole number, uniform
    on 0 to N - 1, makes the draw in exact arithmetic: ``(r + i N) // n``. Everybody's chance is
    exactly n/N, but most pairs cannot be drawn together. The reserve is the rest of the frame in
    a random order: a replacement does not keep the even spread. Murthy, M. N. (1967). Sampling
    Theory and Methods, section 5.6; Cochran (1977), sections 8.1 and 8.3 (periodic order).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> select_systematic(10, 4, order=np.arange(10), rng=rng).sample
    array([1, 3, 6, 8])
    """
    start = int(rng.integers(frame_size))
    steps = np.arange(size, dtype=np.int64)
    sample = order[(start + steps * frame_size) // size]
    chance = np.full(size, size / frame_size)
    return Selection(
        sample=sample,
        reserve=rng.permutation(not_in(sample, frame_size)),
        chance=chance,
        weights=1 / chance,
        algorithm="systematic with a fractional step and one random start",
        notes=(_ORDERED.format(attribute=attribute) if attribute else _BY_PSEUDONYM,),
    )
