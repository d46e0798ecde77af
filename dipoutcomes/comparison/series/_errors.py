"""Errors of a regression along time: independent, Newey-West, and autocorrelated of order 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, pi

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ANGLES, _SHARES = 41, 6
_STEPS, _CLOSE = 60, 1e-12
_NEGLIGIBLE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """What is known of the coefficients: a mixture of t distributions, of one or of many.

    Parameters
    ----------
    betas : ndarray, shape (g, p)
    covariances : ndarray, shape (g, p, p)
    weights : ndarray, shape (g,)
        Add up to 1.
    df : float
    autocorrelations : ndarray, shape (g,)
    """

    betas: Floats
    covariances: Floats
    weights: Floats
    df: float
    autocorrelations: Floats

    @property
    def beta(self) -> Floats:
        """The mean of the coefficients, shape (p,)."""
        return np.asarray(self.weights @ self.betas, dtype=np.float64)

    @property
    def autocorrelation(self) -> float:
        """The mean autocorrelation of neighbours."""
        return float(self.weights @ self.autocorrelations)

    def _parts(self, rows: Floats) -> tuple[Floats, Floats]:
        centre = self.betas @ rows.T  # (g, m)
        variance = np.einsum("mp,gpq,mq->gm", rows, self.covariances, rows)
        # Never 0: a series that lies on its line has limits of no width, not none.
        least = 1e-14 * (1 + np.abs(centre))
        return centre, np.maximum(np.sqrt(np.maximum(variance, 0.0)), least)

    def below(self, rows: Floats, at: Floats) -> Floats:
        """Return the probability that *rows* times the coefficients lie below *at*, shape (m,)."""
        from scipy.special import stdtr

        centre, error = self._parts(rows)
        return np.asarray(self.weights @ stdtr(self.df, (at - centre) / error), dtype=np.float64)

    def limits(self, rows: Floats, level: float) -> tuple[Floats, Floats]:
        """Return the limits of *rows* times the coefficients, each shape (m,)."""
        from scipy.special import stdtrit

        centre, error = self._parts(rows)
        reach = float(stdtrit(self.df, (1 + level) / 2)) * error
        # Each part's own limit bounds that of the mixture.
        lower = self._root(centre, error, (1 - level) / 2, centre - reach)
        return lower, self._root(centre, error, (1 + level) / 2, centre + reach)

    def _root(self, centre: Floats, error: Floats, tail: float, ends: Floats) -> Floats:
        """Return where the mixture has *tail* below it: Newton's steps, halved where they stray."""
        from scipy.special import gammaln, stdtr

        low, high = ends.min(0), ends.max(0)
        place, df = np.asarray(self.weights @ ends), self.df
        scale = np.exp(gammaln((df + 1) / 2) - gammaln(df / 2)) / np.sqrt(df * pi)
        for _ in range(_STEPS):
            z = (place - centre) / error
            below = self.weights @ stdtr(df, z)
            density = self.weights @ (scale * (1 + z**2 / df) ** (-(df + 1) / 2) / error)
            low, high = np.where(below < tail, place, low), np.where(below < tail, high, place)
            step = place - (below - tail) / density
            place = np.where((step >= low) & (step <= high), step, (low + high) / 2)
            if np.all(np.abs(below - tail) < _CLOSE):
                break
        return place

    def p_value(self, row: Floats) -> float:
        """Return twice the smaller tail beyond 0."""
        tail = float(self.below(row[None, :], np.zeros(1))[0])
        return 2 * min(tail, 1 - tail)


def one(beta: Floats, covariance: Floats, df: float) -> Spread:
    """Return a single t distribution."""
    return Spread(beta[None, :], covariance[None, :, :], np.ones(1), df, np.zeros(1))


def independent(y: Floats, design: Floats) -> Spread:
    """Return least squares whose errors are independent and equally large."""
    n, p = design.shape
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ y
    return one(beta, bread * float(((y - design @ beta) ** 2).sum()) / (n - p), n - p)


def newey_west(y: Floats, design: Floats, lag: int) -> Spread:
    """Return least squares with Newey and West's errors: Bartlett weights, times n / (n - p)."""
    n, p = design.shape
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ y
    score = design * (y - design @ beta)[:, None]
    meat = score.T @ score
    for step in range(1, lag + 1):
        cross = score[step:].T @ score[:-step]
        meat += (1 - step / (lag + 1)) * (cross + cross.T)
    return one(beta, bread @ meat @ bread * n / (n - p), n - p)


