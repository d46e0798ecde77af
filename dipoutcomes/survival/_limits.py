"""Pointwise limits of a Kaplan-Meier curve; private array kernels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.intervals.kaplan_meier import _greenwood
from dipoutcomes.intervals.kaplan_meier._greenwood import SCALES
from dipoutcomes.survival._counts import Counts, Floats, Integers

#: What `kaplan_meier(limits=...)` takes, and what a report prints.
TITLES = {**SCALES, "likelihood_ratio": "likelihood ratio", "beta_product": "beta product"}
#: Those that need no variance, and so no other in their place.
EXACT = ("likelihood_ratio", "beta_product")


def greenwood(events: Integers, at_risk: Integers) -> tuple[Floats, Floats]:
    """Return the survival at each time and the sum d / (n (n - d)) up to it (inf once S = 0)."""
    return _greenwood.greenwood(events.astype(float), at_risk.astype(float))


def wald_limits(
    survival: Floats, variance_sum: Floats, kind: str, level: float
) -> tuple[Floats, Floats]:
    """Return Greenwood limits on one of the five scales; nan where S is 0 or 1."""
    return _greenwood.greenwood_limits(survival, variance_sum, kind, level)


def exact_limits(
    counts: Counts, where: NDArray[np.bool_], kind: str, level: float
) -> tuple[Floats, Floats]:
    """Return beta product or likelihood ratio limits at the times picked by *where*.

    Whoever leaves at the last time has been followed to its end, and the curve is not read beyond
    it: they count there. Where everybody is followed equally long, nobody would be left otherwise.
    """
    from dipoutcomes.intervals.kaplan_meier import survival_interval

    censored = counts.censored[:, 0].copy()
    censored[-1] = 0
    limits = survival_interval(
        counts.time,
        counts.at_risk[:, 0],
        counts.events[:, 0],
        censored,
        counts.time[where],
        method=kind,
        confidence_level=level,
    )
    return np.asarray(limits.low), np.asarray(limits.high)


#: Of a comparison: an error of 0 in one group is one that is not known, and limits or a p-value
#: that took it for 0 would claim too much.
ONE_WITHOUT_SPREAD = (
    "no spread was seen in one group before the horizon, so its error is unknown and there are no "
    "limits: show the two means, and compare the groups by a test of the whole follow-up"
)
