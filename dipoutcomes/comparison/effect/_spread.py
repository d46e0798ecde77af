"""How uncertain a contrast of the two means is: fixed weights, sets, and an estimated score.

Every function takes the arms and the gradient (treated, comparison) of the contrast with respect
to the two means, and returns its variance with the degrees of freedom of Student's t.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from dipoutcomes.comparison.effect._arms import Arms
from dipoutcomes.comparison.effect._people import Floats
from dipoutcomes.comparison.weighting.sample_size import effective_sample_size
from dipoutcomes.errors import DesignError


@dataclass(frozen=True, slots=True)
class Spread:
    """A variance and the degrees of freedom it is worth."""

    variance: float
    df: float


def of_parts(parts: Floats, *, factor: float = 1.0) -> Spread:
    """Return the sum of squared *parts* with Satterthwaite's degrees of freedom.

    2 / ((kurtosis - 3) / n + 2 / (n - 1)), n the units with a part: where few people carry most
    of the spread, it is itself poorly known.
    """
    parts = parts[parts != 0]
    n, squares = len(parts), float((parts**2).sum())
    if n < 2:
        return Spread(inf, 1.0)
    kurtosis = n * float(((parts / np.sqrt(squares)) ** 4).sum())
    df = 2 * n / (kurtosis - 1 + 2 / (n - 1))
    return Spread(factor * squares, min(max(df, 1.0), n - 1.0))


def welch(arms: Arms, gradient: Floats) -> Spread:
    """Return the weighted Welch variance: each group's variance over its effective size."""
    people, parts = arms.people, []
    residual = arms.residual
    for side, slope in zip((people.treated, ~people.treated), gradient, strict=True):
        w = people.weights[side]
        worth = effective_sample_size(w)
        if worth <= 1:
            return Spread(inf, 1.0)
        variance = float(w @ residual[side] ** 2 / w.sum()) * worth / (worth - 1)
        parts.append((slope**2 * variance / worth, worth - 1))
    total = sum(v for v, _ in parts)
    if total == 0:
        return Spread(0.0, sum(df for _, df in parts))
    return Spread(total, total**2 / sum(v**2 / df for v, df in parts))


def sandwich_hc0(arms: Arms, gradient: Floats) -> Spread:
    """Return White's variance of a weighted regression on treatment, weights fixed."""
    return of_parts(arms.influence @ gradient)


def sandwich_hc1(arms: Arms, gradient: Floats) -> Spread:
    """Return White's variance times n / (n - 2)."""
    n = sum(arms.people.used)
    return of_parts(arms.influence @ gradient, factor=n / (n - 2) if n > 2 else inf)


def sandwich(arms: Arms, gradient: Floats) -> Spread:
    """Return the HC3 form: each residual over one less the share of its group's weight."""
    alone = arms.influence / np.maximum(1 - own_share(arms), 1e-9)[:, None]
    return of_parts(alone @ gradient)


def stacked(arms: Arms, gradient: Floats) -> Spread:
    """Return the variance that allows for the step that made the weights."""
    influence, _ = _stacked_influence(arms)
    return of_parts(influence @ gradient)


def stacked_leverage(arms: Arms, gradient: Floats) -> Spread:
    """Return the same with each part over one less the person's pull on means and weights."""
    influence, leverage = _stacked_influence(arms)
    return of_parts(without_own_pull(influence, leverage) @ gradient)


def without_own_pull(influence: Floats, leverage: Floats) -> Floats:
    """Return *influence* over one less *leverage*, as in HC3; no part grows more than tenfold."""
    return np.asarray(influence / (1 - np.minimum(leverage, 0.9))[:, None], dtype=np.float64)


def _stacked_influence(arms: Arms) -> tuple[Floats, Floats]:
    people = arms.people
    if people.weighting == "entropy":
        return _entropy_influence(arms)
    if people.weighting != "score":
        raise DesignError(
            "the stacked variance is for weights made from a score or by entropy balancing; this "
            'design has other weights. Use variance="set_clustered" for matching without '
            'replacement, "abadie_imbens_score" with it, or "sandwich".'
        )
    if not people.score_was_fitted:
        raise DesignError(
            "the score does not solve the likelihood equations of a logistic model in the design's "
            "columns, so its own error cannot be worked out. Give the columns of the model that "
            'made the score, or use variance="sandwich".'
        )
    return _score_influence(arms)