def newey_west_lag(n: int) -> int:
    """Return Newey and West's (1994) rule for the lag: the whole part of 4 (n / 100)^(2/9)."""
    return int(4 * (n / 100) ** (2 / 9))


def autoregressive(y: Floats, design: Floats) -> Spread:
    """Return least squares with errors that fade along time, over all that they may be.

    Errors are one part of order 1 with autocorrelation rho and one part of noise by itself (counts
    scatter about a rate that fades). For each rho and each share s of noise generalised least
    squares gives a t distribution; the restricted likelihood weighs them, with the priors
    1 / sqrt(1 - rho^2) and 1 / sqrt(s). Setting rho and s at their best values would take them as
    known.
    """
    n, p = design.shape
    # rho = sin(angle) with equal angles is its prior, s = u^2 with equal u that of s.
    rho = np.sin((np.arange(_ANGLES) + 0.5) / _ANGLES * pi - pi / 2)
    noise = (np.arange(_SHARES) / _SHARES) ** 2
    both, (rhos, noises) = np.column_stack([y, design]), np.meshgrid(rho, noise, indexing="ij")
    betas, breads, squares, logs = _least_squares(both, rhos.ravel(), noises.ravel())
    log_likelihood = logs - (n - p) / 2 * np.log(np.maximum(squares, 1e-300))
    weights = np.exp(log_likelihood - log_likelihood.max())
    kept = weights > _NEGLIGIBLE
    covariances = breads[kept] * (squares[kept] / (n - p))[:, None, None]
    first = (rhos * (1 - noises)).ravel()[kept]
    return Spread(betas[kept], covariances, weights[kept] / weights[kept].sum(), n - p, first)


def _least_squares(both: Floats, rho: Floats, noise: Floats) -> tuple[Floats, ...]:
    """Return what generalised least squares gives for each pair of *rho* and share of *noise*.

    Coefficients (g, p), their bread (g, p, p), the squares left and the rest of the restricted log
    likelihood, each (g,); the first column of *both* is the response.
    """
    white, log_root = _whitened(both, rho, noise)
    z, x = white[..., :1], white[..., 1:]
    across = np.swapaxes(x, 1, 2)
    gram = across @ x
    bread = np.linalg.inv(gram)
    beta = bread @ (across @ z)
    squares = ((z - x @ beta) ** 2).sum((1, 2))
    rest = -log_root - 0.5 * np.linalg.slogdet(gram)[1]
    return beta[..., 0], np.asarray(bread), np.asarray(squares), np.asarray(rest)


def _whitened(both: Floats, rho: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return the columns freed of their correlation (g, n, c), and half the log determinant (g,).

    One pass along time (the Kalman filter of a fading state seen with noise): each value less what
    those before lead to expect, over the root of its variance. The same as a Cholesky root of
    (1 - noise) rho^|i - j| + noise (i = j), in time that grows with n and not with its cube.
    """
    state = np.zeros((len(rho), both.shape[1]))
    variance = 1 - noise
    white = np.empty((len(rho), *both.shape))
    log_root = np.zeros(len(rho))
    for t, values in enumerate(both):
        total = variance + noise
        surprise = values - state
        white[:, t] = surprise / np.sqrt(total)[:, None]
        log_root += 0.5 * np.log(total)
        state = rho[:, None] * (state + (variance / total)[:, None] * surprise)
        variance = rho**2 * variance * noise / total + (1 - rho**2) * (1 - noise)
    return white, log_root


def durbin_watson(residual: Floats) -> float:
    """Return Durbin and Watson's statistic, near 2 where neighbours are unlike each other."""
    total = float((residual**2).sum())
    return float((np.diff(residual) ** 2).sum()) / total if total > 0 else nan


def autocorrelations(residual: Floats, lags: int) -> tuple[float, ...]:
    """Return the autocorrelations of lags 1, 2, ..."""
    centred = residual - residual.mean()
    total = float((centred**2).sum())
    if total == 0:
        return (nan,) * lags
    return tuple(float((centred[k:] * centred[:-k]).sum()) / total for k in range(1, lags + 1))
