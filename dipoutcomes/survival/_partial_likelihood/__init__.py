"""Cox's partial likelihood over rows (start, stop]: the core of every regression on time to event.

Sorted arrays and cumulative sums; nothing here goes person by person. Arguments are checked by the
rooms that call it. Use: ``sets = risk_sets(stop, event, x, start=..., strata=...)``, then
``fit = fit_partial_likelihood(sets, ties="efron")``, then `sandwich`, `score_residuals`,
`schoenfeld_residuals` or `baseline_hazard` of the two. Offer no estimate where
`redundant_columns` finds any, or where ``fit.converged`` is False.
"""

from dipoutcomes.survival._partial_likelihood.baseline import (
    Baseline,
    baseline_hazard,
    hazard_influence,
)
from dipoutcomes.survival._partial_likelihood.newton import (
    PartialFit,
    fit_partial_likelihood,
    redundant_columns,
)
from dipoutcomes.survival._partial_likelihood.residuals import (
    Schoenfeld,
    cluster_sums,
    martingale_residuals,
    sandwich,
    schoenfeld_residuals,
    score_residuals,
)
from dipoutcomes.survival._partial_likelihood.rows import RiskSets, risk_sets

__all__ = [
    "Baseline",
    "PartialFit",
    "RiskSets",
    "Schoenfeld",
    "baseline_hazard",
    "cluster_sums",
    "fit_partial_likelihood",
    "hazard_influence",
    "martingale_residuals",
    "redundant_columns",
    "risk_sets",
    "sandwich",
    "schoenfeld_residuals",
    "score_residuals",
]
