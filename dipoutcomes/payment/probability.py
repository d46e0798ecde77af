"""How likely it is that a threshold was truly met, under a prior that is named."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import isnan, log, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, ndtr, ndtri

from dipoutcomes._validate import check_choice, check_positive
from dipoutcomes.payment._paired_shares import cells_of, chance_of_fall
from dipoutcomes.payment.metric import Measured
from dipoutcomes.protocol.model.contract import Measure, Term

SharePrior = Literal["jeffreys", "uniform"]
#: a of the Beta(a, a) prior of a share, by the prior's name.
SHARE_PRIORS = {"jeffreys": 0.5, "uniform": 1.0}
#: Standard deviation of the prior of a log ratio: 95% between a fall of 62% and a rise of 166%.
LOG_RATIO_PRIOR_SD = 0.5
_NODES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TrulyMet:
    """The probability that a threshold was truly met, given what was counted and a prior.

    Parameters
    ----------
    value : float
        nan where it cannot be said.
    prior : str
        In words.
    caveat : str
        What weakens it, or why there is none.
    """

    value: float
    prior: str
    caveat: str = ""


def probability_truly_met(
    measure: Measure,
    term: Term,
    treated: Measured,
    baseline: Measured | None,
    *,
    share_prior: SharePrior = "jeffreys",
    log_ratio_prior_sd: float = LOG_RATIO_PRIOR_SD,
) -> TrulyMet:
    """Return the probability that the true reduction reaches the term's threshold.

    Parameters
    ----------
    measure : Measure
    term : Term
        Its threshold is asked about; its demands of significance, hurdles and exclusions are not.
    treated, baseline : Measured
        As counted, with their errors. The baseline's error is carried.
    share_prior : {"jeffreys", "uniform"}
        Of a share: Beta(1/2, 1/2) or Beta(1, 1), for the cohort and, independently, for a baseline
        that was estimated from counts. Where the baseline is the same people before, 1/2 or 1 for
        each of four cells (both, before alone, after alone, never), a Dirichlet prior.
    log_ratio_prior_sd : float, default 0.5
        Of every other measure: the log of its ratio to the baseline has a normal prior around 0.

    Returns
    -------
    TrulyMet

    Notes
    -----
    For shares the posterior of each is a beta distribution, and
    P = E[F(b - t)] over the posterior of the baseline b, with F the cohort's distribution function
    (or F(b (1 - t)) for a relative threshold), integrated by Gauss-Legendre quadrature over the
    quantiles of b. For frequencies the log ratio d has the standard error
    s = sqrt((s1/v1)^2 + (s2/v2)^2); with the prior N(0, p^2) its posterior is normal with mean
    d p^2 / (p^2 + s^2) and variance p^2 s^2 / (p^2 + s^2).

    This is no p-value and not 1 less one: those say how often chance alone would do as much, this
    says what to believe of this cohort, and depends on the prior. An absolute threshold of a
    frequency is judged as the share that it is of the counted baseline.

    Examples
    --------
    >>> from dipoutcomes.protocol.model.payment import Group
    >>> from dipoutcomes.payment.metric import measured
    >>> measure = Measure(name="m", says="share", kind="binary", event_type="conviction",
    ...                   window_months=12)
    >>> term = Term(name="t", says="5 points", measure="m", test="absolute_reduction",
    ...             threshold="0.05")
    >>> treated = measured(measure, Group(events=53, people=100))
    >>> known = Measured(value=0.58, low=0.58, high=0.58, standard_error=0.0)
    >>> f"{probability_truly_met(measure, term, treated, known).value:.2f}"
    '0.50'
    """
    check_choice("share_prior", share_prior, list(SHARE_PRIORS))
    spread = check_positive("log_ratio_prior_sd", log_ratio_prior_sd)
    if term.test == "none":
        return TrulyMet(value=nan, prior="", caveat="the term has no threshold")
    if measure.is_share:
        return _of_shares(measure, term, treated, baseline, share_prior)
    return _of_ratio(measure, term, treated, baseline, spread)


def _of_shares(
    measure: Measure, term: Term, treated: Measured, baseline: Measured | None, prior: SharePrior
) -> TrulyMet:
    says = {"jeffreys": "Jeffreys' prior, Beta(1/2, 1/2)", "uniform": "a uniform prior, Beta(1, 1)"}
    words = f"{says[prior]}, for each share"
    if treated.events is None or not treated.people:
        return TrulyMet(value=nan, prior=words, caveat="the number of people is not given")
    shape = SHARE_PRIORS[prior]
    first = treated.events + shape, treated.people - treated.events + shape
    if term.test == "level":
        bounds, weights = np.array([float(term.threshold)]), np.array([1.0])
    elif baseline is None:
        return TrulyMet(value=nan, prior=words, caveat="there is no baseline")
    elif measure.baseline is not None and measure.baseline.kind == "own_past":
        return _of_the_same_people(measure, term, treated, baseline, prior)
    else:
        values, weights, caveat = _baseline_nodes(baseline, shape)
        if caveat:
            return TrulyMet(value=nan, prior=words, caveat=caveat)
        bounds = _bounds(measure, term, values)
    below = betainc(*first, np.clip(bounds, 0.0, 1.0))
    reached = 1 - below if measure.higher_is_better else below
    return TrulyMet(value=float(np.sum(weights * reached)), prior=words)


def _of_the_same_people(
    measure: Measure, term: Term, treated: Measured, baseline: Measured, prior: SharePrior
) -> TrulyMet:
    each = {"jeffreys": "1/2", "uniform": "1"}[prior]
    words = (
        "a Dirichlet prior of the four shares of people with an event before and after, before "
        f"alone, after alone and never, {each} for each"
    )
    cells = cells_of(treated, baseline)
    if cells is None:
        caveat = (
            "two shares of the same people are not independent: it needs people, events and the "
            "correlation of both"
        )
        return TrulyMet(value=nan, prior=words, caveat=caveat)
    if measure.higher_is_better:  # a rise is a fall of those without
        cells = cells[0], cells[2], cells[1], cells[3]
        if term.test == "relative_reduction":
            caveat = "not worked out for a relative rise of a share of the same people"
            return TrulyMet(value=nan, prior=words, caveat=caveat)
    value = chance_of_fall(
        cells,
        float(term.threshold),
        relative=term.test == "relative_reduction",
        prior=SHARE_PRIORS[prior],
    )
    return TrulyMet(value=value, prior=words)


def _bounds(measure: Measure, term: Term, baseline: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the value that just meets the threshold, for each value of the baseline."""
    step = float(term.threshold) * (-1 if not measure.higher_is_better else 1)
    return baseline * (1 + step) if term.test == "relative_reduction" else baseline + step


