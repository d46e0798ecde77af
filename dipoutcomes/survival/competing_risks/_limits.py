"""Pointwise limits of a cumulative incidence; private array kernels."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from dipoutcomes.survival._counts import Floats

#: What `limits=` takes, and what a report prints.
TITLES = {
    "log_log": "log(-log F)",
    "log_log_complement": "log(-log(1 - F))",
    "log": "log F",
    "plain": "plain",
}
#: Where nobody has had the event, and where everybody has.
AT_ZERO, AT_ONE = "exact binomial on those effectively followed", "beta product"


def wald_limits(value: Floats, error: Floats, kind: str, level: float) -> tuple[Floats, Floats]:
    """Return limits on one of four scales; nan where the incidence or its error gives none."""
    z = float(ndtri((1 + level) / 2))
    low, high = np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    usable = (value > 0) & (value < 1) & (error > 0)
    f, half = value[usable], z * error[usable]
    if kind == "plain":
        low[usable], high[usable] = f - half, f + half
    elif kind == "log":
        low[usable], high[usable] = f * np.exp(-half / f), f * np.exp(half / f)
    else:
        turned = kind == "log_log_complement"
        share = 1 - f if turned else f
        stretch = np.exp(half / (share * -np.log(share)))
        one, two = share**stretch, share ** (1 / stretch)
        low[usable], high[usable] = (1 - two, 1 - one) if turned else (one, two)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def effectively_followed(at_risk_after: Floats, at_risk: Floats, event_free: Floats,
                         before: Floats) -> Floats:  # fmt: skip
    """Return how many people an incidence of 0 rests on, a whole number at each time.

    Those still followed over the share event-free: the people at the start times the share who
    had not left (Kaplan-Meier, events before leavers). Competing events keep their person in it.
    """
    open_end = event_free > 0
    number = np.where(
        open_end,
        at_risk_after / np.where(open_end, event_free, 1.0),
        at_risk / np.where(before > 0, before, 1.0),
    )
    return np.floor(number + 1e-9)


def upper_limit_of_none(number: Floats, level: float) -> Floats:
    """Return the Clopper-Pearson upper limit of 0 among *number* people; 1 among nobody."""
    tail = (1 - level) / 2
    upper: Floats = 1 - tail ** (1 / np.maximum(number, 1.0))
    return np.where(number > 0, upper, 1.0)
