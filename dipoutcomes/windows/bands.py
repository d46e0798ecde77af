"""Disjoint bands must add up to the period that they divide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.windows.measure import WindowMeasures


def check_bands(measures: WindowMeasures, bands: Sequence[str], whole: str) -> None:
    """Refuse bands that overlap, leave a gap, or do not add up to the window *whole*.

    Parameters
    ----------
    measures : WindowMeasures
        Of the bands and of the whole, measured separately.
    bands : sequence of str
        Names of windows in the order of time: "0 to 3 months", "3 to 12", "12 and over".
    whole : str
        Name of the window that they divide.

    Raises
    ------
    DesignError
        With the count of persons for whom the bands overlap or leave a gap, do not begin and
        end with the whole, or whose events or days do not add up.

    Notes
    -----
    Events that must be proven within a waiting period need not add up: an offence in an early
    band may be proven too late for that band and in time for the whole. Compare bands of such
    outcomes by their days only, or do not compare them.
    """
    if not bands:
        raise ValueError("`bands` must name at least one window")
    parts, total = [measures[name] for name in bands], measures[whole]
    problems = []
    for (early, first), (late, second) in pairwise(zip(bands, parts, strict=True)):
        apart = int((first.ledger.closes != second.ledger.opens).sum())
        if apart:
            problems.append(
                f"'{late}' does not open on the day on which '{early}' closes: {apart} persons"
            )
    # What lies after the last day is nobody's: the last band may reach further than the whole.
    reach = [np.minimum(m.ledger.closes, measures.last_day + 1) for m in (parts[-1], total)]
    ends = (parts[0].ledger.opens != total.ledger.opens) | (reach[0] != reach[1])
    if ends.any():
        problems.append(f"the bands do not begin and end with '{whole}': {int(ends.sum())} persons")
    columns = [part.ledger.columns() | {"events": part.events} for part in parts]
    expected = total.ledger.columns() | {"events": total.events}
    for name in ("events", "days_after_exit", "days_in_custody", "days_at_liberty"):
        off = np.sum([c[name] for c in columns], axis=0) != expected[name]
        if off.any():
            problems.append(f"{name} do not add up to '{whole}': {int(off.sum())} persons")
    if problems:
        raise DesignError(
            "\n".join(
                [
                    f"the bands do not divide the window '{whole}':",
                    *(f"  {line}" for line in problems),
                    "Give each band the closing bound of the one before as its opening bound.",
                ]
            )
        )
