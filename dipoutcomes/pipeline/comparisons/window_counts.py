"""What each person did in a window, as a comparison takes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.pipeline.observed import Mask, Observed

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WindowCounts:
    """Events and days at risk of each person in one window."""

    events: Ints
    days: Ints


def counts_in(seen: Observed, window: str, who: Mask, *, custody_out: bool) -> WindowCounts:
    """Return the events and the days at risk of the people in *who*."""
    found = seen.measures[window]
    days = found.ledger.days_at_liberty[who].astype(np.int64)
    if not custody_out:
        days = days + found.ledger.days_in_custody[who]
    return WindowCounts(events=found.events[who].astype(np.int64), days=days)


def followed(seen: Observed, *, custody_out: bool) -> Mask:
    """Return whose record is whole: found, nothing rejected, and custody known if it counts."""
    return np.asarray(seen.certain & ~(seen.custody_uncertain & custody_out))
