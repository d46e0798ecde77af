"""What the replications of one trial at one size come to: a row of the league table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from math import nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.trial import FloatArray, Replications, Trial, Truth
from dipoutcomes.results.interval import as_float

#: Rounding in the truth, or in a limit that is a count over a population, is no miss.
_SLACK = 1e-9
#: A test rejects at this level, or below it.
TEST_LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one estimator did in one scenario at one size.

    Parameters
    ----------
    family, estimator, title, estimates, scenario, scenario_says, standing, role, question
        As in `Trial`; *scenario* is its name.
    n : int
        People in a cohort (of two groups: in each).
    replications : int
        Cohorts.
    failures : int
        Cohorts for which something was missing that the estimator is meant to give: limits, a
        value or a p-value. Missing limits count as a miss, a missing p-value as no rejection.
    errors : str
        The exceptions among them, by name and number.
    truth, truth_error : float
    truth_source : str
    confidence_level : float
    coverage, miss_below, miss_above : float
        Shares of intervals that hold the truth, lie wholly below it (or are missing), above it.
    mean_length, median_length : float
        Of intervals with two finite limits; for ratios the length of the logarithm.
    unbounded : int
        Intervals with an infinite limit (for a ratio also with one at 0).
    bias, rmse : float
        Mean and root mean square of estimate less truth, over the cohorts with a finite estimate;
        of logarithms for ratios.
    bias_error : float
        Monte Carlo standard error of *bias*, that of the truth included.
    spread : float
        Standard deviation of the estimates.
    no_estimate : int
        Cohorts without a finite estimate.
    rejected : float
        Share of p-values of at most 5%.
    rejection : str
        What that is here: "type I error", "power" or "".
    only : str
        Why it is not tried at every size, if so.
    """

    family: str
    estimator: str
    title: str
    estimates: str
    scenario: str
    scenario_says: str
    standing: str
    role: str
    question: str
    n: int
    replications: int
    failures: int
    errors: str
    truth: float
    truth_error: float
    truth_source: str
    confidence_level: float
    coverage: float = nan
    miss_below: float = nan
    miss_above: float = nan
    mean_length: float = nan
    median_length: float = nan
    unbounded: int = 0
    bias: float = nan
    bias_error: float = nan
    rmse: float = nan
    spread: float = nan
    no_estimate: int = 0
    judge_bias: bool = False
    scale: str = "plain"
    rejected: float = nan
    rejection: str = ""
    only: str = ""

    @property
    def name(self) -> str:
        """Unique within the results: the trial and the size."""
        return f"{self.family}/{self.estimator}/{self.scenario}/{self.n}"

    @property
    def coverage_error(self) -> float:
        """Monte Carlo standard error of the coverage."""
        return share_error(self.coverage, self.replications)

    @property
    def rejected_error(self) -> float:
        """Monte Carlo standard error of the share of rejections."""
        return share_error(self.rejected, self.replications)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, the Monte Carlo errors included."""
        return asdict(self) | {
            "coverage_error": self.coverage_error,
            "rejected_error": self.rejected_error,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Score:
        """Return the score that `to_dict` described."""
        kinds = {f.name: f.type for f in fields(cls)}
        known: dict[str, Any] = {
            key: as_float(value) if kinds[key] == "float" else value
            for key, value in values.items()
            if key in kinds
        }
        return cls(**known)


def share_error(share: float, replications: int) -> float:
    """Return the Monte Carlo standard error of a share."""
    return sqrt(share * (1 - share) / replications)


def score(
    trial: Trial,
    n: int,
    found: Replications,
    truth: Truth,
    *,
    replications: int,
    confidence_level: float = 0.95,
) -> Score:
    """Return what the replications of a trial come to.

    Parameters
    ----------
    trial : Trial
    n : int
        People in a cohort.
    found : Replications
        One entry a cohort in each array that is there.
    truth : Truth
    replications : int
        Cohorts that were made; an array of any other length is an error of the trial.
    confidence_level : float, default 0.95

    Returns
    -------
    Score

    Raises
    ------
    ValueError
        If an array has not one entry a cohort: a cohort would have been dropped silently.
    """
    arrays = (found.estimate, found.low, found.high, found.p_value)
    lengths = {len(a) for a in arrays if a is not None}
    if lengths - {replications}:
        raise ValueError(
            f"the trial '{trial.name}' gave {sorted(lengths)} answers for {replications} cohorts"
        )
    measured, missing = _measured(trial, found, truth, replications)
    return Score(
        family=trial.family,
        estimator=trial.estimator,
        title=trial.title,
        estimates=trial.estimates,
        scenario=trial.scenario.name,
        scenario_says=trial.scenario.says,
        standing=trial.standing,
        role=trial.role,
        question=trial.question,
        n=n,
        replications=replications,
        failures=int(missing.sum()) if lengths else replications,
        errors=", ".join(f"{name} {count:,}" for name, count in sorted(found.errors.items())),
        truth=truth.value,
        truth_error=truth.error,
        truth_source=truth.source,
        confidence_level=confidence_level,
        judge_bias=trial.judge_bias,
        scale=trial.scale,
        rejection=trial.rejection,
        only=trial.only,
        **measured,
    )


def _measured(
    trial: Trial, found: Replications, truth: Truth, replications: int
) -> tuple[dict[str, Any], NDArray[np.bool_]]:
    """Return what was measured, and which cohorts lack something that was to be given."""
    log = trial.scale == "log"
    measured: dict[str, Any] = {}
    missing = np.zeros(replications, dtype=bool)
    if found.low is not None and found.high is not None:
        measured |= _of_intervals(found.low, found.high, truth.value, log=log)
        missing |= np.isnan(found.low) | np.isnan(found.high)
    if found.estimate is not None:
        measured |= _of_estimates(found.estimate, truth, log=log)
        missing |= np.isnan(found.estimate) & trial.judge_bias
    if found.p_value is not None:
        measured["rejected"] = float((found.p_value <= TEST_LEVEL).mean())
        missing |= np.isnan(found.p_value)
    return measured, missing


def _of_intervals(low: FloatArray, high: FloatArray, truth: float, *, log: bool) -> dict[str, Any]:
    slack = _SLACK * max(1.0, abs(truth))
    below = ~(high >= truth - slack)  # a missing limit is a miss
    above = ~below & ~(low <= truth + slack)
    bounded = np.isfinite(low) & np.isfinite(high) & ((low > 0) | (not log))
    length = np.log(high[bounded] / low[bounded]) if log else high[bounded] - low[bounded]
    some = bool(bounded.any())
    return {
        "coverage": float(1 - (below | above).mean()),
        "miss_below": float(below.mean()),
        "miss_above": float(above.mean()),
        "mean_length": float(length.mean()) if some else nan,
        "median_length": float(np.median(length)) if some else nan,
        "unbounded": int((~bounded & ~np.isnan(low) & ~np.isnan(high)).sum()),
    }


def _of_estimates(estimate: FloatArray, truth: Truth, *, log: bool) -> dict[str, Any]:
    usable = np.isfinite(estimate) & ((estimate > 0) | (not log))
    if not usable.any():
        return {"no_estimate": len(estimate)}
    kept = estimate[usable]
    away = np.log(kept / truth.value) if log else kept - truth.value
    own = truth.error / abs(truth.value) if log and truth.value else truth.error
    spread = float(away.std(ddof=1)) if len(away) > 1 else 0.0
    return {
        "bias": float(away.mean()),
        "bias_error": sqrt(spread**2 / len(away) + own**2),
        "rmse": float(np.sqrt((away**2).mean())),
        "spread": spread,
        "no_estimate": int((~usable).sum()),
    }
