"""Split-population models of desistance: some never have the event, the others in their time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, Interval
from dipoutcomes.survival.cure._mixture import Split, fit_split, held, profile, split_likelihood
from dipoutcomes.survival.cure.follow_up import sufficient_follow_up
from dipoutcomes.survival.cure.result import CureFit, CureModel, CureModels
from dipoutcomes.survival.regression._location_scale import DISTRIBUTIONS, Times
from dipoutcomes.survival.regression._maximum import Floats, Maximum, profile_limit
from dipoutcomes.survival.regression.covariates import Covariates
from dipoutcomes.survival.regression.parametric import (
    as_covariates,
    no_maximum,
    standardised_design,
    without_time_zero,
)
from dipoutcomes.survival.regression.rows import Checked, RowOptions, check_rows
from dipoutcomes.survival.regression.terms import Coefficients, ratio_terms

if TYPE_CHECKING:
    import pandas as pd

#: Below this many events the shape of a tail is hardly more than assumed.
_FEW_EVENTS = 30
#: A value this much above the best maximum, relative to it, lies on a slope that never ends.
_NO_TOP = 1e-7
#: Logits of being susceptible from which the upper limit is sought where nobody is cured.
_NEARLY_ALL = (6.0, 10.0, 16.0, 25.0)
_NO_UPPER = (
    "no upper limit can be found: every share tried fits far worse than none, as where people are "
    "followed for a short time after a late entry"
)
#: A likelihood ratio this small is the rounding of two equal likelihoods.
_NO_RATIO = 1e-6


def mixture_cure_models(
    durations: ArrayLike,
    observed: ArrayLike,
    susceptible: Mapping[str, ArrayLike] | pd.DataFrame | Covariates | None = None,
    latency: Mapping[str, ArrayLike] | pd.DataFrame | Covariates | None = None,
    *,
    entry: ArrayLike | None = None,
    event_says: str = "seen again",
    confidence_level: float = 0.95,
) -> CureModels:
    r"""Return the share who never have the event, with a Weibull and with a lognormal tail.

    Parameters
    ----------
    durations, observed, entry : array_like, shape (people,)
        As in `kaplan_meier`; an event at time 0 has no log and is refused.
    susceptible : mapping, DataFrame or Covariates, optional
        Covariates of whether a person is one who has the event in the end (logistic).
    latency : mapping, DataFrame or Covariates, optional
        Covariates of how long it takes those who do (log time).
    event_says : str, default "seen again"
    confidence_level : float, default 0.95

    Returns
    -------
    CureModels
        Always both: the share is what the curve would come down to long after follow-up, so it
        rests on the shape assumed there. Where the two differ, the data do not decide. The people
        counted beside it are those without the event when their follow-up ended: some of them
        would have it later.

    Raises
    ------
    TypeError, ValueError
        As in `parametric_regression`.
    DesignError
        If there is no event, or events at one time only, covariates say the same thing, or there
        is no maximum, as where a group has no event. A limit that cannot be found is the end of
        what is possible, or nan where nobody is cured, and the caveat says so.

    Notes
    -----
    :math:`S(t) = 1 - \pi + \pi S_0(t)` with :math:`\mathrm{logit}\,\pi` and the location of log
    time linear in covariates [1]_, [2]_. Maximum likelihood by Newton's steps with analytic
    derivatives from nine starts; limits of the cured share by profile likelihood, since a Wald
    interval takes no notice of the ridge along which more and more people are susceptible for
    longer and longer. They hold the truth as often as they say where the shape is right, and know
    nothing of a wrong one: of 200 simulated cohorts of 200 with a Weibull tail and half of the
    people cured, followed for 96% of the others' events, the Weibull's 95% limits held the truth
    in 96% and the lognormal's in 58%. "Cured" is a word of the model: nobody is shown never to
    offend, and it must not be said of a person. Do not use it where follow-up ends while events
    are still frequent; `follow_up` and `seen_by_the_end` help to judge and decide nothing.

    References
    ----------
    .. [1] Schmidt, P. and Witte, A. D. (1988). Predicting Recidivism Using Survival Models,
       chapter 5.
    .. [2] Maller, R. A. and Zhou, S. (1996). Survival Analysis with Long-Term Survivors.

    Examples
    --------
    >>> models = mixture_cure_models(
    ...     [5, 9, 14, 20, 22, 30, 41, 55, 80, 130, 200, 200, 200, 200, 200, 200],
    ...     [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
    ... )
    >>> print(models.weibull.cured_share)
    share never seen again: 0.437 (95% CI 0.217 to 0.676, profile likelihood, Weibull tail; 7 of 16
    people) [9 events: hardly more than the shape assumed]
    """
    level = check_confidence_level(confidence_level)
    checked = check_rows(durations, observed, RowOptions(entry=entry))
    both = [as_covariates(part, len(checked.stop)) for part in (susceptible, latency)]
    tables = Covariates(
        terms=both[0].terms + both[1].terms, columns=np.hstack([t.columns for t in both])
    )
    checked, tables = without_time_zero(checked, tables)
    cut = len(both[0].terms)
    parts = (
        replace(both[0], columns=tables.columns[:, :cut]),
        replace(both[1], columns=tables.columns[:, cut:]),
    )
    if len(np.unique(checked.stop[checked.event])) < 2:
        raise DesignError(
            f"{int(checked.event.sum())} events at one time have no shape; a split population "
            "needs events at 2 times at the least, and many more to be of use"
        )
    models = {
        tail: _Fit(checked, parts, tail, level, event_says).model()
        for tail in ("weibull", "lognormal")
    }
    return CureModels(
        **models,
        follow_up=sufficient_follow_up(checked.stop, checked.event),
        persons=checked.persons,
        events=int(checked.event.sum()),
    )


class _Fit:
    """One tail fitted, from designs to a `CureModel`."""

    def __init__(
        self, checked: Checked, parts: tuple[Covariates, Covariates], tail: str, level: float,
        event_says: str,
    ) -> None:  # fmt: skip
        self.checked, self.parts, self.tail, self.level = checked, parts, tail, level
        self.measure = f"share never {event_says}"
        self.kind = DISTRIBUTIONS[tail]
        times = Times.of(checked.stop, checked.event, checked.start)
        (first, self.back), (second, self.late_back) = map(standardised_design, parts)
        self.split = Split(times, first, second, self.kind)
        self.at = split_likelihood(self.split)
        self.best, self.plain, reached = fit_split(self.split)
        top = self.plain if self.best is None else self.best
        if not top.converged or reached > top.value + _NO_TOP * (1 + abs(top.value)):
            raise no_maximum()
        self.says = f"{self.kind.title} tail"

    def model(self) -> CureModel:
        """Return the model, or that without any cured people where none fits better."""
        if self.best is None:
            return self._nobody_cured()
        best, plain = self.best, self.plain
        fit = self._own_units(best)
        a, b = self.split.parts
        ratio = max(2 * (best.value - plain.value), 0.0) if plain.converged else float("nan")
        value, interval = self._share(best, fit)
        notes = []
        if self.checked.event.sum() < _FEW_EVENTS:
            events = int(self.checked.event.sum())
            notes.append(f"{events} events: hardly more than the shape assumed")
        interval, unclear = _to_the_ends(interval)
        notes += unclear
        return CureModel(
            tail=self.tail,
            cured_share=self._estimate(value, interval, "; ".join(notes)),
            susceptible_terms=self._terms(fit, slice(1, a), self.parts[0], "odds ratio"),
            latency_terms=self._terms(fit, slice(a + 1, a + b), self.parts[1], "time ratio"),
            seen_by_the_end=self._seen(best.place),
            scale=float(np.exp(best.place[-1])),
            log_likelihood=best.value,
            log_likelihood_without=plain.value if plain.converged else float("nan"),
            p_value=self._p_value(ratio),
            parameters=a + b + 1,
            fit=fit,
        )

    def _nobody_cured(self) -> CureModel:
        upper = self._upper_from_none() if self.split.parts[0] == 1 else float("nan")
        interval = Interval(0.0, upper, self.level, f"profile likelihood, {self.says}")
        caveat = _NO_UPPER if self.split.parts[0] == 1 and np.isnan(upper) else ""
        if np.isnan(upper):
            interval = Interval.none(self.level, f"profile likelihood, {self.says}")
        return CureModel(
            tail=self.tail,
            cured_share=self._estimate(0.0, interval, caveat),
            susceptible_terms=(),
            latency_terms=(),
            seen_by_the_end=self._seen_without(),
            scale=float(np.exp(self.plain.place[-1])),
            log_likelihood=self.plain.value,
            log_likelihood_without=self.plain.value,
            p_value=self._p_value(0.0),
            parameters=self.split.parts[1] + 1,
            caveat="no share above 0 fits better than nobody cured",
        )

    def _p_value(self, ratio: float) -> float:
        """Return that of nobody cured: as often 0 as chi-squared of 1 at the edge."""
        from scipy.special import chdtrc

        if self.split.parts[0] > 1:
            # With nobody cured, covariates of being cured mean nothing: no distribution is known.
            return float("nan")
        # Half of all samples have a ratio of 0, but for rounding.
        return 1.0 if ratio < _NO_RATIO else 0.5 * float(chdtrc(1, ratio))

    def _own_units(self, best: Maximum) -> CureFit:
        a, b = self.split.parts
        turn = np.eye(a + b + 1)
        turn[:a, :a], turn[a : a + b, a : a + b] = self.back, self.late_back
        names = [
            "logit susceptible: (Intercept)",
            *(f"logit susceptible: {name}" for name in self.parts[0].names),
            "log time: (Intercept)",
            *(f"log time: {name}" for name in self.parts[1].names),
            "log scale",
        ]
        ones = np.ones((len(self.checked.stop), 1))
        own = replace(
            self.split,
            susceptible=np.hstack([ones, self.parts[0].columns]),
            latency=np.hstack([ones, self.parts[1].columns]),
        )
        return CureFit(
            tuple(names), turn @ best.place, turn @ best.covariance @ turn.T, own, *self.parts
        )

    def _share(self, best: Maximum, fit: CureFit) -> tuple[float, Interval]:
        """Return the cured share of everybody and its limits."""
        a = self.split.parts[0]
        if a > 1:
            return self._mean_share(fit)
        value = _cured(best.place[0])
        drop = best.value - self._quantile() ** 2 / 2
        error = float(np.sqrt(best.covariance[0, 0]))
        along = profile(self.at, best.place, 0)
        low = _cured(profile_limit(along, float(best.place[0]), drop, error))
        if self.plain.converged and self.plain.value >= drop:
            low = 0.0  # nobody cured is within the limits
        high = _cured(profile_limit(along, float(best.place[0]), drop, -error))
        return value, Interval(low, high, self.level, f"profile likelihood, {self.says}")

    def _mean_share(self, fit: CureFit) -> tuple[float, Interval]:
        a = self.split.parts[0]
        cured = 1 - 1 / (1 + np.exp(-(fit.split.susceptible @ fit.place[:a])))
        value = float(cured.mean())
        slope = -(fit.split.susceptible * (cured * (1 - cured))[:, None]).mean(axis=0)
        error = float(np.sqrt(slope @ fit.covariance[:a, :a] @ slope)) / (value * (1 - value))
        middle, half = np.log(value / (1 - value)), self._quantile() * error
        low, high = (float(1 / (1 + np.exp(-(middle + side * half)))) for side in (-1, 1))
        return value, Interval(low, high, self.level, f"delta method on the logit, {self.says}")

    def _upper_from_none(self) -> float:
        """Return the highest cured share that is nearly as likely as none."""
        drop = self.plain.value - self._quantile() ** 2 / 2
        start = np.concatenate([[4.0], self.plain.place])

        def along(logit: float) -> float:
            return held(self.at, 0, logit, start).value

        for logit in _NEARLY_ALL:
            if along(logit) >= drop:
                return _cured(profile_limit(along, logit, drop, -0.5))
        return float("nan")

    def _seen(self, place: Floats) -> float:
        """Return the share of those with an event in the end who had had it by the last day."""
        a = self.split.parts[0]
        pi = 1 / (1 + np.exp(-(self.split.susceptible @ place[:a])))
        z = (np.log(self.checked.stop.max()) - self.split.latency @ place[a:-1]) / np.exp(place[-1])
        log_s, _, _ = self.kind.log_survival(z)
        return float((pi * -np.expm1(log_s)).sum() / pi.sum())

    def _seen_without(self) -> float:
        everybody = np.zeros(self.split.parts[0])
        everybody[0] = 40.0
        return self._seen(np.concatenate([everybody, self.plain.place]))

    def _terms(self, fit: CureFit, part: slice, table: Covariates, measure: str) -> Any:
        found = Coefficients.normal(fit.place[part], fit.covariance[part, part], self.level)
        method = f"mixture cure model, {self.says}"
        return ratio_terms(found, table, self.checked, self.level, method, measure)

    def _estimate(self, value: float, interval: Interval, caveat: str) -> Estimate:
        return Estimate(
            measure=self.measure,
            value=value,
            interval=interval,
            # Of those who never have it, as far as was seen: some of them would later.
            events=self.checked.persons - int(self.checked.event.sum()),
            base=float(self.checked.persons),
            base_unit="persons",
            caveat=caveat,
        )

    def _quantile(self) -> float:
        from scipy.special import ndtri

        return float(ndtri((1 + self.level) / 2))


def _to_the_ends(interval: Interval) -> tuple[Interval, list[str]]:
    """Return limits in which one that was not found is the end of what is possible."""
    limits, notes = [], []
    for which, limit, end in (("lower", interval.low, 0.0), ("upper", interval.high, 1.0)):
        found = not np.isnan(limit)
        limits.append(limit if found else end)
        if not found:
            notes.append(f"the {which} limit could not be found and is set to {end:g}")
    return replace(interval, low=limits[0], high=limits[1]), notes


def _cured(logit: float) -> float:
    """Return the share that is not susceptible; 0 and 1 at infinity, nan of nan."""
    if np.isnan(logit):
        return float("nan")
    return float(1 / (1 + np.exp(min(logit, 700.0)))) if logit < np.inf else 0.0
