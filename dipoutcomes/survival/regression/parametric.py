"""Weibull, lognormal and log-logistic regression: time ratios, and a hazard that has a shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.survival._partial_likelihood import cluster_sums
from dipoutcomes.survival.regression._location_scale import (
    DISTRIBUTIONS,
    Distribution,
    Times,
    fit_location_scale,
    rows_at,
)
from dipoutcomes.survival.regression._maximum import Floats, Maximum
from dipoutcomes.survival.regression.covariates import Covariates, covariates_of
from dipoutcomes.survival.regression.parametric_result import ParametricModel
from dipoutcomes.survival.regression.rows import Checked, RowOptions, check_rows
from dipoutcomes.survival.regression.terms import (
    Coefficients,
    ModelTest,
    chi_squared,
    doubts,
    errors_say,
    ratio_terms,
    wald_test,
)

if TYPE_CHECKING:
    import pandas as pd


def parametric_regression(
    durations: ArrayLike,
    observed: ArrayLike,
    covariates: Mapping[str, ArrayLike] | pd.DataFrame | Covariates | None = None,
    *,
    distribution: Literal["weibull", "lognormal", "loglogistic"] = "weibull",
    rows: RowOptions | None = None,
    variance: Literal["model", "robust"] | None = None,
    confidence_level: float = 0.95,
) -> ParametricModel:
    r"""Return time ratios: how many times as long it takes one group until the event.

    Parameters
    ----------
    durations, observed : array_like, shape (rows,)
        As in `cox_regression`; an event at time 0 has no log and is refused.
    covariates : mapping, DataFrame or Covariates, optional
        As in `cox_regression`; without any the distribution of all.
    distribution : {"weibull", "lognormal", "loglogistic"}
        The shape of the hazard: always rising or always falling (Weibull), or rising and then
        falling. Fit all three and compare `aic`: what lies beyond follow-up depends on the choice.
    rows : RowOptions, optional
        Late entry, person, cluster, weights. No strata.
    variance : {"model", "robust"}, optional
        As in `cox_regression`.
    confidence_level : float, default 0.95

    Returns
    -------
    ParametricModel
        Where the Weibull is right, ``ratio ** (-1 / scale)`` is also a hazard ratio.

    Raises
    ------
    TypeError, ValueError
        As in `cox_regression`; or if there is an event at time 0.
    DesignError
        If there is no event, covariates say the same thing, or a group without events leaves no
        maximum (`cox_regression` has a penalty for that).

    Notes
    -----
    :math:`\log T = \mu + \beta^T x + \sigma\epsilon`, with the smallest extreme value, normal or
    logistic error [1]_. Maximum likelihood by Newton's steps with analytic first and second
    derivatives, late entry conditioned on; errors from the observed information, or its sandwich.
    Assumes that everybody has the event in the end: where many never do, see
    `mixture_cure_model`. A time ratio says nothing of those who never have it.

    References
    ----------
    .. [1] Kalbfleisch, J. D. and Prentice, R. L. (2002). The Statistical Analysis of Failure
       Time Data, 2nd edition, sections 2.2 and 3.7.

    Examples
    --------
    >>> model = parametric_regression(
    ...     [30, 45, 60, 60, 90, 120, 200, 365, 365, 365],
    ...     [1, 1, 1, 0, 1, 1, 1, 0, 0, 1],
    ...     {"group": ["usual", "programme"] * 5},
    ... )
    >>> print(model["group: usual"])
    group: usual (against programme): time ratio 0.600 (95% CI 0.150 to 2.403, Weibull model;
    p = 0.47; 4 in 5 against 3 in 5 people)
    """
    check_choice("distribution", distribution, tuple(DISTRIBUTIONS))
    level = check_confidence_level(confidence_level)
    checked = check_rows(durations, observed, rows)
    table = as_covariates(covariates, len(checked.stop))
    robust = wants_robust(checked, variance)
    checked, table = without_time_zero(checked, table)
    kind = DISTRIBUTIONS[distribution]
    times = Times.of(checked.stop, checked.event, checked.start, checked.weight)
    design, back = standardised_design(table)
    found = fit_location_scale(times, design, kind)
    if not found.converged:
        raise no_maximum()
    turn = np.eye(len(found.place))
    turn[:-1, :-1] = back
    place, covariance = turn @ found.place, _covariance(found, times, design, kind, checked, robust)
    covariance = turn @ covariance @ turn.T
    null = fit_location_scale(times, design[:, :1], kind)
    method = f"{kind.title} model{errors_say(checked, robust=robust)}"
    k = len(table.terms)
    own = covariance[1 : k + 1, 1 : k + 1]
    coefficients = Coefficients.normal(place[1:-1], own, level)
    return ParametricModel(
        distribution=distribution,
        terms=ratio_terms(coefficients, table, checked, level, method, "time ratio"),
        tests=whole_tests(found.value, null.value, place[1:-1], own),
        scale=float(np.exp(place[-1])),
        cuts=(),
        hazards=(),
        log_likelihood=found.value,
        parameters=len(place),
        method=method,
        variance="robust" if robust else "model",
        confidence_level=level,
        persons=checked.persons,
        rows=len(checked.stop),
        events=int(checked.event.sum()),
        last_follow_up=float(checked.stop.max()),
        caveat="; ".join(doubts(checked, max(k, 1), robust=robust)),
        place=place,
        covariance=covariance,
        covariates=replace(table, columns=np.zeros((0, k))),
    )


def _covariance(
    found: Maximum, times: Times, design: Floats, kind: Distribution, checked: Checked,
    robust: bool,
) -> Floats:  # fmt: skip
    if not robust:
        return found.covariance
    _, (first, _, by_scale, _, _) = rows_at(times, design, kind, found.place)
    scores = np.column_stack([design * first[:, None], by_scale]) * times.weight[:, None]
    influence = cluster_sums(scores, checked.unit) @ found.covariance
    return np.asarray(influence.T @ influence)


def as_covariates(
    covariates: Mapping[str, ArrayLike] | pd.DataFrame | Covariates | None, rows: int
) -> Covariates:
    """Return covariates as numbers, of as many rows; none at all is allowed."""
    if covariates is None:
        return Covariates(terms=(), columns=np.zeros((rows, 0)))
    table = covariates if isinstance(covariates, Covariates) else covariates_of(covariates)
    if len(table.columns) != rows:
        raise ValueError(f"covariates have {len(table.columns):,} rows, durations {rows:,}")
    return table


def wants_robust(checked: Checked, variance: str | None) -> bool:
    """Return whether errors are robust; refuse strata, and model errors with weights."""
    if variance is not None:
        check_choice("variance", variance, ("model", "robust"))
    if checked.stratum is not None:
        raise ValueError("`strata` need `cox_regression`; here give the groups as a covariate")
    if variance == "model" and checked.weight is not None:
        raise ValueError(
            "weights need `variance='robust'`: the model's errors take them for people"
        )
    needed = checked.weight is not None or checked.cluster is not None or checked.repeats
    return needed if variance is None else variance == "robust"


def without_time_zero(checked: Checked, table: Covariates) -> tuple[Checked, Covariates]:
    """Return the rows with some follow-up; refuse an event at time 0."""
    none = checked.stop <= 0
    if not none.any():
        return checked, table
    if bad := int((none & checked.event).sum()):
        raise ValueError(
            f"{bad} events at time 0 have no log: count such people apart, or start the clock "
            "earlier for everybody"
        )
    kept = ~none

    def take(values: NDArray[Any] | None) -> NDArray[Any] | None:
        return None if values is None else values[kept]

    fields = ("stop", "event", "start", "person", "cluster", "stratum", "weight")
    rows = {name: take(getattr(checked, name)) for name in fields}
    return replace(checked, **rows), replace(table, columns=table.columns[kept])  # type: ignore[arg-type]


def standardised_design(table: Covariates) -> tuple[Floats, Floats]:
    """Return a constant and standardised covariates, and the matrix back to their own units."""
    columns = table.columns
    n, k = columns.shape
    centre, scale = columns.mean(axis=0), columns.std(axis=0)
    constant = scale <= 1e-12 * (1e-300 + np.abs(centre))
    if constant.any():
        which = ", ".join(name for name, bad in zip(table.names, constant, strict=True) if bad)
        raise DesignError(f"covariates without variation have no estimate: {which}; leave them out")
    design = np.column_stack([np.ones(n), (columns - centre) / scale])
    if np.linalg.matrix_rank(design) <= k:
        raise DesignError("some covariates say what the others say; leave one out, or join levels")
    back = np.diag(np.concatenate([[1.0], 1 / scale]))
    back[0, 1:] = -centre / scale
    return design, back


def no_maximum() -> DesignError:
    """Return the error of a likelihood that rises for ever."""
    return DesignError(
        "the likelihood has no maximum: a covariate separates people with events from people "
        "without, as a group without any event does, or there are too few events for this shape. "
        "Leave it out, join levels, or use `cox_regression`, which has a penalty for it"
    )


def whole_tests(
    value: float, null: float, coefficients: Floats, covariance: Floats
) -> tuple[ModelTest, ...]:
    """Return the tests of all terms together; none without terms."""
    if not len(coefficients):
        return ()
    return (
        chi_squared("likelihood ratio", 2 * (value - null), len(coefficients)),
        wald_test("Wald", coefficients, covariance),
    )
