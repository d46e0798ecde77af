"""Means, totals and ratios in the frame, from a sample of any design."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Interval
from dipoutcomes.sampling.survey_result import SurveyEstimate
from dipoutcomes.sampling.survey_structure import Floats, Mask, SurveyDesign, linearised_variance

NAN = float("nan")
T_METHOD = "t, linearised"
NO_DF = "no degrees of freedom: as many strata as units were drawn"
NO_SPREAD = "no spread was seen: limits of no width are no certainty"
CENSUS = "everybody in the frame was seen: chance in the draw has no part"


def survey_mean(
    values: ArrayLike,
    design: SurveyDesign,
    *,
    domain: ArrayLike | None = None,
    measure: str = "mean",
    confidence_level: float = 0.95,
) -> SurveyEstimate:
    """Return the mean of *values* among the people of the frame, or of a domain of it.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        One a person of the sample, in the order of *design*; may be missing outside *domain*.
    design : SurveyDesign
    domain : array_like of bool, shape (n,), optional
        Who is meant: women, one area. The whole design is kept (those outside count as nothing,
        not as absent), because how many of the domain come into a sample is chance too.
    measure : str
        As a report prints it.
    confidence_level : float, default 0.95

    Returns
    -------
    SurveyEstimate
        With a t interval on the degrees of freedom of the whole design.

    Raises
    ------
    DesignError
        If nobody of the sample is in the domain, a value is missing in it, or lengths differ.

    Notes
    -----
    The weighted mean with the variance of its first Taylor term, w (y - mean) over the sum of
    weights. For few people, or a share near 0 or 1, see `survey_proportion`. Numbers of offences
    are skewed: in 4,000 stratified draws of 28 a nominal 95% covered 92.5%. Korn, E. L. and
    Graubard, B. I. (1999). Analysis of Health Surveys. New York: Wiley, sections 2.4 and 5.4.

    Examples
    --------
    >>> from dipoutcomes.sampling import survey_design
    >>> design = survey_design([2, 2, 2, 5, 5], strata=list("aaabb"))
    >>> print(survey_mean([1, 2, 3, 4, 6], design).interval)
    95% CI 1.770 to 5.980, t, linearised
    """
    y, inside = checked(values, design, domain)
    w = design.weights * inside
    total = float(w.sum())
    mean = float(w @ y) / total
    residual = np.where(inside, y - mean, 0.0)
    return t_estimate(
        design, mean, w * residual / total, inside, simple=_simple_variance(w, residual, inside),
        measure=measure, quantity="mean", confidence_level=confidence_level,
    )  # fmt: skip


def survey_total(
    values: ArrayLike,
    design: SurveyDesign,
    *,
    domain: ArrayLike | None = None,
    measure: str = "total",
    confidence_level: float = 0.95,
) -> SurveyEstimate:
    """Return the total of *values* over the people of the frame, or of a domain of it.

    Parameters
    ----------
    values, design, domain, measure, confidence_level
        As for `survey_mean`.

    Returns
    -------
    SurveyEstimate
        With a t interval on the degrees of freedom of the whole design.

    Notes
    -----
    The weights must add up to the frame: a total, unlike a mean, changes with their scale.
    Horvitz, D. G. and Thompson, D. J. (1952). Journal of the American Statistical Association
    47, 663-685.

    Examples
    --------
    >>> from dipoutcomes.sampling import survey_design
    >>> survey_total([1, 2, 3], survey_design([10, 10, 10], population=[30, 30, 30])).value
    60.0
    """
    y, inside = checked(values, design, domain)
    w, everybody = design.weights, np.ones(len(design), dtype=bool)
    mean = float(w @ y) / float(w.sum())
    simple = _simple_variance(w, y - mean, everybody) * float(w.sum()) ** 2
    return t_estimate(
        design, float(w @ y), w * y, inside, simple=simple,
        measure=measure, quantity="count", confidence_level=confidence_level,
    )  # fmt: skip


def survey_ratio(
    numerator: ArrayLike,
    denominator: ArrayLike,
    design: SurveyDesign,
    *,
    domain: ArrayLike | None = None,
    measure: str = "ratio",
    confidence_level: float = 0.95,
) -> SurveyEstimate:
    """Return a total over a total: offences per year at risk among the people of the frame.

    Parameters
    ----------
    numerator, denominator : array_like of float, shape (n,)
        One each a person of the sample, in the order of *design*.
    design, domain, measure, confidence_level
        As for `survey_mean`.

    Returns
    -------
    SurveyEstimate
        With a t interval on the degrees of freedom of the whole design.

    Raises
    ------
    DesignError
        As `survey_mean`, and if the denominator adds up to nothing.

    Notes
    -----
    First Taylor term: w (y - R x) over the total of x. Cochran, W. G. (1977). Sampling
    Techniques, 3rd edition. New York: Wiley, section 6.4.

    Examples
    --------
    >>> from dipoutcomes.sampling import survey_design
    >>> survey_ratio([1, 0, 3], [2, 1, 1], survey_design([10, 10, 10])).value
    1.0
    """
    y, inside = checked(numerator, design, domain)
    x, _ = checked(denominator, design, domain)
    w = design.weights * inside
    below = float(w @ x)
    if not below > 0:
        raise DesignError("the denominator adds up to nothing, so there is no ratio; check it")
    ratio = float(w @ y) / below
    residual = y - ratio * x  # 0 outside the domain
    scale = (float(w.sum()) / below) ** 2
    return t_estimate(
        design, ratio, w * residual / below, inside,
        simple=_simple_variance(w, residual, inside) * scale,
        measure=measure, quantity="mean", confidence_level=confidence_level,
    )  # fmt: skip


def checked(
    values: ArrayLike, design: SurveyDesign, domain: ArrayLike | None
) -> tuple[Floats, Mask]:
    """Return the values, 0 outside the domain, and who is inside it."""
    y = np.asarray(values, dtype=np.float64)
    inside = np.ones(len(design), bool) if domain is None else np.asarray(domain)
    if y.shape != (len(design),) or inside.shape != y.shape:
        raise DesignError(
            f"the design has {len(design)} people, and there are {y.size} values and "
            f"{inside.size} marks of the domain; give one a person, in the order of the design"
        )
    if inside.dtype != np.bool_:
        raise TypeError("`domain` must hold True and False")
    if not inside.any():
        raise DesignError("nobody of the sample is in the domain; nothing can be said of it")
    missing = int((~np.isfinite(y[inside])).sum())
    if missing:
        raise DesignError(
            f"{missing} of {int(inside.sum())} values are missing; adjust the weights of the "
            "others with adjust_for_non_response, or leave them out of the domain"
        )
    return np.where(inside, y, 0.0), inside


def _simple_variance(weights: Floats, residual: Floats, inside: Mask) -> float:
    """Return the variance of the mean in a simple random sample of as many people.

    The degree of freedom is that of the whole sample, also in a domain of it, so that a simple
    random sample has a design effect of exactly 1 in every domain.
    """
    n, everybody = int(inside.sum()), len(inside)
    if everybody < 2:
        return NAN
    spread = float(weights @ residual**2) / float(weights.sum())
    return spread * everybody / (everybody - 1) / n


def t_estimate(
    design: SurveyDesign,
    value: float,
    scores: Floats,
    inside: Mask,
    *,
    simple: float,
    measure: str,
    quantity: str,
    confidence_level: float,
) -> SurveyEstimate:
    """Return an estimate with its linearised standard error and t interval."""
    level = check_confidence_level(confidence_level)
    variance = linearised_variance(design, scores)
    error, n = sqrt(variance), int(inside.sum())
    effect = variance / simple if simple > 0 and variance > 0 else NAN
    caveat = ""
    if design.is_census:
        interval, caveat = Interval(value, value, level, "census"), CENSUS
    elif design.df < 1:
        interval, caveat = Interval.none(level, T_METHOD), NO_DF
    else:
        half = float(stdtrit(design.df, (1 + level) / 2)) * error
        interval = Interval(value - half, value + half, level, T_METHOD)
        caveat = NO_SPREAD if variance == 0 else ""
    return SurveyEstimate(
        measure=measure,
        value=value,
        std_error=error,
        df=design.df,
        interval=interval,
        n=n,
        population=float(design.weights[inside].sum()),
        design_effect=effect,
        effective_n=n / effect,
        quantity=quantity,
        caveat=caveat,
    )
