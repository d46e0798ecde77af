"""Rates that change in steps over time, among people whose rates a gamma distribution spreads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import exp, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import Floats
from dipoutcomes.survival.recurrent._covariates import covariate_columns
from dipoutcomes.survival.recurrent._frailty import FrailtyData, fit_frailty
from dipoutcomes.survival.recurrent._mean import running_counts
from dipoutcomes.survival.recurrent.histories import Histories
from dipoutcomes.survival.recurrent.model_result import RecurrentModel, terms
from dipoutcomes.survival.recurrent.rates import check_fit, rate_term

if TYPE_CHECKING:
    import pandas as pd

_TITLE = "gamma frailty model"


def gamma_frailty_model(
    histories: Histories,
    covariates: Mapping[str, ArrayLike] | pd.DataFrame,
    *,
    cut_points: Sequence[float] = (),
    confidence_level: float = 0.95,
) -> RecurrentModel:
    r"""Return rate ratios where people differ and the rate changes in steps over time.

    Parameters
    ----------
    histories : Histories
        Several events of one day count each.
    covariates : mapping of str to array_like, or DataFrame
        One number a person for each name.
    cut_points : sequence of float, default none
        Times at which the rate may change, increasing, chosen before the data were seen. Without
        any the model is the negative binomial.
    confidence_level : float, default 0.95

    Returns
    -------
    RecurrentModel
        Its first terms are the rates of the periods where all covariates are 0;
        `frailty_variance` is the variance of people's rates over the square of their mean.

    Raises
    ------
    DesignError
        If a period has no event or nobody at risk, people differ no more than chance makes them,
        a ratio has no finite estimate, or there are too few people.
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    A person's rate is :math:`z_i \lambda(t) \exp(x_i' \beta)` with :math:`z_i` of a gamma
    distribution of mean 1; :math:`\lambda` is constant within a period. The likelihood with
    :math:`z_i` integrated out is maximised; errors are from its curvature [1]_. As the frailty has
    mean 1 the ratio is one of mean rates too, not only of two people alike.

    Assumes that the gamma distribution and the steps are right: errors are then efficient, and
    otherwise they are not to be trusted (`recurrent_event_model` needs neither). In 1,000 made-up
    cohorts of 28 where they are right a nominal 95% covered 93%, and 1% had no answer.

    References
    ----------
    .. [1] Lawless, J. F. (1987). Journal of the American Statistical Association 82, 808-815;
       Cook, R. J. and Lawless, J. F. (2007). The Statistical Analysis of Recurrent Events,
       chapter 3.

    Examples
    --------
    >>> from dipoutcomes.survival.recurrent import histories_from_rows
    >>> histories = histories_from_rows(
    ...     [0, 0, 1, 2, 2, 3, 4, 5], [0, 40, 0, 0, 70, 0, 0, 0],
    ...     [40, 90, 40, 70, 80, 90, 30, 90], [4, 3, 0, 3, 1, 0, 0, 1],
    ... )
    >>> fit = gamma_frailty_model(histories, {"older": [0, 1, 0, 0, 1, 1]}, cut_points=[50])
    >>> [term.name for term in fit.terms]
    ['rate per year, 0 to 50 days', 'rate per year, 50 days on', 'older']
    """
    level = check_confidence_level(confidence_level)
    names, table = covariate_columns(covariates, histories.n_people)
    cuts = _checked(cut_points)
    _, time = histories.totals()
    seen = time > 0
    data = _data(histories, table, seen, cuts)
    check_fit(data.events, data.x, names)
    _check_periods(data, cuts, histories.time_unit)
    centre, scale = data.x.mean(axis=0), data.x.std(axis=0)
    scaled = (data.x - centre) / scale
    fit = fit_frailty(FrailtyData(data.exposure, data.events, data.events_by_period, scaled))
    if not fit.converged:
        raise DesignError(
            "the gamma frailty model has no estimate: people differ no more than chance makes "
            "them, or a group has no event. Use recurrent_rate_model(model='poisson')."
        )
    place, covariance = _unscaled(fit.place, fit.covariance, centre, scale, len(cuts) + 1)
    errors = np.sqrt(np.diag(covariance))
    periods = len(cuts) + 1
    theta = exp(place[-1])
    rates = zip(_names(cuts, histories.time_unit), place, errors, strict=False)
    return RecurrentModel(
        title=_TITLE,
        terms=(
            *(rate_term(*rate, histories.time_unit, level, _TITLE) for rate in rates),
            *terms(names, place[periods:-1], errors[periods:-1], level, _TITLE),
        ),
        persons=int(seen.sum()),
        events=histories.events,
        rows=len(histories),
        time_at_risk=float(time.sum()),
        time_unit=histories.time_unit,
        log_likelihood=fit.log_likelihood,
        frailty_variance=theta,
        frailty_error=theta * sqrt(covariance[-1, -1]),
    )


def _checked(cut_points: Sequence[float]) -> Floats:
    cuts = np.asarray(list(cut_points), dtype=np.float64)
    if not np.all(np.isfinite(cuts)) or np.any(np.diff(cuts, prepend=0.0) <= 0):
        raise ValueError("`cut_points` must be finite times above 0, each later than the last")
    return cuts


def _data(
    histories: Histories, table: Floats, seen: NDArray[np.bool_], cuts: Floats
) -> FrailtyData:
    """Return time at risk and events of each person with any time, by period."""
    edges = np.concatenate([[0.0], cuts, [np.inf]])
    exposure = np.empty((histories.n_people, len(edges) - 1))
    for period in range(len(edges) - 1):
        opens, closes = edges[period], edges[period + 1]
        inside = np.minimum(histories.stop, closes) - np.maximum(histories.start, opens)
        exposure[:, period] = np.bincount(
            histories.person, weights=np.maximum(inside, 0.0), minlength=histories.n_people
        )
    where = np.searchsorted(cuts, histories.stop, side="left")
    by_period = running_counts(where, histories.event, len(edges) - 1)
    events, _ = histories.totals()
    return FrailtyData(exposure[seen], events[seen].astype(np.float64), by_period, table[seen])


def _check_periods(data: FrailtyData, cuts: Floats, unit: str) -> None:
    empty = np.flatnonzero(data.events_by_period == 0)
    if len(empty):
        names = _names(cuts, unit)
        said = ", ".join(names[k] for k in empty)
        raise DesignError(f"no event fell in the period {said}: join it to another")


def _names(cuts: Floats, unit: str) -> list[str]:
    if not len(cuts):
        return [""]
    edges = [0.0, *cuts.tolist()]
    inner = [f"{a:g} to {b:g} {unit}" for a, b in pairwise(edges)]
    return [*inner, f"{edges[-1]:g} {unit} on"]


def _unscaled(
    place: Floats, covariance: Floats, centre: Floats, scale: Floats, periods: int
) -> tuple[Floats, Floats]:
    """Return estimate and covariance in the units of the covariates as given."""
    turn = np.eye(len(place))
    rows = np.arange(periods, len(place) - 1)
    turn[rows, rows] = 1 / scale
    turn[:periods, periods:-1] = -centre / scale
    return turn @ place, turn @ covariance @ turn.T
