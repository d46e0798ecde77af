"""A split population without a shape for the time of those who have the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, Interval
from dipoutcomes.survival._partial_likelihood import (
    RiskSets,
    fit_partial_likelihood,
    redundant_columns,
    risk_sets,
)
from dipoutcomes.survival.cure.follow_up import FollowUpSufficiency, sufficient_follow_up
from dipoutcomes.survival.regression._maximum import Floats, maximise
from dipoutcomes.survival.regression.covariates import Covariates
from dipoutcomes.survival.regression.parametric import as_covariates, standardised_design
from dipoutcomes.survival.regression.rows import check_rows
from dipoutcomes.survival.regression.terms import Coefficients, RatioTerm, ratio_terms

if TYPE_CHECKING:
    import pandas as pd

_CONVERGED = 1e-9
_MOST_ROUNDS = 4_000
#: A logit this far from 0 is on its way to infinity.
_SEPARATED = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SemiparametricCure:
    """A proportional hazards cure model by the EM algorithm.

    Parameters
    ----------
    cured_share : Estimate
        Share who never have the event: nobody still followed after the last event is taken to
        have it later.
    susceptible_terms, latency_terms : tuple of RatioTerm
        Odds ratios of being one who has the event in the end; hazard ratios among those.
    intercept : float
        Logit of being susceptible where all covariates are 0.
    rounds : int
        Of the algorithm.
    resamples : int
        Bootstrap samples behind the limits; 0 where there are none.
    follow_up : FollowUpSufficiency
    caveat : str
    """

    cured_share: Estimate
    susceptible_terms: tuple[RatioTerm, ...]
    latency_terms: tuple[RatioTerm, ...]
    intercept: float
    rounds: int
    resamples: int
    follow_up: FollowUpSufficiency
    caveat: str

    def __str__(self) -> str:
        terms = self.susceptible_terms + self.latency_terms
        head = f"{self.cured_share} [{self.caveat}]"
        return "\n".join([head, *map(str, terms), str(self.follow_up)])

    def _repr_html_(self) -> str:
        return self.cured_share._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a term."""
        import pandas as pd

        return pd.DataFrame([t.to_dict() for t in self.susceptible_terms + self.latency_terms])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "cured_share": self.cured_share.to_dict(),
            "susceptible_terms": [t.to_dict() for t in self.susceptible_terms],
            "latency_terms": [t.to_dict() for t in self.latency_terms],
            "intercept": self.intercept,
            "rounds": self.rounds,
            "resamples": self.resamples,
            "follow_up": asdict(self.follow_up),
            "caveat": self.caveat,
        }


