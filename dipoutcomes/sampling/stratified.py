"""Simple random and stratified samples, with and without replacement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.sampling.selection import Places, Selection, not_in

_NOBODY = (
    "Some strata have nobody in the sample, because there are more strata than people to draw: "
    "the sample says nothing of the people in them. Draw more, or make fewer strata.",
)


def select_in_strata(
    stratum: Places, drawn: NDArray[np.int64], *, rng: np.random.Generator
) -> Selection:
    """Return so many of each stratum, every set of that many equally likely.

    Parameters
    ----------
    stratum : ndarray of int, shape (N,)
        Of each place in the frame, from 0.
    drawn : ndarray of int, shape (h,)
        How many to draw from each stratum.
    rng : numpy.random.Generator

    Notes
    -----
    Each stratum is put in a random order, every order equally likely; the first are the sample
    and the rest the reserve. Cochran (1977), Sampling Techniques, sections 2.1 and 5.1.
    """
    sizes = np.bincount(stratum, minlength=len(drawn))
    orders = [rng.permutation(member) for member in _members(stratum, sizes)]
    sample = np.concatenate([o[:k] for o, k in zip(orders, drawn, strict=True)])
    reserve = np.concatenate([o[k:] for o, k in zip(orders, drawn, strict=True)])
    chance = (drawn / np.maximum(sizes, 1))[stratum[sample]]
    return Selection(
        sample=sample,
        reserve=reserve,
        chance=chance,
        weights=1 / chance,
        algorithm="random permutation of each stratum (of the whole frame without strata)",
        notes=_NOBODY if ((drawn == 0) & (sizes > 0)).any() else (),
    )


def select_in_strata_with_replacement(
    stratum: Places, drawn: NDArray[np.int64], *, rng: np.random.Generator
) -> Selection:
    """Return so many draws from each stratum, everybody in it equally likely at every draw.

    Parameters
    ----------
    stratum, drawn, rng
        As for `select_in_strata`; *drawn* may be more than there are.

    Notes
    -----
    Somebody may be drawn several times. The chance is that of being drawn at least once, ``1 -
    (1 - 1/N)^n``; the weight of each draw is ``N/n``. The reserve is whoever was never drawn, in
    a random order. Cochran (1977), section 2.2.
    """
    sizes = np.bincount(stratum, minlength=len(drawn))
    members = _members(stratum, sizes)
    sample = np.concatenate(
        [
            m[rng.integers(len(m), size=k)] if k else m[:0]
            for m, k in zip(members, drawn, strict=True)
        ]
    )
    rest = not_in(sample, len(stratum))
    left = rest[np.argsort(stratum[rest], kind="stable")]
    parts = np.split(left, np.cumsum(np.bincount(stratum[rest], minlength=len(drawn)))[:-1])
    weights = (sizes / np.maximum(drawn, 1))[stratum[sample]]
    never = (1 - 1 / np.maximum(sizes, 1)) ** drawn
    return Selection(
        sample=sample,
        reserve=np.concatenate([rng.permutation(part) for part in parts]),
        chance=(1 - never)[stratum[sample]],
        weights=weights,
        algorithm="independent uniform draws from each stratum (from the whole frame without)",
        notes=_NOBODY if ((drawn == 0) & (sizes > 0)).any() else (),
    )


def _members(stratum: Places, sizes: NDArray[np.intp]) -> list[Places]:
    return np.split(np.argsort(stratum, kind="stable"), np.cumsum(sizes)[:-1])
