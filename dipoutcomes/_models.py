"""What rooms fit to counts of events: the spread between people, and statsmodels' one door."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def log_rate_influence(events: Floats, exposure: Floats) -> Floats:
    """Return what each person adds to the error of ``log(sum(events) / sum(exposure))``.

    A person's residual over the total of events, divided by one less their share of the exposure:
    the residual that they would have had, had they not helped to set the rate (as in HC3; Long
    and Ervin 2000, The American Statistician 54, 217-224). Shape (n,); the total of events must
    be above 0.
    """
    total, time = events.sum(), exposure.sum()
    share = np.minimum(exposure / time, 1 - 1e-9)
    return np.asarray((events - total / time * exposure) / total / (1 - share), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class LogEstimate:
    """A log rate or log ratio with the spread between people.

    ``df`` are Satterthwaite's degrees of freedom, 2 / ((kurtosis - 3) / n + 2 / (n - 1)): where a
    few people make most of the spread it is itself poorly known, and n - 1 would claim too much.
    """

    value: float
    std_error: float
    df: float

    @classmethod
    def of(cls, estimate: float, influence: Floats) -> LogEstimate:
        """Return the log of *estimate* (> 0) with its error from the persons' *influence*."""
        n, squares = len(influence), float((influence**2).sum())
        if n < 2:
            return cls(log(estimate), inf, 1.0)
        if squares < 1e-20:  # nothing but rounding: everybody has the same rate
            return cls(log(estimate), 0.0, n - 1.0)
        kurtosis = n * float((influence**4).sum()) / squares**2
        df = 2 * n / (kurtosis - 1 + 2 / (n - 1))
        return cls(log(estimate), sqrt(squares), min(max(df, 1.0), n - 1.0))

    def limits(self, confidence_level: float) -> tuple[float, float]:
        """Return the limits on the scale of the rate or ratio; 0 and infinity for one person."""
        if self.std_error == inf:
            return 0.0, inf
        from scipy.special import stdtrit

        half = float(stdtrit(self.df, (1 + confidence_level) / 2)) * self.std_error
        return _exp(self.value - half), _exp(self.value + half)

    def p_value(self) -> float:
        """Return the two-sided p-value of a rate or ratio of 1."""
        if self.std_error in (0.0, inf):
            return 1.0 if self.std_error == inf or self.value == 0 else 0.0
        from scipy.special import stdtr

        return float(2 * stdtr(self.df, -abs(self.value) / self.std_error))


def _exp(value: float) -> float:
    return exp(value) if value < 700 else inf


@dataclass(frozen=True, slots=True)
class NegativeBinomialFit:
    """A negative binomial (NB2) regression by maximum likelihood.

    ``coefficients`` are log rates and log rate ratios; ``covariance`` is from the joint observed
    information, the dispersion being estimated too. ``converged`` is False where the data show
    no more spread than Poisson's, or the search failed; the other fields are then not to be used.
    """

    coefficients: Floats
    std_errors: Floats
    dispersion: float
    log_likelihood: float
    converged: bool


def fit_negative_binomial(
    events: Floats, exposure: Floats, columns: Floats | None = None
) -> NegativeBinomialFit:
    """Return the fit of events on a constant and *columns*, with log exposure as offset.

    Parameters
    ----------
    events, exposure : ndarray, shape (n,)
        Counts, and time at risk above 0.
    columns : ndarray, shape (n, p), optional
        Covariates; without them the one coefficient is the log rate.

    References
    ----------
    Lawless, J. F. (1987). Canadian Journal of Statistics 15, 209-225.
    """
    import warnings

    import statsmodels.api as sm

    constant = np.ones((len(events), 1))
    design = constant if columns is None else np.hstack([constant, columns])
    model = sm.NegativeBinomial(events, design, loglike_method="nb2", offset=np.log(exposure))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a failed search is reported by `converged`
        try:
            # Quasi-Newton to come near, then Newton: alone the first stops 1e-5 short of the top.
            near = model.fit(disp=0, maxiter=500)
            fit = model.fit(start_params=near.params, method="newton", disp=0, maxiter=100)
            return _plain(fit)
        except (np.linalg.LinAlgError, ValueError):
            none = np.full(design.shape[1], np.nan)
            return NegativeBinomialFit(none, none, np.nan, np.nan, converged=False)


def _plain(fit: Any) -> NegativeBinomialFit:
    params, errors = np.asarray(fit.params), np.asarray(fit.bse)
    good = bool(fit.mle_retvals["converged"]) and bool(np.all(np.isfinite(errors)))
    # At the edge of the parameter's range the curvature says nothing about the error.
    good = good and params[-1] > 1e-6 and bool(np.all(errors > 0))
    return NegativeBinomialFit(params[:-1], errors[:-1], float(params[-1]), float(fit.llf), good)
