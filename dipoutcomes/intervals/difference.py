"""Intervals for the difference of two independent proportions, group 1 less group 2."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals import _two_samples
from dipoutcomes.intervals._common import FloatArray, Method, find_method
from dipoutcomes.intervals._two_samples import Kernel
from dipoutcomes.intervals._typing import Counts, two_samples
from dipoutcomes.results import Interval, IntervalArray


def _difference(
    kernel: Kernel, title: str, counts: tuple[Any, Any, Any, Any], confidence_level: float
) -> Interval | IntervalArray:
    return _two_samples.two_sample_interval(kernel, title, counts, confidence_level, (-1.0, 1.0))


@two_samples
def miettinen_nurminen_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Miettinen-Nurminen score interval for p1 - p2.

    Parameters
    ----------
    events_1, n_1 : int or array of int
        Persons of group 1 with the event, and in all; ``0 <= events_1 <= n_1``.
    events_2, n_2 : int or array of int
        The same for group 2; all four broadcast. A group of nobody gives -1 to 1: no information.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Returns
    -------
    Interval or IntervalArray
        Differences of proportions in [-1, 1], not percentage points.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Inverts the score test with the variance at the likeliest pair of proportions that differ by
    the value tested, times N / (N - 1). Sound at 0 and at n, and for groups of unequal size.
    For independent groups only: for the same persons before and after see `paired`.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226, equations
       8 and 9 and appendix I.

    Examples
    --------
    >>> interval = miettinen_nurminen_interval(56, 70, 48, 80)
    >>> f"{interval.low:.4f} to {interval.high:.4f}"
    '0.0528 to 0.3382'
    """
    counts = (events_1, n_1, events_2, n_2)
    return _difference(
        _two_samples.miettinen_nurminen, "Miettinen-Nurminen score", counts, confidence_level
    )


@two_samples
def mee_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the score interval for p1 - p2 without the factor N / (N - 1).

    Parameters, result and errors are those of :func:`miettinen_nurminen_interval`.

    Notes
    -----
    Agrees with the pooled chi-square test. A little shorter than Miettinen and Nurminen's in
    small groups, where theirs is the safer.

    References
    ----------
    .. [1] Mee, R. W. (1984). Biometrics 40, 1175-1176.

    Examples
    --------
    >>> interval = mee_interval(56, 70, 48, 80)
    >>> f"{interval.low:.4f} to {interval.high:.4f}"
    '0.0533 to 0.3377'
    """
    counts = (events_1, n_1, events_2, n_2)
    return _difference(_two_samples.mee, "Mee score", counts, confidence_level)


@two_samples
def newcombe_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Newcombe's square-and-add interval for p1 - p2 from two Wilson intervals.

    Parameters, result and errors are those of :func:`miettinen_nurminen_interval`.

    Notes
    -----
    A closed form that stays within -1 and 1. No inversion of a test: near the border it can
    disagree with a p-value.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (method 10, Table II).

    Examples
    --------
    >>> interval = newcombe_interval(56, 70, 48, 80)
    >>> f"{interval.low:.4f} to {interval.high:.4f}"
    '0.0524 to 0.3339'
    """
    counts = (events_1, n_1, events_2, n_2)
    return _difference(_two_samples.newcombe, "Newcombe hybrid score", counts, confidence_level)


@two_samples
def newcombe_corrected_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Newcombe's interval from continuity-corrected Wilson limits.

    Parameters, result and errors are those of :func:`miettinen_nurminen_interval`.

    Notes
    -----
    Cautious and wide; to reproduce published work.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (method 11).

    Examples
    --------
    >>> interval = newcombe_corrected_interval(56, 70, 48, 80)
    >>> f"{interval.low:.4f} to {interval.high:.4f}"
    '0.0428 to 0.3422'
    """
    title = "Newcombe hybrid score with continuity correction"
    counts = (events_1, n_1, events_2, n_2)
    return _difference(_two_samples.newcombe_corrected, title, counts, confidence_level)


@two_samples
def agresti_caffo_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Agresti-Caffo interval: Wald after adding one event and one other a group.

    Parameters and errors are those of :func:`miettinen_nurminen_interval`; not clipped to [-1, 1].

    Notes
    -----
    Simple to work by hand, sound on average; pulled towards 0 in small groups.

    References
    ----------
    .. [1] Agresti, A. and Caffo, B. (2000). American Statistician 54, 280-288.

    Examples
    --------
    >>> print(agresti_caffo_interval(56, 70, 48, 80))
    95% CI 0.052 to 0.336, Agresti-Caffo
    """
    counts = (events_1, n_1, events_2, n_2)
    return _difference(_two_samples.agresti_caffo, "Agresti-Caffo", counts, confidence_level)