def _baseline_nodes(
    baseline: Measured, shape: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    """Return values of the baseline with their weights: one, or quantiles of its posterior."""
    if baseline.is_known_exactly:
        return np.array([float(baseline.value)]), np.array([1.0]), ""
    at, weights = _quadrature()
    if baseline.events is not None and baseline.people:
        a, b = baseline.events + shape, baseline.people - baseline.events + shape
        return np.asarray(betaincinv(a, b, at)), weights, ""
    if not isnan(baseline.standard_error):
        values = float(baseline.value) + baseline.standard_error * ndtri(at)
        return np.clip(values, 0.0, 1.0), weights, ""
    return at, weights, "the baseline was estimated and its error is not known"


@cache
def _quadrature() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points of (0, 1) with their weights, which add up to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2


def _of_ratio(
    measure: Measure, term: Term, treated: Measured, baseline: Measured | None, spread: float
) -> TrulyMet:
    words = (
        f"a normal prior of the log of the ratio to the baseline, mean 0, standard deviation "
        f"{spread:g}"
    )

    def none(caveat: str) -> TrulyMet:
        return TrulyMet(value=nan, prior=words, caveat=caveat)

    if baseline is None:
        return none("there is no baseline")
    if treated.value <= 0 or baseline.value <= 0:
        return none("one of the values is 0, so their ratio has no error that could be seen")
    if isnan(treated.standard_error) or isnan(baseline.standard_error):
        which = "cohort's" if isnan(treated.standard_error) else "baseline's"
        return none(f"the {which} error is not known")
    value, base = float(treated.value), float(baseline.value)
    if term.test == "level":
        bound = float(term.threshold)
    else:
        bound = float(_bounds(measure, term, np.array([base]))[0])
    if bound <= 0:
        return TrulyMet(value=0.0, prior=words, caveat="the threshold lies at or below nothing")
    first, second = treated.standard_error / value, baseline.standard_error / base
    variance = max(first**2 + second**2 - 2 * baseline.correlation * first * second, 0.0)
    shrink = spread**2 / (spread**2 + variance)
    mean, deviation = shrink * log(value / base), sqrt(shrink * variance)
    gap = log(bound / base) - mean
    below = float(gap >= 0) if deviation == 0 else float(ndtr(gap / deviation))
    return TrulyMet(value=1 - below if measure.higher_is_better else below, prior=words)
