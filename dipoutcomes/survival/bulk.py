"""Kaplan-Meier at one time for thousands of small cohorts at once, for simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.survival._counts import Floats, Integers
from dipoutcomes.survival._limits import EXACT, TITLES, wald_limits
from dipoutcomes.survival.curves import kaplan_meier

if TYPE_CHECKING:
    import pandas as pd

_EACH = ("value", "low", "high", "events", "at_risk")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BulkSurvival:
    """The Kaplan-Meier estimate of each cohort at one time.

    Parameters
    ----------
    value, low, high : ndarray, shape (cohorts,)
        Share who have not yet had the event, and its pointwise limits.
    events, at_risk : ndarray of int, shape (cohorts,)
        Events up to and at the time; people still followed after it.
    time : float
    confidence_level : float
    method : str
    """

    value: Floats
    low: Floats
    high: Floats
    events: Integers
    at_risk: Integers
    time: float
    confidence_level: float
    method: str

    def __len__(self) -> int:
        return len(self.value)

    def __str__(self) -> str:
        missing = int(np.isnan(self.low).sum())
        note = f"; no limits in {missing:,}" if missing else ""
        return (
            f"Kaplan-Meier of {len(self):,} cohorts at {self.time:g}: share without the event "
            f"{self.value.mean():.3f} on average, {self.value.min():.3f} to {self.value.max():.3f} "
            f"({_display.level(self.confidence_level)} limits: {self.method}{note})"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cohort."""
        import pandas as pd

        return pd.DataFrame({name: getattr(self, name) for name in _EACH})

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; those of the cohorts are lists."""
        return {name: getattr(self, name).tolist() for name in _EACH} | {
            "time": self.time,
            "confidence_level": self.confidence_level,
            "method": self.method,
        }


def survival_in_bulk(
    durations: Any,
    observed: Any,
    time: float,
    *,
    confidence_level: float = 0.95,
    limits: str = "log_log",
) -> BulkSurvival:
    """Return the Kaplan-Meier estimate at one time for every row of *durations*.

    Parameters
    ----------
    durations : array_like, shape (cohorts, people)
        Time to the first event or the end of follow-up, 0 or more.
    observed : array_like of bool, shape (cohorts, people)
        Whether the duration ends in the event.
    time : float
        Where the curves are read, the events of the time itself counted.
    confidence_level : float, default 0.95
    limits : {"log_log", "log", "plain", "logit", "arcsine"}
        As for `kaplan_meier`, whose beta product takes their place in cohorts where nobody or
        everybody had the event.

    Returns
    -------
    BulkSurvival
        The same numbers as `kaplan_meier` gives row by row; beyond the last follow-up of a cohort
        its last value stands.

    Raises
    ------
    ValueError
        If the arrays differ in shape, are not of two dimensions, or hold a negative or missing
        duration.

    Notes
    -----
    With events first among the people of one time, the product over single people
    :math:`(m - 1)/m`, with *m* still followed, telescopes to :math:`(n - d)/n` at a tied time, and
    Greenwood's sum of :math:`1/(m (m - 1))` to :math:`d/(n (n - d))`; so ties are exact.

    Examples
    --------
    >>> found = survival_in_bulk([[30, 60, 60, 90], [10, 20, 30, 400]], [[1, 1, 0, 1]] * 2, 60)
    >>> found.value
    array([0.5, 0.5])
    """
    check_choice("limits", limits, tuple(k for k in TITLES if k not in EXACT))
    level = check_confidence_level(confidence_level)
    days = np.asarray(durations, dtype=np.float64)
    seen = np.asarray(observed, dtype=bool)
    if days.ndim != 2 or days.shape != seen.shape or not days.shape[1]:
        raise ValueError("`durations` and `observed` must be of one shape (cohorts, people)")
    if not np.all(days >= 0):
        raise ValueError("`durations` must be 0 or more, and none may be missing")
    # A person censored after the time is at risk throughout; one number sorts events before
    # leavers of the same time, whatever the unit of time.
    order = np.lexsort((~seen, days), axis=1)
    days, seen = np.take_along_axis(days, order, 1), np.take_along_axis(seen, order, 1)
    people = days.shape[1]
    left = people - np.arange(people)  # still followed, this person included
    counted = seen & (days <= time)
    survival = np.where(counted, (left - 1) / left, 1.0).prod(axis=1)
    with np.errstate(divide="ignore"):
        variance = np.where(counted, 1 / (left * (left - 1.0)), 0.0).sum(axis=1)
    low, high = wald_limits(survival, variance, limits, level)
    for row in np.flatnonzero(np.isnan(low)):
        curve = kaplan_meier(
            durations=days[row], observed=seen[row], confidence_level=level, limits=limits
        )
        _, low[row], high[row] = curve.at(time)
    return BulkSurvival(
        value=survival,
        low=low,
        high=high,
        events=counted.sum(axis=1),
        at_risk=(days > time).sum(axis=1),
        time=float(time),
        confidence_level=level,
        method=f"{TITLES[limits]}, beta product where nobody or everybody had the event",
    )
