"""Each person against themselves: the fixed-effect Poisson likelihood and its error."""

from __future__ import annotations

from math import inf, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._models import LogEstimate

Floats = NDArray[np.float64]

Variance = Literal["leverage", "person", "person_corrected", "model"]


def conditional_poisson(
    before: Floats,
    time_before: Floats,
    after: Floats,
    time_after: Floats,
    *,
    variance: Variance = "leverage",
) -> LogEstimate:
    """Return the log ratio of the fixed-effect Poisson likelihood, with its error.

    Given a person's total y, their events after are binomial with probability
    r t1 / (t0 + r t1). The score is solved for log r. Its error is the sandwich over persons: the
    plain one ("person"), times n / (n - 1) ("person_corrected"), or with each score scaled up for
    its leverage as in HC3 and fewer degrees of freedom ("leverage"). "model" takes every event to
    be independent. Needs an event in each window.
    """
    from scipy.optimize import brentq

    total = before + after
    odds = time_after / time_before

    def score(value: float) -> float:
        return float((after - total * _share(odds, value)).sum())

    # The score falls in value; at these ends every share is 0 or 1 to machine precision.
    spread = 40 + abs(log(odds.max())) + abs(log(odds.min()))
    value = float(brentq(score, -spread, spread, xtol=1e-13))
    share = _share(odds, value)
    information = total * share * (1 - share)
    if variance == "model":
        return LogEstimate(value, float(information.sum() ** -0.5), inf)
    influence = (after - total * share) / information.sum()
    if variance == "leverage":
        leverage = np.minimum(information / information.sum(), 1 - 1e-9)
        # People without an event say nothing.
        error = LogEstimate.of(1.0, (influence / (1 - leverage))[total > 0])
        return LogEstimate(value, error.std_error, error.df)
    factor = len(total) / (len(total) - 1) if variance == "person_corrected" else 1.0
    return LogEstimate(value, float(np.sqrt(factor * (influence**2).sum())), inf)


def _share(odds: Floats, value: float) -> Floats:
    raised = odds * np.exp(value)
    return np.asarray(raised / (1 + raised), dtype=np.float64)
