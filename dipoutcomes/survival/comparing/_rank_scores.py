"""The log-rank score of each person under three rules for tied times."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._counts import Floats, Integers
from dipoutcomes.survival._log_rank import Weight, weights_at

#: The rules, and what a report prints.
TIES = {
    "mid_ranks": "mid-ranks",
    "hothorn_lausen": "Hothorn-Lausen",
    "average_scores": "average scores",
}


def log_rank_scores(time: NDArray[Any], seen: Integers, weight: Weight, ties: str) -> Floats:
    """Return the score of each person: events expected up to their time, less their own.

    A high score is a long time without the event. "mid_ranks" counts at risk all who are followed
    up to the time; "hothorn_lausen" only those followed beyond it and one more; "average_scores"
    breaks ties in every order and takes the mean.
    """
    _, place = np.unique(time, return_inverse=True)
    events: Floats = np.bincount(place, weights=seen).astype(float)
    people = np.bincount(place).astype(float)
    ahead = people[::-1].cumsum()[::-1]
    if ties == "average_scores":
        return _average(place, seen, events, ahead, weight)
    at_risk = ahead if ties == "mid_ranks" else ahead - people + 1
    w = weights_at(at_risk, events, weight)
    return np.asarray((w * events / at_risk).cumsum()[place] - seen * w[place])


def _average(place: Integers, seen: Integers, d: Floats, ahead: Floats, weight: Weight) -> Floats:
    """Return scores with the events of one time set one after the other, then averaged."""
    many = d.astype(np.int64)
    at = np.repeat(np.arange(len(d)), many)
    order = np.arange(len(at)) - np.repeat(many.cumsum() - many, many)
    n = ahead[at] - order
    w = weights_at(n, np.ones(len(at)), weight)
    expected = (w / n).cumsum()
    mean = np.bincount(at, weights=expected - w, minlength=len(d)) / np.maximum(many, 1)
    so_far = np.append(0.0, expected)[many.cumsum()]
    return np.asarray(np.where(seen == 1, mean[place], so_far[place]))
