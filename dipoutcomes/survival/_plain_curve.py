"""A Kaplan-Meier curve read back as the counts it was made of."""

from __future__ import annotations

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.intervals.kaplan_meier._greenwood import greenwood
from dipoutcomes.intervals.kaplan_meier._steps import Steps, check_steps
from dipoutcomes.results import Curve
from dipoutcomes.survival._counts import Floats, Integers


def counts_of(curve: Curve) -> tuple[Floats, Integers, Integers, Integers]:
    """Return time, people at risk, events and leavers as arrays."""
    followed, died, left = (
        np.asarray(counts, dtype=np.int64)
        for counts in (curve.at_risk, curve.events, curve.censored)
    )
    return np.asarray(curve.time, dtype=float), followed, died, left


def plain_steps(curve: Curve) -> Steps:
    """Return the steps of a curve that holds all its people from the start, each counted once.

    Raises
    ------
    ValueError
        If people entered late, or the curve is weighted or of another kind.
    DesignError
        If its numbers are withheld.
    """
    if curve.withheld:
        raise DesignError("the curve is withheld: compute before disclosure control")
    time, followed, died, left = counts_of(curve)
    entered = followed[1:] - (followed - died - left)[:-1]
    if (late := int(entered.sum())) > 0:
        raise ValueError(
            f"{late:,} people enter this curve after time 0 (late entry); this needs everybody "
            "from the start. Read the pointwise limits of the curve itself, or leave the late ones "
            "out and say so"
        )
    steps = check_steps(time, followed, died, left)
    value, _ = greenwood(steps.died, steps.followed)
    if not np.allclose(value, curve.value, rtol=0, atol=1e-9):
        raise ValueError(
            "the curve is not the Kaplan-Meier curve of its counts (weighted, or of another kind); "
            "give a plain one, as `kaplan_meier` and `curves_by_group` make them"
        )
    return steps
