"""Whether those with more contact changed more, and what that does not show."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level
from dipoutcomes.comparison._paired_counts import PairedCounts
from dipoutcomes.comparison.rate_ratio import rate_ratio_before_after
from dipoutcomes.errors import DesignError
from dipoutcomes.results import EstimateRow, EstimateTable, Interval

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

CAUTION = (
    "more contact goes with less offending also where contact does nothing: who stops offending "
    "stays at liberty and keeps appointments. No trend, or one the other way, is what regression "
    "to the mean alone would give, or what working most with those at most risk would"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseResponse:
    """Change by level of contact, and a test of a trend.

    Parameters
    ----------
    by_level : EstimateTable
        Rate after over rate before at each level, in their order.
    ratio_per_level : float
        Factor by which that ratio changes from one level to the next.
    interval : Interval
    p_value : float
        Of no trend.
    persons, informative : int
        All people, and those with an event in either window.
    """

    by_level: EstimateTable
    ratio_per_level: float
    interval: Interval
    p_value: float
    persons: int
    informative: int

    def __str__(self) -> str:
        level = _display.level(self.interval.confidence_level)
        p = _display.p_value(self.p_value)
        return (
            f"From each level of contact to the next the before-after ratio changes by a factor of "
            f"{self.ratio_per_level:.2f} ({level} CI {self.interval.low:.2f} to "
            f"{self.interval.high:.2f}; p {p if p.startswith('less') else '= ' + p}; "
            f"{self.persons:,} people) [{CAUTION}]"
        )

    def _repr_html_(self) -> str:
        return self.by_level._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a level."""
        return self.by_level.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "by_level": self.by_level.to_dict(),
            "ratio_per_level": self.ratio_per_level,
            "interval": self.interval.to_dict(),
            "p_value": self.p_value,
            "persons": self.persons,
            "informative": self.informative,
        }


def dose_response_check(
    events_before: ArrayLike,
    days_before: ArrayLike,
    events_after: ArrayLike,
    days_after: ArrayLike,
    *,
    contact: ArrayLike,
    level_names: tuple[str, ...] | None = None,
    confidence_level: float = 0.95,
) -> DoseResponse:
    """Return the before-after ratio at each level of contact, and its trend over the levels.

    Parameters
    ----------
    events_before, days_before, events_after, days_after : array_like, shape (n,)
        As for `rate_ratio_before_after`.
    contact : array_like of int, shape (n,)
        Level of each person: 0 for no further contact, 1 for some, ... Levels must be settled
        before the window after opens; otherwise their own outcome decides who reached them.
    level_names : tuple of str, optional
        Names of the levels present, lowest first.
    confidence_level : float, default 0.95

    Returns
    -------
    DoseResponse

    Raises
    ------
    DesignError
        With fewer than two levels, or a trend that has no estimate.
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    The trend is a fixed-effect Poisson likelihood: given their total y, a person's events after
    are binomial with log odds log(t1 / t0) + a + b level. What is steady in a person cancels. The
    error is the sandwich over people with each score scaled up for its leverage. Regression to
    the mean need not be the same at every level: where those with more contact came in from a
    higher peak, it makes a trend by itself.

    Examples
    --------
    >>> trend = dose_response_check(
    ...     [3, 2, 4, 1, 3, 2] * 10, [365] * 60, [3, 1, 3, 1, 1, 0] * 10, [365] * 60,
    ...     contact=[0, 0, 1, 1, 2, 2] * 10)
    >>> trend.ratio_per_level < 1
    True
    """
    level = check_confidence_level(confidence_level)
    data = PairedCounts.of(events_before, days_before, events_after, days_after)
    steps = np.atleast_1d(np.asarray(contact))
    if steps.shape != data.kept.shape:
        raise ValueError("`contact` must have one element for each person")
    if not np.issubdtype(steps.dtype, np.integer):
        raise TypeError(f"`contact` must hold whole numbers, not {steps.dtype}")
    steps = steps[data.kept]
    present = np.unique(steps)
    if len(present) < 2:
        raise DesignError(f"{len(present)} level of contact was seen; a trend needs two")
    names = tuple(f"level {step}" for step in present) if level_names is None else level_names
    if len(names) != len(present):
        raise ValueError(f"`level_names` must have {len(present)} names, one a level seen")
    value, error = _trend(data, steps.astype(np.float64))
    from scipy.special import ndtr, ndtri

    half = float(ndtri((1 + level) / 2)) * error
    rows = []
    for step, name in zip(present, names, strict=True):
        own = steps == step
        rows.append(EstimateRow(label=name, estimate=_ratio_of(data, own, level)))
    return DoseResponse(
        by_level=EstimateTable(
            name="dose_response",
            caption="Rate after over rate before, by level of contact",
            rows=tuple(rows),
            notes=(f"{CAUTION[:1].upper()}{CAUTION[1:]}.",),
            heading="Contact",
        ),
        ratio_per_level=exp(value),
        interval=Interval(
            _exp(value - half), _exp(value + half), level, "conditional Poisson, person-level"
        ),
        p_value=float(2 * ndtr(-abs(value) / error)) if error > 0 else nan,
        persons=len(steps),
        informative=int((data.before + data.after > 0).sum()),
    )


def _ratio_of(data: PairedCounts, own: NDArray[np.bool_], level: float) -> Any:
    from dipoutcomes.comparison._paired_counts import DAYS_PER_YEAR

    return rate_ratio_before_after(
        data.before[own],
        data.years_before[own] * DAYS_PER_YEAR,
        data.after[own],
        data.years_after[own] * DAYS_PER_YEAR,
        confidence_level=level,
    )


def _trend(data: PairedCounts, steps: Floats) -> tuple[float, float]:
    """Return the slope of the log ratio along the levels, with its person-level error."""
    total = data.before + data.after
    told = total > 0
    total, after = total[told], data.after[told]
    offset = np.log(data.years_after[told] / data.years_before[told])
    design = np.column_stack([np.ones(int(told.sum())), steps[told] - steps[told].mean()])
    beta = np.zeros(2)
    for _ in range(100):
        share = 1 / (1 + np.exp(-np.clip(offset + design @ beta, -700, 700)))
        weight = total * share * (1 - share)
        information = (design.T * weight) @ design
        if np.linalg.cond(information) > 1e12 or np.abs(beta).max() > 30:
            break
        step = np.linalg.solve(information, design.T @ (after - total * share))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-11:
            bread = np.linalg.inv(information)
            leverage = weight * np.einsum("ij,jk,ik->i", design, bread, design)
            residual = (after - total * share) / np.maximum(1 - leverage, 1e-9)
            meat = (design.T * residual**2) @ design
            return float(beta[1]), sqrt(float((bread @ meat @ bread)[1, 1]))
    raise DesignError(
        "the trend has no estimate: at some level there was no event before, or none after. Join "
        "levels, or compare them one by one."
    )


def _exp(value: float) -> float:
    return exp(value) if value < 700 else inf
