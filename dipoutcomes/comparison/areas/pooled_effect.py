"""One effect put together from several areas, and how far areas differ."""

from __future__ import annotations

from math import inf, isnan, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.comparison.areas import _between_areas as between
from dipoutcomes.comparison.areas.effects import AreaEffects
from dipoutcomes.comparison.areas.meta_result import MetaAnalysis
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Interval

Floats = NDArray[np.float64]
Test = Literal["hartung_knapp", "hartung_knapp_truncated", "normal"]
TESTS = {
    "hartung_knapp": "Hartung-Knapp",
    "hartung_knapp_truncated": "Hartung-Knapp, factor at least 1",
    "normal": "normal",
}
Prediction = Literal["higgins", "as_test"]
_FEW, _MANY = 5, 20
_NOTHING = 1e-12


def meta_analysis(
    effects: AreaEffects,
    *,
    estimator: str = "reml",
    test: Test = "hartung_knapp",
    prediction: Prediction = "higgins",
    confidence_level: float = 0.95,
) -> MetaAnalysis:
    """Return the mean effect over areas whose true effects may differ.

    Parameters
    ----------
    effects : AreaEffects
        From `two_group_effects`, `one_group_effects` or `rate_effects`; at least two areas.
    estimator : str, default "reml"
        Of the variance between areas: "reml", "paule_mandel", "dersimonian_laird",
        "maximum_likelihood", "hedges", "sidik_jonkman", "hunter_schmidt"; "common" takes all areas
        to have one effect.
    test : {"hartung_knapp", "hartung_knapp_truncated", "normal"}
        Of the interval of the mean: t with k - 1 degrees of freedom and the spread as seen; the
        same, never with a smaller error than the model's; or the normal, too short with few areas.
    prediction : {"higgins", "as_test"}
        Which quantile the prediction interval takes: t with k - 2 degrees of freedom, or that of
        *test* (as metafor 3.8 does). ``nan`` with two areas under "higgins".
    confidence_level : float, default 0.95

    Returns
    -------
    MetaAnalysis

    Raises
    ------
    DesignError
        With fewer than two areas.
    ValueError
        If an argument is not what is described above.

    Notes
    -----
    Weights are 1 / (v_i + tau2) with the v_i taken as known. I2 is tau2 over tau2 and the typical
    variance within, which equals (Q - df) / Q for DerSimonian-Laird only. With few areas tau2 is
    hardly known: its interval says so. Do not use it to put together areas that were looked at
    because their effects were large.

    Measured over 20,000 sets of normal effects whose errors lie between 0.2 and 0.6, a nominal
    95% interval of the mean by REML held it, with 5 areas and a tau2 of 0, 0.1 and 0.3, in 95.1%,
    94.3% and 94.3% of sets (Hartung-Knapp) and in 96.3%, 91.4% and 88.8% (normal); with 10 areas
    in 95.0%, 93.9% and 94.3%, and in 96.1%, 91.8% and 91.1%. The prediction interval of
    Hartung-Knapp is weaker: it held the next area in 93%, 88% and 92% of sets (5 areas, tau2 0.02,
    0.15 and 0.6), 89%, 87% and 93% (8 areas), 84%, 90% and 94% (20 areas), for tau2 is often
    estimated as 0.

    References
    ----------
    .. [1] DerSimonian, R. and Laird, N. (1986). Controlled Clinical Trials 7, 177-188.
    .. [2] Viechtbauer, W. (2005). Journal of Educational and Behavioral Statistics 30, 261-293
       (REML and others); (2007). Statistics in Medicine 26, 37-52 (Q-profile).
    .. [3] Hartung, J. and Knapp, G. (2001). Statistics in Medicine 20, 3875-3889.
    .. [4] Higgins, J. P. T. and Thompson, S. G. (2002). Statistics in Medicine 21, 1539-1558 (I2).
    .. [5] Higgins, J. P. T., Thompson, S. G. and Spiegelhalter, D. J. (2009). Journal of the Royal
       Statistical Society A 172, 137-159 (prediction).
    .. [6] Paule, R. C. and Mandel, J. (1982). Journal of Research of the National Bureau of
       Standards 87, 377-385.

    Examples
    --------
    >>> from dipoutcomes.comparison.areas import two_group_effects
    >>> effects = two_group_effects([7, 9, 4, 11], [28, 24, 18, 31], [12, 11, 9, 15],
    ...     [29, 25, 20, 30])
    >>> result = meta_analysis(effects)
    >>> [round(result.printed(x), 2) for x in (result.value, *result.interval)]
    [0.69, 0.5, 0.95]
    """
    word = between.ALIASES.get(estimator, estimator)
    title, function = between.ESTIMATORS[check_choice("estimator", word, list(between.ESTIMATORS))]
    check_choice("test", test, list(TESTS))
    check_choice("prediction", prediction, ("higgins", "as_test"))
    level, y, v = check_confidence_level(confidence_level), effects.effects, effects.variances
    k = len(y)
    if k < 2:
        raise DesignError(
            f"{k} area: how areas differ cannot be seen. At least two areas are needed; report the "
            "one with its own interval."
        )
    tau2 = function(y, v)
    mean, root, df, factor = _mean(y, v, tau2, test)
    q = float(between.q_at(y, v, np.zeros(())))
    i2, h2 = _inconsistency(v, float(tau2), q, common=word == "common")
    weights = 1 / (v + tau2)
    error = float(root)
    half = _quantile(float(df), level) * error
    centre = float(mean)
    return MetaAnalysis(
        areas=effects.areas,
        effects=y,
        variances=v,
        weights=weights / weights.sum(),
        measure=effects.measure,
        is_log=effects.is_log,
        value=centre,
        std_error=error,
        interval=Interval(centre - half, centre + half, level, f"{title}, {TESTS[test]}"),
        p_value=_p_value(centre / error, float(df)),
        df=float(df),
        tau2=float(tau2),
        tau2_interval=tau2_interval(y, v, level),
        i2=i2,
        h2=h2,
        q=q,
        q_p_value=_chi2_tail(q, k - 1),
        prediction_interval=_prediction(
            centre, error, float(tau2), float(df), k, level,
            word == "common", prediction,
        ),
        estimator=title,
        test=TESTS[test],
        caveat="; ".join(_caveats(effects.caveat, k, float(factor), test, word)),
    )  # fmt: skip


