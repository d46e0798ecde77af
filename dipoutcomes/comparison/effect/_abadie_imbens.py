"""The variance of matching with replacement, with a known or an estimated score."""

from __future__ import annotations

import numpy as np

from dipoutcomes.comparison.effect._arms import Arms
from dipoutcomes.comparison.effect._people import Flags, Floats, Ints, People
from dipoutcomes.comparison.effect._spread import Spread, of_parts
from dipoutcomes.errors import DesignError

#: Neighbours in score of one's own group that say how much outcomes vary at a score.
NEIGHBOURS = 2
#: Neighbours in score that say how outcomes and columns move together at a score.
LOCAL = 6
CHUNK = 50_000


def pair_differences(arms: Arms, gradient: Floats) -> Spread:
    """Return the variance of the mean difference of pairs, as if no two pairs shared anybody."""
    gaps = _gaps(arms, gradient)
    n = len(gaps)
    return of_parts((gaps - gaps.mean()) / n, factor=n / (n - 1)) if n > 1 else of_parts(gaps)


def abadie_imbens(arms: Arms, gradient: Floats) -> Spread:
    """Return the variance of matching with replacement on a score taken as known."""
    people = arms.people
    treated, comparison = _pairs(people)
    matched = len(np.unique(treated))
    if people.score is None:
        raise DesignError("the Abadie-Imbens variance needs the score that people were matched on")
    share = 1 / np.bincount(treated, minlength=len(people.treated))[treated]
    times = np.bincount(comparison, weights=share, minlength=len(people.treated))
    squares = np.bincount(comparison, weights=share**2, minlength=len(people.treated))
    pseudo = _pseudo(arms, gradient)
    noise = _local_variance(pseudo, people.score, ~people.treated & arms.known)
    gaps = _gaps(arms, gradient)
    again = np.maximum(times**2 - squares, 0.0) * noise
    parts = np.concatenate([gaps - gaps.mean(), np.sqrt(again)]) / matched
    found = of_parts(parts)
    return Spread(found.variance, min(found.df, max(matched - 1.0, 1.0)))


def abadie_imbens_score(arms: Arms, gradient: Floats) -> Spread:
    """Return the same with the correction for estimating the score (2016, theorem 2)."""
    people = arms.people
    plain = abadie_imbens(arms, gradient)
    if not people.score_was_fitted:
        raise DesignError(
            "the score does not solve the likelihood equations of a logistic model in the design's "
            "columns, so its own error cannot be worked out. Give the columns of the model that "
            'made the score, or use variance="abadie_imbens".'
        )
    assert people.score is not None and people.columns is not None  # noqa: S101, PT018
    pseudo = _pseudo(arms, gradient)
    scale = np.maximum(np.abs(people.columns).max(axis=0), 1e-300)
    columns = people.columns / scale
    e = people.score
    slope = e * (1 - e)
    mean_1, together_1 = _local_covariance(pseudo, columns, e, people.treated & arms.known)
    mean_0, together_0 = _local_covariance(pseudo, columns, e, ~people.treated & arms.known)
    expected = (columns.T @ (slope * (mean_1 - mean_0))) / e.sum()
    moved_1 = (slope @ together_1) / e.sum()
    moved_0 = (slope @ together_0) / e.sum()
    odds_0 = ((slope * e / (1 - e)) @ together_0) / e.sum()
    inverse = np.linalg.pinv((columns.T * slope) @ columns, rcond=1e-12, hermitian=True)
    c = expected + moved_1 + odds_0
    d = expected + moved_1 - moved_0
    change = float(d @ inverse @ d - c @ inverse @ c)
    return Spread(max(plain.variance + change, 0.0), plain.df)


def _pairs(people: People) -> tuple[Ints, Ints]:
    if people.pairs is None or not len(people.pairs[0]):
        raise DesignError(
            "the design does not list who was matched with whom (weights and radius matching do "
            'not). Use variance="stacked" for weights from a score, or "sandwich".'
        )
    return people.pairs


def _pseudo(arms: Arms, gradient: Floats) -> Floats:
    """Return outcomes whose mean difference is the contrast, to first order.

    Of a comparison person it is what is taken off: the contrast is the mean over the treated less
    the matched mean over the others.
    """
    slope = np.where(arms.people.treated, gradient[0], -gradient[1])
    return np.asarray(arms.residual * slope, dtype=np.float64)


def _gaps(arms: Arms, gradient: Floats) -> Floats:
    """Return each matched treated person's pseudo-outcome less the mean of their matches."""
    treated, comparison = _pairs(arms.people)
    pseudo = _pseudo(arms, gradient)
    who, position = np.unique(treated, return_inverse=True)
    mean = np.bincount(position, weights=pseudo[comparison]) / np.bincount(position)
    return np.asarray(pseudo[who] - mean, dtype=np.float64)


def _local_variance(values: Floats, score: Floats, side: Flags) -> Floats:
    """Return J / (J + 1) (y - mean of the J nearest in score of the own group)^2."""
    rows = np.flatnonzero(side)
    rows = rows[np.argsort(score[rows], kind="stable")]
    n, near = len(rows), min(NEIGHBOURS, len(rows) - 1)
    result = np.zeros(len(values))
    if near < 1:
        return result
    steps = np.concatenate([np.arange(-near, 0), np.arange(1, near + 1)])
    places = np.arange(n)[:, None] + steps
    outside = (places < 0) | (places >= n)
    places = np.clip(places, 0, n - 1)
    away = np.abs(score[rows][places] - score[rows][:, None])
    away[outside] = np.inf
    chosen = np.take_along_axis(places, np.argsort(away, axis=1, kind="stable")[:, :near], axis=1)
    own = values[rows]
    result[rows] = near / (near + 1) * (own - own[chosen].mean(axis=1)) ** 2
    return result


def _local_covariance(
    values: Floats, columns: Floats, score: Floats, side: Flags
) -> tuple[Floats, Floats]:
    """Return the mean of *values*, and its covariance with *columns*, near each person's score.

    Over the `LOCAL` nearest people in score of the group *side*; shapes (n,) and (n, k).
    """
    rows = np.flatnonzero(side)
    rows = rows[np.argsort(score[rows], kind="stable")]
    size = min(LOCAL, len(rows))
    if size < 2:
        raise DesignError("a group of one person says nothing of how its outcomes vary")
    mean, together = np.empty(len(score)), np.empty((len(score), columns.shape[1]))
    for start in range(0, len(score), CHUNK):
        some = slice(start, min(start + CHUNK, len(score)))
        chosen = rows[_nearest(score[rows], score[some], size)]
        own = values[chosen]
        mean[some] = own.mean(axis=1)
        away = columns[chosen] - columns[chosen].mean(axis=1, keepdims=True)
        together[some] = np.einsum("ij,ijk->ik", own - mean[some, None], away) / (size - 1)
    return mean, together


def _nearest(ordered: Floats, places: Floats, size: int) -> Ints:
    """Return positions in *ordered* of the *size* values nearest to each of *places*."""
    at = np.searchsorted(ordered, places)
    window = at[:, None] + np.arange(-size, size)
    outside = (window < 0) | (window >= len(ordered))
    window = np.clip(window, 0, len(ordered) - 1)
    away = np.abs(ordered[window] - places[:, None])
    away[outside] = np.inf
    pick = np.argsort(away, axis=1, kind="stable")[:, :size]
    return np.asarray(np.take_along_axis(window, pick, axis=1), dtype=np.int64)