def own_share(arms: Arms) -> Floats:
    """Return each person's share of their group's weighted time."""
    mass = arms.people.weights * arms.time
    return np.asarray(mass / np.where(arms.people.treated, *arms.sums), dtype=np.float64)


def weight_slopes(arms: Arms) -> Floats:
    """Return the slope of each person's weight with respect to the log odds of their score."""
    people = arms.people
    assert people.score is not None  # noqa: S101
    e, t = people.score, people.treated
    odds = e / (1 - e)
    slope = {
        "ATT": np.where(t, 0.0, odds),
        "ATC": np.where(t, -1 / odds, 0.0),
        "ATE": np.where(t, -1 / odds, odds),
        "ATO": np.where(t, -1.0, 1.0) * e * (1 - e),
    }[people.estimand]
    # Stabilised weights are a multiple within each group; trimming is taken as fixed.
    plain = {
        "ATT": np.where(t, 1.0, odds),
        "ATC": np.where(t, 1 / odds, 1.0),
        "ATE": np.where(t, 1 / e, 1 / (1 - e)),
        "ATO": np.where(t, 1 - e, e),
    }[people.estimand]
    return np.asarray(slope * people.weights / plain, dtype=np.float64)


def _score_influence(arms: Arms) -> tuple[Floats, Floats]:
    people = arms.people
    assert people.columns is not None  # noqa: S101
    t = people.treated
    bend = weight_slopes(arms) * arms.residual
    slopes = np.column_stack(
        [people.columns[side].T @ bend[side] / people.weights[side].sum() for side in (t, ~t)]
    )
    parts, leverage = people.score_influence()
    return arms.influence + parts @ slopes, own_share(arms) + leverage


def _entropy_influence(arms: Arms) -> tuple[Floats, Floats]:
    """Return the influence with what the balanced columns explain taken out, and leverages.

    A weighted group answers for the part of the outcome that its columns do not explain; the
    explained part moves with the target's means, hence with the people who set the target.
    """
    people = arms.people
    assert people.columns is not None  # noqa: S101
    t, columns = people.treated, people.columns[:, 1:]
    whose = {"ATT": t, "ATC": ~t}.get(people.estimand, np.ones_like(t))
    target = columns[whose].mean(axis=0)
    residual, parts, leverage = arms.residual, [], own_share(arms)
    for side, own in ((t, "ATT"), (~t, "ATC")):
        w = np.where(side, people.weights, 0.0)
        if people.estimand == own:  # this group is the target: its mean is plain
            parts.append(w * residual / w.sum())
            continue
        away = columns - target
        curvature = (away.T * w) @ away
        reach = away @ np.linalg.pinv(curvature, rcond=1e-12, hermitian=True)
        explained = reach @ (away.T @ (w * residual))
        leverage = leverage + w * np.einsum("ij,ij->i", reach, away)
        parts.append(w * (residual - explained) / w.sum() + whose * explained / whose.sum())
    return np.column_stack(parts), leverage


def set_clustered(arms: Arms, gradient: Floats) -> Spread:
    """Return the variance clustered by matched set, times G / (G - 1)."""
    return _clustered(arms, gradient, small_sample=False)


def set_clustered_hc1(arms: Arms, gradient: Floats) -> Spread:
    """Return the variance clustered by matched set, times G / (G - 1) and (n - 1) / (n - 2)."""
    return _clustered(arms, gradient, small_sample=True)


def _clustered(arms: Arms, gradient: Floats, *, small_sample: bool) -> Spread:
    people = arms.people
    if people.matched_set is None:
        raise DesignError(
            "the design has no matched sets: people were weighted, or matched with replacement. "
            'Use variance="stacked" for weights and "abadie_imbens" for matching with replacement.'
        )
    used = people.weights > 0
    parts = (arms.influence @ gradient)[used]
    sets = people.matched_set[used]
    if np.any(sets < 0):
        raise DesignError("some people with weight stand in no matched set")
    sums = np.bincount(np.unique(sets, return_inverse=True)[1], weights=parts).astype(np.float64)
    groups, n = len(sums), int(used.sum())
    if groups < 2:
        return Spread(inf, 1.0)
    factor = groups / (groups - 1)
    if small_sample:
        factor *= (n - 1) / (n - 2)
    return of_parts(sums, factor=factor)
