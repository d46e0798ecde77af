"""The methods for p1 / p2, and the function that takes any of them by name."""

from __future__ import annotations

from typing import Any, overload

from dipoutcomes.intervals._common import Method, Side, find_method, interval_by
from dipoutcomes.intervals._typing import Counts
from dipoutcomes.intervals.ratio.closed_forms import (
    katz_interval,
    ratio_mover_exact_interval,
    ratio_mover_jeffreys_interval,
    ratio_mover_wilson_interval,
    walter_interval,
)
from dipoutcomes.intervals.ratio.score import (
    koopman_interval,
    ratio_miettinen_nurminen_interval,
    ratio_scas_interval,
)
from dipoutcomes.intervals.unconditional import (
    ratio_agresti_min_interval,
    ratio_chan_zhang_interval,
)
from dipoutcomes.results import Interval, IntervalArray

__all__ = ["RATIO_METHODS", "find_method", "ratio_interval"]

RATIO_METHODS = (
    Method(
        name="koopman",
        title="Koopman score",
        function=koopman_interval,
        use="The default: near-nominal coverage, sound at 0 and n, agrees with its p-value.",
        reference="Koopman (1984), Biometrics 40, 513-517",
        standing="recommended",
        aliases=("koopman_score",),
        one_sided=True,
    ),
    Method(
        name="miettinen_nurminen",
        title="Miettinen-Nurminen score ratio",
        function=ratio_miettinen_nurminen_interval,
        use="Beside a Miettinen-Nurminen difference; a little longer than Koopman's.",
        reference="Miettinen and Nurminen (1985), Statistics in Medicine 4, 213-226",
        one_sided=True,
    ),
    Method(
        name="scas",
        title="skewness-corrected score ratio",
        function=ratio_scas_interval,
        use="Bounds on one side, and very unequal groups: misses are balanced between the sides.",
        reference="Laud (2017), Pharmaceutical Statistics 16, 334-348",
        aliases=("skewness_corrected_score",),
        one_sided=True,
    ),
    Method(
        name="chan_zhang",
        title="Chan-Zhang exact",
        function=ratio_chan_zhang_interval,
        use="When at least the level must be promised: exact, two one-sided tests.",
        reference="Chan and Zhang (1999), Biometrics 55, 1202-1209",
        aliases=("chan_zhang_score_central",),
        one_sided=True,
    ),
    Method(
        name="agresti_min",
        title="Agresti-Min exact",
        function=ratio_agresti_min_interval,
        use="As Chan-Zhang, and mostly shorter: exact, one two-sided test.",
        reference="Agresti and Min (2001), Biometrics 57, 963-971",
        aliases=("agresti_min_score_square",),
    ),
    Method(
        name="mover_wilson",
        title="MOVER of Wilson intervals, ratio",
        function=ratio_mover_wilson_interval,
        use="A closed form.",
        reference="Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359",
        one_sided=True,
    ),
    Method(
        name="mover_jeffreys",
        title="MOVER of Jeffreys intervals, ratio",
        function=ratio_mover_jeffreys_interval,
        use="A closed form that stays finite.",
        reference="Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359",
        one_sided=True,
    ),
    Method(
        name="mover_exact",
        title="MOVER of exact intervals, ratio",
        function=ratio_mover_exact_interval,
        use="To reproduce published work: cautious, yet no exact interval.",
        reference="Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359",
        one_sided=True,
    ),
    Method(
        name="walter",
        title="Walter log ratio (do not use)",
        function=walter_interval,
        use="To reproduce published work: no answer where everybody has the event.",
        reference="Walter (1975), Biometrika 62, 371-374",
        standing="do not use",
        aliases=("walter_add_half_log",),
        one_sided=True,
    ),
    Method(
        name="katz",
        title="Katz log ratio (do not use)",
        function=katz_interval,
        use="Do not use in small groups: no answer where a group has no event.",
        reference="Katz et al. (1978), Biometrics 34, 469-474",
        standing="do not use",
        aliases=("katz_log",),
        one_sided=True,
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
    side: Side = ...,
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
    side: Side = ...,
) -> IntervalArray: ...
def ratio_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    method: str = "koopman",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for p1 / p2 by any method of ``METHODS["ratio"]``.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`koopman_interval`.
    method : str, default "koopman"
        A name of ``METHODS["ratio"]`` or one of its aliases, or "recommended".
    confidence_level : float, default 0.95
        Strictly between 0 and 1.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone, where the method has one.

    Returns
    -------
    Interval or IntervalArray
        Limits for p1 / p2, 1 for no difference; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(ratio_interval(21, 28, 13, 29))
    95% CI 1.083 to 2.736, Koopman score
    """
    counts = (events_1, n_1, events_2, n_2)
    return interval_by(RATIO_METHODS, method, *counts, confidence_level=confidence_level, side=side)
