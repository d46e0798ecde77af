"""An earlier window of the same people, which the entry did not choose, as the baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_count
from dipoutcomes.comparison.rate_ratio import rate_ratio_before_after
from dipoutcomes.comparison.regression_to_mean.entry import EntryMechanism, EntryRule, as_rule
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable

if TYPE_CHECKING:
    import pandas as pd

ASSUMES = (
    "entry did not choose the earlier window, so that there is no regression from it if rates at "
    "liberty are steady over both windows; a peak that builds up to entry, ageing and the times "
    "are not removed"
)


def earlier_window_ratio(
    events_earlier: ArrayLike,
    days_earlier: ArrayLike,
    events_after: ArrayLike,
    days_after: ArrayLike,
    *,
    days_from_window_to_entry: int,
    entry: EntryRule | EntryMechanism = "random_offence",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the rate after over that of an earlier window which the entry did not choose.

    Parameters
    ----------
    events_earlier, days_earlier, events_after, days_after : array_like, shape (n,)
        Events and days at liberty of each entrant, as for `rate_ratio_before_after`; the earlier
        window is 24 to 12 months before entry, say.
    days_from_window_to_entry : int
        From the end of the earlier window to the entry.
    entry : EntryRule or str, default "random_offence"
        How people came in; numbers of the rule are in days.
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "ratio", person-level; the caveat says what it rests on.

    Raises
    ------
    DesignError
        If what let people in reaches back into the earlier window, or may do so.
    TypeError, ValueError
        As `rate_ratio_before_after`.

    Notes
    -----
    With a rate of one's own that is steady, events of separate windows are independent given the
    rate. Entry at an offence finds people in proportion to it, so that *both* windows have the
    size-biased mean m (1 + 1/k) and their ratio is 1 under no effect: no m or k is needed. The
    same holds for entry at a first offence if the opening date, and for entry by a count if the
    period judged, lies after the earlier window.

    With active and quiet spells people are active at entry, and a window near it holds more than
    one far from it, on either side alike: the ratio is 1 under no effect only for windows equally
    far from entry (24 to 12 months before against 12 to 24 after). A nearer window after makes it
    too high, which hides an effect; a farther one too low, which feigns one. People who did not
    offend, or were children, in the earlier window for reasons that have passed make it too high.

    Examples
    --------
    >>> ratio = earlier_window_ratio(
    ...     [2, 1, 3, 0] * 10, [365] * 40, [1, 1, 2, 0] * 10, [365] * 40,
    ...     days_from_window_to_entry=365)
    >>> print(f"{ratio.value:.2f}")
    0.67
    """
    rule = as_rule(entry)
    gap = check_count("days_from_window_to_entry", days_from_window_to_entry)
    reach = {
        "first_offence": ("accrual_time", "the opening date may lie as far back as"),
        "recent_count": ("count_time", "people were judged by offences as far back as"),
    }
    if rule.by in reach:
        name, says = reach[rule.by]
        if getattr(rule, name) is None:
            raise DesignError(
                f"whether entry chose the earlier window depends on `{name}`: give "
                f"EntryRule(by='{rule.by}', {name}=..., ...) in days"
            )
        if getattr(rule, name) > gap:
            raise DesignError(
                f"{says} {getattr(rule, name):g} days before entry, and the earlier window ends "
                f"{gap} days before it: entry has chosen part of it. Take a window further back."
            )
    ratio = rate_ratio_before_after(
        events_earlier,
        days_earlier,
        events_after,
        days_after,
        measure="ratio of the rate after to that of an earlier window",
        confidence_level=confidence_level,
    )
    others = [part for part in ratio.caveat.split("; ")[1:] if part]
    return replace(ratio, caveat="; ".join([ASSUMES, *others]))


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierWindowCheck:
    """Three windows of the same people against each other.

    Parameters
    ----------
    after_over_earlier, before_over_earlier, after_over_before : Estimate
        Ratios of the rates.
    """

    after_over_earlier: Estimate
    before_over_earlier: Estimate
    after_over_before: Estimate

    def __str__(self) -> str:
        peak, left = self.before_over_earlier, self.after_over_earlier
        return (
            f"Just before entry the rate was {peak.printed} times that of the earlier window "
            f"({peak.printed_interval}), afterwards {left.printed} times "
            f"({left.printed_interval}): "
            f"{self.reading}"
        )

    @property
    def reading(self) -> str:
        """What the two ratios to the earlier window say together."""
        peak, left = self.before_over_earlier.interval, self.after_over_earlier.interval
        if peak.low > 1 and left.low <= 1 <= left.high:
            return "a peak before entry, and afterwards no sign of less than there was earlier"
        if left.high < 1:
            return (
                "less afterwards than there was earlier, which a peak at entry does not explain if "
                "both windows are as far from it; ageing or the times may"
            )
        if left.low > 1:
            return "more afterwards than there was earlier, though perhaps less than at the peak"
        return "the windows do not differ by more than chance allows"

    def estimates(self) -> EstimateTable:
        """Return the three ratios as a table."""
        rows = (
            ("after over before", self.after_over_before),
            ("before over earlier", self.before_over_earlier),
            ("after over earlier", self.after_over_earlier),
        )
        return EstimateTable(
            name="earlier_window",
            caption="Rates of three windows of the same people against each other",
            rows=tuple(EstimateRow(label=label, estimate=e) for label, e in rows),
            notes=(f"{self.reading[:1].upper()}{self.reading[1:]}.",),
            heading="Windows",
        )

    def _repr_html_(self) -> str:
        return self.estimates()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a ratio."""
        return self.estimates().to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "after_over_earlier": self.after_over_earlier.to_dict(),
            "before_over_earlier": self.before_over_earlier.to_dict(),
            "after_over_before": self.after_over_before.to_dict(),
        }


def earlier_window_check(
    earlier: tuple[ArrayLike, ArrayLike],
    before: tuple[ArrayLike, ArrayLike],
    after: tuple[ArrayLike, ArrayLike],
    *,
    days_from_window_to_entry: int,
    entry: EntryRule | EntryMechanism = "random_offence",
    confidence_level: float = 0.95,
) -> EarlierWindowCheck:
    """Return the rates just before entry, afterwards and in an earlier window, set in pairs.

    Parameters
    ----------
    earlier, before, after : (events, days at liberty), each array_like of shape (n,)
        Of the same people in the same order. People without days at liberty in any of the three
        are left out of all.
    days_from_window_to_entry, entry, confidence_level
        As for `earlier_window_ratio`, which says when the earlier window is a fair baseline.

    Returns
    -------
    EarlierWindowCheck
        Regression to the mean shows as a peak before entry that is gone afterwards: "before over
        earlier" above 1 and "after over earlier" about 1.

    Raises
    ------
    DesignError, TypeError, ValueError
        As `earlier_window_ratio`.

    Examples
    --------
    >>> year = [365] * 40
    >>> print(earlier_window_check(([1, 0, 2, 1] * 10, year), ([3, 1, 4, 2] * 10, year),
    ...     ([1, 1, 2, 0] * 10, year), days_from_window_to_entry=365))
    Just before entry the rate was 2.50 times that of the earlier window ...
    """
    windows = [
        tuple(np.atleast_1d(np.asarray(part)) for part in window)
        for window in (earlier, before, after)
    ]
    if len({part.shape for window in windows for part in window}) != 1:
        raise ValueError("the three windows must have one element for each person")
    seen = np.all([days > 0 for _, days in windows], axis=0)
    if not seen.any():
        raise DesignError(f"no person of {len(seen)} has a day at liberty in all three windows")
    first, second, third = ((events[seen], days[seen]) for events, days in windows)
    return EarlierWindowCheck(
        after_over_earlier=earlier_window_ratio(
            *first,
            *third,
            days_from_window_to_entry=days_from_window_to_entry,
            entry=entry,
            confidence_level=confidence_level,
        ),
        before_over_earlier=rate_ratio_before_after(
            *first,
            *second,
            measure="ratio of the rate before entry to that of an earlier window",
            confidence_level=confidence_level,
        ),
        after_over_before=rate_ratio_before_after(
            *second, *third, confidence_level=confidence_level
        ),
    )
