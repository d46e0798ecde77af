"""Outcomes that the programme cannot have changed, and how wrong the comparison gets them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import (
    check_choice,
    check_confidence_level,
    check_numbers,
    check_positive,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Interval

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

FEWEST_CONTROLS = 3
FEW_CONTROLS = 20

_LARGEST_LOG = 50.0  # of a ratio of 10^21


@dataclass(frozen=True, slots=True, kw_only=True)
class SystematicError:
    """The distribution of a comparison's systematic error, on the scale of the log ratio.

    Parameters
    ----------
    mean, sd : float
        Of the normal distribution of the error; by maximum likelihood.
    mean_std_error : float
        Of the mean.
    controls : int
        Negative-control outcomes behind it.
    share_wrongly_significant : float
        Share of them with a p-value below 0.05 before calibration, where 0.05 is expected.
    caveat : str
    """

    mean: float
    sd: float
    mean_std_error: float
    controls: int
    share_wrongly_significant: float
    caveat: str = ""

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        return (
            f"{self.controls} outcomes that the programme cannot have changed: the comparison "
            f"finds a ratio of {_display.number(exp(self.mean), 2)} on average where 1 is true, "
            f"with a standard deviation of {_display.number(self.sd, 2)} between them on the log "
            f"scale; {_display.percent(self.share_wrongly_significant, 0)} of them were "
            f"'significant' at 5%{note}"
        )

    def _repr_html_(self) -> str:
        rows = [
            ["negative-control outcomes", f"{self.controls}"],
            ["mean error, as a ratio", _display.number(exp(self.mean), 2)],
            ["standard deviation, log scale", _display.number(self.sd, 2)],
            ["wrongly significant", _display.percent(self.share_wrongly_significant, 0)],
            ["caveat", self.caveat or "none"],
        ]
        return _display.html_table("Systematic error", ["", "value"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedRatio:
    """A ratio with its systematic error taken into account.

    Parameters
    ----------
    value : float
        The ratio over the mean error's.
    interval : Interval
    p_value : float
        Of a ratio of 1, two-sided.
    ratio, low, high, p_value_before : float
        Before calibration.
    error : SystematicError
    """

    value: float
    interval: Interval
    p_value: float
    ratio: float
    low: float
    high: float
    p_value_before: float
    error: SystematicError

    def __str__(self) -> str:
        note = f" [{self.error.caveat}]" if self.error.caveat else ""
        before = _display.limits(self.low, self.high, "ratio")
        after = _display.limits(self.interval.low, self.interval.high, "ratio")
        return (
            f"ratio {_display.number(self.ratio, 2)} ({before}, p-value "
            f"{_display.p_value(self.p_value_before)}); calibrated by {self.error.controls} "
            f"negative-control outcomes {_display.number(self.value, 2)} ({after}, p-value "
            f"{_display.p_value(self.p_value)}){note}"
        )

    def _repr_html_(self) -> str:
        after = self.interval.low, self.interval.high
        rows = [
            _row("as estimated", self.ratio, (self.low, self.high), self.p_value_before),
            _row("calibrated", self.value, after, self.p_value),
        ]
        level = _display.level(self.interval.confidence_level)
        return _display.html_table(
            "Ratio calibrated by negative controls",
            ["", "ratio", f"{level} confidence interval", "p-value"],
            rows,
            [self.error.caveat] if self.error.caveat else (),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        row = self.to_dict()
        interval = row.pop("interval")
        row.pop("error")
        return pd.DataFrame([row | {f"calibrated_{k}": v for k, v in interval.items()}])


def _row(label: str, ratio: float, limits: tuple[float, float], p_value: float) -> list[str]:
    return [
        label,
        _display.number(ratio, 2),
        _display.limits(*limits, "ratio"),
        _display.p_value(p_value),
    ]


def systematic_error(log_ratios: ArrayLike, std_errors: ArrayLike) -> SystematicError:
    """Return the normal distribution of systematic error that negative controls show.

    Parameters
    ----------
    log_ratios : array_like of float, shape (controls,)
        Estimated log ratios of outcomes that the programme cannot have changed, made by the same
        comparison of the same people.
    std_errors : array_like of float, shape (controls,)
        Their standard errors, above 0.

    Returns
    -------
    SystematicError
        With a caveat below 20 controls.

    Raises
    ------
    DesignError
        If there are fewer than 3.
    ValueError
        If the arrays differ in length or hold anything but finite numbers.

    Notes
    -----
    Each estimate is taken as normal about an error of its own, which is normal with this mean and
    standard deviation over outcomes. That rests on the controls being exchangeable with the
    outcome of interest: convictions before the programme, or offences of a kind that it does not
    touch, seldom are quite.

    References
    ----------
    .. [1] Schuemie, M. J., Ryan, P. B., DuMouchel, W., Suchard, M. A. and Madigan, D. (2014).
       Statistics in Medicine 33, 209-218.

    Examples
    --------
    >>> error = systematic_error([0.1, 0.3, 0.2, 0.4, 0.0], [0.1] * 5)
    >>> f"{error.mean:.2f}, {error.sd:.2f}"
    '0.20, 0.10'
    """
    values = check_numbers("log_ratios", log_ratios).ravel()
    errors = check_numbers("std_errors", std_errors).ravel()
    if values.shape != errors.shape:
        raise ValueError("`log_ratios` and `std_errors` must have one element for each control")
    if not (np.all(np.isfinite(values)) and np.all(np.isfinite(errors)) and np.all(errors > 0)):
        raise ValueError(
            "`log_ratios` must be finite and `std_errors` finite and above 0; a control without "
            "events has no estimate and must be left out, and said so"
        )
    if np.any(np.abs(values) > _LARGEST_LOG) or np.any(errors > _LARGEST_LOG):
        raise ValueError(
            f"`log_ratios` and `std_errors` must not be beyond {_LARGEST_LOG:g}: they are logs of "
            "ratios, not the ratios or counts themselves"
        )
    n = len(values)
    if n < FEWEST_CONTROLS:
        raise DesignError(
            f"{n} negative-control outcomes: a mean and a spread of systematic error need at "
            f"least {FEWEST_CONTROLS}, and {FEW_CONTROLS} to be worth much. Name further outcomes "
            "that the programme cannot have changed, or report those there are as they stand."
        )
    from scipy.special import ndtr

    variance = _variance(values, errors**2)
    weight = 1 / (variance + errors**2)
    caveat = ""
    if n < FEW_CONTROLS:
        caveat = (
            f"{n} negative-control outcomes are few: the spread of systematic error is itself "
            "poorly known"
        )
    return SystematicError(
        mean=float((weight * values).sum() / weight.sum()),
        sd=sqrt(variance),
        mean_std_error=float(weight.sum() ** -0.5),
        controls=n,
        share_wrongly_significant=float((2 * ndtr(-np.abs(values / errors)) < 0.05).mean()),
        caveat=caveat,
    )


def _variance(values: Floats, within: Floats) -> float:
    """Return the maximum-likelihood variance between controls, at least 0."""
    from scipy.optimize import minimize_scalar

    def loss(log_variance: float) -> float:
        total = exp(log_variance) + within
        mean = (values / total).sum() / (1 / total).sum()
        return float(0.5 * (np.log(total) + (values - mean) ** 2 / total).sum())

    scale = float(within.min()), float(within.max() + np.ptp(values) ** 2)
    # The likelihood can have two tops where errors differ much: a grid first.
    grid = np.linspace(log(scale[0]) - 12, log(scale[1]) + 1, 121)
    losses = np.array([loss(g) for g in grid])
    best = int(np.argmin(losses))
    if best == 0:
        return 0.0
    edges = grid[best - 1], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(loss, bounds=edges, method="bounded", options={"xatol": 1e-10})
    none = loss(-inf)
    return 0.0 if none <= float(found.fun) else exp(float(found.x))


def calibrate_ratio(
    ratio: float,
    low: float,
    high: float,
    error: SystematicError,
    *,
    method: Literal["predictive", "plug_in"] = "predictive",
    confidence_level: float = 0.95,
) -> CalibratedRatio:
    """Return a ratio with the interval and p-value that allow for systematic error.

    Parameters
    ----------
    ratio, low, high : float
        Above 0 and finite; the limits at *confidence_level*, taken as symmetric on the log scale.
    error : SystematicError
        Of the same comparison.
    method : {"predictive", "plug_in"}, default "predictive"
        "plug_in" is the published calibration, which takes the mean and spread of the error as
        known. "predictive" adds the error of the mean, widens the spread for its degrees of
        freedom, and uses Student's t with controls - 1.
    confidence_level : float, default 0.95

    Returns
    -------
    CalibratedRatio

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    The log ratio less the mean error, with variance SE^2 + sd^2. Negative controls alone cannot
    show whether the error depends on the size of a true effect; it is taken not to.

    In 2,000 simulated comparisons (mean error 0.15, sd 0.2, standard errors 0.1 to 0.3) a nominal
    95% interval covered, with 5, 10, 20 and 50 controls, 86%, 90%, 92% and 94% by "plug_in", and
    98%, 96%, 95% and 95% by "predictive"; uncalibrated 74% to 77%.

    References
    ----------
    .. [1] Schuemie, M. J. and others (2014). Statistics in Medicine 33, 209-218 (the p-value).
    .. [2] Schuemie, M. J., Hripcsak, G., Ryan, P. B., Madigan, D. and Suchard, M. A. (2018).
       PNAS 115, 2571-2577 (the interval).

    Examples
    --------
    >>> error = systematic_error([0.1, 0.3, 0.2, 0.4, 0.0], [0.1] * 5)
    >>> found = calibrate_ratio(0.8, 0.7, 0.914, error, method="plug_in")
    >>> f"{found.value:.2f}, {found.interval.low:.2f} to {found.interval.high:.2f}"
    '0.65, 0.52 to 0.83'
    """
    check_choice("method", method, ("predictive", "plug_in"))
    level = check_confidence_level(confidence_level)
    ratio, low, high = (
        check_positive(name, v) for name, v in (("ratio", ratio), ("low", low), ("high", high))
    )
    if not low <= ratio <= high or low == high:
        raise ValueError("`ratio` must lie within its limits, and the limits apart")
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    z = float(ndtri((1 + level) / 2))
    std_error = (log(high) - log(low)) / (2 * z)
    centre = log(ratio) - error.mean
    if method == "plug_in":
        spread = sqrt(std_error**2 + error.sd**2)
        half, p_value = z * spread, 2 * float(ndtr(-abs(centre) / spread))
    else:
        df = error.controls - 1
        # Maximum likelihood divides by n; the mean was estimated too.
        between = error.sd**2 * error.controls / df
        spread = sqrt(std_error**2 + between + error.mean_std_error**2)
        half = float(stdtrit(df, (1 + level) / 2)) * spread
        p_value = 2 * float(stdtr(df, -abs(centre) / spread))
    name = "calibrated by negative controls"
    return CalibratedRatio(
        value=exp(centre),
        interval=Interval(
            exp(centre - half), exp(centre + half), level,
            name if method == "plug_in" else f"{name}, predictive",
        ),
        p_value=p_value,
        ratio=ratio,
        low=low,
        high=high,
        p_value_before=2 * float(ndtr(-abs(log(ratio)) / std_error)),
        error=error,
    )  # fmt: skip
