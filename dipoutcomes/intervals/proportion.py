"""Confidence intervals for a single binomial proportion.

For a sample drawn with replacement, or from a frame so large that it makes no difference. For a
sample that is a fair part of a known frame see `finite_population`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import (
    FloatArray,
    Limits,
    Method,
    check_events,
    find_method,
    finish,
)
from dipoutcomes.intervals._typing import Counts, one_sample
from dipoutcomes.results import Interval, IntervalArray


def _proportion(
    kernel: Callable[[FloatArray, FloatArray, float], Limits],
    title: str,
    events: Any,
    n: Any,
    confidence_level: float,
) -> Interval | IntervalArray:
    level = check_confidence_level(confidence_level)
    x, trials = check_events(events, n)
    nobody = trials == 0
    return finish(kernel(x, trials + nobody, level), level, title, no_data=nobody)


@one_sample
def wilson_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Wilson score interval for a proportion, uncorrected for continuity.

    Parameters
    ----------
    events : int or array of int
        Persons with at least one event, ``0 <= events <= n``.
    n : int or array of int
        Persons observed for the whole follow-up period; broadcast with *events*. With ``n = 0``
        there is no information and the limits are 0 and 1.
    confidence_level : float, default 0.95
        Nominal coverage of the two-sided interval, strictly between 0 and 1.

    Returns
    -------
    Interval or IntervalArray
        Limits as proportions in [0, 1], not percentages; an array for arrays.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Inverts the score test: the standard error is taken at the limit, not at the estimate, so
    the limits stay inside [0, 1] and keep their width when nobody, or everybody, has the event.
    Averaged over p the coverage is close to nominal even when ``n`` is small; at a given p it
    can fall short [2]_. Where a contract asks for *at least* 95%, use
    :func:`clopper_pearson_interval`.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872 (method 3, Table I).
    .. [2] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133.

    Examples
    --------
    >>> print(wilson_interval(21, 28))
    95% CI 0.566 to 0.873, Wilson score
    """
    return _proportion(_binomial.wilson, "Wilson score", events, n, confidence_level)


@one_sample
def wilson_corrected_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Wilson score interval with Newcombe's continuity correction.

    Parameters, result and errors are those of :func:`wilson_interval`.

    Notes
    -----
    Close to the exact interval and as wide. The limits are 0 with no event and 1 with nothing
    but events, where the closed form fails. R's ``prop.test`` reduces its correction near one
    half (it gives 14 of 28 none), so the two differ there. Not for new work: use
    :func:`clopper_pearson_interval`, which it imitates.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872 (method 4).

    Examples
    --------
    >>> print(wilson_corrected_interval(1, 29))
    95% CI 0.002 to 0.196, Wilson score with continuity correction
    """
    title = "Wilson score with continuity correction"
    return _proportion(_binomial.wilson_corrected, title, events, n, confidence_level)


@one_sample
def clopper_pearson_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the exact (Clopper-Pearson) interval for a proportion.

    Parameters, result and errors are those of :func:`wilson_interval`.

    Notes
    -----
    Every p that neither one-sided exact test rejects at half of 1 - level. Coverage is at least
    nominal for every p and often well above it, so the interval is wide: use it where "at least
    95%" is a promise. With no event the free side keeps half the error; the "rule of three" is
    the one-sided bound, which is the two-sided limit at level 0.90. Agrees with the *central*
    exact p-value, not with the one R prints beside it.

    References
    ----------
    .. [1] Clopper, C. J. and Pearson, E. S. (1934). Biometrika 26, 404-413.

    Examples
    --------
    >>> print(clopper_pearson_interval(21, 28))
    95% CI 0.551 to 0.893, exact (Clopper-Pearson)
    """
    title = "exact (Clopper-Pearson)"
    return _proportion(_binomial.clopper_pearson, title, events, n, confidence_level)


@one_sample
def mid_p_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the mid-P interval: the exact one with half weight for the count observed.

    Parameters, result and errors are those of :func:`wilson_interval`.

    Notes
    -----
    The lower limit solves P(X > x) + P(X = x) / 2 = (1 - level) / 2, the upper likewise. Less
    cautious than the exact interval; coverage is near nominal on average and can fall a little
    short. Not where "at least 95%" is promised.

    References
    ----------
    .. [1] Lancaster, H. O. (1961). Journal of the American Statistical Association 56, 223-234.
    .. [2] Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872 (method 6).

    Examples
    --------
    >>> print(mid_p_interval(21, 28))
    95% CI 0.567 to 0.884, exact mid-P
    """
    return _proportion(_binomial.mid_p, "exact mid-P", events, n, confidence_level)


@one_sample
def jeffreys_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the equal-tailed Jeffreys interval: quantiles of Beta(x + 1/2, n - x + 1/2).

    Parameters, result and errors are those of :func:`wilson_interval`.

    Notes
    -----
    Bayesian, with good frequentist coverage away from 0 and 1. It leaves out 0 when nobody had
    the event and 1 when everybody had; :func:`jeffreys_adjusted_interval` puts the ends back.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133,
       section 3.1.3.

    Examples
    --------
    >>> print(jeffreys_interval(21, 28))
    95% CI 0.571 to 0.881, Jeffreys
    """
    return _proportion(_binomial.jeffreys, "Jeffreys", events, n, confidence_level)