def tau2_interval(y: Floats, v: Floats, level: float) -> Interval:
    """Return the Q-profile interval of the variance between areas (Viechtbauer 2007)."""
    from scipy.special import chdtri

    df, alpha = y.shape[-1] - 1, 1 - level
    large, small = float(chdtri(df, alpha / 2)), float(chdtri(df, 1 - alpha / 2))
    if float(between.q_at(y, v, np.zeros(()))) < small:
        return Interval.none(level, "Q-profile: areas differ less than chance alone would have it")
    low, high = (float(between.q_solution(y, v, target)) for target in (large, small))
    return Interval(low, high, level, "Q-profile")


def _mean(y: Floats, v: Floats, tau2: Floats, test: str) -> tuple[Floats, Floats, float, Floats]:
    """Return mean, its error, degrees of freedom and the factor of Hartung and Knapp."""
    weight = 1 / (v + np.asarray(tau2)[..., None])
    mean, error = between.weighted_mean(y, weight), 1 / np.sqrt(weight.sum(-1))
    factor = between.q_at(y, v, tau2) / (y.shape[-1] - 1)
    if test == "normal":
        return mean, error, inf, factor
    # An error of 0, where all areas are the same, is no certainty.
    known = np.where(factor > _NOTHING, factor, nan)
    used = np.maximum(factor, 1.0) if test == "hartung_knapp_truncated" else known
    return mean, error * np.sqrt(used), y.shape[-1] - 1.0, factor


def _inconsistency(v: Floats, tau2: float, q: float, *, common: bool) -> tuple[float, float]:
    if common:  # without a tau2 of its own: Higgins and Thompson's from Q
        df = len(v) - 1
        return (max(0.0, (q - df) / q) if q > 0 else 0.0), q / df
    within = float(between.typical_variance(v))
    return tau2 / (tau2 + within), 1 + tau2 / within


def _prediction(
    mean: float,
    error: float,
    tau2: float,
    df: float,
    k: int,
    level: float,
    common: bool,
    how: str,
) -> Interval:
    if common:
        return Interval.none(level, "none where all areas are taken to have one effect")
    if how == "higgins" and k < 3:
        return Interval.none(level, "none from two areas: t with k - 2 degrees of freedom")
    quantile = _quantile(k - 2.0 if how == "higgins" else df, level)
    half = quantile * sqrt(tau2 + error**2)
    name = "t(k - 2), Higgins and others" if how == "higgins" else "quantile of the test"
    return Interval(mean - half, mean + half, level, name)


def _caveats(given: str, k: int, factor: float, test: str, word: str) -> list[str]:
    found = [given] if given else []
    if word != "common" and k < _FEW:
        found.append(f"with {k} areas the variance between them is hardly known")
    if test == "hartung_knapp" and factor <= _NOTHING:
        found.append(
            "all areas show one effect: their spread is not known, and there are no limits"
        )
    elif test == "hartung_knapp" and factor < 1:
        found.append(
            "areas differ less than their own errors lead to expect, so the interval is shorter "
            "than the model's; 'hartung_knapp_truncated' does not allow that"
        )
    if word != "common" and k < _MANY:
        found.append(
            f"from {k} areas the interval for one more area is too short where their variance is "
            "estimated too low"
        )
    if test == "normal" and k < _MANY:
        found.append(f"the normal interval is too short for {k} areas that differ")
    return found


def _quantile(df: float, level: float) -> float:
    from scipy.special import ndtri, stdtrit

    half = (1 + level) / 2
    return float(ndtri(half) if df == inf else stdtrit(df, half))


def _p_value(statistic: float, df: float) -> float:
    from scipy.special import ndtr, stdtr

    if isnan(statistic):
        return nan
    return float(2 * (ndtr(-abs(statistic)) if df == inf else stdtr(df, -abs(statistic))))


def _chi2_tail(q: float, df: float) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, q))
