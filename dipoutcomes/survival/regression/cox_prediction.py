"""What a Cox model says of people of one description: the share free of the event by a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval
from dipoutcomes.survival._partial_likelihood import (
    Baseline,
    baseline_hazard,
    cluster_sums,
    hazard_influence,
    score_residuals,
)
from dipoutcomes.survival.regression.cox_result import CoxModel, Fitted
from dipoutcomes.survival.regression.rows import Floats


def predicted_survival(
    model: CoxModel,
    profile: Mapping[str, Any],
    times: Sequence[float],
    *,
    stratum: str | None = None,
    event_says: str = "seen again",
) -> EstimateTable:
    r"""Return the share not yet seen again by each of *times*, for people of one description.

    Parameters
    ----------
    model : CoxModel
        From `cox_regression`, with Efron's or Breslow's ties.
    profile : mapping of str to number or str
        A value for every covariate; a level (the reference too) for a category.
    times : sequence of float
        Each 0 or more; the events of the day itself are counted.
    stratum : str, optional
        Whose baseline; needed where the model has strata.
    event_says : str, default "seen again"
        What the event is, as a report prints it: "arrested".

    Returns
    -------
    EstimateTable
        One row a time, with limits on the log-log scale. `events` and `base` are those of the
        whole stratum, not of people with this profile: the model lends them. Beyond the last
        follow-up there is no value; before the first event the value is 1 without limits.

    Raises
    ------
    ValueError
        If the profile lacks a covariate or has a level that was not fitted, or a time is negative.
    DesignError
        If the model has exact ties or no rows.

    Notes
    -----
    :math:`\exp(-\hat\Lambda_0(t) e^{\beta^T x})` with Breslow's cumulative hazard (Efron's form of
    it for his ties) and its variance by Tsiatis [1]_; by the rows' influence [2]_ where the model
    has robust errors. It speaks of a group of such people, is not to be read as a forecast of one
    person, and is worth no more than the assumption of proportional hazards. For covariates
    outside what was seen it is an extrapolation.

    References
    ----------
    .. [1] Tsiatis, A. A. (1981). Annals of Statistics 9, 93-108.
    .. [2] Reid, N. and Crepeau, H. (1985). Biometrika 72, 1-9.

    Examples
    --------
    >>> from dipoutcomes.survival.regression import cox_regression
    >>> model = cox_regression([5, 8, 9, 12, 15, 21, 24, 30], [1, 1, 0, 1, 1, 0, 1, 1],
    ...     {"group": ["a", "b", "a", "a", "b", "a", "b", "a"]})
    >>> print(predicted_survival(model, {"group": "a"}, [12])["by 12 days"])
    share not yet seen again: 0.710 (95% CI 0.204 to 0.929, log-log, Cox model, Efron ties; 3 of 8
    people)
    """
    fitted = _fitted(model)
    wanted = [float(t) for t in times]
    if not wanted or min(wanted) < 0:
        raise ValueError("`times` must be at least one time, each 0 or more")
    at = fitted.covariates.encode(profile)
    code = _stratum(model, stratum)
    baseline = baseline_hazard(fitted.sets, fitted.fit, at, fitted.covariance)
    words = ", ".join(f"{name} {value}" for name, value in profile.items())
    rows = tuple(
        EstimateRow(
            label=f"by {t:g} {model.time_unit}",
            group=stratum or "",
            estimate=_estimate(model, fitted, baseline, at, code, t, event_says),
        )
        for t in wanted
    )
    return EstimateTable(
        name="predicted_survival",
        caption=f"Share not yet {event_says}, by the {model.title}; for {words}",
        rows=rows,
        notes=("Events and people are those the model rests on, whatever their covariates.",),
    )


def _fitted(model: CoxModel) -> Fitted:
    if model.fitted is None:
        raise DesignError("the model is without its rows; predict before `without_rows`")
    if model.fitted.fit.ties == "exact":
        raise DesignError("exact ties have no baseline here; fit the model with `ties='efron'`")
    return model.fitted


def _stratum(model: CoxModel, stratum: str | None) -> int:
    if not model.strata:
        if stratum is not None:
            raise ValueError("the model has no strata")
        return 0
    if stratum is None:
        raise ValueError(f"name a stratum: {', '.join(model.strata)}")
    return model.strata.index(check_choice("stratum", str(stratum), model.strata))


def _estimate(
    model: CoxModel, fitted: Fitted, baseline: Baseline, at: Floats, code: int, time: float,
    event_says: str,
) -> Estimate:  # fmt: skip
    rows, level = fitted.rows, model.confidence_level
    own = np.ones(len(rows.stop), dtype=bool) if rows.stratum is None else rows.stratum == code
    method = f"log-log, Cox model, {model.method}"
    value, limits, caveat = float("nan"), Interval.none(level, method), ""
    place = _place(fitted, own, time)
    if time > rows.stop[own].max():
        caveat = f"follow-up ends at {rows.stop[own].max():g} {model.time_unit}"
    elif place < 0:
        value, caveat = 1.0, "no event by then, so the model gives no limits"
    else:
        hazard = float(baseline.cumulative[place])
        error = _error(model, fitted, baseline, at, place)
        value, limits = exp(-hazard), _log_log(hazard, error, level, method)
    if rows.person is not None and rows.persons < len(rows.stop):
        caveat = "; ".join(filter(None, [caveat, "for covariates that stay as they are"]))
    return Estimate(
        measure=f"share not yet {event_says}",
        value=value,
        interval=limits,
        events=int((rows.event & own & (rows.stop <= time)).sum()),
        base=float(rows.persons_where(own)),
        base_unit="persons",
        caveat=caveat,
    )


def _place(fitted: Fitted, own: NDArray[np.bool_], time: float) -> int:
    """Return the position of the last event time of the stratum up to *time*; -1 if none."""
    sets = fitted.sets
    rows = own[sets.order] & sets.event & (fitted.rows.stop[sets.order] <= time)
    return int(sets.last[rows].max(initial=-1))


def _error(model: CoxModel, fitted: Fitted, baseline: Baseline, at: Floats, place: int) -> float:
    if model.variance == "model":
        return float(np.sqrt(baseline.variance[place]))
    sets, fit, rows = fitted.sets, fitted.fit, fitted.rows
    influence = hazard_influence(sets, fit, at, place, score_residuals(sets, fit))
    if rows.weight is not None:
        influence = influence * rows.weight
    by_person = cluster_sums(influence[:, None], rows.unit)
    return float(np.sqrt((by_person**2).sum()))


def _log_log(hazard: float, error: float, level: float, method: str) -> Interval:
    from scipy.special import ndtri

    half = float(ndtri((1 + level) / 2)) * error / hazard
    low, high = (exp(-exp(log(hazard) + side * half)) for side in (1, -1))
    return Interval(low, high, level, method)
