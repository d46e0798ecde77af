"""Intervals for the odds ratio with all margins kept: exact, and mid-P."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits, Side, half_alpha
from dipoutcomes.intervals._two_samples import conditional, two_sample_interval
from dipoutcomes.intervals._typing import two_samples, two_samples_bounds
from dipoutcomes.results import Interval, IntervalArray


def conditional_interval(
    kind: str,
    title: str,
    counts: tuple[Any, Any, Any, Any],
    confidence_level: float,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the limits that a kind of conditional test accepts."""

    def kernel(
        x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
    ) -> Limits:
        flat = (x1.ravel(), n1.ravel(), x2.ravel(), n2.ravel())
        low, high = np.empty(flat[0].shape), np.empty(flat[0].shape)
        for part in conditional.blocks(flat):
            block = (flat[0][part], flat[1][part], flat[2][part], flat[3][part])
            support = conditional.supports(block)
            low[part], high[part] = conditional.two_sided(support, half_alpha(level), kind)
        return low.reshape(x1.shape), high.reshape(x1.shape)

    return two_sample_interval(kernel, title, counts, confidence_level, (0.0, np.inf), side)


@two_samples_bounds
def fisher_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the exact conditional interval for the odds ratio: Fisher's, central.

    Parameters
    ----------
    events_1, n_1 : int or array of int
        Persons of group 1 with the event, and in all; ``0 <= events_1 <= n_1``.
    events_2, n_2 : int or array of int
        The same for group 2; all four broadcast. A group of nobody gives 0 to infinity.
    confidence_level : float, default 0.95
        Strictly between 0 and 1.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone has all of 1 - level there; the other limit is the end of the
        possible values. Then *confidence_level* is at least 0.5.

    Returns
    -------
    Interval or IntervalArray
        Odds ratios from 0 to ``inf``. Nobody or everybody with the event gives 0 to ``inf``.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Every odds ratio that neither tail of the distribution with all margins kept rejects at half of
    1 - level. Coverage is at least the level. Agrees with the *central* p-value, twice the smaller
    tail; R's ``fisher.test`` and SciPy print another p-value, the minlike one, beside it.

    References
    ----------
    .. [1] Cornfield, J. (1956). Proceedings of the Third Berkeley Symposium 4, 135-148.

    Examples
    --------
    >>> print(fisher_interval(21, 28, 13, 29))
    95% CI 1.057 to 13.453, Fisher exact
    """
    return conditional_interval(
        "central", "Fisher exact", (events_1, n_1, events_2, n_2), confidence_level, side
    )


@two_samples_bounds
def fisher_mid_p_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the conditional mid-P interval for the odds ratio.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level, side
        As for :func:`fisher_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`fisher_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`fisher_interval` does.

    Notes
    -----
    Fisher's interval with half the probability of what was observed: near the level on average,
    not at least it.

    References
    ----------
    .. [1] Berry, G. and Armitage, P. (1995). The Statistician 44, 417-423.

    Examples
    --------
    >>> print(fisher_mid_p_interval(21, 28, 13, 29))
    95% CI 1.179 to 11.774, Fisher mid-P
    """
    return conditional_interval(
        "mid_p", "Fisher mid-P", (events_1, n_1, events_2, n_2), confidence_level, side
    )


@two_samples
def fisher_blaker_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Blaker's exact conditional interval for the odds ratio.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level
        As for :func:`fisher_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`fisher_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`fisher_interval` does.

    Notes
    -----
    The hull of every odds ratio that Blaker's test accepts; never longer than Fisher's, with
    coverage at least the level. The accepted values can have holes, which the search cannot step
    into: it goes from the outside inwards, breakpoint by breakpoint.

    References
    ----------
    .. [1] Blaker, H. (2000). Canadian Journal of Statistics 28, 783-798.

    Examples
    --------
    >>> print(fisher_blaker_interval(21, 28, 13, 29))
    95% CI 1.091 to 11.419, Fisher-Blaker exact
    """
    return conditional_interval(
        "blaker", "Fisher-Blaker exact", (events_1, n_1, events_2, n_2), confidence_level
    )


@two_samples
def fisher_minlike_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the exact conditional interval of the usual two-sided Fisher test.

    Parameters
    ----------
    events_1, n_1, events_2, n_2, confidence_level
        As for :func:`fisher_interval`.

    Returns
    -------
    Interval or IntervalArray
        As from :func:`fisher_interval`.

    Raises
    ------
    TypeError, ValueError
        As :func:`fisher_interval` does.

    Notes
    -----
    The hull of every odds ratio under which the outcomes no likelier than the observed one have
    more than 1 - level together: what R's and SciPy's ``fisher`` p-value goes with. The accepted
    values can have holes.

    References
    ----------
    .. [1] Fay, M. P. (2010). Biostatistics 11, 373-374.

    Examples
    --------
    >>> print(fisher_minlike_interval(21, 28, 13, 29))
    95% CI 1.091 to 11.419, Fisher minlike exact
    """
    return conditional_interval(
        "minlike", "Fisher minlike exact", (events_1, n_1, events_2, n_2), confidence_level
    )
