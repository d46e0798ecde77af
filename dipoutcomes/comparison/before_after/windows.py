"""Several windows against one, and the index offence left out or counted: side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_choice, check_counts
from dipoutcomes.comparison.before_after.shares import (
    paired_share_odds_ratio,
    paired_share_ratio,
    paired_shares,
)
from dipoutcomes.comparison.rate_ratio import RatioMethod, rate_ratio_before_after
from dipoutcomes.errors import DesignError
from dipoutcomes.results import EstimateRow, EstimateTable

ShareMeasure = Literal["difference", "ratio", "odds_ratio"]
_SHARES = {
    "difference": (paired_shares, "Share with an event, less that in the window"),
    "ratio": (paired_share_ratio, "Share with an event, over that in the window"),
    "odds_ratio": (paired_share_odds_ratio, "Odds of an event, over those in the window"),
}


def rate_ratios_by_window(
    windows: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    reference: str = "before",
    method: RatioMethod = "person_robust",
    confidence_level: float = 0.95,
) -> EstimateTable:
    """Return the rate in each window over that in one of them, in the same people.

    Parameters
    ----------
    windows : mapping of str to (events, days at liberty)
        Arrays of shape (n,), people in the same order. People without days in a window or in the
        reference are left out of that comparison alone, as the caveat of its row says.
    reference : str, default "before"
    method, confidence_level
        As for `rate_ratio_before_after`.

    Returns
    -------
    EstimateTable
        One row a window, in the order given. Nested windows ("3+", "12+") share events, and
        their rows are not independent of each other.

    Raises
    ------
    DesignError, TypeError, ValueError
        As `rate_ratio_before_after`; *reference* must be one of the windows.

    Examples
    --------
    >>> table = rate_ratios_by_window({
    ...     "before": ([2, 3, 1, 4], [365] * 4), "during": ([1, 1, 0, 2], [180] * 4),
    ...     "3+ after": ([1, 2, 1, 2], [365] * 4)})
    >>> table.labels, round(table["3+ after"].value, 2)
    (('during', '3+ after'), 0.6)
    """
    others = _others(windows, reference)
    rows = [
        EstimateRow(
            label=name,
            estimate=rate_ratio_before_after(
                *windows[reference],
                *windows[name],
                method=method,
                measure=f"ratio of the rate to that {reference}",
                confidence_level=confidence_level,
            ),
        )
        for name in others
    ]
    return EstimateTable(
        name="rate_ratios_by_window",
        caption=f"Rate in each window over that in the window '{reference}', in the same people",
        rows=tuple(rows),
        heading="Window",
    )


def share_changes_by_window(
    windows: Mapping[str, ArrayLike],
    *,
    reference: str = "before",
    measure: ShareMeasure = "difference",
    confidence_level: float = 0.95,
) -> EstimateTable:
    """Return the share with an event in each window against that in one of them.

    Parameters
    ----------
    windows : mapping of str to array_like of bool
        Whether each of the same people had an event. All windows must be equally long and seen
        to their end by everybody; rates have no such need (`rate_ratios_by_window`).
    reference : str, default "before"
    measure : {"difference", "ratio", "odds_ratio"}
    confidence_level : float, default 0.95

    Returns
    -------
    EstimateTable

    Raises
    ------
    DesignError, TypeError, ValueError
        As `paired_shares`; *reference* must be one of the windows.

    Examples
    --------
    >>> table = share_changes_by_window({
    ...     "before": [True, True, True, False], "after": [True, False, False, False]})
    >>> print(table["after"].printed)
    -50.0 points
    """
    check_choice("measure", measure, tuple(_SHARES))
    compare, says = _SHARES[measure]
    rows = [
        EstimateRow(
            label=name,
            estimate=compare(windows[reference], windows[name], confidence_level=confidence_level),
        )
        for name in _others(windows, reference)
    ]
    return EstimateTable(
        name=f"share_changes_by_window_{measure}",
        caption=f"{says} '{reference}', in the same people",
        rows=tuple(rows),
        heading="Window",
    )


def before_after_both_ways(
    events_before: ArrayLike,
    days_before: ArrayLike,
    events_after: ArrayLike,
    days_after: ArrayLike,
    *,
    index_offences: ArrayLike = 1,
    method: RatioMethod = "person_robust",
    confidence_level: float = 0.95,
) -> EstimateTable:
    """Return the ratio with the index offence left out of the events before, and counted.

    Parameters
    ----------
    events_before, days_before, events_after, days_after, method, confidence_level
        As for `rate_ratio_before_after`; *events_before* without the index offence and without
        what shares its date or its day in court.
    index_offences : array_like of int, default 1
        Offences to add for each person.

    Returns
    -------
    EstimateTable
        Two rows, each with what no effect would do to it.

    Raises
    ------
    DesignError
        If no index offence is to be added for anybody.
    TypeError, ValueError
        As `rate_ratio_before_after`.

    Examples
    --------
    >>> both = before_after_both_ways([2, 0, 1, 3], [365] * 4, [1, 1, 1, 2], [365] * 4)
    >>> [f"{e.value:.2f}" for e in both.estimates]
    ['0.83', '0.50']
    """
    before = check_counts("events_before", np.atleast_1d(np.asarray(events_before)))
    added = check_counts("index_offences", index_offences)
    if added.shape not in {(), before.shape}:
        raise ValueError("`index_offences` must be one number, or have one for each person")
    added = np.broadcast_to(added, before.shape)
    if not added.any():
        raise DesignError("nobody has an index offence to count, so there is one way only")
    ways = {
        "index offence left out": (
            before,
            "no effect gives 1 for entry at an offence like any other, and a rise for entry at "
            "the first offence after a date",
        ),
        "index offence counted before": (
            before + added,
            "no effect gives a fall, as everybody has this offence before and nobody need have "
            "one after",
        ),
    }
    rows = []
    for label, (events, says) in ways.items():
        ratio = rate_ratio_before_after(
            events, days_before, events_after, days_after,
            method=method, confidence_level=confidence_level,
        )  # fmt: skip
        rows.append(
            EstimateRow(label=label, estimate=replace(ratio, caveat=f"{ratio.caveat}; {says}"))
        )
    return EstimateTable(
        name="before_after_both_ways",
        caption="Rate after over rate before, by whether the offence that brought people in counts",
        rows=tuple(rows),
        heading="Events before",
    )


def _others(windows: Mapping[str, object], reference: str) -> list[str]:
    check_choice("reference", reference, tuple(windows))
    others = [name for name in windows if name != reference]
    if not others:
        raise DesignError(f"'{reference}' is the only window; give another to compare with it")
    return others
