"""What a Cox model says of people of one description, and how sure it is."""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice
from dipoutcomes.errors import DesignError
from dipoutcomes.survival._partial_likelihood import (
    Baseline,
    baseline_hazard,
    cluster_sums,
    hazard_influence,
    score_residuals,
)
from dipoutcomes.survival.regression.cox_result import CoxModel, Fitted
from dipoutcomes.survival.regression.rows import Floats


class CoxPrediction:
    """The share free of the event along follow-up for covariates *at*, in one stratum."""

    def __init__(self, model: CoxModel, at: Floats, stratum: str | None) -> None:
        self.model, self.at = model, at
        self.fitted = _fitted(model)
        rows = self.fitted.rows
        code = _stratum(model, stratum)
        self.own = np.ones(len(rows.stop), bool) if rows.stratum is None else rows.stratum == code
        self.baseline: Baseline = baseline_hazard(
            self.fitted.sets, self.fitted.fit, at, self.fitted.covariance
        )

    @property
    def follow_up(self) -> float:
        """When the follow-up of the stratum ends."""
        return float(self.fitted.rows.stop[self.own].max())

    def counts(self, time: float) -> tuple[int, int]:
        """Return events up to *time* and people, of the whole stratum."""
        rows = self.fitted.rows
        events = int((rows.event & self.own & (rows.stop <= time)).sum())
        return events, rows.persons_where(self.own)

    def survival(self, time: float, z: float) -> tuple[float, float, float] | None:
        """Return value and limits on the log-log scale; None before the first event."""
        place = _place(self.fitted, self.own, time)
        if place < 0:
            return None
        hazard = float(self.baseline.cumulative[place])
        half = z * self._error(place) / hazard
        low, high = (exp(-exp(log(hazard) + side * half)) for side in (1, -1))
        return exp(-hazard), low, high

    def _error(self, place: int) -> float:
        if self.model.variance == "model":
            return float(np.sqrt(self.baseline.variance[place]))
        sets, fit, rows = self.fitted.sets, self.fitted.fit, self.fitted.rows
        influence = hazard_influence(sets, fit, self.at, place, score_residuals(sets, fit))
        if rows.weight is not None:
            influence = influence * rows.weight
        by_unit = cluster_sums(influence[:, None], rows.unit)
        return float(np.sqrt((by_unit**2).sum()))


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


def _place(fitted: Fitted, own: NDArray[np.bool_], time: float) -> int:
    """Return the position of the last event time of the stratum up to *time*; -1 if none."""
    sets = fitted.sets
    rows = own[sets.order] & sets.event & (fitted.rows.stop[sets.order] <= time)
    return int(sets.last[rows].max(initial=-1))