@one_sample
def jeffreys_adjusted_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Jeffreys interval with its ends set to 0 (no event) and 1 (all events).

    Parameters, result and errors are those of :func:`wilson_interval`.

    Notes
    -----
    The form that Brown, Cai and DasGupta recommend for small samples, beside Wilson.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133,
       section 4.1.2.

    Examples
    --------
    >>> print(jeffreys_adjusted_interval(0, 28))
    95% CI 0.000 to 0.085, Jeffreys with ends at 0 and 1
    """
    title = "Jeffreys with ends at 0 and 1"
    return _proportion(_binomial.jeffreys_with_ends, title, events, n, confidence_level)


@one_sample
def agresti_coull_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Agresti-Coull interval, not clipped to [0, 1].

    Parameters and errors are those of :func:`wilson_interval`. A limit below 0 or above 1 is
    given as it comes, so that nobody takes a clipped one for a limit.

    Notes
    -----
    The Wald formula about Wilson's centre. Simple to work by hand; longer than Wilson near
    0 and 1. Not for fewer than some 40 persons, where Wilson does better.

    References
    ----------
    .. [1] Agresti, A. and Coull, B. A. (1998). American Statistician 52, 119-126.

    Examples
    --------
    >>> print(agresti_coull_interval(21, 28))
    95% CI 0.564 to 0.876, Agresti-Coull
    """
    return _proportion(_binomial.agresti_coull, "Agresti-Coull", events, n, confidence_level)


@one_sample
def wald_interval(
    events: Any, n: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Wald interval. Do not use it: it is here to be shown beside the others.

    Parameters and errors are those of :func:`wilson_interval`; not clipped to [0, 1].

    Notes
    -----
    p plus or minus z standard errors taken at p. It has width 0 when nobody or everybody has
    the event, and its coverage is far below nominal for small ``n`` and near 0 and 1.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133.

    Examples
    --------
    >>> print(wald_interval(0, 28))
    95% CI 0.000 to 0.000, Wald (do not use)
    """
    return _proportion(_binomial.wald, "Wald (do not use)", events, n, confidence_level)


_NEWCOMBE = "Newcombe (1998), Statistics in Medicine 17, 857-872"
_BROWN = "Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133"

PROPORTION_METHODS = (
    Method(
        name="wilson",
        title="Wilson score",
        function=wilson_interval,
        use="The default: near-nominal coverage on average, sound at 0 and at n.",
        reference=f"{_NEWCOMBE}, method 3",
        standing="recommended",
        aliases=("score", "wilson_score"),
    ),
    Method(
        name="clopper_pearson",
        title="exact (Clopper-Pearson)",
        function=clopper_pearson_interval,
        use="Where at least the stated coverage is promised; wider than the others.",
        reference="Clopper and Pearson (1934), Biometrika 26, 404-413",
        aliases=("exact",),
    ),
    Method(
        name="mid_p",
        title="exact mid-P",
        function=mid_p_interval,
        use="A less cautious exact interval.",
        reference=f"{_NEWCOMBE}, method 6",
        aliases=("clopper_pearson_mid_p",),
    ),
    Method(
        name="jeffreys_adjusted",
        title="Jeffreys with ends at 0 and 1",
        function=jeffreys_adjusted_interval,
        use="A Bayesian alternative to Wilson for small samples.",
        reference=f"{_BROWN}, section 4.1.2",
        aliases=("jeffreys_endpoint_adjusted",),
    ),
    Method(
        name="jeffreys",
        title="Jeffreys",
        function=jeffreys_interval,
        use="A Bayesian alternative to Wilson; at 0 and at n it leaves out the value observed.",
        reference=f"{_BROWN}, section 3.1.3",
        aliases=("jeffreys_equal_tailed",),
    ),
    Method(
        name="wilson_corrected",
        title="Wilson score with continuity correction",
        function=wilson_corrected_interval,
        use="To reproduce older work; the exact interval serves the same purpose.",
        reference=f"{_NEWCOMBE}, method 4",
        aliases=("wilson_continuity_corrected",),
    ),
    Method(
        name="agresti_coull",
        title="Agresti-Coull",
        function=agresti_coull_interval,
        use="By hand, for 40 persons or more.",
        reference="Agresti and Coull (1998), American Statistician 52, 119-126",
        aliases=("agresti_coull_untruncated",),
    ),
    Method(
        name="wald",
        title="Wald (do not use)",
        function=wald_interval,
        use="Do not use: no width at 0 and n, poor coverage in small samples.",
        reference=_BROWN,
        standing="do not use",
    ),
)


@overload
def proportion_interval(  # type: ignore[overload-overlap]
    events: int, n: int, *, method: str = ..., confidence_level: float = ...
) -> Interval: ...
@overload
def proportion_interval(
    events: Counts | int, n: Counts | int, *, method: str = ..., confidence_level: float = ...
) -> IntervalArray: ...
def proportion_interval(
    events: Any, n: Any, *, method: str = "wilson", confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return an interval for a proportion by any method of ``METHODS["proportion"]``.

    Parameters
    ----------
    events, n : int or array of int
        As for :func:`wilson_interval`.
    method : str, default "wilson"
        A name of ``METHODS["proportion"]`` or one of its aliases.
    confidence_level : float, default 0.95
        Nominal coverage of the two-sided interval, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(proportion_interval(21, 28, method="exact"))
    95% CI 0.551 to 0.893, exact (Clopper-Pearson)
    """
    function = find_method(PROPORTION_METHODS, method).function
    return function(events, n, confidence_level=confidence_level)
