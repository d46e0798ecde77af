"""What rooms fit to counts of events: the spread between people, and statsmodels' one door."""

from __future__ import annotations

from collections.abc import Callable
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
class PoissonFit:
    """A Poisson regression with log link by maximum likelihood.

    ``coefficients`` are log rates and log rate ratios; ``covariance`` is the model's own,
    ``robust`` that of the sandwich by its name. ``dispersion`` is Pearson's chi-square over the
    residual degrees of freedom. ``converged`` is False where the likelihood has no maximum, as
    with a group without events; the other fields are then not to be used.
    """

    coefficients: Floats
    covariance: Floats
    robust: dict[str, Floats]
    dispersion: float
    log_likelihood: float
    converged: bool


def design_of(persons: int, columns: Floats | None) -> Floats:
    """Return a column of ones, and *columns* beside it."""
    constant = np.ones((persons, 1))
    return constant if columns is None else np.hstack([constant, columns])


def fit_poisson(events: Floats, exposure: Floats, columns: Floats | None = None) -> PoissonFit:
    """Return the fit of events on a constant and *columns*, with log exposure as offset.

    Parameters and shapes are those of `fit_negative_binomial`; there must be an event, and more
    people than coefficients.

    References
    ----------
    White, H. (1980). Econometrica 48, 817-838 (HC0); MacKinnon, J. G. and White, H. (1985).
    Journal of Econometrics 29, 305-325 (HC1, HC3).
    """
    import statsmodels.api as sm

    design = design_of(len(events), columns)
    model = sm.GLM(events, design, family=sm.families.Poisson(), offset=np.log(exposure))
    with np.errstate(all="ignore"):
        start = np.asarray(model.fit().params)
        beta, converged = _newton(
            start, lambda b: design.T @ (events - _means(design, exposure, b)),
            lambda b: -(design.T * _means(design, exposure, b)) @ design,
        )  # fmt: skip
    n, p = design.shape
    none = np.full((p, p), np.nan)
    if not converged:
        return PoissonFit(np.full(p, np.nan), none, {}, np.nan, np.nan, converged=False)
    mean = _means(design, exposure, beta)
    bread: Floats = np.asarray(np.linalg.inv((design.T * mean) @ design), dtype=np.float64)
    residual = events - mean
    leverage = mean * np.einsum("ij,jk,ik->i", design, bread, design)
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = np.where(leverage < 1 - 1e-9, residual / (1 - leverage), np.nan)
    robust = {
        name: bread @ ((design.T * size**2) @ design) @ bread * factor
        for name, size, factor in (
            ("HC0", residual, 1.0), ("HC1", residual, n / (n - p)), ("HC3", alone, 1.0),
        )
    }  # fmt: skip
    return PoissonFit(
        coefficients=beta,
        covariance=bread,
        robust=robust,
        dispersion=float((residual**2 / mean).sum() / (n - p)),
        log_likelihood=float(model.loglike(beta)),
        converged=True,
    )


def _means(design: Floats, exposure: Floats, beta: Floats) -> Floats:
    return np.asarray(exposure * np.exp(design @ beta), dtype=np.float64)


def _newton(
    start: Floats,
    slope: Callable[[Floats], Any],
    curvature: Callable[[Floats], Any],
    *,
    inside: Callable[[Floats], bool] = lambda _: True,
) -> tuple[Floats, bool]:
    """Return where *slope* is zero, and whether it was found; a maximum far off never is.

    A step that would leave the range of the parameters, where *inside* is false, is halved until it
    does not: beyond it the likelihood is not defined, and its functions may never return.
    """
    place = np.asarray(start, dtype=np.float64)
    for _ in range(50):
        if not inside(place):
            return place, False
        try:
            step = np.linalg.solve(curvature(place), slope(place))
        except np.linalg.LinAlgError:
            return place, False
        if not np.all(np.isfinite(step)):
            return place, False
        while not inside(place - step) and np.any(np.abs(step) > 1e-12):
            step = step / 2
        place = place - step
        if np.all(np.abs(step) <= 1e-11 * (1 + np.abs(place))):
            return place, True
    return place, False


@dataclass(frozen=True, slots=True)
class NegativeBinomialFit:
    """A negative binomial (NB2) regression by maximum likelihood.

    ``coefficients`` are log rates and log rate ratios; ``std_errors`` and ``dispersion_error``
    are from the joint observed information, the dispersion being estimated too.
    ``known_errors`` take the dispersion for known and the information as expected, and
    ``size_error`` is that of 1 / dispersion for known coefficients: both as MASS does.
    ``converged`` is False where the data show no more spread than Poisson's, or the search
    failed; the other fields are then not to be used.
    """

    coefficients: Floats
    std_errors: Floats
    dispersion: float
    log_likelihood: float
    converged: bool
    known_errors: Floats
    dispersion_error: float
    size_error: float


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

    design = design_of(len(events), columns)
    model = sm.NegativeBinomial(events, design, loglike_method="nb2", offset=np.log(exposure))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a failed search is reported by `converged`
        try:
            # Quasi-Newton to come near, then Newton: alone the first stops 1e-5 short of the top.
            start = np.asarray(model.fit(disp=0, maxiter=500).params)
            place, converged = _newton(
                start, model.score, model.hessian, inside=lambda p: bool(p[-1] > 0)
            )
            # At the edge of the parameter's range the curvature says nothing about the error.
            if converged and place[-1] > 1e-6:
                return _negative_binomial_at(place, model, events, exposure, design)
        except (np.linalg.LinAlgError, ValueError):
            pass
    none = np.full(design.shape[1], np.nan)
    nan = float("nan")
    return NegativeBinomialFit(
        none, none, nan, nan, converged=False,
        known_errors=none, dispersion_error=nan, size_error=nan,
    )  # fmt: skip


def _negative_binomial_at(
    place: Floats, model: Any, events: Floats, exposure: Floats, design: Floats
) -> NegativeBinomialFit:
    from scipy.special import polygamma

    beta, alpha = place[:-1], float(place[-1])
    errors = np.sqrt(np.diag(np.linalg.inv(-np.asarray(model.hessian(place)))))
    mean, size = _means(design, exposure, beta), 1 / alpha
    weight = mean / (1 + alpha * mean)
    known = np.sqrt(np.diag(np.linalg.inv((design.T * weight) @ design)))
    information = polygamma(1, size) - polygamma(1, size + events) - alpha
    information = information + 2 / (mean + size) - (events + size) / (mean + size) ** 2
    return NegativeBinomialFit(
        coefficients=beta,
        std_errors=errors[:-1],
        dispersion=alpha,
        log_likelihood=float(model.loglike(place)),
        converged=bool(np.all(np.isfinite(errors)) and np.all(errors > 0)),
        known_errors=known,
        dispersion_error=float(errors[-1]),
        size_error=float(1 / np.sqrt(information.sum())),
    )
