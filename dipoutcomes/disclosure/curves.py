"""Curves: coarse steps, for exact ones could be turned back into single people's dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from dipoutcomes._display import round_half_up
from dipoutcomes.disclosure.counts import is_small, why
from dipoutcomes.results import Curve


def protect_curve(curve: Curve, threshold: int) -> Curve:
    """Return *curve* in coarse steps of at least *threshold* events each, or withheld.

    Shares are rounded to whole percentage points and numbers at risk to multiples of the
    threshold, since the exact ones could be turned back into single people's dates.
    """
    keep, since = [0], 0
    for position, events in enumerate(curve.events):
        since += events
        if position and since >= threshold and curve.at_risk[position] - events >= threshold:
            keep.append(position)
            since = 0
    total, people = sum(curve.events), curve.n
    if (
        (len(keep) == 1 and total)
        or is_small(people, threshold)
        or is_small(people - total, threshold)
    ):
        return curve.withhold(why(threshold))
    return coarsened(curve, keep, threshold)


def coarsened(curve: Curve, keep: Sequence[int], threshold: int) -> Curve:
    """Return *curve* at the positions to *keep* alone, rounded; the first of them is 0."""
    merged = [sum(curve.events[: keep[0] + 1])]
    merged += [sum(curve.events[a + 1 : b + 1]) for a, b in pairwise(keep)]
    return replace(
        curve,
        time=tuple(curve.time[i] for i in keep),
        value=tuple(_whole_percent(curve.value[i]) for i in keep),
        low=tuple(_whole_percent(curve.low[i]) for i in keep),
        high=tuple(_whole_percent(curve.high[i]) for i in keep),
        at_risk=tuple(_to_multiple(curve.at_risk[i], threshold) for i in keep),
        events=tuple(_to_multiple(count, threshold) for count in merged),
        censored=tuple(0 for _ in keep),
        persons=None if curve.persons is None else _to_multiple(curve.persons, threshold),
        caveat=f"shown in steps of at least {threshold} events; counts rounded to {threshold}",
    )


def _whole_percent(share: float) -> float:
    return float(round_half_up(share, 2)) if share == share else share  # noqa: PLR0124 (nan)


def _to_multiple(count: int, base: int) -> int:
    return base * int(round_half_up(count / base))
