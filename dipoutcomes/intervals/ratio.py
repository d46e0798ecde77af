"""Intervals for the ratio of two independent proportions, group 1 over group 2."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals import _two_samples
from dipoutcomes.intervals._common import FloatArray, Method, find_method
from dipoutcomes.intervals._two_samples import Kernel
from dipoutcomes.intervals._typing import Counts, two_samples
from dipoutcomes.results import Interval, IntervalArray


def _ratio(
    kernel: Kernel, title: str, counts: tuple[Any, Any, Any, Any], confidence_level: float
) -> Interval | IntervalArray:
    return _two_samples.two_sample_interval(kernel, title, counts, confidence_level, (0.0, np.inf))


@two_samples
def koopman_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return Koopman's score interval for p1 / p2.

    Parameters
    ----------
    events_1, n_1 : int or array of int
        Persons of group 1 with the event, and in all; ``0 <= events_1 <= n_1``.
    events_2, n_2 : int or array of int
        The same for group 2; all four broadcast. A group of nobody gives 0 to infinity.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Returns
    -------
    Interval or IntervalArray
        Ratios from 0 to ``inf``. No event in either group gives 0 to ``inf``.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above.

    Notes
    -----
    Inverts the score test with the variance at the likeliest proportions of that ratio. Agrees
    with the pooled chi-square test of no difference. Sound at 0 and at n. A ratio hides how
    common the event is: give the two proportions beside it.

    References
    ----------
    .. [1] Koopman, P. A. R. (1984). Biometrics 40, 513-517.

    Examples
    --------
    >>> print(koopman_interval(21, 28, 13, 29))
    95% CI 1.083 to 2.736, Koopman score
    """
    counts = (events_1, n_1, events_2, n_2)
    return _ratio(_two_samples.koopman, "Koopman score", counts, confidence_level)


@two_samples
def ratio_miettinen_nurminen_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Miettinen-Nurminen score interval for p1 / p2.

    Parameters, result and errors are those of :func:`koopman_interval`.

    Notes
    -----
    Koopman's interval with the variance times N / (N - 1): a little longer in small groups.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226, equation 10.

    Examples
    --------
    >>> print(ratio_miettinen_nurminen_interval(0, 10, 0, 12))
    95% CI 0.000 to inf, Miettinen-Nurminen score ratio
    """
    title = "Miettinen-Nurminen score ratio"
    counts = (events_1, n_1, events_2, n_2)
    return _ratio(_two_samples.ratio_miettinen_nurminen, title, counts, confidence_level)


@two_samples
def katz_interval(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, confidence_level: float = 0.95
) -> Interval | IntervalArray:
    """Return the Katz log interval for p1 / p2. Do not use it in small groups.

    Parameters and errors are those of :func:`koopman_interval`. ``nan`` where a group has no
    event, and where everybody in both groups has it: the formula would give 1 to 1, a certainty
    that no sample has.

    References
    ----------
    .. [1] Katz, D., Baptista, J., Azen, S. P. and Pike, M. C. (1978). Biometrics 34, 469-474.

    Examples
    --------
    >>> print(katz_interval(21, 28, 13, 29))
    95% CI 1.059 to 2.642, Katz log ratio (do not use)
    """
    counts = (events_1, n_1, events_2, n_2)
    return _ratio(_two_samples.katz, "Katz log ratio (do not use)", counts, confidence_level)


def ratio_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    null_ratio: float = 1.0,
    method: str = "koopman",
) -> FloatArray | float:
    """Return the two-sided p-value of p1 / p2 = *null_ratio* that matches the interval.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`koopman_interval`.
    null_ratio : float, default 1
        Greater than 0.
    method : {"koopman", "miettinen_nurminen"}
        The interval at level 1 - p has *null_ratio* for a limit.

    Returns
    -------
    float or array
        1 where a group is empty.

    References
    ----------
    .. [1] Koopman, P. A. R. (1984). Biometrics 40, 513-517.

    Examples
    --------
    >>> round(ratio_p_value(21, 28, 13, 29), 5)
    0.02027
    """
    word = find_method(RATIO_METHODS, method).name
    check_choice("method", word, ("koopman", "miettinen_nurminen"))
    if not 0 < null_ratio < np.inf:
        raise ValueError(f"`null_ratio` must be finite and greater than 0; got {null_ratio:g}")
    x1, n1, x2, n2 = _two_samples.check_table((events_1, n_1, events_2, n_2))
    nobody = (n1 == 0) | (n2 == 0)
    table = (x1, n1 + (n1 == 0), x2, n2 + (n2 == 0))
    t = np.full(x1.shape, null_ratio / (1 + null_ratio))
    score = _two_samples.ratio_score(table, t, corrected=word == "miettinen_nurminen")
    p = np.where(nobody, 1.0, _two_samples.two_sided_p(score))
    return float(p) if p.ndim == 0 else p


RATIO_METHODS = (
    Method(
        name="koopman",
        title="Koopman score",
        function=koopman_interval,
        use="The default: near-nominal coverage, sound at 0 and n, agrees with its p-value.",
        reference="Koopman (1984), Biometrics 40, 513-517",
        standing="recommended",
        aliases=("koopman_score",),
    ),
    Method(
        name="miettinen_nurminen",
        title="Miettinen-Nurminen score ratio",
        function=ratio_miettinen_nurminen_interval,
        use="Beside a Miettinen-Nurminen difference; a little longer than Koopman's.",
        reference="Miettinen and Nurminen (1985), Statistics in Medicine 4, 213-226",
    ),
    Method(
        name="katz",
        title="Katz log ratio (do not use)",
        function=katz_interval,
        use="Do not use in small groups: no answer where a group has no event.",
        reference="Katz et al. (1978), Biometrics 34, 469-474",
        standing="do not use",
        aliases=("katz_log",),
    ),
)


@overload
def ratio_interval(  # type: ignore[overload-overlap]
    events_1: int,
    n_1: int,
    events_2: int,
    n_2: int,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> Interval: ...
@overload
def ratio_interval(
    events_1: Counts | int,
    n_1: Counts | int,
    events_2: Counts | int,
    n_2: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
) -> IntervalArray: ...
def ratio_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    method: str = "koopman",
    confidence_level: float = 0.95,
) -> Interval | IntervalArray:
    """Return an interval for p1 / p2 by any method of ``METHODS["ratio"]``.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`koopman_interval`.
    method : str, default "koopman"
        A name of ``METHODS["ratio"]`` or one of its aliases.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(ratio_interval(21, 28, 13, 29))
    95% CI 1.083 to 2.736, Koopman score
    """
    function = find_method(RATIO_METHODS, method).function
    return function(events_1, n_1, events_2, n_2, confidence_level=confidence_level)
