"""A share of the frame, from a sample of any design, with limits that stay possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import asin, inf, log, log1p, pi, sin, sqrt
from sys import float_info

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import betaincinv, expit, stdtrit

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Interval
from dipoutcomes.sampling.survey_estimates import checked, survey_mean
from dipoutcomes.sampling.survey_result import SurveyEstimate
from dipoutcomes.sampling.survey_structure import SurveyDesign
from dipoutcomes.sampling.weights import kish_effective_size


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What an interval is made from: share, its variance, people, degrees of freedom, level."""

    share: float
    variance: float
    n: int
    df: int
    level: float
    most: float = inf

    @property
    def t(self) -> float:
        return float(stdtrit(self.df, (1 + self.level) / 2))

    @property
    def effective(self) -> float:
        """People of a simple random sample with replacement that would have this variance."""
        return min(self.share * (1 - self.share) / self.variance, self.most)


Limits = tuple[float, float]


def _logit(seen: _Seen) -> Limits:
    p = seen.share
    centre, half = log(p) - log1p(-p), seen.t * sqrt(seen.variance) / (p * (1 - p))
    return float(expit(centre - half)), float(expit(centre + half))


def _mean(seen: _Seen) -> Limits:
    half = seen.t * sqrt(seen.variance)
    return seen.share - half, seen.share + half


def _asin(seen: _Seen) -> Limits:
    p = seen.share
    centre, half = asin(sqrt(p)), seen.t * sqrt(seen.variance / (p * (1 - p))) / 2
    # Beyond the quarter circle the sine would turn back into the interval.
    return sin(max(centre - half, 0.0)) ** 2, sin(min(centre + half, pi / 2)) ** 2


def _likelihood(seen: _Seen) -> Limits:
    """Rao and Scott: twice the log-likelihood ratio, over its design effect, against t squared."""
    p, n = seen.share, seen.n
    critical = seen.t**2 * seen.variance / (p * (1 - p)) * n / (n - 1) / 2

    def beyond(log_odds: float) -> float:
        # log(1 + exp(x)) without overflow; the log-likelihood of one person at these log-odds.
        fitted = p * log_odds - np.logaddexp(0, log_odds)
        return float(p * log(p) + (1 - p) * log1p(-p) - fitted) - critical

    centre, edge = log(p) - log1p(-p), 700.0
    low = -edge if beyond(-edge) < 0 else brentq(beyond, -edge, centre, xtol=1e-13)
    high = edge if beyond(edge) < 0 else brentq(beyond, centre, edge, xtol=1e-13)
    return float(expit(low)), float(expit(high))


def _beta(seen: _Seen) -> Limits:
    return _korn_graubard(seen, seen.effective)


def _korn_graubard(seen: _Seen, effective: float) -> Limits:
    """Clopper-Pearson on an effective sample size, which need not be whole."""
    size = effective * _t_factor(seen)
    tail, events = (1 - seen.level) / 2, seen.share * size
    others = size - events
    low = 0.0 if events <= 0 else float(betaincinv(events, others + 1, tail))
    high = 1.0 if others <= 0 else float(betaincinv(events + 1, others, 1 - tail))
    return low, high


def _t_factor(seen: _Seen) -> float:
    """Return Korn and Graubard's allowance for few degrees of freedom, never above 1.

    In a small domain of a large design the quotient would add people who were never seen.
    """
    if seen.n < 2:
        return 1.0
    own = float(stdtrit(seen.n - 1, (1 + seen.level) / 2))
    return min(1.0, (own / seen.t) ** 2)


@dataclass(frozen=True, slots=True)
class _Method:
    title: str
    limits: Callable[[_Seen], Limits]


_METHODS = {
    "beta": _Method("Korn-Graubard beta", _beta),
    "logit": _Method("logit, linearised", _logit),
    "xlogit": _Method("logit, linearised", _logit),
    "likelihood": _Method("likelihood ratio, scaled (Rao-Scott)", _likelihood),
    "asin": _Method("arcsine, linearised", _asin),
    "mean": _Method("t, linearised", _mean),
}
PROPORTION_METHODS = tuple(_METHODS)
#: How much a measured spread must exceed rounding to count as one.
_NO_VARIANCE = 16 * float_info.epsilon


