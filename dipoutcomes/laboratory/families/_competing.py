"""First event of two kinds, followed in whole days; a small exact Aalen-Johansen estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from dipoutcomes.laboratory.answers import NAN, Answer
from dipoutcomes.laboratory.families._cohorts import AT, LONGEST, SHORTEST
from dipoutcomes.laboratory.trial import Scenario
from dipoutcomes.survival import kaplan_meier

#: Hazards a day of an arrest and of what makes one impossible.
ARREST, OTHER = 0.0014, 0.0012

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Competing:
    """Whole days of follow-up and what ends it (1 arrest, 2 the other, 0 neither)."""

    days: Integers
    cause: Integers


def competing() -> Scenario:
    """Return people who are arrested, or of whom death or long custody comes first."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> Competing:
        shape = (replications, n)
        event = np.ceil(rng.exponential(1 / (ARREST + OTHER), shape))
        kind = np.where(rng.random(shape) < ARREST / (ARREST + OTHER), 1, 2)
        end = rng.integers(SHORTEST, LONGEST + 1, shape)
        days = np.minimum(event, end).astype(np.int64)
        return Competing(days, np.where(event <= end, kind, 0))

    return Scenario(
        name="death or long custody may come first",
        says=f"n people, {ARREST * 1000:g} arrests in a thousand person-days, and death or long "
        f"custody at {OTHER * 1000:g} in a thousand, each followed for {SHORTEST} to {LONGEST} "
        "whole days",
        draw=draw,
    )


def share_seen_by(day: int = AT) -> float:
    """Return the true share arrested by a whole day, the other event permitting."""
    both = ARREST + OTHER
    return float(ARREST / both * -np.expm1(-both * day))


def one_less_kaplan_meier(days: Integers, cause: Integers) -> Answer:
    """Return what is often printed: one less the curve, with the other event as a leaver."""
    value, low, high = kaplan_meier(days, cause == 1).at(AT)
    return 1 - value, 1 - high, 1 - low, NAN


def aalen_johansen(days: Integers, cause: Integers, *, level: float = 0.95) -> Answer:
    """Return the cumulative incidence at a year with limits on the log-log scale.

    Marubini, E. and Valsecchi, M. G. (1995). Analysing Survival Data from Clinical Trials and
    Observational Studies. Chichester: Wiley, section 10.4 (the variance, ties kept).
    """
    length = LONGEST + 1
    seen = np.bincount(days[cause == 1], minlength=length)[: AT + 1].astype(float)
    ended = np.bincount(days[cause > 0], minlength=length)[: AT + 1].astype(float)
    gone = np.bincount(days, minlength=length)[: AT + 1]
    at_risk = len(days) - np.append(0, gone.cumsum()[:-1])
    busy = ended > 0
    d_1, d, n = seen[busy], ended[busy], at_risk[busy].astype(float)
    left = np.append(1.0, np.cumprod(1 - d / n)[:-1])  # free of either just before each day
    so_far = np.cumsum(left * d_1 / n)
    share = float(so_far[-1]) if len(so_far) else 0.0
    if not 0 < share < 1:
        return share, NAN, NAN, NAN
    ahead = share - so_far
    spread = np.where(n > d, d / np.where(n > d, n * (n - d), 1.0), 0.0)
    variance = (
        (ahead**2 * spread).sum()
        + (left**2 * d_1 * (n - d_1) / n**3).sum()
        - 2 * (ahead * left * d_1 / n**2).sum()
    )
    width = float(ndtri((1 + level) / 2)) * np.sqrt(variance) / (share * np.log(share))
    low, high = sorted((share ** np.exp(-width), share ** np.exp(width)))
    return share, float(low), float(high), NAN