@two_samples
def difference_wald_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Wald interval for p1 - p2. Do not use it: it is here to be shown.

    Parameters and errors are those of :func:`miettinen_nurminen_interval`; not clipped to [-1, 1].

    Notes
    -----
    No width when both groups are at 0 or n; coverage far below nominal in small groups.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (method 1).

    Examples
    --------
    >>> print(difference_wald_interval(28, 28, 14, 14))
    95% CI 0.000 to 0.000, Wald difference (do not use)
    """
    counts = (events_1, n_1, events_2, n_2)
    return _difference(_two_samples.wald, "Wald difference (do not use)", counts, confidence_level)


def difference_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    null_difference: float = 0.0,
    method: str = "miettinen_nurminen",
) -> FloatArray | float:
    """Return the two-sided p-value of p1 - p2 = *null_difference* that matches the interval.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`miettinen_nurminen_interval`.
    null_difference : float, default 0
        In [-1, 1].
    method : {"miettinen_nurminen", "mee"}
        The interval at level 1 - p has *null_difference* for a limit.

    Returns
    -------
    float or array
        1 where a group is empty.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226.

    Examples
    --------
    >>> round(difference_p_value(56, 70, 48, 80, method="mee"), 5)
    0.00805
    """
    word = find_method(DIFFERENCE_METHODS, method).name
    check_choice("method", word, ("miettinen_nurminen", "mee"))
    if not -1 <= null_difference <= 1:
        raise ValueError(f"`null_difference` must lie in [-1, 1]; got {null_difference:g}")
    x1, n1, x2, n2 = _two_samples.check_table((events_1, n_1, events_2, n_2))
    nobody = (n1 == 0) | (n2 == 0)
    table = (x1, n1 + (n1 == 0), x2, n2 + (n2 == 0))
    score = _two_samples.difference_score(
        table, np.full(x1.shape, float(null_difference)), corrected=word == "miettinen_nurminen"
    )
    p = np.where(nobody, 1.0, _two_samples.two_sided_p(score))
    return float(p) if p.ndim == 0 else p


_NEWCOMBE = "Newcombe (1998), Statistics in Medicine 17, 873-890"

DIFFERENCE_METHODS = (
    Method(
        name="miettinen_nurminen",
        title="Miettinen-Nurminen score",
        function=miettinen_nurminen_interval,
        use="The default: near-nominal coverage, sound at 0 and n, agrees with its p-value.",
        reference="Miettinen and Nurminen (1985), Statistics in Medicine 4, 213-226",
        standing="recommended",
    ),
    Method(
        name="newcombe",
        title="Newcombe hybrid score",
        function=newcombe_interval,
        use="A closed form that needs two Wilson intervals.",
        reference=f"{_NEWCOMBE}, method 10",
        aliases=("newcombe_method_10",),
    ),
    Method(
        name="mee",
        title="Mee score",
        function=mee_interval,
        use="Where the interval must agree with the pooled chi-square test.",
        reference="Mee (1984), Biometrics 40, 1175-1176",
        aliases=("mee_score",),
    ),
    Method(
        name="agresti_caffo",
        title="Agresti-Caffo",
        function=agresti_caffo_interval,
        use="By hand.",
        reference="Agresti and Caffo (2000), American Statistician 54, 280-288",
        aliases=("agresti_caffo_untruncated",),
    ),
    Method(
        name="newcombe_corrected",
        title="Newcombe hybrid score with continuity correction",
        function=newcombe_corrected_interval,
        use="To reproduce published work.",
        reference=f"{_NEWCOMBE}, method 11",
        aliases=("newcombe_method_11_continuity_corrected",),
    ),
    Method(
        name="wald",
        title="Wald difference (do not use)",
        function=difference_wald_interval,
        use="Do not use: no width at 0 and n, poor coverage in small groups.",
        reference=f"{_NEWCOMBE}, method 1",
        standing="do not use",
    ),
)


@overload
def difference_interval(  # type: ignore[overload-overlap]
    events_1: int,
    n_1: int,
    events_2: int,
    n_2: int,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> Interval: ...
@overload
def difference_interval(
    events_1: Counts | int,
    n_1: Counts | int,
    events_2: Counts | int,
    n_2: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> IntervalArray: ...
def difference_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    method: str = "miettinen_nurminen",
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return an interval for p1 - p2 by any method of ``METHODS["difference"]``.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`miettinen_nurminen_interval`.
    method : str, default "miettinen_nurminen"
        A name of ``METHODS["difference"]`` or one of its aliases.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(difference_interval(156, 368, 136, 327, method="newcombe"))
    95% CI -0.065 to 0.081, Newcombe hybrid score
    """
    function = find_method(DIFFERENCE_METHODS, method).function
    return function(events_1, n_1, events_2, n_2, confidence_level=confidence_level)
