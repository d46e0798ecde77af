"""Two-by-two tables of several areas put together without adding to empty cells."""

from __future__ import annotations

from math import exp, isnan, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.comparison.areas.effects import two_by_two
from dipoutcomes.results import Estimate, Interval

Floats = NDArray[np.float64]
Measure = Literal["risk_ratio", "odds_ratio", "risk_difference"]
_WORDS = {
    "risk_ratio": "risk ratio",
    "odds_ratio": "odds ratio",
    "risk_difference": "difference of shares",
}
_ONE_EFFECT = "takes the effect to be the same in every area"


def mantel_haenszel(
    events_1: ArrayLike,
    n_1: ArrayLike,
    events_0: ArrayLike,
    n_0: ArrayLike,
    *,
    measure: Measure = "risk_ratio",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the Mantel-Haenszel estimate over areas, which stands areas without events.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : array_like of int, shape (k,)
        People with the event and people, in the group of interest and in the one compared with.
    measure : {"risk_ratio", "odds_ratio", "risk_difference"}
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "ratio" or "difference". ``nan`` with a caveat where no ratio exists.

    Notes
    -----
    Errors of the log risk ratio by Greenland and Robins (1985), of the log odds ratio by Robins,
    Breslow and Greenland (1986), of the difference by Sato (1989). Takes one effect in all areas;
    where effects differ use `meta_analysis`.

    References
    ----------
    .. [1] Mantel, N. and Haenszel, W. (1959). Journal of the National Cancer Institute 22, 719-748.
    .. [2] Greenland, S. and Robins, J. M. (1985). Biometrics 41, 55-68.
    .. [3] Robins, J., Breslow, N. and Greenland, S. (1986). Biometrics 42, 311-323.
    .. [4] Sato, T. (1989). Biometrics 45, 1323-1324.

    Examples
    --------
    >>> ratio = mantel_haenszel([7, 9, 0], [28, 24, 10], [12, 11, 3], [29, 25, 12])
    >>> print(f"{ratio.value:.3f}")
    0.645
    """
    check_choice("measure", measure, list(_WORDS))
    cells = two_by_two(events_1, n_1, events_0, n_0)
    if measure == "risk_difference":
        value, error = _difference(cells)
        return _estimate(cells, measure, "Mantel-Haenszel", value, error, confidence_level)
    log_value, error = (_log_risk_ratio if measure == "risk_ratio" else _log_odds_ratio)(cells)
    return _estimate(cells, measure, "Mantel-Haenszel", log_value, error, confidence_level)


def peto_odds_ratio(
    events_1: ArrayLike,
    n_1: ArrayLike,
    events_0: ArrayLike,
    n_0: ArrayLike,
    *,
    confidence_level: float = 0.95,
) -> Estimate:
    """Return Peto's one-step odds ratio over areas.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : array_like of int, shape (k,)
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "ratio". Biased where the effect is large or the groups are of very unequal
        size; for rare events in groups of like size.

    References
    ----------
    .. [1] Yusuf, S. and others (1985). Progress in Cardiovascular Diseases 27, 335-371.

    Examples
    --------
    >>> ratio = peto_odds_ratio([7, 9, 0], [28, 24, 10], [12, 11, 3], [29, 25, 12])
    >>> print(f"{ratio.value:.3f}")
    0.522
    """
    cells = two_by_two(events_1, n_1, events_0, n_0)
    a, b, c, d = cells
    n1, n0, total = a + b, c + d, cells.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = n1 * n0 * (a + c) * (b + d) / (total**2 * (total - 1))
    information = float(np.where(total > 1, spread, 0).sum())
    difference = float((a - n1 * (a + c) / total).sum())
    value = difference / information if information > 0 else nan
    error = 1 / sqrt(information) if information > 0 else nan
    return _estimate(cells, "odds_ratio", "Peto", value, error, confidence_level)


def _log_risk_ratio(cells: Floats) -> tuple[float, float]:
    a, b, c, d = cells
    n1, n0, total = a + b, c + d, cells.sum(0)
    above, below = float((a * n0 / total).sum()), float((c * n1 / total).sum())
    if above == 0 or below == 0:
        return nan, nan
    variance = float(((n1 * n0 * (a + c) - a * c * total) / total**2).sum()) / (above * below)
    return float(np.log(above / below)), sqrt(variance)


def _log_odds_ratio(cells: Floats) -> tuple[float, float]:
    a, b, c, d = cells
    total = cells.sum(0)
    p, q, r, s = (a + d) / total, (b + c) / total, a * d / total, b * c / total
    above, below = float(r.sum()), float(s.sum())
    if above == 0 or below == 0:
        return nan, nan
    variance = float((p * r).sum()) / (2 * above**2) + float((q * s).sum()) / (2 * below**2)
    variance += float((p * s + q * r).sum()) / (2 * above * below)
    return float(np.log(above / below)), sqrt(variance)


def _difference(cells: Floats) -> tuple[float, float]:
    a, b, c, d = cells
    n1, n0, total = a + b, c + d, cells.sum(0)
    weight = n1 * n0 / total
    value = float((a * n0 / total - c * n1 / total).sum() / weight.sum())
    share1, share0 = n1 / total, n0 / total
    p = c * share1**2 - a * share0**2 + share1 * share0 * (n0 - n1) / 2
    q = (a * d + c * b) / (2 * total)
    return value, sqrt(float(value * p.sum() + q.sum())) / float(weight.sum())


def _estimate(
    cells: Floats, measure: str, name: str, value: float, error: float, confidence_level: float
) -> Estimate:
    from scipy.special import ndtr, ndtri

    level = check_confidence_level(confidence_level)
    half = float(ndtri((1 + level) / 2)) * error
    low, high = value - half, value + half
    is_ratio = measure != "risk_difference"
    known = not isnan(value) and error > 0
    p_value = float(2 * ndtr(-abs(value) / error)) if known else nan
    if is_ratio and known:
        value, low, high = exp(value), exp(low), exp(high)
    limits = Interval(low, high, level, name) if known else Interval.none(level, name)
    caveat = _ONE_EFFECT if known else "one of the groups has no event in any area"
    a, b, c, d = (float(x) for x in cells.sum(1))
    return Estimate(
        measure=f"{_WORDS[measure]}, {cells.shape[1]} areas together",
        value=value,
        interval=limits,
        events=int(a),
        base=a + b,
        base_unit="persons",
        persons=int(a + b + c + d),
        quantity="ratio" if is_ratio else "difference",
        reference_events=int(c),
        reference_base=c + d,
        p_value=p_value,
        caveat=caveat,
    )
