"""When each person became exposed, checked against their follow-up."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.survival._counts import Floats, Integers, check_follow_up

NEVER = np.inf


def check_exposure(
    durations: Any, observed: Any, exposure_time: Any, entry: Any = None
) -> tuple[Floats, Integers, Floats, Floats | None]:
    """Return time, event, exposure time (infinite if never) and entry; all faults at once.

    An exposure after the end of follow-up is one that was never seen while it mattered.
    """
    time, seen, start = check_follow_up(durations, observed, entry)
    when = np.asarray(exposure_time)
    if when.shape != (len(time),):
        raise ValueError(
            f"`exposure_time` needs one value a person (nan if never exposed): {len(time)}, found "
            f"{when.size}"
        )
    try:
        exposed_at = when.astype(float)
    except (TypeError, ValueError):
        raise TypeError("`exposure_time` must hold numbers, nan for the never exposed") from None
    if bad := int((exposed_at < 0).sum()):
        raise ValueError(
            f"`exposure_time` has {bad} negative values; an exposure before the start is one at 0"
        )
    exposed_at = np.where(np.isnan(exposed_at), NEVER, exposed_at)
    first = None if start is None else start.astype(float)
    return time.astype(float), seen, exposed_at, first
