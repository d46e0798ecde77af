"""Period by period: how far intensive areas were from the others before the start, and after."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.comparison.areas import _two_groups as two
from dipoutcomes.comparison.areas.panel import SCALES, AreaPanel, Scale, on_scale
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
NO_PROOF = (
    "That no difference was found before the start does not show that there would have been none "
    "after it: with few areas such a test finds little."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventStudy:
    """The difference between intensive and other areas in each period, against the last before.

    Parameters
    ----------
    periods : tuple
        In order of time; the last before the start is the reference.
    starts : int
        Position of the first period after the start.
    differences, low, high : ndarray, shape (t,)
        Differences on the scale of the panel, 0 in the reference period, with t limits for each
        period by itself.
    pre_trend_p_value : float
        Permutation test of all differences before the start together; ``nan`` with one period
        before.
    smallest_p_value : float
        The smallest that the number of areas allows.
    area_values : ndarray, shape (k, t)
        Each area against its own reference period.
    intensive : ndarray of bool, shape (k,)
    areas : tuple of str
    df : float
    variance, scale : str
    confidence_level : float
    """

    periods: tuple[Any, ...]
    starts: int
    differences: Floats
    low: Floats
    high: Floats
    pre_trend_p_value: float
    smallest_p_value: float
    area_values: Floats
    intensive: NDArray[np.bool_]
    areas: tuple[str, ...]
    df: float
    variance: two.Variance
    scale: str
    confidence_level: float

    @property
    def limits_method(self) -> str:
        """How the limits were had."""
        return two.VARIANCES[self.variance]

    def __str__(self) -> str:
        k, n1 = len(self.areas), int(self.intensive.sum())
        before = self.starts - 1
        start = f"{n1} intensive of {k} areas, {before} differences before the start: "
        if isnan(self.pre_trend_p_value):
            return start + "whether areas moved alike before cannot be seen"
        return (
            f"{start}p-value {_display.p_value(self.pre_trend_p_value)} by permutation of areas "
            f"(the smallest possible is {_display.p_value(self.smallest_p_value)}). {NO_PROOF}"
        )

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def table(self) -> Table:
        """Return one row a period."""
        level = _display.level(self.confidence_level)
        words = SCALES[self.scale][0]
        heading = "Difference of log rates" if self.scale == "log" else words.capitalize()
        rows = []
        for k, period in enumerate(self.periods):
            when = "after" if k >= self.starts else "before"
            when = "reference" if k == self.starts - 1 else when
            numbers = [float(x[k]) for x in (self.differences, self.low, self.high)]
            rows.append([str(period), when, *numbers])
        return Table.of(
            "event_study",
            f"Intensive against other areas by period, {words} against the last period before",
            (
                Column(key="period", heading="Period", kind="label"),
                Column(key="when", heading="When"),
                Column(key="value", heading=heading, kind="number", decimals=3),
                Column(key="low", heading=f"{level} from", kind="number", decimals=3),
                Column(key="high", heading="to", kind="number", decimals=3),
            ),
            rows,
            notes=(str(self), f"Method of the limits: {self.limits_method}."),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a period."""
        import pandas as pd

        return pd.DataFrame(
            {
                "period": list(self.periods),
                "after": np.arange(len(self.periods)) >= self.starts,
                "value": self.differences,
                "low": self.low,
                "high": self.high,
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {
            key: value.tolist() if isinstance(value, np.ndarray)
            else [str(v) for v in value] if isinstance(value, tuple) else value
            for key, value in values.items()
        }  # fmt: skip


def event_study(
    panel: AreaPanel,
    *,
    scale: Scale = "log",
    variance: two.Variance = "cr2",
    confidence_level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> EventStudy:
    """Return the difference between intensive and other areas, period by period.

    Parameters
    ----------
    panel : AreaPanel
        From `area_panel`.
    scale : {"log", "share", "rate"}
    variance : {"cr2", "equal"}
        As in `difference_in_differences`.
    confidence_level : float, default 0.95
        Of each period by itself.
    rng : numpy.random.Generator, optional
        Needed with more than 200,000 ways to choose the areas.

    Returns
    -------
    EventStudy

    Raises
    ------
    DesignError
        If a cell has no event and the scale is logarithmic.

    Notes
    -----
    The test of the differences before the start is the permutation of areas, with the largest t of
    any period as its statistic. To go on only if it finds nothing makes what follows look better
    than it is (Roth 2022): use `trend_sensitivity` instead.

    References
    ----------
    .. [1] Roth, J. (2022). American Economic Review: Insights 4, 305-322.

    Examples
    --------
    >>> from dipoutcomes.comparison.areas import area_panel
    >>> panel = area_panel(list("AAABBBCCC"), [1, 2, 3] * 3, [10, 12, 6, 9, 10, 10, 8, 9, 10],
    ...     [100] * 9, intensive=["A"], starts=3)
    >>> event_study(panel, scale="rate", variance="equal").differences.round(3)
    array([-0.01 ,  0.   , -0.065])
    """
    check_choice("variance", variance, list(two.VARIANCES))
    level, starts, chosen = check_confidence_level(confidence_level), panel.starts, panel.intensive
    y = on_scale(panel.events, panel.base, scale)
    moved = y - y[:, [starts - 1]]
    value, error, df = two.difference(moved.T, chosen, variance)
    half = np.where(error > 0, two.t_quantile(df, level) * error, nan)
    half[starts - 1] = 0.0
    p_value, smallest = _pre_trend(moved[:, : starts - 1], chosen, rng)
    return EventStudy(
        periods=panel.periods,
        starts=starts,
        differences=value,
        low=value - half,
        high=value + half,
        pre_trend_p_value=p_value,
        smallest_p_value=smallest,
        area_values=moved,
        intensive=chosen,
        areas=panel.areas,
        df=df,
        variance=variance,
        scale=scale,
        confidence_level=level,
    )


def _pre_trend(
    before: Floats, chosen: NDArray[np.bool_], rng: np.random.Generator | None
) -> tuple[float, float]:
    """Return the permutation p-value of the largest t before, and the smallest possible."""
    k, n1 = len(chosen), int(chosen.sum())
    masks, exact = two.assignments(k, n1, rng)
    total = len(masks) + (not exact)
    smallest = (2 if 2 * n1 == k else 1) / total
    if not before.shape[1]:
        return nan, smallest
    spread = before.var(0) * k
    moving = spread > 1e-20
    if not moving.any():
        return 1.0, smallest
    values = before[:, moving] / np.sqrt(spread[moving])  # squares about the mean add up to 1
    # The pooled t of a difference d of means is a growing function of |d| once squares add to 1.
    seen = np.abs(two.contrasts(chosen[None, :], values)).max()
    found = np.abs(two.contrasts(masks, values)).max(1)
    extreme = int((found >= seen * (1 - 1e-9)).sum()) + (not exact)
    return extreme / total, smallest


def contrast_weights(study: EventStudy, weights: Any | None) -> Floats:
    """Return the weight of each period after the start; equal ones, adding up to 1, if omitted."""
    after = len(study.periods) - study.starts
    if weights is None:
        return np.full(after, 1 / after)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (after,) or not np.all(np.isfinite(given)) or not np.any(given):
        raise ValueError(f"`weights` must be {after} finite numbers, one a period after the start")
    return given


def needs_two_before(study: EventStudy) -> None:
    """Refuse a study whose periods before the start show no trend."""
    if study.starts < 2:
        raise DesignError(
            "1 period before the start: how trends parted before cannot be seen, so nothing says "
            "how far they may part after. At least two periods before the start are needed."
        )