def survey_proportion(
    event: ArrayLike,
    design: SurveyDesign,
    *,
    domain: ArrayLike | None = None,
    method: str = "beta",
    at_most_n: bool = False,
    measure: str = "share",
    confidence_level: float = 0.95,
) -> SurveyEstimate:
    """Return the share of the frame, or of a domain of it, with an event.

    Parameters
    ----------
    event : array_like of bool, or of 0 and 1, shape (n,)
        One a person of the sample, in the order of *design*; may be missing outside *domain*.
    design : SurveyDesign
    domain : array_like of bool, shape (n,), optional
        Who is meant; the whole design is kept, as in `survey_mean`.
    method : {"beta", "logit", "xlogit", "likelihood", "asin", "mean"}
        "beta": Clopper-Pearson on the effective sample size, at least nominal in most designs.
        "logit" ("xlogit" is the same): t on the log-odds. "likelihood": likelihood ratio over its
        design effect. "asin": t on the arcsine scale. "mean": t on the share itself, not clipped,
        for comparison only.
    at_most_n : bool, default False
        For "beta": never count more people than there are. Clusters make a sample less precise
        and hardly ever more; where few were drawn an estimated design effect below 1 is chance,
        and an interval from it far too short.
    measure : str
        As a report prints it.
    confidence_level : float, default 0.95

    Returns
    -------
    SurveyEstimate
        With the design effect as it was estimated, also where *at_most_n* set it aside.

    Raises
    ------
    DesignError
        As `survey_mean`, and if a value is neither 0 nor 1.

    Notes
    -----
    Where nobody, or everybody, had an event (or no spread was seen for another reason) the
    estimated variance is 0, and every method above gives an error, nothing or a width of 0. Then
    the beta limits are given whatever the method asked for, on the effective sample size that the
    design has without the outcome: Kish's, which is *n* for equal weights. The caveat says so. A
    design effect of clusters, which cannot be seen without an event, is not in it.

    References
    ----------
    .. [1] Korn, E. L. and Graubard, B. I. (1998). Survey Methodology 24, 193-201.
    .. [2] Rao, J. N. K. and Scott, A. J. (1984). Annals of Statistics 12, 46-60.
    .. [3] Lumley, T. (2010). Complex Surveys. New York: Wiley (``svyciprop`` of R's survey).
    .. [4] Parker, J. D. et al. (2017). National Center for Health Statistics data presentation
       standards for proportions. Vital and Health Statistics 2(175) (*at_most_n*).
    .. [5] Kish, L. (1965). Survey Sampling. New York: Wiley, section 11.7.

    Examples
    --------
    >>> from dipoutcomes.sampling import survey_design
    >>> design = survey_design([5] * 4 + [2] * 6, strata=[0] * 4 + [1] * 6)
    >>> print(survey_proportion([1, 0, 0, 1, 0, 0, 0, 1, 0, 0], design).interval)
    95% CI 0.062 to 0.801, Korn-Graubard beta
    """
    check_choice("method", method, PROPORTION_METHODS)
    level = check_confidence_level(confidence_level)
    y, inside = checked(event, design, domain)
    other = int(((y != 0) & (y != 1)).sum())
    if other:
        raise DesignError(
            f"{other} of {int(inside.sum())} values are neither 0 nor 1; for an amount use "
            "survey_mean"
        )
    mean = survey_mean(y, design, domain=inside, measure=measure, confidence_level=level)
    found = replace(mean, quantity="share", events=int(y.sum()))
    if design.is_census or design.df < 1:
        return found
    most = float(mean.n) if at_most_n else inf
    seen = _Seen(
        share=mean.value, variance=mean.std_error**2, n=mean.n, df=mean.df, level=level, most=most
    )
    if mean.std_error <= _NO_VARIANCE or not 0 < mean.value < 1:
        return _without_spread(found, seen, kish_effective_size(design.weights[inside]), design)
    chosen = _METHODS[method]
    return replace(found, interval=Interval(*chosen.limits(seen), level, chosen.title))


def _without_spread(
    found: SurveyEstimate, seen: _Seen, effective: float, design: SurveyDesign
) -> SurveyEstimate:
    """Return beta limits on what the weights alone leave of the sample, and say so."""
    share = float(found.events == found.n) if found.events in {0, found.n} else seen.share
    why = {0.0: "nobody had an event", 1.0: "everybody had an event"}.get(
        share, "no spread was seen within strata"
    )
    clusters = ", and clusters could not be allowed for" if design.clustered else ""
    limits = _korn_graubard(replace(seen, share=share), effective)
    return replace(
        found,
        value=share,
        std_error=0.0,
        design_effect=float("nan"),
        effective_n=effective,
        interval=Interval(*limits, seen.level, _METHODS["beta"].title),
        caveat=f"{why}: beta limits on the effective sample size of the weights alone{clusters}",
    )
