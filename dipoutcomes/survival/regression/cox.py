"""Cox regression: hazard ratios of people who differ, without a shape for the hazard itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.survival._partial_likelihood import (
    PartialFit,
    RiskSets,
    fit_partial_likelihood,
    risk_sets,
    sandwich,
)
from dipoutcomes.survival._partial_likelihood.exact import MOST_WORK, work
from dipoutcomes.survival._partial_likelihood.firth import fit_firth
from dipoutcomes.survival._partial_likelihood.sums import Steps
from dipoutcomes.survival.regression.covariates import Covariates, covariates_of
from dipoutcomes.survival.regression.cox_result import CoxModel
from dipoutcomes.survival.regression.cox_terms import TIES, Choice, Found, cox_model
from dipoutcomes.survival.regression.rows import Checked, RowOptions, check_rows
from dipoutcomes.survival.regression.terms import Coefficients, chi_squared, wald_test

if TYPE_CHECKING:
    import pandas as pd


def cox_regression(
    durations: ArrayLike,
    observed: ArrayLike,
    covariates: Mapping[str, ArrayLike] | pd.DataFrame | Covariates,
    *,
    rows: RowOptions | None = None,
    ties: Literal["efron", "breslow", "exact"] = "efron",
    variance: Literal["model", "robust"] | None = None,
    penalty: Literal["if_needed", "none", "firth"] = "if_needed",
    confidence_level: float = 0.95,
) -> CoxModel:
    r"""Return hazard ratios: how many times the rate of first events one group has of another's.

    Parameters
    ----------
    durations, observed : array_like, shape (rows,)
        As in `kaplan_meier`: the end of follow-up of a person, or of a row, and whether it is
        the event. Whole days are the normal case.
    covariates : mapping of str to array_like, DataFrame or Covariates
        One value a row: numbers, booleans or texts (see `covariates_of`, which also names the
        level that others are compared with). What is known only later than the start of a row
        must not be in it; give rows with `RowOptions.entry` where a covariate changes.
    rows : RowOptions, optional
        Late entry, whose row it is, clusters, strata and weights.
    ties : {"efron", "breslow", "exact"}
        Events of one day: Efron's approximation, Breslow's rougher one, or the discrete model
        ("exact" as in R, whose ratios are odds ratios of a day), for small data only.
    variance : {"model", "robust"}, optional
        "robust" squares each person's (cluster's, row's) influence and stands where events of
        one person hang together, or weights are not counts. Default: robust with weights,
        clusters or where somebody has several events, else the model's.
    penalty : {"if_needed", "none", "firth"}
        Firth's penalty with limits by profile likelihood: where a group has no event, or all, the
        likelihood has no maximum and any number a program prints is where it stopped. By default
        it is used then, and said; "none" raises in its place.
    confidence_level : float, default 0.95

    Returns
    -------
    CoxModel

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is described above, or rows of one person overlap.
    DesignError
        If there is no event, a covariate does not vary among those at risk together or says what
        others say, exact ties are too many, or (with ``penalty="none"``) there is no maximum.

    Notes
    -----
    The hazard at time t of someone with covariates x is :math:`h_0(t) \exp(\beta^T x)` [1]_, h0
    left free, one for each stratum. Assumes that the ratio is the same throughout follow-up (see
    `proportional_hazards_test`) and that leaving is unrelated to the risk of the event. Do not
    read a hazard ratio as a ratio of shares or of times. Do not use it to compare completers with
    drop-outs from entry: completing takes time without the event. Where death or custody stops
    the event, it is a ratio of rates among those still at risk, not of how many will have it.

    The maximum is found to better than 1e-9 of a standard deviation of each covariate. Robust
    errors are those of Lin and Wei [2]_, as in R's ``survival`` (lifelines' differ).

    References
    ----------
    .. [1] Cox, D. R. (1972). Journal of the Royal Statistical Society B 34, 187-220.
    .. [2] Lin, D. Y. and Wei, L. J. (1989). Journal of the American Statistical Association 84,
       1074-1078.
    .. [3] Heinze, G. and Schemper, M. (2001). Biometrics 57, 114-119 (Firth's penalty).
    .. [4] Peduzzi, P. et al. (1995). Journal of Clinical Epidemiology 48, 1503-1510 (events per
       variable).

    Examples
    --------
    >>> model = cox_regression(
    ...     [30, 45, 60, 60, 90, 120, 200, 365, 365, 365],
    ...     [1, 1, 1, 0, 1, 1, 1, 0, 0, 1],
    ...     {"group": ["usual", "programme"] * 5},
    ... )
    >>> print(model["group: usual"])
    group: usual (against programme): hazard ratio 1.616 (95% CI 0.357 to 7.305, Cox model,
    Efron ties; p = 0.53; 4 in 5 against 3 in 5 people)
    """
    check_choice("ties", ties, tuple(TIES))
    check_choice("penalty", penalty, ("if_needed", "none", "firth"))
    if variance is not None:
        check_choice("variance", variance, ("model", "robust"))
    level = check_confidence_level(confidence_level)
    checked = check_rows(durations, observed, rows)
    table = covariates if isinstance(covariates, Covariates) else covariates_of(covariates)
    _check_size(checked, table)
    robust = _robust(checked, variance, ties)
    sets = risk_sets(
        checked.stop, checked.event, table.columns, start=checked.start,
        strata=checked.stratum, weights=checked.weight,
    )  # fmt: skip
    _check_sets(sets, ties)
    fit = fit_partial_likelihood(sets, ties=ties)
    _check_columns(fit, table)
    if penalty == "firth" or (penalty == "if_needed" and not fit.converged and fit.runaway.any()):
        found = _penalised(sets, fit, ties, level, table)
    else:
        _check_converged(fit, table)
        found = _plain(sets, fit, checked, level, robust=robust)
    return cox_model(found, sets, checked, table, Choice(ties, level, robust))


def _check_size(checked: Checked, table: Covariates) -> None:
    if not table.terms:
        raise ValueError("`covariates` is empty: a regression needs at least one")
    if len(table.columns) != len(checked.stop):
        raise ValueError(
            f"covariates have {len(table.columns):,} rows, durations {len(checked.stop):,}"
        )


def _robust(checked: Checked, variance: str | None, ties: str) -> bool:
    needed = checked.weight is not None or checked.cluster is not None or checked.repeats
    if variance == "model" and checked.weight is not None:
        raise ValueError(
            "weights need `variance='robust'`: the model's errors take them for people"
        )
    wanted = needed if variance is None else variance == "robust"
    if ties == "exact" and (wanted or checked.weight is not None):
        raise ValueError("exact ties have neither weights nor robust errors; use `ties='efron'`")
    return wanted


def _check_sets(sets: RiskSets, ties: str) -> None:
    if not sets.event.any():
        raise DesignError("no event falls where its row is at risk; check `entry`")
    if ties == "exact" and (needed := work(sets)) > MOST_WORK:
        raise DesignError(
            f"exact ties would take {needed:.0e} multiplications a step; use `ties='efron'`, "
            "which differs little"
        )


def _check_columns(fit: PartialFit, table: Covariates) -> None:
    bad = [table.names[k] for k in fit.redundant]
    if bad:
        raise DesignError(
            f"{len(bad)} covariates have no estimate ({', '.join(bad)}): they do not vary among "
            "people at risk together, or say what others say. Leave them out, or join levels"
        )


def _check_converged(fit: PartialFit, table: Covariates) -> None:
    if fit.converged:
        return
    which = ", ".join(n for n, bad in zip(table.names, fit.runaway, strict=True) if bad)
    raise DesignError(
        f"the likelihood has no maximum for {which or 'some covariate'}: it separates people with "
        "events from people without, as a group without any event does. Use penalty='if_needed', "
        "or join levels"
    )


def _plain(
    sets: RiskSets, fit: PartialFit, checked: Checked, level: float, *, robust: bool
) -> Found:
    covariance = fit.covariance
    if robust:
        covariance = sandwich(sets, fit, weights=checked.weight, clusters=checked.unit)
    df = len(fit.coefficients)
    ratio = 2 * (fit.log_likelihood - fit.log_likelihood_null)
    return Found(
        fit=fit,
        covariance=covariance,
        coefficients=Coefficients.normal(fit.coefficients, covariance, level),
        tests=(
            chi_squared("likelihood ratio", ratio, df),
            chi_squared("score", fit.score_test, df),
            wald_test("Wald", fit.coefficients, covariance),
        ),
        penalised=False,
    )


def _penalised(
    sets: RiskSets, fit: PartialFit, ties: str, level: float, table: Covariates
) -> Found:
    if ties == "exact":
        raise DesignError(
            "there is no maximum, and Firth's penalty has no exact ties here; use `ties='efron'`"
        )
    found = fit_firth(sets, Steps.of(sets, fit.ties), confidence_level=level)  # type: ignore[arg-type]
    df = len(found.coefficients)
    ratio = 2 * (found.log_likelihood - found.log_likelihood_null)
    return Found(
        fit=replace(
            fit, coefficients=found.coefficients, covariance=found.covariance, converged=True,
            standardised=found.standardised, log_likelihood=found.log_likelihood,
            log_likelihood_null=found.log_likelihood_null,
        ),
        covariance=found.covariance,
        coefficients=Coefficients(
            found.coefficients,
            np.sqrt(np.diag(found.covariance)),
            found.low,
            found.high,
            found.p_value,
        ),
        tests=(
            chi_squared("penalised likelihood ratio", ratio, df),
            chi_squared("score (without penalty)", fit.score_test, df),
            wald_test("Wald", found.coefficients, found.covariance),
        ),
        penalised=True,
        runaway=tuple(n for n, bad in zip(table.names, fit.runaway, strict=True) if bad),
    )  # fmt: skip
