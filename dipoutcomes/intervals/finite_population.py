"""Intervals for a sample drawn without replacement from a frame whose size is known.

The limits are counts of people in the frame, or those counts as proportions of it. They speak of
that frame and of nobody else; for the people a programme may meet next, use `proportion`. Nor are
they valid for a question put to part of the sample, because the size of that part in the frame is
not known: use `proportion` there too.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from dipoutcomes._validate import check_confidence_level, check_counts
from dipoutcomes.intervals import _binomial, _hypergeometric
from dipoutcomes.intervals._common import (
    FloatArray,
    Limits,
    Method,
    check_events,
    find_method,
    finish,
    normal_quantile,
)
from dipoutcomes.intervals._hypergeometric import CountKernel
from dipoutcomes.intervals._typing import Counts, finite
from dipoutcomes.results import Interval, IntervalArray


def _checked(events: Any, n: Any, population: Any) -> tuple[FloatArray, FloatArray, FloatArray]:
    x, drawn = check_events(events, n)
    size = check_counts("population", population, minimum=1).astype(np.float64)
    x, drawn, size = np.broadcast_arrays(x, drawn, size)
    above = int(np.count_nonzero(drawn > size))
    if above:
        raise ValueError(
            f"`n` must be at most `population`; it is larger in {above} of {x.size} rows. "
            "A sample drawn without replacement cannot exceed its frame."
        )
    return x, drawn, size


def _finite(
    kernel: CountKernel,
    title: str,
    counts: tuple[Any, Any, Any],
    confidence_level: float,
    *,
    exact_counts: bool = False,
) -> Interval | IntervalArray:
    level = check_confidence_level(confidence_level)
    x, n, size = _checked(*counts)
    nobody = n == 0
    low, high = kernel(x, n + nobody, size, level)
    limits = (low / size, high / size) if exact_counts else (low, high)
    return finish(limits, level, title, no_data=nobody)


@finite
def hypergeometric_interval(
    events: Any, n: Any, population: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the exact equal-tailed interval for the proportion of a frame with the event.

    Parameters
    ----------
    events : int or array of int
        Persons in the sample with at least one event, ``0 <= events <= n``.
    n : int or array of int
        Persons in the sample. ``n = 0`` gives 0 to 1.
    population : int or array of int
        Persons in the frame the sample was drawn from, ``n <= population``; broadcast.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Returns
    -------
    Interval or IntervalArray
        Proportions of the frame. :func:`finite_population_counts` gives whole people.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    The limits are the smallest and the largest number M of people in the frame for which neither
    tail, P(X >= x | M) or P(X <= x | M), is at or below (1 - level) / 2. Coverage is at least
    nominal for every M. A census returns the single value observed. Only for a simple random
    sample; a stratified or a clustered one needs its own design.

    References
    ----------
    .. [1] Konijn, H. S. (1973). Statistical Theory of Sample Survey Design and Analysis.
    .. [2] Buonaccorsi, J. P. (1987). American Statistician 41, 215-218.

    Examples
    --------
    >>> print(hypergeometric_interval(21, 28, 210))
    95% CI 0.567 to 0.881, exact (hypergeometric)
    """
    return _finite(
        _hypergeometric.equal_tailed_counts,
        "exact (hypergeometric)",
        (events, n, population),
        confidence_level,
        exact_counts=True,
    )


