"""The difference of two shares in the same persons: a share before against a share after.

The four counts are of persons: with the event both times, the first time only, the second time
only, neither time. The difference is the first share less the second.
"""

from __future__ import annotations

from typing import Any

from dipoutcomes.intervals._common import Side
from dipoutcomes.intervals._typing import paired_bounds
from dipoutcomes.intervals.paired import _kernels
from dipoutcomes.intervals.paired._tables import table_interval
from dipoutcomes.results import Interval, IntervalArray


def _difference(
    kernel: _kernels.Kernel,
    title: str,
    counts: tuple[Any, Any, Any, Any],
    confidence_level: float,
    side: Side,
) -> Interval | IntervalArray:
    return table_interval(kernel, title, counts, confidence_level, side, (-1.0, 1.0))


@paired_bounds
def tango_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return Tango's score interval for the difference of two paired proportions.

    Parameters
    ----------
    both, first_only, second_only, neither : int or array of int
        Persons with the event at both times, at the first only, at the second only, at neither;
        each at least 0; broadcast. Nobody at all gives -1 to 1: no information.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at -1 or 1.

    Returns
    -------
    Interval or IntervalArray
        First share less second share, in [-1, 1].

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Inverts the score test with the variance at the likeliest shares; at a difference of 0 it is
    McNemar's test without correction. Sound with no discordant pair. Both periods must be equally
    long and seen to their end. A fall after entry is expected where an offence led to entry.

    References
    ----------
    .. [1] Tango, T. (1998). Statistics in Medicine 17, 891-908, equation 12.

    Examples
    --------
    >>> print(tango_interval(53, 16, 8, 9))
    95% CI -0.020 to 0.207, Tango score
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_kernels.tango, "Tango score", counts, confidence_level, side)


@paired_bounds
def paired_scas_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the score interval for paired proportions with a correction for skewness (SCAS).

    Parameters
    ----------
    both, first_only, second_only, neither, confidence_level, side
        As for :func:`tango_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`tango_interval`. One person gives -1 to 1.

    Raises
    ------
    TypeError, ValueError
        As :func:`tango_interval` does.

    Notes
    -----
    Tango's score with the variance times N / (N - 1) and less the skewness of its numerator, so
    that errors on the two sides come nearer to each other. Where the skewness leaves no root the
    vertex of its parabola is taken, as in the ratesci package.

    References
    ----------
    .. [1] Laud, P. J. (2017). Pharmaceutical Statistics 16, 334-348 (the correction, there for
       independent samples).
    .. [2] Tango, T. (1998). Statistics in Medicine 17, 891-908 (the score).

    Examples
    --------
    >>> print(paired_scas_interval(12, 3, 9, 4))
    95% CI -0.445 to 0.036, paired score, skewness-corrected
    """
    title = "paired score, skewness-corrected"
    counts = (both, first_only, second_only, neither)
    return _difference(_kernels.scas, title, counts, confidence_level, side)


@paired_bounds
def newcombe_paired_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return Newcombe's square-and-add interval for paired proportions (method 10).

    Parameters
    ----------
    both, first_only, second_only, neither, confidence_level, side
        As for :func:`tango_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`tango_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`tango_interval` does.

    Notes
    -----
    Two Wilson intervals joined by the correlation phi, which is shrunk when it is positive. A
    closed form within [-1, 1]; no inversion of a test. With 28 pairs and an odds ratio of 5
    coverage at nominal 95% is 95.8% on average, and at least 89.7%, where nearly all had the event
    in one window and hardly anybody in the other.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 2635-2650 (method 10).

    Examples
    --------
    >>> print(newcombe_paired_interval(36, 12, 2, 0))
    95% CI 0.057 to 0.340, Newcombe paired score
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_kernels.newcombe, "Newcombe paired score", counts, confidence_level, side)


@paired_bounds
def newcombe_paired_plain_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return Newcombe's paired interval with phi as it comes (method 8).

    Parameters
    ----------
    both, first_only, second_only, neither, confidence_level, side
        As for :func:`tango_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`tango_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`tango_interval` does.

    Notes
    -----
    To reproduce published work; :func:`newcombe_paired_interval` covers better. With 28 pairs and
    an odds ratio of 5 coverage at nominal 95% is 94.8% on average, at least 89.7%.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 2635-2650 (method 8).

    Examples
    --------
    >>> print(newcombe_paired_plain_interval(53, 16, 8, 9))
    95% CI -0.018 to 0.202, Newcombe paired score, phi uncorrected
    """
    title = "Newcombe paired score, phi uncorrected"
    counts = (both, first_only, second_only, neither)
    return _difference(_kernels.newcombe_plain, title, counts, confidence_level, side)


@paired_bounds
def bonett_price_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Bonett-Price interval: Wald after one pair more of each discordant kind.

    Parameters
    ----------
    both, first_only, second_only, neither, confidence_level, side
        As for :func:`tango_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`tango_interval`; not clipped to [-1, 1].

    Raises
    ------
    TypeError, ValueError
        As :func:`tango_interval` does.

    Notes
    -----
    A closed form with good coverage; pulled towards 0 in small samples.

    References
    ----------
    .. [1] Bonett, D. G. and Price, R. M. (2012). Journal of Educational and Behavioral
       Statistics 37, 479-488.

    Examples
    --------
    >>> print(bonett_price_interval(53, 16, 8, 9))
    95% CI -0.021 to 0.203, Bonett-Price
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_kernels.bonett_price, "Bonett-Price", counts, confidence_level, side)


@paired_bounds
def agresti_min_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the Agresti-Min interval: Wald after half a person more in each of the four cells.

    Parameters
    ----------
    both, first_only, second_only, neither, confidence_level, side
        As for :func:`tango_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`tango_interval`; not clipped to [-1, 1].

    Raises
    ------
    TypeError, ValueError
        As :func:`tango_interval` does.

    Notes
    -----
    With 28 pairs and an odds ratio of 5 coverage at nominal 95% is 94.9% on average and at least
    91.9%.

    References
    ----------
    .. [1] Agresti, A. and Min, Y. (2005). Statistics in Medicine 24, 729-740.

    Examples
    --------
    >>> print(agresti_min_interval(53, 16, 8, 9))
    95% CI -0.019 to 0.201, Agresti-Min
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_kernels.agresti_min, "Agresti-Min", counts, confidence_level, side)


@paired_bounds
def paired_wald_interval(
    both: Any,
    first_only: Any,
    second_only: Any,
    neither: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the paired Wald interval. Do not use it: it is here to be shown.

    Parameters
    ----------
    both, first_only, second_only, neither, confidence_level, side
        As for :func:`tango_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`tango_interval`; not clipped to [-1, 1].

    Raises
    ------
    TypeError, ValueError
        As :func:`tango_interval` does.

    Notes
    -----
    No width when no pair is discordant; coverage far below nominal in small samples.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 2635-2650 (method 1).

    Examples
    --------
    >>> print(paired_wald_interval(10, 0, 0, 18))
    95% CI 0.000 to 0.000, paired Wald (do not use)
    """
    counts = (both, first_only, second_only, neither)
    return _difference(_kernels.wald, "paired Wald (do not use)", counts, confidence_level, side)
