"""How many people show that two groups offend at different rates."""

from __future__ import annotations

from math import ceil, log, sqrt

from scipy.special import ndtr

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_positive
from dipoutcomes.sampling.size import _search
from dipoutcomes.sampling.size.plan import SizePlan

_GROUPS = ("people in group 1", "people in group 2")


def rate_ratio_power(
    rate_1: float,
    rate_2: float,
    n_1: float,
    n_2: float,
    *,
    years_each: float = 1.0,
    dispersion: float = 0.0,
    confidence_level: float = 0.95,
) -> float:
    """Return the chance that a two-sided test finds two rates to differ.

    Parameters
    ----------
    rate_1, rate_2 : float
        True rates, events per person-year at liberty.
    n_1, n_2 : float
        People in each group.
    years_each : float, default 1
        Years at liberty that each person is followed.
    dispersion : float, default 0
        k of the negative binomial, whose variance is ``m + k m**2``; 0 is the Poisson.
    confidence_level : float, default 0.95

    Returns
    -------
    float

    Examples
    --------
    >>> round(rate_ratio_power(1, 0.6, 123, 123, dispersion=0.7), 3)
    0.802
    """
    variance_1, variance_2 = _variances(rate_1, rate_2, years_each, dispersion)
    error = sqrt(variance_1 / check_positive("n_1", n_1) + variance_2 / check_positive("n_2", n_2))
    moved = abs(log(rate_1 / rate_2)) / error
    return float(ndtr(moved - _search.critical(confidence_level)))


