"""What a contract's measures count in the windows of a study: people, events, and their spread."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.protocol.model.contract import Measure
from dipoutcomes.windows import NO_DAY

Mask = NDArray[np.bool_]


def counted(measure: Measure, window: Any, base: Mask) -> dict[str, Any]:
    """Return people, events and their spread among those in the base."""
    events = window.events[base].astype(np.int64)
    found: dict[str, Any] = {"people": int(base.sum())}
    if measure.kind == "binary":
        return found | {"events": int((events > 0).sum())}
    if measure.kind == "time_to_first":
        days = days_free(window)[base]
        value = {"value": as_decimal(days.mean()), "how": f"mean of {len(days):,} people"}
        return found | value | {"standard_deviation": _spread(days)}
    found["events"] = int(events.sum())
    found["reoffenders"] = int((events > 0).sum())
    spread = events[events > 0] if measure.kind == "frequency_per_reoffender" else events
    return found | {"standard_deviation": _spread(spread)}


def counted_before(measure: Measure, after: Any, before: Any, base: Mask) -> dict[str, Any]:
    """Return what was counted before among the same people, and how the two go together."""
    found = counted(measure, before, base)
    if measure.kind in {"binary", "frequency_per_person", "time_to_first"}:
        of = {
            "binary": lambda w: w.events > 0,
            "frequency_per_person": lambda w: w.events,
            "time_to_first": days_free,
        }[measure.kind]
        values = [np.asarray(of(w)[base], dtype=float) for w in (after, before)]
        if min(v.std() for v in values) > 0:
            found["correlation"] = as_decimal(float(np.corrcoef(values)[0, 1]))
    return found


def counted_by_weight(
    measure: Measure, window: Any, base: Mask, weights: NDArray[np.float64]
) -> dict[str, Any]:
    """Return the weighted value of people who stand for others, with its standard error.

    Notes
    -----
    The value is a ratio of two weighted sums, sum(w y) / sum(w d), with y the person's outcome and
    d 1 for who is in its denominator; its error is linearised,
    sqrt(n / (n - 1) sum(w^2 (y - r d)^2)) / sum(w d). Where all weights are one, the counts
    themselves are returned.
    """
    w = weights[base]
    if np.ptp(w) <= 1e-12 * w.max():
        return counted(measure, window, base)
    events, n = window.events[base].astype(float), len(w)
    inside = np.ones(n)
    if measure.kind == "binary":
        value = (events > 0).astype(float)
    elif measure.kind == "time_to_first":
        value = days_free(window)[base]
    else:
        value = events
        if measure.kind == "frequency_per_reoffender":
            inside = (events > 0).astype(float)
    total = float((w * inside).sum())
    if not total:  # nobody reoffended, so events per reoffender are no number
        return counted(measure, window, base)
    ratio = float((w * value).sum()) / total
    # Assumes the weights are known: that they were estimated, and that matches resemble those they
    # stand for, is left out. For the people treated both would rather make the error smaller.
    error = float(np.sqrt(n / (n - 1) * ((w * (value - ratio * inside)) ** 2).sum())) / total
    return {
        "value": as_decimal(ratio),
        "standard_error": as_decimal(error),
        "how": f"weighted, of {n:,} matched people",
    }


def days_free(window: Any) -> NDArray[np.float64]:
    """Return days from the opening to the first event, or to the close where there is none."""
    ledger = window.ledger
    first = np.where(window.first_event_day == NO_DAY, ledger.closes, window.first_event_day)
    return np.asarray(np.minimum(first, ledger.closes) - ledger.opens, dtype=np.float64)


def _spread(values: NDArray[Any]) -> Decimal | None:
    return as_decimal(float(values.std(ddof=1))) if len(values) > 1 else None


def as_decimal(value: float) -> Decimal:
    """Return a number with nine decimals: what a file of counts can hold, and settles alike."""
    return Decimal(f"{value:.9f}")
