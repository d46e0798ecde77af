"""Fine-Gray regression of one cause, with the cause-specific hazard ratios of all beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Interval
from dipoutcomes.survival._counts import Floats
from dipoutcomes.survival._partial_likelihood import (
    fit_partial_likelihood,
    redundant_columns,
    risk_sets,
)
from dipoutcomes.survival.competing_risks._causes import People, check_people
from dipoutcomes.survival.competing_risks._covariates import check_covariates
from dipoutcomes.survival.competing_risks._subdistribution import (
    SubdistributionFit,
    fit_subdistribution,
    prepare,
)
from dipoutcomes.survival.competing_risks.model import CauseSpecific, FineGrayModel, HazardRatio

#: Who is at risk of leaving on a day: also those with an event that day, or not.
LEAVING = ("crr", "events_first")


def fine_gray(
    durations: Any,
    causes: Any,
    covariates: Any,
    *,
    cause: int | str,
    names: Mapping[int, str] | None = None,
    confidence_level: float = 0.95,
    leaving: str = "crr",
) -> FineGrayModel:
    r"""Return subdistribution hazard ratios of one cause, beside the cause-specific ones of all.

    In a report: "allowing for age, treated people were less likely to be arrested at all
    (subdistribution hazard ratio 0.54, 0.36 to 0.82); while at risk they were arrested at a lower
    rate (cause-specific hazard ratio 0.54) and died at a higher one (1.9)".

    Parameters
    ----------
    durations, causes, names
        As in `cumulative_incidence`. Late entry is not covered.
    covariates : DataFrame or array_like, shape (people, covariates)
        Numbers known at the start; a category is one 0/1 column for each level but the one
        compared with. Nothing that happens during follow-up may stand here.
    cause : int or str
        Code or name of the cause whose incidence is modelled.
    confidence_level : float, default 0.95
    leaving : {"crr", "events_first"}
        How the share who had not left is estimated, for the weights and their part in the variance:
        as in the R function ``crr`` (somebody with an event on a day could have left on it; the
        variance as in the paper), or with events first on a day, which agrees with the
        Aalen-Johansen estimate to the last digit and whose variance is the infinitesimal jackknife.
        The ratios differ, in the fifth digit as a rule, only where events and leaving share a day.

    Returns
    -------
    FineGrayModel
        Always with the cause-specific hazard ratios (Cox, Efron's ties) of every cause and a
        sentence on what a subdistribution hazard does not mean.

    Raises
    ------
    TypeError, ValueError
        As in `cumulative_incidence`; or if covariates are missing, not numbers, or unnamed.
    DesignError
        If nobody had the cause, a covariate does not vary or repeats others, or the ratio of one
        has no finite estimate (a group without an event).

    Notes
    -----
    The log hazard of the subdistribution, :math:`-d \log(1 - F(t)) / dt`, is linear in the
    covariates. People who had another event stay in the risk set with weight :math:`G(t-) /
    G(T-)`, *G* the share who had not left. The variance is the paper's sandwich, with the term for
    the estimated *G* [1]_. Assumes that leaving has nothing to do with the covariates nor with what
    would have come next, and one ratio for the whole follow-up.

    The ratio orders the incidence of groups and is not a rate of anything among anybody: its risk
    set holds people who have died. A covariate that does nothing to the rate of arrest but raises
    that of death gets a ratio below 1. Never report it alone, nor as a causal effect on the rate.
    With fewer than about 10 events for each covariate read limits as rough.

    References
    ----------
    .. [1] Fine, J. P. and Gray, R. J. (1999). Journal of the American Statistical Association 94,
       496-509, sections 3 and 4 and the appendix.
    .. [2] Latouche, A. and others (2013). Journal of Clinical Epidemiology 66, 648-653.
    .. [3] Austin, P. C. and Fine, J. P. (2017). Statistics in Medicine 36, 4391-4400.

    Examples
    --------
    >>> days = [5, 8, 8, 12, 20, 20, 3, 4, 6, 9]
    >>> found = fine_gray(days, [1, 2, 1, 0, 1, 0, 1, 1, 1, 2], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
    ...     cause=1)
    >>> print(found.terms[0])
    x1: ratio 2.769 (95% CI 0.574 to 13.362, Wald, robust)
    >>> print(found.cause_specific[0].terms[0])
    x1: ratio 3.913 (95% CI 0.631 to 24.264, Wald)
    """
    level = check_confidence_level(confidence_level)
    check_choice("leaving", leaving, LEAVING)
    people = check_people(durations, causes, names=names)
    wanted = people.number(cause)
    terms, x = check_covariates(covariates, len(people.time))
    events = np.bincount(people.ending, minlength=len(people.causes) + 1)
    if not events[wanted]:
        raise DesignError(
            f"none of the {len(people.time):,} people had {people.causes[wanted - 1]} first: there "
            "is no ratio to estimate; show its upper limits (`cumulative_incidence`)"
        )
    kind = np.where(people.ending == wanted, 1, np.where(people.ending > 0, 2, 0))
    fit = fit_subdistribution(prepare(people.time, kind, x, events_first=leaving == "events_first"))
    _refuse_without_maximum(fit, terms, people.causes[wanted - 1])
    caveat = ""
    if events[wanted] < 10 * len(terms):
        many = f"{len(terms)} covariate{'s' * (len(terms) > 1)}"
        caveat = f"{events[wanted]} events for {many}: read the limits as rough"
    return FineGrayModel(
        cause=people.causes[wanted - 1],
        terms=_ratios(terms, fit.coefficients, fit.robust, level, "Wald, robust"),
        cause_specific=tuple(
            _cause_specific(people, place, terms, x, level)
            for place in range(1, len(people.causes) + 1)
        ),
        log_likelihood=fit.log_likelihood,
        log_likelihood_null=fit.log_likelihood_null,
        events=int(events[wanted]),
        competing_events=int(events[1:].sum() - events[wanted]),
        persons=len(people.time),
        confidence_level=level,
        caveat=caveat,
    )


def _refuse_without_maximum(fit: SubdistributionFit, terms: tuple[str, ...], cause: str) -> None:
    if fit.converged:
        return
    listed = ", ".join(name for name, grows in zip(terms, fit.runaway, strict=True) if grows)
    raise DesignError(
        f"the ratio of {listed or 'the covariates'} for {cause} has no finite estimate: it grows "
        "without end, as where all the events lie on one side of a covariate. Leave it out or join "
        "groups, or compare the groups by `gray_test` and their incidences with limits"
    )


def _cause_specific(
    people: People, place: int, terms: tuple[str, ...], x: Floats, level: float
) -> CauseSpecific:
    """Return Cox's hazard ratios of one cause, or why there are none."""
    had = people.ending == place
    name, events = people.causes[place - 1], int(had.sum())
    why = "no events"
    if events:
        sets = risk_sets(people.time, had, x)
        why = "its covariates do not vary while anybody is at risk"
        if not redundant_columns(sets):
            fit = fit_partial_likelihood(sets, ties="efron")
            if fit.converged:
                found = _ratios(terms, fit.coefficients, fit.covariance, level, "Wald")
                return CauseSpecific(cause=name, events=events, terms=found)
            grow = [term for term, away in zip(terms, fit.runaway, strict=True) if away]
            why = f"the ratio of {', '.join(grow) or 'a covariate'} has no finite estimate"
    none = np.full(len(terms), np.nan)
    blank = _ratios(terms, none, np.full((len(terms), len(terms)), np.nan), level, "Wald")
    return CauseSpecific(cause=name, events=events, terms=blank, caveat=why)


def _ratios(
    terms: tuple[str, ...], coefficients: Floats, covariance: Floats, level: float, method: str
) -> tuple[HazardRatio, ...]:
    errors = np.sqrt(np.diag(covariance))
    z = float(ndtri((1 + level) / 2))
    found = []
    for term, b, error in zip(terms, coefficients.tolist(), errors.tolist(), strict=True):
        low, high = np.exp([b - z * error, b + z * error]).tolist()
        found.append(
            HazardRatio(
                term=term,
                log_ratio=b,
                std_error=error,
                interval=Interval(low, high, level, method),
                p_value=float(2 * ndtr(-abs(b) / error)) if error > 0 else float("nan"),
            )
        )
    return tuple(found)