@finite
def hypergeometric_mid_p_interval(
    events: Any, n: Any, population: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the interval of :func:`hypergeometric_interval` with half weight for the count seen.

    Parameters, result and errors are those of :func:`hypergeometric_interval`.

    Notes
    -----
    Shorter; coverage is near nominal on average and can fall short for some populations.

    References
    ----------
    .. [1] Lancaster, H. O. (1961). Journal of the American Statistical Association 56, 223-234.

    Examples
    --------
    >>> interval = hypergeometric_mid_p_interval(21, 28, 210)
    >>> round(interval.low * 210), round(interval.high * 210)
    (122, 183)
    """
    return _finite(
        _hypergeometric.mid_p_counts,
        "mid-P (hypergeometric)",
        (events, n, population),
        confidence_level,
        exact_counts=True,
    )


@finite
def wilson_finite_interval(
    events: Any, n: Any, population: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Wilson limits with the effective sample size n (N - 1) / (N - n).

    Parameters, result and errors are those of :func:`hypergeometric_interval`.

    Notes
    -----
    Inverts the score test with the variance of the hypergeometric distribution. A good
    approximation, not exact: the limits are no whole counts and may lie beyond what the sample
    already proves possible.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> print(wilson_finite_interval(21, 28, 210))
    95% CI 0.579 to 0.867, Wilson score, finite population
    """
    title = "Wilson score, finite population"
    return _finite(_wilson_finite, title, (events, n, population), confidence_level)


@finite
def wilson_sampling_fraction_interval(
    events: Any, n: Any, population: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Wilson limits with the effective sample size n / (1 - n / N).

    Parameters, result and errors are those of :func:`hypergeometric_interval`.

    Notes
    -----
    The textbook's correction; it differs from :func:`wilson_finite_interval`, which is the one
    to use, in the third digit.

    References
    ----------
    .. [1] Cochran, W. G. (1977). Sampling Techniques, 3rd edition, section 3.2.

    Examples
    --------
    >>> print(wilson_sampling_fraction_interval(21, 28, 210))
    95% CI 0.580 to 0.867, Wilson score, sampling fraction
    """
    title = "Wilson score, sampling fraction"
    return _finite(_wilson_fraction, title, (events, n, population), confidence_level)


@finite
def wald_finite_interval(
    events: Any, n: Any, population: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Wald interval with a finite population correction. Do not use it.

    Parameters and errors are those of :func:`hypergeometric_interval`; not clipped to [0, 1].
    With one person drawn the variance does not exist and the limits are ``nan``.

    Notes
    -----
    Here to be shown beside the others: no width at 0 and n, poor coverage in small samples.

    References
    ----------
    .. [1] Cochran, W. G. (1977). Sampling Techniques, 3rd edition, section 3.3.

    Examples
    --------
    >>> print(wald_finite_interval(21, 28, 210))
    95% CI 0.598 to 0.902, Wald, finite population (do not use)
    """
    title = "Wald, finite population (do not use)"
    return _finite(_wald_finite, title, (events, n, population), confidence_level)


def _wilson_with(
    x: FloatArray, n: FloatArray, unseen: FloatArray, scale: FloatArray, level: float
) -> Limits:
    p, census = x / n, unseen == 0
    low, high = _binomial.wilson_of_share(p, n * scale / (unseen + census), level)
    return np.where(census, p, low), np.where(census, p, high)


def _wilson_finite(x: FloatArray, n: FloatArray, size: FloatArray, level: float) -> Limits:
    return _wilson_with(x, n, size - n, np.maximum(size - 1, 1), level)


def _wilson_fraction(x: FloatArray, n: FloatArray, size: FloatArray, level: float) -> Limits:
    return _wilson_with(x, n, size - n, size, level)


def _wald_finite(x: FloatArray, n: FloatArray, size: FloatArray, level: float) -> Limits:
    p = x / n
    variance = p * (1 - p) / np.where(n > 1, n - 1, np.nan) * (1 - n / size)
    half_width = normal_quantile(level) * np.sqrt(variance)
    return p - half_width, p + half_width


FINITE_POPULATION_METHODS = (
    Method(
        name="hypergeometric",
        title="exact (hypergeometric)",
        function=hypergeometric_interval,
        use="The default: at least nominal coverage for every number of people in the frame.",
        reference="Buonaccorsi (1987), American Statistician 41, 215-218",
        standing="recommended",
        aliases=("exact", "hypergeometric_equal_tailed", "hypergeometric_exact"),
    ),
    Method(
        name="mid_p",
        title="mid-P (hypergeometric)",
        function=hypergeometric_mid_p_interval,
        use="A less cautious exact interval.",
        reference="Lancaster (1961), JASA 56, 223-234",
        aliases=("hypergeometric_mid_p",),
    ),
    Method(
        name="wilson",
        title="Wilson score, finite population",
        function=wilson_finite_interval,
        use="A quick approximation.",
        reference="Wilson (1927), JASA 22, 209-212, with the hypergeometric variance",
        aliases=("wilson_fpc_n_minus_1", "wilson_fpc"),
    ),
    Method(
        name="wilson_sampling_fraction",
        title="Wilson score, sampling fraction",
        function=wilson_sampling_fraction_interval,
        use="To reproduce work that used the textbook's correction.",
        reference="Cochran (1977), Sampling Techniques, section 3.2",
        aliases=("wilson_fpc_sampling_fraction",),
    ),
    Method(
        name="wald",
        title="Wald, finite population (do not use)",
        function=wald_finite_interval,
        use="Do not use: no width at 0 and n, poor coverage in small samples.",
        reference="Cochran (1977), Sampling Techniques, section 3.3",
        standing="do not use",
        aliases=("wald_fpc",),
    ),
)


@overload
def finite_population_interval(  # type: ignore[overload-overlap]
    events: int, n: int, population: int, *, method: str = ..., confidence_level: float = ...
) -> Interval: ...
@overload
def finite_population_interval(
    events: Counts | int,
    n: Counts | int,
    population: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> IntervalArray: ...
def finite_population_interval(
    events: Any,
    n: Any,
    population: Any,
    *,
    method: str = "hypergeometric",
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return an interval for the proportion of a frame, by any method of its family.

    Parameters
    ----------
    events, n, population : int or array of int
        As for :func:`hypergeometric_interval`.
    method : str, default "hypergeometric"
        A name of ``METHODS["finite_population"]`` or one of its aliases.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(finite_population_interval(21, 28, 210))
    95% CI 0.567 to 0.881, exact (hypergeometric)
    """
    function = find_method(FINITE_POPULATION_METHODS, method).function
    return function(events, n, population, confidence_level=confidence_level)


@overload
def finite_population_counts(  # type: ignore[overload-overlap]
    events: int, n: int, population: int, *, method: str = ..., confidence_level: float = ...
) -> Interval: ...
@overload
def finite_population_counts(
    events: Counts | int,
    n: Counts | int,
    population: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> IntervalArray: ...
def finite_population_counts(
    events: Any,
    n: Any,
    population: Any,
    *,
    method: str = "hypergeometric",
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return the smallest and the largest number of people in the frame who may have the event.

    Parameters and errors are those of :func:`finite_population_interval`.

    Returns
    -------
    Interval or IntervalArray
        Whole people. A method that does not work in counts gives the counts inside its limits,
        and never one that the sample itself rules out.

    Examples
    --------
    >>> interval = finite_population_counts(21, 28, 210)
    >>> interval.low, interval.high
    (119.0, 185.0)
    """
    found = finite_population_interval(
        events, n, population, method=method, confidence_level=confidence_level
    )
    x, drawn, size = _checked(events, n, population)
    slack = 1e-9  # a whole count that went through a division comes back as itself
    low = np.clip(np.ceil(np.asarray(found.low) * size - slack), x, size - (drawn - x))
    high = np.clip(np.floor(np.asarray(found.high) * size + slack), x, size - (drawn - x))
    limits = (np.minimum(low, high) + 0.0, np.maximum(low, high) + 0.0)  # never -0.0
    return finish(limits, found.confidence_level, found.method)