def plan_rate_ratio(
    rate_1: float,
    rate_2: float,
    *,
    years_each: float = 1.0,
    dispersion: float = 0.0,
    ratio: float = 1.0,
    power: float = 0.8,
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return the smallest groups with which a test of the rate ratio finds a difference.

    Parameters
    ----------
    rate_1, rate_2, years_each, dispersion, confidence_level
        As for `rate_ratio_power`; the rates must differ.
    ratio : float, default 1
        People in group 2 for each of group 1.
    power : float, default 0.8

    Returns
    -------
    SizePlan

    Raises
    ------
    ValueError
        If an argument lies outside its range, or the rates are equal.

    Notes
    -----
    ``n = (z_a + z_b)**2 [1/(r1 t) + k + (1/(r2 t) + k)/ratio] / log(r1/r2)**2``: the variance on
    the log scale under the alternative. Offending differs between people, so k = 0 plans too few:
    take k from like people followed alike.

    Zhu, H. and Lakkis, H. (2014). Statistics in Medicine 33, 376-387, method 2.

    Examples
    --------
    >>> plan_rate_ratio(1, 0.6).n, plan_rate_ratio(1, 0.6, dispersion=0.7).n
    ((81, 81), (123, 123))
    """
    level = check_confidence_level(confidence_level)
    quantiles = _search.both_quantiles(level, power)
    times = _search.check_ratio(ratio)
    variance_1, variance_2 = _variances(rate_1, rate_2, years_each, dispersion)
    _must_differ("rate", rate_1, rate_2)
    unrounded = quantiles**2 * (variance_1 + variance_2 / times) / log(rate_1 / rate_2) ** 2
    first = _search.round_up(unrounded)
    second = ceil(times * first - 1e-9)
    return SizePlan(
        quantity="ratio of two rates",
        n=(first, second),
        groups=_GROUPS,
        achieved=rate_ratio_power(
            rate_1,
            rate_2,
            first,
            second,
            years_each=years_each,
            dispersion=dispersion,
            confidence_level=level,
        ),
        achieved_says="power",
        achieved_kind="share",
        wanted=power,
        n_unrounded=unrounded,
        confidence_level=level,
        method="negative binomial, log scale" if dispersion else "Poisson, log scale",
        assumptions=(
            f"the true rates are {rate_1:g} and {rate_2:g} events per person-year; years at "
            f"liberty that each person is followed: {years_each:g}",
            f"people differ in their rates: the variance is m + {dispersion:g} m\u00b2"
            if dispersion
            else "every person has the same rate, which offenders never have: give a dispersion",
        ),
        reference="Zhu, H. and Lakkis, H. (2014). Statistics in Medicine 33, 376-387, method 2",
        details=(("Rate ratio", rate_1 / rate_2, "ratio"),),
    )


def plan_frequency(
    mean_1: float,
    mean_2: float,
    *,
    dispersion: float,
    ratio: float = 1.0,
    power: float = 0.8,
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return the smallest groups that show a difference in mean events per person.

    Parameters
    ----------
    mean_1, mean_2 : float
        True means, events per person (reoffenders or not) in the same window.
    dispersion : float
        k of ``variance = m + k m**2``, at least 0. A standard deviation s seen at a mean m gives
        ``k = (s**2 - m) / m**2``.
    ratio : float, default 1
        People in group 2 for each of group 1.
    power : float, default 0.8
    confidence_level : float, default 0.95

    Returns
    -------
    SizePlan

    Raises
    ------
    ValueError
        If an argument lies outside its range, or the means are equal.

    Notes
    -----
    A test of the difference of two means with their own variances, in normal theory:
    ``n = (z_a + z_b)**2 (v1 + v2/ratio) / (m1 - m2)**2``.

    Chow, S.-C., Shao, J. and Wang, H. (2008). Sample Size Calculations in Clinical Research, 2nd
    edition, section 3.2.

    Examples
    --------
    >>> plan_frequency(1.55, 1.395, dispersion=1.5567, ratio=10).n  # 10% fewer, ten controls each
    (1873, 18730)
    """
    level = check_confidence_level(confidence_level)
    quantiles = _search.both_quantiles(level, power)
    times = _search.check_ratio(ratio)
    spread = _dispersion(dispersion)
    first_mean, second_mean = check_positive("mean_1", mean_1), check_positive("mean_2", mean_2)
    _must_differ("mean", first_mean, second_mean)
    variances = [m + spread * m * m for m in (first_mean, second_mean)]
    gap = abs(first_mean - second_mean)
    unrounded = quantiles**2 * (variances[0] + variances[1] / times) / gap**2
    first = _search.round_up(unrounded)
    second = ceil(times * first - 1e-9)
    error = sqrt(variances[0] / first + variances[1] / second)
    return SizePlan(
        quantity="difference in mean events per person",
        n=(first, second),
        groups=_GROUPS,
        achieved=float(ndtr(gap / error - _search.critical(level))),
        achieved_says="power",
        achieved_kind="share",
        wanted=power,
        n_unrounded=unrounded,
        confidence_level=level,
        method="normal theory for the difference of two means with overdispersed counts",
        assumptions=(
            f"the true means are {first_mean:g} and {second_mean:g} events per person",
            f"the variance of a person's count is m + {spread:g} m\u00b2",
            "the groups are large enough for a mean of skewed counts to be nearly normal",
        ),
        reference="Chow, S.-C., Shao, J. and Wang, H. (2008). Sample Size Calculations in Clinical "
        "Research, 2nd edition, section 3.2",
        details=(
            ("Standard deviation in group 1", sqrt(variances[0]), "mean"),
            ("Standard deviation in group 2", sqrt(variances[1]), "mean"),
        ),
    )


def _variances(
    rate_1: float, rate_2: float, years_each: float, dispersion: float
) -> tuple[float, float]:
    """Return the variance of the log rate of one person of each group."""
    years = check_positive("years_each", years_each)
    k = _dispersion(dispersion)
    return (
        1 / (check_positive("rate_1", rate_1) * years) + k,
        1 / (check_positive("rate_2", rate_2) * years) + k,
    )


def _dispersion(value: float) -> float:
    return 0.0 if value == 0 else check_positive("dispersion", value)


def _must_differ(what: str, first: float, second: float) -> None:
    if first == second:
        raise ValueError(
            f"`{what}_1` and `{what}_2` are equal ({_display.number(first, 3)}): no sample shows "
            "that nothing differs"
        )