def semiparametric_cure_model(
    durations: ArrayLike,
    observed: ArrayLike,
    susceptible: Mapping[str, ArrayLike] | pd.DataFrame | Covariates | None = None,
    latency: Mapping[str, ArrayLike] | pd.DataFrame | Covariates | None = None,
    *,
    resamples: int = 0,
    rng: np.random.Generator | None = None,
    confidence_level: float = 0.95,
) -> SemiparametricCure:
    r"""Return a cure model whose tail ends at the last event seen.

    Parameters
    ----------
    durations, observed, susceptible, latency
        As in `mixture_cure_models`.
    resamples : int, default 0
        Bootstrap samples of people for percentile limits; 0 for none, else 200 or more are of use.
    rng : numpy.random.Generator, optional
        Needed for resamples.
    confidence_level : float, default 0.95

    Returns
    -------
    SemiparametricCure

    Raises
    ------
    TypeError, ValueError
        As in `mixture_cure_models`; or if resamples are asked for without *rng*.
    DesignError
        If there is no event, everybody has the event (nobody can be cured), covariates say the
        same thing, or the algorithm does not come to rest.

    Notes
    -----
    Logistic regression of who is susceptible and Cox's model (Breslow ties) of when, joined by
    the EM algorithm [1]_, [2]_; everybody still followed after the last event is taken as cured
    (the zero-tail constraint). So it puts the whole of the tail beyond the last event into the
    cured share: an upper bound in effect, where follow-up was short. Without covariates the share
    is what the Kaplan-Meier curve ends in.

    References
    ----------
    .. [1] Sy, J. P. and Taylor, J. M. G. (2000). Biometrics 56, 227-236.
    .. [2] Peng, Y. and Dear, K. B. G. (2000). Biometrics 56, 237-243.

    Examples
    --------
    >>> found = semiparametric_cure_model([10, 20, 30, 40, 50, 60], [1, 1, 0, 1, 0, 0])
    >>> round(found.cured_share.value, 3)  # 5/6 x 4/5 x 2/3: the end of the curve
    0.444
    """
    level = check_confidence_level(confidence_level)
    again = check_count("resamples", resamples)
    if again and rng is None:
        raise ValueError("`resamples` need `rng`, a numpy.random.Generator")
    checked = check_rows(durations, observed, None)
    parts = tuple(as_covariates(part, len(checked.stop)) for part in (susceptible, latency))
    if checked.event[checked.stop == checked.stop.max()].all():
        raise DesignError(
            "nobody is followed beyond the last event, so no share can be taken as cured; "
            "`mixture_cure_models` assumes a shape for what comes after it"
        )
    for term, column in zip(parts[0].terms, parts[0].columns.T, strict=True):
        if term.indicator and min(checked.event[column == v].sum() for v in (0, 1)) == 0:
            raise DesignError(
                f"a group of `{term.name}` has no event, so its odds have no estimate; leave the "
                "covariate out, or join levels"
            )
    problem = _Problem.of(checked.stop, checked.event, *parts)
    found = problem.solve()
    draws = _bootstrap(problem, again, rng) if again and rng is not None else None
    method = f"percentile bootstrap, {again} samples" if again else "no limits without resamples"
    a = parts[0].columns.shape[1] + 1

    def terms(part: slice, table: Covariates, measure: str) -> tuple[RatioTerm, ...]:
        value = found.place[part]
        if draws is None:
            none = np.full(len(value), np.nan)
            numbers = Coefficients(value, none, none, none, none)
        else:
            own = draws[:, part]
            low, high = np.quantile(own, [(1 - level) / 2, (1 + level) / 2], axis=0)
            beyond = np.minimum((own <= 0).mean(axis=0), (own >= 0).mean(axis=0))
            p_value = np.minimum(2 * np.maximum(beyond, 1 / (again + 1)), 1.0)
            numbers = Coefficients(value, own.std(axis=0, ddof=1), low, high, p_value)
        return ratio_terms(numbers, table, checked, level, method, measure)

    limits = Interval.none(level, method)
    if draws is not None:
        low, high = np.quantile(draws[:, -1], [(1 - level) / 2, (1 + level) / 2])
        limits = Interval(float(low), float(high), level, method)
    return SemiparametricCure(
        cured_share=Estimate(
            measure="share never seen again",
            value=found.cured,
            interval=limits,
            events=checked.persons - int(checked.event.sum()),
            base=float(checked.persons),
            base_unit="persons",
        ),
        susceptible_terms=terms(slice(1, a), parts[0], "odds ratio"),
        latency_terms=terms(slice(a, len(found.place)), parts[1], "hazard ratio"),
        intercept=float(found.place[0]),
        rounds=found.rounds,
        resamples=again,
        follow_up=sufficient_follow_up(checked.stop, checked.event),
        caveat="everybody still followed after the last event is taken as cured",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    place: Floats  # logit intercept and coefficients, then log hazard ratios
    cured: float
    rounds: int


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """Checked people; the risk sets are made once, and only their offset changes."""

    stop: Floats
    event: Floats
    logit: Floats
    back: Floats
    columns: Floats
    sets: RiskSets

    @classmethod
    def of(cls, stop: Floats, event: Any, susceptible: Covariates, latency: Covariates) -> _Problem:
        design, back = standardised_design(susceptible)
        columns = latency.columns
        sets = risk_sets(stop, event, columns if columns.shape[1] else np.zeros((len(stop), 1)))
        if columns.shape[1] and (bad := redundant_columns(sets)):
            which = ", ".join(latency.names[k] for k in bad)
            raise DesignError(f"covariates of the time have no estimate: {which}; leave them out")
        return cls(stop, np.asarray(event, float), design, back, columns, sets)

    def solve(self, start: Floats | None = None) -> _Found:
        """Return the estimates: guess who is susceptible, fit both parts, guess again."""
        k = self.columns.shape[1]
        last = self.stop[self.event > 0].max()
        chance = np.where(self.event > 0, 1.0, np.where(self.stop > last, 0.0, 0.5))
        gamma = np.zeros(self.logit.shape[1]) if start is None else start[: self.logit.shape[1]]
        before = np.full(self.logit.shape[1] + k, np.inf)
        for rounds in range(1, _MOST_ROUNDS):
            gamma = self._logistic(chance, gamma)
            if np.abs(self.logit @ gamma).max() > _SEPARATED:
                raise _separated()
            beta, survival = self._cox(chance, last)
            pi = 1 / (1 + np.exp(-(self.logit @ gamma)))
            left = pi * survival / (1 - pi + pi * survival)
            chance = np.where(self.event > 0, 1.0, left)
            now = np.concatenate([gamma, beta])
            if np.abs(now - before).max() <= _CONVERGED * (1 + np.abs(now).max()):
                place = np.concatenate([self.back @ gamma, beta])
                return _Found(place, float(1 - pi.mean()), rounds)
            before = now
        raise _separated()

    def _logistic(self, chance: Floats, start: Floats) -> Floats:
        """Return the logistic regression of *chance*."""

        def at(gamma: Floats) -> tuple[float, Floats, Floats]:
            eta = self.logit @ gamma
            pi = 1 / (1 + np.exp(-eta))
            value = float(chance @ eta - np.logaddexp(0, eta).sum())
            curvature = -(self.logit.T * (pi * (1 - pi))) @ self.logit
            return value, self.logit.T @ (chance - pi), curvature

        return maximise(at, start).place

    def _cox(self, chance: Floats, last: float) -> tuple[Floats, Floats]:
        """Return log hazard ratios among the susceptible, and each person's share still free."""
        offset = np.log(np.maximum(chance, 1e-300))
        sets = replace(self.sets, offset=offset[self.sets.order])
        beta = np.zeros(0)
        if self.columns.shape[1]:
            fit = fit_partial_likelihood(sets, ties="breslow")
            if not fit.converged:
                raise DesignError(
                    "the hazard ratios among the susceptible have no maximum: a group has no event"
                )
            beta = fit.coefficients
        risk = np.exp(self.columns @ beta)
        total = sets.sums_at_risk((risk * chance)[sets.order])
        if len(beta):
            curve = np.exp(-np.cumsum(sets.deaths / total))
        else:  # the product limit, so that without covariates the curve is Kaplan and Meier's
            curve = np.cumprod(1 - sets.deaths / total)
        place = np.searchsorted(sets.time, self.stop, side="right") - 1
        free = np.where(place < 0, 1.0, curve[np.maximum(place, 0)]) ** risk
        # Nobody susceptible is left after the last event.
        return beta, np.where(self.stop > last, 0.0, free)


def _separated() -> DesignError:
    return DesignError(
        "the algorithm does not come to rest: a covariate separates those with events from those "
        "without, as a group without any event does, or there are too few events"
    )


def _bootstrap(problem: _Problem, resamples: int, rng: np.random.Generator) -> Floats:
    """Return estimates and cured share of samples of people; samples without an answer redrawn."""
    n = len(problem.stop)
    draws: list[Floats] = []
    failed = 0
    while len(draws) < resamples:
        rows = rng.integers(0, n, n)
        try:
            draws.append(_resampled(problem, rows))
        except (DesignError, np.linalg.LinAlgError):
            failed += 1
            if failed > resamples:
                raise DesignError(
                    "more samples than asked for had no answer: the data are too few for limits"
                ) from None
    return np.array(draws)


def _resampled(problem: _Problem, rows: Any) -> Floats:
    stop, event = problem.stop[rows], problem.event[rows] > 0
    if not event.any() or not (stop > stop[event].max()).any():
        raise DesignError("nobody is followed beyond the last event")
    sets = risk_sets(
        stop, event, problem.columns[rows] if problem.columns.shape[1] else np.zeros((len(rows), 1))
    )
    own = replace(
        problem, stop=stop, event=event.astype(float), logit=problem.logit[rows],
        columns=problem.columns[rows], sets=sets,
    )  # fmt: skip
    found = own.solve()
    return np.append(found.place, found.cured)
