"""Samples in which a person's chance is in proportion to a size: exact chances, three ways."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.selection import Floats, Places, Selection, not_in

#: Tries at a sample of the right size; about 2.5 times the root of the size are needed.
MOST_TRIES = 100_000


def inclusion_probabilities(sizes: ArrayLike, size: int) -> Floats:
    """Return each one's chance in a sample in proportion to size, without replacement.

    Parameters
    ----------
    sizes : array_like of float, shape (N,)
        Finite and greater than 0.
    size : int
        n, from 1 to N.

    Returns
    -------
    ndarray of float, shape (N,)
        Adds up to n. Those whose share would be a chance above 1 have exactly 1, and the others
        share what is left, until no chance is above 1.

    Raises
    ------
    ValueError
        If a size is not finite or not above 0, or *size* is out of range.

    Notes
    -----
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. New York:
    Springer, section 3.6.

    Examples
    --------
    >>> inclusion_probabilities([1, 2, 3, 4], 2)
    array([0.2, 0.4, 0.6, 0.8])
    >>> inclusion_probabilities([1, 1, 8], 2)
    array([0.5, 0.5, 1. ])
    """
    x = np.asarray(sizes, dtype=float)
    if x.ndim != 1 or not np.all(np.isfinite(x)) or not (x > 0).all():
        raise ValueError("`sizes` must be a list of finite numbers greater than 0")
    n = check_count("size", size, minimum=1, maximum=len(x))
    # From the largest down: k are certain if the next one's share of the n - k left is below 1.
    order = np.argsort(-x, kind="stable")
    left = np.cumsum(x[order][::-1])[::-1]
    certain = (n - np.arange(len(x))) * x[order] >= left
    count = len(x) if bool(certain.all()) else int(np.argmin(certain))
    count = min(count, n)
    chance = np.ones(len(x))
    rest = order[count:]
    if len(rest):
        chance[rest] = (n - count) * (x[rest] / x[rest].sum())
    return np.minimum(chance, 1.0)


def select_sampford(chance: Floats, *, sizes: Floats, rng: np.random.Generator) -> Selection:
    """Return a sample of fixed size with exactly the chances asked for (Sampford).

    Parameters
    ----------
    chance : ndarray of float, shape (N,)
        As `inclusion_probabilities` gives them; those at 1 are taken.
    sizes : ndarray of float, shape (N,)
        For the reserve, which follows in an order drawn in proportion to them.
    rng : numpy.random.Generator

    Notes
    -----
    Sampford's design gives a set s the probability ``C (n - sum of its chances) prod(p / (1 -
    p))``. It is drawn exactly: one person with probability in proportion to p (1 - p), then the
    others each by themselves with their own p, kept when they are n - 1. That needs about ``2.5
    sqrt(n)`` tries, where Sampford's own rejection (a draw in proportion to p and n - 1 with
    replacement, kept when all differ) needs numbers that grow with every person. Pairs have
    known chances, all above 0: `sampford_joint_probabilities`.

    Sampford, M. R. (1967). Biometrika 54, 499-513. Hájek, J. (1981). Sampling from a Finite
    Population. New York: Dekker, chapters 7 and 8.

    Raises
    ------
    RuntimeError
        If no sample of the right size came up in very many tries, which does not happen.
    """
    certain = np.flatnonzero(chance >= 1)
    others = np.flatnonzero(chance < 1)
    p = chance[others]
    n = round(float(p.sum()))
    chosen = _sampford(p, n, rng) if n else np.empty(0, dtype=np.intp)
    # In a random order, so that the first k of them are no chosen few.
    sample = rng.permutation(np.concatenate([certain, others[chosen]]))
    return _selection(sample, chance, sizes, "Sampford, by conditional Poisson draws", rng)


def select_systematic_proportional(
    chance: Floats, *, sizes: Floats, order: Places, rng: np.random.Generator
) -> Selection:
    """Return a systematic sample with exactly the chances asked for.

    Parameters
    ----------
    chance, sizes, rng
        As for `select_sampford`.
    order : ndarray of int, shape (N,)
        The places in the order to step through.

    Notes
    -----
    The chances are laid end to end in the order of the list; a grid of step 1 from a random start
    on [0, 1) picks those whose piece it hits. Some pairs cannot be drawn together, so that no
    unbiased estimate of the variance exists. Madow, W. G. (1949). Annals of Mathematical
    Statistics 20, 333-354.
    """
    certain = order[chance[order] >= 1]
    listed = order[chance[order] < 1]
    n = round(float(chance[listed].sum()))
    ends = np.cumsum(chance[listed])
    picked = np.searchsorted(ends, rng.random() + np.arange(n), side="right")
    # Adding up may end a little below n: a grid point beyond the end is the last person's.
    if n:
        picked = np.minimum(picked, len(listed) - 1)
    sample = np.concatenate([certain, listed[picked]])
    return _selection(sample, chance, sizes, "systematic in proportion to size (Madow)", rng)


def select_proportional_with_replacement(
    sizes: Floats, size: int, *, rng: np.random.Generator
) -> Selection:
    """Return draws that are independent, each in proportion to size.

    Parameters
    ----------
    sizes : ndarray of float, shape (N,)
        Finite and greater than 0.
    size : int
        Draws.
    rng : numpy.random.Generator

    Notes
    -----
    With p the share of a person's size in all, the weight of each draw is ``1 / (n p)`` and the
    chance to be drawn at least once ``1 - (1 - p)^n``. Hansen, M. H. and Hurwitz, W. N. (1943).
    Annals of Mathematical Statistics 14, 333-362.
    """
    ends = np.cumsum(sizes)
    picked = np.searchsorted(ends, rng.random(size) * ends[-1], side="right")
    sample = np.minimum(picked, len(sizes) - 1).astype(np.intp)
    share = sizes[sample] / ends[-1]
    rest = not_in(sample, len(sizes))
    return Selection(
        sample=sample,
        reserve=rest[np.argsort(rng.standard_exponential(len(rest)) / sizes[rest])],
        chance=-np.expm1(size * np.log1p(-np.minimum(share, 1 - 1e-16))),
        weights=1 / (size * share),
        algorithm="independent draws in proportion to size",
    )


def sampford_joint_probabilities(chance: ArrayLike, members: ArrayLike | None = None) -> Floats:
    """Return the chance of each pair to be in one sample of Sampford's design.

    Parameters
    ----------
    chance : array_like of float, shape (N,)
        Everybody's chance, in (0, 1], adding up to a whole number.
    members : array_like of int, shape (m,), optional
        Rows of the pairs wanted, such as those of a sample; everybody by default.

    Returns
    -------
    ndarray of float, shape (m, m)
        The diagonal is *chance*.

    Raises
    ------
    ValueError
        If the chances do not add up to a whole number or lie outside (0, 1].
    DesignError
        If the frame is too large for the sums.

    Notes
    -----
    Sampford's design is that of independent draws given their number n, with the probability of
    each set multiplied by ``n`` less the sum of its chances. Both are coefficients of ``w^n`` in
    products of ``1 - p + p w``, found here as a discrete Fourier sum on the unit circle, exact but
    for rounding; the same as the sums of Sampford (1967), equation 3.

    Examples
    --------
    >>> sampford_joint_probabilities([0.5, 0.5, 1.0]).round(12)
    array([[0.5, 0. , 0.5],
           [0. , 0.5, 0.5],
           [0.5, 0.5, 1. ]])
    """
    p = np.asarray(chance, dtype=float)
    if p.ndim != 1 or not ((p > 0) & (p <= 1)).all() or abs(p.sum() - round(p.sum())) > 1e-6:
        raise ValueError("`chance` must lie in (0, 1] and add up to a whole number")
    rows = np.arange(len(p)) if members is None else np.asarray(members, dtype=np.intp)
    own = p[rows]
    # Whoever is certain is with everybody with the other's own chance.
    joint: Floats = np.minimum(own[:, None], own[None, :])
    random = np.flatnonzero(own < 1)
    if len(random) and p[p < 1].size > 1:
        joint[np.ix_(random, random)] = _pairs(p[p < 1], own[random])
    np.fill_diagonal(joint, own)
    return joint


def _pairs(p: Floats, wanted: Floats) -> Floats:
    """Return the chances of pairs of people with chances *wanted*, among people with *p* < 1."""
    n = round(float(p.sum()))
    # An odd number of points keeps clear of -1, where a factor with p = 1/2 vanishes. Numbers of
    # people far above n have no chance worth a digit, so as many points as N are not needed.
    points = min(len(p), n + 100) + 1
    points += 1 - points % 2
    if points * len(p) > 4e7:
        raise DesignError(
            f"the chances of pairs of {n:,} of {len(p):,} people are too much to work out; take "
            "an approximation of the variance that needs none"
        )
    w = np.exp(2j * np.pi * np.arange(points) / points)
    product, tilted = np.ones(points, dtype=complex), np.zeros(points, dtype=complex)
    for part in np.array_split(p, max(1, len(p) * points // 1_000_000)):
        factor = 1 - part[:, None] + part[:, None] * w
        product *= factor.prod(axis=0)
        tilted += (part[:, None] ** 2 * w / factor).sum(axis=0)
    weight = product * w ** (-n) / points
    factor = 1 - wanted[:, None] + wanted[:, None] * w
    alone = wanted[:, None] * w / factor
    lost = alone * (wanted[:, None] - wanted[:, None] * alone)
    both = (alone * (weight * (n - tilted))) @ alone.T
    cross = (lost * weight) @ alone.T
    total = (weight * (n - tilted)).sum().real
    return np.asarray(((both - cross - cross.T) / total).real.clip(0, 1), dtype=np.float64)


def _sampford(p: Floats, n: int, rng: np.random.Generator) -> Places:
    ends = np.cumsum(p * (1 - p))
    for _ in range(MOST_TRIES):
        first = min(int(np.searchsorted(ends, rng.random() * ends[-1], "right")), len(p) - 1)
        taken = rng.random(len(p)) < p
        taken[first] = False
        if int(np.count_nonzero(taken)) == n - 1:
            taken[first] = True
            return np.flatnonzero(taken)
    raise RuntimeError(f"no sample of {n} came up in {MOST_TRIES:,} tries")


def _selection(
    sample: Places, chance: Floats, sizes: Floats, algorithm: str, rng: np.random.Generator
) -> Selection:
    rest = not_in(sample, len(chance))
    # The smallest of exponential times with rates in proportion to size comes first.
    ahead: NDArray[np.intp] = np.argsort(rng.standard_exponential(len(rest)) / sizes[rest])
    # No count: these notes stand in every copy of a report.
    note = "Some people had so large a size that they are in every sample."
    return Selection(
        sample=sample,
        reserve=rest[ahead],
        chance=chance[sample],
        weights=1 / chance[sample],
        algorithm=algorithm,
        notes=(note,) if bool((chance >= 1).any()) else (),
    )
